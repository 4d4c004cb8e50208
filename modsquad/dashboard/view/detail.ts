/** One gate in full: what a dashboard opens when somebody asks why. */
import type { Artifact, CheckResult } from "../../contracts/gate.ts";
import type { LedgerLine, RiskReport } from "../../contracts/risk.ts";
import type { RunState } from "../../contracts/run-state.ts";
import type { JsonObject } from "../../contracts/words.ts";
import { gateFile } from "../../report/files.ts";
import { type FindingSummary, findingSummary, rankFindings } from "../../report/findings.ts";
import { gateViews } from "../../report/gate-view.ts";
import { gateRows } from "./gates.ts";
import type { ViewGate } from "./types.ts";

export interface ViewGateDetail extends ViewGate {
  version: string;
  /** Why the plan runs it, or why not. */
  decision: string;
  command: string | null;
  checks: CheckResult[];
  errors: string[];
  warnings: string[];
  /** Its findings, worst first, with whole messages. */
  findingList: FindingSummary[];
  ledger: LedgerLine[];
  metrics: JsonObject;
  artifacts: Artifact[];
  /** Its report, relative to the root of the run. */
  report: string;
}

/** The gate `id` of the run, or null when the run knows no such gate. `now` in milliseconds since the epoch. */
export function gateDetailOf(
  state: RunState,
  risk: RiskReport | null,
  id: string,
  now: number,
): ViewGateDetail | null {
  const found = gateViews(state, risk ?? ({ evidence: {} } as RiskReport)).find((view) => view.id === id);
  if (!found) return null;
  const { task, planned } = found;
  const [row] = gateRows([found], risk, null, now);
  const own = rankFindings({ ...state, tasks: task ? [task] : [] });
  return {
    ...row!,
    version: planned?.version ?? "",
    decision: planned?.reason ?? "",
    command: planned?.command ?? null,
    checks: task?.checks ?? [],
    errors: task?.errors ?? [],
    warnings: task?.warnings ?? [],
    findingList: own.map((one) => findingSummary(one)),
    ledger: (risk?.ledger ?? []).filter((line) => line.gate === id),
    metrics: task?.metrics ?? {},
    artifacts: task?.artifacts ?? [],
    report: gateFile(planned ?? { id, reportName: "" }),
  };
}
