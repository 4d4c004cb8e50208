/** JSON values, pointers (RFC 6901) and comparison. */
import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object, or an empty one. */
export const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

export const asArray = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

export const texts = (value: Json | undefined): string[] =>
  asArray(value).filter((one): one is string => typeof one === "string");

/** One step of a pointer, escaped. */
export function step(key: string | number): string {
  const text = String(key);
  return text.includes("~") || text.includes("/") ? text.replaceAll("~", "~0").replaceAll("/", "~1") : text;
}

/** The keys of a pointer such as "#/paths/~1pets/get" or "/a/0". */
export function keysOf(pointer: string): string[] {
  const text = pointer.startsWith("#") ? pointer.slice(1) : pointer;
  return text
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The keys of a `$ref` fragment, which is URI-encoded besides. */
export function keysOfRef(ref: string): string[] {
  return keysOf(ref).map((key) => {
    try {
      return decodeURIComponent(key);
    } catch {
      return key;
    }
  });
}

/** What is at these keys; undefined when nothing is. */
export function at(root: Json | undefined, keys: readonly string[]): Json | undefined {
  let value: Json | undefined = root;
  for (const key of keys) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

/** Deep equality of JSON values; the order of keys does not matter. */
export function same(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => same(value, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
  );
}

/** A deep copy. */
export const copy = <T extends Json>(value: T): T => structuredClone(value);

/** A copy in which the value at `keys` is `value`; undefined removes it. */
export function withValue(root: Json, keys: readonly string[], value: Json | undefined): Json {
  const [last] = keys.slice(-1);
  if (last === undefined) return value ?? null;
  const result = copy(root);
  const holder = at(result, keys.slice(0, -1));
  if (Array.isArray(holder)) {
    if (value === undefined) holder.splice(Number(last), 1);
    else holder[Number(last)] = value;
  } else if (isObject(holder)) {
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  }
  return result;
}

/** 16 hex digits of the parts: the identity of a finding. */
export const fingerprint = (...parts: string[]) =>
  createHash("sha256").update(parts.join("\u0000")).digest("hex").slice(0, 16);

/** JSON text of at most `max` characters. */
export function show(value: unknown, max = 80): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
