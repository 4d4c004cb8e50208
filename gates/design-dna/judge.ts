/** Judges the values of one file against the DNA: allow-list first, nearest tokens for what is left. */
import type { Place } from "./dna/match.ts";
import { judgeMapValue, judgeReference } from "./judge-references.ts";
import { type Bench, listed, placeOf, report } from "./judge-report.ts";
import { judgeFamily, judgeLayers } from "./judge-shadow.ts";
import { colorIfGoverned, dimViolation, isPaint } from "./judge-values.ts";
import { type PropertyUse, propertyUse } from "./properties.ts";
import type { Category, Site } from "./types.ts";
import { type Atom, atomKey, atomsOf, keyOf } from "./values.ts";

const KEYWORDS =
  /^(?:inherit|initial|unset|revert|revert-layer|currentcolor|none|auto|transparent|0|normal|100%|0 auto|solid)$/i;

/** Judges one site. */
export function judgeSite(bench: Bench, site: Site): void {
  const { value } = site;
  if (value === "" || KEYWORDS.test(value)) return;
  const use = site.local ? localUse(site) : propertyUse(site.prop);
  if (!use) return;
  const { index } = bench;
  const atoms = atomsOf(value);
  const place = placeOf(bench, site, use);
  if (site.local) {
    if (index.byName.has(site.prop)) return;
    for (const atom of atoms)
      if (atom.kind === "color" && atom.color && isPaint(atom) && !site.prop.startsWith("--tw-"))
        colorIfGoverned(bench, site, place, atom);
    return;
  }
  if (wholeValue(bench, site, place, use, atoms)) return;
  if (use.categories[0] === "shadow") {
    judgeLayers(bench, site, place, atoms);
    return;
  }
  if (use.categories[0] === "fontFamily") {
    judgeFamily(bench, site, place, atoms);
    return;
  }
  for (const [at, atom] of atoms.entries()) {
    if (atom.kind === "color" && atom.color) {
      if (use.role && isPaint(atom)) colorIfGoverned(bench, site, place, atom);
    } else if (atom.kind === "ref") judgeReference(bench, site, place, use, atom);
    else if (atom.kind === "call") judgeMapValue(bench, site, place, use, atom);
    else if ((atom.kind === "dim" || atom.kind === "num") && use.categories.length > 0) {
      const kind = dimCategories(use, site.prop, atoms, at);
      if (kind.length > 0 && index.governs(kind, site.syntax))
        judgeNumber(bench, site, { ...place, categories: kind }, use, atom, atoms);
    }
  }
}

const LOCAL: PropertyUse = { categories: [], role: null, weak: false, check: "palette" };
const localUse = (site: Site): PropertyUse | null =>
  /^(?:#|rgb|hsl|okl|lab|lch|color\()/i.test(site.value) ? LOCAL : null;

const COMPOSITES: Partial<Record<PropertyUse["check"], Category[]>> = {
  "radius-shadow": ["shadow", "border", "radius"],
  typography: ["font", "fontFamily", "fontSize", "lineHeight", "fontWeight", "letterSpacing"],
};

/** A value of several words that equals a token's whole value, such as a shadow or a font shorthand. */
function wholeValue(
  bench: Bench,
  site: Site,
  place: Place,
  use: PropertyUse,
  atoms: readonly Atom[],
): boolean {
  const categories = COMPOSITES[use.check] ?? (use.role === "border" ? (["border"] as Category[]) : null);
  if (!categories || atoms.length < 2 || atoms.some((atom) => atom.kind === "ref")) return false;
  let equal = bench.index.equalTo(keyOf(atoms), categories, place);
  if (use.role === "border")
    equal = equal.filter((token) => plain(token.values[""] ?? "") === plain(site.value));
  if (use.role === "border" && inParts(bench, place, atoms)) return false;
  if (equal.length === 0) return false;
  const candidates = equal.slice(0, 3).map((token) => bench.index.candidateOf(token, 0, place));
  report(bench, site, {
    check: use.check,
    rule: "literal",
    from: 0,
    to: site.value.length,
    candidates,
    severity: "low",
    message: `${site.prop}: the value of ${listed(candidates, "")} is written out`,
  });
  return true;
}

/** True when width and colour are tokens of their own: then the parts are proposed, as borders are mostly written. */
function inParts(bench: Bench, place: Place, atoms: readonly Atom[]): boolean {
  return atoms.every((atom) => {
    if (atom.kind === "color" && atom.color)
      return bench.index.forColor(atom.color, place)[0]?.distance === 0;
    return atom.kind !== "dim" || bench.index.equalTo(atomKey(atom), ["borderWidth"], place).length > 0;
  });
}

const plain = (text: string) => text.toLowerCase().replace(/\s+/g, "");

/** Which scale a number in a shorthand belongs to. */
function dimCategories(
  use: PropertyUse,
  prop: string,
  atoms: readonly Atom[],
  at: number,
): readonly Category[] {
  const atom = atoms[at] as Atom;
  if (prop === "font") {
    const before = atoms[at - 1];
    if (before?.kind === "slash") return ["lineHeight"];
    if (atom.kind === "num") return (atom.value ?? 0) >= 100 ? ["fontWeight"] : [];
    return ["fontSize"];
  }
  return use.categories;
}

/** Names of the idiom that hides text from sight and keeps it for screen readers: its 1px is no distance. */
const HIDDEN = /visually-?hidden|sr-?only|screen-?reader/i;
const RELATIVE = new Set([
  "%",
  "vh",
  "vw",
  "vmin",
  "vmax",
  "dvh",
  "svh",
  "lvh",
  "dvw",
  "fr",
  "deg",
  "turn",
  "rad",
  "s",
  "ms",
  "ch",
  "ex",
  "cqw",
  "cqh",
  "cqi",
  "cqb",
  "lh",
  "cap",
]);

function judgeNumber(
  bench: Bench,
  site: Site,
  place: Place,
  use: PropertyUse,
  atom: Atom,
  atoms: readonly Atom[],
): void {
  const { value = 0, unit = "" } = atom;
  if (value === 0) return;
  const first = place.categories[0];
  const bare = first === "lineHeight" || first === "fontWeight";
  if (atom.kind === "num" && (!bare || atom.depth > 0)) return;
  if (RELATIVE.has(unit)) {
    if (!(unit === "%" && first === "fontSize" && value !== 100)) return;
  }
  if (insideFactor(atom, atoms) || (site.syntax === "class" && atoms.length > 1)) return;
  if (Math.abs(value) === 1 && unit === "px" && HIDDEN.test(bench.facts.blocks[site.block]?.name ?? ""))
    return;
  if (first === "lineHeight" && value === 1 && atom.kind === "num") return;
  const unseen = site.prop.startsWith("outline") && atoms.some((one) => one.color?.a === 0);
  if ((use.weak || unseen) && !isSpelledAsToken(bench, place, atom)) return;
  dimViolation(bench, site, place, atom, use);
}

/** A number inside min(), max(), clamp() against the viewport is layout; inside calc() it is judged. */
function insideFactor(atom: Atom, atoms: readonly Atom[]): boolean {
  if (atom.fn === "" || atom.fn === "calc") return false;
  if (/^(?:repeat|minmax|fit-content|rotate|scale|skew|matrix|perspective)/.test(atom.fn)) return true;
  return (
    /^(?:clamp|min|max)$/.test(atom.fn) &&
    atoms.some((one) => RELATIVE.has(one.unit ?? "") && one.unit !== "%")
  );
}

/** Layout lengths only count when they are written exactly as the token is: same number, same unit. */
function isSpelledAsToken(bench: Bench, place: Place, atom: Atom): boolean {
  if (place.syntax === "class") return bench.index.equalTo(atomKey(atom), place.categories, place).length > 0;
  const text = atom.text.replace(/^-/, "").toLowerCase();
  const equal = bench.index.equalTo(
    atomKey({ ...atom, value: Math.abs(atom.value ?? 0) }),
    place.categories,
    place,
  );
  return !text.endsWith("px") && equal.some((token) => (token.values[""] ?? "").toLowerCase() === text);
}
