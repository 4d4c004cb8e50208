/**
 * Finds the first place where a text stops being JSON, and what a lenient reader would have to forgive before
 * that. JSON.parse cannot be used for it: its messages have no position for half of the mistakes, and quote the
 * file, which may hold a secret.
 */

export interface JsonScan {
  /** Where even a reader that allows comments and trailing commas gives up; null when it does not. */
  error: { offset: number; expected: string; open: string } | null;
  /** What strict JSON forbids: [start, end) of each comment and trailing comma. */
  lenient: { start: number; end: number; kind: "comment" | "comma" }[];
}

class Stop extends Error {
  readonly offset: number;
  readonly expected: string;
  constructor(offset: number, expected: string) {
    super(expected);
    this.offset = offset;
    this.expected = expected;
  }
}

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\r\n]+/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;

/** Deeper nesting is data made to break readers. */
const MAX_DEPTH = 500;

class Scanner {
  readonly text: string;
  readonly lenient: JsonScan["lenient"] = [];
  at: number;
  /** What is still to be closed, the innermost first. */
  open = "";

  constructor(text: string) {
    this.text = text;
    this.at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    // An empty match would be a literal that is not there.
    if (!match || match[0] === "") return false;
    this.at = pattern.lastIndex;
    return true;
  }

  skip(): void {
    for (;;) {
      const start = this.at;
      if (this.#take(SPACE)) continue;
      if (!this.#take(COMMENT)) return;
      this.lenient.push({ start, end: this.at, kind: "comment" });
    }
  }

  value(depth: number): void {
    this.skip();
    const char = this.text[this.at];
    if (depth > MAX_DEPTH) throw new Stop(this.at, "less nesting");
    if (char === "{") this.#list("}", () => this.#member(depth));
    else if (char === "[") this.#list("]", () => this.value(depth + 1));
    else if (char === '"') this.#string();
    else if (!this.#take(LITERAL)) throw new Stop(this.at, "a value");
  }

  #string(): void {
    if (!this.#take(STRING)) throw new Stop(this.at, "a string that ends on its line");
  }

  #member(depth: number): void {
    if (this.text[this.at] !== '"') throw new Stop(this.at, "a name in double quotes");
    this.#string();
    this.skip();
    if (this.text[this.at] !== ":") throw new Stop(this.at, '":"');
    this.at += 1;
    this.value(depth + 1);
  }

  #list(close: string, item: () => void): void {
    this.at += 1;
    this.open = close + this.open;
    let comma: number | null = null;
    for (;;) {
      this.skip();
      if (this.text[this.at] === close) break;
      item();
      this.skip();
      comma = null;
      if (this.text[this.at] === close) break;
      if (this.text[this.at] !== ",") throw new Stop(this.at, `"," or "${close}"`);
      comma = this.at;
      this.at += 1;
    }
    if (comma !== null) this.lenient.push({ start: comma, end: comma + 1, kind: "comma" });
    this.open = this.open.slice(1);
    this.at += 1;
  }
}

export function scanJson(text: string): JsonScan {
  const scanner = new Scanner(text);
  try {
    scanner.value(0);
    scanner.skip();
    if (scanner.at < text.length) throw new Stop(scanner.at, "the end of the file");
    return { error: null, lenient: scanner.lenient };
  } catch (stop) {
    if (!(stop instanceof Stop)) throw stop;
    return {
      error: { offset: stop.offset, expected: stop.expected, open: scanner.open },
      lenient: scanner.lenient,
    };
  }
}

interface JsonEdit {
  start: number;
  end: number;
  text: string;
}

/** The one small edit that makes a broken text JSON again; null when none does, or several do. */
export function mendJson(text: string, error: NonNullable<JsonScan["error"]>): JsonEdit | null {
  const after = text.slice(0, error.offset).trimEnd().length;
  const rest = text.slice(error.offset).trim();
  const candidates: JsonEdit[] = [",", "}", "]", ":", '"'].map((mark) => ({
    start: after,
    end: after,
    text: mark,
  }));
  if (rest === "" && error.open.length > 1) candidates.push({ start: after, end: after, text: error.open });
  if (rest !== "") candidates.push({ start: error.offset, end: error.offset + 1, text: "" });
  const working = candidates.filter((edit) =>
    isJson(text.slice(0, edit.start) + edit.text + text.slice(edit.end)),
  );
  return working.length === 1 ? working[0]! : null;
}

/** Whether strict JSON readers accept the text; a byte order mark does not disturb them. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ""));
    return true;
  } catch {
    return false;
  }
}
