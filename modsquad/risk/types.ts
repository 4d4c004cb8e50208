/** What the pure risk model takes and gives. Percent where a name says so or the golden cases do; μ otherwise. */
import type { RiskPolicy, Verdict } from "../contracts/risk.ts";
import type { DiffSize } from "../contracts/run-state.ts";
import type { Mode, Severity } from "../contracts/words.ts";

/** The model's own words for how a gate or a check ended. */
export const RUN_STATUSES = [
  "pass",
  "warn",
  "fail",
  "error",
  "timeout",
  "skipped",
  "cancelled",
  "missing",
  "stale",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The gates that are required when nobody says otherwise. */
export const BUILT_IN_GATES = [
  "repo-audit",
  "live-flows",
  "design-dna",
  "browser",
  "contract",
  "infra-health",
] as const;

export interface CheckRun {
  status: RunStatus;
  /** Attempts beyond the first. */
  retries: number;
  /** Examined / planned targets, in [0, 1]. */
  coverage: number;
}

export interface FindingRun {
  id?: string;
  severity: Severity;
  /** It was there before this change. */
  baseline: boolean;
  /** Occurrences it stands for. */
  count: number;
  /** A person accepted it by a live waiver within its limit: it weighs in full but does not fail the gate. */
  accepted?: boolean;
}

export interface GateRun {
  status: RunStatus;
  /** null = the gate reported no checks at all; an empty map = it reported that it has none. */
  checks: ReadonlyMap<string, CheckRun> | null;
  findings: readonly FindingRun[];
  /** Attempts beyond the first. */
  retries: number;
  /** Age of a reused result in hours, or null for a fresh one. */
  ageHours: number | null;
  /** false = its inputs changed since. */
  sameDigest: boolean | null;
}

export interface ModelWaiver {
  gate: string;
  /** Only reasons that start with this. */
  why?: string;
  /** Only the finding with this id. */
  finding?: string;
  /** Day number, the last day it holds. */
  expires: number;
  env?: string;
}

/** Releases so far, per defect class: exposure T (in changes) and incidents k. */
export interface ReleaseHistory {
  T: Record<string, number>;
  k: Record<string, number>;
}

export interface ModelInput {
  runs: ReadonlyMap<string, GateRun>;
  mode: Mode;
  env: string;
  /** Day number. */
  today: number;
  diff: DiffSize | null;
  /** null = the built-in gates and every reported one. */
  required: readonly string[] | null;
  /** Gates that do not apply. */
  na: readonly string[];
  /** The gates the run was narrowed to, or null. */
  scope: readonly string[] | null;
  waivers: readonly ModelWaiver[];
  history: ReleaseHistory | null;
  policy: RiskPolicy;
}

/** A check in scope that did not run, or not fully. */
export interface CheckGap {
  id: string;
  /** "missing" when the policy lists it and the gate said nothing of it. */
  status: RunStatus;
  coverage: number;
  /** Its share of the gate's weight in scope. */
  share: number;
}

/** What one gate's run proves. */
export interface GateEvidence {
  gate: string;
  /** As reported; "missing" when it was not. */
  status: RunStatus;
  required: boolean;
  failed: boolean;
  /** Left for a later, wider run as a whole. */
  deferred: boolean;
  /** Product of all factors, in [0, 1]. */
  e: number;
  /** The same without open findings and deferral. */
  verification: number;
  /** Reason → factor in [0, 1); a gate without loss has none. */
  factors: Record<string, number>;
  gaps: CheckGap[];
  /** Ids of checks in scope, listed or not, that errored or timed out. */
  unableChecks: string[];
}

/** One summand of μ: what it is, where it comes from, what it costs. */
export interface RiskItem {
  gate: string;
  reason: string;
  mu: number;
  /** The known findings behind it, with their hazard. */
  findings: { id?: string; hazard: number }[];
}

export type ClauseKind =
  | "gate-failed"
  | "over-critical"
  | "over-target"
  | "could-not-check"
  | "over-warn"
  | "warnings"
  | "weak-evidence"
  | "waived";

/** One reason for the verdict, in words. */
export interface Clause {
  kind: ClauseKind;
  gate?: string;
  /** It alone makes the exit code 1. */
  blocks: boolean;
  text: string;
}

export interface ModelResult {
  /** Percent. */
  risk: number;
  release: number;
  waived: number;
  deferred: number;
  totalAvoidable: number;
  floor: number;
  total: number;
  /** Exposure, a factor. */
  x: number;
  verdict: Verdict;
  exit: 0 | 1;
  /** What made the verdict, worst first. */
  clauses: Clause[];
  /** By gate id, alphabetical. */
  gates: GateEvidence[];
  items: RiskItem[];
  /** For each waiver given, in order: is it live, has it expired, and the μ it matches before the cap. */
  waivers: { live: boolean; expired: boolean; matched: number }[];
  /** Expected escapes: gross, and behind RISK. */
  mu: number;
  muRisk: number;
  /** 90 % intervals, percent, one significant digit. */
  interval: [number, number];
  floorInterval: [number, number];
}

/** Probability in percent that a Poisson with mean `mu` is not zero. */
export function pct(mu: number): number {
  return -100 * Math.expm1(-mu);
}
