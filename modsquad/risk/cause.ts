/** Why something could not be checked, and the command or setting that helps most. */
import type { CheckResult } from "../contracts/gate.ts";
import type { TaskState } from "../contracts/run-state.ts";

export interface Cause {
  /** One word, such as "missing-tool", or "". */
  class: string;
  /** The first line of what was said, or "". */
  text: string;
}

const UNREACHABLE_CLASSES: ReadonlySet<string> = new Set([
  "refused",
  "unreachable",
  "no-base-url",
  "offline",
  "dns",
  "reset",
]);
const UNREACHABLE_WORDS = /base ?url|ECONNREFUSED|ENOTFOUND|unreachable|connection refused/i;

export function checkCause(check: CheckResult): Cause {
  return { class: check.failureClass ?? "", text: firstLine(check.message) };
}

/** The cause of a task as a whole: of its first errored check, else what the engine recorded. */
export function taskCause(task: TaskState): Cause {
  const check =
    task.checks.find((one) => one.status === "errored") ?? task.checks.find((one) => one.failureClass);
  if (check !== undefined) return checkCause(check);
  const { failure_class: recorded } = task.metrics;
  return {
    class: typeof recorded === "string" ? recorded : "",
    text: firstLine(task.errors[0] ?? task.warnings[0] ?? ""),
  };
}

/** What to do about it: the shortest thing that helps, or to look at the gate alone. */
export function remedy(cause: Cause, gate: string): string {
  if (cause.class === "missing-tool") return "meta-orch doctor --fix";
  if (UNREACHABLE_CLASSES.has(cause.class) || UNREACHABLE_WORDS.test(cause.text))
    return "start it, or --base-url URL";
  if (cause.class === "timeout") return `find what hangs, or raise gates.${gate}.timeout`;
  if (cause.class === "out-of-memory") return "give it more memory, or lower --concurrency";
  return `meta-orch gate ${gate}`;
}

export function firstLine(text: string): string {
  return (text.trim().split(/\r?\n/, 1)[0] ?? "").trim();
}
