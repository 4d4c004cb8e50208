/** What one gate is given to work with, and what its findings are judged by. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../contracts/gate.ts";
import type { Waiver } from "../contracts/run-state.ts";
import { gateHistory } from "../journal/history.ts";
import type { GateSpec } from "../plan/gates.ts";
import { waiverCovers } from "../risk/waivers-from-run.ts";
import { declaredValues } from "./environment.ts";
import type { Execution } from "./execute-gates.ts";
import type { AttemptOutcome } from "./executor.ts";
import type { Bench } from "./judge.ts";
import { oldFingerprints } from "./moved-findings.ts";
import type { ContextData } from "./worker-messages.ts";

/** What a gate's context holds of the past. */
const HISTORY_LENGTH = 50;

export function contextOf(execution: Execution, spec: GateSpec): ContextData {
  const { request, prepared, header, artifactsRoot } = execution;
  const { config } = request;
  const { workspace } = prepared;
  const isModule = spec.source.kind === "module";
  const artifactsDir = join(artifactsRoot, spec.id);
  if (isModule) mkdirSync(artifactsDir, { recursive: true });
  return {
    runId: header.runId,
    mode: header.mode,
    env: header.env,
    root: workspace.root,
    dependenciesRoot: config.root,
    files: workspace.files,
    changed: workspace.changed,
    baseRef: workspace.baseRef,
    baseUrl: config.baseUrl,
    options: spec.config.options,
    checks: checksOf(execution, spec),
    upstream: upstreamOf(execution, spec),
    history: isModule ? gateHistory(prepared.history(), spec.id, header.env, HISTORY_LENGTH) : [],
    secrets: declaredValues(spec.env, request.processEnv),
    artifactsDir,
  };
}

function checksOf({ prepared }: Execution, spec: GateSpec): string[] {
  return prepared.gates.find((gate) => gate.id === spec.id)?.checksInScope ?? [];
}

/** The finished gates this one needs. */
export function upstreamOf({ tasks }: Pick<Execution, "tasks">, spec: GateSpec): ContextData["upstream"] {
  const upstream: ContextData["upstream"] = {};
  for (const { gate } of spec.needs) {
    const task = tasks.state(gate);
    if (!task) continue;
    const classes = task.checks.map((check) => check.failureClass).filter((one) => one !== undefined);
    upstream[gate] = { status: task.status, failureClasses: [...new Set(classes)] };
  }
  return upstream;
}

/** Git is asked for changed lines only when there are findings to place. */
export async function benchOf(execution: Execution, spec: GateSpec, outcome: AttemptOutcome): Promise<Bench> {
  const { request, prepared, header } = execution;
  const { baseline, risk } = request.config;
  const needsLines = baseline === null && findingsOf(outcome).length > 0;
  const waiverOf = (finding: Finding): Waiver | undefined =>
    request.config.waivers.find((waiver) =>
      waiverCovers(waiver, spec.id, finding, { today: header.today, env: header.env, policy: risk.policy }),
    );
  return {
    checksInScope: checksOf(execution, spec),
    failOn: spec.config.failOn ?? "high",
    baseline:
      baseline === null
        ? null
        : oldFingerprints(baseline.findings[spec.id] ?? [], findingsOf(outcome), prepared.workspace.root),
    changedLines: needsLines ? await prepared.workspace.changedLines() : null,
    waiverOf,
  };
}

/** What a gate returned as findings, before anybody has checked that it is what it should be. */
function findingsOf(outcome: AttemptOutcome): Finding[] {
  if (outcome.kind !== "returned") return [];
  const findings = (outcome.result as { findings?: unknown } | null)?.findings;
  if (!Array.isArray(findings)) return [];
  return findings.filter((one) => typeof one === "object" && one !== null) as Finding[];
}
