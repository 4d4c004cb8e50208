/** e_g: what a gate's run proves, as a product of named factors, so that every loss has a reason. */
import type { RiskPolicy } from "../contracts/risk.ts";
import type { Mode } from "../contracts/words.ts";
import type { CheckGap, CheckRun, FindingRun, GateEvidence, GateRun, RunStatus } from "./types.ts";

/** Statuses in which a gate without checks proves nothing. */
const NOT_RUN: ReadonlySet<RunStatus> = new Set([
  "error",
  "timeout",
  "skipped",
  "cancelled",
  "missing",
  "stale",
]);
const DEFAULT_TTL_HOURS = 24;

/** Factors that are no shortcoming of the verification itself. */
const NOT_VERIFICATION: ReadonlySet<string> = new Set(["open-findings", "deferred"]);

export interface EvidenceContext {
  policy: RiskPolicy;
  mode: Mode;
  required: boolean;
  deferred: boolean;
  /** U = Σ_c λ_c·d_gc: the defects per change this gate stands for. */
  stopped: number;
}

const UNREPORTED: GateRun = {
  status: "missing",
  checks: null,
  findings: [],
  retries: 0,
  ageHours: null,
  sameDigest: null,
};

/** Evidence of one gate; `run` is null when it was not reported. */
export function gateEvidence(gate: string, run: GateRun | null, context: EvidenceContext): GateEvidence {
  const report = run ?? UNREPORTED;
  const failed = hasFailed(report);
  const evidence: GateEvidence = {
    gate,
    status: report.status,
    required: context.required,
    failed,
    deferred: context.deferred,
    e: 1,
    verification: 1,
    factors: {},
    gaps: [],
    unableChecks: unableChecks(gate, report, context),
  };
  if (context.deferred) evidence.factors.deferred = 0;
  else if (report.checks?.size === 0) evidence.factors["not-run:missing"] = 0;
  else if (failed) evidence.factors.failed = 0;
  else if (report.checks === null && NOT_RUN.has(report.status)) {
    evidence.factors[`not-run:${report.status}`] = 0;
  } else addPartialFactors(evidence, gate, report, context);

  for (const [reason, factor] of Object.entries(evidence.factors)) {
    evidence.e *= factor;
    if (!NOT_VERIFICATION.has(reason)) evidence.verification *= factor;
  }
  return evidence;
}

/** A gate of any status that saw a new critical or high finding has failed. */
export function hasFailed(run: GateRun): boolean {
  if (run.status === "fail") return true;
  return run.findings.some(({ severity, baseline, accepted }) => {
    return !baseline && accepted !== true && (severity === "critical" || severity === "high");
  });
}

/** Expected escapes a known finding stands for. */
export function findingHazard(finding: FindingRun, policy: RiskPolicy): number {
  const known = finding.baseline ? policy.baseline_factor : 1;
  return policy.hazard[finding.severity]! * known * finding.count;
}

/**
 * The gate ran, somehow: what was not checked, not certain, not fresh, or left open. The comparisons are
 * negated so that a NaN, which is neither more nor less, becomes a factor and spoils the sum visibly
 * instead of passing for no loss.
 */
function addPartialFactors(
  evidence: GateEvidence,
  gate: string,
  run: GateRun,
  { policy, mode, stopped }: EvidenceContext,
): void {
  const { factors } = evidence;
  let flaky = policy.flaky_retain ** run.retries;
  if (run.checks !== null) {
    const sums = weighChecks(gate, run.checks, policy, mode, evidence.gaps);
    const verified = sums.inScope > 0 ? sums.run / sums.inScope : 0;
    if (!(verified >= 1)) factors["checks-not-run"] = verified;
    if (sums.run !== 0) flaky *= sums.retained / sums.run;
    const planned = sums.listed > 0 ? sums.inScope / sums.listed : 1;
    if (!(planned >= 1)) factors.deferred = planned;
  }
  if (!(flaky >= 1)) factors.flaky = flaky;

  if (run.sameDigest === false) factors["stale:inputs-changed"] = 0;
  else if (run.ageHours !== null) {
    const ttl = Object.hasOwn(policy.ttl_hours, gate) ? policy.ttl_hours[gate]! : DEFAULT_TTL_HOURS;
    if (!(run.ageHours <= ttl)) factors["stale:aged"] = 2 ** -((run.ageHours - ttl) / ttl);
  }

  const open = run.findings.reduce((sum, finding) => sum + findingHazard(finding, policy), 0);
  if (!(open <= 0)) factors["open-findings"] = Math.exp(-open / stopped);
}

interface CheckSums {
  /** Weight of the gate's whole list. */
  listed: number;
  inScope: number;
  /** Weight · coverage of what ran. */
  run: number;
  /** The same after retries. */
  retained: number;
}

/** One pass in list order for all sums, so that "everything ran" is exactly 1 and not a rounding below. */
function weighChecks(
  gate: string,
  checks: ReadonlyMap<string, CheckRun>,
  policy: RiskPolicy,
  mode: Mode,
  gaps: CheckGap[],
): CheckSums {
  const inScope = checkScope(gate, policy, mode);
  const sums: CheckSums = { listed: 0, inScope: 0, run: 0, retained: 0 };
  for (const [id, weight] of checkWeights(gate, checks, policy)) {
    sums.listed += weight;
    if (!inScope(id)) continue;
    sums.inScope += weight;
    const check = checks.get(id);
    const ran = check !== undefined && (check.status === "pass" || check.status === "warn");
    const part = ran ? weight * check.coverage : 0;
    sums.run += part;
    sums.retained += ran ? part * policy.flaky_retain ** check.retries : 0;
    if (part < weight) {
      gaps.push({
        id,
        status: check?.status ?? "missing",
        coverage: ran ? check.coverage : 0,
        share: weight,
      });
    }
  }
  for (const gap of gaps) gap.share /= sums.inScope;
  return sums;
}

/** The policy's list for the gate; without one, what it reported, each alike. */
function checkWeights(
  gate: string,
  checks: ReadonlyMap<string, CheckRun>,
  policy: RiskPolicy,
): [string, number][] {
  const list = Object.hasOwn(policy.checks, gate) ? Object.entries(policy.checks[gate]!) : [];
  return list.length > 0 ? list : [...checks.keys()].map((id) => [id, 1]);
}

/** In quick mode a gate may be in scope with some of its checks only. */
function checkScope(gate: string, policy: RiskPolicy, mode: Mode): (check: string) => boolean {
  if (mode !== "quick" || !Object.hasOwn(policy.quick_checks, gate)) return () => true;
  const quick = policy.quick_checks[gate]!;
  return (check) => quick.includes(check);
}

function unableChecks(gate: string, run: GateRun, { policy, mode }: EvidenceContext): string[] {
  if (run.checks === null) return [];
  const inScope = checkScope(gate, policy, mode);
  const unable: string[] = [];
  for (const [id, { status }] of run.checks) {
    if (inScope(id) && (status === "error" || status === "timeout")) unable.push(id);
  }
  return unable;
}
