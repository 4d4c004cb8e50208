/** The executive report: the answer first, then everything it rests on. */
import type { RiskReport } from "../contracts/risk.ts";
import type { RunState } from "../contracts/run-state.ts";
import { textFile } from "./files.ts";
import type { ReportFormat } from "./format.ts";
import { writeActions, writeCriticalPath, writeReproduce, writeTotals } from "./text/end.ts";
import { writeGates } from "./text/gates.ts";
import { writeHead } from "./text/head.ts";
import { Page } from "./text/page.ts";
import { writeFindings, writeLedger, writeWaivers } from "./text/risk.ts";

export const textReport: ReportFormat = { file: textFile, render: renderText };

/**
 * The whole report: printable ASCII, at most 100 columns, ends with a newline. It reads no clock and no
 * environment, so `--report` gives the same bytes as the run did.
 */
export function renderText(state: RunState, risk: RiskReport): string {
  const page = new Page();
  writeHead(page, state, risk);
  writeLedger(page, risk);
  writeGates(page, state, risk);
  writeFindings(page, state);
  writeWaivers(page, risk);
  writeTotals(page, state, risk);
  writeCriticalPath(page, state);
  writeActions(page, state, risk);
  writeReproduce(page, state);
  return page.toString();
}
