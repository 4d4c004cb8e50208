/** The run as one JSON object: reports/run_summary.json, and what `--json` prints. */
import type { RiskReport } from "../contracts/risk.ts";
import type { RunState } from "../contracts/run-state.ts";
import { summaryFile } from "./files.ts";
import type { ReportFormat } from "./format.ts";
import { summarise } from "./run-summary.ts";

export const jsonReport: ReportFormat = { file: summaryFile, render: renderJson };

/** A RunSummary, indented, ending with a newline. */
export function renderJson(state: RunState, risk: RiskReport, files: readonly string[]): string {
  return `${JSON.stringify(summarise(state, risk, files), null, 2)}\n`;
}
