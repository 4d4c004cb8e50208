/** The totals of a run, with their denominator: every gate is counted once, under one status. */

import type { RiskReport } from "../contracts/risk.ts";
import { unreachable } from "../contracts/words.ts";
import type { GateView } from "./gate-view.ts";
import { hasWarnings } from "./gate-view.ts";

export interface Totals {
  /** Gates the run knows of. completed + failed + … + unfinished = total. */
  total: number;
  completed: number;
  failed: number;
  errored: number;
  timedOut: number;
  cancelled: number;
  skipped: number;
  notApplicable: number;
  /** Never reported an end: still running, or missing from a run that is over. */
  unfinished: number;
  /** Gates that completed with warnings plus expired waivers, as the risk model counts them. */
  warnings: number;
  /** Percent. */
  riskRate: number;
}

type Counter = Exclude<keyof Totals, "total" | "warnings" | "riskRate">;

/** Counts every gate once. Throws when the statuses do not sum to the total, which is a bug in here. */
export function totalsOf(views: GateView[], risk: RiskReport): Totals {
  const totals: Totals = {
    total: views.length,
    completed: 0,
    failed: 0,
    errored: 0,
    timedOut: 0,
    cancelled: 0,
    skipped: 0,
    notApplicable: 0,
    unfinished: 0,
    warnings: risk.waivers.filter((waiver) => waiver.state === "expired").length,
    riskRate: risk.riskPct,
  };
  for (const view of views) {
    totals[counterOf(view)] += 1;
    if (hasWarnings(view.task)) totals.warnings += 1;
  }
  const sum = statusSum(totals);
  if (sum !== totals.total) throw new Error(`Internal error: statuses sum to ${sum}, not ${totals.total}`);
  return totals;
}

/** Sum of all statuses; equals `total`. */
export function statusSum(totals: Totals): number {
  const { completed, failed, errored, timedOut, cancelled, skipped, notApplicable, unfinished } = totals;
  return completed + failed + errored + timedOut + cancelled + skipped + notApplicable + unfinished;
}

function counterOf(view: GateView): Counter {
  switch (view.status) {
    case "completed":
    case "failed":
    case "errored":
    case "cancelled":
    case "skipped":
      return view.status;
    case "timed_out":
      return "timedOut";
    case "not_applicable":
      return "notApplicable";
    case "pending":
    case "in_progress":
    case "missing":
      return "unfinished";
    default:
      return unreachable(view.status);
  }
}
