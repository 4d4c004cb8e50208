/** Between the schedule and the single gate: runs each job, or takes over a result that still holds. */
import type { RunHeader, RunState, TaskState } from "../contracts/run-state.ts";
import type { JsonObject } from "../contracts/words.ts";
import type { GateSpec } from "../plan/gates.ts";
import type { Job } from "../plan/order.ts";
import type { AttemptOutcome, Executor } from "./executor.ts";
import { benchOf, contextOf } from "./gate-context.ts";
import { createGateInputs, type GateInputs } from "./gate-inputs.ts";
import { type Judgement, judge, judgeNothing } from "./judge.ts";
import type { Prepared } from "./prepare.ts";
import type { ResultCache } from "./result-cache.ts";
import { findReuse, type Reuse } from "./reuse.ts";
import type { RunRequest } from "./run.ts";
import { runGate } from "./run-gate.ts";
import { type EndStatus, schedule } from "./schedule.ts";
import type { TaskLog } from "./task-log.ts";

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
}

/** Runs every job of the plan to its end. */
export async function executeGates(execution: Execution): Promise<void> {
  const { request, prepared, tasks, signal } = execution;
  for (const gate of prepared.gates) tasks.enter(gate);
  const inputsOf = createGateInputs(request, prepared);
  await schedule(prepared.jobs, {
    concurrency: execution.header.concurrency,
    failMode: request.failMode,
    abortAbovePct: request.config.run.abortAbovePct,
    signal,
    start: (job, jobSignal) => runJob(execution, job, inputsOf, jobSignal),
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
      return carryOver(execution, reuse.task, reuse.note);
    case "cached":
      return takeCached(execution, spec, reuse);
    case "run":
      return runAnew(execution, spec, inputs, reuse, signal);
  }
}

function carryOver({ tasks }: Execution, earlier: TaskState, note: JsonObject): EndStatus {
  tasks.carriedOver({ ...earlier, metrics: { ...earlier.metrics, cache: note } });
  return earlier.status as EndStatus;
}

/** A cached result is judged anew: baseline, waivers and the change may have moved since. */
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
  const { judgement, attempts } = await runGate({
    spec: withinRun(spec, execution.deadlineMs),
    context: contextOf(execution, spec),
    bench: (outcome) => benchOf(execution, spec, outcome),
    executor: execution.executor,
    signal,
    readBase: prepared.workspace.readBase,
    onAttempt: (attempt, previous) => tasks.started(spec.id, attempt, previous),
    onProgress: (progress) => tasks.progressed(spec.id, progress),
    now: () => performance.now(),
    random: Math.random,
    pause,
  });
  const told = warning ? { ...judgement, warnings: [...judgement.warnings, warning] } : judgement;
  tasks.ended(spec.id, told, note);
  if (cache && inputs.fileBased && attempts === 1) keep(cache, spec, inputs, judgement, header.runId);
  return judgement.status;
}

/** Only results are kept: an inability, or a pass on retry, has to be looked at again. */
function keep(
  cache: ResultCache,
  spec: GateSpec,
  inputs: GateInputs,
  judgement: Judgement,
  runId: string,
): void {
  if (judgement.status !== "completed" && judgement.status !== "failed") return;
  const { checks, metrics, artifacts } = judgement;
  const findings = judgement.findings.map(({ isNew: _new, waiver: _waiver, ...finding }) => finding);
  const { status: _status, ...own } = metrics;
  cache.store(spec.id, inputs.parts, {
    result: { checks, findings, metrics: own, artifacts },
    runId,
    finishedAt: new Date().toISOString(),
  });
}

/** A gate may not outlast the run: then it is timed out, which is never a pass. */
function withinRun(spec: GateSpec, deadlineMs: number): GateSpec {
  const left = Math.max(1, deadlineMs - performance.now());
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
