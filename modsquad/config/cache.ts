/**
 * Checked files as JSON, keyed by their bytes, the product's version and the schemas: on the hot path neither
 * the YAML parser nor the validator is loaded. What is stored is what the file says: environment variables
 * are filled in afterwards and never stored. A broken or unwritable cache is as good as none.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../contracts/words.ts";
import { VERSION } from "../version.ts";
import { SCHEMA_DIGEST } from "./schema-facts.generated.ts";

const KEEP_FILES = 12;
const PREFIX = '{"sum":"';
const MIDDLE = '","value":';
const SUM_LENGTH = 64;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Name of the cached form of these bytes. */
export function cacheKey(kind: string, bytes: Uint8Array): string {
  return createHash("sha256").update(`${kind}\0${VERSION}\0${SCHEMA_DIGEST}\0`).update(bytes).digest("hex");
}

/** The stored value, or undefined when there is none or it does not match its own checksum. */
export function readCache(folder: string, key: string): Json | undefined {
  try {
    const text = readFileSync(join(folder, `${key}.json`), "utf8");
    const body = text.slice(PREFIX.length + SUM_LENGTH + MIDDLE.length, -1);
    if (text.slice(PREFIX.length, PREFIX.length + SUM_LENGTH) !== sha256(body)) return undefined;
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}

function prune(folder: string): void {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  if (files.length <= KEEP_FILES) return;
  const aged = files.map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }));
  aged.sort((a, b) => b.at - a.at);
  for (const { name } of aged.slice(KEEP_FILES)) rmSync(join(folder, name), { force: true });
}

/** Stores a value; failing to is not an error. */
export function writeCache(folder: string, key: string, value: unknown): void {
  const body = JSON.stringify(value);
  const file = join(folder, `${key}.json`);
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, `${PREFIX}${sha256(body)}${MIDDLE}${body}}`, { mode: 0o600 });
    renameSync(temporary, file);
    prune(folder);
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // Where it could not be written it is not there.
    }
  }
}
