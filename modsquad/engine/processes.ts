/**
 * The only place that starts a process. Every child leads a process group of its own; ending one means
 * TERM to the group, a grace, KILL to the group. POSIX shells start `cmd &` with SIGINT ignored, so
 * forwarding an interrupt to the child alone would leave its background jobs behind.
 */
import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { ExecOptions, ExecResult } from "../contracts/gate.ts";
import { spawn } from "../spawn.ts";
import { CHILD_MARK, RUN_MARK } from "./marks.ts";
import { endGroup, groupAlive } from "./process-group.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

const DEFAULT_MAX_OUTPUT = 16 * 1024 * 1024;
/** How long output may still arrive after the child itself has ended, milliseconds. */
const DRAIN_MS = 200;
/** The longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface RunProcess extends ExecOptions {
  cwd: string;
  env: Record<string, string>;
  /** Ends the group when it aborts. */
  signal: AbortSignal;
  /** Run through /bin/sh -c; `file` is then the whole command line. */
  shell?: boolean;
}

export interface ProcessHost {
  /** Runs to the end. Never rejects: what went wrong is in the result. */
  run(file: string, args: readonly string[], options: RunProcess): Promise<ExecResult>;
  /** KILL to every group at once: the second Ctrl-C. */
  killAll(): void;
  close(): void;
}

export interface ProcessHostOptions {
  runId: string;
  /** Milliseconds between TERM and KILL. */
  graceMs: number;
}

export function createProcessHost({ runId, graceMs }: ProcessHostOptions): ProcessHost {
  /** Group → the mark of the child that leads it. */
  const groups = new Map<number, string>();
  let children = 0;
  let watchdog: Watchdog | null | undefined;

  const register = (group: number, mark: string) => {
    watchdog ??= startWatchdog(runId, graceMs);
    groups.set(group, mark);
    watchdog?.watch(group);
  };
  const unregister = (group: number) => {
    groups.delete(group);
    watchdog?.release(group);
  };

  const run = async (file: string, args: readonly string[], options: RunProcess): Promise<ExecResult> => {
    if (options.signal.aborted) return failedToStart("aborted before it started");
    // The watchdog has to be there before the first child is.
    watchdog ??= startWatchdog(runId, graceMs);
    let child: ChildProcess;
    const name = `${runId}.${++children}`;
    try {
      child = spawn(options.shell ? "/bin/sh" : file, options.shell ? ["-c", file] : [...args], {
        cwd: options.cwd,
        env: { ...options.env, [RUN_MARK]: runId, [CHILD_MARK]: name },
        detached: true,
        stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      });
    } catch (error) {
      // Arguments no process can be given (a NUL in a name, more than the system takes) are thrown, not emitted.
      return failedToStart((error as Error).message);
    }
    const group = child.pid;
    if (group === undefined) return failedToStart(await startError(child));
    register(group, `${CHILD_MARK}=${name}`);
    const stdout = collect(child.stdout, options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT);
    const stderr = collect(child.stderr, options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT);
    if (options.input !== undefined) feed(child.stdin, options.input);

    let timedOut = false;
    let ending: Promise<void> | null = null;
    /** Cut short: nothing of it stays, wherever it went. */
    const end = () => {
      ending ??= endGroup(group, graceMs, groups.get(group));
    };
    /** After an orderly end what left the group was meant to, and only the rest goes. */
    const endRest = () => {
      ending ??= endGroup(group, graceMs);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, options.timeoutMs ?? MAX_TIMER_MS);
    options.signal.addEventListener("abort", end, { once: true });
    // A background grandchild keeps the pipes open, one that left the group even beyond the group's end:
    // without this the run would wait for it forever.
    let draining: NodeJS.Timeout | undefined;
    const drop = () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    child.once("exit", () => {
      draining = setTimeout(() => {
        if (groupAlive(group)) endRest();
        void Promise.resolve(ending).then(() => {
          draining = setTimeout(drop, DRAIN_MS);
        });
      }, DRAIN_MS);
    });
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.once("close", (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
    });
    clearTimeout(timer);
    clearTimeout(draining);
    options.signal.removeEventListener("abort", end);
    if (groupAlive(group)) endRest();
    await ending;
    unregister(group);
    const truncated = stdout.truncated() || stderr.truncated();
    return { code, signal, stdout: stdout.text(), stderr: stderr.text(), truncated, timedOut };
  };

  return {
    run,
    killAll: () => {
      for (const [group, mark] of groups) endGroup(group, 0, mark);
    },
    close: () => {
      // Only a fault of ours leaves a group here; what it started must not outlive the run.
      for (const [group, mark] of groups) endGroup(group, 0, mark);
      watchdog?.close();
    },
  };
}

/** What a process that never came to be has to tell. */
export function failedToStart(error: string): ExecResult {
  return { code: null, signal: null, stdout: "", stderr: "", truncated: false, error };
}

/** Why a child has no process id, such as "ENOENT". */
function startError(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** A child that does not read its input to the end is no fault of the run. */
function feed(stdin: Writable | null, input: string | Uint8Array): void {
  stdin?.on("error", () => {});
  stdin?.end(input);
}

/** Keeps the first `limit` bytes; what comes after is read, so that the child never blocks, and dropped. */
function collect(stream: Readable | null, limit: number) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let truncated = false;
  stream?.on("data", (chunk: Buffer) => {
    const room = limit - bytes;
    truncated ||= chunk.length > room;
    if (room <= 0) return;
    chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    bytes += Math.min(chunk.length, room);
  });
  return { text: () => Buffer.concat(chunks).toString("utf8"), truncated: () => truncated };
}
