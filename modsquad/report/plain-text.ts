/**
 * Makes any text safe to print: what gates and tools report may hold escape sequences, NUL, bidi overrides,
 * lone surrogates or a megabyte on one line, and none of that may reach a report or somebody's terminal.
 */

/** Escape sequences a terminal would act on; an unterminated one loses its ESC only, so it cannot hide text. */
const ESCAPES =
  /\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]/g;
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;
const NOT_ASCII = /[^\x20-\x7e]/gu;
/** Characters that take no room or change the order of what is shown: made visible, never obeyed. */
const INVISIBLE =
  /[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cn}|\p{Co}|\p{Cs}|[\u{e0000}-\u{e007f}]/gu;

const TRANSLITERATED: Record<string, string> = {
  "\u2010": "-",
  "\u2011": "-",
  "\u2012": "-",
  "\u2013": "-",
  "\u2014": "-",
  "\u2212": "-",
  "\u2018": "'",
  "\u2019": "'",
  "\u201a": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\u201e": '"',
  "\u00ab": '"',
  "\u00bb": '"',
  "\u2190": "<-",
  "\u2192": "->",
  "\u21d2": "=>",
  "\u2264": "<=",
  "\u2265": ">=",
  "\u2260": "!=",
  "\u2248": "~",
  "\u00d7": "x",
  "\u00b7": ".",
  "\u2022": "*",
  "\u2044": "/",
  "\u2713": "ok",
  "\u2714": "ok",
  "\u2717": "x",
  "\u2716": "x",
  "\u26a0": "!",
  "\u2500": "-",
  "\u2502": "|",
  "\u00b5": "u",
  "\u03bc": "u",
  "\u00df": "ss",
  "\u00e6": "ae",
  "\u00c6": "AE",
  "\u0153": "oe",
  "\u0152": "OE",
  "\u00f8": "o",
  "\u00d8": "O",
  "\u0142": "l",
  "\u0141": "L",
  "\u0111": "d",
  "\u00a9": "(c)",
  "\u00ae": "(R)",
  "\u20ac": "EUR",
  "\u00a3": "GBP",
};

/** At most `max` UTF-16 units of text, never half a surrogate pair, with a note of how long it was. */
export function clip(text: string, max: number): string {
  return cut(text, max, text.length);
}

/** One line of text without escape sequences and control characters; other scripts are kept. */
export function oneLine(text: string, max = 2000): string {
  // Cut generously before the work, exactly after it: a megabyte costs no more than a page.
  return cut(cleaned(text.slice(0, max * 4)), max, text.length);
}

/** Printable ASCII with its spaces as they are: the last door of a line whose columns are already laid out. */
export function printable(line: string): string {
  return line.replace(ESCAPES, "").replace(CONTROLS, "").replace(/\s/g, " ").replace(NOT_ASCII, toAscii);
}

/** One line of printable ASCII: accents dropped, common signs spelled out, the rest as \u{hex}. */
export function ascii(text: string, max = 400): string {
  const line = cleaned(text.slice(0, max * 4))
    .normalize("NFC")
    .replace(NOT_ASCII, toAscii);
  return cut(line, max, text.length);
}

/** A path or URL in at most `max` characters, shortened in the middle: both ends tell most. */
export function shortenMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max <= 5) return text.slice(0, max);
  const tail = Math.ceil((max - 3) * 0.65);
  return `${text.slice(0, max - 3 - tail)}...${text.slice(text.length - tail)}`;
}

/**
 * Folds one line at spaces to `width` columns; what follows is indented by `hang`. Runs of spaces inside the
 * line (columns of a table) stay as they are; a word longer than the line is cut. Linear in the line's length.
 */
export function foldLine(line: string, width: number, hang: number): string[] {
  const text = line.trimEnd();
  const indent = " ".repeat(Math.max(0, Math.min(hang, width - 1)));
  const folded: string[] = [];
  let start = 0;
  let room = width;
  let prefix = "";
  while (text.length - start > room) {
    const space = text.slice(start, start + room + 1).lastIndexOf(" ");
    // A break inside the line's own indentation would print an empty line and gain nothing.
    const end = space > 0 && text.slice(start, start + space).trim() !== "" ? start + space : start + room;
    folded.push(prefix + text.slice(start, end).trimEnd());
    start = end;
    while (text[start] === " ") start += 1;
    prefix = indent;
    room = width - indent.length;
  }
  folded.push(prefix + text.slice(start));
  return folded;
}

function cleaned(text: string): string {
  const stripped = text.replace(ESCAPES, "").replace(CONTROLS, "").replace(INVISIBLE, escapeChar);
  return stripped.replace(/\s+/g, " ").trim();
}

/** @param total UTF-16 units the text had before anything was done to it */
function cut(text: string, max: number, total: number): string {
  if (text.length <= max && total <= max * 4) return text;
  const last = text.charCodeAt(Math.min(text.length, max) - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
  return `${text.slice(0, end)} ... (${total} characters in all)`;
}

function toAscii(char: string): string {
  const known = TRANSLITERATED[char];
  if (known !== undefined) return known;
  const plain = char
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(NOT_ASCII, (part) => TRANSLITERATED[part] ?? part);
  return plain !== "" && /^[\x20-\x7e]+$/.test(plain) ? plain : escapeChar(char);
}

function escapeChar(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}
