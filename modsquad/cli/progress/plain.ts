/** Progress as plain lines: one for each change, the same in every log, and a sign of life when nothing changes. */
import type { TaskState } from "../../contracts/run-state.ts";
import { Board, type GateRow } from "./board.ts";
import { runningText } from "./frame.ts";
import type { Look } from "./look.ts";
import { attemptText, idColumn, joinPieces, type Piece, rowPieces, say } from "./row.ts";
import { type Clock, type OutputStream, type Progress, type ProgressGate, systemClock } from "./types.ts";

/** Silence after which the view says what is still running. */
const KEEP_ALIVE_MS = 30_000;
const MESSAGES = 5;
/** A log has no width of its own; this only keeps one line readable. */
const LINE_MAX = 400;

export class PlainProgress implements Progress {
  private readonly board = new Board();
  private readonly out: OutputStream;
  private readonly clock: Clock;
  private readonly look: Look;
  private lastLineAt = 0;
  private stopTimer: (() => void) | null = null;
  private dead = false;
  /** Known from the plan on: asking every row for it at every line would cost a large plan dearly. */
  private idWidth: number;

  constructor(io: { out: OutputStream; clock?: Clock }, look: Look) {
    this.out = io.out;
    this.clock = io.clock ?? systemClock;
    this.look = look;
    this.idWidth = idColumn([], look);
    this.out.on("error", () => {
      this.dead = true;
    });
  }

  onPlan(gates: readonly ProgressGate[]): void {
    if (this.stopTimer) return;
    this.board.plan(gates);
    this.idWidth = idColumn(this.board.rows, this.look);
    this.lastLineAt = this.clock.now();
    this.stopTimer = this.clock.every(1000, () => this.keepAlive());
  }

  onRecord(task: TaskState): void {
    const change = this.board.update(task);
    const row = this.board.rows.find((one) => one.id === task.taskId);
    if (!row || change === "none" || change === "progressed") return;
    const line = this.changeLine(row);
    this.line(line);
    if (change === "finished") this.messages(task, line);
  }

  onFinish(): void {
    this.stop();
  }

  stop(): void {
    this.stopTimer?.();
    this.stopTimer = null;
  }

  private changeLine(row: GateRow): string {
    const { finished, total } = this.board.counts();
    const done = `[${String(finished).padStart(String(total).length)}/${total}] `;
    const pieces: Piece[] = [
      [done, null],
      ...rowPieces(this.board, row, this.idWidth, this.clock.now(), this.look),
    ];
    // A line once written cannot be updated: time and step of a gate that has just begun would only mislead.
    if (row.task?.status === "in_progress") pieces.splice(3, 2, [attemptText(row), null]);
    return joinPieces(pieces, LINE_MAX, this.look).trimEnd();
  }

  /** Errors and warnings that the line above did not say already. */
  private messages(task: TaskState, above: string): void {
    const all: string[] = [];
    const add = (kind: string, texts: readonly string[]) => {
      for (const text of texts.map((one) => say(one, this.look, 500)))
        if (!above.includes(text)) all.push(`${kind}: ${text}`);
    };
    add("error", task.errors);
    add("warning", task.warnings);
    for (const text of all.slice(0, MESSAGES)) this.line(`        ${text}`);
    if (all.length > MESSAGES) this.line(`        +${all.length - MESSAGES} more`);
  }

  private keepAlive(): void {
    const now = this.clock.now();
    if (now - this.lastLineAt < KEEP_ALIVE_MS) return;
    const running = this.board.running().map((row) => runningText(row, now, this.look));
    const { waiting } = this.board.counts();
    if (running.length > 0) this.line(`still running: ${running.join(", ")}`);
    else if (waiting > 0) this.line(`still waiting: ${waiting} of ${this.board.rows.length} gates`);
  }

  private line(text: string): void {
    this.lastLineAt = this.clock.now();
    if (!this.dead && !this.out.destroyed) this.out.write(`${text}\n`);
  }
}
