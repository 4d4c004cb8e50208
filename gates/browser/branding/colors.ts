/** Computed colours against the tokens of the repository. Pixels cannot show a small shift; numbers can. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { colorDistance, hexOf, parseColor, type Rgba } from "../../design-dna/color.ts";
import { browserFinding } from "../findings.ts";
import type { Visit } from "../page-check.ts";
import type { BrandDna, ColorToken } from "./dna.ts";
import type { BrandSight } from "./in-page.ts";

/** The colour of a token in the colour scheme a page is looked at in. */
export function colorIn(token: ColorToken, scheme: "light" | "dark"): Rgba {
  return token.colors[scheme] ?? token.colors[""]!;
}

const show = (color: Rgba) =>
  color.a < 1 ? `${hexOf(color)} at ${Math.round(color.a * 100)} %` : hexOf(color);
/** Equal colours of different opacity are different colours. */
const distance = (a: Rgba, b: Rgba) => colorDistance(a, b) + Math.abs(a.a - b.a) * 100;

/** Declared elements: what is painted has to be what the token says. */
export function colorFindings(visit: Visit, sight: BrandSight, { tokens }: BrandDna): Finding[] {
  const { colors, tolerance } = visit.options.branding;
  const findings: Finding[] = [];
  for (const { at, selector, value } of sight.colors) {
    const { property, is } = colors[at]!;
    const token = tokens.get(is);
    const wanted = token ? colorIn(token, visit.variant.colorScheme) : parseColor(is);
    const painted = parseColor(value.trim());
    if (wanted && painted && distance(painted, wanted) <= tolerance) continue;
    const off = wanted && painted ? ` (ΔE ${distance(painted, wanted).toFixed(1)})` : "";
    const right = wanted ? `${is}${token ? `, ${show(wanted)}` : ""}` : is;
    findings.push(
      browserFinding({
        rule: "branding/color",
        severity: "high",
        page: visit.name,
        message: `${visit.name}: the ${property} of ${selector} is ${painted ? show(painted) : value || "not set"} instead of ${right}${off}`,
        subject: `${selector} ${property}`,
        defectClass: "design",
        effort: 5,
        fix: { description: `Write ${property}: ${token ? `var(${is})` : is} for ${selector}.` },
      }),
    );
  }
  return findings;
}

/** The tokens themselves: what reaches the browser has to be what the repository defines. */
export function tokenFindings(visit: Visit, sight: BrandSight, { tokens }: BrandDna): Finding[] {
  const findings: Finding[] = [];
  for (const [name, value] of Object.entries(sight.tokens)) {
    const token = tokens.get(name)!;
    const painted = parseColor(value);
    if (!painted) continue;
    // A theme switch may put another mode in force than the colour scheme says.
    const modes = Object.values(token.colors);
    if (modes.some((color) => distance(color, painted) <= visit.options.branding.tolerance)) continue;
    const wanted = colorIn(token, visit.variant.colorScheme);
    findings.push(
      browserFinding({
        rule: "branding/token",
        severity: "high",
        page: visit.name,
        message: `${visit.name}: ${name} is ${show(painted)} in the browser and ${show(wanted)} in ${token.path} (ΔE ${distance(painted, wanted).toFixed(1)})`,
        subject: name,
        defectClass: "design",
        effort: 10,
        location: { path: token.path, line: token.line },
        fix: {
          description: `Find what sets ${name} anew (another stylesheet, a script, an old build) and take it out, or correct ${token.path}.`,
        },
      }),
    );
  }
  return findings;
}
