/** Whether a gate has to run at all: an unfinished run being resumed, or the result cache, may know its result. */
import type { RunState, TaskState } from "../contracts/run-state.ts";
import type { JsonObject } from "../contracts/words.ts";
import type { GateSpec } from "../plan/gates.ts";
import type { GateInputs } from "./gate-inputs.ts";
import type { CachedResult, ResultCache } from "./result-cache.ts";

/** How long a result counts when the policy names no hours for the gate. */
const DEFAULT_TTL_HOURS = 24;
const MS_PER_HOUR = 3_600_000;

export interface ReuseOptions {
  cache: ResultCache | null;
  /** The unfinished run that is being resumed, or null. */
  resumed: RunState | null;
  ttlHours: Record<string, number>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** `note` goes into the task's metrics as `cache`: it is what --why explains. */
export type Reuse =
  | { kind: "resumed"; task: TaskState; note: JsonObject }
  | { kind: "cached"; cached: CachedResult; ageHours: number; note: JsonObject }
  | { kind: "run"; note: JsonObject; warning: string | null };

export function findReuse(spec: GateSpec, inputs: GateInputs, options: ReuseOptions): Reuse {
  const { digest } = inputs;
  const ttlHours = options.ttlHours[spec.id] ?? DEFAULT_TTL_HOURS;
  const earlier = options.resumed?.tasks.find((task) => task.taskId === spec.id);
  if (earlier && carriesOver(earlier, digest, ttlHours, options.now())) {
    const from = options.resumed?.header.runId ?? "";
    return { kind: "resumed", task: earlier, note: { state: "resumed", digest, from } };
  }
  if (!inputs.fileBased) return { kind: "run", note: { state: "live", digest }, warning: null };
  if (!options.cache) return { kind: "run", note: { state: "off", digest }, warning: null };
  const found = options.cache.lookup(spec.id, inputs, ttlHours, options.now());
  if (found.state === "hit") {
    const { cached, ageHours } = found;
    const note = { state: "hit", digest, from: cached.runId, age_hours: Math.round(ageHours * 1000) / 1000 };
    return { kind: "cached", cached, ageHours, note };
  }
  const { changed, reason, corrupt } = found;
  return { kind: "run", note: { state: "miss", digest, reason, changed }, warning: corrupt };
}

/** Only a result counts, of the very same inputs, and only while it is fresh. */
function carriesOver(task: TaskState, digest: string, ttlHours: number, now: number): boolean {
  if (task.status !== "completed" && task.status !== "failed") return false;
  const cache = task.metrics.cache as JsonObject | undefined;
  if (cache?.digest !== digest || task.endTime === null) return false;
  const ageHours = (now - Date.parse(task.endTime)) / MS_PER_HOUR;
  return ageHours >= 0 && ageHours <= ttlHours;
}
