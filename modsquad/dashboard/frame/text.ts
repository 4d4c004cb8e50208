/** Lines made of styled pieces, cut and padded to columns. Everything a gate wrote is made safe here. */
import { charWidth, textWidth } from "../../cli/progress/width.ts";
import { ascii, oneLine } from "../../report/plain-text.ts";
import type { Tone } from "../view.ts";

export type Style = Tone | "strong" | "plain" | "chosen" | "rule";
export type Piece = readonly [text: string, style: Style];
export type Line = readonly Piece[];

export interface Look {
  colour: boolean;
  unicode: boolean;
}

const FLAG_LETTERS = /[\u{1f1e6}-\u{1f1ff}]/gu;
const VARIATION = /[\ufe00-\ufe0f]/g;

/** Text from outside, on one line, without anything a terminal would act on or measure in its own way. */
export function say(text: string, look: Look, max = 400): string {
  if (!look.unicode) return ascii(text, max);
  return oneLine(text, max)
    .replace(VARIATION, "")
    .replace(FLAG_LETTERS, (flag) => String.fromCharCode(65 + flag.codePointAt(0)! - 0x1f1e6));
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Columns of text; most of it is plain ASCII, which need not be looked at character by character. */
export function columnsOf(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : textWidth(text);
}

/** The beginning of text in exactly `width` columns: cut with an ellipsis, or padded. */
export function fitText(text: string, width: number, look: Look): string {
  const columns = columnsOf(text);
  if (columns <= width) return text + " ".repeat(width - columns);
  const mark = look.unicode ? "…" : "~";
  const [cut, used] = head(text, width - 1);
  return width < 1 ? "" : cut + mark + " ".repeat(width - 1 - used);
}

/** The same at the right edge. */
export function fitRight(text: string, width: number, look: Look): string {
  const columns = columnsOf(text);
  return columns <= width ? " ".repeat(width - columns) + text : fitText(text, width, look);
}

function head(text: string, width: number): [string, number] {
  let used = 0;
  let end = 0;
  for (const char of text) {
    const columns = charWidth(char);
    if (used + columns > width) break;
    used += columns;
    end += char.length;
  }
  return [text.slice(0, end), used];
}

/** A line in exactly `width` columns. */
export function fitLine(line: Line, width: number): Line {
  const fitted: Piece[] = [];
  let left = width;
  for (const [text, style] of line) {
    const columns = columnsOf(text);
    if (columns <= left) {
      fitted.push([text, style]);
      left -= columns;
      continue;
    }
    const [cut, used] = head(text, left);
    fitted.push([cut, style]);
    left -= used;
    break;
  }
  if (left > 0) fitted.push([" ".repeat(left), "plain"]);
  return fitted;
}

/** The text of a line without styles and without the padding at its end. */
export function plainText(line: Line): string {
  return line
    .map(([text]) => text)
    .join("")
    .trimEnd();
}

/** Text folded at spaces to `width` columns. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(" ")) {
    const columns = columnsOf(word);
    if (used > 0 && used + 1 + columns > width) {
      lines.push(line);
      line = "";
      used = 0;
    }
    if (columns <= width) {
      line += used > 0 ? ` ${word}` : word;
      used += columns + (used > 0 ? 1 : 0);
      continue;
    }
    let rest = word;
    while (columnsOf(rest) > width) {
      const [cut] = head(rest, Math.max(1, width));
      if (cut === "") return lines;
      lines.push(cut);
      rest = rest.slice(cut.length);
    }
    line = rest;
    used = columnsOf(rest);
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines;
}
