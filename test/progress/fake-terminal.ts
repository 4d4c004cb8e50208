/** A terminal of a given size that a progress view can write to, and a clock the test holds. */
import { PassThrough } from "node:stream";
import headless from "@xterm/headless";
import type { Clock, OutputStream } from "../../modsquad/cli/progress/types.ts";

export class FakeClock implements Clock {
  private time = Date.parse("2026-10-31T14:47:46.000Z");
  private readonly timers = new Set<{ ms: number; next: number; tick: () => void }>();

  now(): number {
    return this.time;
  }

  every(ms: number, tick: () => void): () => void {
    const timer = { ms, next: this.time + ms, tick };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  advance(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter((timer) => timer.next <= until).sort((a, b) => a.next - b.next)[0];
      if (!due) break;
      this.time = due.next;
      due.next += due.ms;
      due.tick();
    }
    this.time = until;
  }

  get active(): number {
    return this.timers.size;
  }
}

export class FakeTerminal {
  readonly out: OutputStream & PassThrough;
  bytes = "";
  private readonly term: InstanceType<typeof headless.Terminal>;

  constructor(columns: number, rows: number) {
    this.term = new headless.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
    this.out = Object.assign(new PassThrough(), { columns, rows });
    this.out.on("data", (chunk: Buffer) => {
      this.bytes += chunk.toString("utf8");
      this.term.write(chunk);
    });
  }

  resize(columns: number, rows: number): void {
    this.term.resize(columns, rows);
    Object.assign(this.out, { columns, rows });
    this.out.emit("resize");
  }

  /** Lines the person sees, without empty ones at the end. */
  async screen(): Promise<string[]> {
    const { buffer } = await this.settled();
    return this.lines(buffer.active.baseY, buffer.active.baseY + this.term.rows);
  }

  /** Everything, what has scrolled away included. */
  async scrollback(): Promise<string[]> {
    const { buffer } = await this.settled();
    return this.lines(0, buffer.active.length);
  }

  /** True when the last word said about the cursor was to show it. */
  get cursorVisible(): boolean {
    return this.bytes.lastIndexOf("\x1b[?25h") >= this.bytes.lastIndexOf("\x1b[?25l");
  }

  async wraps(): Promise<boolean> {
    return (await this.settled()).modes.wraparoundMode;
  }

  /** Lines the terminal had to continue on the next row: a frame that wraps is drawn over the wrong rows. */
  async wrappedLines(): Promise<number> {
    const { active } = (await this.settled()).buffer;
    let wrapped = 0;
    for (let row = 0; row < active.length; row += 1) wrapped += active.getLine(row)?.isWrapped ? 1 : 0;
    return wrapped;
  }

  private async settled(): Promise<InstanceType<typeof headless.Terminal>> {
    // The stream hands its chunks over before this turn ends; the emulator answers when it has parsed them.
    await new Promise<void>((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => this.term.write("", resolve));
    return this.term;
  }

  private lines(from: number, to: number): string[] {
    const lines: string[] = [];
    for (let row = from; row < to; row += 1) {
      lines.push(this.term.buffer.active.getLine(row)?.translateToString(true) ?? "");
    }
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }
}
