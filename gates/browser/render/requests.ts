/** Findings from the network: what the page wanted and did not get. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { browserFinding } from "../findings.ts";
import type { Visit } from "../page-check.ts";
import type { RequestRow } from "../watch.ts";

/** Without these a page is not what was built. */
const ESSENTIAL = new Set(["document", "script", "stylesheet", "font", "fetch", "xhr"]);

function isLocal(url: URL): boolean {
  return /^(localhost|127\.|\[::1\]|.*\.localhost$)/.test(url.hostname);
}

/** An encrypted page that asks for something unencrypted. */
function isMixed(page: URL, row: RequestRow): boolean {
  const url = new URL(row.url);
  return page.protocol === "https:" && url.protocol === "http:" && !isLocal(url);
}

/** What a browser calls off by itself when a page moves on or a stream ends. */
const calledOff = (row: RequestRow) => row.failure === "net::ERR_ABORTED";

function finding(visit: Visit, row: RequestRow, rule: string, what: string, fix: string): Finding {
  const foreign = new URL(row.url).origin !== new URL(visit.url).origin;
  const path = visit.sourceOf(row.url);
  return browserFinding({
    rule: `render/${rule}`,
    // A picture of somebody else's server may be missing where there is no internet.
    severity: foreign && !ESSENTIAL.has(row.type) ? "medium" : "high",
    page: visit.name,
    message: `${visit.name}: the ${row.type} ${row.url} ${what}`,
    subject: `${row.method} ${row.url}`,
    defectClass: row.type === "fetch" || row.type === "xhr" ? "flow" : "ui",
    effort: 15,
    fix: { description: fix },
    ...(path ? { location: { path, line: 1 } } : {}),
  });
}

export function requestFindings(visit: Visit): Finding[] {
  const page = new URL(visit.url);
  const { ignore } = visit.options;
  const findings: Finding[] = [];
  for (const row of visit.watch.requests) {
    if (row.isPage || !/^(https?|wss?):/.test(row.url)) continue;
    if (ignore.requests.some((one) => one.test(row.url))) continue;
    if (isMixed(page, row)) {
      const fix = `Ask for ${row.url.replace(/^http:/, "https:")} instead.`;
      findings.push(finding(visit, row, "mixed-content", "is not encrypted on an encrypted page", fix));
    } else if (row.status !== null && row.status >= 400) {
      const fix =
        row.status >= 500
          ? `The server breaks on ${row.method} ${new URL(row.url).pathname}: look into its log.`
          : `Correct the address ${new URL(row.url).pathname} where the page asks for it, or serve it.`;
      findings.push(finding(visit, row, "bad-status", `answers ${row.status}`, fix));
    } else if (row.failure !== null && !calledOff(row)) {
      const fix = `Open ${row.url} by itself; ${row.failure} tells what the network said. If it is expected, list it under ignore: requests: in the config.`;
      findings.push(finding(visit, row, "failed-request", `failed with ${row.failure}`, fix));
    }
  }
  return findings;
}
