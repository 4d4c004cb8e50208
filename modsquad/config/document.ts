/** One checked file: read, parsed, validated, and cached so that the next run does none of it again. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Problem, Result } from "../contracts/config.ts";
import type { Json } from "../contracts/words.ts";
import { cacheKey, readCache, writeCache } from "./cache.ts";
import { explainFaults, type Rule } from "./explain.ts";
import { type Fault, type ParsedSource, toProblems } from "./places.ts";
import type { Validator } from "./validate-config.generated.mjs";

/** What a kind of file must be. */
export interface Kind<T> {
  name: "config" | "waivers" | "baseline";
  validator(): Promise<Validator<T>>;
  /** Faults that follow from the file alone, beyond its schema. */
  check(value: T): Fault[];
  rule?: Rule;
  /** What an empty file stands for. */
  empty: T | null;
}

export interface CheckedFile<T> {
  value: T;
  bytes: Uint8Array;
  /** Problems for faults found later, such as a variable that is not set; parses the file again for places. */
  locate(faults: readonly Fault[]): Promise<Problem[]>;
}

const noPlaces: ParsedSource = { value: null, place: () => null };

async function parse(path: string, bytes: Uint8Array, shown: string): Promise<Result<ParsedSource>> {
  const { importModule, parseText } = await import("./parse.ts");
  if (extname(path) === ".mjs") return importModule(path, bytes, shown);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return {
      ok: false,
      problems: [{ what: "The file is not UTF-8 text", where: shown, next: "Save it as UTF-8." }],
    };
  }
  return parseText(text, shown, extname(path) === ".json" ? "json" : "yaml");
}

async function validate<T>(source: ParsedSource, shown: string, kind: Kind<T>): Promise<Result<T>> {
  const value = source.value === null && kind.empty !== null ? kind.empty : source.value;
  const valid = await kind.validator();
  if (!valid(value)) {
    const faults = explainFaults(valid.errors ?? [], value, kind.rule);
    return { ok: false, problems: toProblems(faults, shown, source) };
  }
  const faults = kind.check(value);
  return faults.length > 0 ? { ok: false, problems: toProblems(faults, shown, source) } : { ok: true, value };
}

/**
 * Reads and checks a file. `shown` is its name in messages; `cache` a folder, or null for none.
 * An ES module is never cached: what it exports may depend on more than its bytes.
 */
export async function readChecked<T>(
  path: string,
  shown: string,
  kind: Kind<T>,
  cache: string | null,
): Promise<Result<CheckedFile<T>>> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const problem = {
      what: `The file cannot be read (${code})`,
      where: shown,
      next: "Check that it is a file you may read.",
    };
    return { ok: false, problems: [problem] };
  }
  const locate = async (faults: readonly Fault[]) => {
    const parsed = await parse(path, bytes, shown);
    return toProblems(faults, shown, parsed.ok ? parsed.value : noPlaces);
  };
  const folder = extname(path) === ".mjs" ? null : cache;
  const key = cacheKey(`${kind.name}${extname(path)}`, bytes);
  const stored = folder === null ? undefined : readCache(folder, key);
  if (stored !== undefined) return { ok: true, value: { value: stored as T, bytes, locate } };

  const parsed = await parse(path, bytes, shown);
  if (!parsed.ok) return parsed;
  const checked = await validate(parsed.value, shown, kind);
  if (!checked.ok) return checked;
  if (folder !== null) writeCache(folder, key, checked.value);
  // A copy through JSON: what a module exports may still change, and what is undefined is absent.
  const value = JSON.parse(JSON.stringify(checked.value)) as Json as T;
  return { ok: true, value: { value, bytes, locate } };
}
