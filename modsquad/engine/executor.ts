/** One attempt at one gate, wherever it runs. The outcome says what happened; judging it is not done here. */
import type { Progress } from "../contracts/gate.ts";
import type { GateSpec } from "../plan/gates.ts";
import type { ContextData } from "./worker-messages.ts";

export type AttemptOutcome =
  | { kind: "returned"; result: unknown }
  /** The gate could not do its work: one word and a sentence. */
  | { kind: "broke"; class: string; message: string }
  | { kind: "timed_out" }
  | { kind: "cancelled" };

export interface Attempt {
  spec: GateSpec;
  context: ContextData;
  /** Milliseconds this attempt may take. */
  timeoutMs: number;
  /** Cancels the attempt. */
  signal: AbortSignal;
  onProgress(progress: Progress): void;
  readBase(path: string): Promise<Uint8Array | null>;
}

/** Why a run's signal aborted when nobody asked for it: its own time was up. */
export class RunDeadline extends Error {}

/** A gate that has been begun. */
export interface Begun {
  attempt(attempt: Attempt): Promise<AttemptOutcome>;
  /** Gives back what no attempt has used. */
  release(): void;
}

/** Where gates run: this machine today. */
export interface Executor {
  /** Begins what the first attempt needs, so that it is there by the time the gate's files are. */
  begin(spec: GateSpec): Promise<Begun>;
}
