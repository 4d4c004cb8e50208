/**
 * Source code with comments and the insides of strings replaced by spaces, offsets unchanged, and the strings
 * beside it: enough to read facts off code without taking a comment or a message for one.
 */

interface StringToken {
  /** Offsets of the content, quotes not included. */
  start: number;
  end: number;
}

export interface MaskedCode {
  code: string;
  strings: StringToken[];
}

/** A slash after one of these begins a regular expression, not a division. */
const BEFORE_REGEX =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|=>|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield))\s*$/;

const KEEP_LINES = /[^\r\n]/g;
const blank = (text: string): string =>
  text.includes("\n") ? text.replace(KEEP_LINES, " ") : " ".repeat(text.length);

class JsMasker {
  readonly text: string;
  readonly strings: StringToken[] = [];
  readonly parts: string[] = [];
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Reads code up to the end, or up to the brace that closes a template's `${`. */
  code(nested: boolean): void {
    const { text } = this;
    let depth = 0;
    let plain = this.at;
    const flush = (): void => {
      if (this.at > plain) this.parts.push(text.slice(plain, this.at));
    };
    while (this.at < text.length) {
      const char = text[this.at]!;
      const next = text[this.at + 1];
      const starts = char === '"' || char === "'" || char === "`" || (char === "/" && this.#slash(next));
      if (starts) {
        flush();
        this.#token(char, next);
        plain = this.at;
        continue;
      }
      if (char === "{") depth += 1;
      if (char === "}" && nested && depth-- === 0) break;
      this.at += 1;
    }
    flush();
  }

  #slash(next: string | undefined): boolean {
    if (next === "/" || next === "*") return true;
    return BEFORE_REGEX.test(this.text.slice(Math.max(0, this.at - 40), this.at).trimEnd());
  }

  #token(char: string, next: string | undefined): void {
    if (char === "/" && next === "/") this.#blankUntil(this.text.indexOf("\n", this.at));
    else if (char === "/" && next === "*") {
      const end = this.text.indexOf("*/", this.at + 2);
      this.#blankUntil(end === -1 ? -1 : end + 2);
    } else if (char === "/") this.#regex();
    else if (char === "`") this.#template();
    else this.#quoted(char);
  }

  #blankUntil(end: number): void {
    const stop = end === -1 ? this.text.length : end;
    this.parts.push(blank(this.text.slice(this.at, stop)));
    this.at = stop;
  }

  /** A string ends at its quote or, in text that is none (an apostrophe in JSX), at the end of the line. */
  #quoted(quote: string): void {
    const start = this.at + 1;
    let end = start;
    while (end < this.text.length && this.text[end] !== quote && this.text[end] !== "\n") {
      end += this.text[end] === "\\" ? 2 : 1;
    }
    if (this.text[end] !== quote) {
      // Not a string after all: leave the line as it is and go on behind the quote.
      this.parts.push(quote);
      this.at = start;
      return;
    }
    this.strings.push({ start, end });
    this.parts.push(quote, blank(this.text.slice(start, end)), quote);
    this.at = end + 1;
  }

  #regex(): void {
    let end = this.at + 1;
    let inClass = false;
    while (end < this.text.length && this.text[end] !== "\n") {
      const char = this.text[end]!;
      if (char === "\\") end += 1;
      else if (char === "[") inClass = true;
      else if (char === "]") inClass = false;
      else if (char === "/" && !inClass) break;
      end += 1;
    }
    if (this.text[end] !== "/") {
      this.parts.push("/");
      this.at += 1;
      return;
    }
    this.#blankUntil(end + 1);
  }

  #template(): void {
    this.parts.push("`");
    this.at += 1;
    let start = this.at;
    const close = (): void => {
      this.strings.push({ start, end: this.at });
      this.parts.push(blank(this.text.slice(start, this.at)));
    };
    while (this.at < this.text.length) {
      const char = this.text[this.at];
      if (char === "`") {
        close();
        this.parts.push("`");
        this.at += 1;
        return;
      }
      if (char === "$" && this.text[this.at + 1] === "{") {
        close();
        this.parts.push("${");
        this.at += 2;
        this.code(true);
        if (this.at < this.text.length) this.parts.push("}");
        this.at = Math.min(this.at + 1, this.text.length);
        start = this.at;
        continue;
      }
      this.at += char === "\\" ? 2 : 1;
    }
    this.at = Math.min(this.at, this.text.length);
    close();
  }
}

export function maskJavaScript(text: string): MaskedCode {
  const masker = new JsMasker(text);
  masker.code(false);
  return { code: masker.parts.join(""), strings: masker.strings };
}

const PYTHON_TOKEN = /#[^\n]*|[rRbBuUfF]{0,2}("""|'''|"|')/g;

export function maskPython(text: string): MaskedCode {
  const strings: StringToken[] = [];
  const parts: string[] = [];
  let at = 0;
  PYTHON_TOKEN.lastIndex = 0;
  for (let match = PYTHON_TOKEN.exec(text); match !== null; match = PYTHON_TOKEN.exec(text)) {
    const quote = match[1];
    const start = match.index + match[0].length;
    let end = start;
    if (quote) {
      while (
        end < text.length &&
        !text.startsWith(quote, end) &&
        (quote.length === 3 || text[end] !== "\n")
      ) {
        end += text[end] === "\\" ? 2 : 1;
      }
      end = Math.min(end, text.length);
      strings.push({ start, end });
      parts.push(text.slice(at, start), blank(text.slice(start, end)));
      at = end;
      end += text.startsWith(quote, end) ? quote.length : 0;
    } else {
      parts.push(text.slice(at, match.index), blank(match[0]));
      at = start;
    }
    PYTHON_TOKEN.lastIndex = Math.max(end, at);
  }
  parts.push(text.slice(at));
  return { code: parts.join(""), strings };
}
