/** Findings from what can be seen: pictures, content, width, and what gets in the way of a person. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { browserFinding } from "../findings.ts";
import type { Visit } from "../page-check.ts";
import type { Sight } from "./in-page.ts";

export function sightFindings(visit: Visit, sight: Sight): Finding[] {
  const { name } = visit;
  const findings: Finding[] = [];
  for (const { selector, url } of sight.brokenImages) {
    const path = visit.sourceOf(url);
    findings.push(
      browserFinding({
        rule: "render/broken-image",
        severity: "high",
        page: name,
        message: `${name}: the picture ${selector} cannot be shown: ${url}`,
        subject: url,
        defectClass: "ui",
        effort: 10,
        fix: {
          description: `Correct the address of ${selector}, or put a picture there that can be decoded.`,
        },
        ...(path ? { location: { path, line: 1 } } : {}),
      }),
    );
  }
  const { main, overflow, overlay } = sight;
  if (!main.exists || !main.hasContent) {
    findings.push(
      browserFinding({
        rule: "render/empty",
        severity: "high",
        page: name,
        message: `${name} shows nothing: ${main.exists ? `${main.selector} is empty or invisible` : `there is no ${main.selector}`}`,
        subject: main.selector,
        defectClass: "ui",
        effort: 30,
        fix: {
          description: "See in page.html and console.txt beside the report what should have filled it.",
        },
      }),
    );
  }
  if (overflow) {
    const more = overflow.more > 0 ? `, and ${overflow.more} more` : "";
    findings.push(
      browserFinding({
        rule: "render/overflow",
        severity: "high",
        page: name,
        message: `${name} scrolls sideways at ${visit.variant.viewport.width} px: ${overflow.selector} is ${overflow.width} px wide and reaches ${overflow.byPx} px beyond the edge${more}`,
        subject: overflow.selector,
        defectClass: "ui",
        effort: 15,
        fix: {
          description: `Let ${overflow.selector} shrink (max-width: 100%, min-width: 0, overflow-wrap: anywhere), or let a box around it scroll.`,
        },
      }),
    );
  }
  if (overlay) {
    findings.push(
      browserFinding({
        rule: "render/error-overlay",
        severity: "critical",
        page: name,
        message: `${name} is covered by an error of the development server (${overlay})`,
        subject: overlay,
        defectClass: "ui",
        fix: { description: "Mend what the overlay tells; screenshot.png beside the report shows it." },
      }),
    );
  }
  return findings;
}

/** What comes up by itself while a page loads. */
export function intrusionFindings(visit: Visit): Finding[] {
  const { dialogs, popups, downloads } = visit.watch;
  const kinds: [string, string, string[]][] = [
    ["dialog", "a dialog", dialogs],
    ["popup", "another window", popups],
    ["download", "a download", downloads],
  ];
  return kinds
    .filter(([, , seen]) => seen.length > 0)
    .map(([kind, what, seen]) =>
      browserFinding({
        rule: `render/${kind}`,
        severity: "high",
        page: visit.name,
        message: `${visit.name} opens ${what} while it loads: ${seen[0]}${seen.length > 1 ? ` and ${seen.length - 1} more` : ""}`,
        subject: kind,
        defectClass: "ui",
        fix: { description: `Open ${what} only when a person asked for it.` },
      }),
    );
}
