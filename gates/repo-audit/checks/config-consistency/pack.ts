/** The facts of one file as they are kept, and facts put together. */
import type { JsonObject } from "../../../../modsquad/contracts/words.ts";
import { decodeNote, encodeNote } from "../../notes.ts";
import type { SourceFile } from "../../source.ts";
import type { Facts } from "./facts.ts";
import { PortMentions } from "./port-mentions.ts";

function isEmpty(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === false;
  const { length, size } = value as { length?: number; size?: number };
  return (length ?? size) === 0;
}

/** Null when the file states nothing. */
export function pack(facts: Facts): JsonObject | null {
  const packed: JsonObject = {};
  for (const key in facts) {
    const value: unknown = facts[key as keyof Facts];
    if (isEmpty(value)) continue;
    if (key === "mentions") {
      const [bit] = facts.mentions.values();
      packed.mentions = [bit!, [...facts.mentions.keys()].join(" ")];
    } else if (value instanceof PortMentions) packed[key] = value.ports;
    else packed[key] = encodeNote(value);
  }
  return Object.keys(packed).length === 0 ? null : packed;
}

/** Adds what was kept of a file; `file` is where all of it was read. */
export function mergePacked(into: Facts, packed: JsonObject, file: SourceFile): void {
  for (const [key, value] of Object.entries(packed)) {
    if (key === "mentions") {
      const [bit, names] = value as [number, string];
      for (const name of names.split(" ")) into.mentions.set(name, (into.mentions.get(name) ?? 0) | bit);
    } else if (key === "spokenPorts" || key === "documentedPorts") {
      into[key].add(file.path, value as number[]);
    } else mergeValue(into, key, decodeNote(value ?? null, file));
  }
}

/** Adds what one file states. */
export function merge(into: Facts, part: Facts): void {
  for (const [key, value] of Object.entries(part)) {
    if (key === "ignoredPorts" || isEmpty(value)) continue;
    if (key === "mentions") {
      for (const [name, bit] of part.mentions) into.mentions.set(name, (into.mentions.get(name) ?? 0) | bit);
    } else if (key === "spokenPorts" || key === "documentedPorts") {
      into[key].addAll(part[key]);
    } else mergeValue(into, key, value);
  }
}

function mergeValue(into: Facts, key: string, value: unknown): void {
  const target = into as unknown as Record<string, unknown>;
  if (Array.isArray(value)) for (const each of value) (target[key] as unknown[]).push(each);
  else if (value instanceof Map)
    for (const [name, each] of value) (target[key] as Map<unknown, unknown>).set(name, each);
  else if (value instanceof Set) for (const each of value) (target[key] as Set<unknown>).add(each);
  else target[key] = true;
}
