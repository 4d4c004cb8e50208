/**
 * What has to be told and what has been, in modsquad/logs/relay_outbox.jsonl. A transition and the standing it leads
 * to are one line, so that no crash can keep one and lose the other. A line says `sending` before a message leaves and
 * `delivered` after it was taken; a message that was being sent when the relay ended is sent again with the same id,
 * and says that it may be a repeat: a message twice is better than none.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../contracts/config.ts";
import { appendJsonl, readJsonl } from "../../journal/jsonl.ts";
import type { Known, Transition } from "./transition.ts";

type Line =
  | { kind: "transition"; transition: Transition; channels: string[] }
  | { kind: Mark; id: string; channel: string };

/** `not-taken`: the service answered and did not take it, so the next attempt is no repeat. */
export type Mark = "sending" | "not-taken" | "delivered" | "given-up";

export interface Due {
  transition: Transition;
  channel: string;
  /** It may have arrived already. */
  inDoubt: boolean;
}

/** Lines after which the file is written anew with what is still needed. */
const COMPACT_AT = 2000;

export interface Outbox {
  known(key: string): Known | undefined;
  /** Keeps the transition for these channels; a problem means it is not safely on disk. */
  add(transition: Transition, channels: readonly string[]): Problem | null;
  mark(kind: Mark, id: string, channel: string): Problem | null;
  /** What has not been delivered, oldest first. */
  due(): Due[];
}

export function outboxFile(logs: string): string {
  return join(logs, "relay_outbox.jsonl");
}

function flush(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

const isLine = (value: unknown): value is Line =>
  typeof value === "object" && value !== null && typeof (value as { kind?: unknown }).kind === "string";

export function openOutbox(logs: string): Outbox {
  const path = outboxFile(logs);
  const standings = new Map<string, Known>();
  const open = new Map<string, Due>();

  const take = (line: Line) => {
    if (line.kind === "transition") {
      const { key, to, startedAt, id } = line.transition;
      standings.set(key, { to, startedAt });
      for (const channel of line.channels)
        open.set(`${id} ${channel}`, { transition: line.transition, channel, inDoubt: false });
      return;
    }
    const name = `${line.id} ${line.channel}`;
    const due = open.get(name);
    if (line.kind === "delivered" || line.kind === "given-up") open.delete(name);
    else if (due) due.inDoubt = line.kind === "sending";
  };
  const read = readJsonl<Line>(path, (value) =>
    isLine(value) ? { value } : { fault: "no line of an outbox" },
  );
  for (const line of read.values) take(line);
  if (read.values.length > COMPACT_AT) compact(path, read.values, open);

  const write = (line: Line): Problem | null => {
    const appended = appendJsonl(path, line);
    if (!appended.ok) return appended.problems[0]!;
    flush(path);
    take(line);
    return null;
  };
  return {
    known: (key) => standings.get(key),
    add: (transition, channels) => write({ kind: "transition", transition, channels: [...channels] }),
    mark: (kind, id, channel) => write({ kind, id, channel }),
    due: () => [...open.values()],
  };
}

/** Keeps the last transition of each key, and what is still open. */
function compact(path: string, lines: readonly Line[], open: ReadonlyMap<string, Due>): void {
  const last = new Map<string, Line>();
  const kept: Line[] = [];
  for (const line of lines) if (line.kind === "transition") last.set(line.transition.key, line);
  for (const line of lines) {
    const id = line.kind === "transition" ? line.transition.id : line.id;
    const isOpen = [...open.keys()].some((name) => name.startsWith(`${id} `));
    if (isOpen || (line.kind === "transition" && last.get(line.transition.key) === line)) kept.push(line);
  }
  const done: Line[] = [];
  for (const line of kept) {
    if (line.kind !== "transition") continue;
    for (const channel of line.channels)
      if (!open.has(`${line.transition.id} ${channel}`))
        done.push({ kind: "delivered", id: line.transition.id, channel });
  }
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, [...kept, ...done].map((line) => `${JSON.stringify(line)}\n`).join(""));
  flush(temporary);
  renameSync(temporary, path);
}
