/** Small JSONL files that several processes append to: run history, control requests, what extensions emit. */
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Problem, Result } from "../contracts/config.ts";
import type { BrokenLine } from "../contracts/run-state.ts";
import { fileProblem } from "./directory.ts";
import { splitLines } from "./lines.ts";
import { parseLine, readSlices } from "./read.ts";

const NEWLINE = 0x0a;
const TAIL_CHUNK = 64 * 1024;

/** True when somebody who was killed in the middle of a line left it without its newline. */
function endsTorn(fd: number): boolean {
  const { size } = fstatSync(fd);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  return readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
}

/** Appends one value as one line, in one write. The folder is made when absent. */
export function appendJsonl(path: string, value: object): Result<null> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const fd = openSync(path, "a+");
    try {
      const bytes = Buffer.from(`${endsTorn(fd) ? "\n" : ""}${JSON.stringify(value)}\n`);
      const count = writeSync(fd, bytes);
      // Going on after a short write would mix with another process's line: the next append repairs the end.
      if (count < bytes.length) throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
    } finally {
      closeSync(fd);
    }
    return { ok: true, value: null };
  } catch (error) {
    return { ok: false, problems: [fileProblem("A line cannot be appended", path, error)] };
  }
}

export interface JsonlRead<T> {
  values: T[];
  broken: BrokenLine[];
  pendingTail: boolean;
  /** Where to read on. */
  offset: number;
  line: number;
  /** Set when the file is there but cannot be read. A file that is not there is just empty. */
  problem: Problem | null;
}

/** A value of the file, or why it is none. */
export type Decode<T> = (value: unknown) => { value: T } | { fault: string };

/** Reads the values of a file from `from.offset` (start of a line) on. Never throws for what it holds. */
export function readJsonl<T>(
  path: string,
  decode: Decode<T>,
  from: { offset: number; line: number } = { offset: 0, line: 0 },
): JsonlRead<T> {
  const { offset, line } = from;
  const read: JsonlRead<T> = { values: [], broken: [], pendingTail: false, offset, line, problem: null };
  const splitter = splitLines(offset, line);
  try {
    for (const slice of readSlices(path, from.offset)) {
      for (const next of splitter.push(slice)) {
        const parsed = parseLine(next);
        if (parsed === null) continue;
        const decoded = "reason" in parsed ? { fault: parsed.reason } : decode(parsed.value);
        if ("value" in decoded) read.values.push(decoded.value);
        else read.broken.push({ line: next.line, offset: next.offset, reason: decoded.fault });
      }
    }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    read.problem = missing ? null : fileProblem("The file cannot be read", path, error);
  }
  return { ...read, pendingTail: splitter.pending, offset: splitter.lineStart, line: splitter.line };
}

/** Offset at which the last `count` complete lines of a file start, found from its end. 0 for a shorter file. */
export function offsetOfLast(path: string, count: number): number {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return 0;
  }
  try {
    const chunk = Buffer.allocUnsafe(TAIL_CHUNK);
    let newlines = 0;
    for (let end = fstatSync(fd).size; end > 0; ) {
      const start = Math.max(0, end - TAIL_CHUNK);
      const size = readSync(fd, chunk, 0, end - start, start);
      for (let at = chunk.subarray(0, size).lastIndexOf(NEWLINE); at >= 0; ) {
        // The newline before the first of them is one more than there are lines.
        if (++newlines > count) return start + at + 1;
        at = at === 0 ? -1 : chunk.lastIndexOf(NEWLINE, at - 1);
      }
      end = start;
    }
    return 0;
  } catch {
    return 0;
  } finally {
    closeSync(fd);
  }
}
