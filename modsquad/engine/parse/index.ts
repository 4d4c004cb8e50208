/** From what a command printed or wrote to a gate result. */
import type { GateResult } from "../../contracts/gate.ts";
import { unreachable } from "../../contracts/words.ts";
import { parseExitCode } from "./exit-code.ts";
import { parseJunit } from "./junit.ts";
import { parseSarif } from "./sarif.ts";
import { parseTap } from "./tap.ts";
import { parseTests } from "./tests.ts";
import type { CommandOutput } from "./types.ts";

export type { CommandOutput, OutputFormat } from "./types.ts";

/**
 * Judges a finished command. One check: "command" for exit-code, "results" for the report formats, where
 * planned and examined count results. Never throws; a report that is absent, older than the run, unreadable
 * or empty is errored, whatever the exit code says.
 */
export function parseCommandOutput(output: CommandOutput): GateResult {
  switch (output.format) {
    case "exit-code":
      return parseExitCode(output);
    case "junit":
      return parseTests(output, parseJunit);
    case "tap":
      return parseTests(output, parseTap);
    case "sarif":
      return parseSarif(output);
    default:
      return unreachable(output.format);
  }
}
