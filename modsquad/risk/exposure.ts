import type { RiskPolicy } from "../contracts/risk.ts";
import type { DiffSize } from "../contracts/run-state.ts";

/**
 * x, how much more a change of this size is exposed than the reference change: a factor, 1 without a
 * diff. On the gate it may only tighten, so it is clamped to [min, max] with min = 1 by default.
 */
export function exposure(diff: DiffSize | null, policy: RiskPolicy): number {
  return clamp(relativeSize(diff, policy), policy.exposure.min, policy.exposure.max);
}

/**
 * The same factor for a calibration ledger, where a small change must count as small: a one-sided clamp
 * would bias every rate learnt from it.
 */
export function calibrationExposure(diff: DiffSize | null, policy: RiskPolicy): number {
  return clamp(relativeSize(diff, policy), policy.exposure.ledger_min, policy.exposure.max);
}

function relativeSize(diff: DiffSize | null, policy: RiskPolicy): number {
  if (diff === null) return 1;
  const { coef, ref } = policy.exposure;
  let log = 0;
  for (const key of ["la", "ld", "nf"] as const) {
    log += coef[key] * (Math.log1p(diff[key]) - Math.log1p(ref[key]));
  }
  return Math.exp(log);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
