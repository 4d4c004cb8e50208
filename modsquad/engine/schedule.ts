/**
 * Runs jobs side by side: a job starts when its needs have ended, its locks are free and a slot is open;
 * among those the one with the longest remaining path goes first. Knows nothing of gates or processes,
 * so tests and simulations drive it with promises they hold.
 */
import type { FailMode } from "../contracts/config.ts";
import type { TaskStatus } from "../contracts/words.ts";
import { byUrgency, type Job } from "../plan/order.ts";

/** How a job ended. */
export type EndStatus = Extract<
  TaskStatus,
  "completed" | "failed" | "errored" | "timed_out" | "cancelled" | "skipped"
>;

export interface ScheduleOptions {
  /** Slots, at least 1. */
  concurrency: number;
  failMode: FailMode;
  /** Percent of all jobs that may end badly before the rest is cancelled; 100 = never. */
  abortAbovePct: number;
  /** Cancels what runs and what waits. */
  signal: AbortSignal;
  /** Runs one job; must settle soon after its signal aborts. Rejections are internal faults. */
  start(job: Job, signal: AbortSignal): Promise<EndStatus>;
  /** Told once for each job that never starts. */
  onNotStarted(job: Job, status: "cancelled" | "skipped", reason: string): void;
  /** Given the handle before the first job starts, and null once the schedule takes no more requests. */
  onHandle?(handle: ScheduleHandle | null): void;
}

/** What can be asked of a schedule under way. */
export interface ScheduleHandle {
  /** Lets what runs go on and starts nothing more; false when that is so already. */
  pause(): boolean;
  /** False when it is not paused. */
  resume(): boolean;
  /** Starts a job that has ended once more; null, or why not. `before` runs just before it waits for its turn. */
  again(id: string, before: () => void): string | null;
}

const isBad = (status: EndStatus) => status === "failed" || status === "errored" || status === "timed_out";

function abortReason({ reason }: AbortSignal): string {
  return reason instanceof Error && reason.name !== "AbortError" ? reason.message : "the run was cancelled";
}

/** Resolves when every job has ended or was told not to start. Returns the status of each. */
export function schedule(jobs: readonly Job[], options: ScheduleOptions): Promise<Map<string, EndStatus>> {
  return new Promise((resolve, reject) => {
    const waiting = [...jobs].sort(byUrgency);
    const known = new Set(jobs.map((job) => job.id));
    const ended = new Map<string, EndStatus>();
    const held = new Set<string>();
    const kill = new AbortController();
    const signal = AbortSignal.any([options.signal, kill.signal]);
    let running = 0;
    let stopReason: string | null = null;
    let paused = false;

    const stop = (reason: string, killRunning: boolean) => {
      stopReason ??= reason;
      if (killRunning) kill.abort(options.signal.aborted ? options.signal.reason : new Error(reason));
    };

    const notStarted = (job: Job, status: "cancelled" | "skipped", reason: string) => {
      waiting.splice(waiting.indexOf(job), 1);
      ended.set(job.id, status);
      options.onNotStarted(job, status, reason);
    };

    /** A required need that did not complete, or null. */
    const brokenNeed = (job: Job): string | null => {
      for (const need of job.needs) {
        if (!need.required) continue;
        if (!known.has(need.gate)) return `needs ${need.gate}, which is not part of this run`;
        const status = ended.get(need.gate);
        if (status && status !== "completed") return `needs ${need.gate}, which ${status.replace("_", " ")}`;
      }
      return null;
    };

    const isReady = (job: Job) =>
      job.needs.every((need) => !known.has(need.gate) || ended.has(need.gate)) &&
      !job.locks.some((lock) => held.has(lock));

    const launch = (job: Job) => {
      waiting.splice(waiting.indexOf(job), 1);
      for (const lock of job.locks) held.add(lock);
      running += 1;
      options.start(job, signal).then((status) => {
        for (const lock of job.locks) held.delete(lock);
        running -= 1;
        ended.set(job.id, status);
        afterEnd(job, status);
        pump();
      }, reject);
    };

    const afterEnd = (job: Job, status: EndStatus) => {
      if (!isBad(status)) return;
      if (options.failMode !== "continue") {
        stop(
          `${job.id} ${status.replace("_", " ")} (fail mode ${options.failMode})`,
          options.failMode === "kill",
        );
      }
      const bad = [...ended.values()].filter(isBad).length;
      const percent = (100 * bad) / jobs.length;
      if (options.abortAbovePct < 100 && percent > options.abortAbovePct) {
        stop(
          `${bad} of ${jobs.length} gates ended badly, above the ${options.abortAbovePct}% threshold`,
          true,
        );
      }
    };

    const pump = () => {
      if (options.signal.aborted) stop(abortReason(options.signal), true);
      if (stopReason) for (const job of [...waiting]) notStarted(job, "cancelled", stopReason);
      // Skipping one gate can make the next one unreachable, so look again until nothing changes.
      for (let job = waiting.find(brokenNeed); job; job = waiting.find(brokenNeed)) {
        notStarted(job, "skipped", brokenNeed(job) ?? "");
      }
      while (!paused && running < options.concurrency) {
        const job = waiting.find(isReady);
        if (!job) break;
        launch(job);
      }
      if (running === 0 && waiting.length === 0) {
        options.signal.removeEventListener("abort", pump);
        options.onHandle?.(null);
        resolve(ended);
      }
    };

    const again = (id: string, before: () => void): string | null => {
      const job = jobs.find((one) => one.id === id);
      if (!job) return `${id} is not part of this run`;
      if (stopReason) return `the run is ending: ${stopReason}`;
      if (!ended.has(id)) return `${id} has not finished yet`;
      ended.delete(id);
      waiting.push(job);
      waiting.sort(byUrgency);
      before();
      pump();
      return null;
    };
    const setPaused = (value: boolean): boolean => {
      if (paused === value) return false;
      paused = value;
      pump();
      return true;
    };

    options.onHandle?.({ pause: () => setPaused(true), resume: () => setPaused(false), again });
    options.signal.addEventListener("abort", pump);
    pump();
  });
}
