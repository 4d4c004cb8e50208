/** Ending a whole process group, on POSIX systems and on Windows. */
import { readdirSync, readFileSync } from "node:fs";
import { spawn } from "../spawn.ts";

const POLL_MS = 20;
const WINDOWS = process.platform === "win32";

function signalGroup(group: number, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * True while the group has a member that still runs. A zombie answers a probe too, so on Linux the
 * state is read as well: without that, ending a group whose parent is slow to reap takes the whole grace.
 */
export function groupAlive(group: number): boolean {
  if (WINDOWS) return false;
  if (!signalGroup(group, 0)) return false;
  return process.platform !== "linux" || liveMembers(group);
}

/** Throws when there is no such process any more. */
function statOf(pid: number | string): { state: string | undefined; group: number } {
  // After the command's closing bracket: state, parent, group.
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state, group: Number(group) };
}

function liveMembers(group: number): boolean {
  for (const pid of readdirSync("/proc")) {
    if (pid.charCodeAt(0) > 57) continue;
    try {
      const { state, group: its } = statOf(pid);
      if (its === group && state !== "Z" && state !== "X") return true;
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return false;
}

/** True when the process runs with this `NAME=value` in its environment; that of a zombie is empty. */
function carries(pid: number | string, mark: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`.includes(`\0${mark}\0`);
  } catch {
    // It ended meanwhile, or belongs to somebody else.
    return false;
  }
}

/**
 * What left the group, by setsid or as a daemon, and still carries the mark it was started with. Only Linux tells;
 * looking at every process there is takes some milliseconds.
 */
function leaversOf(group: number, mark: string | null): number[] {
  if (mark === null || process.platform !== "linux") return [];
  const pids = readdirSync("/proc").filter((pid) => pid.charCodeAt(0) <= 57 && carries(pid, mark));
  return pids.map(Number).filter((pid) => groupOf(pid) !== group);
}

function groupOf(pid: number): number | null {
  try {
    return statOf(pid).group;
  } catch {
    return null;
  }
}

function signalEach(pids: readonly number[], signal: "SIGTERM" | "SIGKILL"): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}

/**
 * TERM, up to `graceMs` milliseconds to comply, KILL: to the group, and to what left it with `mark` (NAME=value) in
 * its environment. Resolves when none of them runs any more.
 */
export async function endGroup(group: number, graceMs: number, mark: string | null = null): Promise<void> {
  if (WINDOWS) return endTreeOnWindows(group);
  if (graceMs > 0) {
    const leavers = leaversOf(group, mark);
    signalGroup(group, "SIGTERM");
    signalEach(leavers, "SIGTERM");
    const running = () => groupAlive(group) || leavers.some((pid) => carries(pid, mark!));
    // By the clock: on a busy machine a look and a pause take far longer than they say.
    const until = performance.now() + graceMs;
    while (performance.now() < until && running()) await pause(POLL_MS);
  }
  // A member that forks while it is being killed can outrun one KILL.
  for (let round = 0; round < 50; round += 1) {
    const leavers = leaversOf(group, mark);
    if (!groupAlive(group) && leavers.length === 0) return;
    signalGroup(group, "SIGKILL");
    signalEach(leavers, "SIGKILL");
    await pause(POLL_MS);
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Windows has no groups; taskkill /T ends the tree below a process. */
function endTreeOnWindows(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const killer = spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
    killer.on("error", () => resolve());
    killer.on("exit", () => resolve());
  });
}
