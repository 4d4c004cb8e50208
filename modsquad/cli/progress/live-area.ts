/**
 * A few lines at the bottom of the terminal that are drawn again and again, with everything else above them.
 * The cursor rests on the line below, so whatever ends the process leaves a clean line to write on.
 */
import type { OutputStream } from "./types.ts";
import { textWidth } from "./width.ts";

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
/** Without it a line of unexpected width would wrap, and the next frame would be drawn over the wrong rows. */
const WRAP_OFF = "\x1b[?7l";
const WRAP_ON = "\x1b[?7h";
/** DEC 2026: the terminal shows a frame at once; those that do not know it ignore it. */
const SYNC_BEGIN = "\x1b[?2026h";
const SYNC_END = "\x1b[?2026l";
const SGR = /\x1b\[[0-9;]*m/g;

type Write = OutputStream["write"];

export class LiveArea {
  private drawn: string[] = [];
  private shown = false;
  private open = false;
  private dead = false;
  /** The last foreign write did not end its line. */
  private midLine = false;
  private readonly writeOut: Write;
  private readonly undo: (() => void)[] = [];
  private readonly out: OutputStream;

  /** @param err a second stream on the same terminal, or undefined */
  constructor(out: OutputStream, err: OutputStream | undefined) {
    this.out = out;
    this.writeOut = out.write.bind(out) as Write;
    for (const stream of err && err !== out ? [out, err] : [out]) this.share(stream);
    const gone = () => {
      this.dead = true;
    };
    out.on("error", gone);
    const restore = () => this.close();
    process.once("exit", restore);
    this.undo.push(() => process.removeListener("exit", restore));
    this.open = true;
  }

  /** Replaces the live lines. Skipped while the terminal has not taken in the last frame. */
  draw(lines: string[]): void {
    if (!this.open || this.out.writableNeedDrain) return;
    if (this.shown && lines.length === this.drawn.length && lines.every((line, i) => line === this.drawn[i]))
      return;
    this.emit(this.toTop() + frame(lines));
    this.drawn = lines;
    this.shown = true;
  }

  /** Prints lines above the live ones, for good. */
  print(lines: string[]): void {
    if (!this.open || lines.length === 0) return;
    this.emit(this.toTop() + frame(lines) + frame(this.drawn));
  }

  /**
   * Takes the live lines off the screen, one by one: erasing everything below the first row of the screen makes
   * tmux keep a copy of it in the scrollback.
   */
  clear(): void {
    if (!this.open || this.drawn.length === 0) return;
    const rows = this.rowsDrawn();
    this.emit(`\x1b[${rows}A\r${"\x1b[K\r\n".repeat(rows)}\x1b[${rows}A`);
    this.drawn = [];
    this.shown = false;
  }

  /** Gives cursor and streams back; the last frame stays where it is. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    for (const undo of this.undo) undo();
    this.write(WRAP_ON + SHOW_CURSOR);
  }

  private emit(text: string): void {
    this.write(`${SYNC_BEGIN}${HIDE_CURSOR}${WRAP_OFF}${text}${WRAP_ON}${SYNC_END}`);
  }

  private write(text: string): void {
    if (!this.dead && !this.out.destroyed) this.writeOut(text);
  }

  /** Moves to the first live row. */
  private toTop(): string {
    if (this.midLine) {
      this.midLine = false;
      return "\r\n";
    }
    const rows = this.rowsDrawn();
    return rows === 0 ? "\r" : `\x1b[${rows}A\r`;
  }

  /** Rows the live lines take now: after the terminal got narrower, one of them may take several. */
  private rowsDrawn(): number {
    const columns = this.out.columns;
    let rows = 0;
    for (const line of this.drawn) {
      const width = textWidth(line.replace(SGR, ""));
      rows += columns === undefined || columns < 1 ? 1 : Math.max(1, Math.ceil(width / columns));
    }
    return rows;
  }

  /** Whatever others write to the stream goes above: the live lines step aside and come back with the next draw. */
  private share(stream: OutputStream): void {
    const original = stream.write;
    const write = original.bind(stream) as (...args: unknown[]) => boolean;
    const shared = (...args: unknown[]): boolean => {
      this.clear();
      const chunk = args[0];
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString("latin1");
      if (text !== "") this.midLine = !text.endsWith("\n");
      return write(...args);
    };
    stream.write = shared as Write;
    this.undo.push(() => {
      stream.write = original;
    });
  }
}

function frame(lines: string[]): string {
  return `${lines.map((line) => `${line}\x1b[K\r\n`).join("")}\x1b[J`;
}
