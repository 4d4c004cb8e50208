/** What is known of each gate while the run goes on: the one model behind every progress view. */
import type { TaskState } from "../../contracts/run-state.ts";
import type { ProgressGate } from "./types.ts";

export interface GateRow {
  id: string;
  needs: string[];
  expectedSeconds: number | null;
  /** Attempts the retry policy allows, or null when not known. */
  attempts: number | null;
  /** Latest state, or null before its first record. */
  task: TaskState | null;
}

/** What a record changed, as far as a person would want to read of it. */
export type Change = "started" | "retried" | "progressed" | "finished" | "none";

export interface Counts {
  total: number;
  finished: number;
  running: number;
  waiting: number;
  failed: number;
  /** Finished without being able to check: errored, timed out or cancelled. */
  unverified: number;
}

export class Board {
  readonly rows: GateRow[] = [];
  private readonly byId = new Map<string, GateRow>();
  /** Gates the plan left out: their one record says so too, and the summary names the reason. */
  private readonly left = new Set<string>();

  plan(gates: readonly ProgressGate[]): void {
    for (const gate of gates) {
      if (gate.decision !== "run") {
        this.left.add(gate.id);
        continue;
      }
      this.add({
        id: gate.id,
        needs: gate.needs,
        expectedSeconds: gate.expectedSeconds,
        attempts: gate.attempts ?? null,
        task: null,
      });
    }
  }

  /** Takes the new state of a task in and tells what changed. A gate the plan did not name gets a row. */
  update(task: TaskState): Change {
    if (this.left.has(task.taskId)) return "none";
    const row =
      this.byId.get(task.taskId) ??
      this.add({
        id: task.taskId,
        needs: task.dependencies,
        expectedSeconds: null,
        attempts: null,
        task: null,
      });
    const before = row.task;
    row.task = task;
    return changeOf(before, task);
  }

  counts(): Counts {
    const counts = { total: this.rows.length, finished: 0, running: 0, waiting: 0, failed: 0, unverified: 0 };
    for (const { task } of this.rows) {
      const status = task?.status ?? "pending";
      if (status === "pending") counts.waiting += 1;
      else if (status === "in_progress") counts.running += 1;
      else counts.finished += 1;
      if (status === "failed") counts.failed += 1;
      if (status === "errored" || status === "timed_out" || status === "cancelled") counts.unverified += 1;
    }
    return counts;
  }

  running(): GateRow[] {
    return this.rows.filter((row) => row.task?.status === "in_progress");
  }

  /** Gates this one still waits for. */
  waitsFor(row: GateRow): string[] {
    return row.needs.filter((id) => {
      const need = this.byId.get(id);
      return need !== undefined && !isFinished(need.task);
    });
  }

  private add(row: GateRow): GateRow {
    const known = this.byId.get(row.id);
    if (known) return known;
    this.byId.set(row.id, row);
    this.rows.push(row);
    return row;
  }
}

export function isFinished(task: TaskState | null): boolean {
  return task !== null && task.status !== "pending" && task.status !== "in_progress";
}

function changeOf(before: TaskState | null, after: TaskState): Change {
  if (after.status === "pending") return "none";
  if (after.status !== "in_progress") {
    return before?.status === after.status && before.attempt === after.attempt ? "none" : "finished";
  }
  if (after.attempt > Math.max(1, before?.attempt ?? 1)) return "retried";
  if (before?.status !== "in_progress") return "started";
  return "progressed";
}
