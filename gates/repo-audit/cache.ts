/** What single files said in earlier runs, by content: a file that has not changed is not read again. */
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
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { GateContext, TrackedFile } from "../../modsquad/contracts/gate.ts";
import type { Json } from "../../modsquad/contracts/words.ts";
import type { SkipReason } from "./audit.ts";

/** One file as it was. Never holds text of the file that may be a secret. */
export interface CacheEntry {
  /** Its blob id, or its modification time in milliseconds where it is not what the index holds. */
  stamp: string | number;
  size: number;
  /** Why it is shown to no check, when it is not. */
  skip?: SkipReason;
  /** Ids of the noters that have looked at it. */
  asked: ReadonlySet<string>;
  /** What they said; one that said nothing is absent. Null when all of them did. */
  notes: Record<string, Json> | null;
}

/**
 * All entries as they are written. What every file has stands in columns, which are read ten times as fast as an
 * object for each; few files have notes, or a reason to be skipped.
 */
interface Pack {
  key: string;
  asked: string[][];
  /** Paths, one a line; none with a line break in its name is kept. */
  paths: string;
  /** Blob ids, or times, one a line. */
  stamps: string;
  sizes: number[];
  /** Index into `asked`. */
  sets: number[];
  /** Index of the entry → its notes. */
  notes: Record<string, Record<string, Json>>;
  skips: Record<string, SkipReason>;
}

/** An entry as it is written by itself: stamp, size, index of its `asked`, notes or 0, reason to skip it. */
type Row = [string | number, number, number, Record<string, Json> | 0, SkipReason?];

/** Below this, reading everything is as fast. Files. */
export const MIN_FILES = 500;
/** More changed entries than this and everything is written anew. */
const MAX_DELTAS = 400;
/** Hexadecimal digits of a blob id, at least. */
const BLOB_ID = 40;
const PACK = "files.json";
const DELTA = "delta.jsonl";

/** Another build may see other things in the same file. */
function buildKey(): string {
  try {
    const { size, mtimeMs } = statSync(fileURLToPath(import.meta.url));
    return createHash("sha256").update(`3 ${process.version} ${size} ${mtimeMs}`).digest("hex").slice(0, 16);
  } catch {
    return "";
  }
}

const NOBODY: ReadonlySet<string> = new Set();

export const freshEntry = (file: TrackedFile): CacheEntry => ({
  stamp: file.oid,
  size: file.size,
  asked: NOBODY,
  notes: null,
});

/** What a noter is called, without what else decides its notes. */
const plainId = (id: string): string => id.split(" ", 1)[0]!;

/** Set of ids → the same set with one more, so that thousands of entries share a few of them. */
const extended = new Map<ReadonlySet<string>, Map<string, ReadonlySet<string>>>();

function withId(asked: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const known = extended.get(asked) ?? new Map<string, ReadonlySet<string>>();
  extended.set(asked, known);
  let next = known.get(id);
  if (!next) {
    // What the same noter said under another configuration is of no use any more.
    next = new Set([...asked].filter((each) => plainId(each) !== plainId(id)).concat(id));
    known.set(id, next);
  }
  return next;
}

/** The entry with what one more noter says. */
export function withNote(entry: CacheEntry, id: string, note: Json): CacheEntry {
  const asked = withId(entry.asked, id);
  const notes = Object.entries(entry.notes ?? {}).filter(([each]) => asked.has(each) && each !== id);
  if (note !== null) notes.push([id, note]);
  return { ...entry, asked, notes: notes.length > 0 ? Object.fromEntries(notes) : null };
}

function isRow(value: unknown): value is Row {
  if (!Array.isArray(value)) return false;
  const [stamp, size, asked, notes] = value as unknown[];
  return (
    (typeof stamp === "string" || typeof stamp === "number") &&
    typeof size === "number" &&
    typeof asked === "number" &&
    (notes === 0 || (typeof notes === "object" && notes !== null))
  );
}

function fromRow([stamp, size, asked, notes, skip]: Row, table: ReadonlySet<string>[]): CacheEntry {
  const entry: CacheEntry = { stamp, size, asked: table[asked] ?? NOBODY, notes: notes === 0 ? null : notes };
  if (skip) entry.skip = skip;
  return entry;
}

/** Sets of ids as they are written, each once. */
class AskedTable {
  readonly sets: string[][] = [];
  readonly #index = new Map<ReadonlySet<string>, number>();

  index(asked: ReadonlySet<string>): number {
    let index = this.#index.get(asked);
    if (index === undefined) {
      index = this.sets.push([...asked]) - 1;
      this.#index.set(asked, index);
    }
    return index;
  }

  row({ stamp, size, asked, notes, skip }: CacheEntry): Row {
    const index = this.index(asked);
    return skip ? [stamp, size, index, notes ?? 0, skip] : [stamp, size, index, notes ?? 0];
  }
}

/** Modification time, or 0 for a file that is not there. */
function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

type Where = Pick<GateContext, "dependenciesRoot" | "root">;

const folderFor = ({ dependenciesRoot }: Where): string =>
  path.join(dependenciesRoot, "modsquad", "logs", "cache", "repo-audit");

/**
 * What follows from the names of the files alone, worked out anew when one of them has changed. In small
 * repositories that is as fast as looking it up.
 */
export function fromNames<T>(where: Where, id: string, files: TrackedFile[], work: () => T): T {
  const build = buildKey();
  if (files.length < MIN_FILES || build === "") return work();
  const names = files.map((file) => `${file.mode} ${file.path}`).join("\n");
  const key = createHash("sha256").update(`${build}\0${names}`).digest("hex");
  const kept = path.join(folderFor(where), `${id}.json`);
  try {
    const found = JSON.parse(readFileSync(kept, "utf8")) as { key: string; value: T };
    if (found.key === key) return found.value;
  } catch {
    // Absent or torn: it is worked out.
  }
  const value = work();
  try {
    mkdirSync(folderFor(where), { recursive: true });
    writeFileSync(`${kept}.${process.pid}.tmp`, JSON.stringify({ key, value }));
    renameSync(`${kept}.${process.pid}.tmp`, kept);
  } catch {
    // What cannot be written costs time, nothing else.
  }
  return value;
}

export class FileCache {
  readonly #dir: string;
  readonly #root: string;
  readonly #key = buildKey();
  readonly #old = new Map<string, CacheEntry>();
  readonly #now = new Map<string, CacheEntry>();
  #deltas = 0;

  constructor(context: Where) {
    this.#dir = folderFor(context);
    this.#root = context.root;
    this.#load();
  }

  #load(): void {
    try {
      const pack = JSON.parse(readFileSync(path.join(this.#dir, PACK), "utf8")) as Pack;
      if (pack.key !== this.#key || this.#key === "") return;
      this.#unpack(pack);
      for (const line of readFileSync(path.join(this.#dir, DELTA), "utf8").split("\n")) {
        if (line === "") continue;
        const delta = JSON.parse(line) as { key: string; path: string; asked: string[]; row: unknown };
        if (delta.key !== this.#key) return;
        if (isRow(delta.row)) this.#old.set(delta.path, fromRow(delta.row, [new Set(delta.asked)]));
        else this.#old.delete(delta.path);
        this.#deltas += 1;
      }
    } catch {
      // A pack that is missing or torn is an empty one; what was read before it broke is whole.
    }
  }

  #unpack({ asked, paths, stamps, sizes, sets, notes, skips }: Pack): void {
    const table = asked.map((ids) => new Set(ids));
    const ids = stamps.split("\n");
    for (const [index, name] of paths.split("\n").entries()) {
      const stamp = ids[index]!;
      const entry: CacheEntry = {
        // A blob id has 40 digits and more; a time is a number.
        stamp: stamp.length >= BLOB_ID ? stamp : Number(stamp),
        size: sizes[index]!,
        asked: table[sets[index]!] ?? NOBODY,
        notes: notes[index] ?? null,
      };
      const skip = skips[index];
      if (skip) entry.skip = skip;
      this.#old.set(name, entry);
    }
  }

  #pack(): Pack {
    const table = new AskedTable();
    const kept = [...this.#now].filter(([name]) => !name.includes("\n"));
    const pack: Pack = {
      key: this.#key,
      asked: table.sets,
      paths: kept.map(([name]) => name).join("\n"),
      stamps: kept.map(([, { stamp }]) => stamp).join("\n"),
      sizes: kept.map(([, { size }]) => size),
      sets: kept.map(([, { asked }]) => table.index(asked)),
      notes: {},
      skips: {},
    };
    for (const [index, [, { notes, skip }]] of kept.entries()) {
      if (notes) pack.notes[index] = notes;
      if (skip) pack.skips[index] = skip;
    }
    return pack;
  }

  /** What is known of a file, when it is still the same. */
  current(file: TrackedFile): CacheEntry | null {
    const entry = this.#old.get(file.path);
    if (!entry || entry.size !== file.size) return null;
    const stamp = file.oid || modified(`${this.#root}/${file.path}`);
    return entry.stamp === stamp ? entry : null;
  }

  /** A fresh entry for a file that is read now. */
  entryFor(file: TrackedFile): CacheEntry {
    return { ...freshEntry(file), stamp: file.oid || modified(`${this.#root}/${file.path}`) };
  }

  /** Adds what a noter found of a file afterwards. */
  add(name: string, id: string, note: Json): void {
    const entry = this.#now.get(name);
    if (entry) this.#now.set(name, withNote(entry, id, note));
  }

  keep(name: string, entry: CacheEntry): void {
    this.#now.set(name, entry);
  }

  /** A few changed entries are appended, else everything is replaced in one step. What cannot be written costs time, nothing else. */
  save(): void {
    const changed: [string, CacheEntry | null][] = [];
    for (const [name, entry] of this.#now) if (this.#old.get(name) !== entry) changed.push([name, entry]);
    for (const name of this.#old.keys()) if (!this.#now.has(name)) changed.push([name, null]);
    if (changed.length === 0 || this.#key === "") return;
    try {
      mkdirSync(this.#dir, { recursive: true });
      if (this.#old.size > 0 && changed.length + this.#deltas <= MAX_DELTAS) {
        const lines = changed.map(([name, entry]) => {
          const row = entry && new AskedTable().row(entry);
          return `${JSON.stringify({ key: this.#key, path: name, asked: [...(entry?.asked ?? [])], row })}\n`;
        });
        appendFileSync(path.join(this.#dir, DELTA), lines.join(""));
        return;
      }
      const temporary = path.join(this.#dir, `${PACK}.${process.pid}.tmp`);
      writeFileSync(temporary, JSON.stringify(this.#pack()));
      rmSync(path.join(this.#dir, DELTA), { force: true });
      renameSync(temporary, path.join(this.#dir, PACK));
    } catch {
      return;
    }
  }
}
