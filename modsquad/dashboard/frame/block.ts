/** Blocks of lines set side by side and one above the other. */
import { fitLine, type Line, type Look } from "./text.ts";

/** Where a chart may be drawn in place of the lines under it. */
export interface ChartPlace {
  id: "completion" | "risk" | "trend" | "log";
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Block {
  width: number;
  /** Each exactly `width` columns wide. */
  lines: Line[];
  charts: ChartPlace[];
}

/** Lines as a block of exactly this size: cut, or filled up with empty lines. */
export function block(
  lines: readonly Line[],
  width: number,
  height: number,
  charts: ChartPlace[] = [],
): Block {
  const fitted: Line[] = [];
  for (let i = 0; i < height; i++) fitted.push(fitLine(lines[i] ?? [], width));
  return { width, lines: fitted, charts };
}

/** Blocks side by side; a lower one is filled up with empty lines. */
export function beside(blocks: readonly Block[], gap: number): Block {
  const lines: Line[] = [];
  const height = Math.max(...blocks.map((one) => one.lines.length));
  const space: Line = [[" ".repeat(gap), "plain"]];
  for (let row = 0; row < height; row++) {
    lines.push(
      blocks.flatMap((one, i) => [...(i > 0 ? space : []), ...(one.lines[row] ?? emptyLine(one.width))]),
    );
  }
  let left = 0;
  const charts: ChartPlace[] = [];
  for (const one of blocks) {
    for (const chart of one.charts) charts.push({ ...chart, left: chart.left + left });
    left += one.width + gap;
  }
  return { width: left - gap, lines, charts };
}

/** A line of spaces. */
export function emptyLine(width: number): Line {
  return [[" ".repeat(width), "plain"]];
}

/** Blocks of the same width, one above the other. */
export function above(blocks: readonly Block[]): Block {
  const lines: Line[] = [];
  const charts: ChartPlace[] = [];
  for (const one of blocks) {
    for (const chart of one.charts) charts.push({ ...chart, top: chart.top + lines.length });
    lines.push(...one.lines);
  }
  return { width: blocks[0]?.width ?? 0, lines, charts };
}

export interface Heading {
  title: string;
  /** At the right, such as "12 of 40". */
  note?: string;
  /** The keys go to this one. */
  focused?: boolean;
}

/** A heading with a thin rule to the right edge: no box, so that what is copied has no frame in it. */
export function headed(heading: Heading, body: Block, look: Look): Block {
  const { title, note = "", focused = false } = heading;
  const rule = look.unicode ? "─" : "-";
  const mark = focused ? (look.unicode ? "▸ " : "> ") : "";
  const tail = note === "" ? "" : ` ${note}`;
  const room = Math.max(0, body.width - mark.length - title.length - 1 - tail.length);
  const line = fitLine(
    [
      [mark + title, "strong"],
      [` ${rule.repeat(room)}`, "rule"],
      [tail, "quiet"],
    ],
    body.width,
  );
  return {
    width: body.width,
    lines: [line, ...body.lines],
    charts: body.charts.map((chart) => ({ ...chart, top: chart.top + 1 })),
  };
}

/** The first row of a window of `height` rows over `count` that shows `chosen`, which stays near its middle. */
export function windowStart(count: number, height: number, chosen: number): number {
  return Math.max(0, Math.min(chosen - (height >> 1), count - height));
}
