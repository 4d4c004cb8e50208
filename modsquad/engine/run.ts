/**
 * A whole run: the only part that makes things happen. It appends to the journal; what it returns is folded
 * from the very records that are on disk, so a report made now and one rebuilt later cannot differ.
 */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { FailMode, Problem, Result } from "../contracts/config.ts";
import type { GateResult } from "../contracts/gate.ts";
import type { RiskReport } from "../contracts/risk.ts";
import type { RunHeader, RunState, TaskState } from "../contracts/run-state.ts";
import { EXIT, type JsonObject } from "../contracts/words.ts";
import { createFold } from "../journal/fold.ts";
import { runRecord, taskRecord } from "../journal/record.ts";
import { createRedactor } from "../journal/redact.ts";
import { type JournalWriter, openJournal } from "../journal/write.ts";
import { monotonicMs } from "../monotonic.ts";
import { assess } from "../risk/assess.ts";
import { Stopped, watchControl } from "./control.ts";
import { declaredValues, isPlainOrigin, readEnvFile } from "./environment.ts";
import { executeGates } from "./execute-gates.ts";
import { RunDeadline } from "./executor.ts";
import { localExecutor } from "./local-executor.ts";
import type { PlanRequest, Prepared } from "./prepare.ts";
import { createProcessHost } from "./processes.ts";
import { openResultCache } from "./result-cache.ts";
import { buildHeader } from "./run-header.ts";
import { takeLock } from "./run-lock.ts";
import type { ScheduleHandle } from "./schedule.ts";
import { Interrupted } from "./signals.ts";
import { createTaskLog } from "./task-log.ts";

const HEARTBEAT_MS = 2000;
/** How long a run waits for another one in the same tree. */
const LOCK_WAIT_MS = 10_000;
/** Between TERM and KILL. */
const GRACE_MS = 2000;

export interface RunRequest extends PlanRequest {
  /** As typed, for "how to reproduce". */
  command: string[];
  concurrency: number | null;
  failMode: FailMode;
  timeoutMs: number;
  /** False: every gate runs, whatever an earlier run found. */
  useCache: boolean;
  /** The unfinished run to continue, or null. */
  resumed: RunState | null;
  /** Aborts when the user or a supervisor asks the run to end. */
  signal: AbortSignal;
  /** Told once when another run holds the tree. */
  onWait(sentence: string): void;
  /** Every change of a task, as it happens. */
  onTask(task: TaskState): void;
  /** Told once before the first gate starts. `force` ends every process group at once. */
  onStart(header: RunHeader, force: () => void): void;
}

export interface RunResult {
  state: RunState;
  risk: RiskReport;
  /** Of the verdict, or of the signal that ended the run. */
  exitCode: number;
  /** Path of the journal relative to the root. */
  journal: string;
}

/** Sortable by time and unique: "20261121T101500Z-4f2a9c". */
function newRunId(startedAt: string): string {
  return `${startedAt.replace(/[-:]|\.\d+/g, "")}-${randomBytes(3).toString("hex")}`;
}

/** How many gates run side by side; null = as many as there are cores, at least two. */
export function slots(concurrency: number | null): number {
  return concurrency ?? Math.max(2, availableParallelism());
}

function declaredSecrets({ config, processEnv }: RunRequest, prepared: Prepared): string[] {
  const names = [...prepared.specs.values()].flatMap((spec) => spec.env);
  const files = Object.values(config.gates).flatMap(({ command }) => command?.envFile ?? []);
  const inFiles = files.flatMap((file) => Object.values(readEnvFile(join(config.root, file)) ?? {}));
  const declared = Object.values(declaredValues([...names, ...(config.variables ?? [])], processEnv));
  return [...declared, ...inFiles].filter((value) => !isPlainOrigin(value));
}

/**
 * Appends to the journal and folds what a reader of the file will get, record by record. A line that could
 * not be written makes the run one that could not be done, whatever the gates said.
 */
function createRecorder(journal: JournalWriter, abort: (reason: string) => void) {
  const problems: Problem[] = [];
  const folded = createFold();
  const append = (record: Parameters<JournalWriter["append"]>[0]) => {
    const written = journal.append(record);
    if (written.ok) {
      folded.push(written.value);
      return;
    }
    if (problems.length === 0) abort("the journal cannot be written");
    problems.push(...written.problems);
  };
  return { append, problems, state: () => folded.state() };
}

function expiredWaivers({ waivers, today }: RunHeader): string[] {
  return waivers
    .filter(({ until }) => until < today)
    .map(
      ({ gate, fingerprint, owner, until }) =>
        `the waiver of ${gate ?? fingerprint} by ${owner} expired on ${until}: renew it or remove it`,
    );
}

/** Runs what was prepared. Releases the workspace. Problem: the journal cannot be opened, written or read back. */
export async function run(request: RunRequest, prepared: Prepared): Promise<Result<RunResult>> {
  const logs = join(request.config.root, "modsquad", "logs");
  const { signal, onWait } = request;
  const lock = await takeLock({ logs, mode: request.mode, waitMs: LOCK_WAIT_MS, signal, onWait });
  if (!lock.ok) {
    prepared.workspace.release();
    return lock;
  }
  try {
    return await runLocked(request, prepared, logs);
  } finally {
    lock.value.release();
  }
}

async function runLocked(request: RunRequest, prepared: Prepared, logs: string): Promise<Result<RunResult>> {
  const { config } = request;
  const started = monotonicMs();
  const startedAt = new Date().toISOString();
  const runId = newRunId(startedAt);
  const concurrency = slots(request.concurrency ?? config.run.concurrency);
  const header = buildHeader(request, prepared, {
    runId,
    startedAt,
    command: request.command,
    concurrency,
    resumes: request.resumed?.header.runId ?? null,
  });
  const redactor = createRedactor(declaredSecrets(request, prepared));
  const opened = openJournal({ dir: logs, runId, startedAt, redactor });
  if (!opened.ok) {
    prepared.workspace.release();
    return opened;
  }
  const journal = opened.value;
  const stop = new AbortController();
  const recorder = createRecorder(journal, (reason) => stop.abort(new Error(reason)));
  const warnings = [...config.warnings, ...expiredWaivers(header), ...prepared.workspace.warnings];
  recorder.append(runRecord({ status: "in_progress", startTime: startedAt, header, warnings }));

  const host = createProcessHost({ runId, graceMs: GRACE_MS });
  const tasks = createTaskLog({
    date: () => new Date(),
    now: monotonicMs,
    append: (task) => {
      recorder.append(taskRecord(task));
      request.onTask(task);
    },
  });
  request.onStart(header, () => host.killAll());
  const heartbeat = setInterval(() => {
    recorder.append(runRecord({ status: "in_progress", startTime: startedAt, metrics: { heartbeat: true } }));
  }, HEARTBEAT_MS);
  let schedule: ScheduleHandle | null = null;
  const control = watchControl({
    logs,
    runId,
    schedule: () => schedule,
    rerun: (gate, reason) => tasks.again(gate, reason),
    stop: (reason) => stop.abort(reason),
    answer: (answer) =>
      recorder.append(
        runRecord({
          status: "in_progress",
          startTime: startedAt,
          metrics: { control: answer as unknown as JsonObject },
        }),
      ),
  });
  const deadline = setTimeout(
    () => stop.abort(new RunDeadline(`the run took longer than ${request.timeoutMs / 1000} s`)),
    request.timeoutMs,
  );
  try {
    await executeGates({
      request,
      prepared,
      header,
      tasks,
      executor: localExecutor(host, request.processEnv),
      cache: request.useCache ? openResultCache(logs) : null,
      resumed: request.resumed,
      signal: AbortSignal.any([request.signal, stop.signal]),
      deadlineMs: started + request.timeoutMs,
      artifactsRoot: join(logs, "artifacts", runId),
      redact: (result) => redactor.record(result) as unknown as GateResult,
      onHandle: (handle) => {
        schedule = handle;
      },
    });
  } finally {
    clearInterval(heartbeat);
    control.close();
    clearTimeout(deadline);
    host.close();
    prepared.workspace.release();
  }
  if (recorder.problems.length > 0) {
    journal.close();
    return { ok: false, problems: recorder.problems };
  }
  const signal = stop.signal.reason instanceof Stopped ? stop.signal : request.signal;
  return finish({ signal, header, journal, recorder, started, warnings });
}

interface Finish {
  /** Aborted when somebody ended the run. */
  signal: AbortSignal;
  header: RunHeader;
  journal: JournalWriter;
  recorder: ReturnType<typeof createRecorder>;
  started: number;
  warnings: string[];
}

/** Decides, writes the last line, and returns what anybody who reads the journal will fold. */
function finish({ signal, header, journal, recorder, started, warnings }: Finish): Result<RunResult> {
  const risk = assess(recorder.state());
  const exitCode = exitOf(recorder.state(), risk, signal);
  recorder.append(
    runRecord({
      status: signal.aborted ? "cancelled" : exitCode === EXIT.safe ? "completed" : "failed",
      startTime: header.startedAt,
      endTime: new Date().toISOString(),
      durationSeconds: Math.round(monotonicMs() - started) / 1000,
      header,
      warnings,
      metrics: { exit_code: exitCode, verdict: risk.verdict, risk_pct: risk.riskPct },
    }),
  );
  const closed = journal.close();
  if (recorder.problems.length > 0) return { ok: false, problems: recorder.problems };
  if (!closed.ok) return closed;
  const state = recorder.state();
  return { ok: true, value: { state, risk: assess(state), exitCode, journal: journal.path } };
}

/** Nothing that was cancelled exits 0, even when the cancelled gate was not required. */
function exitOf(state: RunState, risk: RiskReport, signal: AbortSignal): number {
  const cutShort = state.tasks.some((task) => task.status === "cancelled" || task.status === "pending");
  if (signal.reason instanceof Interrupted) return signal.reason.exitCode;
  return risk.exit === 1 || cutShort || signal.aborted ? EXIT.blocked : EXIT.safe;
}
