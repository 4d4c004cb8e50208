/**
 * The risk model (docs/risk-rate.md): defects arrive as a Poisson process per class, each gate thins
 * it by power × evidence, and what that leaves beyond an all-green run is the avoidable risk.
 */
import type { Result } from "../contracts/config.ts";
import { splitLoss } from "./attribution.ts";
import { type DefectClass, defectClasses } from "./defect-classes.ts";
import { findingHazard, gateEvidence } from "./evidence.ts";
import { exposure } from "./exposure.ts";
import { parseParts } from "./input.ts";
import { floorInterval, riskInterval } from "./interval.ts";
import { survivors } from "./survivors.ts";
import {
  BUILT_IN_GATES,
  type GateEvidence,
  type ModelInput,
  type ModelResult,
  pct,
  type RiskItem,
} from "./types.ts";
import { judge } from "./verdict.ts";
import { applyWaivers, isWhole, type WaiverEffect } from "./waivers.ts";

/**
 * Assesses runs written like the golden cases. Malformed input is a list of Problems that name the
 * path, never an exception and never a verdict.
 */
export function assessRuns(runs: unknown, options: unknown = {}): Result<ModelResult> {
  const input = parseParts(runs, options);
  return input.ok ? { ok: true, value: evaluate(input.value) } : input;
}

/** The model on checked input. Pure and deterministic: the order of gates does not matter. */
export function evaluate(input: ModelInput): ModelResult {
  return conclude(input, measureRisk(input));
}

/** From the expected escapes to percentages, intervals and the verdict. */
export function conclude(input: ModelInput, measure: Measure): ModelResult {
  const { gates, items, effect, classes, x, kept } = measure;
  const { policy } = input;
  const muFloor = classes.reduce(
    (mu, one) => mu + one.lambda * x * bestSurvival(one, policy.common_cause),
    0,
  );
  const waived = pct(measure.mu) - pct(measure.muRelease);
  const verdict = judge({
    risk: pct(measure.muRisk),
    waived,
    gates,
    excused: excusedGates(input, effect.waivers),
    expiredWaivers: effect.waivers.filter((waiver) => waiver.expired).length,
    policy,
  });
  const uncertainty = { classes, gates, shares: measure.shares, items, kept, x, policy };
  return {
    risk: pct(measure.muRisk),
    release: pct(measure.muRelease),
    waived,
    deferred: pct(measure.muRelease) - pct(measure.muInScope),
    totalAvoidable: pct(measure.mu),
    floor: pct(muFloor),
    total: pct(measure.mu + muFloor),
    x,
    ...verdict,
    gates,
    items,
    waivers: effect.waivers,
    mu: measure.mu,
    muRisk: measure.muRisk,
    interval: riskInterval(uncertainty, measure.muRisk),
    floorInterval: floorInterval(uncertainty, muFloor),
  };
}

export interface Measure {
  classes: DefectClass[];
  gates: GateEvidence[];
  shares: ReadonlyMap<number, number>[];
  items: RiskItem[];
  effect: WaiverEffect;
  /** Per item, the fraction that counts towards RISK. */
  kept: number[];
  x: number;
  /** Expected escapes: gross, after waivers, after waivers without what is deferred, and behind RISK. */
  mu: number;
  muRelease: number;
  muInScope: number;
  muRisk: number;
}

/** Everything up to the expected escapes, without verdict and intervals. */
export function measureRisk(input: ModelInput): Measure {
  const { policy } = input;
  const ids = consideredGates(input);
  const classes = defectClasses(ids, policy, input.history);
  const gates = assessGates(ids, classes, input);
  const x = exposure(input.diff, policy);
  const shares = attribute(classes, gates, x, policy.common_cause);
  const items = listItems(gates, shares, input);
  const effect = applyWaivers(items, input.waivers, {
    today: input.today,
    env: input.env,
    capPct: policy.waiver_cap_pct,
  });
  const inScope = effect.kept.map((fraction, i) => (items[i]!.reason === "deferred" ? 0 : fraction));
  const narrow = input.mode === "quick" || input.scope !== null;
  const muRelease = weighted(items, effect.kept);
  const muInScope = weighted(items, inScope);
  return {
    classes,
    gates,
    shares,
    items,
    effect,
    kept: narrow ? inScope : effect.kept,
    x,
    mu: items.reduce((mu, item) => mu + item.mu, 0),
    muRelease,
    muInScope,
    muRisk: narrow ? muInScope : muRelease,
  };
}

/** Share of a class that an all-green run lets through. */
function bestSurvival({ cover }: DefectClass, commonCause: number): number {
  const passing = cover.map(({ power }) => 1 - power);
  return survivors(passing, commonCause);
}

/** Required ∪ reported, minus what does not apply; alphabetical, so that the sums do not depend on order. */
function consideredGates(input: ModelInput): string[] {
  const ids = new Set(input.runs.keys());
  for (const gate of input.required ?? BUILT_IN_GATES) ids.add(gate);
  for (const gate of input.na) ids.delete(gate);
  return [...ids].sort();
}

function assessGates(
  ids: readonly string[],
  classes: readonly DefectClass[],
  input: ModelInput,
): GateEvidence[] {
  const stopped = ids.map(() => 0);
  for (const { lambda, cover } of classes) {
    for (const { gate, power } of cover) stopped[gate]! += lambda * power;
  }
  const required = input.required === null ? null : new Set(input.required);
  return ids.map((id, i) => {
    const run = input.runs.get(id) ?? null;
    return gateEvidence(id, run, {
      policy: input.policy,
      mode: input.mode,
      required: required === null || required.has(id),
      deferred: run === null && isDeferred(id, input),
      stopped: stopped[i]!,
    });
  });
}

/** An unreported gate is left for later when the mode or the scope of the run leaves it out. */
function isDeferred(gate: string, { mode, scope, policy }: ModelInput): boolean {
  if (mode === "quick" && !policy.quick_gates.includes(gate)) return true;
  return scope !== null && !scope.includes(gate);
}

const NO_SHARES: ReadonlyMap<number, number> = new Map();

/** Per class and gate, the part of μ that the gate's lost evidence costs. */
function attribute(
  classes: readonly DefectClass[],
  gates: readonly GateEvidence[],
  x: number,
  commonCause: number,
): ReadonlyMap<number, number>[] {
  return classes.map(({ lambda, cover }) => {
    const losing = cover.filter(({ gate }) => !(gates[gate]!.e >= 1));
    if (losing.length === 0) return NO_SHARES;
    const intact = cover.filter(({ gate }) => gates[gate]!.e >= 1).map(({ power }) => 1 - power);
    const survival = losing.map(({ gate, power }) => ({
      actual: 1 - power * gates[gate]!.e,
      full: 1 - power,
    }));
    const loss = splitLoss(survival, intact, commonCause);
    return new Map(losing.map(({ gate }, i) => [gate, loss[i]! * lambda * x]));
  });
}

function listItems(
  gates: readonly GateEvidence[],
  shares: readonly ReadonlyMap<number, number>[],
  input: ModelInput,
): RiskItem[] {
  const items: RiskItem[] = [];
  const losses = lossesByGate(gates.length, shares);
  for (const [i, gate] of gates.entries()) {
    const loss = losses[i]!;
    // Without a loss and a failure there is nothing to tell, and most gates of a good run are like that.
    if (loss <= 0 && !gate.failed) continue;
    const findings = (input.runs.get(gate.gate)?.findings ?? []).map((finding) => ({
      ...(finding.id === undefined ? {} : { id: finding.id }),
      severity: finding.severity,
      hazard: findingHazard(finding, input.policy),
    }));
    for (const [reason, share] of reasonShares(gate.factors)) {
      if (loss <= 0) continue;
      const known = reason === "open-findings" ? findings.map(({ severity: _, ...rest }) => rest) : [];
      items.push({ gate: gate.gate, reason, mu: loss * share, findings: known });
    }
    if (!gate.failed) continue;
    for (const { severity, ...finding } of findings) {
      items.push({ gate: gate.gate, reason: `finding:${severity}`, mu: finding.hazard, findings: [finding] });
    }
    const rest = input.policy.hazard.medium! - sum(findings.map(({ hazard }) => hazard));
    if (rest > 0) items.push({ gate: gate.gate, reason: "finding:unspecified", mu: rest, findings: [] });
  }
  return items;
}

/** What the lost evidence of each gate costs, over all classes. */
function lossesByGate(count: number, shares: readonly ReadonlyMap<number, number>[]): number[] {
  const losses: number[] = new Array(count).fill(0);
  for (const byGate of shares) {
    for (const [gate, share] of byGate) losses[gate]! += share;
  }
  return losses;
}

/** How a gate's loss divides over its reasons: by −ln(factor), and a factor of 0 takes all. */
export function reasonShares(factors: Record<string, number>): [string, number][] {
  const reasons = Object.keys(factors).sort();
  const total = reasons.find((reason) => factors[reason] === 0);
  if (total !== undefined) return [[total, 1]];
  const logs = reasons.map((reason) => -Math.log(factors[reason]!));
  const all = sum(logs);
  return reasons.map((reason, i) => [reason, logs[i]! / all]);
}

/** "gate|reason" → percent of the avoidable risk, in the order of the keys. */
export function contributions({ items, mu, totalAvoidable }: ModelResult): Record<string, number> {
  const byLine = new Map<string, number>();
  for (const item of items) {
    const key = `${item.gate}|${item.reason}`;
    byLine.set(key, (byLine.get(key) ?? 0) + (totalAvoidable * item.mu) / mu);
  }
  return Object.fromEntries([...byLine].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function excusedGates(input: ModelInput, effects: readonly { live: boolean }[]): Set<string> {
  const excused = new Set<string>();
  for (const [i, waiver] of input.waivers.entries()) {
    if (effects[i]!.live && isWhole(waiver)) excused.add(waiver.gate);
  }
  return excused;
}

function weighted(items: readonly RiskItem[], fractions: readonly number[]): number {
  return items.reduce((mu, item, i) => mu + item.mu * fractions[i]!, 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
