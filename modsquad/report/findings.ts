/** Findings in the order people should read them. */

import type { Finding } from "../contracts/gate.ts";
import type { RiskPolicy } from "../contracts/risk.ts";
import type { JudgedFinding, RunState } from "../contracts/run-state.ts";
import { SEVERITIES, type Severity } from "../contracts/words.ts";
import { byText } from "./numbers.ts";
import { clip } from "./plain-text.ts";

const PER_RULE = 3;

export interface RankedFinding {
  gate: string;
  finding: JudgedFinding;
}

/**
 * All findings, worst first: those nobody waived, then by what one occurrence adds to the risk (hazard of its
 * severity, times the baseline factor when it is old), then severity, occurrences, gate and place.
 */
export function rankFindings(state: RunState): RankedFinding[] {
  const all: RankedFinding[] = [];
  for (const task of state.tasks) {
    for (const finding of task.findings) all.push({ gate: task.taskId, finding });
  }
  const policy = state.header.policy;
  return all.sort((a, b) => compare(a, b, policy));
}

/**
 * The first `limit` of a ranking, at most `PER_RULE` of one rule of one gate while other rules are left, so that
 * forty places of one rule do not bury the rest. In the order of the ranking.
 */
export function topFindings(ranked: readonly RankedFinding[], limit: number): RankedFinding[] {
  const perRule = new Map<string, number>();
  const chosen = new Set<RankedFinding>();
  for (const one of ranked) {
    if (chosen.size >= limit) break;
    const rule = JSON.stringify([one.gate, one.finding.ruleId]);
    const seen = perRule.get(rule) ?? 0;
    perRule.set(rule, seen + 1);
    if (seen < PER_RULE) chosen.add(one);
  }
  for (const one of ranked) {
    if (chosen.size >= limit) break;
    chosen.add(one);
  }
  return ranked.filter((one) => chosen.has(one));
}

/** One finding in short: what summaries and dashboards carry. */
export interface FindingSummary {
  gate: string;
  ruleId: string;
  severity: Severity;
  message: string;
  /** "src/app.ts:12:3", a target, or "". */
  place: string;
  fix: string;
  fingerprint: string;
  isNew: boolean;
  waiver: string | null;
  count: number;
}

/** Message and fix are cut to `max` characters; without it they are whole. */
export function findingSummary({ gate, finding }: RankedFinding, max?: number): FindingSummary {
  const cut = (text: string) => (max === undefined ? text : clip(text, max));
  return {
    gate,
    ruleId: finding.ruleId,
    severity: finding.severity,
    message: cut(finding.message),
    place: placeOf(finding),
    fix: cut(fixOf(finding)),
    fingerprint: finding.fingerprint,
    isNew: finding.isNew,
    waiver: finding.waiver ?? null,
    count: finding.count ?? 1,
  };
}

/** "src/app.ts:12:3", the target, or "" when the finding is about the whole repository. */
export function placeOf(finding: Finding): string {
  const at = finding.location;
  if (!at) return finding.target ?? "";
  return `${at.path}:${at.line}${at.column === undefined ? "" : `:${at.column}`}`;
}

/** What fixes it in one line, or "". Edits themselves are in the gate's JSON file. */
export function fixOf(finding: Finding): string {
  const fix = finding.fix;
  if (!fix) return "";
  const parts = [fix.description];
  if (fix.command) parts.push(`run: ${fix.command}`);
  else if (fix.edits && fix.edits.length > 0) parts.push(`(exact edit in the gate's JSON report)`);
  return parts.filter((part) => part !== "").join(" ");
}

function compare(a: RankedFinding, b: RankedFinding, policy: RiskPolicy): number {
  const [x, y] = [a.finding, b.finding];
  return (
    Number(x.waiver !== undefined) - Number(y.waiver !== undefined) ||
    hazard(y, policy) - hazard(x, policy) ||
    SEVERITIES.indexOf(x.severity) - SEVERITIES.indexOf(y.severity) ||
    (y.count ?? 1) - (x.count ?? 1) ||
    byText(a.gate, b.gate) ||
    byText(x.ruleId, y.ruleId) ||
    byText(x.location?.path ?? x.target ?? "", y.location?.path ?? y.target ?? "") ||
    (x.location?.line ?? 0) - (y.location?.line ?? 0) ||
    byText(x.fingerprint, y.fingerprint)
  );
}

/** A broken header may hold no policy: then severity alone decides. */
function hazard(finding: JudgedFinding, policy: RiskPolicy | undefined): number {
  const perFinding = policy?.hazard?.[finding.severity] ?? 0;
  return finding.isNew ? perFinding : perFinding * (policy?.baseline_factor ?? 1);
}
