/** What the repository says a running service should have loaded. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { valuesAt } from "./json.ts";

/** A value with where it comes from, or why it cannot be read. */
export type RepositoryValue =
  | { ok: true; kind: "value" | "digest" | "count"; value: Json; from: string }
  | { ok: false; message: string };

async function readBelow(root: string, path: string): Promise<Buffer | null> {
  const full = resolve(root, path);
  if (relative(root, full).split(sep)[0] === "..") return null;
  return readFile(full).catch(() => null);
}

async function documentOf(path: string, bytes: Buffer): Promise<Json> {
  const text = bytes.toString("utf8");
  if (!/\.ya?ml$/i.test(path)) return JSON.parse(text) as Json;
  const { parse } = await import("yaml");
  return parse(text) as Json;
}

async function atPath(path: string, bytes: Buffer, query: Json | undefined): Promise<Json[] | string> {
  if (typeof query !== "string") return [bytes.toString("utf8").trim()];
  let document: Json;
  try {
    document = await documentOf(path, bytes);
  } catch (error) {
    return `${path} cannot be parsed: ${(error as Error).message}`;
  }
  const found = await valuesAt(document, query);
  return "values" in found ? found.values : found.message;
}

/** Reads { file, path }, { sha256 }, { count, path }; any other value stands for itself. */
export async function repositoryValue(root: string, written: Json): Promise<RepositoryValue> {
  const isSource =
    written !== null &&
    typeof written === "object" &&
    !Array.isArray(written) &&
    ["file", "sha256", "count"].some((key) => typeof written[key] === "string");
  if (!isSource) return { ok: true, kind: "value", value: written, from: "the config" };
  const source = written as JsonObject;
  const path = String(source.file ?? source.sha256 ?? source.count);
  const bytes = await readBelow(root, path);
  if (!bytes) return { ok: false, message: `there is no ${path} in the repository` };
  if (typeof source.sha256 === "string") {
    const value = createHash("sha256").update(bytes).digest("hex");
    return { ok: true, kind: "digest", value, from: `sha-256 of ${path}` };
  }
  const values = await atPath(path, bytes, source.path);
  if (typeof values === "string") return { ok: false, message: values };
  const where = typeof source.path === "string" ? `${path} at ${source.path}` : path;
  if (typeof source.count === "string") {
    const [only] = values;
    // A path to one list counts its items, a path to many values counts these.
    const count = values.length === 1 && Array.isArray(only) ? only.length : values.length;
    return { ok: true, kind: "count", value: count, from: `number in ${where}` };
  }
  if (values.length !== 1) return { ok: false, message: `${where} finds ${values.length} values, not one` };
  return { ok: true, kind: "value", value: values[0]!, from: where };
}
