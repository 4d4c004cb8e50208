/** One run as the relay follows it: its records folded as they come, and what a dashboard shows of it. */
import type { RiskReport } from "../contracts/risk.ts";
import type { BrokenLine, RunState } from "../contracts/run-state.ts";
import { createCompanions } from "../dashboard/companions.ts";
import { type Life, lifeOf } from "../dashboard/life.ts";
import { type DashboardView, view } from "../dashboard/view.ts";
import { processAlive } from "../journal/alive.ts";
import { createFold } from "../journal/fold.ts";
import { readJournal } from "../journal/read.ts";
import type { AnyRecord } from "../journal/record.ts";
import { assess } from "../risk/assess.ts";

export interface Evaluated {
  state: RunState;
  /** Null when the model could not be applied to what the journal says. */
  risk: RiskReport | null;
  view: DashboardView;
}

export interface FollowedRun {
  readonly path: string;
  push(records: readonly AnyRecord[], broken: readonly BrokenLine[], pendingTail: boolean): void;
  /** The file was cut short or replaced: what it said before is forgotten. */
  restart(): void;
  /** Null before the first record. */
  readonly runId: string | null;
  /** Looks for the process of a run that has not ended. */
  life(now: number): Life;
  /** Made anew only when there are new records or its life changed: with many findings it takes a while. */
  evaluate(now: number): Evaluated;
}

function riskOf(state: RunState): RiskReport | null {
  try {
    return assess(state);
  } catch {
    // A journal of another version, or a damaged one: then the risk is not known, and the view says so.
    return null;
  }
}

export function followedRun(path: string): FollowedRun {
  let folding = createFold();
  let companions = createCompanions();
  let broken: BrokenLine[] = [];
  let pendingTail = false;
  let runId: string | null = null;
  let kept: Evaluated | null = null;

  const aliveOf = (state: RunState): boolean | undefined => {
    const { pid, bootId, host } = state.header;
    return state.status === "running" && pid > 0 ? processAlive(pid, bootId, host) : undefined;
  };
  const stateNow = () => {
    const state = folding.state({ broken, pendingTail });
    const alive = aliveOf(state);
    return { state: alive === false ? folding.state({ broken, pendingTail, alive }) : state, alive };
  };

  return {
    path,
    get runId() {
      return runId;
    },
    push(records, brokenLines, pending) {
      for (const record of records) {
        folding.push(record);
        companions.push(record);
        if (runId === null && typeof record.run_id === "string") runId = record.run_id;
      }
      broken.push(...brokenLines);
      pendingTail = pending;
      kept = null;
    },
    restart() {
      folding = createFold();
      companions = createCompanions();
      broken = [];
      runId = null;
      kept = null;
    },
    life(now) {
      const { state, alive } = stateNow();
      return lifeOf(state, now, alive);
    },
    evaluate(now) {
      const { state, alive } = stateNow();
      if (kept && kept.view.life === lifeOf(state, now, alive)) return kept;
      const risk = riskOf(state);
      const seen = view({ latest: state, risk, companions: companions.value(), now, alive });
      kept = { state, risk, view: seen };
      return kept;
    },
  };
}

/** A run that is not followed any more, read from its journal as a whole. */
export function readFollowedRun(path: string): FollowedRun {
  const run = followedRun(path);
  const { records, broken, pendingTail, problem } = readJournal(path, "skim");
  const unread = problem ? [{ line: 0, offset: 0, reason: problem.what }] : [];
  run.push(records, [...unread, ...broken], pendingTail);
  return run;
}
