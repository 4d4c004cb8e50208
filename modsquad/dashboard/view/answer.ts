/** The answer at the top of every front end: one word, one sentence, and never better than what is known. */
import type { RiskReport } from "../../contracts/risk.ts";
import type { RunState } from "../../contracts/run-state.ts";
import { percent } from "../../report/numbers.ts";
import { answerOf } from "../../report/readiness.ts";
import type { Life } from "../life.ts";
import type { DashboardView, Tone, ViewAnswer, ViewTotals } from "./types.ts";

export interface AnswerContext {
  state: RunState | null;
  risk: RiskReport | null;
  life: Life;
  totals: ViewTotals;
  problem: string | null;
  loading: DashboardView["loading"];
}

const MAX_WHY = 50;

export function answerFor(context: AnswerContext): ViewAnswer {
  const { state, risk, life, problem, loading } = context;
  if (state === null || life === "unknown") return unknown(problem ?? "No line of the journal could be read");
  if (loading) return { ...unknown(readingText(loading)), word: "READING", tone: "busy" };
  if (risk === null) return unknown("The risk of this run is not known");
  const { readiness, exitCode, why } = answerOf(state, risk);
  const told = { verdict: risk.verdict, exitCode, why: why.slice(0, MAX_WHY) };
  switch (life) {
    case "live":
      return {
        ...told,
        word: "RUNNING",
        tone: troubled(context.totals) ? "bad" : "busy",
        text: soFar(context),
      };
    case "stalled":
      return { ...told, word: "STALLED", tone: "unknown", text: `No heartbeat: ${soFar(context)}` };
    case "crashed":
      return { ...told, word: "CRASHED", tone: "bad", text: "The run never ended, so it proves nothing" };
    case "done":
      break;
  }
  if (state.status === "cancelled")
    return { ...told, word: "CANCELLED", tone: "warn", text: `Cancelled: ${soFar(context)}` };
  if (readiness !== "BLOCKED" && problem !== null)
    return { ...told, word: "UNKNOWN", tone: "unknown", text: `${problem}: what they said may be a failure` };
  if (readiness !== "BLOCKED" && state.exitCode === null)
    return { ...told, word: "UNKNOWN", tone: "unknown", text: "The run recorded no exit code" };
  return { ...told, word: readiness, tone: TONES[readiness], text: doneText(context, risk, why) };
}

const TONES: Record<"APPROVED" | "HOLD" | "BLOCKED", Tone> = {
  APPROVED: "good",
  HOLD: "warn",
  BLOCKED: "bad",
};

function unknown(text: string): ViewAnswer {
  return { word: "UNKNOWN", tone: "unknown", text, why: [text], verdict: null, exitCode: null };
}

function readingText(loading: NonNullable<DashboardView["loading"]>): string {
  const size = Math.round(loading.totalBytes / 1e6);
  return `Counting: ${readPct(loading)} % of the journal's ${size} MB are read`;
}

/** Percent of a large journal that is read, never 100 before its end. */
export function readPct({ readBytes, totalBytes }: NonNullable<DashboardView["loading"]>): number {
  return totalBytes > 0 ? Math.min(99, Math.floor((100 * readBytes) / totalBytes)) : 0;
}

function troubled(totals: ViewTotals): boolean {
  return totals.failed + totals.errored + totals.timedOut > 0;
}

/** "3 of 9 gates ended, 1 failed, 1 could not check". */
function soFar({ totals }: AnswerContext): string {
  const parts = [`${totals.ended} of ${totals.planned} gates ended`];
  if (totals.failed > 0) parts.push(`${totals.failed} failed`);
  const unable = totals.errored + totals.timedOut;
  if (unable > 0) parts.push(`${unable} could not check`);
  return parts.join(", ");
}

function doneText(context: AnswerContext, risk: RiskReport, why: readonly string[]): string {
  const first = why[0] ?? "";
  const rate = `risk rate ${percent(risk.riskPct)}`;
  return first === "" ? `${soFar(context)}, ${rate}` : `${first.charAt(0).toUpperCase()}${first.slice(1)}`;
}
