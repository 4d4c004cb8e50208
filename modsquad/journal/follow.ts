/** Follows one growing file: reads what is new, notices when it was cut short or replaced by another. */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { decodeRecords, type RecordBatch, type RecordDecoder } from "./read.ts";

/** Bytes read in one go: a few milliseconds of parsing, so that whoever waits is not kept waiting. */
const SLICE = 256 * 1024;
/** One for all: what was read is decoded before anybody else can read. */
const buffer = Buffer.allocUnsafeSlow(SLICE);

export interface FollowedBatch extends RecordBatch {
  path: string;
  /** True on the first batch after the file was cut short or replaced: forget what it said before. */
  restarted: boolean;
}

export interface Follower {
  /** Reads one slice and tells it: there may be more to read, there is nothing new, or there is no such file. */
  step(): "more" | "idle" | "gone";
  close(): void;
}

interface Open {
  fd: number;
  ino: number;
  dev: number;
  at: number;
  /** Up to here only what the records come to is told. */
  skimTo: number;
  decoder: RecordDecoder;
}

/**
 * Follows `path`, which need not exist yet. Its first `backlog` bytes are told for what they come to: records that a
 * later one replaces are left out.
 */
export function follow(path: string, tell: (batch: FollowedBatch) => void, backlog = 0): Follower {
  let file: Open | null = null;
  let restarted = false;
  let pending = false;

  function open(): Open | null {
    try {
      if (!statSync(path).isFile()) return null;
      const fd = openSync(path, "r");
      const { ino, dev, size } = fstatSync(fd);
      return { fd, ino, dev, at: 0, skimTo: Math.min(backlog, size), decoder: decodeRecords(dirname(path)) };
    } catch {
      return null;
    }
  }

  function close(): void {
    if (file) closeSync(file.fd);
    file = null;
    pending = false;
  }

  /** True when the path no longer leads to the file that is open. */
  function replaced(opened: Open): boolean {
    try {
      const { ino, dev } = statSync(path);
      return ino !== opened.ino || dev !== opened.dev;
    } catch {
      return true;
    }
  }

  /** New bytes in the buffer. A file that cannot be read now is looked at again the next time. */
  function fill(opened: Open): number {
    try {
      if (fstatSync(opened.fd).size < opened.at) {
        opened.at = 0;
        opened.skimTo = 0;
        opened.decoder = decodeRecords(dirname(path));
        restarted = true;
      }
      return readSync(opened.fd, buffer, 0, SLICE, opened.at);
    } catch {
      return 0;
    }
  }

  function read(opened: Open): boolean {
    const count = fill(opened);
    if (count === 0 && !restarted && opened.at >= opened.skimTo) return false;
    opened.at += count;
    // A file that ends before it should: what the decoder holds back is all there will be.
    if (count === 0) opened.skimTo = 0;
    const bytes = buffer.subarray(0, count);
    const skims = opened.at < opened.skimTo;
    const batch = skims ? opened.decoder.skim(bytes) : opened.decoder.push(bytes);
    const empty = batch.records.length === 0 && batch.broken.length === 0;
    const news = !empty || batch.pendingTail !== pending || restarted || skims;
    pending = batch.pendingTail;
    const told = { ...batch, path, restarted };
    restarted = false;
    if (news) tell(told);
    return count > 0;
  }

  function step(): "more" | "idle" | "gone" {
    file ??= open();
    if (!file) return "gone";
    if (read(file)) return "more";
    if (!replaced(file)) return "idle";
    // Its last bytes may have come after the look and before the replacement.
    if (read(file)) return "more";
    close();
    restarted = true;
    file = open();
    return file ? "more" : "gone";
  }

  return { step, close };
}
