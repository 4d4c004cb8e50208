/** What each policy parameter may be. One table, so that merging and checking cannot disagree. */
import type { RiskPolicy } from "../contracts/risk.ts";

export type Shape =
  | { kind: "text" }
  | { kind: "number"; min: number; max: number; above?: boolean; below?: boolean }
  /** Only the keys the defaults have. */
  | { kind: "fixed"; of: Record<string, Shape> }
  /** Any key, such as a gate id. */
  | { kind: "open"; of: Shape }
  | { kind: "names" };

/** Far beyond any sense, near enough that sums and products stay finite. */
export const LARGEST = 1e9;

const percent: Shape = { kind: "number", min: 0, max: 100 };
const share: Shape = { kind: "number", min: 0, max: 1 };
const amount: Shape = { kind: "number", min: 0, max: LARGEST };
const positive: Shape = { kind: "number", min: 0, max: LARGEST, above: true };
const perChange: Shape = { kind: "fixed", of: { la: amount, ld: amount, nf: amount } };

export const POLICY_SHAPE: Record<keyof RiskPolicy, Shape> = {
  schema: { kind: "text" },
  target_pct: percent,
  warn_pct: percent,
  critical_pct: percent,
  max_warnings: amount,
  // A cap of 100 % would be an infinite μ.
  waiver_cap_pct: { kind: "number", min: 0, max: 100, below: true },
  waiver_max_days: {
    kind: "fixed",
    of: { critical: amount, high: amount, medium: amount, low: amount, unverified: amount },
  },
  common_cause: share,
  flaky_retain: share,
  baseline_factor: share,
  hazard: {
    kind: "fixed",
    of: { critical: amount, high: amount, medium: amount, low: amount, info: amount },
  },
  lambda: { kind: "open", of: amount },
  custom_class_lambda: amount,
  custom_gate_power: share,
  prior_changes: positive,
  power_strength: positive,
  calibration_floor: amount,
  exposure: {
    kind: "fixed",
    of: { min: positive, ledger_min: positive, max: positive, coef: perChange, ref: perChange },
  },
  power: { kind: "open", of: { kind: "open", of: share } },
  ttl_hours: { kind: "open", of: amount },
  checks: { kind: "open", of: { kind: "open", of: amount } },
  quick_gates: { kind: "names" },
  quick_checks: { kind: "open", of: { kind: "names" } },
};
