/** Inputs and outputs of the risk model (docs/risk-rate.md). Percent everywhere a name ends in Pct. */

/** The shape of modsquad/risk/policy-defaults.json, key for key (snake_case: it is shared data). */
export interface RiskPolicy {
  schema: string;
  target_pct: number;
  warn_pct: number;
  critical_pct: number;
  max_warnings: number;
  waiver_cap_pct: number;
  waiver_max_days: Record<string, number>;
  common_cause: number;
  flaky_retain: number;
  baseline_factor: number;
  hazard: Record<string, number>;
  lambda: Record<string, number>;
  custom_class_lambda: number;
  custom_gate_power: number;
  prior_changes: number;
  power_strength: number;
  calibration_floor: number;
  exposure: {
    min: number;
    ledger_min: number;
    max: number;
    coef: Record<"la" | "ld" | "nf", number>;
    ref: Record<"la" | "ld" | "nf", number>;
  };
  power: Record<string, Record<string, number>>;
  ttl_hours: Record<string, number>;
  checks: Record<string, Record<string, number>>;
  quick_gates: string[];
  quick_checks: Record<string, string[]>;
}

export type Verdict = "PASS" | "PASS_WITH_WAIVERS" | "WARNING" | "CRITICAL";
export type Readiness = "APPROVED" | "HOLD" | "BLOCKED";

/** One line of the ledger: a gate, a reason, what it costs. Lines sum to totalAvoidablePct as printed. */
export interface LedgerLine {
  gate: string;
  /** Factor name of the model, such as "not-run:error", "checks-not-run", "open-findings", "finding:high". */
  reason: string;
  /** Exact contribution, percent. */
  pct: number;
  /** As printed, rounded by largest remainder: "0.60", "<0.01". */
  printed: string;
  /** Words for a person: "not run: axe, lighthouse missing". */
  detail: string;
  /** What to do next, or "". */
  action: string;
}

export interface CounterfactualStep {
  gates: string[];
  riskPct: number;
  underTarget: boolean;
}

export interface AppliedWaiver {
  gate: string | null;
  fingerprint?: string;
  owner: string;
  reason: string;
  until: string;
  env?: string;
  state: "live" | "expired" | "other-env" | "stale" | "over-limit";
  /** Gross contribution it matched, percent. */
  matchedPct: number;
  message: string;
}

/** What the product makes of a run: pure function of RunState. */
export interface RiskReport {
  riskPct: number;
  releasePct: number;
  waivedPct: number;
  deferredPct: number;
  totalAvoidablePct: number;
  floorPct: number;
  totalPct: number;
  /** 90 % interval of RISK and of the floor, percent, one significant digit. */
  intervalPct: [number, number];
  floorIntervalPct: [number, number];
  exposure: number;
  targetPct: number;
  criticalPct: number;
  warnPct: number;
  verdict: Verdict;
  exit: 0 | 1;
  readiness: Readiness;
  /** Every clause that made the verdict what it is, in words, worst first. */
  why: string[];
  ledger: LedgerLine[];
  /** Best single steps, and the smallest combination that gets under the target. */
  steps: CounterfactualStep[];
  waivers: AppliedWaiver[];
  /** gate → evidence in [0,1], its factors by name, and its verification evidence. */
  evidence: Record<string, { e: number; verification: number; factors: Record<string, number> }>;
  policyDigest: string;
}
