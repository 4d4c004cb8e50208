/** What earlier runs found out, by content: light facts and judged results of files that have not changed. */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { GateContext } from "../../modsquad/contracts/gate.ts";
import type { ComponentNotes } from "./checks/components.ts";
import type { Lookups } from "./env.ts";
import { emptyFacts } from "./scan/facts-css.ts";
import type { FileFacts, Issue } from "./types.ts";

/** The result of judging one file. */
export interface FileResult {
  /** Digest of the DNA and the options it was judged by. */
  dna: string;
  lookups: Lookups;
  issues: Issue[];
  notes: ComponentNotes;
}

/** Facts without sites and blocks: all other files need to know. */
export type LightFacts = Omit<FileFacts, "sites" | "blocks" | "texts" | "images">;

export interface CacheEntry {
  /** Git blob id of the content. */
  id: string;
  size: number;
  mtimeMs: number;
  facts: LightFacts;
  result: FileResult | null;
}

const PACK = "files.json";
const DELTA = "delta.jsonl";

interface Pack {
  key: string;
  entries: Record<string, CacheEntry>;
}

/** Folder of the gate's cache; the only place besides the artifacts it writes to. */
export function cacheDir(context: Pick<GateContext, "dependenciesRoot">): string {
  return join(context.dependenciesRoot, "modsquad", "logs", "cache", "design-dna");
}

/** Git blob id of a content (SHA-1, or SHA-256 where the repository uses it). */
export function blobId(content: Buffer, like: string): string {
  return createHash(like.length === 64 ? "sha256" : "sha1")
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest("hex");
}

const EMPTY: Readonly<Record<string, unknown>> = { ...emptyFacts() };
const shapeOf = (value: unknown) => (Array.isArray(value) ? "list" : value === null ? "null" : typeof value);

/** True for an entry of the right shape; a pack is a file that anything may have happened to. */
function isEntry(value: unknown): value is CacheEntry {
  const entry = value as CacheEntry | null;
  if (shapeOf(entry) !== "object" || typeof entry?.id !== "string" || shapeOf(entry.facts) !== "object")
    return false;
  for (const [field, fact] of Object.entries(entry.facts)) {
    if (field in EMPTY && shapeOf(fact) !== shapeOf(EMPTY[field])) return false;
  }
  const { result } = entry;
  return (
    result === null ||
    (Array.isArray(result?.issues) &&
      shapeOf(result.lookups) === "object" &&
      shapeOf(result.notes) === "object")
  );
}

/** What was loaded, and how much of it lies in the delta file. */
export interface LoadedCache {
  entries: Map<string, CacheEntry>;
  /** Lines of the delta; they are folded in when there are many. */
  deltas: number;
}

/** Entries by path; a pack that is missing, torn or of another version is an empty one. */
export function loadCache(dir: string, key: string): LoadedCache {
  const loaded: LoadedCache = { entries: new Map(), deltas: 0 };
  try {
    const pack = JSON.parse(readFileSync(join(dir, PACK), "utf8")) as Pack;
    if (pack.key !== key || typeof pack.entries !== "object") return loaded;
    for (const [path, entry] of Object.entries(pack.entries))
      if (isEntry(entry)) loaded.entries.set(path, entry);
  } catch {
    return loaded;
  }
  readDelta(dir, key, loaded);
  return loaded;
}

/** Applies what later runs appended; a torn line, or one of another pack, ends it. */
function readDelta(dir: string, key: string, loaded: LoadedCache): void {
  let text = "";
  try {
    text = readFileSync(join(dir, DELTA), "utf8");
  } catch {
    return;
  }
  for (const line of text.split("\n")) {
    if (line === "") continue;
    try {
      const delta = JSON.parse(line) as { key: string; path: string; entry: unknown };
      if (delta.key !== key || typeof delta.path !== "string") return;
      if (isEntry(delta.entry)) loaded.entries.set(delta.path, delta.entry);
      else loaded.entries.delete(delta.path);
      loaded.deltas += 1;
    } catch {
      return;
    }
  }
}

const isEmpty = (value: unknown) =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

/** Without the fields that say nothing; most facts of most files are empty. */
function lean(entry: CacheEntry): CacheEntry {
  const facts = Object.fromEntries(Object.entries(entry.facts).filter(([, value]) => !isEmpty(value)));
  return { ...entry, facts: facts as LightFacts };
}

/** More changed entries than this and the whole pack is written anew. */
const MAX_DELTAS = 400;

/**
 * Keeps the entries for the next run: a few changed ones are appended, else the pack is replaced in one step.
 * A cache that cannot be written costs time, nothing else.
 */
export function saveCache(
  dir: string,
  key: string,
  entries: ReadonlyMap<string, CacheEntry>,
  loaded: LoadedCache,
): void {
  const changed: [string, CacheEntry | null][] = [];
  for (const [path, entry] of entries) {
    const old = loaded.entries.get(path);
    if (old !== entry || old.result !== entry.result) changed.push([path, entry]);
  }
  for (const path of loaded.entries.keys()) if (!entries.has(path)) changed.push([path, null]);
  if (changed.length === 0) return;
  try {
    mkdirSync(dir, { recursive: true });
    if (loaded.entries.size > 0 && changed.length + loaded.deltas <= MAX_DELTAS) {
      const lines = changed.map(
        ([path, entry]) => `${JSON.stringify({ key, path, entry: entry && lean(entry) })}\n`,
      );
      appendFileSync(join(dir, DELTA), lines.join(""));
      return;
    }
    const pack: Pack = {
      key,
      entries: Object.fromEntries([...entries].map(([path, entry]) => [path, lean(entry)])),
    };
    const temporary = join(dir, `${PACK}.${process.pid}.${Date.now()}.tmp`);
    writeFileSync(temporary, JSON.stringify(pack));
    rmSync(join(dir, DELTA), { force: true });
    renameSync(temporary, join(dir, PACK));
  } catch {
    return;
  }
}

/** True when the cached entry is of the file's present content; reads the file only when its times differ. */
export function isCurrent(
  entry: CacheEntry,
  root: string,
  file: { path: string; oid: string; size: number },
  trustIds: boolean,
): boolean {
  if (trustIds && file.oid !== "") return entry.id === file.oid;
  try {
    const path = join(root, file.path);
    const stat = statSync(path);
    if (stat.size !== entry.size) return false;
    if (stat.mtimeMs === entry.mtimeMs) return true;
    return blobId(readFileSync(path), entry.id) === entry.id;
  } catch {
    return false;
  }
}
