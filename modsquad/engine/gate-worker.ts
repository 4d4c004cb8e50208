/** Entry of the worker thread in which gate code runs: nothing a gate does can stop the runner's own loop. */

import { isUtf8 } from "node:buffer";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { ExecResult, Gate, GateContext, RepoView } from "../contracts/gate.ts";
import { unreachable } from "../contracts/words.ts";
import { faultOfDetection, faultOfGateInfo, isInputs } from "./validate-gate.ts";
import type { FromWorker, RepoData, ToWorker, WorkerStart, WorkerTask } from "./worker-messages.ts";

const MAX_TEXT_BYTES = 2 * 1024 * 1024;

if (!parentPort) throw new Error("Internal error: gate-worker runs as a worker thread only");
const port = parentPort;
const say = (message: FromWorker) => port.postMessage(message);

async function loadGate(url: string): Promise<Gate> {
  const module = (await import(url.startsWith("file:") ? url : pathToFileURL(url).href)) as {
    default?: Gate;
  };
  if (typeof module.default?.run !== "function" || typeof module.default.id !== "string") {
    throw new Error(`${url} has no gate as its default export (see defineGate)`);
  }
  return module.default;
}

/** Calls to the runner that come back with an answer. */
function createCalls() {
  const abort = new AbortController();
  const pending = new Map<number, (answer: ToWorker) => void>();
  let nextId = 0;
  port.on("message", (message: ToWorker) => {
    if (message.kind === "task") return;
    if (message.kind === "abort") {
      abort.abort(new Error(message.reason));
      return;
    }
    const answer = pending.get(message.id);
    pending.delete(message.id);
    answer?.(message);
  });
  // The open port alone must not keep a finished worker alive.
  port.unref();
  const call = (make: (id: number) => FromWorker) =>
    new Promise<ToWorker>((resolve) => {
      nextId += 1;
      pending.set(nextId, (answer) => {
        if (pending.size === 0) port.unref();
        resolve(answer);
      });
      port.ref();
      say(make(nextId));
    });
  return { signal: abort.signal, call };
}

async function runGate(task: Extract<WorkerTask, { kind: "run" }>): Promise<void> {
  const { signal, call } = createCalls();
  const { baseRef, ...data } = task.context;
  const context: GateContext = {
    ...data,
    base: baseRef === null ? null : { ref: baseRef, readFile: readBase },
    signal,
    exec: async (file, args, options = {}) => {
      const answer = await call((id) => ({ kind: "exec", id, file, args, options }));
      return (answer as { result: ExecResult }).result;
    },
    progress: (progress) => say({ kind: "progress", progress }),
  };
  async function readBase(path: string): Promise<Uint8Array | null> {
    const answer = await call((id) => ({ kind: "read-base", id, path }));
    return (answer as { bytes: Uint8Array | null }).bytes;
  }
  const gate = await loadGate(task.url);
  const result = await gate.run(context);
  // Through JSON: functions, cycles and class instances are refused here, where the gate can be named.
  say({ kind: "result", result: JSON.parse(JSON.stringify(result)) });
}

/** The repository as a detection sees it. Its files may not be written yet: reading one waits for them. */
function viewRepository(repo: RepoData, filesReady: () => Promise<unknown>): Omit<RepoView, "options"> {
  let ready: Promise<unknown> | undefined;
  const readText = async (path: string) => {
    ready ??= filesReady();
    await ready;
    try {
      const absolute = join(repo.root, path);
      if ((await stat(absolute)).size > MAX_TEXT_BYTES) return null;
      const bytes = await readFile(absolute);
      return isUtf8(bytes) ? bytes.toString("utf8") : null;
    } catch {
      return null;
    }
  };
  return { ...repo, readText };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function detect(task: Extract<WorkerTask, { kind: "detect" }>): Promise<void> {
  const { call } = createCalls();
  const view = viewRepository(task.repo, () => call((id) => ({ kind: "needs-files", id })));
  for (const { id, url, options } of task.gates) {
    try {
      const gate = await loadGate(url);
      const detection = await gate.detect({ ...view, options });
      const fault = faultOfDetection(detection);
      if (fault) throw new Error(fault);
      const proposed = detection.applicable ? detection.options : undefined;
      const inputs = gate.inputs({ ...proposed, ...options });
      if (!isInputs(inputs)) throw new Error('inputs() gave neither a list of globs nor "live"');
      say({ kind: "detected", id, detection: JSON.parse(JSON.stringify(detection)), inputs });
    } catch (error) {
      say({ kind: "threw", id, message: messageOf(error) });
    }
  }
}

async function describe(urls: string[]): Promise<void> {
  for (const url of urls) {
    try {
      const { detect: _d, inputs: _i, run: _r, fix: _f, commands: _c, ...info } = await loadGate(url);
      const fault = faultOfGateInfo(info);
      if (fault) throw new Error(`the gate "${info.id}" ${fault} (see defineGate)`);
      say({ kind: "described", described: { url, info: JSON.parse(JSON.stringify(info)) } });
    } catch (error) {
      say({ kind: "threw", id: url, message: messageOf(error) });
    }
  }
}

async function work(task: WorkerTask): Promise<void> {
  switch (task.kind) {
    case "run":
      return runGate(task);
    case "detect":
      return detect(task);
    case "describe":
      return describe(task.urls);
    default:
      return unreachable(task);
  }
}

port.once("message", (message: ToWorker) => {
  if (message.kind !== "task") throw new Error(`Internal error: ${message.kind} before the task`);
  work(message.task).catch((error: unknown) => {
    say({ kind: "threw", id: "", message: messageOf(error) });
  });
});

// What cannot be loaded is told when the task asks for it.
for (const url of (workerData as WorkerStart).preload) loadGate(url).catch(() => {});
