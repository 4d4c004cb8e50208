/** What the checks of this gate share: the files in scope, read once each, and how much of them was seen. */
import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Artifact, Evidence, Finding, GateContext, TrackedFile } from "../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { addNote, type CacheEntry, FileCache, MIN_FILES, SILENT } from "./cache.ts";
import type { KnownPaths } from "./known-paths.ts";
import type { AuditOptions } from "./options.ts";
import { SourceFile } from "./source.ts";

/** Larger files are data, not source: stated, not read. Bytes. */
const MAX_READ_BYTES = 2 * 1024 * 1024;

/** What a check may know of the repository besides the text it is shown. */
export interface AuditScope {
  root: string;
  /** Everything listed and not excluded, links included. */
  files: TrackedFile[];
  /** What exists, excluded or not. */
  known: KnownPaths;
  options: AuditOptions;
}

/** Looks at single files for a check, so that a file that has not changed is not looked at again. */
export interface Noter {
  /** With whatever else decides the note, such as the bounds of the config: `code-quality {"maxDepth":5}`. */
  id: string;
  /** The files it is asked about, when not about all: in quick mode mostly those of the change. */
  isFor?(path: string): boolean;
  /**
   * What this file says, whatever the rest of the repository does; null for nothing. Never the text of a secret.
   * Undefined when that is not known yet: `finish` may put it into `late`.
   */
  note(file: SourceFile): Json | undefined;
  /** Whether `take` reads the file again to make something of this note. */
  rereads?(note: Json): boolean;
  /** Takes a note that says something, of this run or an earlier one. */
  take(note: Json, file: SourceFile): void;
  /** Takes a file whose note is not known yet. Its noter is asked before the others, and its check told in `begin`. */
  later?(file: SourceFile): void;
  /** Path → the note that `finish` found, or null. */
  late?: Map<string, Json>;
  /** Never asked: it has notes only of files that `finish` looked into. */
  isOnDemand?: true;
}

/** One check: it is shown every text file once, then says what it found. */
export interface AuditCheck {
  id: string;
  /** What it has to know before it can say how it looks at files. */
  prepare?(): Promise<void>;
  /** How it looks at files. */
  noters: Noter[];
  /** Loads what it needs to look into these files: first those that are read for their notes, then those read again. */
  load?(paths: string[]): Promise<void>;
  /** Every so many files: what waits for a program can be begun with those that `later` was given so far. */
  begin?(areAll: boolean): void;
  /** The files it judges, when it does not judge all: in quick mode mostly those of the change. */
  judges?(path: string): boolean;
  /** True when files without text (binary, links) are judged too, by their path. */
  examinesPaths?: true;
  finish(): Finding[] | Promise<Finding[]>;
  /** Its `finish` starts a program and waits for it. */
  waits?: true;
  /** Files the check had to give up on, such as an unreadable compose file: path → reason. */
  gaveUp?: Map<string, string>;
  /** How many more of the files it judges were not examined, since an engine failed. */
  unexamined?: number;
  /** What was planned and examined, when it is not every text file it judges. `examined` leaves out what it gave up on. */
  counts?: { planned: number; examined: number };
  /** The engine it drove, when it is not this gate's own. */
  tool?: Evidence;
  /** Set when an engine is missing, crashed, timed out or gave nothing: the check is errored. */
  failure?: { failureClass: string; message: string };
  /** What it adds to the metrics of the gate. */
  metrics?: JsonObject;
  /** What it wrote for people and tools to read. */
  artifacts?: Artifact[];
}

/** What quick mode judges; null when everything is. */
export function changedPaths({ mode, changed }: Pick<GateContext, "mode" | "changed">): Set<string> | null {
  return mode === "quick" && changed ? new Set(changed.map(({ path }) => path)) : null;
}

export type SkipReason = "binary" | "link" | "too large" | "unreadable";

export interface ReadResult {
  /** How many text files were shown to the checks. */
  read: number;
  /** Files not shown, by reason. "link" and "binary" hold no text to judge; the others do. */
  skipped: Record<SkipReason, string[]>;
  bytes: number;
}

const HEAD_BYTES = 8000;

/** Files that are read before they are looked at, between two looks at the abort signal. */
const BATCH = 200;
/** Likewise of files of which everything is known. */
const KNOWN_BATCH = 4000;

/** git's own rule: a NUL byte near the start. */
function looksBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, HEAD_BYTES).includes(0);
}

function readHead(file: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  const handle = openSync(file, "r");
  try {
    return head.subarray(0, readSync(handle, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(handle);
  }
}

/** Where files are read into, one after the other; grows to the largest. */
let page = Buffer.alloc(64 * 1024);

/** The content of a file that had this size; good until the next one is read. */
function readWhole(file: string, size: number): Buffer {
  if (page.length <= size) page = Buffer.alloc(size * 2);
  const handle = openSync(file, "r");
  try {
    const length = readSync(handle, page, 0, size + 1, 0);
    // Another size than the list says: somebody has just written it.
    return length === size ? page.subarray(0, length) : readFileSync(file);
  } finally {
    closeSync(handle);
  }
}

/** Decodes text; null for binary content. UTF-16 is text too, if it says so with a byte order mark. */
export function decode(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString("utf16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = bytes.subarray(2, bytes.length - (bytes.length % 2));
    return Buffer.from(even).swap16().toString("utf16le");
  }
  if (looksBinary(bytes)) return null;
  return isUtf8(bytes) ? bytes.toString("utf8") : bytes.toString("latin1");
}

function classify(root: string, file: TrackedFile): { text: string } | { skip: SkipReason } {
  if (file.mode === "120000") return { skip: "link" };
  try {
    const full = `${root}/${file.path}`;
    if (file.size > MAX_READ_BYTES) return { skip: looksBinary(readHead(full)) ? "binary" : "too large" };
    const text = decode(readWhole(full, file.size));
    return text === null ? { skip: "binary" } : { text };
  } catch {
    return { skip: "unreadable" };
  }
}

/** A check with the paths it shall not see; null for none. */
export interface ScopedCheck {
  check: AuditCheck;
  skips: ((path: string) => boolean) | null;
}

/** A noter with the number that stands for it in an entry. */
interface NumberedNoter {
  noter: Noter;
  number: number;
  skips: ScopedCheck["skips"];
}

/** Whether it has to do with a file at all. */
const concerns = ({ noter, skips }: NumberedNoter, path: string): boolean =>
  !skips?.(path) && (noter.isFor?.(path) ?? true);

/** Bits of the noters that must have looked at a file. */
function neededFor(noters: NumberedNoter[]): (path: string) => number {
  const asking = noters.filter(({ noter }) => !noter.isOnDemand);
  const bits = (some: NumberedNoter[]): number => some.reduce((sum, { number }) => sum | (1 << number), 0);
  const sometimes = asking.filter(({ noter, skips }) => skips !== null || noter.isFor !== undefined);
  const always = bits(asking.filter((each) => !sometimes.includes(each)));
  return sometimes.length === 0
    ? () => always
    : (path) => always | bits(sometimes.filter((each) => concerns(each, path)));
}

/** Text of a file that was text when it was last read. */
function textOf(root: string, file: TrackedFile): string {
  const content = classify(root, file);
  return "text" in content ? content.text : "";
}

export interface Reading {
  result: ReadResult;
  /** Keeps what was learned for the next run, with what the checks found in `finish`. */
  save(): void;
}

type ReadContext = Pick<GateContext, "signal" | "progress" | "dependenciesRoot" | "root">;

/** The files in scope with what is known of them, and the noters that look at them. */
class Reader {
  readonly #context: ReadContext;
  readonly #scope: AuditScope;
  readonly #checks: ScopedCheck[];
  readonly #cache: FileCache | null;
  readonly #noters: NumberedNoter[];
  readonly #needed: (path: string) => number;
  /** By the number of the file. */
  readonly #entries: CacheEntry[] = [];
  /** Texts that were read and have something in them. */
  readonly #sources = new Map<number, SourceFile>();

  constructor(context: ReadContext, scope: AuditScope, checks: ScopedCheck[]) {
    this.#context = context;
    this.#scope = scope;
    this.#checks = checks;
    const all = checks.flatMap(({ check, skips }) => check.noters.map((noter) => ({ noter, skips })));
    const ids = all.map(({ noter }) => noter.id);
    const cache = scope.files.length >= MIN_FILES ? new FileCache(context, ids) : null;
    this.#cache = cache;
    this.#noters = all.map((each, index) => ({ ...each, number: cache?.numberOf(each.noter.id) ?? index }));
    this.#needed = neededFor(this.#noters);
  }

  /** Looks up what is known; returns the numbers of the files that somebody has to look at. */
  survey(): number[] {
    const { files } = this.#scope;
    const due: number[] = [];
    for (let index = 0; index < files.length; index += 1) {
      const file = files[index]!;
      const needed = this.#needed(file.path);
      const entry = this.#cache?.current(file, needed) ?? null;
      this.#entries.push(entry ?? { stamp: "", size: file.size, asked: 0, notes: null });
      if (entry === SILENT) continue;
      if (entry === null || (!entry.skip && (entry.asked & needed) !== needed)) due.push(index);
    }
    return due;
  }

  /** Reads these files and asks the noters about them. */
  async look(due: number[]): Promise<void> {
    const { files } = this.#scope;
    const waiting = this.#noters.filter(({ noter }) => noter.later);
    const others = this.#noters.filter(({ noter }) => !noter.later && !noter.isOnDemand);
    for (let at = 0; at < due.length; at += BATCH) {
      const batch = due.slice(at, at + BATCH);
      const read = batch.map((index): [number, SourceFile | null] => [index, this.#read(index)]);
      for (const [index, source] of read) if (source) this.#ask(waiting, source, this.#entries[index]!);
      for (const { check } of this.#checks) check.begin?.(at + BATCH >= due.length);
      // What was begun starts now, not after all of this.
      await this.#pause(at, due.length);
      if (at === 0) await this.#load(due.map((index) => files[index]!.path));
      for (const [index, source] of read) {
        const entry = this.#entries[index]!;
        if (source) this.#ask(others, source, entry);
        if (source && entry.notes) this.#sources.set(index, source);
        // What could not be read may be readable the next time.
        if (entry.skip !== "unreadable") this.#cache?.keep(files[index]!.path, entry);
      }
    }
  }

  async #load(paths: string[]): Promise<void> {
    for (const { check } of this.#checks) await check.load?.(paths);
  }

  async #pause(done: number, total: number): Promise<void> {
    this.#context.progress({ done, total, label: "reading files" });
    await new Promise((resolve) => setImmediate(resolve));
    this.#context.signal.throwIfAborted();
  }

  /** Null for a file that no noter is shown. */
  #read(index: number): SourceFile | null {
    const { root, files } = this.#scope;
    const file = files[index]!;
    if (this.#entries[index]!.asked !== 0) return new SourceFile(file.path, () => textOf(root, file));
    // Before the file is read: what changes it meanwhile must not be missed the next time.
    const entry = this.#cache?.entryFor(file) ?? this.#entries[index]!;
    this.#entries[index] = entry;
    const content = classify(root, file);
    if ("text" in content) return new SourceFile(file.path, content.text);
    entry.skip = content.skip;
    return null;
  }

  #ask(noters: NumberedNoter[], source: SourceFile, entry: CacheEntry): void {
    for (const each of noters) {
      const { noter, number } = each;
      if ((entry.asked & (1 << number)) !== 0 || !concerns(each, source.path)) continue;
      const note = noter.note(source);
      if (note !== undefined) addNote(entry, number, note);
      else noter.later?.(source);
    }
  }

  /** Files that are read again for what was noted of them. */
  #reread(): string[] {
    const asking = this.#noters.filter(({ noter }) => noter.rereads);
    const paths: string[] = [];
    for (let index = 0; index < this.#entries.length; index += 1) {
      const { notes } = this.#entries[index]!;
      if (!notes) continue;
      for (const { noter, number } of asking)
        if (number in notes && noter.rereads!(notes[number]!)) paths.push(this.#scope.files[index]!.path);
    }
    return paths;
  }

  /** Hands every note to its noter, in the order of the files. */
  async take(): Promise<ReadResult> {
    await this.#load(this.#reread());
    const { files } = this.#scope;
    const skipped: ReadResult["skipped"] = { binary: [], link: [], "too large": [], unreadable: [] };
    const result: ReadResult = { read: 0, skipped, bytes: 0 };
    for (let index = 0; index < files.length; index += 1) {
      if (index % KNOWN_BATCH === 0) await this.#pause(index, files.length);
      const { skip, notes } = this.#entries[index]!;
      if (skip) {
        skipped[skip].push(files[index]!.path);
        continue;
      }
      result.read += 1;
      result.bytes += files[index]!.size;
      if (notes) this.#handOver(index, notes);
    }
    return result;
  }

  #handOver(index: number, notes: NonNullable<CacheEntry["notes"]>): void {
    const file = this.#scope.files[index]!;
    const source =
      this.#sources.get(index) ?? new SourceFile(file.path, () => textOf(this.#scope.root, file));
    for (const each of this.#noters) {
      const note = notes[each.number];
      if (note !== undefined && concerns(each, file.path)) each.noter.take(note, source);
    }
  }

  save(): void {
    for (const { noter } of this.#noters)
      for (const [path, note] of noter.late ?? []) this.#cache?.add(path, noter.id, note);
    this.#cache?.save(this.#scope.files);
  }
}

/** Shows every file in scope to each check, read once at most. Throws when cancelled. */
export async function readAll(
  context: ReadContext,
  scope: AuditScope,
  checks: ScopedCheck[],
): Promise<Reading> {
  const reader = new Reader(context, scope, checks);
  await reader.look(reader.survey());
  return { result: await reader.take(), save: () => reader.save() };
}
