/** Reads files as text, or tells why not. */
import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { TrackedFile } from "../../modsquad/contracts/gate.ts";
import type { SkipReason } from "./audit.ts";

/** Larger files are data, not source: stated, not read. Bytes. */
export const MAX_READ_BYTES = 2 * 1024 * 1024;

const HEAD_BYTES = 8000;

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
function decode(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString("utf16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = bytes.subarray(2, bytes.length - (bytes.length % 2));
    return Buffer.from(even).swap16().toString("utf16le");
  }
  if (looksBinary(bytes)) return null;
  return isUtf8(bytes) ? bytes.toString("utf8") : bytes.toString("latin1");
}

/** The text of a file, or why it has none to show. */
export function readText(root: string, file: TrackedFile): { text: string } | { skip: SkipReason } {
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

/** Text of a file that was text when it was last read. */
export function textOf(root: string, file: TrackedFile): string {
  const content = readText(root, file);
  return "text" in content ? content.text : "";
}
