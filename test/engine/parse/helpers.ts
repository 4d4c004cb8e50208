import type { CheckResult, GateResult } from "../../../modsquad/contracts/gate.ts";
import { type CommandOutput, parseCommandOutput } from "../../../modsquad/engine/parse/index.ts";

const BASE: CommandOutput = {
  format: "exit-code",
  gateId: "unit-tests",
  command: "npm test",
  root: "/repo",
  stdout: "",
  stderr: "",
  code: 0,
};

export function parse(output: Partial<CommandOutput>): GateResult & { check: CheckResult } {
  const result = parseCommandOutput({ ...BASE, ...output });
  if (result.checks.length !== 1) throw new Error(`expected one check, got ${result.checks.length}`);
  return { ...result, check: result.checks[0]! };
}
