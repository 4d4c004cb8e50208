/** The answer at the top of every report, from the run and its risk. */
import type { Readiness, RiskReport } from "../contracts/risk.ts";
import type { RunState } from "../contracts/run-state.ts";

export interface Answer {
  readiness: Readiness;
  /** The exit code the run recorded, else what the verdict asks for, else null: the run never ended. */
  exitCode: number | null;
  /** Every clause behind the answer, worst first. */
  why: string[];
}

/**
 * Readiness as the risk report has it, with one guard: a run that did not finish, or ended with another exit
 * code than 0, releases nothing, whatever the evidence so far says.
 */
export function answerOf(state: RunState, risk: RiskReport): Answer {
  const finished = state.status === "finished";
  const exitCode = state.exitCode ?? (finished ? risk.exit : null);
  if (finished && exitCode === 0) return { readiness: risk.readiness, exitCode, why: [...risk.why] };
  const why = [...risk.why];
  const clause = unfinishedClause(state);
  if (clause !== null) why.unshift(clause);
  else if (risk.exit === 0) why.unshift(`the run ended with exit code ${exitCode}`);
  const readiness = state.status === "running" && risk.readiness !== "BLOCKED" ? "HOLD" : "BLOCKED";
  return { readiness, exitCode, why };
}

function unfinishedClause(state: RunState): string | null {
  switch (state.status) {
    case "finished":
      return null;
    case "running":
      return "the run is still going";
    case "cancelled":
      return "the run was cancelled before every gate had ended";
    case "crashed":
      return "the run crashed: its process is gone and it never recorded an end";
  }
}
