/**
 * What the journal folds to. `fold(records) → RunState` is the only producer; risk, reports, progress,
 * dashboards, resume and history read this and nothing else, so they cannot disagree.
 */
import type { Artifact, CheckResult, Finding } from "./gate.ts";
import type { RiskPolicy } from "./risk.ts";
import type { Area, JsonObject, Mode, TaskStatus } from "./words.ts";

export type RunStatus = "running" | "finished" | "cancelled" | "crashed";

export interface Waiver {
  /** A gate id, or null when the waiver is for one finding. */
  gate: string | null;
  fingerprint?: string;
  /** Only reasons that start with this. */
  why?: string;
  owner: string;
  reason: string;
  /** ISO date, last day it holds. */
  until: string;
  env?: string;
}

export interface DiffSize {
  /** Lines added, lines deleted, files touched, against the merge base. */
  la: number;
  ld: number;
  nf: number;
}

/** A gate the plan knows of, whether it runs or not. */
export interface PlannedGate {
  id: string;
  title: string;
  agent: string;
  areas: Area[];
  reportName: string;
  version: string;
  /** Modes in which the gate has at least one check. */
  checksInScope: string[];
  needs: string[];
  locks: string[];
  /** Expected duration in seconds from history, or null. */
  expectedSeconds: number | null;
  /** Declared power row for gates the policy does not list. */
  defectClasses: Record<string, number>;
  /** Why it runs, or why not. */
  reason: string;
  /** "run" = executed; the rest never start. */
  decision: "run" | "not_applicable" | "out_of_scope" | "skipped_by_user" | "not_in_mode";
  /** For not_applicable: confirmed by committed config. */
  confirmed?: boolean;
  /** For command gates. */
  command?: string;
}

/** Everything the pure functions need: first and last line of the journal. */
export interface RunHeader {
  runId: string;
  repository: string;
  root: string;
  commit: string | null;
  tree: string | null;
  branch: string | null;
  mode: Mode;
  env: string;
  /** Gate ids the run was narrowed to with --gate, or null. */
  scope: string[] | null;
  /** ISO date of the run, UTC. */
  today: string;
  /** Percent. */
  targetPct: number;
  policy: RiskPolicy;
  policyDigest: string;
  diff: DiffSize | null;
  baseRef: string | null;
  waivers: Waiver[];
  /** Gate ids that must report. */
  required: string[];
  /** Checks declared not applicable: gate → check → reason. */
  scopeCuts: Record<string, Record<string, string>>;
  gates: PlannedGate[];
  configFile: string | null;
  configDigest: string | null;
  /** Command line as typed, for "how to reproduce". */
  command: string[];
  baselineDate: string | null;
  pid: number;
  bootId: string;
  host: string;
  ci: boolean;
  versions: Record<string, string>;
  concurrency: number;
  startedAt: string;
  resumes: string | null;
}

/** A finding after the engine has judged whether it is new and whether somebody waived it. */
export interface JudgedFinding extends Finding {
  isNew: boolean;
  /** Owner, reason and expiry in one line, when a live waiver covers it. */
  waiver?: string;
}

export interface AttemptError {
  /** One word: "threw", "missing-tool", "timeout", "exit-code", "garbage" … */
  class: string;
  message: string;
}

export interface TaskState {
  taskId: string;
  agent: string;
  phase: string;
  description: string;
  tier: number;
  status: TaskStatus;
  /** ISO, UTC; null before it starts. */
  startTime: string | null;
  endTime: string | null;
  durationSeconds: number | null;
  dependencies: string[];
  errors: string[];
  warnings: string[];
  metrics: JsonObject;
  attempt: number;
  worker: string;
  checks: CheckResult[];
  findings: JudgedFinding[];
  artifacts: Artifact[];
  /** Latest progress while it runs. */
  progress: { done: number; total: number; label: string } | null;
  /** Set when the result was taken from the cache or an earlier run. */
  cached: { ageHours: number; sameDigest: boolean; from: string } | null;
}

export interface BrokenLine {
  /** 1-based. */
  line: number;
  offset: number;
  reason: string;
}

export interface RunState {
  header: RunHeader;
  status: RunStatus;
  /** ISO time of the last record. */
  lastRecordAt: string;
  finishedAt: string | null;
  durationSeconds: number | null;
  /** Exit code the run line recorded at its end, or null. */
  exitCode: number | null;
  /** In the order of the plan, one per gate that was planned to run. */
  tasks: TaskState[];
  /** Warnings of the run itself, such as an expired waiver or a broken line. */
  warnings: string[];
  errors: string[];
  broken: BrokenLine[];
  /** True when the last line has no newline yet. */
  pendingTail: boolean;
}
