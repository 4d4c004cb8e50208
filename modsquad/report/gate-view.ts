/** One row per gate the run knows of: executed, left out, or required and never heard of. */

import type { RiskReport } from "../contracts/risk.ts";
import type { PlannedGate, RunState, TaskState } from "../contracts/run-state.ts";
import type { Mode, TaskStatus } from "../contracts/words.ts";
import { unreachable } from "../contracts/words.ts";

/** A task status, or `missing`: nothing usable was ever reported and nothing will be. */
export type GateStatus = TaskStatus | "missing";

export interface GateView {
  id: string;
  planned: PlannedGate | null;
  task: TaskState | null;
  status: GateStatus;
  /** The status for people: "passed", "warnings", "timed out" … */
  word: string;
  /** Left for another run on purpose, by quick mode or --gate, as the risk model has it. */
  deferred: boolean;
  required: boolean;
  /** Why it did not run, or "". */
  reason: string;
}

/**
 * Every gate of the run, in the order of the plan; then tasks the plan does not list; then required gates
 * nobody reported. A gate still pending when the run is over is `missing`: it can prove nothing any more.
 */
export function gateViews(state: RunState, risk: RiskReport): GateView[] {
  const planned = new Map(state.header.gates.map((gate) => [gate.id, gate]));
  const tasks = new Map(state.tasks.map((task) => [task.taskId, task]));
  const required = new Set(state.header.required);
  const ids = new Set([...planned.keys(), ...tasks.keys(), ...required]);
  return Array.from(ids, (id) => {
    const known = { planned: planned.get(id) ?? null, task: tasks.get(id) ?? null };
    return viewOf(id, known, required.has(id), state, isDeferred(id, risk));
  });
}

/** True when the risk model leaves the whole gate to another run: quick mode, or outside --gate. */
export function isDeferred(gate: string, risk: RiskReport): boolean {
  return Object.hasOwn(risk.evidence, gate) && risk.evidence[gate]?.factors.deferred === 0;
}

/** True when the gate completed but did not say that it simply passed: findings open, or a check skipped. */
export function hasWarnings(task: TaskState | null): boolean {
  return task?.status === "completed" && task.metrics.status !== "passed";
}

/** The word people read for a status. */
export function statusWord(status: GateStatus, warnings: boolean): string {
  switch (status) {
    case "completed":
      return warnings ? "warnings" : "passed";
    case "in_progress":
      return "running";
    case "pending":
      return "waiting";
    case "timed_out":
      return "timed out";
    case "not_applicable":
      return "not applicable";
    case "failed":
    case "errored":
    case "cancelled":
    case "skipped":
    case "missing":
      return status;
    default:
      return unreachable(status);
  }
}

function viewOf(
  id: string,
  { planned, task }: Pick<GateView, "planned" | "task">,
  required: boolean,
  state: RunState,
  deferred: boolean,
): GateView {
  const found = statusOf(planned, task, state);
  const status = found === "missing" && deferred ? "skipped" : found;
  return {
    id,
    planned,
    task,
    status,
    word: statusWord(status, hasWarnings(task)),
    deferred,
    required,
    reason: reasonOf(status, planned, task, state.header.mode),
  };
}

function statusOf(planned: PlannedGate | null, task: TaskState | null, state: RunState): GateStatus {
  const running = state.status === "running";
  if (task) {
    const open = task.status === "pending" || task.status === "in_progress";
    return open && !running ? "missing" : task.status;
  }
  switch (planned?.decision) {
    case "not_applicable":
      return "not_applicable";
    case "out_of_scope":
    case "skipped_by_user":
    case "not_in_mode":
      return "skipped";
    case "run":
      return running ? "pending" : "missing";
    case undefined:
      return "missing";
    default:
      return unreachable(planned as never);
  }
}

function reasonOf(
  status: GateStatus,
  planned: PlannedGate | null,
  task: TaskState | null,
  mode: Mode,
): string {
  if (status === "missing") {
    if (task) return "the run ended before this gate did";
    return planned ? "planned, but nothing was reported" : "required, but no such gate reported";
  }
  if (status === "not_applicable") {
    const unconfirmed = mode === "full" && planned?.confirmed !== true;
    const why = planned?.reason ?? task?.errors[0] ?? task?.warnings[0] ?? "";
    return unconfirmed ? `${why} (counts as missing until the config confirms it)`.trim() : why;
  }
  if (status !== "skipped") return task?.errors[0] ?? "";
  if (task) return task.errors[0] ?? task.warnings[0] ?? "none of its checks ran";
  if (planned?.decision === "skipped_by_user") return planned.reason || "left out with --skip";
  if (planned?.decision === "out_of_scope") return planned.reason || "outside --gate";
  return planned?.reason || `not part of ${mode} mode`;
}
