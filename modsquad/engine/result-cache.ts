/**
 * Results of file-based gates, kept by what decided them. Below modsquad/logs/cache/results/<gate>/: one file
 * per digest with the result, and last.json with the parts behind the newest one, to explain a miss.
 * A broken entry is an entry that is not there; it is said aloud and made anew.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GateResult } from "../contracts/gate.ts";
import { changedParts, digestOf, type InputParts, shortHash } from "./input-digest.ts";

const SCHEMA = "meta-orch/cached-result@1";
const LAST = "last.json";
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
  lookup(gate: string, parts: InputParts, ttlHours: number, now: number): Lookup;
  store(gate: string, parts: InputParts, cached: CachedResult): void;
}

interface Entry extends CachedResult {
  schema: string;
  /** Hash of the result's JSON: a truncated or edited entry must not pass for one. */
  check: string;
}

type Read = { entry: Entry } | { corrupt: string } | null;

function readEntry(file: string): Read {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null;
  }
  try {
    const entry = JSON.parse(text) as Entry;
    const whole = entry.schema === SCHEMA && entry.check === shortHash(JSON.stringify(entry.result));
    if (whole && Number.isFinite(Date.parse(entry.finishedAt))) return { entry };
  } catch {
    // Not JSON: said below.
  }
  return {
    corrupt: `the cached result ${file} is damaged and was made anew; if that recurs, delete the folder`,
  };
}

function readLast(file: string): InputParts | null {
  try {
    const last: unknown = JSON.parse(readFileSync(file, "utf8"));
    return new Map(Object.entries(last as Record<string, string>));
  } catch {
    return null;
  }
}

function replace(file: string, content: string): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

export function openResultCache(logs: string): ResultCache {
  const folder = (gate: string) => join(logs, "cache", "results", gate);

  const explainMiss = (gate: string, parts: InputParts): { changed: string[]; reason: string } => {
    const last = readLast(join(folder(gate), LAST));
    if (last === null) return { changed: [], reason: "no earlier result" };
    const changed = changedParts(last, parts);
    return changed.length > 0
      ? { changed, reason: `${changed.length === 1 ? "an input" : `${changed.length} inputs`} changed` }
      : { changed, reason: "the earlier result was not kept" };
  };

  return {
    lookup: (gate, parts, ttlHours, now) => {
      const digest = digestOf(parts);
      const read = readEntry(join(folder(gate), `${digest}.json`));
      if (read && "entry" in read) {
        const { result, runId, finishedAt } = read.entry;
        const ageHours = (now - Date.parse(finishedAt)) / 3_600_000;
        // A clock that jumped back must not make an old result eternal.
        if (ageHours >= 0 && ageHours <= ttlHours) {
          return { state: "hit", digest, cached: { result, runId, finishedAt }, ageHours };
        }
        const reason = ageHours < 0 ? "the earlier result is from the future" : `older than ${ttlHours} h`;
        return { state: "miss", digest, changed: [], reason, corrupt: null };
      }
      return { state: "miss", digest, ...explainMiss(gate, parts), corrupt: read ? read.corrupt : null };
    },
    store: (gate, parts, cached) => {
      const dir = folder(gate);
      mkdirSync(dir, { recursive: true });
      const entry: Entry = { schema: SCHEMA, check: shortHash(JSON.stringify(cached.result)), ...cached };
      replace(join(dir, `${digestOf(parts)}.json`), JSON.stringify(entry));
      replace(join(dir, LAST), JSON.stringify(Object.fromEntries(parts)));
      prune(dir);
    },
  };
}

function prune(dir: string): void {
  const entries = readdirSync(dir).filter((name) => name.endsWith(".json") && name !== LAST);
  if (entries.length <= KEEP) return;
  const byAge = entries
    .map((name) => ({ name, time: statSync(join(dir, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.time - a.time);
  for (const { name } of byAge.slice(KEEP)) rmSync(join(dir, name), { force: true });
}
