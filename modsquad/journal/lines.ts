/** Cuts bytes into lines. Works on bytes, so that a character split between two reads stays whole. */
import { isUtf8 } from "node:buffer";

const NEWLINE = 0x0a;
/** A longer line is nobody's record: it is skipped up to its newline and told as broken. */
const LONGEST = 8 * 1024 * 1024;

export interface Line {
  /** null when the bytes are no UTF-8 or too many. */
  text: string | null;
  /** 1-based. */
  line: number;
  /** Of its first byte in the file. */
  offset: number;
  /** Why text is null. */
  reason?: string;
}

export interface LineSplitter {
  /** The lines that these bytes complete. */
  push(chunk: Buffer): Line[];
  /** Bytes taken so far, counted from the start of the file. */
  readonly position: number;
  /** Number of the last complete line. */
  readonly line: number;
  /** Where the unfinished line starts: reading on from here loses nothing. */
  readonly lineStart: number;
  /** True while the last line has no newline yet. */
  readonly pending: boolean;
}

const TOO_LONG = { text: null, reason: `longer than ${LONGEST} bytes` };

function decode(bytes: Buffer): { text: string | null; reason?: string } {
  if (!isUtf8(bytes)) return { text: null, reason: "not UTF-8" };
  return { text: bytes.toString("utf8") };
}

/** A splitter for a file read from `offset`, which is the start of a line, `line` lines before it. */
export function splitLines(offset = 0, line = 0): LineSplitter {
  let parts: Buffer[] = [];
  let held = 0;
  let tooLong = false;
  let position = offset;
  let lineStart = offset;
  let number = line;

  function hold(part: Buffer): void {
    held += part.length;
    if (held > LONGEST) {
      tooLong = true;
      parts = [];
    } else if (part.length > 0) parts.push(part);
  }

  function done({ text, reason }: { text: string | null; reason?: string }): Line {
    return reason === undefined ? whole(text) : { text, line: ++number, offset: lineStart, reason };
  }

  // Of a large journal there are millions.
  function whole(text: string | null): Line {
    return { text, line: ++number, offset: lineStart };
  }

  /** The line that began in an earlier chunk and ends here. */
  function finishHeld(): Line {
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const line = done(tooLong ? TOO_LONG : decode(bytes));
    parts = [];
    held = 0;
    tooLong = false;
    return line;
  }

  return {
    push(chunk) {
      const lines: Line[] = [];
      let from = 0;
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      if (end > 0 && held > 0) {
        from = chunk.indexOf(NEWLINE) + 1;
        hold(chunk.subarray(0, from - 1));
        lines.push(finishHeld());
        lineStart = position + from;
      }
      // One look at all whole lines is cheaper than one at each of them.
      const clean = isUtf8(chunk.subarray(from, end));
      while (from < end) {
        const at = chunk.indexOf(NEWLINE, from);
        const tooMuch = at - from > LONGEST;
        if (clean && !tooMuch) lines.push(whole(chunk.toString("utf8", from, at)));
        else lines.push(done(tooMuch ? TOO_LONG : decode(chunk.subarray(from, at))));
        from = at + 1;
        lineStart = position + from;
      }
      // A copy, because the caller may use its buffer again for the next read.
      if (from < chunk.length) hold(Buffer.from(chunk.subarray(from)));
      position += chunk.length;
      return lines;
    },
    get position() {
      return position;
    },
    get line() {
      return number;
    },
    get lineStart() {
      return lineStart;
    },
    get pending() {
      return position > lineStart;
    },
  };
}
