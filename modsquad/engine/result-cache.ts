/**
 * Results of file-based gates, kept by what decided them. Below modsquad/logs/cache/results/<gate>/: per digest
 * the result and the named parts it was made from; "last" names the digest that was stored or hit last, and
 * its parts explain a miss.
 * A broken entry is an entry that is not there; it is said aloud and made anew.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GateResult } from "../contracts/gate.ts";
import { changedParts, type InputParts, type Inputs, shortHash } from "./input-digest.ts";

const SCHEMA = "meta-orch/cached-result@1";
const LAST = "last";
/** Entries kept per gate, newest first. */
const KEEP = 20;

export interface CachedResult {
  result: GateResult;
  runId: string;
  /** ISO, when the gate really ran. */
  finishedAt: string;
}

export type Lookup =
  | { state: "hit"; digest: string; cached: CachedResult; ageHours: number }
  | { state: "miss"; digest: string; changed: string[]; reason: string; corrupt: string | null };

export interface ResultCache {
  /** `ttlHours` is how long the policy lets a result count. `now` in milliseconds. */
  lookup(gate: string, inputs: Inputs, ttlHours: number, now: number): Lookup;
  /** null, or why the result could not be kept: a sentence for the user. */
  store(gate: string, inputs: Inputs, cached: CachedResult): string | null;
}

interface Entry extends CachedResult {
  schema: string;
  /** Hash of digest and result: a truncated, edited or renamed entry must not pass for one. */
  check: string;
}

type Read = { entry: Entry } | { corrupt: string } | null;

const DIGEST = /^[0-9a-f]{40}$/;

const checkOf = (digest: string, result: GateResult) => shortHash(`${digest}\n${JSON.stringify(result)}`);

function readEntry(dir: string, digest: string): Read {
  const file = join(dir, `${digest}.json`);
  const text = readText(file);
  if (text === null) return null;
  try {
    const entry = JSON.parse(text) as Entry;
    const whole = entry.schema === SCHEMA && entry.check === checkOf(digest, entry.result);
    if (whole && Number.isFinite(Date.parse(entry.finishedAt))) return { entry };
  } catch {
    // Not JSON: said below.
  }
  return {
    corrupt: `the cached result ${file} is damaged and was made anew; if that recurs, delete the folder`,
  };
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/** The parts behind the result that was last in use, or null. */
function readLastParts(dir: string): InputParts | null {
  const digest = readText(join(dir, LAST)) ?? "";
  const text = DIGEST.test(digest) ? readText(join(dir, `${digest}.parts`)) : null;
  try {
    return text === null ? null : new Map(JSON.parse(text) as [string, string][]);
  } catch {
    return null;
  }
}

function replace(file: string, content: string): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

/** So that a later miss is explained by the result in use now, not by the one stored last. */
function markLast(dir: string, digest: string): void {
  const file = join(dir, LAST);
  if (readText(file) === digest) return;
  try {
    replace(file, digest);
  } catch {
    // Only the explanation of a later miss is the poorer for it.
  }
}

export function openResultCache(logs: string): ResultCache {
  const folder = (gate: string) => join(logs, "cache", "results", gate);

  const explainMiss = (gate: string, parts: InputParts): { changed: string[]; reason: string } => {
    const last = readLastParts(folder(gate));
    if (last === null) return { changed: [], reason: "no earlier result" };
    const changed = changedParts(last, parts);
    return changed.length > 0
      ? { changed, reason: `${changed.length === 1 ? "an input" : `${changed.length} inputs`} changed` }
      : { changed, reason: "the earlier result was not kept" };
  };

  return {
    lookup: (gate, inputs, ttlHours, now) => {
      const { digest } = inputs;
      const read = readEntry(folder(gate), digest);
      if (read && "entry" in read) {
        const { result, runId, finishedAt } = read.entry;
        const ageHours = (now - Date.parse(finishedAt)) / 3_600_000;
        // A clock that jumped back must not make an old result eternal.
        if (ageHours >= 0 && ageHours <= ttlHours) {
          markLast(folder(gate), digest);
          return { state: "hit", digest, cached: { result, runId, finishedAt }, ageHours };
        }
        const reason = ageHours < 0 ? "the earlier result is from the future" : `older than ${ttlHours} h`;
        return { state: "miss", digest, changed: [], reason, corrupt: null };
      }
      return {
        state: "miss",
        digest,
        ...explainMiss(gate, inputs.parts()),
        corrupt: read ? read.corrupt : null,
      };
    },
    store: (gate, { digest, parts }, cached) => {
      const dir = folder(gate);
      const entry: Entry = { schema: SCHEMA, check: checkOf(digest, cached.result), ...cached };
      try {
        mkdirSync(dir, { recursive: true });
        replace(join(dir, `${digest}.parts`), JSON.stringify([...parts()]));
        replace(join(dir, `${digest}.json`), JSON.stringify(entry));
        replace(join(dir, LAST), digest);
        prune(dir);
        return null;
      } catch (error) {
        return `the result was not cached: ${(error as Error).message}; make the folder writable`;
      }
    },
  };
}

function prune(dir: string): void {
  const entries = readdirSync(dir).filter((name) => name.endsWith(".json"));
  if (entries.length <= KEEP) return;
  const byAge = entries
    .map((name) => ({ name, time: statSync(join(dir, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.time - a.time);
  for (const { name } of byAge.slice(KEEP)) {
    rmSync(join(dir, name), { force: true });
    rmSync(join(dir, name.replace(/json$/, "parts")), { force: true });
  }
}
