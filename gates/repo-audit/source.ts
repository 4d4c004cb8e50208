/** One text file, read once and shown to every check. */

interface Position {
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 units. */
  column: number;
}

/** How much of a file is looked at, and the average line above which nobody wrote it by hand. UTF-16 units. */
const MINIFIED_SAMPLE = 16_384;
const MINIFIED_LINE = 400;

export class SourceFile {
  /** POSIX path relative to the root. */
  readonly path: string;
  #text: string | (() => string);
  readonly #size: number;
  #lineStarts: number[] | null = null;

  /**
   * `text` may be a function that reads it: files that have not changed are mostly not looked at again. `size` is what
   * is known of it until then, in bytes.
   */
  constructor(path: string, text: string | (() => string), size = Number.MAX_SAFE_INTEGER) {
    this.path = path;
    this.#text = text;
    this.#size = size;
  }

  get text(): string {
    if (typeof this.#text === "function") this.#text = this.#text();
    return this.#text;
  }

  /** Offset at which each line begins; worked out when first asked for, since most files are clean. */
  get lineStarts(): number[] {
    if (this.#lineStarts) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf("\n"); at !== -1; at = this.text.indexOf("\n", at + 1))
      starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }

  /** Bundled or minified: long lines, written by a tool. Judged by the beginning, where it shows. */
  get isMinified(): boolean {
    if (this.#size < MINIFIED_SAMPLE || this.text.length < MINIFIED_SAMPLE) return false;
    let lines = 1;
    for (
      let at = this.text.indexOf("\n");
      at !== -1 && at < MINIFIED_SAMPLE;
      at = this.text.indexOf("\n", at + 1)
    ) {
      lines += 1;
    }
    return MINIFIED_SAMPLE / lines > MINIFIED_LINE;
  }

  /** Line and column of a UTF-16 offset. */
  position(offset: number): Position {
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  }

  /** Offsets of the line an offset lies in, its line break not included. */
  lineAround(offset: number): { start: number; end: number } {
    const start = this.text.lastIndexOf("\n", offset - 1) + 1;
    const end = this.text.indexOf("\n", offset);
    return { start, end: end === -1 ? this.text.length : end };
  }
}

/** A stretch of a file that a fact was read from. */
export interface Place {
  file: SourceFile;
  start: number;
  end: number;
}

export function locate(place: Place): { path: string; line: number; column: number } {
  return { path: place.file.path, ...place.file.position(place.start) };
}

/** "docker-compose.yml:12" */
export function describe(place: Place): string {
  return `${place.file.path}:${place.file.position(place.start).line}`;
}
