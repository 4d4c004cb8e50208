/** How a status looks: glyph, word and colour, so that it survives without any one of them. */
import type { GateStatus } from "../../report/gate-view.ts";

/** SGR codes of the 16 terminal colours; the terminal's own theme decides what they look like. */
export const STYLE = {
  good: "32",
  warn: "33",
  bad: "1;31",
  unknown: "35",
  busy: "36",
  quiet: "90",
  strong: "1",
} as const;
export type Style = keyof typeof STYLE;

export interface Look {
  color: boolean;
  unicode: boolean;
}

const SPINNER = { unicode: "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", ascii: "-\\|/" };

interface StatusLook {
  style: Style;
  unicode: string;
  ascii: string;
}

const LOOKS: Record<GateStatus | "warnings", StatusLook> = {
  completed: { style: "good", unicode: "✔", ascii: "+" },
  warnings: { style: "warn", unicode: "▲", ascii: "!" },
  failed: { style: "bad", unicode: "✖", ascii: "x" },
  errored: { style: "unknown", unicode: "?", ascii: "?" },
  timed_out: { style: "unknown", unicode: "?", ascii: "?" },
  missing: { style: "unknown", unicode: "?", ascii: "?" },
  cancelled: { style: "warn", unicode: "■", ascii: "#" },
  skipped: { style: "quiet", unicode: "-", ascii: "-" },
  not_applicable: { style: "quiet", unicode: "-", ascii: "-" },
  in_progress: { style: "busy", unicode: "▶", ascii: ">" },
  pending: { style: "quiet", unicode: "·", ascii: "." },
};

export function styleOf(status: GateStatus, warnings: boolean): Style {
  return LOOKS[status === "completed" && warnings ? "warnings" : status].style;
}

export function glyphOf(status: GateStatus, warnings: boolean, look: Look): string {
  const one = LOOKS[status === "completed" && warnings ? "warnings" : status];
  return look.unicode ? one.unicode : one.ascii;
}

/** The frame of the spinner at `nowMs`: ten a second, the same for every row. */
export function spinnerAt(nowMs: number, look: Look): string {
  const frames = look.unicode ? SPINNER.unicode : SPINNER.ascii;
  return frames[Math.floor(nowMs / 100) % frames.length] ?? "";
}

export function paint(text: string, style: Style | null, look: Look): string {
  return style === null || !look.color || text === "" ? text : `\x1b[${STYLE[style]}m${text}\x1b[0m`;
}

/** True when the locale of the process says UTF-8, or the terminal is one known to show it. */
export function supportsUnicode(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform === "win32") return env.WT_SESSION !== undefined || env.TERM_PROGRAM === "vscode";
  if (env.TERM === "linux") return false;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || "");
}
