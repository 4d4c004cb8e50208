/** What the progress views are given: where to write, what time it is, and what happens. */
import type { Writable } from "node:stream";
import type { RiskReport } from "../../contracts/risk.ts";
import type { PlannedGate, RunState, TaskState } from "../../contracts/run-state.ts";

export type OutputStream = Writable & { columns?: number; rows?: number; isTTY?: boolean };

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `tick` every `ms` milliseconds until the returned function is called. Never keeps the process alive. */
  every(ms: number, tick: () => void): () => void;
}

export interface ProgressIo {
  out: OutputStream;
  /** The other stream: when it is a terminal too, what others write there is kept clear of the live view. */
  err?: OutputStream;
  clock?: Clock;
}

export interface ProgressOptions {
  /** tty: live view; plain: one line per change, for pipes, CI and TERM=dumb; silent: nothing. */
  kind: "tty" | "plain" | "silent";
  io: ProgressIo;
  /** Width to assume where the stream does not tell its own. */
  columns: number;
  color: boolean;
  /** Glyphs beyond ASCII. Default: what the locale of the process says. */
  unicode?: boolean;
}

/** A planned gate, with the attempts its retry policy allows where the caller knows them. */
export type ProgressGate = Pick<PlannedGate, "id" | "needs" | "expectedSeconds" | "decision"> & {
  attempts?: number;
};

/** Fed by the run as it happens. It shows and never decides: nothing in here can change a verdict. */
export interface Progress {
  /** Once, before the first record. Gates whose decision is not "run" are left out. */
  onPlan(gates: readonly ProgressGate[]): void;
  /** The new state of a task, at every record of it. */
  onRecord(task: TaskState): void;
  /** The run is over: the live view makes room for the closing summary. */
  onFinish(state: RunState, risk: RiskReport): void;
  /** Gives the terminal back, whatever happened before. May be called any number of times. */
  stop(): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  every(ms, tick) {
    const timer = setInterval(tick, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};
