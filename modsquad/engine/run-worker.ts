/** Runs gate code in a worker thread: times it out, ends what it started, names what it did wrong. */
import { getHeapStatistics } from "node:v8";
import { Worker } from "node:worker_threads";
import { unreachable } from "../contracts/words.ts";
import { distFile } from "../paths.ts";
import type { Attempt, AttemptOutcome } from "./executor.ts";
import { failedToStart, type ProcessHost } from "./processes.ts";
import { isProgress } from "./validate-result.ts";
import type { FromWorker, ToWorker, WorkerStart, WorkerTask } from "./worker-messages.ts";

/** What a worker gets to end by itself after it was told to, milliseconds. */
const WORKER_GRACE_MS = 500;
/** What Node gives a program on this machine (see --max-old-space-size), and at most 4 GiB. */
const MAX_HEAP_MB = Math.min(4096, Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20));

/** Who listens to a worker. */
export interface WorkerListener {
  message(message: FromWorker): void;
  error(error: Error & { code?: string }): void;
  exit(code: number): void;
}

/** A worker thread that waits for its one task. */
export interface GateThread {
  /** Gives it the task. What has happened to it until now is told first. */
  give(task: WorkerTask, listener: WorkerListener): void;
  send(message: ToWorker): void;
  terminate(): Promise<unknown>;
}

/** Starts a thread that loads these modules while nobody has a task for it yet. */
export function startThread(preload: string[], env: Record<string, string>): GateThread {
  const workerData: WorkerStart = { preload };
  const worker = new Worker(distFile("esm", "gate-worker.js"), {
    workerData,
    env,
    // A gate's console output must not mix with --json or with the progress display.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  // Unread, the pipe would fill and a gate that prints much would wait for ever.
  worker.stdout.resume();
  worker.stderr.resume();
  let listener: WorkerListener | null = null;
  const missed: ((listener: WorkerListener) => void)[] = [];
  const tell = (what: (listener: WorkerListener) => void): void => {
    if (listener) what(listener);
    else missed.push(what);
  };
  worker.on("message", (message: FromWorker) => tell((to) => to.message(message)));
  worker.on("error", (error) => tell((to) => to.error(error)));
  worker.on("exit", (code) => tell((to) => to.exit(code)));
  const send = (message: ToWorker): void => worker.postMessage(message);
  return {
    give: (task, to) => {
      listener = to;
      for (const what of missed) what(to);
      send({ kind: "task", task });
    },
    send,
    terminate: () => worker.terminate(),
  };
}

function workerFailure(error: Error & { code?: string }): AttemptOutcome {
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return {
      kind: "broke",
      class: "out-of-memory",
      message: `the gate used more than ${MAX_HEAP_MB} MiB of heap`,
    };
  }
  return { kind: "broke", class: "threw", message: error.message };
}

/** One attempt at a gate module, in this thread. Settles within timeoutMs + grace, whatever the gate does. */
export function runInThread(
  attempt: Attempt,
  url: string,
  thread: GateThread,
  env: Record<string, string>,
  host: ProcessHost,
): Promise<AttemptOutcome> {
  return new Promise((resolve) => {
    const children = new AbortController();
    const running = new Set<Promise<unknown>>();
    let ending: AttemptOutcome | null = null;
    let settled = false;

    const settle = async (outcome: AttemptOutcome) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      attempt.signal.removeEventListener("abort", onCancel);
      children.abort();
      await Promise.all([thread.terminate(), ...running]);
      resolve(outcome);
    };
    const askToEnd = (outcome: AttemptOutcome, reason: string) => {
      if (ending) return;
      ending = outcome;
      thread.send({ kind: "abort", reason });
      children.abort();
      setTimeout(() => settle(outcome), WORKER_GRACE_MS);
    };
    const onCancel = () => askToEnd({ kind: "cancelled" }, "cancelled");
    const timer = setTimeout(() => askToEnd({ kind: "timed_out" }, "timed out"), attempt.timeoutMs);

    const exec = (message: Extract<FromWorker, { kind: "exec" }>) => {
      const { id, file, args } = message;
      const options = message.options ?? {};
      const run = host
        .run(file, args, {
          ...options,
          cwd: options.cwd ?? attempt.context.root,
          env: { ...env, ...options.env },
          signal: children.signal,
        })
        .catch((error: Error) => failedToStart(error.message))
        .then((result) => thread.send({ kind: "exec-result", id, result }));
      running.add(run);
      run.finally(() => running.delete(run));
    };

    const onMessage = (message: FromWorker) => {
      switch (message.kind) {
        case "progress":
          if (isProgress(message.progress)) attempt.onProgress(message.progress);
          return;
        case "exec":
          return exec(message);
        case "read-base":
          return void attempt
            .readBase(message.path)
            .then((bytes) => thread.send({ kind: "base-file", id: message.id, bytes }));
        case "result":
          return void settle(ending ?? { kind: "returned", result: message.result });
        case "threw":
          return void settle(ending ?? { kind: "broke", class: "threw", message: message.message });
        case "detected":
        case "described":
        case "needs-files":
          return;
        default:
          return unreachable(message);
      }
    };
    const onExit = (code: number) =>
      settle(
        ending ?? {
          kind: "broke",
          class: "crashed",
          message: `the gate ended its thread (code ${code}) without a result`,
        },
      );
    const context = { ...attempt.context, timeoutMs: attempt.timeoutMs };
    thread.give(
      { kind: "run", url, context },
      {
        message: onMessage,
        error: (error) => void settle(ending ?? workerFailure(error)),
        exit: (code) => void onExit(code),
      },
    );
    if (attempt.signal.aborted) onCancel();
    else attempt.signal.addEventListener("abort", onCancel, { once: true });
  });
}
