/** Whether a stream did what it has to: in time, complete, in order, every event well-formed. */
import type { Json } from "../../../modsquad/contracts/words.ts";
import { show, showJson } from "../answer-text.ts";
import type { Wrong } from "../assert.ts";
import { find } from "../jsonpath.ts";
import { mismatch } from "../matcher.ts";
import { timeOf } from "../timestamps.ts";
import type { StreamSpec, StreamTiming } from "../types.ts";
import { showMs } from "../units.ts";
import type { Collected, StreamEvent } from "./collector.ts";

export const streamWrong = (
  rule: string,
  subject: string,
  expected: string,
  got: string,
  advice: string,
): Wrong => ({ rule, severity: "high", subject, expected, got, advice });

const ordinal = (index: number) => `event ${index + 1}`;

/** Milliseconds to the first event, and the longest pause between two. */
export function timingOf(step: string, { askedAt, events }: Collected): StreamTiming {
  let maxGapMs: number | null = null;
  for (let at = 1; at < events.length; at += 1)
    maxGapMs = Math.max(maxGapMs ?? 0, events[at]!.at - events[at - 1]!.at);
  const firstMs = events.length > 0 ? events[0]!.at - askedAt : null;
  return { step, events: events.length, firstMs, maxGapMs };
}

const FLOW_ADVICE =
  "Look at what feeds the stream, and at proxies that hold events back (buffering, idle timeouts).";

function tooFew({ events, ending }: Collected, spec: StreamSpec): Wrong | null {
  const after = `after ${events.length} of ${spec.events} events`;
  const first = spec.firstMs ?? spec.withinMs;
  switch (ending.kind) {
    case "enough":
    case "cancelled":
      return null;
    case "ended": {
      const advice = "Look into the service's log: it or a proxy before it ended the stream.";
      return streamWrong("stream-dropped", "", `${spec.events} events`, `${ending.message} ${after}`, advice);
    }
    case "first":
      return streamWrong("stream-first", "", `a first event within ${showMs(first)}`, "none", FLOW_ADVICE);
    case "gap": {
      const gap = showMs(spec.gapMs!);
      return streamWrong(
        "stream-gap",
        "",
        `an event at least every ${gap}`,
        `none for ${gap} ${after}`,
        FLOW_ADVICE,
      );
    }
    case "within":
      if (events.length === 0)
        return streamWrong("stream-first", "", `a first event within ${showMs(first)}`, "none", FLOW_ADVICE);
      return streamWrong(
        "stream-few",
        "",
        `${spec.events} events within ${showMs(spec.withinMs)}`,
        `${events.length}`,
        FLOW_ADVICE,
      );
  }
}

/** Events that came, but later than they may. */
function tooLate(collected: Collected, spec: StreamSpec): Wrong | null {
  const { firstMs, maxGapMs } = timingOf("", collected);
  if (spec.firstMs !== null && firstMs !== null && firstMs > spec.firstMs) {
    const expected = `a first event within ${showMs(spec.firstMs)}`;
    return streamWrong("stream-first", "", expected, `it after ${showMs(firstMs)}`, FLOW_ADVICE);
  }
  if (spec.gapMs !== null && maxGapMs !== null && maxGapMs > spec.gapMs) {
    const expected = `an event at least every ${showMs(spec.gapMs)}`;
    return streamWrong("stream-gap", "", expected, `none for ${showMs(maxGapMs)}`, FLOW_ADVICE);
  }
  return null;
}

const needsJson = (spec: StreamSpec) => spec.json.length > 0 || spec.schema !== null || spec.order !== null;

function parse(data: string): Json | undefined {
  try {
    return JSON.parse(data) as Json;
  } catch {
    return undefined;
  }
}

/** What is wrong inside one event. */
function checkEvent(value: Json, index: number, spec: StreamSpec): Wrong[] {
  const found: Wrong[] = [];
  const fault = spec.schema?.faultOf?.(value);
  if (fault) {
    const advice = "Have the service send events of this form, or correct the schema.";
    found.push(
      streamWrong("stream-schema", "", "events that fit their schema", `${ordinal(index)}: ${fault}`, advice),
    );
  }
  for (const { path, matcher } of spec.json) {
    const result = find(path, value);
    const values = result.ok ? result.found.map((one) => one.value) : [];
    const broken = mismatch(values, matcher);
    if (!broken) continue;
    const got = broken.index === null ? `${values.length} values` : showJson(values[broken.index]);
    const advice = `Fix the value the service sends at ${path.text}, or correct the expectation.`;
    const expected = `${path.text} ${broken.expected} in every event`;
    found.push(streamWrong("stream-json", path.text, expected, `${got} in ${ordinal(index)}`, advice));
  }
  return found;
}

/** Where an event stands in the order: a number, or a time. */
function rankOf(value: Json, spec: StreamSpec): number | null {
  const result = find(spec.order!.path, value);
  const rank = result.ok ? result.found[0]?.value : undefined;
  return typeof rank === "number" ? rank : timeOf(rank);
}

function checkOrder(values: readonly Json[], spec: StreamSpec): Wrong | null {
  const { path, step } = spec.order!;
  const ranks = values.map((value) => rankOf(value, spec));
  const missing = ranks.indexOf(null);
  if (missing !== -1) {
    const got = `nothing of the kind in ${ordinal(missing)}`;
    return streamWrong(
      "stream-order",
      path.text,
      `a number or time at ${path.text}`,
      got,
      "Number the events, or correct the path.",
    );
  }
  const known = ranks as number[];
  const pairs = known.slice(1).map((rank, at) => ({ at: at + 1, change: rank - known[at]! }));
  const between = (at: number) => `${known[at - 1]} then ${known[at]} at ${ordinal(at)}`;
  const back = pairs.find(({ change }) => change < 0);
  if (back) {
    const advice = "Send events in the order they happened: one writer per stream, or sort before sending.";
    return streamWrong("stream-order", path.text, `rising values at ${path.text}`, between(back.at), advice);
  }
  const twice = pairs.find(({ change }) => change === 0);
  if (twice) {
    const advice = "Send each event once: look at retries between the source and the stream.";
    return streamWrong(
      "stream-duplicate",
      path.text,
      `each event once, by ${path.text}`,
      between(twice.at),
      advice,
    );
  }
  const lost = step === null ? undefined : pairs.find(({ change }) => change !== step);
  if (!lost) return null;
  const advice =
    "Find where events get lost between the source and the stream: full buffers, filters, restarts.";
  return streamWrong("stream-lost", path.text, `steps of ${step} at ${path.text}`, between(lost.at), advice);
}

/** Everything that is wrong with what was read of a stream; each kind of fault once. */
export function judgeStream(collected: Collected, spec: StreamSpec): Wrong[] {
  const found: Wrong[] = [];
  const late = tooFew(collected, spec) ?? tooLate(collected, spec);
  if (late) found.push(late);
  if (!needsJson(spec)) return found;
  const values: Json[] = [];
  for (const [index, event] of collected.events.entries()) {
    const value = parse(event.data);
    if (value === undefined) {
      const got = `${ordinal(index)}: ${show(event.data)}`;
      found.push(
        streamWrong("stream-format", "", "events that are JSON", got, "Send each event as one JSON value."),
      );
      return found;
    }
    values.push(value);
  }
  const seen = new Set<string>();
  for (const [index, value] of values.entries()) {
    for (const wrong of checkEvent(value, index, spec)) {
      const key = `${wrong.rule} ${wrong.subject}`;
      if (!seen.has(key)) found.push(wrong);
      seen.add(key);
    }
  }
  const order = spec.order ? checkOrder(values, spec) : null;
  if (order) found.push(order);
  return found;
}

/** After a reconnect with the id of the first event: the second has to come next, and not the first again. */
export function judgeResume(before: readonly StreamEvent[], after: Collected): Wrong | null {
  const [first, second] = before;
  const expected = "events to go on after the one named in Last-Event-ID";
  const advice = "Keep recent events and send, on a reconnect, those after Last-Event-ID.";
  if (!first?.id || !second?.id) {
    return streamWrong("resume-ignored", "", expected, "events without an id", "Send an id with each event.");
  }
  const next = after.events[0];
  if (next?.id === second.id) return null;
  const got = next
    ? `${next.id ? `event ${show(next.id, 40)}` : "an event without an id"} instead of ${show(second.id, 40)}`
    : `no event (${after.ending.kind === "ended" ? after.ending.message : "in time"})`;
  return streamWrong("resume-ignored", "", expected, got, advice);
}
