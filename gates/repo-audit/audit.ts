/** What the checks of this gate share: the files in scope, read once each, and how much of them was seen. */
import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Artifact, Evidence, Finding, GateContext, TrackedFile } from "../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { type CacheEntry, FileCache, freshEntry, MIN_FILES, withNote } from "./cache.ts";
import type { AuditOptions } from "./options.ts";
import { SourceFile } from "./source.ts";

/** Larger files are data, not source: stated, not read. Bytes. */
const MAX_READ_BYTES = 2 * 1024 * 1024;

/** What a check may know of the repository besides the text it is shown. */
export interface AuditScope {
  root: string;
  /** Everything listed and not excluded, links included. */
  files: TrackedFile[];
  /** Every tracked path and every folder above one, excluded ones too: what exists. */
  known: Set<string>;
  options: AuditOptions;
}

/** Looks at single files for a check, so that a file that has not changed is not looked at again. */
export interface Noter {
  /** With whatever else decides the note, such as the bounds of the config: `code-quality {"maxDepth":5}`. */
  id: string;
  /**
   * What this file says, whatever the rest of the repository does; null for nothing. Never the text of a secret.
   * Undefined when that is not known yet: `finish` may put it into `late`.
   */
  note(file: SourceFile): Json | undefined;
  /** Takes a note that says something, of this run or an earlier one. */
  take(note: Json, file: SourceFile): void;
  /** Path → the note that `finish` found, or null. */
  late?: Map<string, Json>;
}

/** One check: it is shown every text file once, then says what it found. */
export interface AuditCheck {
  id: string;
  /** What it has to know before the first file. */
  prepare?(): Promise<void>;
  /** How it looks at files. */
  noters: Noter[];
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
  /** Text files shown to the checks, by path. */
  read: string[];
  /** Files not shown, by reason. "link" and "binary" hold no text to judge; the others do. */
  skipped: Record<SkipReason, string[]>;
  bytes: number;
}

const HEAD_BYTES = 8000;

/** Files between two looks at the abort signal. */
const BATCH = 200;

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
    const text = decode(readFileSync(full));
    return text === null ? { skip: "binary" } : { text };
  } catch {
    return { skip: "unreadable" };
  }
}

/** Every path and every folder above one. */
export function knownPaths(files: TrackedFile[]): Set<string> {
  const known = new Set<string>();
  for (const file of files) {
    known.add(file.path);
    for (let at = file.path.lastIndexOf("/"); at > 0; at = file.path.lastIndexOf("/", at - 1)) {
      const folder = file.path.slice(0, at);
      if (known.has(folder)) break;
      known.add(folder);
    }
  }
  return known;
}

/** A check with the paths it shall not see. */
export interface ScopedCheck {
  check: AuditCheck;
  skips(path: string): boolean;
}

/** Shows one file to the checks, by what is kept of it where something is; the entry to keep. */
function show(file: SourceFile, entry: CacheEntry, checks: ScopedCheck[]): CacheEntry {
  let known = entry;
  for (const { check, skips } of checks) {
    if (skips(file.path)) continue;
    for (const noter of check.noters) {
      if (!entry.asked.has(noter.id)) {
        const note = noter.note(file);
        if (note === undefined) continue;
        known = withNote(known, noter.id, note);
      }
      const note = known.notes?.[noter.id];
      if (note !== undefined) noter.take(note, file);
    }
  }
  return known;
}

/** Tells files of which every noter said before that there is nothing: most of them. */
function silentEntries(checks: ScopedCheck[]): (entry: CacheEntry) => boolean {
  const ids = checks.flatMap(({ check }) => check.noters.map(({ id }) => id));
  const complete = new Map<ReadonlySet<string>, boolean>();
  return ({ skip, notes, asked }) => {
    if (skip || notes) return false;
    let answer = complete.get(asked);
    if (answer === undefined) {
      answer = ids.every((id) => asked.has(id));
      complete.set(asked, answer);
    }
    return answer;
  };
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

/** Shows every file in scope to each check, read once at most. Throws when cancelled. */
export async function readAll(
  context: Pick<GateContext, "signal" | "progress" | "dependenciesRoot" | "root">,
  scope: AuditScope,
  checks: ScopedCheck[],
): Promise<Reading> {
  const skipped: ReadResult["skipped"] = { binary: [], link: [], "too large": [], unreadable: [] };
  const result: ReadResult = { read: [], skipped, bytes: 0 };
  const cache = scope.files.length >= MIN_FILES ? new FileCache(context) : null;
  const hasNothingToSay = silentEntries(checks);
  for (const [index, file] of scope.files.entries()) {
    if (index % BATCH === 0) {
      context.progress({ done: index, total: scope.files.length, label: "reading files" });
      await new Promise((resolve) => setImmediate(resolve));
      context.signal.throwIfAborted();
    }
    let entry = cache?.current(file) ?? null;
    if (entry && hasNothingToSay(entry)) {
      result.read.push(file.path);
      result.bytes += file.size;
      cache!.keep(file.path, entry);
      continue;
    }
    let source: SourceFile | null = null;
    if (!entry) {
      // Before the file is read: what changes it meanwhile must not be missed the next time.
      entry = cache?.entryFor(file) ?? freshEntry(file);
      const content = classify(scope.root, file);
      if ("skip" in content) entry.skip = content.skip;
      else source = new SourceFile(file.path, content.text);
    } else if (!entry.skip) source = new SourceFile(file.path, () => textOf(scope.root, file));
    if (source) {
      result.read.push(file.path);
      result.bytes += file.size;
      entry = show(source, entry, checks);
    } else skipped[entry.skip!].push(file.path);
    // What could not be read may be readable the next time.
    if (entry.skip !== "unreadable") cache?.keep(file.path, entry);
  }
  return {
    result,
    save() {
      for (const { id, late } of checks.flatMap(({ check }) => check.noters))
        for (const [path, note] of late ?? []) cache?.add(path, id, note);
      cache?.save();
    },
  };
}
