/** One line per finished run in modsquad/logs/run-history/runs.jsonl: what trends and calibration are made from. */
import { basename, join } from "node:path";
import type { Result } from "../contracts/config.ts";
import type { HistoryEntry } from "../contracts/gate.ts";
import type { Readiness, RiskReport, Verdict } from "../contracts/risk.ts";
import type { RunState, TaskState } from "../contracts/run-state.ts";
import { type JsonObject, MODES, type Mode, TASK_STATUSES, type TaskStatus } from "../contracts/words.ts";
import { ensureOutputDirectory } from "./directory.ts";
import {
  amount,
  count,
  flag,
  freeForm,
  list,
  mapOf,
  name,
  number,
  oneOf,
  orNull,
  shape,
  text,
} from "./fields.ts";
import { appendJsonl, type JsonlRead, offsetOfLast, readJsonl } from "./jsonl.ts";

const SCHEMA = "meta-orch/run@1";
/** Metrics of one gate beyond this many characters are cut down to their first simple values. */
const MAX_METRICS = 4096;

/** The risk numbers of a run, percent. */
export interface HistoryRisk {
  riskPct: number;
  releasePct: number;
  waivedPct: number;
  deferredPct: number;
  totalAvoidablePct: number;
  floorPct: number;
  totalPct: number;
  intervalPct: number[];
  targetPct: number;
}

export interface HistoryGate {
  status: TaskStatus;
  durationSeconds: number | null;
  attempt: number;
  /** e_g of the model and the factors it is the product of; null when the model did not consider the gate. */
  evidence: number | null;
  verification: number | null;
  factors: Record<string, number>;
  metrics: JsonObject;
  /** True when the metrics are not all of them. */
  metricsCut?: boolean;
  /** True when the result is not of this run. */
  cached?: boolean;
}

export interface HistoryRun {
  schema: string;
  runId: string;
  /** Name of the journal in modsquad/logs. */
  journal: string;
  startedAt: string;
  finishedAt: string;
  durationSeconds: number | null;
  mode: Mode;
  env: string;
  branch: string | null;
  commit: string | null;
  tree: string | null;
  /** True when --gate narrowed the run. */
  narrowed: boolean;
  verdict: Verdict;
  readiness: Readiness;
  exit: number;
  risk: HistoryRisk;
  /** x of the model. */
  exposure: number;
  policyDigest: string;
  gates: Record<string, HistoryGate>;
}

const risk = shape<HistoryRisk>({
  riskPct: { json: "risk_pct", kind: number },
  releasePct: { json: "release_pct", kind: number },
  waivedPct: { json: "waived_pct", kind: number },
  deferredPct: { json: "deferred_pct", kind: number },
  totalAvoidablePct: { json: "total_avoidable_pct", kind: number },
  floorPct: { json: "floor_pct", kind: number },
  totalPct: { json: "total_pct", kind: number },
  intervalPct: { json: "interval_pct", kind: list(number) },
  targetPct: { json: "target_pct", kind: number },
});

const gate = shape<HistoryGate>({
  status: { json: "status", kind: oneOf("a status", TASK_STATUSES) },
  durationSeconds: { json: "duration_seconds", kind: orNull(amount) },
  attempt: { json: "attempt", kind: count },
  evidence: { json: "evidence", kind: orNull(number) },
  verification: { json: "verification", kind: orNull(number) },
  factors: { json: "factors", kind: mapOf(number) },
  metrics: { json: "metrics", kind: freeForm },
  metricsCut: { json: "metrics_cut", kind: flag, optional: true },
  cached: { json: "cached", kind: flag, optional: true },
});

const run = shape<HistoryRun>({
  schema: { json: "schema", kind: text },
  runId: { json: "run_id", kind: name },
  journal: { json: "journal", kind: text },
  startedAt: { json: "started_at", kind: text },
  finishedAt: { json: "finished_at", kind: text },
  durationSeconds: { json: "duration_seconds", kind: orNull(amount) },
  mode: { json: "mode", kind: oneOf("a mode", MODES) },
  env: { json: "env", kind: text },
  branch: { json: "branch", kind: orNull(text), fallback: null },
  commit: { json: "commit", kind: orNull(text), fallback: null },
  tree: { json: "tree", kind: orNull(text), fallback: null },
  narrowed: { json: "narrowed", kind: flag, fallback: false },
  verdict: {
    json: "verdict",
    kind: oneOf("a verdict", ["PASS", "PASS_WITH_WAIVERS", "WARNING", "CRITICAL"]),
  },
  readiness: { json: "readiness", kind: oneOf("a readiness", ["APPROVED", "HOLD", "BLOCKED"]) },
  exit: { json: "exit", kind: count },
  risk: { json: "risk", kind: risk },
  exposure: { json: "exposure", kind: number },
  policyDigest: { json: "policy_digest", kind: text },
  gates: { json: "gates", kind: mapOf(gate) },
});

/** Path of the history below modsquad/logs. */
export function historyFile(dir: string): string {
  return join(dir, "run-history", "runs.jsonl");
}

function shortMetrics(metrics: JsonObject): { metrics: JsonObject; metricsCut?: boolean } {
  if (JSON.stringify(metrics).length <= MAX_METRICS) return { metrics };
  const kept: JsonObject = {};
  let size = 2;
  for (const [key, value] of Object.entries(metrics)) {
    if (typeof value === "object" && value !== null) continue;
    size += JSON.stringify({ [key]: value }).length;
    if (size > MAX_METRICS) break;
    kept[key] = value;
  }
  return { metrics: kept, metricsCut: true };
}

function historyGate(task: TaskState, report: RiskReport): HistoryGate {
  const evidence = report.evidence[task.taskId];
  return {
    status: task.status,
    durationSeconds: task.durationSeconds,
    attempt: task.attempt,
    evidence: evidence?.e ?? null,
    verification: evidence?.verification ?? null,
    factors: evidence?.factors ?? {},
    ...shortMetrics(task.metrics),
    ...(task.cached && { cached: true }),
  };
}

/**
 * What is remembered of a finished run. `exit` is the exit code of the run itself, `journal` the path or name
 * of its journal. Made from a folded state, so the redactor has seen all of it.
 */
export function historyRun(state: RunState, report: RiskReport, exit: number, journal: string): HistoryRun {
  const { header } = state;
  return {
    schema: SCHEMA,
    runId: header.runId,
    journal: basename(journal),
    startedAt: header.startedAt,
    finishedAt: state.finishedAt ?? state.lastRecordAt,
    durationSeconds: state.durationSeconds,
    mode: header.mode,
    env: header.env,
    branch: header.branch,
    commit: header.commit,
    tree: header.tree,
    narrowed: header.scope !== null,
    verdict: report.verdict,
    readiness: report.readiness,
    exit,
    risk: {
      riskPct: report.riskPct,
      releasePct: report.releasePct,
      waivedPct: report.waivedPct,
      deferredPct: report.deferredPct,
      totalAvoidablePct: report.totalAvoidablePct,
      floorPct: report.floorPct,
      totalPct: report.totalPct,
      intervalPct: [...report.intervalPct],
      targetPct: report.targetPct,
    },
    exposure: report.exposure,
    policyDigest: report.policyDigest,
    gates: Object.fromEntries(state.tasks.map((task) => [task.taskId, historyGate(task, report)])),
  };
}

/** Appends a run to the history in modsquad/logs. */
export function appendHistory(dir: string, finished: HistoryRun): Result<null> {
  const made = ensureOutputDirectory(dir);
  return made.ok ? appendJsonl(historyFile(dir), run.encode(finished)) : made;
}

/** The last `n` lines of the history, oldest first. Broken ones are told; a missing file is an empty history. */
export function readHistory(dir: string, n = 200): JsonlRead<HistoryRun> {
  const path = historyFile(dir);
  return readJsonl<HistoryRun>(
    path,
    (value) => {
      const fault = run.fault(value);
      return fault ? { fault: fault.replace(/^\./, "") } : { value: run.decode(value) };
    },
    { offset: offsetOfLast(path, n), line: 0 },
  );
}

/** What planning needs of a past run. */
export interface TimedRun {
  mode: Mode;
  gates: Record<string, Pick<HistoryGate, "status" | "durationSeconds" | "cached">>;
}

/**
 * The timings of the last `n` runs, oldest first. Every run reads them before anything else, so nothing but them
 * is looked at; a line that does not tell is passed over, for an order of gates is all that depends on it.
 */
export function readTimings(dir: string, n = 20): TimedRun[] {
  const path = historyFile(dir);
  const read = readJsonl<TimedRun>(path, timingsOf, { offset: offsetOfLast(path, n), line: 0 });
  return read.values;
}

function timingsOf(value: unknown): { value: TimedRun } | { fault: string } {
  const { mode, gates } = (value ?? {}) as { mode?: Mode; gates?: Record<string, RawTiming> };
  if (mode === undefined || typeof gates !== "object" || gates === null) return { fault: "no run" };
  const timed: TimedRun["gates"] = {};
  for (const [id, told] of Object.entries(gates)) {
    const { status, duration_seconds: seconds, cached } = told ?? {};
    if (status === undefined || typeof seconds !== "number") continue;
    timed[id] = { status, durationSeconds: seconds, cached: cached === true };
  }
  return { value: { mode, gates: timed } };
}

interface RawTiming {
  status?: TaskStatus;
  duration_seconds?: unknown;
  cached?: unknown;
}

/** A gate's own measurements count when it came to a result in that very run. */
function measured<T extends TimedRun["gates"][string]>(gate: T | undefined): gate is T {
  return gate !== undefined && !gate.cached && (gate.status === "completed" || gate.status === "failed");
}

/** What GateContext.history holds: this gate's last `n` results in this environment, newest first. */
export function gateHistory(
  runs: readonly HistoryRun[],
  gateId: string,
  env: string,
  n = 50,
): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const past of runs.toReversed()) {
    const told = past.gates[gateId];
    if (past.env !== env || !measured(told)) continue;
    entries.push({ runId: past.runId, finishedAt: past.finishedAt, metrics: told.metrics });
    if (entries.length === n) break;
  }
  return entries;
}

/** Expected seconds per gate: the median of its last ten results in this mode. What never ran has no entry. */
export function durations(runs: readonly TimedRun[], mode: Mode): Record<string, number> {
  const seconds = new Map<string, number[]>();
  for (const past of runs.toReversed()) {
    if (past.mode !== mode) continue;
    for (const [id, told] of Object.entries(past.gates)) {
      const known = seconds.get(id) ?? [];
      if (!measured(told) || told.durationSeconds === null || known.length === 10) continue;
      seconds.set(id, [...known, told.durationSeconds]);
    }
  }
  return Object.fromEntries([...seconds].map(([id, values]) => [id, median(values)]));
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
