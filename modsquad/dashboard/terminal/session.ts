/** The live dashboard: draws when something changes, obeys keys, and ends with the terminal as it was. */
import { EXIT } from "../../contracts/words.ts";
import { appendControl } from "../../journal/control.ts";
import { rowsOf, rowText } from "../frame/panes.ts";
import type { Look } from "../frame/text.ts";
import { STILL, type Ui } from "../frame/ui.ts";
import { compose, type Palette } from "../frame.ts";
import type { Source } from "../source.ts";
import type { DashboardView } from "../view.ts";
import { copyText } from "./copy.ts";
import { type Action, pressed } from "./keys.ts";
import { findingPage, gatePage, helpPage } from "./pages.ts";
import { type Key, Terminal, type TerminalInput, type TerminalOutput } from "./screen.ts";

export interface SessionOptions {
  input: TerminalInput;
  output: TerminalOutput;
  term: string;
  look: Look;
  palette: Palette;
  /** modsquad/logs, where requests to the engine go, and the root above it. */
  logs: string;
  root: string;
  /** Milliseconds between two pictures; null = whenever something changes. */
  refreshMs: number | null;
  open(onChange: () => void): Source;
}

/** No more pictures a second than this make a difference to a person. */
const MOST_A_SECOND = 10;
/** Clocks and the life of the run move on even when nothing is written. */
const TICK_MS = 1000;
/** A picture that was dear to make is followed by a pause this many times as long. */
const REST = 4;
/** A view that took longer than this to make is dear. */
const DEAR_MS = 10;
const PATIENCE_MS = 15_000;

export interface Ended {
  /** Exit code. */
  code: number;
  /** What was shown last. */
  view: DashboardView;
}

/** Runs until a key, a signal or the end of the terminal. The terminal is given back before it resolves or rejects. */
export function runSession(options: SessionOptions): Promise<Ended> {
  return new Session(options).run();
}

class Session {
  readonly #options: SessionOptions;
  readonly #terminal: Terminal;
  readonly #source: Source;
  #ui: Ui = { ...STILL, interactive: true };
  #view: DashboardView;
  #panes: ReturnType<typeof compose>["panes"] = [];
  #timer: NodeJS.Timeout | null = null;
  /** No view is made anew before this moment, of performance.now(). */
  #restUntil = 0;
  /** When the last pictures were drawn. */
  #drawn: number[] = [];
  /** A request whose answer is awaited. */
  #asked: { id: string; gate: string; at: number } | null = null;
  #stopped = false;
  #undo: (() => void)[] = [];
  #end: (ended: Ended) => void = () => {};

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#source = options.open(() => this.#changed());
    this.#view = this.#source.view();
    this.#terminal = new Terminal(options);
  }

  run(): Promise<Ended> {
    return new Promise((resolve) => {
      this.#end = resolve;
      this.#listen();
      this.#draw();
      const { look, palette } = this.#options;
      if (look.colour && look.unicode && palette !== "mono") setImmediate(() => this.#addCharts());
    });
  }

  #listen(): void {
    const { output } = this.#options;
    this.#terminal.onKey((key) => this.#pressed(key));
    this.#terminal.onResize(() => this.#draw());
    this.#onProcess("SIGINT", () => this.#finish(EXIT.interrupted));
    this.#onProcess("SIGTERM", () => this.#finish(EXIT.terminated));
    this.#onProcess("SIGHUP", () => this.#finish(EXIT.hangup));
    process.on("SIGTSTP", this.#onStop);
    this.#undo.push(() => process.off("SIGTSTP", this.#onStop));
    this.#onProcess("SIGCONT", () => this.#continue());
    // Whoever reports the fault writes to the terminal: it has to be the usual one by then.
    const restore = () => this.#terminal.leave();
    process.prependListener("uncaughtException", restore);
    process.prependListener("unhandledRejection", restore);
    this.#undo.push(() => {
      process.off("uncaughtException", restore);
      process.off("unhandledRejection", restore);
    });
    const gone = () => this.#finish(EXIT.hangup);
    output.on("error", gone);
    const drained = () => this.#draw();
    output.on("drain", drained);
    this.#undo.push(
      () => output.off("error", gone),
      () => output.off("drain", drained),
    );
    const tick = setInterval(() => {
      if (performance.now() >= this.#restUntil) this.#tick();
    }, this.#options.refreshMs ?? TICK_MS);
    this.#undo.push(() => clearInterval(tick));
  }

  #onProcess(signal: NodeJS.Signals, handle: () => void): void {
    process.on(signal, handle);
    this.#undo.push(() => process.off(signal, handle));
  }

  #finish(code: number): void {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const undo of this.#undo) undo();
    this.#terminal.close();
    this.#end({ code, view: this.#view });
  }

  readonly #onStop = (): void => this.#suspend();

  /** Stops the whole group, as the terminal itself would: a wrapper such as npx has to stop too. */
  #suspend(): void {
    this.#terminal.leave();
    process.off("SIGTSTP", this.#onStop);
    process.kill(0, "SIGTSTP");
    // Where no shell controls jobs the signal stops nobody.
    setTimeout(() => this.#continue(), 300);
  }

  #continue(): void {
    if (this.#stopped) return;
    process.off("SIGTSTP", this.#onStop);
    process.on("SIGTSTP", this.#onStop);
    this.#terminal.enter();
    this.#draw();
  }

  /** What is dear to make is drawn in a turn of its own, so that keys need not wait for both. */
  #tick(): void {
    const cost = this.#refresh();
    if (cost < DEAR_MS) this.#draw();
    else setImmediate(() => this.#draw());
  }

  /** Something was written: shown at once, unless there were ten pictures within the last second. */
  #changed(): void {
    if (this.#timer || this.#stopped || this.#options.refreshMs !== null) return;
    const next = Math.max(this.#restUntil, (this.#drawn.at(-MOST_A_SECOND) ?? -1000) + 1000);
    const wait = Math.max(0, next - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#tick();
    }, wait);
  }

  /** The view anew; returns what it cost, milliseconds. */
  #refresh(): number {
    const started = performance.now();
    this.#view = this.#source.view();
    this.#hearAnswer();
    const now = performance.now();
    const cost = now - started;
    this.#restUntil = now + REST * cost;
    return cost;
  }

  #draw(): void {
    if (this.#stopped || this.#terminal.congested) return;
    const composition = compose(this.#view, {
      ...this.#options.look,
      columns: this.#terminal.columns,
      rows: this.#terminal.rows,
      ui: this.#ui,
      charts: this.#terminal.hasCharts,
    });
    this.#panes = composition.panes;
    this.#terminal.draw(composition, this.#view);
    this.#drawn = [...this.#drawn.slice(1 - MOST_A_SECOND), performance.now()];
  }

  async #addCharts(): Promise<void> {
    await this.#terminal.loadCharts();
    this.#draw();
  }

  #pressed(key: Key): void {
    const context = { view: this.#view, panes: this.#panes, rows: this.#terminal.rows };
    const { ui, action } = pressed(key, this.#ui, context);
    this.#ui = ui;
    this.#act(action);
    this.#draw();
  }

  #act(action: Action): void {
    if (action === "quit") this.#finish(EXIT.safe);
    else if (action === "interrupt") this.#finish(EXIT.interrupted);
    else if (action === "suspend") this.#suspend();
    else if (action === "help") this.#page("help", helpPage(this.#terminal.columns));
    else if (action === "open") this.#open();
    else if (action === "run-gate") this.#say(this.#runGate());
    else if (action === "copy") this.#say(this.#copy());
  }

  #page(title: string, lines: string[]): void {
    this.#ui = { ...this.#ui, page: { title, lines, top: 0 } };
  }

  #open(): void {
    const text = this.#chosenText();
    if (text === null) return;
    this.#page(text.title, text.lines);
  }

  /** The chosen row in full, as clean text. */
  #chosenText(): { title: string; lines: string[] } | null {
    const { pane } = this.#ui;
    const row = this.#ui.chosen[pane] ?? 0;
    const width = this.#terminal.columns;
    const gate = this.#chosenGate();
    if (pane === "findings") {
      const finding = rowsOf(this.#view, pane, this.#ui)[row];
      return finding ? { title: finding.ruleId, lines: findingPage(finding, width) } : null;
    }
    const detail = gate === null ? null : this.#source.detail(gate);
    if (detail) return { title: detail.id, lines: gatePage(detail, width) };
    const text = rowText(this.#view, pane, row, this.#ui);
    return text === "" ? null : { title: pane, lines: [text] };
  }

  /** The gate the chosen row is about, or null. */
  #chosenGate(): string | null {
    const { pane } = this.#ui;
    const row = this.#ui.chosen[pane] ?? 0;
    switch (pane) {
      case "gates":
        return rowsOf(this.#view, pane, this.#ui)[row]?.id ?? null;
      case "findings":
      case "ledger":
        return rowsOf(this.#view, pane, this.#ui)[row]?.gate ?? null;
      case "timeline":
        return rowsOf(this.#view, pane, this.#ui)[row]?.subject || null;
      case "runs":
        return null;
    }
  }

  /** What was copied, in words. */
  #copy(): string {
    const { page } = this.#ui;
    const chosen = page ? { title: page.title, lines: page.lines } : this.#chosenText();
    if (chosen === null) return "nothing is chosen";
    const { sequence, message } = copyText(chosen.lines.join("\n"), this.#options.root);
    this.#terminal.send(sequence);
    return message;
  }

  /** Asks the engine; what was asked, or why not, in words. */
  #runGate(): string {
    const gate = this.#chosenGate();
    const { runId } = this.#source;
    if (gate === null || runId === null) return "choose a gate first";
    if (this.#view.life !== "live") return `no run is live to ask; run it anew: meta-orch --gate ${gate}`;
    const asked = appendControl(this.#options.logs, { by: "dashboard", request: "run-gate", runId, gate });
    if (!asked.ok) return asked.problems[0]?.what ?? "the request could not be written";
    this.#asked = { id: asked.value.id, gate, at: Date.now() };
    return `asked the engine to run ${gate} again`;
  }

  #hearAnswer(): void {
    const asked = this.#asked;
    if (asked === null) return;
    const answer = this.#view.answers.find((one) => one.id === asked.id);
    if (answer) {
      this.#asked = null;
      const why = answer.reason === "" ? "" : `: ${answer.reason}`;
      this.#say(
        answer.accepted
          ? `the engine runs ${asked.gate} again`
          : `the engine refused to run ${asked.gate} again${why}`,
      );
    } else if (Date.now() - asked.at > PATIENCE_MS) {
      this.#asked = null;
      this.#say(`the engine has not answered the request to run ${asked.gate} again`);
    }
  }

  #say(message: string): void {
    this.#ui = { ...this.#ui, message };
  }
}
