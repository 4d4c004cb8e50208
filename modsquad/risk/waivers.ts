import type { ModelWaiver, RiskItem } from "./types.ts";

/** Reasons nobody can waive: what is broken for certain, and what was not part of this run. */
const NEVER_WAIVED: ReadonlySet<string> = new Set(["finding:critical", "failed", "deferred"]);

export interface WaiverEffect {
  /** μ taken off, after the cap. */
  waivedMu: number;
  /** Per item, the fraction of its μ that is left. */
  kept: number[];
  /** Per waiver, in order. */
  waivers: { live: boolean; expired: boolean; matched: number }[];
}

/** Live: not past its last day, and meant for this environment or for any. */
export function isLive(waiver: ModelWaiver, today: number, env: string): boolean {
  return waiver.expires >= today && (waiver.env === undefined || waiver.env === env);
}

/** A waiver of a gate as a whole, which also excuses that it could not run. */
export function isWhole(waiver: ModelWaiver): boolean {
  return waiver.why === undefined && waiver.finding === undefined;
}

/**
 * Takes the live waivers off the items: an item matched twice counts once, and all of them together
 * take off at most −ln(1 − cap).
 */
export function applyWaivers(
  items: readonly RiskItem[],
  waivers: readonly ModelWaiver[],
  context: { today: number; env: string; capPct: number },
): WaiverEffect {
  if (waivers.length === 0) return { waivedMu: 0, kept: items.map(() => 1), waivers: [] };
  const covered = items.map(() => new Set<number>());
  const effects = waivers.map((waiver) => {
    const live = isLive(waiver, context.today, context.env);
    let matched = 0;
    for (const [i, item] of items.entries()) {
      const parts = live ? matchedParts(waiver, item) : [];
      matched += item.mu * partShare(item, new Set(parts));
      for (const part of parts) covered[i]!.add(part);
    }
    return { live, expired: waiver.expires < context.today, matched };
  });
  const fractions = items.map((item, i) => partShare(item, covered[i]!));
  const matched = items.reduce((sum, item, i) => sum + item.mu * fractions[i]!, 0);
  const waivedMu = Math.min(matched, -Math.log1p(-context.capPct / 100));
  const scale = matched > 0 ? waivedMu / matched : 0;
  return { waivedMu, kept: fractions.map((fraction) => 1 - fraction * scale), waivers: effects };
}

/** A part of an item is one of its findings; WHOLE stands for the item itself. */
const WHOLE = -1;

function matchedParts(waiver: ModelWaiver, item: RiskItem): number[] {
  if (item.gate !== waiver.gate || NEVER_WAIVED.has(item.reason)) return [];
  if (waiver.why !== undefined && !item.reason.startsWith(waiver.why)) return [];
  if (waiver.finding === undefined) return [WHOLE];
  const parts: number[] = [];
  for (const [i, finding] of item.findings.entries()) {
    if (finding.id === waiver.finding) parts.push(i);
  }
  return parts;
}

/** Share of an item's μ in some of its parts, by hazard. */
function partShare(item: RiskItem, parts: ReadonlySet<number>): number {
  if (parts.size === 0) return 0;
  if (parts.has(WHOLE) || parts.size === item.findings.length) return 1;
  let all = 0;
  let some = 0;
  for (const [i, finding] of item.findings.entries()) {
    all += finding.hazard;
    if (parts.has(i)) some += finding.hazard;
  }
  return all > 0 ? some / all : 0;
}
