/** What single files said in earlier runs, by content: a file that has not changed is not read again. */
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import { BUILD } from "../../modsquad/build.ts";
import type { GateContext, TrackedFile } from "../../modsquad/contracts/gate.ts";
import type { Json } from "../../modsquad/contracts/words.ts";
import type { SkipReason } from "./audit.ts";
import { Columns, MAX_NOTERS, replaceFile } from "./columns.ts";

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
const PACK = "files.pack";
const DELTA = "delta.jsonl";

/** Another build, or another Node, may see other things in the same file. */
const BUILD_KEY = `${BUILD} ${process.version}`;

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

/**
 * What follows from the names of the files alone, worked out anew when one of them has changed. In small
 * repositories that is as fast as looking it up.
 */
export function fromNames<T>(where: Where, id: string, files: TrackedFile[], work: () => T): T {
  if (files.length < MIN_FILES) return work();
  const names = files.map((file) => file.path).join("\n");
  const key = createHash("sha256").update(BUILD_KEY).update(names).digest("hex");
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

export class FileCache {
  readonly #dir: string;
  readonly #root: string;
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
    this.#columns = Columns.read(path.join(this.#dir, PACK), BUILD_KEY);
    this.#numbers = new NoterNumbers(this.#columns.ids, ids);
    if (this.#columns.length > 0) this.#readDeltas();
  }

  #readDeltas(): void {
    try {
      for (const line of readFileSync(path.join(this.#dir, DELTA), "utf8").split("\n")) {
        if (line === "") continue;
        const at = line.indexOf(" ");
        const text = line.slice(at + 1);
        const delta = Number(line.slice(0, at)) === crc32(text) ? (JSON.parse(text) as Delta) : null;
        if (delta?.pack !== this.#columns.crc) {
          // Torn, or left behind by others: nothing is added to it, everything is written anew.
          this.#lines = MAX_DELTAS + 1;
          return;
        }
        const { path: name, entry } = delta;
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
    if (ids.length > MAX_NOTERS) return;
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
    Columns.write(path.join(this.#dir, PACK), BUILD_KEY, this.#numbers.ids, entries);
    rmSync(path.join(this.#dir, DELTA), { force: true });
  }
}
