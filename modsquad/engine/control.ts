/**
 * Obeys the requests in modsquad/logs/control.jsonl while a run is live, and answers each with a run line. Looking
 * is one `stat` every quarter of a second, which also works on network mounts; where the file does not exist
 * nothing else happens.
 */
import { statSync } from "node:fs";
import { type ControlRequest, controlFile, readControl } from "../journal/control.ts";
import type { ScheduleHandle } from "./schedule.ts";

const LOOK_MS = 250;

/** Why a run's signal aborted when a request in control.jsonl asked for it. */
export class Stopped extends Error {}

/** What becomes of a request: goes into `metrics.control` of a run line. */
export interface ControlAnswer {
  id: string;
  request: string;
  gate?: string;
  accepted: boolean;
  /** What was done, or why not. */
  reason: string;
}

export interface ControlOptions {
  /** modsquad/logs of the tree. */
  logs: string;
  /** Requests for other runs are not ours to answer. */
  runId: string;
  /** Before the gates are scheduled, and once they have all ended: null. */
  schedule(): ScheduleHandle | null;
  /** Readies a finished task for another go; called before the schedule starts it. */
  rerun(gate: string, reason: string): void;
  stop(reason: Stopped): void;
  answer(answer: ControlAnswer): void;
}

type Outcome = { accepted: boolean; reason: string };
const yes = (reason: string): Outcome => ({ accepted: true, reason });
const no = (reason: string): Outcome => ({ accepted: false, reason });

/** Does what one request asks. */
export function obey(
  { request, by, gate = "" }: ControlRequest,
  { schedule, rerun, stop }: Pick<ControlOptions, "schedule" | "rerun" | "stop">,
): Outcome {
  const handle = schedule();
  if (!handle) return no("no gates are being run now");
  switch (request) {
    case "pause":
      return handle.pause() ? yes(`paused by ${by}: no new gate starts`) : no("the run is paused already");
    case "resume":
      return handle.resume() ? yes(`resumed by ${by}`) : no("the run is not paused");
    case "stop":
      stop(new Stopped(`stopped by ${by}`));
      return yes(`stopped by ${by}`);
    case "run-gate": {
      const refusal = handle.again(gate, () => rerun(gate, `run again by request of ${by}`));
      return refusal === null ? yes(`${gate} runs again by request of ${by}`) : no(refusal);
    }
    case "review":
      return no("this run has no reviewers");
  }
}

/** Watches until `close`. Every request is answered once, however often it is read. */
export function watchControl(options: ControlOptions): { close(): void } {
  const file = controlFile(options.logs);
  const answered = new Set<string>();
  let from = { offset: 0, line: 0 };
  let size = 0;

  const look = () => {
    const now = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (now === size) return;
    if (now < from.offset) from = { offset: 0, line: 0 };
    size = now;
    const { values, offset, line } = readControl(options.logs, from);
    from = { offset, line };
    for (const request of values) {
      if (request.runId !== options.runId || answered.has(request.id)) continue;
      answered.add(request.id);
      const { id, gate, request: kind } = request;
      options.answer({ id, request: kind, ...(gate !== undefined && { gate }), ...obey(request, options) });
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return { close: () => clearInterval(timer) };
}
