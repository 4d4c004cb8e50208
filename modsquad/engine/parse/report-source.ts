/** Which text a parser reads: the report file or stdout, and whether it may be trusted. */
import type { CommandOutput, Inability } from "./types.ts";

/**
 * File systems stamp with the kernel's coarse clock, which lags by up to one tick: a report written
 * at once after the start may look this much older than the start.
 */
const CLOCK_SLACK_MS = 20;

export type ReportText = { ok: true; text: string } | { ok: false; inability: Inability };

/** The text to parse, or why there is none: missing-report, stale-report, truncated. */
export function reportTextOf(output: CommandOutput): ReportText {
  const refuse = (failureClass: string, message: string): ReportText => ({
    ok: false,
    inability: { failureClass, message },
  });
  const fromFile = output.reportPath !== undefined || typeof output.reportText === "string";
  if (!fromFile) {
    if (!output.truncated) return { ok: true, text: output.stdout };
    const next = "Write the report to a file and name it under report:.";
    return refuse(
      "truncated",
      `The command printed more than is kept, so its report on stdout is cut off. ${next}`,
    );
  }
  const name = output.reportPath ?? "the report file";
  if (typeof output.reportText !== "string") {
    const exit = output.code === 0 ? "" : ` The command ended with exit code ${output.code}.`;
    return refuse(
      "missing-report",
      `The command left no readable ${name}.${exit} Check that it writes its ${output.format} report there.`,
    );
  }
  const { reportMtimeMs: written, startedMs: started } = output;
  if (typeof written === "number" && typeof started === "number" && written < started - CLOCK_SLACK_MS) {
    const age = Math.max(1, Math.round((started - written) / 1000));
    return refuse(
      "stale-report",
      `${name} was written ${age} s before the command started: this run left no report. Remove the old file and check the path.`,
    );
  }
  return { ok: true, text: output.reportText };
}
