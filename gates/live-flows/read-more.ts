/** `fresh:`, `fallback:` and `stream:` of a step. */
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { BadFlow, matcherOf, readSchema } from "./expectations.ts";
import { compilePath } from "./jsonpath.ts";
import { milliseconds, object, pairs } from "./read-values.ts";
import type { Fallback, Freshness, JsonPath, Marker, ProxyMode, StreamSpec } from "./types.ts";

const DEFAULT_SKEW_MS = 5000;
const DEFAULT_INCREASING_MS = 1000;
const DEFAULT_EVENTS = 3;
const DEFAULT_PONG_MS = 2000;

function pathOf(where: string, text: string): JsonPath {
  const compiled = compilePath(text);
  if (!compiled.ok)
    throw new BadFlow(`${where}: ${JSON.stringify(text)} is no JSONPath: ${compiled.message}`);
  return compiled.path;
}

/** "$.asOf" is a JSONPath, "header last-modified" a header. */
function readAt(where: string, text: string): Freshness["at"] {
  const header = /^header\s+([\w-]+)$/i.exec(text.trim())?.[1];
  return header
    ? { kind: "header", name: header.toLowerCase() }
    : { kind: "json", path: pathOf(where, text) };
}

/** "$.stale" has to be true; `{ "$.source": cache }` and `{ "header x-cache": { contains: STALE } }` say more. */
function readMarker(where: string, written: Json | undefined): Marker | null {
  if (written === undefined) return null;
  const [text, expected] =
    typeof written === "string" ? [written, true] : (Object.entries(object(written))[0] ?? ["", true]);
  if (typeof written === "string" && /^header\s/i.test(written))
    return { at: readAt(where, text), matcher: matcherOf(where, { exists: true }, "equals"), text };
  return { at: readAt(where, text), matcher: matcherOf(where, expected ?? null, "equals"), text };
}

export function readFresh(written: JsonObject): Freshness {
  const text = String(written.at ?? "");
  const { increasing } = written;
  return {
    at: readAt("fresh.at", text),
    text,
    maxAgeMs: milliseconds("fresh.maxAge", written.maxAge, null),
    skewMs: milliseconds("fresh.skew", written.skew, DEFAULT_SKEW_MS),
    increasingMs:
      increasing === true
        ? DEFAULT_INCREASING_MS
        : milliseconds("fresh.increasing", increasing === false ? null : increasing, null),
    marker: readMarker("fresh.marker", written.marker),
  };
}

export function readFallback(written: JsonObject, fresh: Freshness | null): Fallback {
  const { headers, query, proxy, mode } = object(written.fault);
  const fallback: Fallback = {
    headers: pairs(headers).map(([name, value]) => [name.toLowerCase(), value]),
    query: pairs(query),
    proxy: typeof proxy === "string" ? { name: proxy, mode: (mode ?? "refuse") as ProxyMode } : null,
    withinMs: milliseconds("fallback.within", written.within, null),
    marker: readMarker("fallback.marker", written.marker) ?? fresh?.marker ?? null,
    maxAgeMs: milliseconds("fallback.maxAge", written.maxAge, null),
  };
  if (fallback.headers.length + fallback.query.length === 0 && !fallback.proxy)
    throw new BadFlow("fallback.fault needs headers, query or proxy: something has to make the primary fail");
  if (fallback.maxAgeMs !== null && !fresh)
    throw new BadFlow("fallback.maxAge needs fresh.at, to know where the timestamp is");
  return fallback;
}

function readOrder(written: Json | undefined): StreamSpec["order"] {
  if (written === undefined) return null;
  const { by, step } = typeof written === "string" ? { by: written, step: null } : object(written);
  return { path: pathOf("stream.order", String(by ?? "")), step: typeof step === "number" ? step : null };
}

export function readStream(
  transport: StreamSpec["transport"],
  written: JsonObject,
  timeoutMs: number,
): StreamSpec {
  const events = typeof written.events === "number" ? written.events : DEFAULT_EVENTS;
  const json = Object.entries(object(written.json)).map(([text, expected]) => ({
    path: pathOf("stream.json", text),
    matcher: matcherOf(`stream.json["${text}"]`, expected ?? null, "equals"),
  }));
  const { ping } = written;
  const spec: StreamSpec = {
    transport,
    events,
    withinMs: milliseconds("stream.within", written.within, timeoutMs),
    firstMs: milliseconds("stream.first", written.first, null),
    gapMs: milliseconds("stream.gap", written.gap, null),
    json,
    schema: written.schema === undefined ? null : readSchema(written.schema),
    type: typeof written.event === "string" ? written.event : null,
    order: readOrder(written.order),
    resume: written.resume === true,
    pongMs: ping === true ? DEFAULT_PONG_MS : milliseconds("stream.ping", ping === false ? null : ping, null),
    closes: written.close === "clean",
    send: Array.isArray(written.send) ? written.send : [],
  };
  if (spec.resume && (transport !== "sse" || events < 2))
    throw new BadFlow("stream.resume is for sse and needs at least two events");
  if (transport === "sse" && (spec.pongMs !== null || spec.closes || spec.send.length > 0))
    throw new BadFlow("stream.ping, close and send are for websocket");
  return spec;
}
