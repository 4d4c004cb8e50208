/** The waivers of a run: which of them hold, which are past their day, their place or their limit. */
import type { Finding } from "../contracts/gate.ts";
import type { AppliedWaiver, RiskPolicy } from "../contracts/risk.ts";
import type { RunState, Waiver } from "../contracts/run-state.ts";
import { SEVERITIES, type Severity } from "../contracts/words.ts";
import { dayNumber } from "./days.ts";
import type { ModelWaiver } from "./types.ts";

export interface MappedWaiver {
  waiver: Waiver;
  state: AppliedWaiver["state"];
  message: string;
  /** What the model is given: nothing when it must act as if the waiver were absent. */
  model: ModelWaiver[];
  /** Keys of the findings it accepts (findingKey). */
  accepts: string[];
}

interface Match {
  gate: string;
  fingerprint: string;
  severity: Severity;
}

/** Key of a finding within a run. */
export function findingKey(gate: string, fingerprint: string): string {
  return `${gate}\n${fingerprint}`;
}

/** Before any day: what cannot be read as a date has passed. */
const LONG_AGO = Number.NEGATIVE_INFINITY;

/**
 * Does this waiver accept this finding of this gate on this day (ISO), here? It must name the finding's
 * fingerprint, hold in the environment, be within its days and within the policy's limit for the severity.
 * The engine asks it when it judges a gate, so that the two never disagree.
 */
export function waiverCovers(
  waiver: Waiver,
  gate: string,
  finding: Pick<Finding, "fingerprint" | "severity">,
  { today, env, policy }: { today: string; env: string; policy: RiskPolicy },
): boolean {
  const [day, expires] = [dayNumber(today), dayNumber(waiver.until)];
  if (day === null || expires === null || expires < day) return false;
  if (waiver.env !== undefined && waiver.env !== env) return false;
  if (!namesFinding(waiver, gate, finding)) return false;
  return overLimit(finding.severity, expires - day, policy) === null;
}

export function mapWaivers(state: RunState, today: number, policy: RiskPolicy): MappedWaiver[] {
  return state.header.waivers.map((waiver) => mapWaiver(waiver, state, today, policy));
}

function mapWaiver(waiver: Waiver, state: RunState, today: number, policy: RiskPolicy): MappedWaiver {
  const expires = dayNumber(waiver.until) ?? LONG_AGO;
  const matches = waiver.fingerprint === undefined ? [] : findMatches(waiver, state);
  const model = modelWaivers(waiver, expires, matches);
  const mapped = { waiver, model, accepts: [] };
  if (expires < today) {
    const message = `expired on ${waiver.until}: renew it or remove it`;
    // One entry, so that it counts as one warning; past its day it can take nothing off.
    return { ...mapped, state: "expired", message, model: [{ gate: waiver.gate ?? "", expires }] };
  }
  if (waiver.env !== undefined && waiver.env !== state.header.env) {
    const message = `holds in ${waiver.env}, and this run is ${state.header.env}`;
    return { ...mapped, state: "other-env", message, model: [] };
  }
  if (waiver.fingerprint !== undefined && matches.length === 0) {
    if (!couldMatch(waiver.fingerprint, state)) {
      return { ...mapped, state: "live", message: "its gate did not look in this run", model: [] };
    }
    const message = "no finding of this run has this fingerprint: remove it";
    return { ...mapped, state: "stale", message, model: [] };
  }
  const over = overLimit(coveredSeverity(waiver, matches), expires - today, policy);
  if (over !== null) return { ...mapped, state: "over-limit", message: over, model: [] };
  const accepts = matches.map(({ gate, fingerprint }) => findingKey(gate, fingerprint));
  return { ...mapped, state: "live", message: "", accepts };
}

/** A fingerprint may be written alone or, as in the waiver file, with its gate: "repo-audit:9f2c". */
function namesFinding(waiver: Waiver, gate: string, { fingerprint }: Pick<Finding, "fingerprint">): boolean {
  if (waiver.gate !== null && waiver.gate !== gate) return false;
  return waiver.fingerprint === fingerprint || waiver.fingerprint === `${gate}:${fingerprint}`;
}

function findMatches(waiver: Waiver, state: RunState): Match[] {
  const matches: Match[] = [];
  for (const task of state.tasks) {
    const gate = task.taskId;
    for (const finding of task.findings) {
      const { fingerprint, severity } = finding;
      if (namesFinding(waiver, gate, finding)) matches.push({ gate, fingerprint, severity });
    }
  }
  return matches;
}

/** False when the gate that the fingerprint names was left out of this run: nobody knows whether it is still there. */
function couldMatch(fingerprint: string, { header }: RunState): boolean {
  const gate = /^([a-z0-9-]+):/.exec(fingerprint)?.[1];
  const planned = header.gates.find(({ id }) => id === gate);
  return planned === undefined || planned.decision === "run";
}

function modelWaivers({ gate, why, fingerprint }: Waiver, expires: number, matches: Match[]): ModelWaiver[] {
  const prefix = why === undefined ? {} : { why };
  if (fingerprint === undefined) return gate === null ? [] : [{ gate, expires, ...prefix }];
  const targets = new Map(matches.map((match) => [findingKey(match.gate, match.fingerprint), match]));
  return [...targets.values()].map((match) => ({
    gate: match.gate,
    finding: match.fingerprint,
    expires,
    ...prefix,
  }));
}

/** What a waiver covers at worst: a finding's severity, or a gate that verified nothing. */
function coveredSeverity({ why }: Waiver, matches: readonly Match[]): string {
  const worst = SEVERITIES.find((severity) => matches.some((match) => match.severity === severity));
  if (worst !== undefined) return worst;
  return SEVERITIES.find((severity) => why === `finding:${severity}`) ?? "unverified";
}

/** Why a waiver of something this severe ("unverified" = a gate) may not last so many days, or null when it may. */
export function overLimit(severity: string, days: number, policy: RiskPolicy): string | null {
  // The policy has no limit of its own for "info": it weighs less than low.
  const limit = policy.waiver_max_days[severity] ?? policy.waiver_max_days.low ?? 0;
  const what = severity === "unverified" ? "an unverified gate" : `a finding of severity ${severity}`;
  if (limit <= 0) return `${what} cannot be waived`;
  if (days <= limit) return null;
  return `ends in ${days} days; ${what} may be waived for ${limit} at most: shorten it`;
}
