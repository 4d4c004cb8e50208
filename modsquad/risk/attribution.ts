import { blend, survivors } from "./survivors.ts";

/** One gate's factor 1 − d·e on a class: as the run left it, and with full evidence. */
export interface Survival {
  actual: number;
  full: number;
}

/** Above this many gates the exact split would take too many subsets. */
export const EXACT_LIMIT = 12;

/**
 * Splits s_c(e) − s_c(1) over the gates that lost evidence. `losing` are those gates, `intact` the
 * factors of the covering gates without loss. Exact Shapley values (Shapley 1953) by subsets up to
 * EXACT_LIMIT gates, beyond in proportion to what each would cost alone. Sums to the loss.
 */
export function splitLoss(
  losing: readonly Survival[],
  intact: readonly number[],
  commonCause: number,
): number[] {
  if (losing.length === 0) return [];
  if (losing.length > EXACT_LIMIT) return proportional(losing, intact, commonCause);
  return shapley(losing, intact, commonCause);
}

function shapley(losing: readonly Survival[], intact: readonly number[], commonCause: number): number[] {
  const survive = surviveBySubset(losing, intact, commonCause);
  const weights = subsetWeights(losing.length);
  const shares = losing.map(() => 0);
  for (let i = 0; i < losing.length; i++) {
    const bit = 1 << i;
    let share = 0;
    for (let subset = 0; subset < survive.length; subset++) {
      if ((subset & bit) !== 0) continue;
      share += weights[bitCount(subset)]! * (survive[subset | bit]! - survive[subset]!);
    }
    shares[i] = share;
  }
  return shares;
}

/** s_c for every subset of losing gates at their actual evidence, the others at full; bit i = gate i. */
function surviveBySubset(
  losing: readonly Survival[],
  intact: readonly number[],
  commonCause: number,
): Float64Array {
  const size = 1 << losing.length;
  const product = new Float64Array(size);
  const least = new Float64Array(size);
  product[0] = intact.reduce((a, b) => a * b, 1);
  least[0] = Math.min(1, ...intact);
  for (const [i, { actual, full }] of losing.entries()) {
    const bit = 1 << i;
    for (let subset = 0; subset < bit; subset++) {
      product[subset | bit] = product[subset]! * actual;
      least[subset | bit] = Math.min(least[subset]!, actual);
      product[subset] = product[subset]! * full;
      least[subset] = Math.min(least[subset]!, full);
    }
  }
  return product.map((p, subset) => blend(p, least[subset]!, commonCause));
}

/** |S|!·(n−|S|−1)!/n! for |S| = 0 … n−1. */
function subsetWeights(n: number): number[] {
  const weights = [1 / n];
  for (let size = 1; size < n; size++) weights.push((weights[size - 1]! * size) / (n - size));
  return weights;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function proportional(losing: readonly Survival[], intact: readonly number[], commonCause: number): number[] {
  const full = losing.map((gate) => gate.full);
  const base = survivors([...intact, ...full], commonCause);
  const total = survivors([...intact, ...losing.map((gate) => gate.actual)], commonCause) - base;
  const alone = losing.map((gate, i) => {
    return survivors([...intact, ...full.with(i, gate.actual)], commonCause) - base;
  });
  const sum = alone.reduce((a, b) => a + b, 0);
  // Gates of power 1 hide each other's loss completely: then nothing tells them apart.
  if (sum <= 0) return losing.map(() => total / losing.length);
  return alone.map((loss) => (loss * total) / sum);
}
