/**
 * The contract between the engine and a gate. A gate knows nothing of logs, risk or reports:
 * it turns a GateContext into a GateResult and never states its own verdict.
 */
import type { Area, CheckStatus, Json, JsonObject, Mode, Severity, TaskStatus } from "./words.ts";

export interface TrackedFile {
  /** POSIX path relative to the root. */
  path: string;
  /** Git blob id; "" for a file outside git. */
  oid: string;
  /** Git file mode, such as "100644", "100755", "120000" (symlink), "160000" (submodule). */
  mode: string;
  /** Bytes. */
  size: number;
}

export interface ChangedFile {
  path: string;
  status: "A" | "M" | "D" | "R";
  /** The old path of a rename. */
  from?: string;
}

export type Options = JsonObject;

/** What `detect` may look at. Nothing is executed and nothing is contacted. */
export interface RepoView {
  root: string;
  files: TrackedFile[];
  mode: Mode;
  env: string;
  /** Base URL for this environment, from the command line or the config. */
  baseUrl?: string;
  /** The user's options for this gate, as far as config gives any. */
  options: Options;
  /** Text of a file below root, or null when it is absent, too large (over 2 MiB) or not UTF-8. */
  readText(path: string): Promise<string | null>;
}

export type Detection =
  | { applicable: true; reason: string; options?: Options }
  | { applicable: false; reason: string };

export interface ExecOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string | Uint8Array;
  timeoutMs?: number;
  maxOutputBytes?: number;
}

export interface ExecResult {
  /** Exit code, or null when a signal ended the process or it could not be started. */
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** True when output beyond maxOutputBytes was dropped. */
  truncated: boolean;
  /** Set when the process could not be started, such as "ENOENT". */
  error?: string;
  /** True when timeoutMs ended it. */
  timedOut?: boolean;
}

export interface Upstream {
  status: TaskStatus;
  failureClasses: string[];
}

export interface HistoryEntry {
  runId: string;
  finishedAt: string;
  metrics: Json;
}

export interface Progress {
  done: number;
  total: number;
  label: string;
}

export interface GateContext {
  runId: string;
  mode: Mode;
  env: string;
  /** What is being judged: the staged snapshot (quick) or the work tree (full). Read-only. */
  root: string;
  /** Where node_modules and the like live; never copied into the snapshot. */
  dependenciesRoot: string;
  /** Tracked files, relative to root. */
  files: TrackedFile[];
  /** What the change touches; null when it cannot be told. */
  changed: ChangedFile[] | null;
  /** The merge base. */
  base: { ref: string; readFile(path: string): Promise<Uint8Array | null> } | null;
  baseUrl?: string;
  options: Options;
  /** Ids of the checks in scope. */
  checks: string[];
  /** Finished gates this one needs. */
  upstream: Record<string, Upstream>;
  /** This gate's last 50 runs in this environment, newest first. */
  history: HistoryEntry[];
  /** Values of the environment variables the gate declares, those only. */
  secrets: Record<string, string>;
  /** An existing directory for what the gate wants to keep. */
  artifactsDir: string;
  signal: AbortSignal;
  /** Milliseconds until this attempt is timed out, counted from its start; absent outside the engine. */
  timeoutMs?: number;
  /** The only way a gate may start a process. Never rejects for a failing process. */
  exec(file: string, args: string[], options?: ExecOptions): Promise<ExecResult>;
  /** Tells how far the gate is; at most one a second reaches the journal. */
  progress(progress: Progress): void;
}

export interface Evidence {
  tool: string;
  version: string;
}

/** What a check planned and what it examined: its positive proof. */
export interface CheckResult {
  id: string;
  target?: string;
  status: CheckStatus;
  planned: number;
  examined: number;
  evidence: Evidence;
  /** One word for why it failed or could not run, such as "refused", "timeout", "missing-tool". */
  failureClass?: string;
  message: string;
  /** Attempts inside the gate beyond the first. */
  retries?: number;
}

export interface FixEdit {
  path: string;
  /** UTF-16 offsets into the file's text: [start, end) is replaced by text. */
  start: number;
  end: number;
  text: string;
}

export interface Fix {
  description: string;
  edits?: FixEdit[];
  command?: string;
}

export interface Finding {
  /** `<check>/<rule>`, such as "secrets/github-token". */
  ruleId: string;
  severity: Severity;
  message: string;
  /** From content (rule, normalised text, enclosing symbol), never from the line number. */
  fingerprint: string;
  defectClass?: string;
  /** Minutes a fix takes, roughly. */
  effort?: number;
  location?: { path: string; line: number; column?: number; endLine?: number };
  target?: string;
  fix?: Fix;
  /** How many occurrences this finding stands for; 1 when absent. */
  count?: number;
}

export interface Artifact {
  path: string;
  mediaType: string;
  title: string;
}

export interface GateResult {
  checks: CheckResult[];
  findings: Finding[];
  metrics: JsonObject;
  artifacts: Artifact[];
}

export interface Need {
  gate: string;
  /** A required need that did not complete skips this gate. Default: soft, it only orders. */
  required?: boolean;
}

/** Retries with exponential backoff and jitter, inside the gate's own timeout. */
export interface RetryPolicy {
  /** Attempts in all, 1 = no retry. */
  attempts: number;
  /** First pause, milliseconds. */
  backoffMs: number;
  /** Statuses that are tried again. */
  on: ("errored" | "failed" | "timed_out")[];
}

/** Everything about a gate that is plain data: what the manifest holds and the plan needs. */
export interface GateInfo {
  apiVersion: number;
  id: string;
  version: string;
  title: string;
  summary: string;
  /** The agent the journal names, such as "repo-auditor". */
  agent: string;
  areas: Area[];
  tier: 2;
  needs: Need[];
  /** Names of resources only one gate may hold at a time, such as "browser". */
  locks: string[];
  /** Milliseconds for all attempts together. */
  timeoutMs: number;
  retry: RetryPolicy;
  /** Names of the environment variables it may see beyond the safe set. */
  env: string[];
  /** Share of each defect class it detects, in [0, 1]; {} = the policy's own row. */
  defectClasses: Record<string, number>;
  /** Check id → modes it runs in; [] for one that runs only when it is named or the gate's options ask for it. */
  checks: Record<string, Mode[]>;
  /** JSON Schema of its options in the config file. */
  options: JsonObject;
  /** Name of its result file below reports/, without ".json". */
  reportName: string;
}

export interface GateCommand {
  name: string;
  summary: string;
  run(args: string[], cwd: string): Promise<number>;
}

export interface Gate extends GateInfo {
  /** Makes the gate work with no config: options, or not applicable with the reason it saw. */
  detect(repo: RepoView): Promise<Detection>;
  /** Globs of the files that decide the result, or "live". */
  inputs(options: Options): string[] | "live";
  run(context: GateContext): Promise<GateResult>;
  fix?(context: GateContext, findings: Finding[]): Promise<Fix[]>;
  commands?: GateCommand[];
}

/** Identity with a type: gives plugin authors completion and one place to learn the fields. */
export function defineGate(gate: Gate): Gate {
  return gate;
}
