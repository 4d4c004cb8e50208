/** Proposes a DNA: clusters of colours, scales of distance and type, radii, shadows, families. */
import { colorDistance, hexOf, luminance, type Rgba } from "../color.ts";
import type { Category, Role } from "../types.ts";
import type { Collected, ColorUse } from "./collect.ts";

export interface ProposedToken {
  name: string;
  value: string;
  roles: Role[];
  /** How often the value, and what it stands for, is written today. */
  count: number;
  /** Other values that were folded into it, with counts. */
  merged: { value: string; count: number }[];
}

export type Proposal = Partial<Record<Category, ProposedToken[]>>;

/** Two colours nobody tells apart side by side (CIEDE2000) become one. */
export const SAME_COLOR = 2.5;
const MAX_COLORS = 64;

interface Cluster {
  centre: ColorUse;
  members: ColorUse[];
}

/** Most used first; every other colour joins the nearest centre within reach of the same opacity, else founds its own. */
export function clusterColors(uses: readonly ColorUse[], reach = SAME_COLOR): Cluster[] {
  const sorted = [...uses].sort((a, b) => b.count - a.count || (hexOf(a.color) < hexOf(b.color) ? -1 : 1));
  const clusters: Cluster[] = [];
  for (const use of sorted) {
    let best: Cluster | null = null;
    let least = reach;
    for (const cluster of clusters) {
      if ((cluster.centre.color.a === 1) !== (use.color.a === 1)) continue;
      const distance = colorDistance(cluster.centre.color, use.color);
      if (distance <= least) {
        least = distance;
        best = cluster;
      }
    }
    if (best) best.members.push(use);
    else clusters.push({ centre: use, members: [use] });
  }
  return clusters;
}

const HUES: [number, string][] = [
  [15, "red"],
  [45, "orange"],
  [70, "yellow"],
  [160, "green"],
  [195, "teal"],
  [255, "blue"],
  [290, "purple"],
  [335, "pink"],
  [361, "red"],
];

/** A plain word for a colour: its hue, or gray, white, black. */
export function hueWord({ r, g, b }: Rgba): string {
  const high = Math.max(r, g, b);
  const low = Math.min(r, g, b);
  if (high - low < 14 || (high > 235 && high - low < 24))
    return low > 250 ? "white" : high < 6 ? "black" : "gray";
  const spread = high - low;
  let hue = high === r ? ((g - b) / spread) % 6 : high === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
  hue = (hue * 60 + 360) % 360;
  return HUES.find(([limit]) => hue < limit)?.[1] ?? "red";
}

/** 0–1000 in steps of 50: light to dark, as colour scales are mostly numbered. */
const stepOf = (color: Rgba) =>
  Math.min(950, Math.max(50, Math.round((1 - luminance(color) ** (1 / 2.2)) * 20) * 50));

function colorTokens(collected: Collected): ProposedToken[] {
  const clusters = clusterColors([...collected.colors.values()]);
  const total = (cluster: Cluster) => cluster.members.reduce((sum, one) => sum + one.count, 0);
  const kept = clusters
    .map((cluster) => ({ cluster, count: total(cluster) }))
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_COLORS);
  const names = new Set<string>();
  return kept.map(({ cluster, count }) => {
    const { color } = cluster.centre;
    const word = hueWord(color);
    const alpha = color.a < 1 ? `-a${Math.round(color.a * 100)}` : "";
    const base =
      word === "white" || word === "black" ? `${word}${alpha}` : `${word}-${stepOf(color)}${alpha}`;
    let name = base;
    for (let number = 2; names.has(name); number += 1) name = `${base}-${number}`;
    names.add(name);
    return {
      name,
      value: hexOf(color),
      roles: rolesOf(cluster),
      count,
      merged: cluster.members.slice(1).map((one) => ({ value: hexOf(one.color), count: one.count })),
    };
  });
}

/** Roles that make up a third of the uses or more. */
function rolesOf(cluster: Cluster): Role[] {
  const counts = new Map<Role, number>();
  for (const member of cluster.members)
    for (const [role, count] of member.roles) counts.set(role, (counts.get(role) ?? 0) + count);
  const sum = [...counts.values()].reduce((all, one) => all + one, 0);
  return [...counts]
    .filter(([role, count]) => count >= sum / 3 && role !== "shadow")
    .map(([role]) => role)
    .sort();
}

/** The step the distances are multiples of: the largest of 8, 5, 4, 2 px that explains most uses. */
export function spacingUnit(values: ReadonlyMap<number, number>): number {
  const sum = [...values.values()].reduce((all, one) => all + one, 0);
  for (const unit of [8, 5, 4, 2]) {
    const explained = [...values].reduce((all, [px, count]) => all + (px % unit === 0 ? count : 0), 0);
    if (explained >= 0.75 * sum) return unit;
  }
  return 1;
}

/** Values worth a name: on the unit, and used often enough; the rest is folded into the nearest. */
function scale(
  values: ReadonlyMap<number, number>,
  limit: number,
  onUnit: (value: number) => boolean,
): { value: number; count: number; merged: { value: string; count: number }[] }[] {
  const sum = [...values.values()].reduce((all, one) => all + one, 0);
  const least = Math.max(2, Math.ceil(sum * 0.01));
  const often = [...values].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  let steps = often.filter(([value, count]) => count >= least && onUnit(value)).slice(0, limit);
  if (steps.length === 0) steps = often.slice(0, Math.min(limit, 3));
  const named = steps
    .map(([value, count]) => ({ value, count, merged: [] as { value: string; count: number }[] }))
    .sort((a, b) => a.value - b.value);
  for (const [value, count] of often) {
    if (named.some((step) => step.value === value)) continue;
    const near = named.reduce<(typeof named)[number] | null>(
      (best, step) => (!best || Math.abs(step.value - value) < Math.abs(best.value - value) ? step : best),
      null,
    );
    if (!near) continue;
    near.count += count;
    near.merged.push({ value: String(value), count });
  }
  return named;
}

const SIZES = ["3xs", "2xs", "xs", "sm", "md", "lg", "xl", "2xl", "3xl", "4xl", "5xl", "6xl", "7xl", "8xl"];

/** Names around "md" for the most used step. */
function sizeNames(steps: readonly { count: number }[]): string[] {
  const top = steps.reduce((best, step, at) => (step.count > (steps[best]?.count ?? 0) ? at : best), 0);
  return steps.map((_, at) => SIZES[4 + at - top] ?? `step-${at + 1}`);
}

function numberTokens(
  values: ReadonlyMap<number, number> | undefined,
  limit: number,
  write: (value: number) => string,
  name: "size" | "step" | "value",
  unit = 1,
): ProposedToken[] {
  if (!values || values.size === 0) return [];
  const steps = scale(values, limit, (value) => value % unit === 0 || unit === 1);
  const sizes = sizeNames(steps);
  return steps.map((step, at) => ({
    name:
      name === "size"
        ? (sizes[at] ?? String(at))
        : name === "step"
          ? String(Math.round((step.value / unit) * 100) / 100).replace(".", "-")
          : String(step.value).replace(".", "-"),
    value: write(step.value),
    roles: [],
    count: step.count,
    merged: step.merged.map((one) => ({ ...one, value: write(Number(one.value)) })),
  }));
}

function listed(
  values: ReadonlyMap<string, number>,
  limit: number,
  names: (at: number) => string,
): ProposedToken[] {
  return [...values]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, limit)
    .map(([value, count], at) => ({ name: names(at), value, roles: [], count, merged: [] }));
}

/** The proposal; deterministic. */
export function propose(collected: Collected): Proposal {
  const numbers = collected.numbers;
  const px = (value: number) => `${value}px`;
  const spacing = numbers.get("spacing") ?? new Map<number, number>();
  const families = (at: number) => ["body", "heading", "code", "extra"][at] ?? `extra-${at}`;
  return {
    color: colorTokens(collected),
    spacing: numberTokens(spacing, 14, px, "step", spacingUnit(spacing)),
    fontSize: numberTokens(numbers.get("fontSize"), 10, px, "size"),
    lineHeight: numberTokens(numbers.get("lineHeight"), 5, String, "value"),
    fontWeight: numberTokens(numbers.get("fontWeight"), 5, String, "value"),
    letterSpacing: numberTokens(numbers.get("letterSpacing"), 4, px, "value"),
    radius: numberTokens(numbers.get("radius"), 6, px, "size"),
    borderWidth: numberTokens(numbers.get("borderWidth"), 3, px, "value"),
    shadow: listed(collected.shadows, 6, (at) => String(at + 1)),
    fontFamily: listed(collected.families, 4, families),
  };
}
