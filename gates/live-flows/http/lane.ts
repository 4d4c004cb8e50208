/** A line of requests one after the other, so that every connection belongs to the request that opened it. */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import type { buildConnector } from "undici";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { type Answer, type Method, type Phases, SAFE_METHODS, type TransportFailure } from "../types.ts";
import { Connection } from "./connection.ts";
import type { Deadline } from "./deadline.ts";
import { failureOf, type Stage, timeoutOf } from "./failure.ts";
import { isPrivateAddress } from "./private.ts";

type Undici = typeof import("undici");

const DECODERS: Record<
  string,
  (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>
> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

export interface Wire {
  method: Method;
  url: URL;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string | Uint8Array | null;
  /** Only to public addresses: set for a redirect that leaves a public host. */
  publicOnly?: boolean;
}

/** How sockets are made: as the system resolves names, or refusing private addresses. */
export interface Connectors {
  plain: buildConnector.connector;
  publicOnly: buildConnector.connector;
}

export type Sent = { ok: true; answer: Answer } | { ok: false; failure: TransportFailure };

interface Raw {
  status: number;
  receivedAt: number;
  certificate: JsonObject | null;
  headers: Record<string, string | string[] | undefined>;
  bytes: Uint8Array;
  phases: Phases;
}

class TooLarge extends Error {}

/** Headers as undici gives them: names in lower case, a list of values each. */
export function headerLists(given: Record<string, string | string[] | undefined>): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value : [value];
  }
  return headers;
}

/** Everything of `body` as one array; throws TooLarge beyond `max` bytes. */
async function readAll(body: AsyncIterable<Uint8Array>, max: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > max) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

export class Lane {
  readonly #undici: Undici;
  readonly #connectors: Connectors;
  readonly #maxBody: number;
  readonly #connections = new Map<string, Connection>();

  constructor(undici: Undici, connectors: Connectors, maxBody: number) {
    this.#undici = undici;
    this.#connectors = connectors;
    this.#maxBody = maxBody;
  }

  /**
   * One request, no redirects. A safe request whose reused connection is reset before any answer is sent
   * once more on a fresh one; the answer says so.
   */
  async send(wire: Wire, deadline: Deadline): Promise<Sent> {
    const connection = this.#connectionTo(wire);
    const sent = await this.#once(connection, wire, deadline);
    const again =
      !sent.ok && sent.failure.class === "reset" && connection.reused && SAFE_METHODS.includes(wire.method);
    if (!again || deadline.signal.aborted) return sent;
    const second = await this.#once(this.#connectionTo(wire), wire, deadline);
    return second.ok ? { ok: true, answer: { ...second.answer, keepAliveReset: true } } : second;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.destroy();
    this.#connections.clear();
  }

  /** A connection nobody else uses, for a stream. The caller ends it. */
  ownConnection(origin: string): Connection {
    return new Connection(this.#undici, this.#connectors.plain, origin);
  }

  /** True when the origin was reached at a public address. */
  isPublic(origin: string): boolean {
    const address = this.#connections.get(origin)?.address ?? "";
    return address !== "" && !isPrivateAddress(address);
  }

  #connectionTo({ url: { origin }, publicOnly }: Wire): Connection {
    const key = publicOnly ? `public ${origin}` : origin;
    let connection = this.#connections.get(key);
    if (!connection) {
      const connect = publicOnly ? this.#connectors.publicOnly : this.#connectors.plain;
      connection = new Connection(this.#undici, connect, origin);
      this.#connections.set(key, connection);
    }
    return connection;
  }

  async #once(connection: Connection, wire: Wire, deadline: Deadline): Promise<Sent> {
    const { origin } = wire.url;
    const start = performance.now();
    const progress = { answering: false };
    try {
      deadline.signal.throwIfAborted();
      const raw = await this.#exchange(connection, wire, deadline, start, progress);
      connection.answered += 1;
      return { ok: true, answer: await this.#decode(raw, wire.url) };
    } catch (error) {
      this.#connections.delete(wire.publicOnly ? `public ${origin}` : origin);
      connection.destroy();
      const elapsedMs = performance.now() - start;
      const stage: Stage = progress.answering ? "body" : connection.connecting ? "connect" : "first byte";
      return { ok: false, failure: this.#explain(error, stage, origin, deadline, elapsedMs) };
    }
  }

  async #exchange(
    connection: Connection,
    { method, url, headers, body }: Wire,
    { signal }: Deadline,
    start: number,
    progress: { answering: boolean },
  ): Promise<Raw> {
    connection.begin();
    const response = await connection.client.request({
      method: method.toUpperCase() as "GET",
      path: `${url.pathname}${url.search}`,
      headers,
      body,
      signal,
    });
    const answeredAt = performance.now();
    const receivedAt = Date.now();
    progress.answering = true;
    const bytes = await readAll(response.body, this.#maxBody);
    const end = performance.now();
    const { dns, tcp, tls } = connection.phases();
    const firstByte = answeredAt - start - dns - tcp - tls;
    const phases = { dns, tcp, tls, firstByte, body: end - answeredAt, total: end - start };
    const { certificate } = connection;
    return { status: response.statusCode, headers: response.headers, bytes, phases, receivedAt, certificate };
  }

  async #decode(raw: Raw, url: URL): Promise<Answer> {
    const headers = headerLists(raw.headers);
    const decoder = DECODERS[headers["content-encoding"]?.[0]?.trim().toLowerCase() ?? ""];
    const body =
      decoder && raw.bytes.length > 0
        ? await decoder(raw.bytes, { maxOutputLength: this.#maxBody })
        : raw.bytes;
    const { status, phases, receivedAt, certificate } = raw;
    return {
      url: url.href,
      status,
      headers,
      body,
      size: raw.bytes.length,
      phases,
      receivedAt,
      certificate,
      hops: [],
      keepAliveReset: false,
    };
  }

  #explain(
    error: unknown,
    stage: Stage,
    origin: string,
    deadline: Deadline,
    elapsedMs: number,
  ): TransportFailure {
    const tooLarge =
      error instanceof TooLarge || (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
    if (tooLarge) {
      const message = `${origin}: the body is larger than ${this.#maxBody} bytes; reading was stopped`;
      return { class: "size", origin, message, beforeConnection: false, elapsedMs };
    }
    if (deadline.expired()) return timeoutOf(stage, origin, deadline.timeoutMs, elapsedMs);
    if (deadline.signal.aborted) {
      return {
        class: "cancelled",
        origin,
        message: "the run was cancelled",
        beforeConnection: false,
        elapsedMs,
      };
    }
    return failureOf(error, stage, origin, elapsedMs);
  }
}
