/** Why each gate of a run did what it did. Pure: everything it says was decided and written down by the run. */
import type { PlannedGate, RunState, TaskState } from "../contracts/run-state.ts";
import { type JsonObject, unreachable } from "../contracts/words.ts";

export interface Explanation {
  gate: string;
  decision: "run" | "cached" | "resumed" | "not applicable" | "skipped" | "deferred" | "cancelled";
  because: string;
  /** After a cache miss: the inputs that differ from the last result, by name. */
  changed: string[];
  /** Attempts it took; 0 when it never started. */
  attempts: number;
  status: string;
}

export function explainRun(state: RunState): Explanation[] {
  const tasks = new Map(state.tasks.map((task) => [task.taskId, task]));
  return state.header.gates.map((gate) => explainGate(gate, tasks.get(gate.id)));
}

function explainGate(gate: PlannedGate, task: TaskState | undefined): Explanation {
  const plain = {
    gate: gate.id,
    changed: [],
    attempts: task?.attempt ?? 0,
    status: task?.status ?? "missing",
  };
  switch (gate.decision) {
    case "run":
      return task
        ? { ...plain, ...explainTask(gate, task) }
        : { ...plain, decision: "cancelled", because: "the run ended before it" };
    case "not_applicable":
      return {
        ...plain,
        decision: "not applicable",
        because: gate.confirmed
          ? gate.reason
          : `${gate.reason} (not confirmed by config: full mode counts it as missing)`,
      };
    case "skipped_by_user":
      return { ...plain, decision: "skipped", because: gate.reason };
    case "out_of_scope":
    case "not_in_mode":
      return { ...plain, decision: "deferred", because: gate.reason };
    default:
      return unreachable(gate.decision);
  }
}

function explainTask(
  gate: PlannedGate,
  task: TaskState,
): Pick<Explanation, "decision" | "because" | "changed"> {
  const note = (task.metrics.cache ?? {}) as JsonObject;
  const changed = Array.isArray(note.changed) ? note.changed.map(String) : [];
  const retried =
    task.attempt > 1
      ? `; it took ${task.attempt} attempts (${task.warnings[0] ?? "the first one failed"})`
      : "";
  if (task.status === "cancelled" || task.status === "skipped") {
    const decision = task.status === "cancelled" ? "cancelled" : "skipped";
    return { decision, because: task.warnings[0] ?? "it never started", changed };
  }
  switch (note.state) {
    case "hit":
      return {
        decision: "cached",
        because: `same inputs as in run ${note.from}, ${ageText(task)} old`,
        changed,
      };
    case "resumed":
      return {
        decision: "resumed",
        because: `run ${note.from} had finished it and nothing it depends on changed`,
        changed,
      };
    case "miss":
      return {
        decision: "run",
        because: `${gate.reason}; no cached result: ${note.reason}${retried}`,
        changed,
      };
    case "live":
      return {
        decision: "run",
        because: `${gate.reason}; its result depends on more than files, so it is never cached${retried}`,
        changed,
      };
    case "off":
      return { decision: "run", because: `${gate.reason}; the cache is off${retried}`, changed };
    default:
      return { decision: "run", because: `${gate.reason}${retried}`, changed };
  }
}

function ageText(task: TaskState): string {
  const minutes = (task.cached?.ageHours ?? 0) * 60;
  if (minutes < 1) return "less than a minute";
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}
