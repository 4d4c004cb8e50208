/** WebSocket: what machines follow. They only listen; requests go through POST, where a page cannot forge them. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { FollowOptions } from "./sse.ts";
import { type Sink, type Subscriber, subscribe } from "./subscriber.ts";

/** Nothing a client has to say is longer, bytes. */
const MAX_PAYLOAD = 1024;
/** Bytes a client may be behind before it is given time. */
const HIGH_WATER = 256 * 1024;
const PING_MS = 15_000;

export interface SocketServer {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, options: FollowOptions): void;
  /** Ends every connection. */
  close(): void;
  readonly size: number;
}

export function createSocketServer(): SocketServer {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_PAYLOAD });
  const answered = new WeakSet<WebSocket>();

  const timer = setInterval(() => {
    for (const socket of server.clients) {
      if (!answered.has(socket)) socket.terminate();
      else {
        answered.delete(socket);
        socket.ping();
      }
    }
  }, PING_MS);

  function serve(socket: WebSocket, options: FollowOptions): void {
    answered.add(socket);
    let subscriber: Subscriber | null = null;
    const sink: Sink = {
      send(_kind, _seq, json) {
        socket.send(json, () => {
          if (socket.bufferedAmount < HIGH_WATER / 2) subscriber?.drained();
        });
        return socket.bufferedAmount < HIGH_WATER;
      },
      end: () => socket.terminate(),
    };
    socket.on("pong", () => answered.add(socket));
    socket.on("message", () => socket.close(1008, "this side only speaks"));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => subscriber?.close());
    subscriber = subscribe({ ...options, sink });
  }

  return {
    accept: (request, socket, head, options) =>
      server.handleUpgrade(request, socket, head, (client) => serve(client, options)),
    close() {
      clearInterval(timer);
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
    get size() {
      return server.clients.size;
    },
  };
}
