/** Facts and findings of one file as JSON and back, as they are kept between runs. */
import type { Json } from "../../modsquad/contracts/words.ts";
import { SourceFile } from "./source.ts";

/** Stands for the file all places of its facts are in. */
const FILE = "\0file";

/** What was read from one file, as JSON. */
export function encodeNote(value: unknown): Json {
  if (value instanceof SourceFile) return FILE;
  if (value instanceof Map)
    return { map: [...value].map(([key, each]) => [encodeNote(key), encodeNote(each)]) };
  if (value instanceof Set) return { set: [...value].map(encodeNote) };
  if (Array.isArray(value)) return value.map(encodeNote);
  if (typeof value !== "object" || value === null) return value as Json;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, encodeNote(each)]])),
  );
}

/** The same again; `file` is where all of it was read. */
export function decodeNote(value: Json, file: SourceFile): unknown {
  if (value === FILE) return file;
  if (Array.isArray(value)) return value.map((each) => decodeNote(each, file));
  if (typeof value !== "object" || value === null) return value;
  const { map, set } = value;
  if (Array.isArray(map))
    return new Map(
      map.map((pair) => (pair as Json[]).map((each) => decodeNote(each, file)) as [unknown, unknown]),
    );
  if (Array.isArray(set)) return new Set(set.map((each) => decodeNote(each, file)));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, decodeNote(each ?? null, file)]),
  );
}
