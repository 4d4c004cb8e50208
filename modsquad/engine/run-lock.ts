/**
 * One run at a time in a tree: two would fight over ports, browsers and reports. A run that finds another one
 * waits for it, says for whom, and gives up after a while; the lock of a process that is gone is taken over.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { Result } from "../contracts/config.ts";
import { processAlive, processIdentity } from "../journal/alive.ts";

const POLL_MS = 200;

interface Holder {
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

/** Takes the lock file away under another name, so that of two runs that find it stale only one does. */
function breakStale(file: string, pid: number): void {
  const aside = `${file}.stale-${pid}`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch {
    // The other one was quicker.
  }
}

/** The lock, or a Problem that names who holds it. */
export async function takeLock(request: LockRequest): Promise<Result<RunLock>> {
  const file = join(request.logs, "run.lock");
  const deadline = performance.now() + request.waitMs;
  let told = false;
  for (;;) {
    const problem = tryLock(file, request.mode);
    if (problem === null) return { ok: true, value: { release: () => rmSync(file, { force: true }) } };
    if (problem !== "held")
      return { ok: false, problems: [{ what: problem, where: file, next: "Make the folder writable." }] };
    const holder = readHolder(file);
    if (holder && processAlive(holder.pid, holder.identity, holder.host) === false) {
      breakStale(file, holder.pid);
      continue;
    }
    if (performance.now() >= deadline || request.signal.aborted) {
      return {
        ok: false,
        problems: [
          {
            what: `This tree is busy: ${describe(holder)} holds it.`,
            where: file,
            next: "Wait for that run to end, or stop it. If no such process exists, delete the file.",
          },
        ],
      };
    }
    if (!told) request.onWait(`waiting for ${describe(holder)} ...`);
    told = true;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** null = taken, "held" = somebody has it, else why it could not be tried. */
function tryLock(file: string, mode: string): string | null {
  const own = `${file}.${process.pid}`;
  const holder: Holder = {
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
    linkSync(own, file);
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "EEXIST" ? "held" : `The run lock cannot be taken: ${message}`;
  } finally {
    rmSync(own, { force: true });
  }
}
