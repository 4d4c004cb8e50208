/** From folded journals and the risk to what a dashboard shows. Pure: it reads no clock, no file and no process. */
import type { RiskReport } from "../contracts/risk.ts";
import type { RunState } from "../contracts/run-state.ts";
import { SEVERITIES, type Severity } from "../contracts/words.ts";
import type { HistoryRun } from "../journal/history.ts";
import { type CriticalPath, criticalPath } from "../report/critical-path.ts";
import {
  type FindingSummary,
  findingSummary,
  type RankedFinding,
  rankFindings,
  topFindings,
} from "../report/findings.ts";
import { type GateView, gateViews } from "../report/gate-view.ts";
import { nextActions } from "../report/next-actions.ts";
import { millis } from "../report/numbers.ts";
import { clip } from "../report/plain-text.ts";
import { type Companions, NO_COMPANIONS } from "./companions.ts";
import { isBlank, type Life, lifeOf, lifeText } from "./life.ts";
import { agentsOf } from "./view/agents.ts";
import { answerFor } from "./view/answer.ts";
import { companionRows } from "./view/companion-rows.ts";
import { gateRows } from "./view/gates.ts";
import { runRows, trendOf } from "./view/runs.ts";
import { timelineOf } from "./view/timeline.ts";
import { totalsFor } from "./view/totals.ts";
import { DASHBOARD_SCHEMA, type DashboardView, type ViewRisk, type ViewRun } from "./view/types.ts";

export * from "./view/types.ts";

/** How much of the long lists a view carries. */
export interface ViewLimits {
  timeline: number;
  findings: number;
  runs: number;
}

export const DEFAULT_LIMITS: ViewLimits = { timeline: 100, findings: 200, runs: 50 };

export interface ViewInput {
  /** The run that is shown; null when there is none or it could not be loaded. */
  latest: RunState | null;
  /** What `assess` made of `latest`; null when it is not known yet. */
  risk: RiskReport | null;
  /** Other runs whose journals were folded: those that never reached the history, such as crashed ones. */
  runs?: readonly RunState[];
  /** The history, oldest first. */
  trend?: readonly HistoryRun[];
  /** Why the history could not be read, or null. */
  trendProblem?: string | null;
  companions?: Companions;
  /** Milliseconds since the epoch. */
  now: number;
  /** Whether the process of `latest` is there; undefined when nobody can tell. */
  alive: boolean | undefined;
  /** Why something could not be loaded. */
  problem?: string | null;
  loading?: DashboardView["loading"];
  limits?: Partial<ViewLimits>;
}

/** Texts of a journal are cut to this many characters here; the detail of a gate has them whole. */
const TEXT = 500;

/** What is shown of these runs at this moment. */
export function view(input: ViewInput): DashboardView {
  const { latest, risk, now, trend = [], runs = [], companions = NO_COMPANIONS } = input;
  const limits = { ...DEFAULT_LIMITS, ...input.limits };
  const life = lifeOf(latest, now, input.alive);
  const loading = input.loading ?? null;
  const problem = input.problem ?? problemOf(latest);
  const state = latest === null || isBlank(latest) ? null : asItStands(latest, life);
  const views = state === null ? [] : gateViewsOf(state, risk);
  const path = state === null ? null : criticalPath(state);
  const rows = state === null ? [] : gateRows(views, risk, path, now);
  const totals = totalsFor(views, state);
  const ranked = state === null ? [] : rankFindings(state);
  const context = { state, risk, life, totals, problem, loading };
  const answer = answerFor(context);
  return {
    schema: DASHBOARD_SCHEMA,
    now: new Date(now).toISOString(),
    life,
    lifeText: lifeText(latest, life, now),
    problem,
    loading,
    run: state === null ? null : runFacts(state, life, now),
    answer,
    totals,
    risk: risk === null || state === null ? null : riskOf(risk, state, loading !== null),
    trend: trendOf(trend, state, risk, answer),
    trendProblem: input.trendProblem ?? null,
    gates: rows,
    agents: agentsOf(rows, views, state, risk, life),
    reviewers: companionRows(companions.reviews, life),
    extensions: companionRows(companions.extensions, life),
    timeline: state === null ? [] : timelineOf(state, companions, life, limits.timeline),
    findings: findingsOf(ranked, limits.findings),
    criticalPath: path,
    nextActions:
      state === null || risk === null ? [] : nextActions(state, risk, ranked).slice(0, limits.findings),
    errors: (state?.errors ?? []).map((text) => clip(text, TEXT)),
    warnings: (state?.warnings ?? []).map((text) => clip(text, TEXT)),
    runs: runRows({ trend, runs, shown: state, answer, risk }).slice(0, limits.runs),
    answers: companions.answers,
  };
}

/** The run as its life has it: a reader that saw the process go knows more than the fold did. */
function asItStands(state: RunState, life: Life): RunState {
  return life === "crashed" && state.status === "running" ? { ...state, status: "crashed" } : state;
}

function problemOf(state: RunState | null): string | null {
  if (state === null) return "No run could be loaded";
  const first = state.broken[0];
  if (!first) return null;
  if (first.line === 0) return first.reason;
  const lines = state.broken.length === 1 ? "1 line" : `${state.broken.length} lines`;
  return `${lines} of the journal could not be read (line ${first.line}: ${first.reason})`;
}

/** Without a risk report nothing is deferred; every gate shows as its own record tells it. */
function gateViewsOf(state: RunState, risk: RiskReport | null): GateView[] {
  return gateViews(state, risk ?? ({ evidence: {} } as RiskReport));
}

function runFacts(state: RunState, life: Life, now: number): ViewRun {
  const { header } = state;
  const started = millis(header.startedAt);
  const until = life === "live" || life === "stalled" ? now : millis(state.finishedAt ?? state.lastRecordAt);
  const elapsed = started === null || until === null ? null : Math.max(0, until - started) / 1000;
  return {
    runId: header.runId,
    repository: header.repository,
    root: header.root,
    branch: header.branch,
    commit: header.commit,
    mode: header.mode,
    env: header.env,
    scope: header.scope,
    startedAt: header.startedAt,
    finishedAt: state.finishedAt,
    seconds: state.durationSeconds ?? elapsed,
    pid: header.pid,
    host: header.host,
    concurrency: header.concurrency,
    command: header.command,
    resumes: header.resumes,
    brokenLines: state.broken.length,
  };
}

function riskOf(risk: RiskReport, state: RunState, loading: boolean): ViewRisk {
  const { riskPct, targetPct, criticalPct } = risk;
  const over = riskPct >= criticalPct ? "bad" : riskPct > targetPct ? "warn" : "good";
  const provisional = loading || state.status === "running";
  return {
    riskPct,
    targetPct,
    criticalPct,
    warnPct: risk.warnPct,
    intervalPct: risk.intervalPct,
    floorPct: risk.floorPct,
    totalAvoidablePct: risk.totalAvoidablePct,
    waivedPct: risk.waivedPct,
    deferredPct: risk.deferredPct,
    verdict: risk.verdict,
    provisional,
    tone: provisional && over === "good" ? "busy" : over,
    ledger: risk.ledger,
    steps: risk.steps,
    waivers: risk.waivers,
  };
}

function findingsOf(ranked: readonly RankedFinding[], limit: number): DashboardView["findings"] {
  const bySeverity = Object.fromEntries(SEVERITIES.map((one) => [one, 0])) as Record<Severity, number>;
  let total = 0;
  for (const { finding } of ranked) {
    const times = finding.count ?? 1;
    bySeverity[finding.severity] += times;
    total += times;
  }
  return { total, bySeverity, worst: topFindings(ranked, limit).map(shortFinding) };
}

/** A finding as the lists show it. */
export function shortFinding(one: RankedFinding): FindingSummary {
  return findingSummary(one, TEXT);
}

export type { CriticalPath, FindingSummary };
