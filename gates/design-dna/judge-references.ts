/** Judges what a value refers to: custom properties, variables, maps, constants of other modules. */
import { parseColor } from "./color.ts";
import { evaluate } from "./dna/expression.ts";
import type { Place, TokenIndex } from "./dna/match.ts";
import { type Bench, listed, report } from "./judge-report.ts";
import { colorViolation, dimViolation, isPaint } from "./judge-values.ts";
import { type PropertyUse, propertyUse } from "./properties.ts";
import { wordsOf } from "./scan/text.ts";
import type { Category, Role, Site, Token } from "./types.ts";
import { type Atom, atomsOf } from "./values.ts";

/** Judges a reference of any kind. */
export function judgeReference(bench: Bench, site: Site, place: Place, use: PropertyUse, atom: Atom): void {
  if (atom.ref === "var") {
    judgeCustomProperty(bench, site, place, atom);
    return;
  }
  if (atom.ref === "hole") {
    const ref = site.refs?.[atom.hole ?? -1];
    if (!ref?.from) return;
    const answer = bench.env.constant(ref.from, ref.name, ref.path);
    if (!answer.startsWith("literal ")) return;
    const literal = answer.slice(8);
    const text =
      /^-?[\d.]+$/.test(literal) && use.categories[0] !== "lineHeight" && use.categories[0] !== "fontWeight"
        ? `${literal}px`
        : literal;
    judgeConstant(bench, site, place, use, atom, text, ref.text);
    return;
  }
  if (atom.ref === "variable" && atom.name) judgeVariable(bench, site, place, use, atom, atom.name);
}

function judgeVariable(
  bench: Bench,
  site: Site,
  place: Place,
  use: PropertyUse,
  atom: Atom,
  name: string,
): void {
  if (bench.index.byName.has(name)) return;
  const map = bench.facts.loops[name];
  if (map !== undefined && !bench.facts.bound.includes(name)) {
    const values = literalsOfMap(bench, map, "[\\w-]+");
    const first = values?.find((value) => value !== "0");
    if (first !== undefined)
      judgeConstant(bench, site, place, use, { ...atom, negative: false }, first, `${name} of ${map}`);
    return;
  }
  const written = valueOfVariable(bench, name);
  if (written === "") return;
  const text = resolveLocally(bench, written, 0);
  if (use.categories[0] === "fontWeight" && misleadingWeight(bench, site, place, atom, name, text)) return;
  judgeConstant(bench, site, place, use, atom, text, name);
}

/** Text a variable has at this place; "" when a loop or a parameter binds it, or nobody defines it. */
export function valueOfVariable(bench: Bench, name: string): string {
  if (bench.facts.bound.includes(name)) return "";
  const own = bench.facts.definitions.filter((one) => one.name === name);
  const local = own.find((one) => !one.global) ?? own[0];
  return local ? local.value : bench.env.variable(name);
}

const WEIGHTS: Record<string, number> = {
  thin: 100,
  extralight: 200,
  light: 300,
  normal: 400,
  regular: 400,
  medium: 500,
  semibold: 600,
  bold: 700,
  extrabold: 800,
  black: 900,
};

/** An alias that promises another weight than it gives: `$font-weight-bold` that comes to 600. */
function misleadingWeight(
  bench: Bench,
  site: Site,
  place: Place,
  atom: Atom,
  name: string,
  text: string,
): boolean {
  const word = wordsOf(name).findLast((one) => WEIGHTS[one] !== undefined);
  const target = /^var\(\s*(--[\w-]+)/.exec(text)?.[1];
  const token = target === undefined ? undefined : bench.index.byName.get(target);
  const given = Number(token?.values[""]);
  if (!word || !token || !Number.isFinite(given) || WEIGHTS[word] === given) return false;
  report(bench, site, {
    check: "typography",
    rule: "misleading-alias",
    from: atom.start,
    to: atom.end,
    candidates: [bench.index.candidateOf(token, 0, place)],
    severity: "low",
    message: `${site.prop}: ${name} promises ${word} (${WEIGHTS[word]}) but stands for ${token.name} (${given}); write the token`,
  });
  return true;
}

/** `map-get($sizes, "md")`: right when the map holds tokens, a violation when it holds literals. */
export function judgeMapValue(bench: Bench, site: Site, place: Place, use: PropertyUse, atom: Atom): void {
  const match = /^map[-.]get\(\s*((?:[\w-]+\.)?\$[\w-]+)\s*,\s*["']?([\w-]+)["']?\s*\)$/.exec(atom.text);
  if (!match) return;
  const name = (match[1] ?? "").replace(/^[\w-]+\./, "");
  let map = valueOfVariable(bench, name);
  const inner = /^map[-.]get\(\s*(\$[\w-]+)/.exec(map)?.[1];
  if (inner) map = valueOfVariable(bench, inner);
  const values = literalsOfText(bench, map, match[2] ?? "");
  if (values?.[0] !== undefined) judgeConstant(bench, site, place, use, atom, values[0], atom.text);
}

/** The literals a map holds under a key (a pattern), or null when any of them is or may be a token. */
function literalsOfMap(bench: Bench, name: string, key: string): string[] | null {
  return literalsOfText(bench, valueOfVariable(bench, name), key);
}

function literalsOfText(bench: Bench, text: string, key: string): string[] | null {
  const map = resolveLocally(bench, text, 0);
  const values: string[] = [];
  for (const [, value = ""] of map.matchAll(
    new RegExp(`["']?(?<![\\w-])${key}["']?\\s*:\\s*([^,()]+?)\\s*(?=[,)(])`, "g"),
  )) {
    if (!/^-?[\d.#]/.test(value)) return null;
    values.push(value);
  }
  return /var\(/.test(map) ? null : values;
}

/** Follows variables until a token or a literal is reached; a token's name is left standing. */
export function resolveLocally(bench: Bench, text: string, depth: number): string {
  if (depth > 8) return text;
  return text.replace(/(?:[a-z][\w-]*\.)?(\$[a-z_][\w-]*)/gi, (whole, name: string) => {
    if (bench.index.byName.has(name)) return whole;
    const value = valueOfVariable(bench, name);
    return value === "" ? whole : resolveLocally(bench, value, depth + 1);
  });
}

/** A constant that is no token: right when it comes to one, a violation at its use when it comes to a literal. */
function judgeConstant(
  bench: Bench,
  site: Site,
  place: Place,
  use: PropertyUse,
  atom: Atom,
  text: string,
  name: string,
): void {
  const inner = atomsOf(evaluate(text) ?? text);
  const literal = inner.find(
    (one) => one.kind === "color" || one.kind === "dim" || one.kind === "num" || one.kind === "string",
  );
  if (!literal || inner.some((one) => one.kind === "ref" && (one.ref === "var" || one.ref === "function")))
    return;
  if (literal.kind === "color" && literal.color) {
    if (use.role && isPaint(literal) && bench.index.governs(["color"]))
      colorViolation(bench, site, place, { ...atom, text: `${name} = ${literal.text}` }, literal.color);
    return;
  }
  const all = site.prop === "font" ? (["fontSize"] as Category[]) : use.categories;
  if (all.length === 0 || use.weak || !bench.index.governs(all) || inner.length !== 1) return;
  if (literal.kind === "num" && all[0] !== "lineHeight" && all[0] !== "fontWeight") return;
  if (literal.value === undefined || literal.value === 0) return;
  const sign = atom.negative ? -1 : 1;
  dimViolation(
    bench,
    site,
    { ...place, categories: all },
    atom,
    use,
    `${name} = ${literal.text}`,
    literal.value * sign,
    literal.unit ?? "",
  );
}

function judgeCustomProperty(bench: Bench, site: Site, place: Place, atom: Atom): void {
  const name = atom.name ?? "";
  const { index } = bench;
  const token = index.byName.get(name);
  if (token) {
    if (token.category === "color") judgeRole(bench, site, place, atom, token);
    return;
  }
  if (!name.startsWith("--") || atom.text.includes(",") || bench.env.isDefined(name)) return;
  const close = nearName(name, index);
  if (!close) return;
  report(bench, site, {
    check: propertyUse(site.prop)?.role ? "palette" : "spacing",
    rule: "unknown-token",
    from: atom.start,
    to: atom.end,
    candidates: [{ token: close, text: `var(${close})`, distance: 1 }],
    severity: "high",
    message: `${site.prop}: ${name} is defined nowhere, so the declaration is void; did you mean ${close}?`,
  });
}

const PAINTED = new Set<Role>(["surface", "text", "border"]);

/** A border's colour painted as a surface, a surface's as text: right value, wrong role. */
function judgeRole(bench: Bench, site: Site, place: Place, atom: Atom, token: Token): void {
  const wanted = place.role;
  if (atom.depth > 0 || (wanted !== "surface" && wanted !== "text") || token.roles.length !== 1) return;
  const own = token.roles[0] as Role;
  if (own === wanted || !PAINTED.has(own) || (wanted === "text" && own === "border")) return;
  if (!bench.index.distinguishes(wanted) || !bench.index.distinguishes(own)) return;
  const color = parseColor(token.values[""] ?? "");
  if (!color) return;
  const candidates = bench.index
    .forColor(color, place)
    .filter((one) => bench.index.byName.get(one.token)?.roles.includes(wanted));
  if (candidates.length === 0) return;
  report(bench, site, {
    check: "palette",
    rule: "wrong-role",
    from: atom.start,
    to: atom.end,
    candidates,
    severity: "info",
    message: `${site.prop}: ${token.name} is a ${own} colour painted as ${wanted}; nearest with that role: ${listed(candidates, "ΔE ")}`,
  });
}

/** A token one slip of the finger away, or null. */
function nearName(name: string, index: TokenIndex): string | null {
  if (name.length < 6) return null;
  for (const token of index.dna.tokens) {
    if (
      token.form === "css" &&
      Math.abs(token.name.length - name.length) <= 1 &&
      slips(token.name, name) <= 1
    )
      return token.name;
  }
  return null;
}

/** 0 = equal, 1 = one letter changed, added, lost or swapped with its neighbour, 2 = more. */
function slips(a: string, b: string): number {
  let from = 0;
  while (from < a.length && a[from] === b[from]) from += 1;
  let endA = a.length;
  let endB = b.length;
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const left = a.slice(from, endA);
  const right = b.slice(from, endB);
  if (left === right) return 0;
  if (/\d/.test(left + right)) return 2;
  if (left.length <= 1 && right.length <= 1) return 1;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0] ? 1 : 2;
}
