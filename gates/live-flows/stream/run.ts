/** Runs a stream step: opens it, reads it, judges it, and comes back to it where that is asked for. */
import { checkAnswer, type Wrong } from "../assert.ts";
import { isOfAnswer } from "../expectations.ts";
import type { Lane } from "../http/lane.ts";
import type { Prepared } from "../http/request.ts";
import type { Answer, StreamStep, StreamTiming, TransportFailure } from "../types.ts";
import type { Collected } from "./collector.ts";
import { judgeResume, judgeStream, streamWrong, timingOf } from "./judge.ts";

export type StreamRun =
  | { ok: true; answer: Answer; wrongs: Wrong[]; timing: StreamTiming | null }
  | { ok: false; failure: TransportFailure };

/** The first event stands in for a body, so that later steps can capture from it. */
const withFirstEvent = (answer: Answer, { events }: Collected): Answer => ({
  ...answer,
  body: Buffer.from(events[0]?.data ?? ""),
});

/** The answer was no stream at all: its status tells, or its content-type. */
function notStreaming(answer: Answer, step: StreamStep): Wrong[] {
  const found = checkAnswer(answer, step.expect.filter(isOfAnswer));
  if (found.length > 0) return found;
  const type = answer.headers["content-type"]?.[0] ?? "no content-type";
  const advice = "Answer with content-type: text/event-stream, or ask the route that does.";
  return [streamWrong("stream-type", "", "text/event-stream", type, advice)];
}

async function comeBack(
  lane: Lane,
  request: Prepared,
  step: StreamStep,
  signal: AbortSignal,
  before: Collected,
) {
  const id = before.events[0]?.id ?? "";
  const wire = { ...request.wire, headers: { ...request.wire.headers, "last-event-id": id } };
  const { readSse } = await import("./sse.ts");
  const again = await readSse(lane, wire, step.stream, 1, step.timeoutMs, signal);
  const ending = { kind: "ended", message: again.ok ? "no event stream" : again.failure.message } as const;
  const nothing: Collected = { askedAt: 0, events: [], ending };
  return judgeResume(before.events, (again.ok && again.collected) || nothing);
}

/** The expectations of status and headers hold for the opening; everything else for the events. */
export async function runStream(
  step: StreamStep,
  request: Prepared,
  lane: Lane,
  signal: AbortSignal,
): Promise<StreamRun> {
  const { stream, timeoutMs } = step;
  const wrongs: Wrong[] = [];
  let answer: Answer;
  let collected: Collected | null;
  if (stream.transport === "sse") {
    const { readSse } = await import("./sse.ts");
    const opened = await readSse(lane, request.wire, stream, stream.events, timeoutMs, signal);
    if (!opened.ok) return opened;
    ({ answer, collected } = opened);
  } else {
    const { readWebSocket } = await import("./websocket.ts");
    const opened = await readWebSocket(request.wire, stream, timeoutMs, signal);
    if (!opened.ok) return opened;
    ({ answer, collected } = opened.read);
    wrongs.push(...opened.read.wrongs);
  }
  if (!collected) return { ok: true, answer, wrongs: notStreaming(answer, step), timing: null };
  const opening = checkAnswer(answer, step.expect.filter(isOfAnswer));
  wrongs.unshift(...opening, ...judgeStream(collected, stream));
  if (stream.resume && wrongs.length === 0) {
    const ignored = await comeBack(lane, request, step, signal, collected);
    if (ignored) wrongs.push(ignored);
  }
  return {
    ok: true,
    answer: withFirstEvent(answer, collected),
    wrongs,
    timing: timingOf(step.name, collected),
  };
}
