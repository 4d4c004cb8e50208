/** Ending a whole process group, on POSIX systems and on Windows. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

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

function liveMembers(group: number): boolean {
  for (const pid of readdirSync("/proc")) {
    if (pid.charCodeAt(0) > 57) continue;
    try {
      // After the command's closing bracket: state, parent, group.
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(pgrp) === group && state !== "Z" && state !== "X") return true;
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return false;
}

/** TERM, up to `graceMs` milliseconds to comply, KILL. Resolves when no member runs any more. */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  if (WINDOWS) return endTreeOnWindows(group);
  if (graceMs > 0) signalGroup(group, "SIGTERM");
  for (let waited = 0; waited < graceMs && groupAlive(group); waited += POLL_MS) await pause(POLL_MS);
  // A member that forks while it is being killed can outrun one KILL.
  for (let round = 0; round < 50 && groupAlive(group); round += 1) {
    signalGroup(group, "SIGKILL");
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
