/** Server-sent events over a connection of their own. */
import { type Deadline, startDeadline } from "../http/deadline.ts";
import { failureOf, timeoutOf } from "../http/failure.ts";
import { headerLists, type Lane, type Wire } from "../http/lane.ts";
import type { Answer, StreamSpec, TransportFailure } from "../types.ts";
import { type Collected, Collector } from "./collector.ts";

/** An event larger than this ends the stream: its memory is ours. */
const MAX_EVENT_CHARS = 4 * 1024 * 1024;
const MAX_ERROR_BODY = 4096;

export type StreamOpened =
  | { ok: true; answer: Answer; collected: Collected | null }
  | { ok: false; failure: TransportFailure };

const isEventStream = (headers: Record<string, string[]>) =>
  /^text\/event-stream\b/i.test(headers["content-type"]?.[0] ?? "");

/** Feeds the collector from the body until one of them ends. */
async function pump(body: AsyncIterable<Uint8Array>, collector: Collector): Promise<void> {
  const { createParser } = await import("eventsource-parser");
  const parser = createParser({
    onEvent: ({ data, id, event }) =>
      collector.push({ at: performance.now(), data, id: id ?? null, type: event ?? "message" }),
  });
  const decoder = new TextDecoder();
  let pending = 0;
  try {
    for await (const chunk of body) {
      const text = decoder.decode(chunk, { stream: true });
      pending = text.includes("\n\n") ? 0 : pending + text.length;
      if (pending > MAX_EVENT_CHARS)
        return collector.end(`an event is longer than ${MAX_EVENT_CHARS} characters`);
      parser.feed(text);
    }
    collector.end("the stream ended");
  } catch {
    collector.end("the connection was lost");
  }
}

async function startOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_ERROR_BODY) break;
  }
  return Buffer.concat(chunks);
}

/** Opens the stream and reads `wanted` events of it. An answer that is no event stream has nothing collected. */
export async function readSse(
  lane: Lane,
  wire: Wire,
  spec: StreamSpec,
  wanted: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<StreamOpened> {
  const { origin } = wire.url;
  const connection = lane.ownConnection(origin);
  const opening: Deadline = startDeadline(timeoutMs, signal);
  const abort = new AbortController();
  const stop = () => abort.abort(opening.signal.reason);
  opening.signal.addEventListener("abort", stop, { once: true });
  const start = performance.now();
  try {
    opening.signal.throwIfAborted();
    connection.begin();
    const response = await connection.client.request({
      method: "GET",
      path: `${wire.url.pathname}${wire.url.search}`,
      headers: { ...wire.headers, accept: "text/event-stream", "cache-control": "no-cache" },
      signal: abort.signal,
    });
    const total = performance.now() - start;
    const connecting = connection.phases();
    const firstByte = total - connecting.dns - connecting.tcp - connecting.tls;
    const headers = headerLists(response.headers);
    const flowing = response.statusCode === 200 && isEventStream(headers);
    const answer: Answer = {
      url: wire.url.href,
      status: response.statusCode,
      headers,
      body: flowing ? new Uint8Array() : await startOf(response.body),
      size: 0,
      phases: { ...connecting, firstByte, body: 0, total },
      receivedAt: Date.now(),
      certificate: connection.certificate,
      hops: [],
      keepAliveReset: false,
    };
    if (!flowing) return { ok: true, answer, collected: null };
    // The head is here: from now on the stream's own limits count.
    opening.end();
    const collector = new Collector(spec, wanted, start, signal);
    const pumped = pump(response.body, collector);
    const collected = await collector.done;
    abort.abort();
    await pumped;
    return { ok: true, answer, collected };
  } catch (error) {
    const elapsedMs = performance.now() - start;
    const stage = connection.connecting ? "connect" : "first byte";
    const failure = opening.expired()
      ? timeoutOf(stage, origin, timeoutMs, elapsedMs)
      : failureOf(error, stage, origin, elapsedMs);
    return { ok: false, failure: signal.aborted ? { ...failure, class: "cancelled" } : failure };
  } finally {
    opening.end();
    opening.signal.removeEventListener("abort", stop);
    connection.destroy();
  }
}
