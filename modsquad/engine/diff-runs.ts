/** What changed between two runs of the same tree, gate by gate. Pure. */
import type { JudgedFinding, RunState, TaskState } from "../contracts/run-state.ts";

export interface GateDifference {
  gate: string;
  before: string | null;
  after: string;
  /** True when the gate did not have to run: its inputs are the same. */
  cached: boolean;
  appeared: JudgedFinding[];
  gone: JudgedFinding[];
}

/** One entry per task of `after`; without a run before, everything it found has appeared. */
export function diffRuns(before: RunState | null, after: RunState): GateDifference[] {
  const earlier = new Map((before?.tasks ?? []).map((task) => [task.taskId, task]));
  return after.tasks.map((task) => diffTask(earlier.get(task.taskId) ?? null, task));
}

function diffTask(before: TaskState | null, after: TaskState): GateDifference {
  const without = (findings: JudgedFinding[], others: JudgedFinding[]) => {
    const known = new Set(others.map((one) => one.fingerprint));
    return findings.filter((one) => !known.has(one.fingerprint));
  };
  return {
    gate: after.taskId,
    before: before?.status ?? null,
    after: after.status,
    cached: after.cached !== null,
    appeared: without(after.findings, before?.findings ?? []),
    gone: without(before?.findings ?? [], after.findings),
  };
}
