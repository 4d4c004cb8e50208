/** Goes through the files in scope, each read once at most, and hands what they say to the checks. */
import { availableParallelism } from "node:os";
import type { GateContext } from "../../modsquad/contracts/gate.ts";
import type { AuditScope, ReadResult, ScopedCheck } from "./audit.ts";
import { addNote, type CacheEntry, FileCache, MIN_FILES, SILENT } from "./cache.ts";
import { ask, concerns, type NumberedNoter } from "./look.ts";
import { SecondThread } from "./second-thread.ts";
import { SourceFile } from "./source.ts";
import { MAX_READ_BYTES, readText, textOf } from "./text.ts";

/** Files that are looked at between two looks at the abort signal, at most; and how much of them, bytes. */
const BATCH = 200;
const BATCH_BYTES = 512 * 1024;
/** Likewise of files of which everything is known. */
const KNOWN_BATCH = 4000;
/** With less to look at, a second thread costs more than it brings. Bytes. */
const SHARED_BYTES = 4 * 1024 * 1024;

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

export interface Reading {
  result: ReadResult;
  /** Keeps what was learned for the next run, with what the checks found in `finish`. */
  save(): void;
}

/** The files in scope with what is known of them, and the noters that look at them. */
class Reader {
  readonly #context: GateContext;
  readonly #scope: AuditScope;
  readonly #checks: ScopedCheck[];
  readonly #cache: FileCache | null;
  readonly #noters: NumberedNoter[];
  /** Those that wait for something afterwards are asked first, the others as soon as they have what they need. */
  readonly #waiting: NumberedNoter[];
  readonly #others: NumberedNoter[];
  readonly #needed: (path: string) => number;
  /** By the number of the file. */
  readonly #entries: CacheEntry[] = [];
  /** Texts that were read and have something in them. */
  readonly #sources = new Map<number, SourceFile>();
  /** Files to look at, and how many of them those that wait have not been asked about. */
  #due: number[] = [];
  #left = 0;
  #loading: Promise<void> | null = null;

  constructor(context: GateContext, scope: AuditScope, checks: ScopedCheck[]) {
    this.#context = context;
    this.#scope = scope;
    this.#checks = checks;
    const all = checks.flatMap(({ check, skips }) => check.noters.map((noter) => ({ noter, skips })));
    const ids = all.map(({ noter }) => noter.id);
    const cache = scope.files.length >= MIN_FILES ? new FileCache(context, ids) : null;
    this.#cache = cache;
    this.#noters = all.map((each, index) => ({ ...each, number: cache?.numberOf(each.noter.id) ?? index }));
    this.#waiting = this.#noters.filter(({ noter }) => noter.later);
    this.#others = this.#noters.filter(({ noter }) => !noter.later && !noter.isOnDemand);
    this.#needed = neededFor(this.#noters);
  }

  /** Looks up what is known, and so which files somebody has to look at. */
  survey(): void {
    const { files } = this.#scope;
    for (let index = 0; index < files.length; index += 1) {
      const file = files[index]!;
      const needed = this.#needed(file.path);
      const entry = this.#cache?.current(file, needed) ?? null;
      this.#entries.push(entry ?? { stamp: "", size: file.size, asked: 0, notes: null });
      if (entry === SILENT) continue;
      if (entry === null || (!entry.skip && (entry.asked & needed) !== needed)) this.#due.push(index);
    }
    this.#left = this.#due.length;
  }

  /** Reads what has to be looked at and asks the noters about it. With much to do a second thread takes its share. */
  async look(secondThread: URL): Promise<void> {
    const queue = this.#batches();
    const second = this.#isForTwo() ? SecondThread.start(secondThread, this.#context, this.#others) : null;
    try {
      // Two batches at a time, so that the second thread has the next one when it is done with the last.
      const there = second ? [this.#lookThere(second, queue), this.#lookThere(second, queue)] : [];
      await Promise.all([this.#lookHere(queue), ...there]);
      // What a second thread that has failed left behind.
      await this.#lookHere(queue);
    } finally {
      second?.end();
    }
  }

  #isForTwo(): boolean {
    const { threads } = this.#scope.options;
    if (threads !== null) return threads > 1;
    // On two cores the compiler, the garbage collector and the linter have the other one.
    if (availableParallelism() <= 2) return false;
    let bytes = 0;
    for (const index of this.#due) {
      const { size } = this.#scope.files[index]!;
      if (size <= MAX_READ_BYTES) bytes += size;
    }
    return bytes >= SHARED_BYTES;
  }

  #batches(): number[][] {
    const batches: number[][] = [];
    let batch: number[] = [];
    let bytes = 0;
    for (const index of this.#due) {
      if (batch.length === 0) batches.push(batch);
      batch.push(index);
      bytes += this.#scope.files[index]!.size;
      if (batch.length < BATCH && bytes < BATCH_BYTES) continue;
      batch = [];
      bytes = 0;
    }
    return batches;
  }

  async #lookHere(queue: number[][]): Promise<void> {
    for (let batch = queue.shift(); batch; batch = queue.shift()) {
      const read = batch.map((index): [number, SourceFile | null] => [index, this.#read(index)]);
      for (const [index, source] of read) if (source) ask(this.#waiting, source, this.#entries[index]!);
      this.#begin(batch.length);
      // What was begun starts now, not after all of this.
      await this.#pause(this.#due.length - this.#left, this.#due.length);
      await this.#loadDue();
      for (const [index, source] of read) {
        const entry = this.#entries[index]!;
        if (source) ask(this.#others, source, entry);
        if (source && entry.notes) this.#sources.set(index, source);
        this.#keep(index);
      }
    }
  }

  async #lookThere(second: SecondThread, queue: number[][]): Promise<void> {
    await this.#loadDue();
    for (let batch = queue.pop(); batch; batch = queue.pop()) {
      const tasks = batch.map((index) => ({
        file: this.#scope.files[index]!,
        asked: this.#open(index).asked,
      }));
      const seen = await second.look(tasks);
      if (!seen) {
        queue.push(batch);
        return;
      }
      for (const [at, index] of batch.entries()) {
        const entry = this.#entries[index]!;
        const { skip, notes } = seen[at]!;
        if (skip) entry.skip = skip;
        entry.asked |= seen[at]!.asked;
        for (const [number, note] of Object.entries(notes ?? {})) addNote(entry, Number(number), note);
        if (!skip) {
          const source = this.#unread(index);
          ask(this.#waiting, source, entry);
          ask(this.#others, source, entry);
        }
        this.#keep(index);
      }
      this.#begin(batch.length);
    }
  }

  /** What waits for a program can be begun with what those that wait were asked about, so many files more. */
  #begin(more: number): void {
    this.#left -= more;
    for (const { check } of this.#checks) check.begin?.(this.#left === 0);
  }

  /** Loads what the checks need to look into the files, once. */
  #loadDue(): Promise<void> {
    this.#loading ??= this.#load(this.#due.map((index) => this.#scope.files[index]!.path));
    return this.#loading;
  }

  async #load(paths: string[]): Promise<void> {
    for (const { check } of this.#checks) await check.load?.(paths);
  }

  async #pause(done: number, total: number): Promise<void> {
    this.#context.progress({ done, total, label: "reading files" });
    await new Promise((resolve) => setImmediate(resolve));
    this.#context.signal.throwIfAborted();
  }

  /** The entry of a file that is read now. Before it is: what changes it meanwhile must not be missed the next time. */
  #open(index: number): CacheEntry {
    const file = this.#scope.files[index]!;
    if (this.#entries[index]!.asked === 0 && this.#cache) this.#entries[index] = this.#cache.entryFor(file);
    return this.#entries[index]!;
  }

  /** Null for a file that no noter is shown. */
  #read(index: number): SourceFile | null {
    const file = this.#scope.files[index]!;
    const entry = this.#open(index);
    if (entry.asked !== 0) return this.#unread(index);
    const content = readText(this.#scope.root, file);
    if ("text" in content) return new SourceFile(file.path, content.text);
    entry.skip = content.skip;
    return null;
  }

  /** A file that was text when it was last read; it is read again only for who asks for the text. */
  #unread(index: number): SourceFile {
    const file = this.#scope.files[index]!;
    return new SourceFile(file.path, () => textOf(this.#scope.root, file), file.size);
  }

  #keep(index: number): void {
    const entry = this.#entries[index]!;
    // What could not be read may be readable the next time.
    if (entry.skip !== "unreadable") this.#cache?.keep(this.#scope.files[index]!.path, entry);
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
    const source = this.#sources.get(index) ?? this.#unread(index);
    for (const each of this.#noters) {
      const note = notes[each.number];
      if (note !== undefined && concerns(each, source.path)) each.noter.take(note, source);
    }
  }

  save(): void {
    for (const { noter } of this.#noters)
      for (const [path, note] of noter.late ?? []) this.#cache?.add(path, noter.id, note);
    this.#cache?.save(this.#scope.files);
  }
}

/**
 * Shows every file in scope to each check, read once at most. `secondThread` is the module of a second thread. Throws
 * when cancelled.
 */
export async function readAll(
  context: GateContext,
  scope: AuditScope,
  checks: ScopedCheck[],
  secondThread: URL,
): Promise<Reading> {
  const reader = new Reader(context, scope, checks);
  reader.survey();
  await reader.look(secondThread);
  return { result: await reader.take(), save: () => reader.save() };
}
