/** What-if: how far RISK falls when a gate's loss vanishes, and the fewest gates that reach the target. */
import type { CounterfactualStep } from "../contracts/risk.ts";
import { type Measure, measureRisk } from "./model.ts";
import { type CheckRun, type GateRun, type ModelInput, pct } from "./types.ts";

/** Gates tried one by one; the dearest first. */
const SINGLES = 8;
/** Gates among which every combination is tried, smallest first: at most 2^COMBINED re-evaluations. */
const COMBINED = 6;

const CLEAN: GateRun = {
  status: "pass",
  checks: null,
  findings: [],
  retries: 0,
  ageHours: null,
  sameDigest: null,
};
const CLEAN_CHECK: CheckRun = { status: "pass", retries: 0, coverage: 1 };

/**
 * The best single steps, best first, and, when none of them alone reaches the target, the smallest
 * combination that does (the best of its size). Only gates whose loss counts towards RISK are tried, so
 * deferred ones never are. Work is bounded: when COMBINED gates are not enough, only how many of the
 * dearest it takes is searched.
 */
export function counterfactuals(input: ModelInput, measure: Measure): CounterfactualStep[] {
  const candidates = dearestGates(measure);
  const singles = candidates.slice(0, SINGLES).map((gate) => step(input, [gate]));
  singles.sort((a, b) => a.riskPct - b.riskPct || (a.gates[0]! < b.gates[0]! ? -1 : 1));
  if (candidates.length < 2 || singles.some((single) => single.underTarget)) return singles;
  const ranked = singles.map((single) => single.gates[0]!);
  const rest = candidates.filter((gate) => !ranked.includes(gate));
  const combined = smallestCombination(input, [...ranked, ...rest]);
  return combined === null ? singles : [...singles, combined];
}

/** Gates with loss in RISK, by how much. */
function dearestGates({ items, kept }: Measure): string[] {
  const loss = new Map<string, number>();
  for (const [i, { gate, mu }] of items.entries()) {
    const counted = mu * kept[i]!;
    if (counted > 0) loss.set(gate, (loss.get(gate) ?? 0) + counted);
  }
  return [...loss].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([gate]) => gate);
}

function smallestCombination(input: ModelInput, ranked: readonly string[]): CounterfactualStep | null {
  const few = ranked.slice(0, COMBINED);
  if (!step(input, few).underTarget) return shortestPrefix(input, ranked, few.length + 1);
  for (let size = 2; size <= few.length; size++) {
    let best: CounterfactualStep | null = null;
    for (const gates of combinations(few, size)) {
      const tried = step(input, gates);
      if (tried.underTarget && (best === null || tried.riskPct < best.riskPct)) best = tried;
    }
    if (best !== null) return best;
  }
  return null;
}

/** The fewest of the dearest gates that reach the target, at least `least`; halving, as each more only helps. */
function shortestPrefix(
  input: ModelInput,
  ranked: readonly string[],
  least: number,
): CounterfactualStep | null {
  let best: CounterfactualStep | null = null;
  let low = least;
  let high = ranked.length;
  while (low <= high) {
    const size = (low + high) >> 1;
    const tried = step(input, ranked.slice(0, size));
    if (tried.underTarget) {
      best = tried;
      high = size - 1;
    } else low = size + 1;
  }
  return best;
}

function step(input: ModelInput, gates: readonly string[]): CounterfactualStep {
  const runs = new Map(input.runs);
  for (const gate of gates) runs.set(gate, repaired(gate, input));
  const riskPct = pct(measureRisk({ ...input, runs }).muRisk);
  return { gates: [...gates], riskPct, underTarget: riskPct <= input.policy.target_pct };
}

/** The gate's run with nothing lost. In quick mode its later checks stay deferred. */
function repaired(gate: string, { runs, mode, policy }: ModelInput): GateRun {
  const checked =
    mode === "quick" && runs.get(gate)?.checks !== null && Object.hasOwn(policy.quick_checks, gate);
  if (!checked) return CLEAN;
  return { ...CLEAN, checks: new Map(policy.quick_checks[gate]!.map((id) => [id, CLEAN_CHECK])) };
}

function* combinations(names: readonly string[], size: number, from = 0): Generator<string[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= names.length - size; i++) {
    for (const tail of combinations(names, size - 1, i + 1)) yield [names[i]!, ...tail];
  }
}
