/** The closed sets of words the whole product shares. */

export const API_VERSION = 1;

export const MODES = ["quick", "full"] as const;
export type Mode = (typeof MODES)[number];

export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const AREAS = ["frontend", "backend", "infrastructure", "security", "quality"] as const;
export type Area = (typeof AREAS)[number];

export const TASK_STATUSES = [
  "pending",
  "in_progress",
  "completed",
  "failed",
  "errored",
  "timed_out",
  "cancelled",
  "skipped",
  "not_applicable",
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const CHECK_STATUSES = ["passed", "failed", "errored", "skipped"] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };
export type JsonObject = { [key: string]: Json | undefined };

/** Exit codes of the command line (design §3). */
export const EXIT = {
  safe: 0,
  blocked: 1,
  usage: 2,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** Makes a switch over a closed union exhaustive at compile time, and loud at run time. */
export function unreachable(value: never): never {
  throw new Error(`Internal error: unexpected value ${JSON.stringify(value)}`);
}
