/** How the entries of all files are written and compared. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import type { Json } from "../../modsquad/contracts/words.ts";
import type { SkipReason } from "./audit.ts";
import type { CacheEntry } from "./cache.ts";

/** Bits of a number that can be told apart without a sign, less one. */
export const MAX_NOTERS = 30;
/** Set in the column where an entry has notes, or a reason to be skipped. */
const SPEAKS = 1 << MAX_NOTERS;

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

/** Writes all of a file or nothing. */
export function replaceFile(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

/** Files that are looked at beyond the next one before all are indexed. */
const LOOK_AHEAD = 16;

/** Entries in columns, in the order of the files. */
export class Columns {
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
