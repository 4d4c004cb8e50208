/** Builds run states and risk reports for tests: every field has a plausible value, each may be overridden. */
import { readFileSync } from "node:fs";
import type { CheckResult } from "../../modsquad/contracts/gate.ts";
import type { LedgerLine, RiskPolicy, RiskReport } from "../../modsquad/contracts/risk.ts";
import type {
  JudgedFinding,
  PlannedGate,
  RunHeader,
  RunState,
  TaskState,
} from "../../modsquad/contracts/run-state.ts";

export const POLICY = JSON.parse(
  readFileSync(new URL("../../modsquad/risk/policy-defaults.json", import.meta.url), "utf8"),
) as RiskPolicy;

const START = Date.parse("2026-10-31T14:47:46.000Z");

/** ISO time, `seconds` after the start of the built run. */
export function at(seconds: number): string {
  return new Date(START + Math.round(seconds * 1000)).toISOString();
}

export function buildPlanned(id: string, extra: Partial<PlannedGate> = {}): PlannedGate {
  return {
    id,
    title: `Gate ${id}`,
    agent: `${id}-agent`,
    areas: ["quality"],
    reportName: id.replaceAll("-", "_"),
    version: "1.0.0",
    checksInScope: ["main"],
    needs: [],
    locks: [],
    expectedSeconds: null,
    defectClasses: {},
    reason: "configured",
    decision: "run",
    ...extra,
  };
}

export function buildCheck(id: string, extra: Partial<CheckResult> = {}): CheckResult {
  return {
    id,
    status: "passed",
    planned: 10,
    examined: 10,
    evidence: { tool: "builtin", version: "1" },
    message: "all examined",
    ...extra,
  };
}

export function buildFinding(ruleId: string, extra: Partial<JudgedFinding> = {}): JudgedFinding {
  return {
    ruleId,
    severity: "high",
    message: `Message of ${ruleId}`,
    fingerprint: `fp-${ruleId}`,
    location: { path: "src/app.ts", line: 12 },
    fix: { description: "Remove it.", command: "npm run fix" },
    isNew: true,
    ...extra,
  };
}

/** A completed task of `seconds`, started `start` seconds after the run. */
export function buildTask(
  taskId: string,
  extra: Partial<TaskState> & { start?: number; seconds?: number } = {},
): TaskState {
  const { start = 0, seconds = 1, ...fields } = extra;
  return {
    taskId,
    agent: `${taskId}-agent`,
    phase: "VALIDATION",
    description: `Gate ${taskId}`,
    tier: 2,
    status: "completed",
    startTime: at(start),
    endTime: at(start + seconds),
    durationSeconds: seconds,
    dependencies: [],
    errors: [],
    warnings: [],
    metrics: { status: "passed" },
    attempt: 1,
    worker: "local",
    checks: [buildCheck("main")],
    findings: [],
    artifacts: [],
    progress: null,
    cached: null,
    ...fields,
  };
}

export function buildHeader(extra: Partial<RunHeader> = {}): RunHeader {
  return {
    runId: "run-20261031-1",
    repository: "storefront",
    root: "/srv/storefront",
    commit: "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d",
    tree: null,
    branch: "main",
    mode: "full",
    env: "ci",
    scope: null,
    today: "2026-10-31",
    targetPct: 0.5,
    policy: POLICY,
    policyDigest: "0123456789ab",
    diff: { la: 12, ld: 4, nf: 2 },
    baseRef: "origin/main",
    waivers: [],
    required: [],
    scopeCuts: {},
    gates: [],
    configFile: "modsquad.config.yaml",
    configDigest: "abcdef012345",
    command: ["meta-orch", "--mode", "full"],
    baselineDate: null,
    pid: 4242,
    bootId: "boot",
    host: "host",
    ci: true,
    versions: { "meta-orch": "0.1.0", node: "20.20.2" },
    concurrency: 4,
    startedAt: at(0),
    resumes: null,
    ...extra,
  };
}

/** A finished run of these tasks; the plan and the required list follow from them unless given. */
export function buildState(
  tasks: TaskState[],
  extra: Partial<Omit<RunState, "header">> & { header?: Partial<RunHeader> } = {},
): RunState {
  const { header, ...fields } = extra;
  const gates = tasks.map((task) => buildPlanned(task.taskId, { needs: task.dependencies }));
  return {
    header: buildHeader({ gates, required: gates.map((gate) => gate.id), ...header }),
    status: "finished",
    lastRecordAt: at(20),
    finishedAt: at(20),
    durationSeconds: 20,
    exitCode: 0,
    tasks,
    warnings: [],
    errors: [],
    broken: [],
    pendingTail: false,
    ...fields,
  };
}

export function buildLine(gate: string, pct: number, extra: Partial<LedgerLine> = {}): LedgerLine {
  return {
    gate,
    reason: "not-run:error",
    pct,
    printed: pct.toFixed(2),
    detail: "not run: tool missing",
    action: "",
    ...extra,
  };
}

/** A passing risk report unless told otherwise; the sums follow the ledger. */
export function buildRisk(extra: Partial<RiskReport> = {}): RiskReport {
  const ledger = extra.ledger ?? [];
  const sum = ledger.reduce((total, line) => total + line.pct, 0);
  const exit = extra.exit ?? (sum > 0.5 ? 1 : 0);
  return {
    riskPct: sum,
    releasePct: sum,
    waivedPct: 0,
    deferredPct: 0,
    totalAvoidablePct: sum,
    floorPct: 4.9,
    totalPct: sum + 4.9,
    intervalPct: [0.3, 4],
    floorIntervalPct: [2, 9],
    exposure: 1,
    targetPct: 0.5,
    criticalPct: 2,
    warnPct: 0.5,
    verdict: exit === 1 ? "WARNING" : "PASS",
    exit,
    readiness: exit === 1 ? "BLOCKED" : "APPROVED",
    why: [],
    ledger,
    steps: [],
    waivers: [],
    evidence: {},
    policyDigest: "0123456789ab",
    ...extra,
  };
}
