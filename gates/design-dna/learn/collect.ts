/** Gathers what a code base paints: colours, distances, sizes, radii, shadows, with counts and places. */
import { colorKey, type Rgba } from "../color.ts";
import { propertyUse } from "../properties.ts";
import { arbitraryOf, classesOf } from "../scan/classes.ts";
import type { Category, FileFacts, Role, Site } from "../types.ts";
import { atomsOf, pxOf } from "../values.ts";

export interface ColorUse {
  color: Rgba;
  count: number;
  roles: Map<Role, number>;
}

export interface Collected {
  colors: Map<string, ColorUse>;
  /** Category → px (or number) → count. */
  numbers: Map<Category, Map<number, number>>;
  shadows: Map<string, number>;
  families: Map<string, number>;
  files: number;
  values: number;
}

/** An empty collection. */
export function emptyCollection(): Collected {
  return {
    colors: new Map(),
    numbers: new Map(),
    shadows: new Map(),
    families: new Map(),
    files: 0,
    values: 0,
  };
}

function count<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function addColor(into: Collected, color: Rgba, role: Role | null): void {
  const key = colorKey(color);
  const known = into.colors.get(key) ?? { color, count: 0, roles: new Map<Role, number>() };
  known.count += 1;
  if (role) count(known.roles, role === "icon" ? "text" : role);
  into.colors.set(key, known);
}

function addNumber(into: Collected, category: Category, value: number): void {
  const values = into.numbers.get(category) ?? new Map<number, number>();
  count(values, value);
  into.numbers.set(category, values);
}

function addSite(into: Collected, prop: string, value: string): void {
  const use = propertyUse(prop);
  if (!use) return;
  const atoms = atomsOf(value);
  into.values += 1;
  for (const atom of atoms) {
    if (atom.kind === "color" && atom.color && atom.color.a > 0 && use.role)
      addColor(into, atom.color, use.role);
  }
  const first = use.categories[0];
  if (first === "shadow") {
    if (
      atoms.some((atom) => atom.kind === "color") &&
      atoms.filter((atom) => atom.kind === "dim").length >= 2
    )
      count(into.shadows, value.replace(/\s+/g, " ").trim());
    return;
  }
  if (first === "fontFamily") {
    if (atoms.every((atom) => atom.kind !== "ref") && !/^(?:inherit|initial|unset)$/.test(value))
      count(into.families, value.replace(/\s+/g, " ").trim());
    return;
  }
  if (use.weak || first === undefined || prop === "font") return;
  for (const atom of atoms) {
    const number = atom.value ?? 0;
    if (atom.depth > 0 || number <= 0) continue;
    const px =
      atom.kind === "dim"
        ? pxOf(number, atom.unit ?? "")
        : first === "lineHeight" || first === "fontWeight"
          ? number
          : null;
    if (px !== null) addNumber(into, first, px);
  }
}

/** Adds one file; definitions count as uses, so that a half-made design is learned too. */
export function collect(into: Collected, facts: FileFacts): void {
  into.files += 1;
  for (const site of facts.sites as Site[]) if (!site.local) addSite(into, site.prop, site.value);
  for (const block of facts.blocks) {
    if (!block.classes?.includes("[")) continue;
    for (const utility of classesOf(block.classes)) {
      const arbitrary = utility.text.includes("[") ? arbitraryOf(utility) : null;
      if (arbitrary) addSite(into, arbitrary.prop, arbitrary.value);
    }
  }
}
