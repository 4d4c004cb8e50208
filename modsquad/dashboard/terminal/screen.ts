/** blessed as the driver of the terminal: cells, keys, size; and giving the terminal back, whatever happens. */
import type { Readable, Writable } from "node:stream";
import blessed from "blessed";
import { charWidth } from "../../cli/progress/width.ts";
import { codeOf, type Palette } from "../frame/palette.ts";
import type { Line, Look } from "../frame/text.ts";
import type { Composition } from "../frame.ts";
import type { DashboardView } from "../view.ts";
import type { Charts } from "./charts.ts";

export type TerminalOutput = Writable & { columns?: number; rows?: number; isTTY?: boolean };
export type TerminalInput = Readable & { setRawMode?(raw: boolean): unknown; isTTY?: boolean };

export interface TerminalOptions {
  input: TerminalInput;
  output: TerminalOutput;
  /** TERM. */
  term: string;
  look: Look;
  palette: Palette;
}

export interface Key {
  /** The character typed, or undefined. */
  char: string | undefined;
  /** Such as "escape", "C-c", "S-tab", "up". */
  name: string;
}

/** What its declarations leave out. */
type BlessedScreen = blessed.Widgets.Screen & { enter(): void; leave(): void; lines: CellLine[] };

type Cell = [attr: number, char: string];
type CellLine = Cell[] & { dirty: boolean };

const BLESSED_UNICODE = (blessed as unknown as { unicode: { charWidth(char: string): number } }).unicode;
const DEFAULT_ATTR = (0x1ff << 9) | 0x1ff;

export class Terminal {
  readonly #screen: BlessedScreen;
  #charts: Charts | null = null;
  readonly #options: TerminalOptions;
  readonly #glyphs = new Map<string, string>();
  #lines: readonly Line[] = [];
  #left = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#screen = quietly(
      () =>
        blessed.screen({
          input: options.input,
          output: options.output,
          // Newer descriptions of terminals make blessed complain; it needs nothing beyond what this one has.
          terminal: options.term === "linux" ? "linux" : "xterm-256color",
          extended: false,
          fullUnicode: true,
          forceUnicode: options.look.unicode,
          smartCSR: false,
          warnings: false,
          autoPadding: false,
          resizeTimeout: 50,
          sendFocus: false,
        } as unknown as blessed.Widgets.IScreenOptions) as BlessedScreen,
    );
    // Its line drawing characters come out as letters in many terminals.
    (this.#screen.program as unknown as { tput: { brokenACS: boolean } }).tput.brokenACS = true;
    this.#screen.on("prerender", () => this.#fill());
  }

  get columns(): number {
    return Math.max(1, Number(this.#screen.width) || 1);
  }

  get rows(): number {
    return Math.max(1, Number(this.#screen.height) || 1);
  }

  /** True while the terminal has not taken what was written before: a frame more would only wait in memory. */
  get congested(): boolean {
    return this.#options.output.writableNeedDrain === true;
  }

  /** Whether the charts of a composition are drawn. */
  get hasCharts(): boolean {
    return this.#charts !== null;
  }

  /** The widgets of the charts are loaded apart: a first picture need not wait for them. */
  async loadCharts(): Promise<void> {
    const { Charts } = await import("./charts.ts");
    this.#charts ??= new Charts(this.#screen, this.#options.palette);
  }

  onKey(tell: (key: Key) => void): void {
    this.#screen.program.on("keypress", (char: string | undefined, key: { full?: string; name?: string }) =>
      tell({ char, name: key?.full ?? key?.name ?? "" }),
    );
  }

  onResize(tell: () => void): void {
    this.#screen.on("resize", tell);
  }

  draw(composition: Composition, view: DashboardView): void {
    if (this.#left) return;
    this.#lines = composition.lines;
    this.#charts?.show(composition.charts, view);
    this.#screen.render();
  }

  /** Everything anew, as after something else wrote to the terminal. */
  repaint(): void {
    if (this.#left) return;
    this.#screen.alloc();
    this.#screen.render();
  }

  /** Text for the terminal itself, such as a clipboard request. */
  send(sequence: string): void {
    if (!this.#left) this.#options.output.write(sequence);
  }

  /** The terminal as it was; keys are as usual again. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#screen.leave();
    this.#options.input.setRawMode?.(false);
    this.#options.input.pause();
  }

  /** After leave(), as when the process goes on after Ctrl-Z. */
  enter(): void {
    if (!this.#left) return;
    this.#left = false;
    this.#options.input.setRawMode?.(true);
    this.#options.input.resume();
    this.#screen.enter();
    this.#screen.alloc();
  }

  /** For good. */
  close(): void {
    this.leave();
    quietly(() => this.#screen.destroy());
  }

  /** Writes the lines into blessed's cells, which it then compares with what is on the terminal. */
  #fill(): void {
    for (const [y, row] of this.#screen.lines.entries()) {
      let x = 0;
      for (const [text, style] of this.#lines[y] ?? []) {
        const attr = this.#options.look.colour
          ? attrOf(codeOf(style, this.#options.palette))
          : plainAttr(style);
        for (const char of text) {
          const shown = char < "\x7f" ? char : this.#glyph(char);
          const width = char < "\x7f" ? 1 : charWidth(char);
          if (width === 0) continue;
          set(row, x++, attr, shown);
          if (width === 2) set(row, x++, attr, " ");
        }
      }
      while (x < row.length) set(row, x++, DEFAULT_ATTR, " ");
    }
  }

  /** A character blessed measures differently would shift the rest of its line: shown as "?". */
  #glyph(char: string): string {
    let known = this.#glyphs.get(char);
    if (known === undefined) {
      known = BLESSED_UNICODE.charWidth(char) === charWidth(char) ? char : "?";
      if (this.#glyphs.size > 5000) this.#glyphs.clear();
      this.#glyphs.set(char, known);
    }
    return known;
  }
}

function set(row: CellLine, x: number, attr: number, char: string): void {
  const cell = row[x];
  if (!cell || (cell[0] === attr && cell[1] === char)) return;
  cell[0] = attr;
  cell[1] = char;
  row.dirty = true;
}

const attrs = new Map<string, number>();

/** SGR codes as blessed keeps them: flags, foreground, background in 9 bits each. */
function attrOf(code: string): number {
  let attr = attrs.get(code);
  if (attr !== undefined) return attr;
  let flags = 0;
  let foreground = 0x1ff;
  for (const part of code.split(";").filter(Boolean).map(Number)) {
    if (part === 1) flags |= 1;
    else if (part === 4) flags |= 2;
    else if (part === 7) flags |= 8;
    else if (part >= 30 && part <= 37) foreground = part - 30;
    else if (part >= 90 && part <= 97) foreground = part - 82;
  }
  attr = (flags << 18) | (foreground << 9) | 0x1ff;
  attrs.set(code, attr);
  return attr;
}

/** Without colour only what is chosen stands out, by inverting it. */
function plainAttr(style: string): number {
  return style === "chosen" ? (8 << 18) | DEFAULT_ATTR : DEFAULT_ATTR;
}

/** blessed writes its complaints to the terminal it is about to take over. */
function quietly<T>(work: () => T): T {
  const { error } = console;
  console.error = () => {};
  try {
    return work();
  } finally {
    console.error = error;
  }
}
