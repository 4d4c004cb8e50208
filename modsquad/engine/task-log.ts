/** The state of every task of a run, and each change of it as a line of the journal. */
import type { Progress } from "../contracts/gate.ts";
import type { PlannedGate, TaskState } from "../contracts/run-state.ts";
import type { JsonObject } from "../contracts/words.ts";
import { plannedTask } from "../journal/fold.ts";
import type { Judgement } from "./judge.ts";
import type { EndStatus } from "./schedule.ts";

/** At most one progress line per task and second reaches the journal. */
const PROGRESS_INTERVAL_MS = 1000;

export interface TaskLog {
  /** A planned gate enters: pending, or what was decided without running it. */
  enter(gate: PlannedGate): void;
  started(id: string, attempt: number, previous: Judgement | null): void;
  progressed(id: string, progress: Progress): void;
  /** `note` says what the cache had to do with it. */
  ended(id: string, judgement: Judgement, note: JsonObject): void;
  /** The result of an earlier run with the same inputs. */
  fromCache(
    id: string,
    judgement: Judgement,
    cached: NonNullable<TaskState["cached"]>,
    note: JsonObject,
  ): void;
  /** A finished task is to run once more: pending again, its attempts still counted. */
  again(id: string, reason: string): void;
  /** A task that an unfinished run had finished. */
  carriedOver(task: TaskState): void;
  /** The gate never started. */
  notStarted(id: string, status: EndStatus, reason: string): void;
  state(id: string): TaskState | undefined;
}

export interface TaskLogOptions {
  /** Wall clock. */
  date(): Date;
  /** Monotonic milliseconds: durations must survive a clock that jumps. */
  now(): number;
  append(task: TaskState): void;
}

/** What a judgement says about a task. */
function resultOf(judgement: Judgement, note: JsonObject): Partial<TaskState> {
  const { status, errors, warnings, checks, findings, artifacts } = judgement;
  const metrics = { ...judgement.metrics, ...(Object.keys(note).length > 0 ? { cache: note } : {}) };
  return { status, errors, warnings, checks, findings, artifacts, metrics, progress: null };
}

/** Decisions that are a task's final state without running it; the others are not tasks of this run. */
const DECIDED: Partial<Record<PlannedGate["decision"], TaskState["status"]>> = {
  not_applicable: "not_applicable",
  skipped_by_user: "skipped",
};

/** What a task looks like before it has a result. */
const NOTHING_YET: Partial<TaskState> = {
  status: "pending",
  startTime: null,
  endTime: null,
  durationSeconds: null,
  errors: [],
  metrics: {},
  checks: [],
  findings: [],
  artifacts: [],
  progress: null,
  cached: null,
};

export function createTaskLog({ date, now, append }: TaskLogOptions): TaskLog {
  const tasks = new Map<string, TaskState>();
  const startedAt = new Map<string, number>();
  const lastProgress = new Map<string, number>();
  /** Attempts before the task was asked to run again. */
  const earlier = new Map<string, number>();

  const change = (id: string, fields: Partial<TaskState>) => {
    const task = tasks.get(id);
    if (!task) throw new Error(`Internal error: no task "${id}"`);
    const next = { ...task, ...fields };
    tasks.set(id, next);
    append(next);
  };

  return {
    enter: (gate) => {
      const decided = DECIDED[gate.decision];
      if (gate.decision !== "run" && !decided) return;
      tasks.set(gate.id, plannedTask(gate));
      change(
        gate.id,
        decided ? { status: decided, warnings: [gate.reason], metrics: { status: decided } } : {},
      );
    },
    started: (id, attempt, previous) => {
      if (attempt === 1) startedAt.set(id, now());
      const task = tasks.get(id);
      const startTime = task?.startTime ?? date().toISOString();
      const total = (earlier.get(id) ?? 0) + attempt;
      const warnings = previous
        ? [`attempt ${total - 1}: ${previous.errors[0] ?? previous.status}`]
        : [...(task?.warnings ?? [])];
      change(id, { status: "in_progress", attempt: total, startTime, warnings, progress: null });
    },
    progressed: (id, progress) => {
      const last = lastProgress.get(id) ?? Number.NEGATIVE_INFINITY;
      if (now() - last < PROGRESS_INTERVAL_MS) return;
      lastProgress.set(id, now());
      change(id, { progress });
    },
    ended: (id, judgement, note) => {
      const task = tasks.get(id);
      const seconds = (now() - (startedAt.get(id) ?? now())) / 1000;
      const retried = (task?.attempt ?? 1) > 1 ? [...(task?.warnings ?? [])] : [];
      change(id, {
        ...resultOf(judgement, note),
        endTime: date().toISOString(),
        durationSeconds: Math.round(seconds * 1000) / 1000,
        warnings: [...retried, ...judgement.warnings],
      });
    },
    fromCache: (id, judgement, cached, note) => {
      const time = date().toISOString();
      change(id, {
        ...resultOf(judgement, note),
        startTime: time,
        endTime: time,
        durationSeconds: 0,
        attempt: 1,
        cached,
      });
    },
    again: (id, reason) => {
      const { attempt = 0, status = "pending", errors = [] } = tasks.get(id) ?? {};
      earlier.set(id, attempt);
      change(id, {
        ...NOTHING_YET,
        warnings: [`attempt ${attempt}: ${errors[0] ?? status}; ${reason}`],
      });
    },
    carriedOver: (task) => change(task.taskId, task),
    notStarted: (id, status, reason) => change(id, { status, warnings: [reason], metrics: { status } }),
    state: (id) => tasks.get(id),
  };
}
