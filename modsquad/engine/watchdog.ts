/**
 * Ends the processes of a run when the runner itself is gone, SIGKILL and the OOM killer included:
 * nothing inside the runner survives those, so one small shell outside it holds the other end of a pipe.
 * End of file on that pipe without a "done" line means the runner died; then TERM, a grace, KILL to every
 * group still listed, and on Linux to whatever still carries the run's mark in its environment (a process
 * that left its group, or one started in the instant before it could be listed).
 */
import { existsSync } from "node:fs";
import type { Writable } from "node:stream";
import { spawn } from "../spawn.ts";
import { RUN_MARK } from "./marks.ts";

/** Own signals are ignored: only the pipe decides. Zombies answer `kill -0`, so the wait is bounded by ticks. */
const SCRIPT = `trap '' INT TERM HUP QUIT
mark=$1 ticks_left=$2 groups=" "
while read -r op group; do
  case $op in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
    done) exit 0 ;;
  esac
done
strays() {
  [ -d /proc/self ] || return
  grep -lsz "^$mark\\$" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do
    [ "$pid" = $$ ] || echo "$pid"
  done
}
send() {
  for group in $groups; do kill -s "$1" -- "-$group" 2>/dev/null; done
  for pid in $(strays); do kill -s "$1" "$pid" 2>/dev/null; done
}
send TERM
while [ "$ticks_left" -gt 0 ]; do
  alive=$(strays)
  for group in $groups; do kill -s 0 -- "-$group" 2>/dev/null && alive=1; done
  [ -z "$alive" ] && exit 0
  sleep 0.1
  ticks_left=$((ticks_left - 1))
done
send KILL
`;

export interface Watchdog {
  watch(group: number): void;
  release(group: number): void;
  /** The runner ends in good order: nothing is left to watch. */
  close(): void;
}

/** Starts the watchdog of a run. `graceMs` is what a group gets between TERM and KILL. */
export function startWatchdog(runId: string, graceMs: number): Watchdog | null {
  if (!existsSync("/bin/sh")) return null;
  const ticks = String(Math.ceil(graceMs / 100));
  const child = spawn("/bin/sh", ["-c", SCRIPT, "meta-orch-watchdog", `${RUN_MARK}=${runId}`, ticks], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    // Without the mark of its own run, or it would end itself.
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
  });
  child.on("error", () => {});
  child.unref();
  const pipe = child.stdin as Writable & { unref?: () => void };
  pipe.on("error", () => {});
  pipe.unref?.();
  return {
    watch: (group) => pipe.write(`+ ${group}\n`),
    release: (group) => pipe.write(`- ${group}\n`),
    close: () => pipe.end("done\n"),
  };
}
