/** The same request while the primary is made to fail: it has to be answered from the cache, in time, and to say so. */
import type { Wrong } from "./assert.ts";
import { freshnessWrong, isMarkedStale, timesOf } from "./freshness.ts";
import { showSpan } from "./timestamps.ts";
import type { Answer, AnswerAssertion, Fallback, HttpStep, TransportFailure } from "./types.ts";
import { showMs } from "./units.ts";

/** The step as it is sent while the fault is on. */
export function withFault(step: HttpStep, fallback: Fallback): HttpStep {
  const names = new Set(fallback.headers.map(([name]) => name));
  return {
    ...step,
    headers: [...step.headers.filter(([name]) => !names.has(name)), ...fallback.headers],
    query: [...step.query, ...fallback.query],
  };
}

function describeFault({ headers, query, proxy }: Fallback): string {
  if (proxy) return `${proxy.name} made to ${proxy.mode}`;
  return [...headers, ...query].map(([name, value]) => `${name}: ${value.text}`).join(", ");
}

/** What is wrong when no answer came at all. */
export function fallbackSilent(fallback: Fallback, failure: TransportFailure): Wrong {
  const slow = failure.class === "timeout";
  return freshnessWrong(
    slow ? "fallback-slow" : "fallback-missing",
    "fallback",
    `an answer from the cache with ${describeFault(fallback)}`,
    failure.message,
    "Give up on the primary earlier and answer with the last known data.",
  );
}

const allows = (step: HttpStep, status: number) =>
  step.expect
    .filter((one): one is Extract<AnswerAssertion, { kind: "status" }> => one.kind === "status")
    .every((one) => one.allowed.some(([from, to]) => status >= from && status <= to));

/** Judges the answer under the fault. */
export function checkFallback(answer: Answer, step: HttpStep, fallback: Fallback): Wrong[] {
  const fault = describeFault(fallback);
  if (!allows(step, answer.status)) {
    const advice = "Answer with the last known data, marked as stale, when the primary fails.";
    return [
      freshnessWrong(
        "fallback-missing",
        "fallback",
        `an answer from the cache with ${fault}`,
        `${answer.status}`,
        advice,
      ),
    ];
  }
  const found: Wrong[] = [];
  const { withinMs, marker, maxAgeMs } = fallback;
  if (withinMs !== null && answer.phases.total > withinMs) {
    const advice = "Give up on the primary earlier: its timeout is what the user waits for.";
    const got = showMs(answer.phases.total);
    found.push(
      freshnessWrong(
        "fallback-slow",
        "fallback",
        `a fallback within ${showMs(withinMs)} with ${fault}`,
        got,
        advice,
      ),
    );
  }
  if (marker && !isMarkedStale(answer, marker)) {
    const advice = `Set ${marker.text} when an answer comes from the cache because the primary failed.`;
    found.push(
      freshnessWrong(
        "stale-marked-fresh",
        "fallback",
        `an answer marked stale by ${marker.text} with ${fault}`,
        "no such mark",
        advice,
      ),
    );
  }
  if (maxAgeMs !== null && step.fresh) {
    const times = timesOf(answer, step.fresh);
    if (!times.ok) found.push(times.wrong);
    else if (answer.receivedAt - times.oldest > maxAgeMs) {
      const got = `${showSpan(answer.receivedAt - times.oldest)} old`;
      const advice = "Renew the cache more often, or answer with an error when it is that old.";
      found.push(
        freshnessWrong(
          "fallback-too-old",
          "fallback",
          `data no older than ${showSpan(maxAgeMs)} with ${fault}`,
          got,
          advice,
        ),
      );
    }
  }
  return found;
}
