/**
 * Checked files as JSON, keyed by their bytes, the product's version and the schemas: on the hot path neither
 * the YAML parser nor the validator is loaded. What is stored is what the file says: environment variables
 * are filled in afterwards and never stored. A broken or unwritable cache is as good as none.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
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
export async function readCache(folder: string, key: string): Promise<Json | undefined> {
  try {
    const text = await readFile(join(folder, `${key}.json`), "utf8");
    const body = text.slice(PREFIX.length + SUM_LENGTH + MIDDLE.length, -1);
    if (text.slice(PREFIX.length, PREFIX.length + SUM_LENGTH) !== sha256(body)) return undefined;
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}

async function prune(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  if (files.length <= KEEP_FILES) return;
  const aged = await Promise.all(
    files.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  aged.sort((a, b) => b.at - a.at);
  for (const { name } of aged.slice(KEEP_FILES)) await rm(join(folder, name), { force: true });
}

/** Stores a value; failing to is not an error. */
export async function writeCache(folder: string, key: string, value: unknown): Promise<void> {
  const body = JSON.stringify(value);
  const file = join(folder, `${key}.json`);
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, `${PREFIX}${sha256(body)}${MIDDLE}${body}}`, { mode: 0o600 });
    await rename(temporary, file);
    await prune(folder);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
