/** Server-sent events: what a browser follows. It comes back by itself and says where it was. */
import type { ServerResponse } from "node:http";
import type { Hub, MessageType } from "./hub.ts";
import { eventId } from "./hub.ts";
import { type Sink, subscribe } from "./subscriber.ts";

/** What a browser waits before it comes back, milliseconds. */
const RETRY_MS = 1000;
/** Proxies end connections on which nothing is said. */
const HEARTBEAT_MS = 15_000;

export interface FollowOptions {
  hub: Hub;
  only: ReadonlySet<MessageType> | null;
  since: number | null;
  snapshot(reason: "start" | "missed"): string;
}

/** Streams until the client goes away or takes nothing for too long. Headers other than the type are set already. */
export function followBySse(response: ServerResponse, options: FollowOptions): void {
  const { hub } = options;
  response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no" });
  response.write(`retry: ${RETRY_MS}\n\n`);
  const sink: Sink = {
    send: (kind, seq, json) =>
      response.write(`id: ${eventId(hub.epoch, seq)}\nevent: ${kind}\ndata: ${json}\n\n`),
    end: () => response.destroy(),
  };
  const subscriber = subscribe({ ...options, sink });
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(": still here\n\n");
  }, HEARTBEAT_MS);
  response.on("drain", () => subscriber.drained());
  response.on("close", () => {
    clearInterval(heartbeat);
    subscriber.close();
  });
}
