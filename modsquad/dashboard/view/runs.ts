/** The list of runs and the trend of the risk over them. */
import type { Readiness, RiskReport } from "../../contracts/risk.ts";
import type { RunState } from "../../contracts/run-state.ts";
import type { HistoryRun } from "../../journal/history.ts";
import { byText } from "../../report/numbers.ts";
import type { Tone, TrendPoint, ViewAnswer, ViewRunRow } from "./types.ts";

const TONES: Record<Readiness, Tone> = { APPROVED: "good", HOLD: "warn", BLOCKED: "bad" };

/** Risk of the finished runs of the same mode and environment as the shown one: others are not comparable. */
export function trendOf(
  history: readonly HistoryRun[],
  shown: RunState | null,
  risk: RiskReport | null,
  answer: ViewAnswer,
): TrendPoint[] {
  const points = history
    .filter((run) => shown === null || (run.mode === shown.header.mode && run.env === shown.header.env))
    .map((run) => ({
      runId: run.runId,
      at: run.finishedAt,
      mode: run.mode,
      env: run.env,
      riskPct: run.risk.riskPct,
      targetPct: run.risk.targetPct,
      readiness: run.readiness,
      exitCode: run.exit,
      seconds: run.durationSeconds,
    }));
  const own = ownPoint(shown, risk, answer);
  if (own && !points.some((point) => point.runId === own.runId)) points.push(own);
  return points;
}

/** A run has a point once it is done and its word is a verdict. */
function ownPoint(shown: RunState | null, risk: RiskReport | null, answer: ViewAnswer): TrendPoint | null {
  const { word, exitCode } = answer;
  if (shown === null || risk === null || shown.finishedAt === null || exitCode === null) return null;
  if (word !== "APPROVED" && word !== "HOLD" && word !== "BLOCKED") return null;
  const { runId, mode, env } = shown.header;
  return {
    runId,
    at: shown.finishedAt,
    mode,
    env,
    riskPct: risk.riskPct,
    targetPct: risk.targetPct,
    readiness: word,
    exitCode,
    seconds: shown.durationSeconds,
  };
}

export interface RunRowsInput {
  trend: readonly HistoryRun[];
  runs: readonly RunState[];
  shown: RunState | null;
  answer: ViewAnswer;
  risk: RiskReport | null;
}

/** Every run heard of, newest first; the shown one as its answer has it. */
export function runRows({ trend, runs, shown, answer, risk }: RunRowsInput): ViewRunRow[] {
  const rows = new Map<string, ViewRunRow>();
  for (const state of runs) rows.set(state.header.runId, foldedRow(state));
  for (const run of trend) rows.set(run.runId, historyRow(run));
  if (shown) {
    const row = foldedRow(shown);
    const done = answer.exitCode !== null && risk !== null;
    rows.set(row.runId, {
      ...row,
      word: answer.word,
      tone: answer.tone,
      riskPct: done ? risk.riskPct : null,
      exitCode: answer.exitCode,
    });
  }
  return [...rows.values()].sort((a, b) => byText(b.startedAt, a.startedAt) || byText(b.runId, a.runId));
}

function historyRow(run: HistoryRun): ViewRunRow {
  return {
    runId: run.runId,
    startedAt: run.startedAt,
    mode: run.mode,
    env: run.env,
    branch: run.branch,
    commit: run.commit,
    word: run.readiness,
    tone: TONES[run.readiness],
    riskPct: run.risk.riskPct,
    exitCode: run.exit,
    seconds: run.durationSeconds,
  };
}

/** Of a run known from its journal alone no verdict is told here: only that it ran, runs, or never ended. */
function foldedRow({ header, status, exitCode, durationSeconds }: RunState): ViewRunRow {
  const tones: Record<RunState["status"], Tone> = {
    running: "busy",
    crashed: "bad",
    cancelled: "warn",
    finished: exitCode === 0 ? "quiet" : "bad",
  };
  return {
    runId: header.runId,
    startedAt: header.startedAt,
    mode: header.mode,
    env: header.env,
    branch: header.branch,
    commit: header.commit,
    word: status.toUpperCase(),
    tone: tones[status],
    riskPct: null,
    exitCode,
    seconds: durationSeconds,
  };
}
