/** A small proxy of ours between the service and what it depends on: it passes everything on until it is told to fail. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import type { ProxyMode } from "./types.ts";

export interface ProxySpec {
  name: string;
  /** Port on 127.0.0.1 that the service uses as its upstream. */
  listen: number;
  upstream: URL;
}

/** Headers that are about one connection and are not passed on. */
const HOP_BY_HOP = new Set([
  ..."connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade host".split(
    " ",
  ),
]);

type Headers = Record<string, string | string[] | undefined>;

const passedOn = (headers: Headers) =>
  Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] => entry[1] !== undefined && !HOP_BY_HOP.has(entry[0]),
    ),
  );

class FaultProxy {
  readonly #spec: ProxySpec;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  mode: ProxyMode | null = null;
  /** Requests and connections met while failing. */
  met = 0;

  constructor(spec: ProxySpec) {
    this.#spec = spec;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
      if (this.mode === "refuse") {
        this.met += 1;
        socket.resetAndDestroy();
      }
    });
  }

  /** Why it could not listen, or null. */
  start(): Promise<string | null> {
    return new Promise((resolve) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      this.#server.listen(this.#spec.listen, "127.0.0.1", () => resolve(null));
    });
  }

  /** From now on everything fails like this; connections kept open are ended with it. */
  fail(mode: ProxyMode | null): void {
    this.mode = mode;
    if (mode === "refuse") for (const socket of this.#sockets) socket.destroy();
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { mode } = this;
    if (mode !== null) {
      this.met += 1;
      // A request that hangs is ended when the service gives up on it, or by stop().
      if (mode === "error") response.writeHead(503, { "content-type": "text/plain" }).end("made to fail");
      else if (mode !== "hang") request.socket.resetAndDestroy();
      return;
    }
    try {
      await this.#pass(request, response);
    } catch {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { "content-type": "text/plain" }).end("the upstream does not answer");
    }
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { request: send } = await import("undici");
    const base = this.#spec.upstream;
    const target = new URL(`${base.pathname.replace(/\/$/, "")}${request.url ?? "/"}`, base);
    const hasBody = request.method !== "GET" && request.method !== "HEAD";
    const answer = await send(target, {
      method: request.method as "GET",
      headers: passedOn(request.headers),
      body: hasBody ? request : null,
    });
    response.writeHead(answer.statusCode, passedOn(answer.headers));
    await pipeline(answer.body, response);
  }
}

export type Failing<T> = { ok: true; value: T; reached: boolean } | { ok: false; message: string };

/** All proxies of a run. Faults are on one at a time: the flows that use them are run alone. */
export class FaultProxies {
  readonly #proxies = new Map<string, FaultProxy>();
  readonly #problems = new Map<string, string>();

  async start(specs: readonly ProxySpec[]): Promise<void> {
    for (const spec of specs) {
      const proxy = new FaultProxy(spec);
      const problem = await proxy.start();
      if (problem === null) this.#proxies.set(spec.name, proxy);
      else
        this.#problems.set(
          spec.name,
          `The fault proxy ${spec.name} cannot listen on port ${spec.listen} (${problem}).`,
        );
    }
  }

  /** Runs `action` while the proxy fails; says whether the service came to it meanwhile. */
  async failing<T>(name: string, mode: ProxyMode, action: () => Promise<T>): Promise<Failing<T>> {
    const proxy = this.#proxies.get(name);
    if (!proxy)
      return {
        ok: false,
        message: this.#problems.get(name) ?? `There is no fault proxy ${name}: declare it under proxies.`,
      };
    proxy.met = 0;
    proxy.fail(mode);
    try {
      const value = await action();
      return { ok: true, value, reached: proxy.met > 0 };
    } finally {
      proxy.fail(null);
    }
  }

  stop(): void {
    for (const proxy of this.#proxies.values()) proxy.stop();
  }
}
