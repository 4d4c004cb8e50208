/** One gate as one line of text, in pieces that can be coloured and cut to the width of a terminal. */
import { gateDetail } from "../../report/gate-detail.ts";
import { hasWarnings, statusWord } from "../../report/gate-view.ts";
import { duration, millis } from "../../report/numbers.ts";
import { ascii, oneLine, shortenMiddle } from "../../report/plain-text.ts";
import type { Board, GateRow } from "./board.ts";
import { isFinished } from "./board.ts";
import { glyphOf, type Look, paint, type Style, spinnerAt, styleOf } from "./look.ts";
import { cutToWidth, textWidth } from "./width.ts";

export type Piece = [text: string, style: Style | null];

/** Widest a gate's id gets before it is shortened in the middle. */
const ID_MAX = 28;
const DETAIL_MAX = 300;

/** "repo-audit        failed          2.1s  3 checks, 2 high findings" in pieces, without a glyph. */
export function rowPieces(board: Board, row: GateRow, idWidth: number, nowMs: number, look: Look): Piece[] {
  const status = row.task?.status ?? "pending";
  const warnings = hasWarnings(row.task);
  const seconds = duration(elapsedSeconds(row, nowMs));
  return [
    [`${gateName(row.id, look).padEnd(idWidth)}  `, null],
    [statusWord(status, warnings).padEnd(14), styleOf(status, warnings)],
    [` ${seconds.padStart(7)}  `, null],
    [rowDetail(board, row, look), isFinished(row.task) ? null : "quiet"],
  ];
}

/** Glyph or spinner of a row. */
export function rowGlyph(row: GateRow, nowMs: number, look: Look): Piece {
  const status = row.task?.status ?? "pending";
  const warnings = hasWarnings(row.task);
  const glyph = status === "in_progress" ? spinnerAt(nowMs, look) : glyphOf(status, warnings, look);
  return [`${glyph} `, styleOf(status, warnings)];
}

/** Columns the id column of these rows takes. */
export function idColumn(rows: readonly GateRow[], look: Look): number {
  return rows.reduce((widest, row) => Math.max(widest, gateName(row.id, look).length), 10);
}

/** Pieces joined, coloured and cut so that they take at most `columns`. */
export function joinPieces(pieces: readonly Piece[], columns: number, look: Look): string {
  let line = "";
  let left = columns;
  for (const [text, style] of pieces) {
    const fitting = cutToWidth(text, left);
    line += paint(fitting, style, look);
    left -= textWidth(fitting);
    if (fitting.length < text.length) break;
  }
  return line;
}

export function gateName(id: string, look: Look): string {
  return shortenMiddle(say(id, look), ID_MAX);
}

/** Text from a gate, safe for this terminal. */
export function say(text: string, look: Look, max = DETAIL_MAX): string {
  return look.unicode ? oneLine(text, max) : ascii(text, max);
}

/** Seconds a gate took, or has been running; null before it starts. */
export function elapsedSeconds(row: GateRow, nowMs: number): number | null {
  if (!row.task || isFinished(row.task)) return row.task?.durationSeconds ?? null;
  const start = millis(row.task.startTime);
  return row.task.status === "in_progress" && start !== null ? Math.max(0, nowMs - start) / 1000 : null;
}

/** "attempt 2 of 3", or "" on the first. */
export function attemptText(row: GateRow): string {
  const attempt = row.task?.attempt ?? 1;
  if (attempt <= 1) return "";
  return row.attempts === null || row.attempts < attempt
    ? `attempt ${attempt}`
    : `attempt ${attempt} of ${row.attempts}`;
}

/** "flows 3/8", or "" when the gate did not say. */
export function stepText(row: GateRow, look: Look): string {
  const progress = row.task?.progress;
  return progress ? `${say(progress.label, look, 80)} ${progress.done}/${progress.total}`.trim() : "";
}

function rowDetail(board: Board, row: GateRow, look: Look): string {
  const { task } = row;
  if (task && isFinished(task)) {
    // A gate that completed says what it did; any other says why not, which may stand among its warnings.
    const why = task.errors[0] ?? (task.status === "completed" ? "" : task.warnings[0]) ?? "";
    const parts = [gateDetail(task), why];
    return say(parts.filter((part) => part !== "").join("; "), look);
  }
  if (task?.status === "in_progress") {
    const expected = row.expectedSeconds === null ? "" : `usually ${duration(row.expectedSeconds)}`;
    return [attemptText(row), stepText(row, look), expected].filter((part) => part !== "").join(", ");
  }
  const needs = board.waitsFor(row).map((id) => say(id, look, 60));
  return needs.length > 0 ? `after ${needs.join(", ")}` : "";
}
