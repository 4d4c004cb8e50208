/** The result of each gate as a file of its own: everything it found, nothing shortened. */
import type { GateResult } from "../contracts/gate.ts";
import type { JudgedFinding, RunState, TaskState } from "../contracts/run-state.ts";
import type { TaskStatus } from "../contracts/words.ts";
import { gateFile } from "./files.ts";

export const GATE_REPORT_SCHEMA = "meta-orch/gate-report@1";

export interface GateReport {
  schema: typeof GATE_REPORT_SCHEMA;
  runId: string;
  gate: string;
  status: TaskStatus;
  result: Omit<GateResult, "findings"> & { findings: JudgedFinding[] };
  /** Why the gate could not check, when it could not. */
  errors: string[];
}

export interface GateReportFile {
  gate: string;
  /** Relative to the root. */
  file: string;
  report: GateReport;
}

/** One file per gate that reported, in the order of the plan. */
export function gateReports(state: RunState): GateReportFile[] {
  const planned = new Map(state.header.gates.map((gate) => [gate.id, gate]));
  return state.tasks.map((task) => ({
    gate: task.taskId,
    file: gateFile(planned.get(task.taskId) ?? { id: task.taskId, reportName: "" }),
    report: gateReport(state.header.runId, task),
  }));
}

/** The report of one gate; also what `meta-orch gate ID` prints. */
export function gateReport(runId: string, task: TaskState): GateReport {
  const { checks, findings, metrics, artifacts } = task;
  return {
    schema: GATE_REPORT_SCHEMA,
    runId,
    gate: task.taskId,
    status: task.status,
    result: { checks, findings, metrics, artifacts },
    errors: task.errors,
  };
}
