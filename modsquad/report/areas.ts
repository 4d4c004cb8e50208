/** Readiness and status of the five areas, from the gates that report to each. */

import type { Readiness, RiskReport } from "../contracts/risk.ts";
import type { RunState } from "../contracts/run-state.ts";
import type { Area } from "../contracts/words.ts";
import { AREAS, unreachable } from "../contracts/words.ts";
import type { GateView } from "./gate-view.ts";
import { gateViews, hasWarnings } from "./gate-view.ts";

/** UNKNOWN: nothing about the area was examined in this run. It is never counted as OPERATIONAL. */
export type AreaStatus = "OPERATIONAL" | "DEGRADED" | "DOWN" | "UNKNOWN";

export interface AreaReadiness {
  area: Area;
  /** NOT_CHECKED: no gate of the area had anything to say (none, or not applicable). */
  readiness: Readiness | "NOT_CHECKED";
  status: AreaStatus;
  gates: { id: string; word: string }[];
}

interface Effect {
  readiness: Readiness | "NOT_CHECKED";
  status: AreaStatus;
}

const READINESS_ORDER = ["NOT_CHECKED", "APPROVED", "HOLD", "BLOCKED"] as const;
const STATUS_ORDER = ["UNKNOWN", "OPERATIONAL", "DEGRADED", "DOWN"] as const;

/**
 * An area is as ready as its worst gate:
 * - DOWN and BLOCKED: a gate failed, so something is known to be broken.
 * - DEGRADED and BLOCKED: a required gate could not check (errored, timed out, cancelled, missing, skipped)
 *   and no waiver covers the whole gate.
 * - DEGRADED: open findings, or a gate that could not check but is waived or not required.
 * - OPERATIONAL and APPROVED: every gate of the area passed.
 * Deferred gates say nothing (UNKNOWN) and hold the area. APPROVED becomes HOLD where the whole run cannot
 * release: quick mode and a run narrowed with --gate.
 */
export function areaReadiness(
  state: RunState,
  risk: RiskReport,
  views: readonly GateView[] = gateViews(state, risk),
): AreaReadiness[] {
  const narrowed = state.header.mode === "quick" || state.header.scope !== null;
  return AREAS.map((area) => {
    const own = views.filter((view) => view.planned?.areas.includes(area));
    let { readiness, status }: Effect = { readiness: "NOT_CHECKED", status: "UNKNOWN" };
    for (const view of own) {
      const effect = effectOf(view, state, risk);
      readiness = worst(READINESS_ORDER, readiness, effect.readiness);
      status = worst(STATUS_ORDER, status, effect.status);
    }
    if (narrowed && readiness === "APPROVED") readiness = "HOLD";
    return { area, readiness, status, gates: own.map(({ id, word }) => ({ id, word })) };
  });
}

/** The system is as well as its worst area that was examined; DEGRADED when none was. */
export function systemStatus(areas: AreaReadiness[]): Exclude<AreaStatus, "UNKNOWN"> {
  let status: AreaStatus = "UNKNOWN";
  for (const area of areas) status = worst(STATUS_ORDER, status, area.status);
  return status === "UNKNOWN" ? "DEGRADED" : status;
}

/** True when a live waiver covers the whole gate, not one reason or one finding of it. */
export function isWaived(gate: string, state: RunState, risk: RiskReport): boolean {
  const live = risk.waivers.some((one) => one.gate === gate && !one.fingerprint && one.state === "live");
  return live && state.header.waivers.some((one) => one.gate === gate && !one.fingerprint && !one.why);
}

function effectOf(view: GateView, state: RunState, risk: RiskReport): Effect {
  switch (view.status) {
    case "completed":
      if (!hasWarnings(view.task)) return { readiness: "APPROVED", status: "OPERATIONAL" };
      return { readiness: risk.verdict === "WARNING" ? "HOLD" : "APPROVED", status: "DEGRADED" };
    case "failed":
      return { readiness: "BLOCKED", status: "DOWN" };
    case "pending":
    case "in_progress":
      return { readiness: "HOLD", status: "UNKNOWN" };
    case "not_applicable":
    case "skipped":
    case "missing":
      return notExamined(view, state, risk);
    case "errored":
    case "timed_out":
    case "cancelled":
      return unverified(view, state, risk);
    default:
      return unreachable(view.status);
  }
}

/** A gate that examined nothing: deferred, of no concern to this run as the model has it, or plainly missing. */
function notExamined(view: GateView, state: RunState, risk: RiskReport): Effect {
  if (view.deferred) return { readiness: "HOLD", status: "UNKNOWN" };
  const considered = Object.hasOwn(risk.evidence, view.id);
  return considered ? unverified(view, state, risk) : { readiness: "NOT_CHECKED", status: "UNKNOWN" };
}

function unverified(view: GateView, state: RunState, risk: RiskReport): Effect {
  if (isWaived(view.id, state, risk)) return { readiness: "APPROVED", status: "DEGRADED" };
  return { readiness: view.required ? "BLOCKED" : "HOLD", status: "DEGRADED" };
}

function worst<T extends string>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(b) > order.indexOf(a) ? b : a;
}
