/** Totals with their denominators: every gate is counted once, under one status. */
import type { RunState } from "../../contracts/run-state.ts";
import { unreachable } from "../../contracts/words.ts";
import { type GateView, hasWarnings } from "../../report/gate-view.ts";
import type { ViewTotals } from "./types.ts";

type Counter =
  | "passed"
  | "warned"
  | "failed"
  | "errored"
  | "timedOut"
  | "cancelled"
  | "skipped"
  | "notApplicable"
  | "active"
  | "pending"
  | "missing";

/** Throws when the statuses do not sum to the total, which is a bug in here. */
export function totalsFor(views: readonly GateView[], state: RunState | null): ViewTotals {
  const totals: ViewTotals = {
    total: views.length,
    passed: 0,
    warned: 0,
    failed: 0,
    errored: 0,
    timedOut: 0,
    cancelled: 0,
    skipped: 0,
    notApplicable: 0,
    active: 0,
    pending: 0,
    missing: 0,
    planned: 0,
    ended: 0,
    completionPct: 0,
    errors: state?.errors.length ?? 0,
    warnings: state?.warnings.length ?? 0,
  };
  for (const one of views) {
    const counter = counterOf(one);
    totals[counter] += 1;
    totals.errors += one.task?.errors.length ?? 0;
    totals.warnings += one.task?.warnings.length ?? 0;
    if (!isToRun(one)) continue;
    totals.planned += 1;
    if (counter !== "active" && counter !== "pending" && counter !== "missing") totals.ended += 1;
  }
  if (statusSum(totals) !== totals.total)
    throw new Error(`Internal error: statuses sum to ${statusSum(totals)}, not ${totals.total}`);
  if (totals.planned > 0) totals.completionPct = (100 * totals.ended) / totals.planned;
  return totals;
}

/** Sum of all statuses; equals `total`. */
export function statusSum(totals: ViewTotals): number {
  const { passed, warned, failed, errored, timedOut, cancelled } = totals;
  const { skipped, notApplicable, active, pending, missing } = totals;
  const ended = passed + warned + failed + errored + timedOut + cancelled + skipped + notApplicable;
  return ended + active + pending + missing;
}

/** Gates the plan runs, and those that reported without being planned. */
function isToRun({ planned, task }: GateView): boolean {
  return planned ? planned.decision === "run" : task !== null;
}

function counterOf(view: GateView): Counter {
  switch (view.status) {
    case "completed":
      return hasWarnings(view.task) ? "warned" : "passed";
    case "in_progress":
      return "active";
    case "timed_out":
      return "timedOut";
    case "not_applicable":
      return "notApplicable";
    case "failed":
    case "errored":
    case "cancelled":
    case "skipped":
    case "pending":
    case "missing":
      return view.status;
    default:
      return unreachable(view.status);
  }
}
