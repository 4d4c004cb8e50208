/** Hard deadlines: when the time is up the answer is there, whatever the probe is still busy with. */
import { performance } from "node:perf_hooks";

export type Raced<T> = { late: false; value: T } | { late: true; cause: "timeout" | "aborted" };

/**
 * Runs `work` for at most `ms` milliseconds. Its signal aborts at the deadline or with `outer`, and the
 * race is over at that moment; what the work does afterwards, throwing included, is ignored.
 */
export async function withDeadline<T>(
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Raced<T>> {
  if (outer.aborted) return { late: true, cause: "aborted" };
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const end = new Promise<Raced<T>>((resolve) => {
    timer = setTimeout(() => resolve({ late: true, cause: "timeout" }), ms);
    onAbort = () => resolve({ late: true, cause: "aborted" });
    outer.addEventListener("abort", onAbort, { once: true });
  });
  const running = work(controller.signal).then((value): Raced<T> => ({ late: false, value }));
  running.catch(() => {});
  try {
    return await Promise.race([running, end]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", onAbort);
    controller.abort();
  }
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}

export const now = () => performance.now();
