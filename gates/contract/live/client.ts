/** Requests to one origin, each with a deadline of its own. Streams and very large bodies are not read to the end. */
import type { Dispatcher } from "undici";
import type { Answer } from "../types.ts";

export interface Wire {
  method: string;
  /** Path and query, beginning with "/". */
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

export type Sent =
  | { ok: true; answer: Answer }
  | { ok: false; class: "refused" | "timeout" | "reset" | "dns" | "cancelled"; message: string };

const MAX_BYTES = 8 * 1024 * 1024;
const MAX_WAIT_SECONDS = 5;

async function readBody(body: AsyncIterable<Uint8Array>, stream: boolean) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (stream || size > MAX_BYTES) return { text: Buffer.concat(chunks).toString("utf8"), cut: true };
  }
  return { text: Buffer.concat(chunks, size).toString("utf8"), cut: false };
}

function classOf(error: unknown): "refused" | "dns" | "reset" {
  const { code, cause, errors } = error as { code?: string; cause?: unknown; errors?: unknown[] };
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "dns";
  const inner = cause ?? errors?.[0];
  return inner && typeof inner === "object" ? classOf(inner) : "reset";
}

export class Client {
  readonly base: URL;
  readonly #pool: Dispatcher;
  readonly #signal: AbortSignal;
  /** Deadline of one request. */
  readonly timeoutMs: number;
  /** Requests sent. */
  sent = 0;

  private constructor(base: URL, pool: Dispatcher, signal: AbortSignal, timeoutMs: number) {
    this.base = base;
    this.#pool = pool;
    this.#signal = signal;
    this.timeoutMs = timeoutMs;
  }

  static async open(base: URL, signal: AbortSignal, timeoutMs: number): Promise<Client> {
    const { Pool } = await import("undici");
    const pool = new Pool(base.origin, { connections: 16, connect: { timeout: timeoutMs } });
    return new Client(base, pool, signal, timeoutMs);
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  /** One request; one that is told to wait a little (429 with Retry-After) waits and asks once more. */
  async send(wire: Wire): Promise<Sent> {
    const first = await this.#once(wire);
    if (!first.ok || first.answer.status !== 429) return first;
    const wait = Number(first.answer.headers["retry-after"]?.[0]);
    if (!(wait >= 0 && wait <= MAX_WAIT_SECONDS)) return first;
    await pause(wait * 1000, this.#signal);
    return this.#once(wire);
  }

  async #once({ method, path, headers, body }: Wire): Promise<Sent> {
    const start = performance.now();
    const deadline = AbortSignal.timeout(this.timeoutMs);
    const signal = AbortSignal.any([deadline, this.#signal]);
    this.sent += 1;
    try {
      const response = await this.#pool.request({
        method: method as Dispatcher.HttpMethod,
        path,
        headers: { "user-agent": "meta-orch-contract", ...headers },
        body,
        signal,
      });
      const known: Record<string, string[]> = {};
      for (const [name, value] of Object.entries(response.headers)) {
        if (value !== undefined) known[name.toLowerCase()] = Array.isArray(value) ? value : [value];
      }
      const stream = (known["content-type"]?.[0] ?? "").startsWith("text/event-stream");
      const read = await readBody(response.body, stream).catch((error: unknown) => {
        // A stream that says nothing yet has still answered.
        if (stream && deadline.aborted) return { text: "", cut: true };
        throw error;
      });
      const ms = performance.now() - start;
      return { ok: true, answer: { status: response.statusCode, headers: known, ms, ...read } };
    } catch (error) {
      const { origin } = this.base;
      if (this.#signal.aborted) return { ok: false, class: "cancelled", message: "the run was cancelled" };
      if (deadline.aborted)
        return {
          ok: false,
          class: "timeout",
          message: `${origin} gave no answer within ${this.timeoutMs} ms`,
        };
      const kind = classOf(error);
      const words = {
        refused: "refused the connection",
        dns: "has a name that does not resolve",
        reset: "closed the connection without an answer",
      };
      return { ok: false, class: kind, message: `${origin} ${words[kind]}` };
    }
  }
}

/** Resolves after `ms` or when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
