/** RunSummary: the one object every machine-readable output is made from (schema/run-summary.schema.json). */

import type {
  AppliedWaiver,
  CounterfactualStep,
  LedgerLine,
  Readiness,
  RiskReport,
  Verdict,
} from "../contracts/risk.ts";
import type { RunState, RunStatus, TaskState } from "../contracts/run-state.ts";
import type { CheckStatus, Mode, Severity } from "../contracts/words.ts";
import { type AreaReadiness, type AreaStatus, areaReadiness, systemStatus } from "./areas.ts";
import { type CriticalPath, criticalPath } from "./critical-path.ts";
import { gateFile } from "./files.ts";
import { type FindingSummary, findingSummary, rankFindings } from "./findings.ts";
import { type GateStatus, type GateView, gateViews } from "./gate-view.ts";
import { type NextAction, nextActions } from "./next-actions.ts";
import { clip } from "./plain-text.ts";
import { answerOf } from "./readiness.ts";
import { type Totals, totalsOf } from "./totals.ts";

export const RUN_SUMMARY_SCHEMA = "meta-orch/run-summary@1";

/** How many findings the summary carries; all of them are in the gates' own files. */
const WORST = 50;
/** Longest text kept of one message; the gate's own file has it whole. */
const TEXT = 2000;

export interface SummaryCheck {
  id: string;
  target: string | null;
  status: CheckStatus;
  planned: number;
  examined: number;
  failureClass: string | null;
  message: string;
}

export interface SummaryGate {
  id: string;
  title: string;
  status: GateStatus;
  /** True when it completed with findings open or a check skipped. */
  warnings: boolean;
  /** Left for another run on purpose: not in this mode, or outside --gate. */
  deferred: boolean;
  required: boolean;
  /** Why it did not run or could not check, or "". */
  reason: string;
  attempt: number;
  durationSeconds: number | null;
  /** "run id" the result was taken from, or null when it was executed. */
  cachedFrom: string | null;
  checks: SummaryCheck[];
  findings: Record<Severity, number> & { total: number; new: number; waived: number };
  errors: string[];
  /** Its own result file, relative to the root, or null when it never reported. */
  report: string | null;
}

export interface RunSummary {
  schema: typeof RUN_SUMMARY_SCHEMA;
  runId: string;
  resumes: string | null;
  status: RunStatus;
  repository: string;
  commit: string | null;
  tree: string | null;
  branch: string | null;
  baseRef: string | null;
  mode: Mode;
  env: string;
  scope: string[] | null;
  startedAt: string;
  finishedAt: string | null;
  durationSeconds: number | null;
  verdict: Verdict;
  readiness: Readiness;
  systemStatus: Exclude<AreaStatus, "UNKNOWN">;
  exitCode: number | null;
  why: string[];
  risk: {
    riskPct: number;
    releasePct: number;
    waivedPct: number;
    deferredPct: number;
    totalAvoidablePct: number;
    floorPct: number;
    totalPct: number;
    intervalPct: [number, number];
    floorIntervalPct: [number, number];
    exposure: number;
    targetPct: number;
    warnPct: number;
    criticalPct: number;
    ledger: LedgerLine[];
    steps: CounterfactualStep[];
    policyDigest: string;
  };
  areas: AreaReadiness[];
  gates: SummaryGate[];
  totals: Totals;
  findings: { total: number; worst: FindingSummary[] };
  waivers: AppliedWaiver[];
  scopeCuts: { gate: string; check: string; reason: string }[];
  criticalPath: CriticalPath | null;
  nextActions: NextAction[];
  warnings: string[];
  errors: string[];
  /** Journal lines that could not be read; what they said is missing above. */
  brokenLines: number;
  configFile: string | null;
  configDigest: string | null;
  command: string[];
  versions: Record<string, string>;
  /** Files this run wrote, relative to the root. */
  reports: string[];
}

/**
 * Everything a machine may want to know of a run. Pure: the same run and risk give the same object.
 * @param reports report files written for the run, relative to the root
 */
export function summarise(state: RunState, risk: RiskReport, reports: readonly string[]): RunSummary {
  const { header } = state;
  const views = gateViews(state, risk);
  const areas = areaReadiness(state, risk);
  const answer = answerOf(state, risk);
  const ranked = rankFindings(state);
  return {
    schema: RUN_SUMMARY_SCHEMA,
    runId: header.runId,
    resumes: header.resumes,
    status: state.status,
    repository: header.repository,
    commit: header.commit,
    tree: header.tree,
    branch: header.branch,
    baseRef: header.baseRef,
    mode: header.mode,
    env: header.env,
    scope: header.scope,
    startedAt: header.startedAt,
    finishedAt: state.finishedAt,
    durationSeconds: state.durationSeconds,
    verdict: risk.verdict,
    readiness: answer.readiness,
    systemStatus: systemStatus(areas),
    exitCode: answer.exitCode,
    why: answer.why,
    risk: riskNumbers(risk),
    areas,
    gates: views.map(summaryGate),
    totals: totalsOf(views, risk),
    findings: { total: ranked.length, worst: ranked.slice(0, WORST).map((one) => findingSummary(one, TEXT)) },
    waivers: risk.waivers,
    scopeCuts: scopeCuts(state),
    criticalPath: criticalPath(state),
    nextActions: nextActions(state, risk),
    warnings: state.warnings.map((text) => clip(text, TEXT)),
    errors: state.errors.map((text) => clip(text, TEXT)),
    brokenLines: state.broken.length,
    configFile: header.configFile,
    configDigest: header.configDigest,
    command: header.command,
    versions: header.versions,
    reports: [...reports],
  };
}

/** Checks the config declared not applicable, in the order of the config. */
export function scopeCuts(state: RunState): { gate: string; check: string; reason: string }[] {
  return Object.entries(state.header.scopeCuts).flatMap(([gate, checks]) =>
    Object.entries(checks).map(([check, reason]) => ({ gate, check, reason })),
  );
}

function riskNumbers(risk: RiskReport): RunSummary["risk"] {
  return {
    riskPct: risk.riskPct,
    releasePct: risk.releasePct,
    waivedPct: risk.waivedPct,
    deferredPct: risk.deferredPct,
    totalAvoidablePct: risk.totalAvoidablePct,
    floorPct: risk.floorPct,
    totalPct: risk.totalPct,
    intervalPct: risk.intervalPct,
    floorIntervalPct: risk.floorIntervalPct,
    exposure: risk.exposure,
    targetPct: risk.targetPct,
    warnPct: risk.warnPct,
    criticalPct: risk.criticalPct,
    ledger: risk.ledger,
    steps: risk.steps,
    policyDigest: risk.policyDigest,
  };
}

function summaryGate(view: GateView): SummaryGate {
  const { task, planned } = view;
  return {
    id: view.id,
    title: planned?.title ?? task?.description ?? view.id,
    status: view.status,
    warnings: view.word === "warnings",
    deferred: view.deferred,
    required: view.required,
    reason: clip(view.reason, TEXT),
    attempt: task?.attempt ?? 0,
    durationSeconds: task?.durationSeconds ?? null,
    cachedFrom: task?.cached?.from ?? null,
    checks: (task?.checks ?? []).map((check) => ({
      id: check.id,
      target: check.target ?? null,
      status: check.status,
      planned: check.planned,
      examined: check.examined,
      failureClass: check.failureClass ?? null,
      message: clip(check.message, TEXT),
    })),
    findings: countFindings(task),
    errors: (task?.errors ?? []).map((text) => clip(text, TEXT)),
    report: task ? gateFile(planned ?? { id: view.id, reportName: "" }) : null,
  };
}

function countFindings(task: TaskState | null): SummaryGate["findings"] {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0, total: 0, new: 0, waived: 0 };
  for (const finding of task?.findings ?? []) {
    const times = finding.count ?? 1;
    counts[finding.severity] += times;
    counts.total += times;
    if (finding.isNew) counts.new += times;
    if (finding.waiver !== undefined) counts.waived += times;
  }
  return counts;
}
