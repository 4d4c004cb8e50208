/**
 * The one way from records to what they mean. Pure: the same records give the same state, whether they come
 * from a file, over a wire or one by one from a run in progress.
 */

import type { RiskPolicy } from "../contracts/risk.ts";
import type {
  BrokenLine,
  PlannedGate,
  RunHeader,
  RunState,
  RunStatus,
  TaskState,
} from "../contracts/run-state.ts";
import policyDefaults from "../risk/policy-defaults.json" with { type: "json" };
import {
  type AnyRecord,
  isFinal,
  isKnown,
  ORCHESTRATOR,
  type RunRecord,
  runHeader,
  type TaskRecord,
  taskState,
} from "./record.ts";

export interface FoldView {
  /** Lines the reader could not read. */
  broken?: readonly BrokenLine[];
  pendingTail?: boolean;
  /** Whether the runner's process is there; undefined when nobody can tell. */
  alive?: boolean | undefined;
}

export interface Fold {
  push(record: AnyRecord): void;
  /** The state as of the records pushed so far. A value of its own: later records do not change it. */
  state(view?: FoldView): RunState;
}

/** The record that tells a task's state, and that state once somebody has asked for it. */
interface Latest {
  record: TaskRecord;
  attempt: number;
  state: TaskState | null;
}

interface RunSoFar {
  header: RunHeader | null;
  /** Of the last record by seq. */
  lastSeq: number;
  lastRecordAt: string;
  /** The line that ended the run. */
  end: RunRecord | null;
  warnings: Set<string>;
  errors: Set<string>;
  foreign: number;
}

/**
 * Stands in when no run line could be read. It requires every gate of the default policy, so that nothing that
 * is said about such a run can be a pass.
 */
function unknownHeader(runId: string, startedAt: string): RunHeader {
  const policy = structuredClone(policyDefaults) as RiskPolicy;
  return {
    runId,
    repository: "",
    root: "",
    commit: null,
    tree: null,
    branch: null,
    mode: "full",
    env: "unknown",
    scope: null,
    today: (startedAt || "1970-01-01").slice(0, 10),
    targetPct: policy.target_pct,
    policy,
    policyDigest: "",
    diff: null,
    baseRef: null,
    waivers: [],
    required: Object.keys(policy.power),
    scopeCuts: {},
    gates: [],
    configFile: null,
    configDigest: null,
    command: [],
    baselineDate: null,
    pid: 0,
    bootId: "",
    host: "",
    ci: false,
    versions: {},
    concurrency: 0,
    startedAt,
    resumes: null,
  };
}

/** The task of a planned gate before anything was told of it: pending. */
export function plannedTask(gate: PlannedGate): TaskState {
  return {
    taskId: gate.id,
    agent: gate.agent,
    phase: "VALIDATION",
    description: gate.title,
    tier: 2,
    status: "pending",
    startTime: null,
    endTime: null,
    durationSeconds: null,
    dependencies: [...gate.needs],
    errors: [],
    warnings: [],
    metrics: {},
    attempt: 0,
    worker: "local",
    checks: [],
    findings: [],
    artifacts: [],
    progress: null,
    cached: null,
  };
}

/** A task as its record tells it. When part of the record is lost, what is left of it is never a pass. */
function stateOfTask(latest: Latest): TaskState {
  if (latest.state) return latest.state;
  const state = { ...taskState(latest.record), attempt: latest.attempt };
  const lost = latest.record.spill?.lost;
  if (lost !== undefined) {
    state.errors = [...state.errors, `Part of this record is lost: ${lost}`];
    if (state.status === "completed") state.status = "errored";
  }
  latest.state = state;
  return state;
}

function pushTask(tasks: Map<string, Latest>, record: TaskRecord): void {
  const known = tasks.get(record.task_id);
  const attempt = Math.max(known?.attempt ?? 0, record.attempt);
  const told = known && record.seq < known.record.seq ? known.record : record;
  tasks.set(record.task_id, { record: told, attempt, state: null });
}

function pushRun(run: RunSoFar, record: RunRecord): void {
  const header = runHeader(record);
  if (header) run.header = header;
  if (isFinal(record.status) && (!run.end || record.seq >= run.end.seq)) run.end = record;
  for (const warning of record.warnings) run.warnings.add(warning);
  for (const error of record.errors) run.errors.add(error);
}

function statusOf(end: RunRecord | null, alive: boolean | undefined): RunStatus {
  if (!end) return alive === false ? "crashed" : "running";
  return end.status === "cancelled" ? "cancelled" : "finished";
}

function inOrderOfPlan(header: RunHeader, tasks: Map<string, Latest>): TaskState[] {
  const ordered: TaskState[] = [];
  const told = new Set<string>();
  for (const gate of header.gates) {
    if (told.has(gate.id)) continue;
    const latest = tasks.get(gate.id);
    if (!latest && gate.decision !== "run") continue;
    told.add(gate.id);
    ordered.push(latest ? stateOfTask(latest) : plannedTask(gate));
  }
  for (const [id, latest] of tasks) if (!told.has(id)) ordered.push(stateOfTask(latest));
  return ordered;
}

function brokenWarning(broken: readonly BrokenLine[]): string[] {
  const first = broken[0];
  if (!first) return [];
  const lines = broken.length === 1 ? "1 line" : `${broken.length} lines`;
  return [`${lines} of the journal could not be read (line ${first.line}: ${first.reason})`];
}

function exitCodeOf(end: RunRecord | null): number | null {
  const code = end?.metrics.exit_code;
  return Number.isInteger(code) ? (code as number) : null;
}

function stateOf(run: RunSoFar, tasks: Map<string, Latest>, runId: string, view: FoldView): RunState {
  const broken = view.broken ?? [];
  const header = run.header ?? unknownHeader(runId, run.lastRecordAt);
  const errors = [...run.errors];
  const warnings = [...run.warnings, ...brokenWarning(broken)];
  if (!run.header)
    errors.push("The journal has no readable line about the run itself, so nothing in it counts as checked");
  if (run.foreign > 0)
    warnings.push(`${run.foreign} records of another run are in this journal and were left out`);
  return {
    header,
    status: statusOf(run.end, view.alive),
    lastRecordAt: run.lastRecordAt,
    finishedAt: run.end?.end_time ?? null,
    durationSeconds: run.end?.duration_seconds ?? null,
    exitCode: exitCodeOf(run.end),
    tasks: inOrderOfPlan(header, tasks),
    warnings,
    errors,
    broken: [...broken],
    pendingTail: view.pendingTail ?? false,
  };
}

/**
 * A fold that takes records one by one. The order of the lines is that of `seq`, so a line that comes late or
 * twice, or a clock that is set back, changes nothing. Records of another run are left out and counted.
 */
export function createFold(): Fold {
  const tasks = new Map<string, Latest>();
  let runId: string | null = null;
  const run: RunSoFar = {
    header: null,
    lastSeq: -1,
    lastRecordAt: "",
    end: null,
    warnings: new Set(),
    errors: new Set(),
    foreign: 0,
  };
  return {
    push(record) {
      if (!isKnown(record)) return;
      runId ??= record.run_id;
      if (record.run_id !== runId) {
        run.foreign++;
        return;
      }
      if (record.seq >= run.lastSeq) {
        run.lastSeq = record.seq;
        run.lastRecordAt = record.ts ?? record.end_time ?? record.start_time ?? run.lastRecordAt;
      }
      if (record.kind === "run" && record.task_id === ORCHESTRATOR) pushRun(run, record);
      else if (record.kind === "task") pushTask(tasks, record);
    },
    state: (view = {}) => stateOf(run, tasks, runId ?? "", view),
  };
}

/** The state a run is in, from its records. */
export function fold(records: Iterable<AnyRecord>, view: FoldView = {}): RunState {
  const folding = createFold();
  for (const record of records) folding.push(record);
  return folding.state(view);
}
