/** One connection to one origin, with the times it took to come about. */
import type { Socket } from "node:net";
import type { buildConnector, Client } from "undici";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { addressOf, certificateOf } from "./certificate.ts";

type Undici = typeof import("undici");

/** Idle connections are given up after this: a server that closes first would look broken. */
const KEEP_ALIVE_MS = 4000;

/** Milliseconds of performance.now(); null = has not happened. */
interface Marks {
  start: number;
  lookup: number | null;
  connect: number | null;
  ready: number | null;
}

export interface ConnectPhases {
  dns: number;
  tcp: number;
  tls: number;
}

const NO_PHASES: ConnectPhases = { dns: 0, tcp: 0, tls: 0 };

export class Connection {
  readonly client: Client;
  readonly #sockets = new Set<Socket>();
  #marks: Marks | null = null;
  /** Requests that got an answer on the socket now open. */
  answered = 0;
  /** What the service showed when the socket now open was made; null without TLS. */
  certificate: JsonObject | null = null;
  /** The address the socket now open leads to. */
  address = "";

  constructor(undici: Undici, connect: buildConnector.connector, origin: string) {
    this.client = new undici.Client(origin, {
      connect: (options, callback) => this.#open(connect, options, callback),
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // What a server grants beyond that is not used: idle sockets are where resets come from.
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
    });
  }

  #open(
    connect: buildConnector.connector,
    options: buildConnector.Options,
    callback: buildConnector.Callback,
  ): void {
    const marks: Marks = { start: performance.now(), lookup: null, connect: null, ready: null };
    this.#marks = marks;
    this.answered = 0;
    // undici's connector returns the socket it makes, though its type does not say so.
    const socket = connect(options, (...result) => {
      if (result[0] === null) {
        marks.ready = performance.now();
        this.certificate = certificateOf(result[1]);
        this.address = addressOf(result[1]);
      }
      callback(...result);
    }) as unknown as Socket;
    this.#sockets.add(socket);
    socket.once("lookup", () => {
      marks.lookup = performance.now();
    });
    socket.once("connect", () => {
      marks.connect = performance.now();
    });
    socket.once("close", () => this.#sockets.delete(socket));
  }

  /** Call before a request: phases and stage are about what happens after. */
  begin(): void {
    this.#marks = null;
  }

  /** True when the current request uses a socket that was there before it. */
  get reused(): boolean {
    return this.#marks === null && this.answered > 0;
  }

  /** True while the socket of the current request is not ready, and when it never will be. */
  get connecting(): boolean {
    return this.#marks !== null && this.#marks.ready === null;
  }

  /** What the current request spent on connecting; zeros when the socket was there. */
  phases(): ConnectPhases {
    const marks = this.#marks;
    if (!marks || marks.connect === null || marks.ready === null) return NO_PHASES;
    const resolved = marks.lookup ?? marks.start;
    return { dns: resolved - marks.start, tcp: marks.connect - resolved, tls: marks.ready - marks.connect };
  }

  /** Ends it at once, a connection attempt under way included. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy(new Error("given up"));
    this.client.destroy().catch(() => {});
  }
}
