/** Violations of one value: a colour that is no token, a length or number off the scale. */
import { hexOf, type Rgba } from "./color.ts";
import type { Place } from "./dna/match.ts";
import { type Bench, listed, report } from "./judge-report.ts";
import type { PropertyUse } from "./properties.ts";
import type { Site } from "./types.ts";
import { type Atom, pxOf } from "./values.ts";

const SYSTEM_COLORS =
  /^(?:canvas|canvastext|linktext|visitedtext|activetext|buttonface|buttontext|buttonborder|field|fieldtext|highlight|highlighttext|selecteditem|selecteditemtext|mark|marktext|graytext|accentcolor)$/i;

/** Reports a colour, with the nearest tokens. */
export function colorViolation(bench: Bench, site: Site, place: Place, atom: Atom, color: Rgba): void {
  const candidates = bench.index.forColor(color, place);
  const best = candidates[0];
  const distance = best?.distance ?? 100;
  const severity = distance === 0 ? "low" : distance < 2 ? "medium" : "high";
  const equal = distance === 0;
  report(bench, site, {
    check: "palette",
    rule: equal ? "literal" : "off-palette",
    from: atom.start,
    to: atom.end,
    candidates,
    severity,
    message: `${site.prop}: ${atom.text} ${atom.text.startsWith("#") ? "" : `(${hexOf(color)}) `}is no token; ${best ? `nearest: ${listed(candidates, "ΔE ")}` : "the DNA has none that fits here"}`,
  });
}

/** Reports a length or a number; `shown` is what the message calls it. */
export function dimViolation(
  bench: Bench,
  site: Site,
  place: Place,
  atom: Atom,
  use: PropertyUse,
  shown = atom.text,
  value = atom.value ?? 0,
  unit = atom.unit ?? "",
): void {
  const negative = value < 0;
  const size = Math.abs(value);
  const px = unit === "" ? (size === 0 ? 0 : null) : pxOf(size, unit);
  const key = px === null ? `${Math.round(size * 10_000) / 10_000}${unit}` : px === 0 ? "0" : `${px}px`;
  const numeric = px ?? (unit === "" ? size : unit === "em" ? size * 16 : null);
  const candidates = bench.index.forNumber(key, numeric, place);
  const equal = candidates[0]?.distance === 0;
  report(bench, site, {
    check: use.check === "palette" ? "spacing" : use.check,
    rule: equal ? "literal" : "off-scale",
    from: atom.start,
    to: atom.end,
    candidates,
    severity: equal ? "low" : "medium",
    negative,
    message: `${site.prop}: ${shown} is no token; ${candidates.length > 0 ? `nearest: ${listed(candidates, unit === "" ? "off by " : "px off by ")}` : "the DNA has none that fits here"}`,
  });
}

/** A colour that paints: not transparent, not a system colour, not black or white of a mask or of color-mix's zero. */
export function isPaint(atom: Atom): boolean {
  return atom.color?.a !== 0 && !SYSTEM_COLORS.test(atom.text);
}

/** Reports a colour where the DNA governs colours. */
export function colorIfGoverned(bench: Bench, site: Site, place: Place, atom: Atom): void {
  if (atom.color && bench.index.governs(["color"])) colorViolation(bench, site, place, atom, atom.color);
}
