/** Whether a run is live, stalled, crashed or done: one classifier for every front end. */
import type { RunState } from "../contracts/run-state.ts";
import { duration, millis } from "../report/numbers.ts";

/** `unknown`: nothing about the run could be loaded. Only `live` and `done` are as things should be. */
export type Life = "live" | "stalled" | "crashed" | "done" | "unknown";

/** Milliseconds without a line after which a run counts as stalled: five heartbeats missed. */
export const STALLED_AFTER_MS = 10_000;

/**
 * @param now milliseconds since the epoch
 * @param alive whether the runner's process is there (processAlive of the journal); undefined when it ran on
 *   another machine, of which only the heartbeat tells
 */
export function lifeOf(state: RunState | null, now: number, alive: boolean | undefined): Life {
  if (state === null || unread(state)) return "unknown";
  if (state.status === "finished" || state.status === "cancelled") return "done";
  if (state.status === "crashed" || alive === false) return "crashed";
  return silentMs(state, now) > STALLED_AFTER_MS ? "stalled" : "live";
}

/** The same in words: "running for 42.0s", "no sign of life for 3m 10s", "ended 2h 05m ago". */
export function lifeText(state: RunState | null, life: Life, now: number): string {
  if (state === null) return "no run could be loaded";
  const ended = millis(state.finishedAt ?? state.lastRecordAt);
  const started = millis(state.header.startedAt);
  switch (life) {
    case "live":
      return started === null ? "running" : `running for ${span(now - started)}`;
    case "stalled":
      return `no sign of life for ${span(silentMs(state, now))}`;
    case "crashed":
      return `its process is gone, last heard of ${span(silentMs(state, now))} ago`;
    case "done":
      return ended === null ? "ended" : `ended ${span(now - ended)} ago`;
    case "unknown":
      return "no line of the journal could be read";
  }
}

/** A time span for people; a clock that was set back makes none negative. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds >= 48 * 3600) return `${Math.floor(seconds / 86_400)} days`;
  return duration(seconds < 60 ? Math.floor(seconds * 10) / 10 : Math.floor(seconds));
}

/** Line 0 stands for the file as such. */
function unread(state: RunState): boolean {
  return state.broken.some((line) => line.line === 0) || isBlank(state);
}

/** True when there was not one line to read, so that nothing is known of the run, not even that it was one. */
export function isBlank({ header, lastRecordAt }: RunState): boolean {
  return lastRecordAt === "" && header.startedAt === "";
}

function silentMs(state: RunState, now: number): number {
  const last = millis(state.lastRecordAt) ?? millis(state.header.startedAt);
  return last === null ? Number.POSITIVE_INFINITY : Math.max(0, now - last);
}
