import type { RiskReport } from "../contracts/risk.ts";
import type { RunState } from "../contracts/run-state.ts";

/** One report format. Adding one is a file that exports this and a line in the map of index.ts. */
export interface ReportFormat {
  /** Path of its file relative to the root, below reports/. */
  file(state: RunState): string;
  /**
   * The whole file, ending with a newline. Pure: no clock, no environment.
   * @param files every report file written for this run, relative to the root
   */
  render(state: RunState, risk: RiskReport, files: readonly string[]): string;
}
