/**
 * Starts child processes. Node's own module for that takes a tenth of a run in which everything is cached to load, and
 * such a run starts none.
 */
import type { ChildProcess, SpawnOptions } from "node:child_process";

/** As `spawn` of node:child_process. */
export function spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return process.getBuiltinModule("node:child_process").spawn(command, args, options);
}
