/** The header of a run: everything the pure functions to the right of the journal need. */
import { hostname } from "node:os";
import type { RunHeader } from "../contracts/run-state.ts";
import { processIdentity } from "../journal/alive.ts";
import { VERSION } from "../version.ts";
import type { PlanRequest, Prepared } from "./prepare.ts";

export interface HeaderFacts {
  runId: string;
  startedAt: string;
  command: string[];
  concurrency: number;
  resumes: string | null;
}

function scopeCuts(prepared: Prepared): RunHeader["scopeCuts"] {
  const cuts: RunHeader["scopeCuts"] = {};
  for (const spec of prepared.specs.values()) {
    if (Object.keys(spec.config.scopeCuts).length > 0) cuts[spec.id] = spec.config.scopeCuts;
  }
  return cuts;
}

export function buildHeader(request: PlanRequest, prepared: Prepared, facts: HeaderFacts): RunHeader {
  const { config, mode } = request;
  const { repository, tree, diff, baseRef } = prepared.workspace;
  return {
    runId: facts.runId,
    repository: repository?.topLevel.split("/").at(-1) ?? config.root.split("/").at(-1) ?? config.root,
    root: config.root,
    commit: repository?.commit ?? null,
    tree,
    branch: repository?.branch ?? null,
    mode,
    env: config.env,
    scope: request.gates.length > 0 ? request.gates : null,
    today: facts.startedAt.slice(0, 10),
    targetPct: config.risk.targetPct,
    policy: config.risk.policy,
    policyDigest: config.risk.policyDigest,
    diff,
    baseRef,
    waivers: config.waivers,
    required: prepared.required,
    scopeCuts: scopeCuts(prepared),
    gates: prepared.gates,
    configFile: config.file,
    configDigest: config.digest,
    command: facts.command,
    baselineDate: config.baseline?.created ?? null,
    pid: process.pid,
    bootId: processIdentity(),
    host: hostname(),
    ci: Boolean(request.processEnv.CI),
    versions: { "meta-orch": VERSION, node: process.versions.node },
    concurrency: facts.concurrency,
    startedAt: facts.startedAt,
    resumes: facts.resumes,
  };
}
