/**
 * The tolerant reader. Whatever a file holds, it gives the records it could read, says which lines it could not,
 * and never throws: an unfinished last line is pending, a broken one is counted aloud with place and reason.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import type { Problem } from "../contracts/config.ts";
import type { BrokenLine } from "../contracts/run-state.ts";
import { fileProblem } from "./directory.ts";
import { type Line, splitLines } from "./lines.ts";
import { type AnyRecord, faultOfRecord, isKnown } from "./record.ts";
import { createSkimmer } from "./skim.ts";
import { joinSpill } from "./spill.ts";

const CHUNK = 1024 * 1024;
const NOTHING = Buffer.alloc(0);

export interface RecordBatch {
  records: AnyRecord[];
  broken: BrokenLine[];
  /** True when the last line has no newline yet. */
  pendingTail: boolean;
  /** Where to read on: the start of the first line not delivered yet. */
  offset: number;
  /** Number of the last line delivered. */
  line: number;
  /** Set when the file could not be read, or not to its end. */
  problem: Problem | null;
}

/** One value of a JSONL file, or why it is none. Empty lines are neither. */
export type Parsed = { value: unknown } | { reason: string } | null;

/** Parses one line; a byte order mark is ignored. */
export function parseLine(line: Line): Parsed {
  if (line.text === null) return { reason: line.reason ?? "unreadable" };
  const text = line.text.charCodeAt(0) === 0xfeff ? line.text.slice(1) : line.text;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return text.trim() === "" ? null : { reason: "not JSON" };
  }
}

/** Turns bytes of a journal into records, as they come in. */
export interface RecordDecoder {
  /** Every record that these bytes complete, after what skim held back. */
  push(chunk: Buffer): RecordBatch;
  /** Leaves out what a later line replaces, and holds back what one may replace: folded, the same comes out. */
  skim(chunk: Buffer): RecordBatch;
}

function decodeLine(line: Line, dir: string, batch: RecordBatch): void {
  const { line: number, offset } = line;
  const parsed = parseLine(line);
  if (parsed === null) return;
  if ("reason" in parsed) {
    batch.broken.push({ line: number, offset, reason: parsed.reason });
    return;
  }
  const fault = faultOfRecord(parsed.value);
  if (fault) {
    batch.broken.push({ line: number, offset, reason: fault });
    return;
  }
  const record = parsed.value as AnyRecord;
  if (!isKnown(record)) {
    batch.records.push(record);
    return;
  }
  const joined = joinSpill(record, dir);
  if (joined.lost) batch.broken.push({ line: number, offset, reason: joined.lost });
  batch.records.push(joined.record);
}

function emptyBatch(offset = 0, line = 0): RecordBatch {
  return { records: [], broken: [], pendingTail: false, offset, line, problem: null };
}

/**
 * A decoder for a journal in `dir`, where its side files are looked for, read from `offset` (start of a line) with
 * `line` lines before it.
 */
export function decodeRecords(dir: string, offset = 0, line = 0): RecordDecoder {
  const splitter = splitLines(offset, line);
  const skimmer = createSkimmer();

  function deliver(lines: readonly Line[]): RecordBatch {
    const batch = emptyBatch();
    for (const one of lines) decodeLine(one, dir, batch);
    batch.pendingTail = splitter.pending;
    batch.offset = splitter.lineStart;
    batch.line = splitter.line;
    return batch;
  }

  return {
    push: (chunk) => deliver([...skimmer.release(), ...splitter.push(chunk)]),
    skim(chunk) {
      const batch = deliver(skimmer.keep(splitter.push(chunk)));
      for (const record of batch.records) skimmer.read(record);
      return batch;
    },
  };
}

/** Reads a file in slices from `offset` to its end. Throws what the file system throws. */
export function* readSlices(path: string, offset = 0, size = CHUNK): Generator<Buffer> {
  const fd = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(size);
    for (let at = offset; ; ) {
      const count = readSync(fd, buffer, 0, size, at);
      if (count === 0) return;
      at += count;
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(fd);
  }
}

/**
 * Records from `from.offset` (start of a line) on, a batch at a time, giving way to others in between. What the
 * file system has against it comes as the problem of a last, empty batch.
 */
export async function* readRecords(
  path: string,
  from: { offset: number; line: number } = { offset: 0, line: 0 },
): AsyncGenerator<RecordBatch> {
  const decoder = decodeRecords(dirname(path), from.offset, from.line);
  let last = emptyBatch(from.offset, from.line);
  try {
    for (const slice of readSlices(path, from.offset)) {
      last = decoder.push(slice);
      yield last;
      await new Promise(setImmediate);
    }
  } catch (error) {
    const problem = fileProblem("The journal cannot be read", path, error);
    yield { ...last, records: [], broken: [], problem };
  }
}

/**
 * The whole journal, or of a long one what it comes to: then records that a later one replaces are left out, and the
 * fold is the same. A missing or unreadable file is a problem in the value.
 */
export function readJournal(path: string, way: "whole" | "skim" = "whole"): RecordBatch {
  const decoder = decodeRecords(dirname(path));
  const whole = emptyBatch();
  const take = ({ records, broken, ...rest }: RecordBatch) => {
    for (const record of records) whole.records.push(record);
    for (const line of broken) whole.broken.push(line);
    Object.assign(whole, rest);
  };
  try {
    for (const slice of readSlices(path)) take(way === "skim" ? decoder.skim(slice) : decoder.push(slice));
    take(decoder.push(NOTHING));
  } catch (error) {
    whole.problem = fileProblem("The journal cannot be read", path, error);
  }
  return whole;
}
