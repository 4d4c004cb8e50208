/** Between the schedule and the single gate: runs each job, or takes over a result that still holds. */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../contracts/config.ts";
import type { GateResult } from "../contracts/gate.ts";
import type { RunHeader, RunState, TaskState } from "../contracts/run-state.ts";
import { monotonicMs } from "../monotonic.ts";
import type { GateSpec } from "../plan/gates.ts";
import type { Job } from "../plan/order.ts";
import type { AttemptOutcome, Executor } from "./executor.ts";
import { benchOf, contextOf, upstreamOf } from "./gate-context.ts";
import { createGateInputs, type GateInputs } from "./gate-inputs.ts";
import { type Judgement, judge, judgeNothing } from "./judge.ts";
import type { Prepared } from "./prepare.ts";
import type { ResultCache } from "./result-cache.ts";
import { findReuse, type Reuse } from "./reuse.ts";
import type { RunRequest } from "./run.ts";
import { runGate } from "./run-gate.ts";
import { type EndStatus, type ScheduleHandle, schedule } from "./schedule.ts";
import type { TaskLog } from "./task-log.ts";

/** Times of files lag behind the clock by up to one tick of the kernel, milliseconds. */
const CLOCK_GRAIN_MS = 10;

export interface Execution {
  request: RunRequest;
  prepared: Prepared;
  header: RunHeader;
  tasks: TaskLog;
  executor: Executor;
  /** null = every gate runs. */
  cache: ResultCache | null;
  /** The unfinished run being resumed, or null. */
  resumed: RunState | null;
  signal: AbortSignal;
  /** Monotonic milliseconds at which the whole run is over. */
  deadlineMs: number;
  artifactsRoot: string;
  /** What is kept on disk holds no secret, in the cache as little as in the journal. */
  redact(result: GateResult): GateResult;
  /** See ScheduleOptions. */
  onHandle(handle: ScheduleHandle | null): void;
}

/** Runs every job of the plan to its end. */
export async function executeGates(execution: Execution): Promise<void> {
  const { request, prepared, tasks, signal } = execution;
  for (const gate of prepared.gates) tasks.enter(gate);
  const inputsOf = createGateInputs(request, prepared, (spec) => upstreamOf(execution, spec));
  const startedOnce = new Set<string>();
  await schedule(prepared.jobs, {
    concurrency: execution.header.concurrency,
    failMode: request.failMode,
    abortAbovePct: request.config.run.abortAbovePct,
    signal,
    start: (job, jobSignal) => {
      // Whoever asks for a gate again wants it run, not remembered.
      const again = startedOnce.has(job.id);
      startedOnce.add(job.id);
      return runJob(
        again ? { ...execution, cache: null, resumed: null } : execution,
        job,
        inputsOf,
        jobSignal,
      );
    },
    onHandle: execution.onHandle,
    onNotStarted: (job, status, reason) => tasks.notStarted(job.id, status, reason),
  });
}

type InputsOf = (spec: GateSpec) => Promise<GateInputs>;

async function runJob(
  execution: Execution,
  job: Job,
  inputsOf: InputsOf,
  signal: AbortSignal,
): Promise<EndStatus> {
  const { prepared, tasks } = execution;
  const spec = prepared.specs.get(job.id);
  if (!spec) throw new Error(`Internal error: no gate "${job.id}"`);
  const undetected = prepared.undetected.get(job.id);
  if (undetected !== undefined) {
    const judgement = judgeNothing(
      "errored",
      `could not tell whether it applies: ${undetected}`,
      "detection",
    );
    tasks.started(job.id, 1, null);
    tasks.ended(job.id, judgement, {});
    return judgement.status;
  }
  const inputs = await inputsOf(spec);
  const reuse = findReuse(spec, inputs, {
    cache: execution.cache,
    resumed: execution.resumed,
    ttlHours: execution.header.policy.ttl_hours,
    now: Date.now,
  });
  switch (reuse.kind) {
    case "resumed":
      return carryOver(execution, spec, reuse);
    case "cached":
      return takeCached(execution, spec, reuse);
    case "run":
      return runAnew(execution, spec, inputs, reuse, signal);
  }
}

/** What a task found is judged anew: baseline, waivers and the day may have moved since. */
async function carryOver(
  execution: Execution,
  spec: GateSpec,
  { task, note }: Extract<Reuse, { kind: "resumed" }>,
): Promise<EndStatus> {
  const outcome: AttemptOutcome = { kind: "returned", result: bareResult(task) };
  const judgement = judge(outcome, await benchOf(execution, spec, outcome), spec.timeoutMs);
  const { status, errors, checks, findings, metrics } = judgement;
  const warnings = [...new Set([...task.warnings, ...judgement.warnings])];
  execution.tasks.carriedOver({
    ...task,
    status,
    errors,
    warnings,
    checks,
    findings,
    metrics: { ...metrics, cache: note },
  });
  return status;
}

/** What the gate said, without what was made of it. */
function bareResult({ checks, findings, metrics, artifacts }: BareSource): GateResult {
  const { status: _status, cache: _cache, ...own } = metrics;
  const bare = findings.map(({ isNew: _new, waiver: _waiver, ...finding }) => finding);
  return { checks, findings: bare, metrics: own, artifacts };
}

type BareSource = Pick<TaskState, "checks" | "findings" | "metrics" | "artifacts">;

/** A cached result is judged anew, as one carried over is. */
async function takeCached(
  execution: Execution,
  spec: GateSpec,
  { cached, ageHours, note }: Extract<Reuse, { kind: "cached" }>,
): Promise<EndStatus> {
  const outcome: AttemptOutcome = { kind: "returned", result: cached.result };
  const judgement = judge(outcome, await benchOf(execution, spec, outcome), spec.timeoutMs);
  execution.tasks.fromCache(spec.id, judgement, { ageHours, sameDigest: true, from: cached.runId }, note);
  return judgement.status;
}

async function runAnew(
  execution: Execution,
  spec: GateSpec,
  inputs: GateInputs,
  { note, warning }: Extract<Reuse, { kind: "run" }>,
  signal: AbortSignal,
): Promise<EndStatus> {
  const { prepared, tasks, cache, header } = execution;
  const begun = await execution.executor.begin(spec);
  const ready = await prepared.workspace.ready();
  if (!ready.ok) {
    begun.release();
    return withoutFiles(execution, spec, ready.problems);
  }
  const { judgement, attempts } = await runGate({
    spec: withinRun(spec, execution.deadlineMs),
    context: contextOf(execution, spec),
    bench: (outcome) => benchOf(execution, spec, outcome),
    executor: begun,
    signal,
    readBase: prepared.workspace.readBase,
    onAttempt: (attempt, previous) => tasks.started(spec.id, attempt, previous),
    onProgress: (progress) => tasks.progressed(spec.id, progress),
    now: monotonicMs,
    random: Math.random,
    pause,
  }).finally(() => begun.release());
  const isKept = cache && inputs.fileBased && attempts === 1 && !changedSince(execution, inputs);
  const unkept = isKept ? keep(execution, cache, spec, inputs, judgement, header.runId) : null;
  const more = [warning, unkept].filter((one) => one !== null);
  tasks.ended(spec.id, { ...judgement, warnings: [...judgement.warnings, ...more] }, note);
  return judgement.status;
}

/** Nothing to judge came to be: nobody can say whether the gate would have passed. */
function withoutFiles({ tasks }: Execution, spec: GateSpec, problems: readonly Problem[]): EndStatus {
  const told = problems.map(({ what, next }) => `${what} (${next})`).join("; ");
  const judgement = judgeNothing("errored", told, "snapshot");
  tasks.started(spec.id, 1, null);
  tasks.ended(spec.id, judgement, {});
  return judgement.status;
}

/**
 * A file that was saved while the gate ran: nobody can tell which content it saw, so its result belongs to no
 * digest. A snapshot is ours alone and never changes.
 */
function changedSince({ prepared }: Execution, inputs: GateInputs): boolean {
  if (prepared.workspace.frozen) return false;
  for (const name of inputs.parts().keys()) {
    if (!name.startsWith("file ")) continue;
    const path = join(prepared.workspace.root, name.slice("file ".length));
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat || stat.ctimeMs >= prepared.listedAtMs - CLOCK_GRAIN_MS) return true;
  }
  return false;
}

/** Only results are kept: an inability, or a pass on retry, has to be looked at again. */
function keep(
  { redact }: Execution,
  cache: ResultCache,
  spec: GateSpec,
  inputs: GateInputs,
  judgement: Judgement,
  runId: string,
): string | null {
  if (judgement.status !== "completed" && judgement.status !== "failed") return null;
  const result = redact(bareResult(judgement));
  return cache.store(spec.id, inputs, { result, runId, finishedAt: new Date().toISOString() });
}

/** A gate may not outlast the run: then it is timed out, which is never a pass. */
function withinRun(spec: GateSpec, deadlineMs: number): GateSpec {
  const left = Math.max(1, deadlineMs - monotonicMs());
  return left < spec.timeoutMs ? { ...spec, timeoutMs: left } : spec;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
