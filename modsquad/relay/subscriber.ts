/**
 * One client of the hub. It pulls: a message is serialised to the client only while the client takes it, so nothing
 * is queued for a slow one. A client that fell behind what the hub keeps gets a snapshot and goes on from there;
 * one that takes nothing for too long is let go.
 */
import type { Hub, MessageType } from "./hub.ts";

/** How long a client may take nothing at all, milliseconds. */
export const STALL_MS = 30_000;

/** What carries messages to one client: a response, a socket. */
export interface Sink {
  /** Sends one piece; false when the client should be given time (see onDrain). */
  send(kind: "snapshot" | MessageType, seq: number, json: string): boolean;
  /** Ends the connection. */
  end(reason: string): void;
}

export interface SubscriberOptions {
  hub: Hub;
  sink: Sink;
  /** Message types wanted; null = all. */
  only: ReadonlySet<MessageType> | null;
  /** The whole state as of now. `reason` says why it is sent. */
  snapshot(reason: "start" | "missed"): string;
  /** Go on behind this message; null = start with a snapshot. */
  since: number | null;
  stallMs?: number;
}

export interface Subscriber {
  /** The client takes more. */
  drained(): void;
  close(): void;
}

export function subscribe(options: SubscriberOptions): Subscriber {
  const { hub, sink, only } = options;
  let cursor = options.since;
  let writable = true;
  let closed = false;
  let stall: NodeJS.Timeout | null = null;

  const giveTime = () => {
    writable = false;
    stall ??= setTimeout(() => {
      close();
      sink.end("too slow");
    }, options.stallMs ?? STALL_MS);
  };
  const put = (kind: "snapshot" | MessageType, seq: number, json: string) => {
    cursor = seq;
    if (!sink.send(kind, seq, json)) giveTime();
  };
  const pump = () => {
    while (!closed && writable && cursor !== hub.seq) {
      if (cursor === null || !hub.has(cursor)) {
        put("snapshot", hub.seq, options.snapshot(cursor === null ? "start" : "missed"));
        continue;
      }
      const message = hub.at(cursor + 1)!;
      if (only === null || only.has(message.type)) put(message.type, message.seq, message.json);
      else cursor = message.seq;
    }
  };
  const forget = hub.onMessage(pump);
  const close = () => {
    closed = true;
    forget();
    if (stall) clearTimeout(stall);
    stall = null;
  };
  pump();
  return {
    drained() {
      if (writable || closed) return;
      if (stall) clearTimeout(stall);
      stall = null;
      writable = true;
      pump();
    },
    close,
  };
}
