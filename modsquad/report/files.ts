/** Names of the report files, relative to the root; the same names from a run and from --report. */
import type { PlannedGate, RunState } from "../contracts/run-state.ts";
import { millis } from "./numbers.ts";

export const REPORTS_DIR = "reports";

/** `reports/meta_orchestrator_<UTC yyyymmddThhmmssZ>.txt`, from the start of the run. */
export function textFile(state: RunState): string {
  const start = millis(state.header.startedAt);
  const stamp = start === null ? "unknown" : new Date(start).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${REPORTS_DIR}/meta_orchestrator_${stamp}.txt`;
}

export function summaryFile(): string {
  return `${REPORTS_DIR}/run_summary.json`;
}

/** `reports/<reportName>.json`. A name that is no plain file name is replaced by the gate's id, made plain. */
export function gateFile(gate: Pick<PlannedGate, "id" | "reportName">): string {
  const name = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(gate.reportName)
    ? gate.reportName
    : gate.id.replace(/[^A-Za-z0-9_]/g, "_");
  return `${REPORTS_DIR}/${name}.json`;
}
