/** One gate to its end: attempts with exponential backoff and jitter inside one deadline. */
import type { Progress } from "../contracts/gate.ts";
import type { GateSpec } from "../plan/gates.ts";
import { type AttemptOutcome, type Begun, RunDeadline } from "./executor.ts";
import { type Bench, type Judgement, judge, judgeNothing } from "./judge.ts";
import type { ContextData } from "./worker-messages.ts";

/** No use in starting an attempt that has less than this left, milliseconds. */
const MIN_ATTEMPT_MS = 50;

export interface GateRun {
  spec: GateSpec;
  context: ContextData;
  /** What the outcome is judged by; asked once per attempt, so that git is read only when there are findings. */
  bench(outcome: AttemptOutcome): Promise<Bench>;
  executor: Pick<Begun, "attempt">;
  signal: AbortSignal;
  readBase(path: string): Promise<Uint8Array | null>;
  onAttempt(attempt: number, previous: Judgement | null): void;
  onProgress(progress: Progress): void;
  /** Monotonic milliseconds; a test holds it. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** Resolves after that many milliseconds, or at once when the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** Classes of inabilities that a second attempt cannot mend: nothing will have been configured by then. */
const LASTING = new Set(["no-base-url", "nothing-declared"]);

function isLasting({ status, checks }: Judgement): boolean {
  const unable = checks.filter((check) => check.status === "errored");
  return (
    status === "errored" &&
    unable.length > 0 &&
    unable.every(({ failureClass }) => LASTING.has(failureClass ?? ""))
  );
}

/** Pause before attempt n + 1, milliseconds: base · 2^(n−1), "full jitter" between half and all of it. */
export function backoffMs(baseMs: number, attempt: number, random: number): number {
  return baseMs * 2 ** (attempt - 1) * (0.5 + random / 2);
}

/** The last attempt's judgement with the number of attempts it took. */
export async function runGate(run: GateRun): Promise<{ judgement: Judgement; attempts: number }> {
  const { retry, timeoutMs } = run.spec;
  const deadline = run.now() + timeoutMs;
  let judgement: Judgement | null = null;
  for (let attempt = 1; ; attempt += 1) {
    if (run.signal.aborted) {
      return {
        judgement: judgement ?? judgeNothing("cancelled", "cancelled before it started", "cancelled"),
        attempts: attempt,
      };
    }
    run.onAttempt(attempt, judgement);
    const outcome = await run.executor.attempt({
      spec: run.spec,
      context: run.context,
      timeoutMs: Math.max(1, deadline - run.now()),
      signal: run.signal,
      onProgress: run.onProgress,
      readBase: run.readBase,
    });
    const late = outcome.kind === "cancelled" && run.signal.reason instanceof RunDeadline;
    judgement = judge(late ? { kind: "timed_out" } : outcome, await run.bench(outcome), timeoutMs);
    if (outcome.kind === "cancelled") return { judgement, attempts: attempt };
    const retryable = (retry.on as string[]).includes(judgement.status) && !isLasting(judgement);
    const wait = backoffMs(retry.backoffMs, attempt, run.random());
    if (!retryable || attempt >= retry.attempts || run.now() + wait + MIN_ATTEMPT_MS > deadline) {
      return { judgement, attempts: attempt };
    }
    await run.pause(wait, run.signal);
  }
}
