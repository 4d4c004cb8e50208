/** One row per gate of the run. */
import type { RiskReport } from "../../contracts/risk.ts";
import type { TaskState } from "../../contracts/run-state.ts";
import type { CriticalPath } from "../../report/critical-path.ts";
import { gateDetail } from "../../report/gate-detail.ts";
import { type GateView, hasWarnings } from "../../report/gate-view.ts";
import { millis } from "../../report/numbers.ts";
import { clip } from "../../report/plain-text.ts";
import { toneOf, urgency } from "./tone.ts";
import type { ViewGate } from "./types.ts";

const TEXT = 500;
/** The state of a task that ended does not change any more, so what is said of it is made once. */
const details = new WeakMap<TaskState, string>();

/** @param now milliseconds since the epoch, for how long a gate has been running */
export function gateRows(
  views: readonly GateView[],
  risk: RiskReport | null,
  path: CriticalPath | null,
  now: number,
): ViewGate[] {
  const costs = new Map<string, number>();
  for (const line of risk?.ledger ?? []) costs.set(line.gate, (costs.get(line.gate) ?? 0) + line.pct);
  const critical = new Set(path?.steps.map((step) => step.id));
  return views.map((view) => gateRow(view, costs.get(view.id) ?? 0, critical.has(view.id), now));
}

/** What needs a person first, then what runs, then the rest; the plan's order among equals. */
export function failuresFirst(gates: readonly ViewGate[]): ViewGate[] {
  const ranks = new Uint8Array(gates.length);
  /** Where the next gate of each rank goes. */
  const next = new Uint32Array(RANKS + 1);
  for (let i = 0; i < gates.length; i++) {
    const rank = rankOf(gates[i]!);
    ranks[i] = rank;
    next[rank + 1]!++;
  }
  for (let rank = 1; rank < RANKS; rank++) next[rank]! += next[rank - 1]!;
  const ordered = new Array<ViewGate>(gates.length);
  for (let i = 0; i < gates.length; i++) ordered[next[ranks[i]!]!++] = gates[i]!;
  return ordered;
}

const RANKS = 8;

/** What was never meant to run comes last. */
function rankOf({ status, tone }: ViewGate): number {
  if (status === "not_applicable" || status === "skipped") return 7;
  return status === "pending" ? 4 : tone === "good" ? 5 : urgency(tone);
}

function gateRow(view: GateView, riskPct: number, onCriticalPath: boolean, now: number): ViewGate {
  const { planned, task, status } = view;
  return {
    id: view.id,
    title: planned?.title ?? task?.description ?? view.id,
    agent: task?.agent ?? planned?.agent ?? "",
    areas: planned?.areas ?? [],
    status,
    word: view.word,
    tone: toneOf(status, hasWarnings(task)),
    required: view.required,
    deferred: view.deferred,
    detail: task ? detailOf(task) : "",
    reason: clip(view.reason, TEXT),
    attempt: task?.attempt ?? 0,
    seconds: secondsOf(view, now),
    expectedSeconds: planned?.expectedSeconds ?? null,
    startedAt: task?.startTime ?? null,
    endedAt: task?.endTime ?? null,
    progress: status === "in_progress" ? (task?.progress ?? null) : null,
    needs: planned?.needs ?? task?.dependencies ?? [],
    cached: task?.cached != null,
    findings: task?.findings.length ?? 0,
    riskPct,
    onCriticalPath,
  };
}

function detailOf(task: TaskState): string {
  let detail = details.get(task);
  if (detail === undefined) {
    detail = gateDetail(task);
    details.set(task, detail);
  }
  return detail;
}

function secondsOf({ task, status }: GateView, now: number): number | null {
  if (!task) return null;
  if (status !== "in_progress") return task.durationSeconds;
  const start = millis(task.startTime);
  return start === null ? null : Math.max(0, now - start) / 1000;
}
