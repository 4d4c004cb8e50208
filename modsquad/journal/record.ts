/** Journal records: made from what the engine knows, turned back into what the readers know. */
import type { RunHeader, TaskState } from "../contracts/run-state.ts";
import type { JsonObject, TaskStatus } from "../contracts/words.ts";
import { count, isObject, type Kind, list, name, shape, text } from "./fields.ts";
import type { JournalRecord, RunRecord, SpillEntry, TaskRecord } from "./record.generated.ts";
import { artifacts, cached, type Entry, entry, header, progress } from "./shapes.ts";

export type { JournalRecord, RunRecord, SpillEntry, TaskRecord } from "./record.generated.ts";

/** The task_id of the run line. */
export const ORCHESTRATOR = "meta-orchestrator";

/** A record of a kind only a newer version knows: kept and passed on, never interpreted. */
export interface UnknownRecord {
  kind: string;
  [field: string]: unknown;
}
export type AnyRecord = JournalRecord | UnknownRecord;

/** A record before the writer has stamped it. */
type Draft<R> = R extends unknown ? Omit<R, "run_id" | "seq" | "ts" | "spill"> : never;
export type RecordDraft = Draft<JournalRecord>;

const KNOWN_KINDS: readonly string[] = ["run", "task", "review", "extension"];

/** True for a record of one of the four kinds this version knows. */
export function isKnown(record: AnyRecord): record is JournalRecord {
  return KNOWN_KINDS.includes(record.kind);
}

/** True for the states after which nothing more is expected of a task. */
export function isFinal(status: TaskStatus): boolean {
  return status !== "pending" && status !== "in_progress";
}

export interface RunLine {
  /** The run's own status: in_progress until the last line, then completed, failed, errored or cancelled. */
  status: TaskStatus;
  /** ISO, UTC. */
  startTime: string | null;
  endTime?: string | null;
  durationSeconds?: number | null;
  /** Given on the first and the last line. */
  header?: RunHeader;
  warnings?: string[];
  errors?: string[];
  /** `{ heartbeat: true }`, `{ control: … }`, on the last line `{ exit_code, … }`. */
  metrics?: JsonObject;
}

/** A line about the run itself: its first, a heartbeat, an answer to a request, its last. */
export function runRecord(line: RunLine): Draft<RunRecord> {
  const fixed = entry.encode({
    taskId: ORCHESTRATOR,
    agent: ORCHESTRATOR,
    phase: "RUN",
    description: "Validation run",
    status: line.status,
    startTime: line.startTime,
    endTime: line.endTime ?? null,
    durationSeconds: line.durationSeconds ?? null,
    dependencies: [],
    errors: line.errors ?? [],
    warnings: line.warnings ?? [],
    metrics: line.metrics ?? {},
    attempt: 1,
    tier: 0,
    worker: "local",
    checks: [],
    findings: [],
  });
  const record = { ...fixed, kind: "run", ...(line.header && { header: header.encode(line.header) }) };
  return record as unknown as Draft<RunRecord>;
}

/** A line about a task, from the task's state. Progress is told while the task is in progress. */
export function taskRecord(task: TaskState): Draft<TaskRecord> {
  const record: Record<string, unknown> = { ...entry.encode(task), kind: "task" };
  if (task.progress && task.status === "in_progress") {
    record.metrics = { ...task.metrics, progress: progress.encode(task.progress) };
  }
  if (task.artifacts.length > 0) record.artifacts = artifacts.toJson(task.artifacts);
  if (task.cached) record.cached = cached.encode(task.cached);
  return record as unknown as Draft<TaskRecord>;
}

/** The state a task record describes: the inverse of taskRecord. */
export function taskState(record: TaskRecord): TaskState {
  const state: Entry = entry.decode(record);
  const telling = record.metrics.progress;
  const moving = record.status === "in_progress" && progress.fault(telling) === null;
  if (moving) {
    const { progress: _told, ...rest } = state.metrics;
    state.metrics = rest;
  }
  return {
    ...state,
    artifacts: record.artifacts ? (artifacts.fromJson(record.artifacts) as TaskState["artifacts"]) : [],
    progress: moving ? progress.decode(telling) : null,
    cached: record.cached ? cached.decode(record.cached) : null,
  };
}

/** The header of a run line, or null when the line carries none. */
export function runHeader(record: RunRecord): RunHeader | null {
  return record.header ? header.decode(record.header) : null;
}

const spill = shape<Omit<SpillEntry, "lost">>({
  path: { json: "path", kind: name },
  size: { json: "size", kind: count },
  sha256: { json: "sha256", kind: name },
  fields: { json: "fields", kind: list(text) },
});

const EXTRAS: readonly [string, Kind][] = Object.entries({ header, artifacts, cached, spill });

/**
 * What is wrong with a parsed line, or null. Tolerant on purpose: fields of a newer version and unknown kinds
 * are fine, but what this version would read must be of the right type.
 */
export function faultOfRecord(value: unknown): string | null {
  if (!isObject(value)) return "not an object";
  if (typeof value.kind !== "string" || value.kind === "") return "kind: missing";
  if (!KNOWN_KINDS.includes(value.kind)) return null;
  let fault = entry.fault(value) ?? within("run_id", name, value) ?? within("seq", count, value);
  if (value.ts !== undefined) fault ??= within("ts", text, value);
  for (const [field, kind] of EXTRAS) if (value[field] !== undefined) fault ??= within(field, kind, value);
  return fault === null ? null : fault.replace(/^\./, "");
}

function within(field: string, kind: Kind, value: Record<string, unknown>): string | null {
  const fault = kind.fault(value[field]);
  return fault === null ? null : `.${field}${fault}`;
}
