/** Generated from schema/journal-record.schema.json by `npm run generate`. Do not edit. */

/**
 * One line of modsquad/logs/execution_log_*.jsonl, as this version writes it. Readers keep unknown fields and unknown kinds of newer versions.
 */
export type JournalRecord = RunRecord | TaskRecord | ReviewRecord | ExtensionRecord;
/**
 * The run itself: first line, heartbeats, answers to control requests, last line.
 */
export type RunRecord = FixedFields & RunRecord1;
export type RecordStatus =
  | "pending"
  | "in_progress"
  | "completed"
  | "failed"
  | "errored"
  | "timed_out"
  | "cancelled"
  | "skipped"
  | "not_applicable";
export type RecordSeverity = "critical" | "high" | "medium" | "low" | "info";
export type DiffEntry = {
  la: number;
  ld: number;
  nf: number;
} | null;
/**
 * One change of a gate's status. The last line of a task_id is its state.
 */
export type TaskRecord = FixedFields & TaskRecord1;
/**
 * What a reviewer of the mesh said.
 */
export type ReviewRecord = FixedFields & ReviewRecord1;
/**
 * What became of an extension.
 */
export type ExtensionRecord = FixedFields & ExtensionRecord1;

/**
 * Present on every line, whatever its kind, so that a reader that knows only tasks still works.
 */
export interface FixedFields {
  kind: "run" | "task" | "review" | "extension";
  run_id: string;
  /**
   * Counts the lines of a run from 1. The order of lines is the order of seq, whatever the clock did.
   */
  seq: number;
  /**
   * When the line was written, ISO, UTC.
   */
  ts?: string;
  /**
   * A gate id, or meta-orchestrator for the run.
   */
  task_id: string;
  agent: string;
  /**
   * RUN for the run, VALIDATION for a gate.
   */
  phase: string;
  description: string;
  status: RecordStatus;
  /**
   * ISO, UTC; null before it starts.
   */
  start_time: string | null;
  end_time: string | null;
  duration_seconds: number | null;
  dependencies: string[];
  errors: string[];
  warnings: string[];
  metrics: {
    [k: string]: unknown;
  };
  attempt: number;
  /**
   * 0 the orchestrator, 1 an area, 2 gates and reviewers.
   */
  tier: number;
  worker: string;
  checks: CheckEntry[];
  findings: FindingEntry[];
  spill?: SpillEntry;
}
/**
 * What a check planned and what it examined.
 */
export interface CheckEntry {
  id: string;
  target?: string;
  status: "passed" | "failed" | "errored" | "skipped";
  planned: number;
  examined: number;
  evidence: EvidenceEntry;
  failure_class?: string;
  message: string;
  retries?: number;
}
export interface EvidenceEntry {
  tool: string;
  version: string;
}
export interface FindingEntry {
  rule_id: string;
  severity: RecordSeverity;
  message: string;
  fingerprint: string;
  defect_class?: string;
  /**
   * Minutes.
   */
  effort?: number;
  location?: LocationEntry;
  target?: string;
  fix?: FixEntry;
  count?: number;
  is_new: boolean;
  /**
   * Owner, reason and expiry of the live waiver that covers it.
   */
  waiver?: string;
}
export interface LocationEntry {
  path: string;
  line: number;
  column?: number;
  end_line?: number;
}
export interface FixEntry {
  description: string;
  edits?: EditEntry[];
  command?: string;
}
/**
 * UTF-16 offsets: [start, end) is replaced by text.
 */
export interface EditEntry {
  path: string;
  start: number;
  end: number;
  text: string;
}
/**
 * Where the fields are that did not fit into 64 KiB.
 */
export interface SpillEntry {
  /**
   * Relative to the folder of the journal.
   */
  path: string;
  /**
   * Bytes.
   */
  size: number;
  sha256: string;
  fields: string[];
  /**
   * Added by a reader that could not read the side file back: why.
   */
  lost?: string;
}
export interface RunRecord1 {
  kind: "run";
  header?: HeaderEntry;
}
/**
 * Everything the pure functions need to know of the run.
 */
export interface HeaderEntry {
  run_id: string;
  repository: string;
  root: string;
  commit: string | null;
  tree: string | null;
  branch: string | null;
  mode: "quick" | "full";
  env: string;
  scope: string[] | null;
  /**
   * ISO date, UTC.
   */
  today: string;
  target_pct: number;
  policy: {
    [k: string]: unknown;
  };
  policy_digest: string;
  diff: DiffEntry;
  base_ref: string | null;
  waivers: WaiverEntry[];
  required: string[];
  /**
   * Gate id → check id → reason.
   */
  scope_cuts: {
    [k: string]: {
      [k: string]: string;
    };
  };
  gates: PlannedGateEntry[];
  config_file: string | null;
  config_digest: string | null;
  command: string[];
  baseline_date: string | null;
  pid: number;
  boot_id: string;
  host: string;
  ci: boolean;
  versions: {
    [k: string]: string;
  };
  concurrency: number;
  started_at: string;
  resumes: string | null;
}
export interface WaiverEntry {
  gate: string | null;
  fingerprint?: string;
  why?: string;
  owner: string;
  reason: string;
  until: string;
  env?: string;
}
export interface PlannedGateEntry {
  id: string;
  title: string;
  agent: string;
  areas: ("frontend" | "backend" | "infrastructure" | "security" | "quality")[];
  report_name: string;
  version: string;
  checks_in_scope: string[];
  needs: string[];
  locks: string[];
  expected_seconds: number | null;
  defect_classes: {
    [k: string]: number;
  };
  reason: string;
  decision: "run" | "not_applicable" | "out_of_scope" | "skipped_by_user" | "not_in_mode";
  confirmed?: boolean;
  command?: string;
}
export interface TaskRecord1 {
  kind: "task";
  artifacts?: ArtifactEntry[];
  cached?: CachedEntry;
}
export interface ArtifactEntry {
  path: string;
  media_type: string;
  title: string;
}
/**
 * The result was taken from the cache or from an earlier run.
 */
export interface CachedEntry {
  age_hours: number;
  same_digest: boolean;
  /**
   * Run id.
   */
  from: string;
}
export interface ReviewRecord1 {
  kind: "review";
}
export interface ExtensionRecord1 {
  kind: "extension";
}
