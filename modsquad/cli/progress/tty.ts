/** Progress on a terminal: a live view fed by listr2, which never hides a gate and always gives the cursor back. */
import type { TaskState } from "../../contracts/run-state.ts";
import { Board, isFinished } from "./board.ts";
import { compactFrame, finishedLine, fullFrame, needsCompact, type Screen } from "./frame.ts";
import { startTaskList, type TaskList } from "./listr-tasks.ts";
import { LiveArea } from "./live-area.ts";
import type { Look } from "./look.ts";
import { type Clock, type OutputStream, type Progress, type ProgressGate, systemClock } from "./types.ts";

/** Frames per second of spinner and clock. */
const TICK_MS = 100;

export class TtyProgress implements Progress {
  private readonly board = new Board();
  private readonly out: OutputStream;
  private readonly err: OutputStream | undefined;
  private readonly clock: Clock;
  private readonly fallbackColumns: number;
  private readonly look: Look;
  private area: LiveArea | null = null;
  private tasks: TaskList | null = null;
  private compact = false;
  private readonly printed = new Set<string>();
  private since = 0;
  private undo: (() => void)[] = [];

  constructor(io: { out: OutputStream; err?: OutputStream; clock?: Clock }, columns: number, look: Look) {
    this.out = io.out;
    this.err = io.err?.isTTY ? io.err : undefined;
    this.clock = io.clock ?? systemClock;
    this.fallbackColumns = columns;
    this.look = look;
  }

  onPlan(gates: readonly ProgressGate[]): void {
    if (this.area) return;
    this.board.plan(gates);
    this.since = this.clock.now();
    this.area = new LiveArea(this.out, this.err);
    const redraw = () => this.draw();
    this.undo.push(this.clock.every(TICK_MS, redraw));
    this.out.on("resize", redraw);
    this.undo.push(() => this.out.removeListener("resize", redraw));
    // Without listr2 the view still works: it draws from the board, on every tick.
    startTaskList([...this.board.rows], redraw).then(
      (tasks) => this.attach(tasks),
      () => {},
    );
    this.draw();
  }

  onRecord(task: TaskState): void {
    const change = this.board.update(task);
    if (change === "retried" || change === "started") this.printed.delete(task.taskId);
    if (change === "finished") this.tasks?.settle(task);
    this.draw();
  }

  onFinish(): void {
    this.printFinished();
    this.area?.clear();
    this.stop();
  }

  stop(): void {
    for (const undo of this.undo) undo();
    this.undo = [];
    this.area?.close();
  }

  private attach(tasks: TaskList): void {
    this.tasks = tasks;
    for (const { task } of this.board.rows) {
      if (task && isFinished(task)) tasks.settle(task);
    }
  }

  private draw(): void {
    if (!this.area || this.undo.length === 0) return;
    const screen = this.screen();
    // Once compact, always compact: what was printed above cannot be taken back.
    this.compact ||= needsCompact(this.board, screen);
    this.printFinished();
    const frame = this.compact ? compactFrame : fullFrame;
    this.area.draw(frame(this.board, screen, this.clock.now(), this.since, this.look));
  }

  private printFinished(): void {
    if (!this.compact) return;
    const now = this.clock.now();
    const screen = this.screen();
    const lines: string[] = [];
    for (const row of this.board.rows) {
      if (!isFinished(row.task) || this.printed.has(row.id)) continue;
      this.printed.add(row.id);
      lines.push(finishedLine(this.board, row, screen, now, this.look));
    }
    this.area?.print(lines);
  }

  /** One column less than there is: erasing to the end of a full line would take its last character along. */
  private screen(): Screen {
    const columns = this.out.columns ?? this.fallbackColumns;
    return { columns: Math.max(1, columns - 1), rows: this.out.rows ?? 24 };
  }
}
