/** What a block paints after tokens are followed: its colours and lengths, mode by mode. */
import { parseColor, type Rgba } from "./color.ts";
import { evaluate } from "./dna/expression.ts";
import type { Bench } from "./judge-report.ts";
import type { Site, Token } from "./types.ts";
import { atomsOf, pxOf } from "./values.ts";

/** Sites of every block, in source order. */
export function sitesByBlock(bench: Bench): Map<number, Site[]> {
  const groups = new Map<number, Site[]>();
  for (const site of bench.facts.sites) {
    const group = groups.get(site.block);
    if (group) group.push(site);
    else groups.set(site.block, [site]);
  }
  return groups;
}

/** The token a value is nothing but a reference to. */
export function tokenOf(bench: Bench, value: string): Token | null {
  const name =
    /^\s*(?:(?:hsl|rgb|oklch)a?\(\s*)?var\(\s*(--[\w-]+)/.exec(value)?.[1] ??
    /^\s*(\$[\w-]+)\s*$/.exec(value)?.[1];
  return name === undefined ? null : (bench.index.byName.get(name) ?? null);
}

/** The colour a value paints in a mode; null when it paints none or it cannot be told. */
export function colorIn(bench: Bench, value: string, mode: string): Rgba | null {
  const token = tokenOf(bench, value);
  if (token) return parseColor(token.values[mode] ?? token.values[""] ?? "");
  const atoms = atomsOf(value);
  const colors = atoms.filter((atom) => atom.kind === "color");
  if (colors.length === 1 && atoms.every((atom) => atom.depth === 0)) return colors[0]?.color ?? null;
  return null;
}

/** A length in px after tokens are followed; null when it is none. */
export function pxIn(bench: Bench, value: string): number | null {
  const token = tokenOf(bench, value);
  const text = token ? (token.values[""] ?? "") : value;
  const [atom, ...rest] = atomsOf(evaluate(text) ?? text);
  if (!atom || rest.length > 0) return null;
  if (atom.kind === "num") return atom.value === 0 ? 0 : null;
  return atom.kind === "dim" ? pxOf(atom.value ?? 0, atom.unit ?? "") : null;
}

/** The last site of a block that sets one of the properties. */
export function lastOf(sites: readonly Site[], ...props: string[]): Site | undefined {
  return sites.findLast((site) => props.includes(site.prop));
}
