/** Is the process that wrote a journal still there? Ids of processes are given again, so the id is not enough. */
import { readFileSync } from "node:fs";
import { hostname, uptime } from "node:os";

/** Where there is no boot id, the time of the last boot is computed, and clocks are corrected now and then. */
const BOOT_SLACK_SECONDS = 120;

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return `booted-${Math.round(Date.now() / 1000 - uptime())}`;
  }
}

interface ProcessStat {
  state: string;
  /** Clock ticks after boot at which it started. */
  started: string;
}

/** What Linux tells of a process, "gone", or null where there is no /proc. */
function processStat(pid: number): ProcessStat | "gone" | null {
  try {
    // The name in parentheses may hold anything, so count from the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", started: fields[19] ?? "" };
  } catch {
    return processStatAvailable() ? "gone" : null;
  }
}

function processStatAvailable(): boolean {
  try {
    return readFileSync("/proc/self/stat", "utf8").length > 0;
  } catch {
    return false;
  }
}

/**
 * What `bootId` of a run's header holds: the boot, and on Linux behind a slash the tick at which this process
 * started, so that another process with the same id is not taken for it.
 */
export function processIdentity(pid: number = process.pid): string {
  const stat = processStat(pid);
  return stat && stat !== "gone" ? `${bootId()}/${stat.started}` : bootId();
}

function sameBoot(recorded: string, current: string): boolean {
  if (!recorded.startsWith("booted-") || !current.startsWith("booted-")) return recorded === current;
  return Math.abs(Number(recorded.slice(7)) - Number(current.slice(7))) <= BOOT_SLACK_SECONDS;
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Whether the process of a run is there. `identity` is what processIdentity() gave it; `host` is where it ran.
 * undefined when it ran on another machine, of which nothing can be told from here.
 */
export function processAlive(pid: number, identity: string, host: string = hostname()): boolean | undefined {
  if (host !== hostname()) return undefined;
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  const [boot = "", started] = identity.split("/");
  if (!sameBoot(boot, bootId())) return false;
  const stat = processStat(pid);
  // Another user's process may be hidden from /proc, but not from a signal.
  if (stat === null || stat === "gone") return answersSignal(pid);
  if (stat.state === "Z" || stat.state === "X") return false;
  return started === undefined || started === stat.started;
}
