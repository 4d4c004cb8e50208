/**
 * One run at a time in a tree: two would fight over ports, browsers and reports. A run that finds another one
 * waits for it, says for whom, and gives up after a while; the lock of a process that is gone is taken over.
 */

import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { Result } from "../contracts/config.ts";
import { processAlive, processIdentity } from "../journal/alive.ts";
import { monotonicMs } from "../monotonic.ts";

const POLL_MS = 200;

interface Holder {
  /** Of this one taking of the lock: a successor names the holder it follows. */
  id: string;
  pid: number;
  identity: string;
  host: string;
  since: string;
  mode: string;
}

export interface RunLock {
  release(): void;
}

export interface LockRequest {
  /** modsquad/logs of the tree. */
  logs: string;
  mode: string;
  /** How long to wait for another run, milliseconds. */
  waitMs: number;
  signal: AbortSignal;
  /** Told once when there is somebody to wait for. */
  onWait(sentence: string): void;
}

function readHolder(file: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(file, "utf8")) as Holder;
    return typeof holder.pid === "number" ? holder : null;
  } catch {
    return null;
  }
}

const describe = (holder: Holder | null) =>
  holder
    ? `a ${holder.mode} run (process ${holder.pid} on ${holder.host}, since ${holder.since})`
    : "another run that is just starting";

/** The files of a lock: the first, and behind each holder that died the one that took over from it. */
interface Chain {
  files: string[];
  /** Who holds the lock: of the last file. null when that cannot be read. */
  holder: Holder | null;
}

/**
 * A dead holder's lock is not removed but succeeded: whoever links `run.lock.after-<its id>` first is next. Were
 * it removed, of two runs that saw the same dead holder the slower one would remove the quicker one's lock.
 */
const successorOf = (file: string, holder: Holder) => `${file}.after-${holder.id}`;

function readChain(file: string): Chain {
  const files = [file];
  let holder = readHolder(file);
  for (;;) {
    const next = holder && successorOf(file, holder);
    const successor = next && readHolder(next);
    if (!successor) return { files, holder };
    files.push(next as string);
    holder = successor;
  }
}

/** First the head, which frees the lock; what is behind it means nothing without it. */
function freeAll(files: readonly string[]): void {
  for (const one of files) rmSync(one, { force: true });
}

/** The lock, or a Problem that names who holds it. */
export async function takeLock(request: LockRequest): Promise<Result<RunLock>> {
  const file = join(request.logs, "run.lock");
  const deadline = monotonicMs() + request.waitMs;
  let told = false;
  for (;;) {
    const taken = tryLock(file, request.mode);
    if ("files" in taken) return { ok: true, value: { release: () => freeAll(taken.files) } };
    if ("problem" in taken)
      return {
        ok: false,
        problems: [{ what: taken.problem, where: file, next: "Make the folder writable." }],
      };
    if (taken.again) continue;
    const holder = describe(taken.holder);
    if (monotonicMs() >= deadline || request.signal.aborted) {
      return {
        ok: false,
        problems: [
          {
            what: `This tree is busy: ${holder} holds it.`,
            where: file,
            next: "Wait for that run to end, or stop it. If no such process exists, delete the file.",
          },
        ],
      };
    }
    if (!told) request.onWait(`waiting for ${holder} ...`);
    told = true;
    await pause(Math.min(POLL_MS, Math.max(1, deadline - monotonicMs())), request.signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}

type Try =
  /** Ours: the files to remove in the end. */
  | { files: string[] }
  | { problem: string }
  /** Somebody has it; `again` when that changed while we looked. */
  | { holder: Holder | null; again: boolean };

function tryLock(file: string, mode: string): Try {
  const own = `${file}.${process.pid}`;
  const holder: Holder = {
    id: randomUUID(),
    pid: process.pid,
    identity: processIdentity(),
    host: hostname(),
    since: new Date().toISOString(),
    mode,
  };
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Linked into place whole: a process killed halfway must not leave a lock that names nobody.
    writeFileSync(own, JSON.stringify(holder));
    return linkNew(own, file) ? { files: [file] } : succeed(own, file);
  } catch (error) {
    return { problem: `The run lock cannot be taken: ${(error as Error).message}` };
  } finally {
    tryRemove(own);
  }
}

function tryRemove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Where it could not be written it is not there.
  }
}

/** False when the file is there already. */
function linkNew(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes over from a dead holder; a live one is told to the caller. */
function succeed(own: string, file: string): Try {
  const { files, holder } = readChain(file);
  if (holder === null) return { holder: null, again: !existsSync(file) };
  if (processAlive(holder.pid, holder.identity, holder.host) !== false) return { holder, again: false };
  const next = successorOf(file, holder);
  if (!linkNew(own, next)) return { holder, again: true };
  const ours = [...files, next];
  // The chain may have been freed while it was read: then what we hold is the end of nothing.
  const now = readChain(file);
  if (now.files.join() === ours.join()) return { files: ours };
  rmSync(next, { force: true });
  return { holder, again: true };
}
