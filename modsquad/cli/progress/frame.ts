/** The live view as lines of text: a pure function of the board, the time and the size of the screen. */
import { count, duration } from "../../report/numbers.ts";
import type { Board, GateRow } from "./board.ts";
import type { Look } from "./look.ts";
import {
  attemptText,
  elapsedSeconds,
  gateName,
  idColumn,
  joinPieces,
  type Piece,
  rowGlyph,
  rowPieces,
  stepText,
} from "./row.ts";

export interface Screen {
  columns: number;
  rows: number;
}

/** True when one line per gate would not fit the screen: then finished gates are printed above instead. */
export function needsCompact(board: Board, screen: Screen): boolean {
  return board.rows.length > screen.rows - 4;
}

/** One line per gate and a line of counts. */
export function fullFrame(
  board: Board,
  screen: Screen,
  nowMs: number,
  sinceMs: number,
  look: Look,
): string[] {
  const width = idColumn(board.rows, look);
  const lines = board.rows.map((row) => rowLine(board, row, width, screen, nowMs, look));
  return [...lines, "", joinPieces(countPieces(board, nowMs, sinceMs), screen.columns, look)];
}

/** One gate as it is printed above the compact view, for good. */
export function finishedLine(board: Board, row: GateRow, screen: Screen, nowMs: number, look: Look): string {
  return rowLine(board, row, idColumn(board.rows, look), screen, nowMs, look);
}

/**
 * Counts on the first line, below it every gate that is running with its time and step, over as many lines as
 * the screen has to spare. What does not fit even then is counted, never dropped silently.
 */
export function compactFrame(
  board: Board,
  screen: Screen,
  nowMs: number,
  sinceMs: number,
  look: Look,
): string[] {
  const lines: Piece[][] = [countPieces(board, nowMs, sinceMs)];
  const names = board.running().map((row) => runningText(row, nowMs, look));
  const room = Math.max(1, screen.rows - 3);
  for (const line of packNames(names, screen.columns, room)) lines.push([[line, "busy"]]);
  return lines.map((pieces) => joinPieces(pieces, screen.columns, look));
}

/** "browser 45s attempt 2 of 3 (pages 3/8)". */
export function runningText(row: GateRow, nowMs: number, look: Look): string {
  const step = stepText(row, look);
  const parts = [gateName(row.id, look), duration(elapsedSeconds(row, nowMs)), attemptText(row)];
  if (step !== "") parts.push(`(${step})`);
  return parts.filter((part) => part !== "").join(" ");
}

function rowLine(
  board: Board,
  row: GateRow,
  idWidth: number,
  screen: Screen,
  nowMs: number,
  look: Look,
): string {
  const pieces = [rowGlyph(row, nowMs, look), ...rowPieces(board, row, idWidth, nowMs, look)];
  return joinPieces(pieces, screen.columns, look);
}

function countPieces(board: Board, nowMs: number, sinceMs: number): Piece[] {
  const counts = board.counts();
  const pieces: Piece[] = [[`${counts.finished}/${count(counts.total, "gate")} done`, "strong"]];
  const add = (n: number, word: string, style: Piece[1]) => {
    if (n > 0) pieces.push([`, ${n} ${word}`, style]);
  };
  add(counts.failed, "failed", "bad");
  add(counts.unverified, "could not check", "unknown");
  add(counts.running, "running", "busy");
  add(counts.waiting, "waiting", "quiet");
  pieces.push([`, ${duration(Math.max(0, nowMs - sinceMs) / 1000)}`, null]);
  return pieces;
}

/** Names side by side on at most `room` lines; the last one ends with the number that found no place. */
function packNames(names: string[], columns: number, room: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [index, name] of names.entries()) {
    const joined = line === "" ? `  ${name}` : `${line}, ${name}`;
    if (joined.length <= columns || line === "") {
      line = joined;
      continue;
    }
    if (lines.length + 1 === room)
      return [...lines, `${line.slice(0, columns - 12)} +${names.length - index} more`];
    lines.push(line);
    line = `  ${name}`;
  }
  return line === "" ? lines : [...lines, line];
}
