/** Styles as the 16 colours of a terminal, whose own theme decides what they look like, light or dark. */
import type { Line, Look, Style } from "./text.ts";

export const PALETTES = ["default", "colour-blind", "mono"] as const;
export type Palette = (typeof PALETTES)[number];

/** SGR codes; "" = as the terminal has it. In "colour-blind" blue stands for what is well, never green. */
const CODES: Record<Palette, Record<Style, string>> = {
  default: {
    good: "32",
    warn: "33",
    bad: "1;31",
    unknown: "35",
    busy: "36",
    quiet: "90",
    strong: "1",
    plain: "",
    chosen: "7",
    rule: "90",
  },
  "colour-blind": {
    good: "94",
    warn: "33",
    bad: "1;31",
    unknown: "1",
    busy: "36",
    quiet: "90",
    strong: "1",
    plain: "",
    chosen: "7",
    rule: "90",
  },
  mono: {
    good: "",
    warn: "1",
    bad: "1;4",
    unknown: "1",
    busy: "",
    quiet: "2",
    strong: "1",
    plain: "",
    chosen: "7",
    rule: "2",
  },
};

export function codeOf(style: Style, palette: Palette): string {
  return CODES[palette][style];
}

/** A line as text for a terminal, or without any code when there is no colour. */
export function paintLine(line: Line, look: Look, palette: Palette): string {
  let painted = "";
  for (const [text, style] of line) {
    const code = look.colour ? CODES[palette][style] : "";
    painted += code === "" || text === "" ? text : `\x1b[${code}m${text}\x1b[0m`;
  }
  return look.colour ? painted : painted.trimEnd();
}

const GLYPHS: Record<Style, [unicode: string, ascii: string]> = {
  good: ["✔", "+"],
  warn: ["▲", "!"],
  bad: ["✖", "x"],
  unknown: ["?", "?"],
  busy: ["▶", ">"],
  quiet: ["·", "."],
  strong: [" ", " "],
  plain: [" ", " "],
  chosen: [" ", " "],
  rule: [" ", " "],
};

/** The glyph of a tone: together with a word and a colour it survives without any one of them. */
export function glyph(style: Style, look: Look): string {
  return GLYPHS[style][look.unicode ? 0 : 1];
}
