/** Messages to channels: what changed, written to the outbox, brought by one courier per channel. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { DashboardView } from "../../dashboard/view.ts";
import { processAlive, processIdentity } from "../../journal/alive.ts";
import { ensureOutputDirectory } from "../../journal/directory.ts";
import type { Channel } from "./config.ts";
import { courier } from "./deliver.ts";
import { openOutbox } from "./outbox.ts";
import { transitionOf } from "./transition.ts";

export interface Notifier {
  /** Looks at a run after each of its changes. */
  look(view: DashboardView): void;
  close(): Promise<void>;
}

export interface NotifierOptions {
  /** Name of the repository in messages. */
  repository: string;
  /** modsquad/logs. */
  logs: string;
  channels: readonly Channel[];
  say(sentence: string): void;
}

interface Holder {
  pid: number;
  identity: string;
  host: string;
}

/** Of several relays on one repository only one sends. Null when another one that is alive does. */
function takeTurn(logs: string): (() => void) | null {
  const file = join(logs, "relay.lock");
  const mine = JSON.stringify({ pid: process.pid, identity: processIdentity(), host: hostname() });
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      writeFileSync(file, mine, { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch {
      if (isHeld(file)) return null;
      rmSync(file, { force: true });
    }
  }
  return null;
}

function isHeld(file: string): boolean {
  try {
    const { pid, identity, host } = JSON.parse(readFileSync(file, "utf8")) as Holder;
    return processAlive(pid, identity, host) !== false;
  } catch {
    return false;
  }
}

/** Null when there is nobody to tell, or another relay does it. */
export function createNotifier({ repository, logs, channels, say }: NotifierOptions): Notifier | null {
  if (channels.length === 0) return null;
  const made = ensureOutputDirectory(logs);
  const release = made.ok ? takeTurn(logs) : null;
  if (!release) {
    say(`no messages for ${repository}: ${made.ok ? "another relay sends them" : made.problems[0]?.what}`);
    return null;
  }
  const end = new AbortController();
  const outbox = openOutbox(logs);
  const couriers = channels.map((channel) => courier({ channel, outbox, say, signal: end.signal }));
  const wake = () => {
    for (const one of couriers) one.wake();
  };
  wake();
  return {
    look(view) {
      const transition = transitionOf(repository, view, outbox.known);
      if (!transition) return;
      const problem = outbox.add(
        transition,
        channels.map(({ name }) => name),
      );
      if (problem) say(`a message could not be kept: ${problem.what}`);
      wake();
    },
    async close() {
      end.abort();
      await Promise.all(couriers.map((one) => one.idle()));
      release();
    },
  };
}
