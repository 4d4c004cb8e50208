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
import { crc32 } from "node:zlib";
import type { GateContext, TrackedFile } from "../../modsquad/contracts/gate.ts";
import type { Json } from "../../modsquad/contracts/words.ts";
import type { SkipReason } from "./audit.ts";

/** One file as it was. Never holds text of the file that may be a secret. */
export interface CacheEntry {
  /** Its blob id, or its modification time in milliseconds where it is not what the index holds. */
  stamp: string;
  size: number;
  /** Why it is shown to no check, when it is not. */
  skip?: SkipReason;
  /** One bit for each noter that has looked at it. */
  asked: number;
  /** Number of a noter → what it said; one that said nothing is absent. Null when all of them did. */
  notes: Record<number, Json> | null;
}

/**
 * How all entries are written: this as one line of JSON, then paths, stamps and the rest with a zero byte between
 * them. Paths, a line for each, and stamps are compared where they stand: no object and no string is made for the
 * thousands of files that have nothing to say.
 */
interface Head {
  key: string;
  /** Of everything behind this line. */
  crc: number;
  /** How many characters each stamp takes, filled up with spaces. */
  width: number;
  /** Ids of the noters, by number. */
  ids: string[];
}

/** Behind the columns of paths and stamps. */
interface Rest {
  sizes: number[];
  /** With `SPEAKS`. */
  asked: number[];
  /** Index of the entry → its notes. */
  notes: Record<string, Record<number, Json>>;
  skips: Record<string, SkipReason>;
}

/** An entry written by itself, behind a checksum. */
interface Delta {
  /** Checksum of the columns whose numbers it uses. */
  pack: number;
  path: string;
  entry: CacheEntry;
}

/** Below this, reading everything is as fast. Files. */
export const MIN_FILES = 500;
/** More changed entries than this and everything is written anew. */
const MAX_DELTAS = 400;
/** Bits of a number that can be told apart without a sign, less one. */
const MAX_NOTERS = 30;
/** Set in the column where an entry has notes, or a reason to be skipped. */
const SPEAKS = 1 << MAX_NOTERS;
const PACK = "files.pack";
const DELTA = "delta.jsonl";

/** Another build may see other things in the same file. */
function buildKey(): string {
  try {
    const { size, mtimeMs } = statSync(fileURLToPath(import.meta.url));
    return createHash("sha256").update(`6 ${process.version} ${size} ${mtimeMs}`).digest("hex").slice(0, 16);
  } catch {
    return "";
  }
}

/** What a noter is called, without what else decides its notes. */
const plainId = (id: string): string => id.split(" ", 1)[0]!;

/** Numbers for the noters of this run, the same ones that the kept entries use. */
class NoterNumbers {
  readonly ids: string[];
  /** Bits of noters that mean something else now: what they said is of no use any more. */
  stale = 0;

  constructor(kept: string[], current: string[]) {
    this.ids = [...kept];
    for (const id of current) {
      if (this.ids.includes(id)) continue;
      const at = this.ids.findIndex((each) => plainId(each) === plainId(id));
      if (at === -1) this.ids.push(id);
      else {
        this.ids[at] = id;
        this.stale |= 1 << at;
      }
    }
  }
}

/** Notes in an entry what one more noter says; null for nothing. */
export function addNote(entry: CacheEntry, number: number, note: Json): void {
  entry.asked |= 1 << number;
  if (note === null) return;
  entry.notes ??= {};
  entry.notes[number] = note;
}

/** Modification time, or 0 for a file that is not there. */
function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

type Where = Pick<GateContext, "dependenciesRoot" | "root">;

const folderFor = ({ dependenciesRoot }: Where): string =>
  path.join(dependenciesRoot, "modsquad", "logs", "cache", "repo-audit");

/** Writes all of a file or nothing. */
function replaceFile(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

/**
 * What follows from the names of the files alone, worked out anew when one of them has changed. In small
 * repositories that is as fast as looking it up.
 */
export function fromNames<T>(where: Where, id: string, files: TrackedFile[], work: () => T): T {
  const build = buildKey();
  if (files.length < MIN_FILES || build === "") return work();
  const names = files.map((file) => file.path).join("\n");
  const key = createHash("sha256").update(build).update(names).digest("hex");
  const kept = path.join(folderFor(where), `${id}.json`);
  try {
    const found = JSON.parse(readFileSync(kept, "utf8")) as { key: string; value: T };
    if (found.key === key) return found.value;
  } catch {
    // Absent or torn: it is worked out.
  }
  const value = work();
  try {
    replaceFile(kept, JSON.stringify({ key, value }));
  } catch {
    // What cannot be written costs time, nothing else.
  }
  return value;
}

/** Stands for an entry with nothing in it that anybody has to look at: that of most files. */
export const SILENT: CacheEntry = { stamp: "", size: 0, asked: 0, notes: null };

/** Files that are looked at beyond the next one before all are indexed. */
const LOOK_AHEAD = 16;

/** Entries in columns, in the order of the files. */
class Columns {
  /** Checksum, which is as good as a name; 0 when there are none. */
  crc = 0;
  ids: string[] = [];
  #paths = "";
  #stamps = "";
  #width = 0;
  #rest: Rest = { sizes: [], asked: [], notes: {}, skips: {} };
  /** Where the next file most likely is: its number, and where its line begins. */
  #next = 0;
  #offset = 0;
  #index: Map<string, number> | null = null;

  /** Empty when the file is absent, torn, changed, or of another build. */
  static read(file: string, key: string): Columns {
    const columns = new Columns();
    try {
      const bytes = readFileSync(file);
      const end = bytes.indexOf("\n");
      const head = JSON.parse(bytes.toString("utf8", 0, end)) as Head;
      const body = bytes.subarray(end + 1);
      if (head.key !== key || head.crc !== crc32(body)) return columns;
      const paths = body.indexOf(0);
      const stamps = body.indexOf(0, paths + 1);
      columns.#rest = JSON.parse(body.toString("utf8", stamps + 1)) as Rest;
      columns.#paths = body.toString("utf8", 0, paths);
      columns.#stamps = body.toString("latin1", paths + 1, stamps);
      columns.#width = head.width;
      columns.ids = head.ids;
      columns.crc = head.crc;
    } catch {
      // Everything is read anew.
    }
    return columns;
  }

  static write(file: string, key: string, ids: string[], entries: [string, CacheEntry][]): void {
    const rest: Rest = {
      sizes: entries.map(([, { size }]) => size),
      asked: entries.map(([, { asked, notes, skip }]) => (notes || skip ? asked | SPEAKS : asked)),
      notes: {},
      skips: {},
    };
    for (const [index, [, { notes, skip }]] of entries.entries()) {
      if (notes) rest.notes[index] = notes;
      if (skip) rest.skips[index] = skip;
    }
    const width = Math.max(0, ...new Set(entries.map(([, { stamp }]) => stamp.length)));
    const paths = entries.map(([name]) => `${name}\n`).join("");
    const stamps = entries.map(([, { stamp }]) => stamp.padEnd(width)).join("");
    const body = [paths, stamps, JSON.stringify(rest)].join("\0");
    const head: Head = { key, crc: crc32(body), ids, width };
    replaceFile(file, `${JSON.stringify(head)}\n${body}`);
  }

  get length(): number {
    return this.#rest.sizes.length;
  }

  /** Where a file stands, or -1. They are asked for in their order. */
  find(name: string): number {
    let offset = this.#offset;
    const end = Math.min(this.#next + LOOK_AHEAD, this.length);
    for (let at = this.#next; at < end; at += 1) {
      const after = offset + name.length;
      if (this.#paths.startsWith(name, offset) && this.#paths[after] === "\n") {
        this.#next = at + 1;
        this.#offset = after + 1;
        return at;
      }
      offset = this.#paths.indexOf("\n", offset) + 1;
    }
    this.#index ??= new Map(this.#paths.split("\n").map((each, index) => [each, index]));
    return this.#index.get(name) ?? -1;
  }

  #stamp(at: number): string {
    return this.#stamps.slice(at * this.#width, (at + 1) * this.#width).trimEnd();
  }

  isCurrent(at: number, stamp: string, size: number): boolean {
    if (this.#rest.sizes[at] !== size) return false;
    return stamp.length === this.#width
      ? this.#stamps.startsWith(stamp, at * this.#width)
      : this.#stamp(at) === stamp;
  }

  /** Every one of `all` has looked at it, and nobody had anything to say. */
  isSilent(at: number, all: number): boolean {
    return (this.#rest.asked[at]! & (all | SPEAKS)) === all;
  }

  entry(at: number): CacheEntry {
    const { sizes, asked, notes, skips } = this.#rest;
    const skip = skips[at];
    return {
      stamp: this.#stamp(at),
      size: sizes[at]!,
      asked: asked[at]! & ~SPEAKS,
      notes: notes[at] ?? null,
      ...(skip ? { skip } : {}),
    };
  }
}

export class FileCache {
  readonly #dir: string;
  readonly #root: string;
  readonly #key = buildKey();
  readonly #numbers: NoterNumbers;
  readonly #columns: Columns;
  /** Entries that were written one by one after the columns. */
  readonly #deltas = new Map<string, CacheEntry>();
  #lines = 0;
  /** Entries of this run that are written nowhere yet. */
  readonly #fresh = new Map<string, CacheEntry>();
  /** How many files of the columns there still are. */
  #found = 0;

  /** `ids` are those of the noters of this run. */
  constructor(where: Where, ids: string[]) {
    this.#dir = folderFor(where);
    this.#root = where.root;
    this.#columns = Columns.read(path.join(this.#dir, PACK), this.#key);
    this.#numbers = new NoterNumbers(this.#columns.ids, ids);
    if (this.#columns.length > 0) this.#readDeltas();
  }

  #readDeltas(): void {
    try {
      for (const line of readFileSync(path.join(this.#dir, DELTA), "utf8").split("\n")) {
        if (line === "") continue;
        const at = line.indexOf(" ");
        const text = line.slice(at + 1);
        if (Number(line.slice(0, at)) !== crc32(text)) return;
        const { pack, path: name, entry } = JSON.parse(text) as Delta;
        if (pack !== this.#columns.crc) return;
        this.#deltas.set(name, this.#useful(entry));
        this.#lines += 1;
      }
    } catch {
      // Absent: nothing has changed since.
    }
  }

  /** What stands for a noter in `asked`, as a bit, and in `notes`. */
  numberOf(id: string): number {
    return this.#numbers.ids.indexOf(id);
  }

  #stamp(file: TrackedFile): string {
    return file.oid || String(modified(`${this.#root}/${file.path}`));
  }

  /** What is known of a file when it is still the same; `SILENT` when none of the noters in `all` has to say more. */
  current(file: TrackedFile, all: number): CacheEntry | null {
    const { size, path: name } = file;
    const stamp = this.#stamp(file);
    const at = this.#columns.find(name);
    if (at !== -1) this.#found += 1;
    const delta = this.#deltas.size > 0 ? this.#deltas.get(name) : undefined;
    if (delta) return delta.size === size && delta.stamp === stamp ? delta : null;
    if (at === -1 || !this.#columns.isCurrent(at, stamp, size)) return null;
    const isSilent = (all & this.#numbers.stale) === 0 && this.#columns.isSilent(at, all);
    return isSilent ? SILENT : this.#useful(this.#columns.entry(at));
  }

  #kept(name: string): CacheEntry | null {
    const at = this.#columns.find(name);
    return at === -1 ? null : this.#useful(this.#columns.entry(at));
  }

  /** Without what noters said that mean something else now. */
  #useful(entry: CacheEntry): CacheEntry {
    const { stale } = this.#numbers;
    if ((entry.asked & stale) === 0) return entry;
    const isUseful = (number: string): boolean => (stale & (1 << Number(number))) === 0;
    const notes = Object.entries(entry.notes ?? {}).filter(([number]) => isUseful(number));
    return {
      ...entry,
      asked: entry.asked & ~stale,
      notes: notes.length > 0 ? Object.fromEntries(notes) : null,
    };
  }

  /** A fresh entry for a file that is read now. */
  entryFor(file: TrackedFile): CacheEntry {
    return { stamp: this.#stamp(file), size: file.size, asked: 0, notes: null };
  }

  /** Takes an entry that is new, or has more in it now. */
  keep(name: string, entry: CacheEntry): void {
    if (!name.includes("\n")) this.#fresh.set(name, entry);
  }

  /** Adds what a noter found of a file afterwards. */
  add(name: string, id: string, note: Json): void {
    const entry = this.#fresh.get(name) ?? this.#deltas.get(name) ?? this.#kept(name);
    if (!entry) return;
    addNote(entry, this.numberOf(id), note);
    this.keep(name, entry);
  }

  /**
   * Keeps it all for the next run: a few new entries are appended, else everything is replaced in one step. What
   * cannot be written costs time, nothing else. `files` are those of this run.
   */
  save(files: TrackedFile[]): void {
    const { ids, stale } = this.#numbers;
    if (this.#key === "" || ids.length > MAX_NOTERS) return;
    const isSameTable = stale === 0 && ids.length === this.#columns.ids.length;
    const changes = Math.max(this.#fresh.size + this.#lines, this.#columns.length - this.#found);
    try {
      if (isSameTable && changes <= MAX_DELTAS) this.#append();
      else this.#replace(files);
    } catch {
      return;
    }
  }

  #append(): void {
    if (this.#fresh.size === 0) return;
    const lines = [...this.#fresh].map(([name, entry]) => {
      const text = JSON.stringify({ pack: this.#columns.crc, path: name, entry } satisfies Delta);
      return `${crc32(text)} ${text}\n`;
    });
    appendFileSync(path.join(this.#dir, DELTA), lines.join(""));
  }

  #replace(files: TrackedFile[]): void {
    const entries = files.flatMap(({ path: name }): [string, CacheEntry][] => {
      const entry = this.#fresh.get(name) ?? this.#deltas.get(name) ?? this.#kept(name);
      return entry ? [[name, entry]] : [];
    });
    Columns.write(path.join(this.#dir, PACK), this.#key, this.#numbers.ids, entries);
    rmSync(path.join(this.#dir, DELTA), { force: true });
  }
}
