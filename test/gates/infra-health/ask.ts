/** One service through the whole gate, and what came out for it. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import gate from "../../../gates/infra-health/index.ts";
import type { CheckResult, Finding, GateResult, TrackedFile } from "../../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { type RunGateOptions, runGate as runAnyGate } from "../run-gate.ts";

/** Runs the gate over a folder, an empty one by default. */
export async function runGate(
  options: JsonObject,
  more: RunGateOptions = {},
  folder?: string,
): Promise<GateResult> {
  const dir = folder ?? mkdtempSync(join(os.tmpdir(), "infra-health-empty-"));
  const files: { files?: TrackedFile[] } = folder === undefined ? { files: [] } : {};
  try {
    return await runAnyGate(gate, dir, { ...files, ...more, options });
  } finally {
    if (folder === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

export interface Answer {
  check: CheckResult;
  finding: Finding | undefined;
  result: GateResult;
}

/** Probes one service that is expected here. */
export async function ask(service: JsonObject, folder?: string): Promise<Answer> {
  const result = await runGate(
    { services: { it: service }, discover: false },
    { checks: ["live-services"] },
    folder,
  );
  const check = result.checks.find((one) => one.target === "it")!;
  return { check, finding: result.findings.find((one) => one.target === "it"), result };
}
