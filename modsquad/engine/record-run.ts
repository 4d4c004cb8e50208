/** After a run: one line of history, the pointer to its journal, and the end of journals nobody needs. */

import { basename, join } from "node:path";
import type { Problem, ResolvedConfig } from "../contracts/config.ts";
import { writeLatest } from "../journal/files.ts";
import { appendHistory, historyRun } from "../journal/history.ts";
import { applyRetention } from "../journal/retention.ts";
import type { RunResult } from "./run.ts";

/** Problems are told and change nothing: the verdict stands in the journal. */
export function recordRun(config: ResolvedConfig, { state, risk, exitCode, journal }: RunResult): Problem[] {
  const logs = join(config.root, "modsquad", "logs");
  const { runId, startedAt } = state.header;
  const results = [
    appendHistory(logs, historyRun(state, risk, exitCode, journal)),
    writeLatest(logs, { runId, file: basename(journal), startedAt }),
  ];
  const retention = applyRetention(logs, config.run.keepRuns);
  return [...results.flatMap((result) => (result.ok ? [] : result.problems)), ...retention.problems];
}
