/** The simplest proof a command can give: its exit code. */
import type { Finding, GateResult } from "../../contracts/gate.ts";
import { brokenOff } from "./ending.ts";
import { clip, fingerprintOf, outputTail } from "./text.ts";
import type { CommandOutput } from "./types.ts";

const TAIL_LINES = 20;
export const EVIDENCE_VERSION = "1";

/** The finding for a command that ended with a code other than 0. `rule` is the check's id. */
export function exitCodeFinding(output: CommandOutput, rule: string, sentence: string): Finding {
  const tail = outputTail(output.stdout, output.stderr, TAIL_LINES);
  return {
    ruleId: `${rule}/exit-code`,
    severity: "high",
    message: tail === "" ? `${sentence}. It printed nothing.` : `${sentence}. Last lines:\n${tail}`,
    // The output differs from run to run; what failed is this command.
    fingerprint: fingerprintOf("exit-code", output.gateId, output.command),
    target: clip(output.command, 200),
    fix: { description: "Run the command and fix what it reports.", command: output.command },
  };
}

/** Judges a command by its exit code alone: 0 passes, anything else never does. */
export function parseExitCode(output: CommandOutput): GateResult {
  const evidence = { tool: "exit-code", version: EVIDENCE_VERSION };
  const base = { id: "command", planned: 1, evidence };
  const metrics = { format: "exit-code", exitCode: output.code, signal: output.signal ?? null };
  const broken = brokenOff(output);
  if (broken) {
    return {
      checks: [{ ...base, status: "errored", examined: 0, ...broken }],
      findings: [],
      metrics,
      artifacts: [],
    };
  }
  if (output.code === 0) {
    const message = "The command ended with exit code 0.";
    return {
      checks: [{ ...base, status: "passed", examined: 1, message }],
      findings: [],
      metrics,
      artifacts: [],
    };
  }
  const message = `The command ended with exit code ${output.code}.`;
  const finding = exitCodeFinding(output, "command", `Exit code ${output.code}`);
  return {
    checks: [{ ...base, status: "failed", examined: 1, failureClass: "exit-code", message }],
    findings: [finding],
    metrics,
    artifacts: [],
  };
}
