/** Whether data are as fresh as they have to be, and whether the answer is honest about their age. */
import { jsonOf, showJson } from "./answer-text.ts";
import type { Wrong } from "./assert.ts";
import { find } from "./jsonpath.ts";
import { mismatch } from "./matcher.ts";
import { showSpan, timeOf } from "./timestamps.ts";
import type { Answer, Freshness, Marker } from "./types.ts";

/** Date, Age and Last-Modified count whole seconds. */
const RESOLUTION_MS = 1000;

export const freshnessWrong = (
  rule: string,
  subject: string,
  expected: string,
  got: string,
  advice: string,
): Wrong => ({ rule, severity: "high", subject, expected, got, advice });

type At = Freshness["at"];

const nameOf = (at: At) => (at.kind === "json" ? at.path.text : at.name);

function valuesAt(answer: Answer, at: At) {
  if (at.kind === "header") return answer.headers[at.name] ?? [];
  const parsed = jsonOf(answer);
  const result = parsed.ok ? find(at.path, parsed.value) : null;
  return result?.ok ? result.found.map((one) => one.value) : [];
}

export type Times = { ok: true; oldest: number; newest: number } | { ok: false; wrong: Wrong };

/** The timestamps of an answer in epoch milliseconds. */
export function timesOf(answer: Answer, { at, text }: Freshness): Times {
  const values = valuesAt(answer, at);
  const times = values.map(timeOf);
  const bad = times.indexOf(null);
  if (values.length > 0 && bad === -1) {
    const known = times as number[];
    return { ok: true, oldest: Math.min(...known), newest: Math.max(...known) };
  }
  const got = values.length === 0 ? `nothing at ${nameOf(at)}` : showJson(values[bad]);
  const advice = `Have the service say at ${nameOf(at)} when its data were true, or correct the path under fresh.at.`;
  return { ok: false, wrong: freshnessWrong("no-timestamp", text, `a timestamp at ${text}`, got, advice) };
}

/** Whether an answer says of itself that it is stale. */
export function isMarkedStale(answer: Answer, marker: Marker): boolean {
  const values = valuesAt(answer, marker.at);
  return values.length > 0 && mismatch(values, marker.matcher) === null;
}

const secondsOf = (answer: Answer, name: string) => {
  const text = answer.headers[name]?.[0]?.trim() ?? "";
  return /^\d+$/.test(text) ? Number(text) * 1000 : null;
};

/** How far the service's clock is ahead of ours, 0 within the tolerance. Date is when the answer was made: an Age is added once where it helps. */
function skewOf(answer: Answer, { skewMs }: Freshness): number {
  const date = timeOf(answer.headers.date?.[0]);
  if (date === null) return 0;
  // The head arrived up to the time of the whole exchange after the service looked at its clock.
  const slack = skewMs + RESOLUTION_MS + answer.phases.total;
  const offsets = [0, secondsOf(answer, "age") ?? 0].map((age) => date + age - answer.receivedAt);
  const nearest = offsets.reduce((one, other) => (Math.abs(other) < Math.abs(one) ? other : one));
  return Math.abs(nearest) > slack ? nearest : 0;
}

function checkSkew(skew: number, { skewMs }: Freshness): Wrong | null {
  if (skew === 0) return null;
  const direction = skew > 0 ? "ahead of" : "behind";
  const advice =
    "Set the clock of the service's machine (NTP), or of this one; if it may differ, raise fresh.skew.";
  const got = `Date is ${showSpan(skew)} ${direction} this machine's clock`;
  return freshnessWrong(
    "clock-skew",
    "date",
    `a clock within ${showSpan(skewMs)} of this machine's`,
    got,
    advice,
  );
}

/** Age against the data and against max-age: an answer must not claim to be older than what it holds. */
function checkAge(answer: Answer, newest: number, now: number, tolerance: number): Wrong | null {
  const age = secondsOf(answer, "age");
  if (age === null) return null;
  if (newest > now - age + tolerance) {
    const got = `data of ${showSpan(now - newest)} ago under Age: ${age / 1000}`;
    const advice = "Have the cache compute Age from when the answer was made.";
    return freshnessWrong("dishonest-age", "age", "an Age no larger than that of the data", got, advice);
  }
  const control = answer.headers["cache-control"]?.join(",") ?? "";
  const maxAge = /(?:^|[,\s])(?:s-maxage|max-age)\s*=\s*"?(\d+)/i.exec(control)?.[1];
  const mayBeStale = /stale-while-revalidate|stale-if-error|no-cache/i.test(control);
  if (maxAge === undefined || mayBeStale || age <= Number(maxAge) * 1000 + RESOLUTION_MS) return null;
  const advice =
    "Have the cache ask again once max-age is over, or send stale-while-revalidate if it may not.";
  return freshnessWrong(
    "stale-served",
    "age",
    `an Age within max-age=${maxAge}`,
    `Age: ${age / 1000}`,
    advice,
  );
}

function checkLastModified(answer: Answer, newest: number, now: number, tolerance: number): Wrong | null {
  const modified = timeOf(answer.headers["last-modified"]?.[0]);
  if (modified === null) return null;
  const rule = "dishonest-last-modified";
  const advice =
    "Compute Last-Modified from the data that are sent: clients keep what they have because of it.";
  if (modified > now + tolerance) {
    const got = `one ${showSpan(modified - now)} in the future`;
    return freshnessWrong(rule, "last-modified", "a Last-Modified that has been", got, advice);
  }
  if (newest <= modified + tolerance) return null;
  const got = `data ${showSpan(newest - modified)} newer than it`;
  return freshnessWrong(rule, "last-modified", "a Last-Modified no older than the data", got, advice);
}

function checkOld(answer: Answer, freshness: Freshness, oldest: number, now: number): Wrong | null {
  const { maxAgeMs, marker, text } = freshness;
  const marked = marker !== null && isMarkedStale(answer, marker);
  const limit = maxAgeMs === null ? "" : ` no older than ${showSpan(maxAgeMs)}`;
  const isOld = maxAgeMs !== null && now - oldest > maxAgeMs + (answer.headers.date ? 0 : RESOLUTION_MS);
  if (isOld && marker && !marked) {
    const got = `${showSpan(now - oldest)} old, and not marked by ${marker.text}`;
    const advice = `Set ${marker.text} when old data are sent, and find out why they were not renewed.`;
    return freshnessWrong("stale-marked-fresh", text, `data at ${text}${limit}`, got, advice);
  }
  if (!isOld && !marked) return null;
  const got = isOld ? `${showSpan(now - oldest)} old` : `an answer marked stale by ${marker!.text}`;
  const advice = "Find out why the data are not renewed: the job, the feed or the upstream they come from.";
  return freshnessWrong("stale", text, `data at ${text}${limit}`, got, advice);
}

/** Everything that one answer tells about its age. */
export function checkFresh(answer: Answer, freshness: Freshness): Wrong[] {
  const times = timesOf(answer, freshness);
  if (!times.ok) return [times.wrong];
  const skew = skewOf(answer, freshness);
  // Ages are judged by the service's own clock once that is known to be wrong: one fault, one finding.
  const now = answer.receivedAt + skew;
  const tolerance = freshness.skewMs + RESOLUTION_MS;
  const found: (Wrong | null)[] = [checkSkew(skew, freshness)];
  if (times.newest > now + tolerance) {
    const got = `one ${showSpan(times.newest - now)} in the future`;
    const advice = "Check where the timestamp is made: its clock, and whether its zone is lost on the way.";
    found.push(
      freshnessWrong(
        "future-timestamp",
        freshness.text,
        `a timestamp at ${freshness.text} that has been`,
        got,
        advice,
      ),
    );
  } else found.push(checkOld(answer, freshness, times.oldest, now));
  found.push(checkAge(answer, times.newest, now, tolerance));
  found.push(checkLastModified(answer, times.newest, now, tolerance));
  return found.filter((one) => one !== null);
}

/** Two reads of one source: the second has to be newer. */
export function checkIncreasing(first: Answer, second: Answer, freshness: Freshness): Wrong | null {
  const [before, after] = [timesOf(first, freshness), timesOf(second, freshness)];
  if (!before.ok) return before.wrong;
  if (!after.ok) return after.wrong;
  if (after.newest > before.newest) return null;
  const { text } = freshness;
  const frozen = after.newest === before.newest;
  const expected = `a later timestamp at ${text} after ${showSpan(freshness.increasingMs ?? 0)}`;
  const got = frozen
    ? `the same one, ${new Date(after.newest).toISOString()}`
    : `one ${showSpan(before.newest - after.newest)} earlier than before`;
  const advice = frozen
    ? "The data stand still: look at the job or feed that renews them, and at caches before it."
    : "Several sources answer in turn, one of them behind: compare the instances and their caches.";
  return freshnessWrong(frozen ? "frozen" : "went-backwards", text, expected, got, advice);
}
