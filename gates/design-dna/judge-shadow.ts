/** Judges values that count as a whole: the layers of a shadow, a font family. */
import type { Place } from "./dna/match.ts";
import { resolveLocally, valueOfVariable } from "./judge-references.ts";
import { type Bench, listed, report } from "./judge-report.ts";
import { colorIfGoverned, isPaint } from "./judge-values.ts";
import type { Site } from "./types.ts";
import { type Atom, keyOf } from "./values.ts";

/** Shadows: every layer is a token, or equals one, or is a violation as a whole. */
export function judgeLayers(bench: Bench, site: Site, place: Place, atoms: readonly Atom[]): void {
  if (!bench.index.governs(["shadow"])) {
    for (const atom of atoms)
      if (atom.kind === "color" && isPaint(atom)) colorIfGoverned(bench, site, place, atom);
    return;
  }
  const layers: Atom[][] = [];
  for (const atom of atoms) {
    if (atom.kind === "comma" && atom.depth === 0) continue;
    const layer = layers[atom.layer] ?? [];
    layer.push(atom);
    layers[atom.layer] = layer;
  }
  const solid = layers.filter((layer) => layer !== undefined && layer.length > 0);
  for (let at = 0; at < solid.length; at += 1) at += judgeLayer(bench, site, place, solid, at);
}

/** Judges the layer at an index and returns how many further layers the same token covers. */
function judgeLayer(bench: Bench, site: Site, place: Place, layers: readonly Atom[][], at: number): number {
  const layer = layers[at] as Atom[];
  const first = layer[0] as Atom;
  for (let span = layers.length - at; span >= 1; span -= 1) {
    const group = layers.slice(at, at + span);
    if (span > 1 && group.some((one) => one.some((atom) => atom.kind === "ref"))) continue;
    const equal = bench.index.equalTo(group.map((one) => keyOf(one)).join(", "), ["shadow"], place);
    if (equal.length === 0) continue;
    const candidates = equal.slice(0, 3).map((token) => bench.index.candidateOf(token, 0, place));
    const to = group.at(-1)?.at(-1)?.end ?? first.end;
    const message = `${site.prop}: the value of ${listed(candidates, "")} is written out`;
    report(bench, site, {
      check: "radius-shadow",
      rule: "literal",
      from: first.start,
      to,
      candidates,
      severity: "low",
      message,
    });
    return span - 1;
  }
  const lengths = layer.filter(
    (atom) => atom.depth === 0 && (atom.kind === "dim" || (atom.kind === "num" && atom.value === 0)),
  ).length;
  if (lengths < 2) {
    for (const atom of layer)
      if (atom.kind === "color" && isPaint(atom)) colorIfGoverned(bench, site, place, atom);
    return 0;
  }
  for (const atom of layer) {
    const exact =
      atom.kind === "color" &&
      atom.color &&
      bench.index.forColor(atom.color, { ...place, role: "border" })[0]?.distance === 0;
    if (exact && isPaint(atom)) colorIfGoverned(bench, site, { ...place, role: "border" }, atom);
  }
  const last = layer.at(-1) as Atom;
  const near = bench.index
    .ofCategory("shadow", place)
    .slice(0, 3)
    .map((token) => bench.index.candidateOf(token, 1, place));
  report(bench, site, {
    check: "radius-shadow",
    rule: "off-scale",
    from: first.start,
    to: Math.max(last.end, ...layer.map((atom) => atom.end)),
    candidates: near,
    severity: "medium",
    message: `${site.prop}: ${site.value.slice(first.start, last.end)} is no shadow of the DNA; it has ${near.map((one) => one.token).join(", ")}`,
  });
  return 0;
}

const FAMILY_WORDS = /^(?:inherit|initial|unset|revert)$/i;

/** Judges a font family: the list equals a token's, or starts like one. */
export function judgeFamily(bench: Bench, site: Site, place: Place, atoms: readonly Atom[]): void {
  const first = atoms[0];
  if (!first || !bench.index.governs(["fontFamily"])) return;
  if (first.kind === "call") return;
  if (first.kind === "ref") {
    if (first.ref === "variable" && first.name && !bench.index.byName.has(first.name)) {
      const text = resolveLocally(bench, valueOfVariable(bench, first.name), 0);
      if (text === "" || /var\(|\$/.test(text)) return;
    } else return;
  }
  if (FAMILY_WORDS.test(first.text)) return;
  const named = first.text.replace(/^["']|["']$/g, "").toLowerCase();
  const tokens = bench.index.ofCategory("fontFamily", place);
  const starts = tokens.filter((token) =>
    (token.values[""] ?? "").toLowerCase().replace(/["']/g, "").startsWith(named),
  );
  const ordered = [...starts, ...tokens.filter((token) => !starts.includes(token))].slice(0, 3);
  const candidates = ordered.map((token) =>
    bench.index.candidateOf(token, starts.includes(token) ? 1 : 2, place),
  );
  report(bench, site, {
    check: "typography",
    rule: "off-family",
    from: 0,
    to: site.value.length,
    candidates,
    severity: "medium",
    message: `font-family: ${site.value.slice(0, 60)} is no family of the DNA; it has ${candidates.map((one) => one.token).join(", ")}`,
  });
}
