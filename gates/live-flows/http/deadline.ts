/** A deadline as an AbortSignal: undici's own timers are up to a second late. */

export interface Deadline {
  signal: AbortSignal;
  timeoutMs: number;
  /** True once the time is up, as opposed to the run being cancelled. */
  expired(): boolean;
  /** Gives the timer back. */
  end(): void;
}

/** Aborts after `timeoutMs` or when `outer` does, whichever is first. */
export function startDeadline(timeoutMs: number, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    controller.abort(new Error("deadline"));
  }, timeoutMs);
  const cancel = () => controller.abort(outer.reason);
  if (outer.aborted) cancel();
  else outer.addEventListener("abort", cancel, { once: true });
  return {
    signal: controller.signal,
    timeoutMs,
    expired: () => expired,
    end: () => {
      clearTimeout(timer);
      outer.removeEventListener("abort", cancel);
    },
  };
}

/** Waits, or less when the run is cancelled. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}
