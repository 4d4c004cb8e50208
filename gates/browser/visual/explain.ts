/**
 * From two snapshots to what a person would say changed: causes first, with what they moved folded in. Pure.
 *
 * A cause is a change of an element's own styles or text, or its coming or going. Everything that only moved or
 * grew is a consequence; when there is no cause at all, what moved together is one change.
 */
import { PROPERTIES, type Row, type Snapshot } from "./snapshot.ts";

export interface Difference {
  kind: "style" | "text" | "added" | "removed" | "moved" | "resized";
  /** What a person would look for. */
  selector: string;
  /** Elements that changed in the same way, this one included. */
  count: number;
  /** For a style: property, old and new value. */
  properties: { property: string; before: string; after: string }[];
  /** One sentence, without the selector. */
  said: string;
  /** Where it is now, CSS pixels of the page. */
  box: { x: number; y: number; width: number; height: number };
}

interface Element {
  path: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  text: string;
  style: string[];
  before: string[] | null;
  after: string[] | null;
}

interface Pair {
  old: Element;
  now: Element;
}

/** A box may differ by this without anybody seeing it, CSS pixels. */
const SAME_PX = 0.3;
/** Inherited by children, so that a child that changes with its parent is no cause of its own. */
const INHERITED = new Set(
  "color font-family font-size font-weight font-style line-height letter-spacing word-spacing text-align text-transform text-shadow text-indent white-space list-style-type fill stroke".split(
    " ",
  ),
);
/** Follow the text colour unless said otherwise. */
const CURRENT_COLOR = /^(border-\w+-color|outline-color|text-decoration-color)$/;
/** Where these differ only because the font size does, the font size is the cause. */
const RELATIVE =
  /^(line-height|letter-spacing|word-spacing|text-indent|padding-|margin-|row-gap|column-gap|border-.*-radius)/;

function elementsOf({ rows, styles }: Snapshot): Map<string, Element> {
  const at = (index: number) => (index < 0 ? null : (styles[index] ?? null));
  return new Map(
    rows.map(([path, name, x, y, width, height, text, style, before, after]: Row) => [
      path,
      { path, name, x, y, width, height, text, style: at(style) ?? [], before: at(before), after: at(after) },
    ]),
  );
}

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf(">")));
const boxOf = ({ x, y, width, height }: Element) => ({ x, y, width, height });

function styleChanges(before: readonly string[], after: readonly string[], prefix = "") {
  const changes: Difference["properties"] = [];
  const names = prefix === "" ? PROPERTIES : (["content", ...PROPERTIES] as const);
  for (const [at, property] of names.entries()) {
    const [one, other] = [before[at] ?? "", after[at] ?? ""];
    if (one !== other) changes.push({ property: `${prefix}${property}`, before: one, after: other });
  }
  return changes;
}

function pseudoChanges({ old, now }: Pair): Difference["properties"] {
  const changes: Difference["properties"] = [];
  for (const side of ["before", "after"] as const) {
    const [one, other] = [old[side], now[side]];
    if (one && other) changes.push(...styleChanges(one, other, `::${side} `));
    else if (one || other)
      changes.push({
        property: `::${side} content`,
        before: one?.[0] ?? "none",
        after: other?.[0] ?? "none",
      });
  }
  return changes;
}

/** Changes of a pair without those that only follow from the parent, the text colour or the font size. */
function ownChanges(
  pair: Pair,
  changes: ReadonlyMap<string, Difference["properties"]>,
): Difference["properties"] {
  const own = changes.get(pair.now.path) ?? [];
  const ofParent = changes.get(parentOf(pair.now.path)) ?? [];
  const has = (list: Difference["properties"], property: string) =>
    list.find((one) => one.property === property);
  return own.filter(({ property, before, after }) => {
    const same = has(ofParent, property);
    if (INHERITED.has(property) && same && same.after === after) return false;
    // The parent's text is larger, and so is the child's, whose size is relative to it.
    if (property === "font-size" && same) return false;
    const color = has(own, "color");
    if (CURRENT_COLOR.test(property) && color && before === color.before && after === color.after)
      return false;
    const size = has(own, "font-size");
    if (!size || !RELATIVE.test(property)) return true;
    const ratio = Number.parseFloat(size.after) / Number.parseFloat(size.before);
    return Math.abs(Number.parseFloat(after) / Number.parseFloat(before) - ratio) > 0.02;
  });
}

/** "padding-top, padding-right, …" all from 8px to 12px are one thing to say. */
function mergeSides(changes: Difference["properties"]): Difference["properties"] {
  const merged: Difference["properties"] = [];
  for (const change of changes) {
    const short = change.property
      .replace(/-(top|right|bottom|left)(-left|-right)?(?=-|$)/, "")
      .replace(/^border-radius$/, "border-radius");
    const known = merged.find(
      (one) => one.property === short && one.before === change.before && one.after === change.after,
    );
    if (known) continue;
    const alike = changes.filter(
      ({ property, before, after }) =>
        property.startsWith(`${short.split("-")[0]}-`) && before === change.before && after === change.after,
    );
    merged.push(alike.length > 1 && short !== change.property ? { ...change, property: short } : change);
  }
  return merged;
}

const brief = (value: string) => (value.length > 60 ? `${value.slice(0, 57)}...` : value || "none");

/** What elements of one kind have in common: tag and classes, without their number. */
const kindOf = (name: string) => name.replace(/:nth-of-type\(\d+\)/g, "").replace(/^.*> /, "");

/** Elements that changed in the same way are one change. */
function grouped(all: readonly Difference[]): Difference[] {
  const groups = new Map<string, Difference>();
  for (const one of all) {
    const key =
      one.kind === "style"
        ? JSON.stringify([one.properties, kindOf(one.selector).replace(/^#.*/, "#")])
        : JSON.stringify([one.kind, one.selector, one.said]);
    const known = groups.get(key);
    if (known) groups.set(key, { ...known, selector: kindOf(known.selector), count: known.count + 1 });
    else groups.set(key, one);
  }
  return [...groups.values()];
}

const px = (value: number) => `${Math.round(value * 10) / 10} px`;

function movement(dx: number, dy: number): string {
  const parts = [
    Math.abs(dy) > SAME_PX ? `${px(Math.abs(dy))} ${dy > 0 ? "down" : "up"}` : "",
    Math.abs(dx) > SAME_PX ? `${px(Math.abs(dx))} to the ${dx > 0 ? "right" : "left"}` : "",
  ];
  return parts.filter(Boolean).join(" and ");
}

const moved = ({ old, now }: Pair) => Math.abs(now.x - old.x) > SAME_PX || Math.abs(now.y - old.y) > SAME_PX;
const resized = ({ old, now }: Pair) =>
  Math.abs(now.width - old.width) > SAME_PX || Math.abs(now.height - old.height) > SAME_PX;

/** The moves, each distance once; told by the first element that moved so. */
function moves(pairs: readonly Pair[]): Difference[] {
  const byDistance = new Map<string, Pair[]>();
  for (const pair of pairs.filter(moved)) {
    const key = `${Math.round((pair.now.x - pair.old.x) * 2)} ${Math.round((pair.now.y - pair.old.y) * 2)}`;
    byDistance.set(key, [...(byDistance.get(key) ?? []), pair]);
  }
  return [...byDistance.values()].map((group) => {
    const [first] = group as [Pair];
    const dx = first.now.x - first.old.x;
    const dy = first.now.y - first.old.y;
    const rest = group.length > 1 ? `, and with it ${group.length - 1} more` : "";
    return {
      kind: "moved",
      selector: first.now.name,
      count: group.length,
      properties: [],
      said: `moved ${movement(dx, dy)}${rest}`,
      box: boxOf(first.now),
    };
  });
}

function resizes(pairs: readonly Pair[]): Difference[] {
  const all = pairs.filter(resized);
  const paths = new Set(all.map(({ now }) => now.path));
  // Innermost: what holds it grew along.
  const inner = all.filter(
    ({ now }) => ![...paths].some((path) => path !== now.path && path.startsWith(`${now.path}>`)),
  );
  return inner.map(({ old, now }) => ({
    kind: "resized",
    selector: now.name,
    count: 1,
    properties: [],
    said: `went from ${px(old.width)} x ${px(old.height)} to ${px(now.width)} x ${px(now.height)}`,
    box: boxOf(now),
  }));
}

/** Elements that are only on one side, the outermost of them. */
function onlyIn(
  some: ReadonlyMap<string, Element>,
  others: ReadonlyMap<string, Element>,
  kind: "added" | "removed",
): Difference[] {
  const fresh = [...some.values()].filter(({ path }) => !others.has(path));
  const paths = new Set(fresh.map(({ path }) => path));
  const outermost = fresh.filter(({ path }) => !paths.has(parentOf(path)));
  return outermost.map((element) => ({
    kind,
    selector: element.name,
    count: 1,
    properties: [],
    said: `${kind === "added" ? "is new" : "is gone"}${element.text ? ` ("${brief(element.text)}")` : ""}`,
    box: boxOf(element),
  }));
}

/** What changed from one snapshot to another, most telling first; [] when they say the same. */
export function explain(before: Snapshot, after: Snapshot): Difference[] {
  const [old, now] = [elementsOf(before), elementsOf(after)];
  const pairs: Pair[] = [...now.values()].flatMap((element) => {
    const earlier = old.get(element.path);
    return earlier ? [{ old: earlier, now: element }] : [];
  });
  const changes = new Map(
    pairs.map((pair) => [
      pair.now.path,
      [...styleChanges(pair.old.style, pair.now.style), ...pseudoChanges(pair)],
    ]),
  );
  const causes: Difference[] = [...onlyIn(old, now, "removed"), ...onlyIn(now, old, "added")];
  for (const pair of pairs) {
    const box = boxOf(pair.now);
    const selector = pair.now.name;
    if (pair.old.text !== pair.now.text) {
      const said = `says "${brief(pair.now.text)}" instead of "${brief(pair.old.text)}"`;
      causes.push({ kind: "text", selector, count: 1, properties: [], said, box });
    }
    const properties = mergeSides(ownChanges(pair, changes));
    if (properties.length === 0) continue;
    const said = properties
      .map((one) => `${one.property} is ${brief(one.after)} instead of ${brief(one.before)}`)
      .join("; ");
    causes.push({ kind: "style", selector, count: 1, properties, said, box });
  }
  const told = grouped(causes);
  const shifted = moves(pairs);
  if (told.length === 0) {
    const grown = resizes(pairs);
    // What grew pushes the rest along; alone it is the cause.
    return grown.length > 0 ? grown.slice(0, 5) : shifted;
  }
  const elements = shifted.reduce((sum, { count }) => sum + count, 0);
  if (elements === 0) return told;
  const [largest] = shifted.sort((one, other) => other.count - one.count);
  const [first, ...rest] = told;
  return [
    {
      ...first!,
      said: `${first!.said}; ${elements} elements moved by it, ${largest!.selector} ${largest!.said.replace(/,.*$/, "")}`,
    },
    ...rest,
  ];
}
