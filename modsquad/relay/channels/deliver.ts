/** Brings what is due to one channel: in order, no faster than the service allows, again when it did not work. */
import type { Channel, ChannelType } from "./config.ts";
import { messageFor } from "./message.ts";
import type { Due, Outbox } from "./outbox.ts";
import { post, type Reply } from "./post.ts";

/** Least time between two messages, milliseconds. */
const INTERVAL_MS: Record<ChannelType, number> = { slack: 1000, teams: 250, discord: 500, webhook: 0 };
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 300_000;
/** A service may ask for longer than we would wait by ourselves, but not for ever. */
const LONGEST_ASKED_MS = 3_600_000;
/** News older than this is none. */
const MAX_AGE_MS = 24 * 3_600_000;

export interface CourierOptions {
  channel: Channel;
  outbox: Outbox;
  /** One sentence for whoever runs the relay; holds no address. */
  say(sentence: string): void;
  signal: AbortSignal;
  send?(channel: Channel, due: Due): Promise<Reply>;
  now?(): number;
  /** In [0, 1). */
  random?(): number;
  /** Resolves after that many milliseconds, or when the signal aborts. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

/** Wait before attempt n + 1: doubling, between half and all of it; at least what the service asked for. */
export function waitMs(attempt: number, asked: number | null, random: number): number {
  const own = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.5 + random / 2);
  return Math.max(own, Math.min(asked ?? 0, LONGEST_ASKED_MS));
}

export function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
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

export interface Courier {
  /** There is something new in the outbox. */
  wake(): void;
  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void>;
}

export function courier(options: CourierOptions): Courier {
  const { channel, outbox, signal } = options;
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const pause = options.pause ?? pauseFor;
  const sendNow = (_channel: Channel, due: Due) =>
    post(channel.url, messageFor(channel, due.transition, due.inDoubt, now()));
  const send = options.send ?? sendNow;
  let working: Promise<void> | null = null;
  let wanted = false;

  const next = () => outbox.due().find((due) => due.channel === channel.name);

  /** One message until it is taken or given up. */
  async function deliver(due: Due): Promise<void> {
    const { id, at } = due.transition;
    const label = `channel ${channel.name} (${channel.type})`;
    // Asked before `sending` is written, since that is what makes the next attempt one in doubt.
    for (let attempt = 1, repeat = due.inDoubt; !signal.aborted; attempt += 1) {
      if (outbox.mark("sending", id, channel.name)) return;
      const reply = await send(channel, { ...due, inDoubt: repeat });
      if (reply.kind === "taken") {
        outbox.mark("delivered", id, channel.name);
        return;
      }
      const old = now() - Date.parse(at) > MAX_AGE_MS;
      if (reply.kind === "refused" || old) {
        options.say(`${label}: a message was given up, ${reply.why}`);
        outbox.mark("given-up", id, channel.name);
        return;
      }
      if (reply.answered && !repeat) outbox.mark("not-taken", id, channel.name);
      repeat ||= !reply.answered;
      if (attempt === 1) options.say(`${label}: ${reply.why}; trying again`);
      await pause(waitMs(attempt, reply.afterMs, random()), signal);
    }
  }

  async function work(): Promise<void> {
    for (let due = next(); due && !signal.aborted; due = next()) {
      await deliver(due);
      if (outbox.due().includes(due)) return;
      await pause(INTERVAL_MS[channel.type], signal);
    }
  }

  /** What comes while it works is looked at before it stops. */
  async function run(): Promise<void> {
    while (wanted && !signal.aborted) {
      wanted = false;
      await work();
    }
    working = null;
  }

  return {
    wake() {
      wanted = true;
      working ??= run();
    },
    idle: async () => {
      await working;
    },
  };
}
