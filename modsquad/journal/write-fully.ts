/** Writing that completes short writes and leaves nothing half-made behind. */
import * as fs from "node:fs";
import { dirname } from "node:path";

/** The system calls the journal makes, replaceable to prove what happens when one of them fails. */
export type JournalIo = Pick<
  typeof fs,
  "openSync" | "writeSync" | "fdatasync" | "fdatasyncSync" | "closeSync"
>;

/** Writes everything; a short write is completed. Tells through `written` how far it got when it throws. */
export function writeFully(io: JournalIo, fd: number, bytes: Buffer, written: (count: number) => void): void {
  for (let at = 0; at < bytes.length; ) {
    const count = io.writeSync(fd, bytes, at, bytes.length - at);
    if (count === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
    at += count;
    written(count);
  }
}

/** Writes a side file and its folders, flushed before the line that names it. Removed when it fails half-way. */
export function writeSideFile(io: JournalIo, path: string, content: Buffer): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  const fd = io.openSync(path, "w");
  let complete = false;
  try {
    writeFully(io, fd, content, () => {});
    io.fdatasyncSync(fd);
    complete = true;
  } finally {
    io.closeSync(fd);
    if (!complete) fs.rmSync(path, { force: true });
  }
}
