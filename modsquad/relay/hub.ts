/**
 * The one line of messages everybody follows. Each has a number, one higher than the one before; the latest ones
 * are kept, so that whoever was away for a while gets exactly what it missed, and otherwise a snapshot.
 */
import { randomBytes } from "node:crypto";
import type { JsonObject } from "../contracts/words.ts";

export type MessageType = "record" | "view" | "repository";

/** A message as it is kept: serialised once, for however many clients. */
export interface Message {
  seq: number;
  type: MessageType;
  /** JSON text of `{ seq, epoch, ts, type, repo, runId, data }`. */
  json: string;
}

export interface Published {
  type: MessageType;
  /** Id of the repository. */
  repo: string;
  runId: string | null;
  data: JsonObject;
}

export interface HubLimits {
  /** Messages kept. */
  messages: number;
  /** Characters kept; at least the latest message stays, whatever its size. */
  characters: number;
}

export const HUB_LIMITS: HubLimits = { messages: 5000, characters: 32_000_000 };

export interface Hub {
  /** Of this life of the relay: numbers of another life mean nothing here. */
  readonly epoch: string;
  /** Of the latest message; 0 before the first. */
  readonly seq: number;
  publish(message: Published): void;
  /** The message with that number, or null when it is no longer or not yet there. */
  at(seq: number): Message | null;
  /** Whether everything after `seq` is still there. */
  has(seq: number): boolean;
  /** Told of every new message; returns how to end that. */
  onMessage(wake: () => void): () => void;
}

export function createHub(
  limits: HubLimits = HUB_LIMITS,
  now: () => Date = () => new Date(),
  epoch: string = randomBytes(6).toString("hex"),
): Hub {
  const kept: (Message | null)[] = [];
  /** Index in `kept` of the oldest one; what is before it has been let go. Shifting an array each time is slow. */
  let first = 0;
  let characters = 0;
  let seq = 0;
  const wakes = new Set<() => void>();

  const drop = () => {
    characters -= kept[first]!.json.length;
    kept[first] = null;
    first += 1;
    if (first > limits.messages) {
      kept.splice(0, first);
      first = 0;
    }
  };
  const oldest = () => seq - (kept.length - first) + 1;

  return {
    epoch,
    get seq() {
      return seq;
    },
    publish({ type, repo, runId, data }) {
      seq += 1;
      const json = JSON.stringify({ seq, epoch, ts: now().toISOString(), type, repo, runId, data });
      kept.push({ seq, type, json });
      characters += json.length;
      while (kept.length - first > limits.messages) drop();
      while (characters > limits.characters && kept.length - first > 1) drop();
      for (const wake of wakes) wake();
    },
    at: (wanted) => (wanted < oldest() || wanted > seq ? null : kept[first + wanted - oldest()]!),
    has: (after) => after <= seq && after >= oldest() - 1,
    onMessage(wake) {
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
  };
}

/** Where a client was: "epoch-seq", as in Last-Event-ID. */
export function eventId(epoch: string, seq: number): string {
  return `${epoch}-${seq}`;
}

/** The number behind which to go on, or null when the id is none of this life of the relay. */
export function seqOf(id: string | null | undefined, epoch: string): number | null {
  const found = /^([0-9a-f]{1,32})-(\d{1,15})$/.exec(id ?? "");
  return found && found[1] === epoch ? Number(found[2]) : null;
}
