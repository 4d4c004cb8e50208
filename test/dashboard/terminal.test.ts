import { PassThrough } from "node:stream";
import { Terminal as Emulator } from "@xterm/headless";
import { afterEach, describe, expect, it } from "vitest";
import { STILL, type Ui } from "../../modsquad/dashboard/frame/ui.ts";
import { compose, type Palette } from "../../modsquad/dashboard/frame.ts";
import { Terminal } from "../../modsquad/dashboard/terminal/screen.ts";
import { type DashboardView, view } from "../../modsquad/dashboard/view.ts";
import { at, buildRisk, buildState, buildTask } from "../report/build-state.ts";
import { blockedRun } from "../report/storefront-run.ts";

interface Lab {
  terminal: Terminal;
  emulator: Emulator;
  output: PassThrough & { columns: number; rows: number };
  input: PassThrough;
  /** Resolves once everything written has been understood; the text of the screen. */
  text(): Promise<string>;
}

let lab: Lab | null = null;
afterEach(() => {
  lab?.terminal.close();
  lab = null;
});

/** blessed on streams that stand in for a terminal, and an emulator that understands what it writes. */
async function open(
  columns: number,
  rows: number,
  colour = true,
  palette: Palette = "default",
): Promise<Lab> {
  const emulator = new Emulator({ cols: columns, rows, allowProposedApi: true });
  const output = Object.assign(new PassThrough(), { columns, rows, isTTY: true });
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {} });
  let written = Promise.resolve();
  output.on("data", (chunk: Buffer) => {
    written = written.then(() => new Promise((done) => emulator.write(chunk, done)));
  });
  const terminal = new Terminal({
    input,
    output,
    term: "xterm-256color",
    look: { colour, unicode: true },
    palette,
  });
  await terminal.loadCharts();
  const text = async () => {
    await new Promise((done) => setImmediate(done));
    await written;
    const { active } = emulator.buffer;
    const lines = Array.from(
      { length: emulator.rows },
      (_, y) => active.getLine(y)?.translateToString(true) ?? "",
    );
    return lines.join("\n");
  };
  lab = { terminal, emulator, output, input, text };
  return lab;
}

function draw({ terminal }: Lab, shown: DashboardView, ui: Partial<Ui> = {}, charts = true): void {
  const options = {
    columns: terminal.columns,
    rows: terminal.rows,
    colour: true,
    unicode: true,
    charts,
    ui: { ...STILL, interactive: true, ...ui },
  };
  terminal.draw(compose(shown, options), shown);
}

function blocked(): DashboardView {
  const { state, risk } = blockedRun();
  return view({ latest: state, risk, now: Date.parse(at(25)), alive: undefined });
}

describe("the terminal", () => {
  it.each([
    [120, 40],
    [80, 24],
    [40, 12],
    [12, 4],
    [1, 1],
  ])("shows the frame as it is at %dx%d", async (columns, rows) => {
    const shown = blocked();
    const opened = await open(columns, rows);
    draw(opened, shown, {}, false);
    const ui = { ...STILL, interactive: true };
    const composed = compose(shown, { columns, rows, colour: true, unicode: true, ui });
    const expected = composed.lines.map((line) =>
      line
        .map(([text]) => text)
        .join("")
        .trimEnd(),
    );
    expect((await opened.text()).split("\n").map((line) => line.trimEnd())).toEqual(expected);
  });

  it("draws donut and gauge, with 1 % as 1 %", async () => {
    const tasks = [buildTask("a"), ...Array.from({ length: 99 }, (_, i) => buildTask(`w${i}`, WAITING))];
    const running = { status: "running" as const, finishedAt: null, exitCode: null };
    const state = buildState(tasks, running);
    const shown = view({ latest: state, risk: buildRisk(), now: Date.parse(at(25)), alive: true });
    const opened = await open(130, 42);
    draw(opened, shown);
    const text = await opened.text();
    expect(text).toMatch(/[\u2801-\u28ff]/);
    expect(text).toMatch(/[\u2800-\u28ff ]1%/);
    expect(text).not.toContain("100%");
  });

  it("keeps wide characters in their columns and obeys nothing a gate wrote", async () => {
    const evil = "品質 {red-fg}bold{/} \x1b[2J\x1b]0;title\x07 👩‍👩‍👧 café";
    const task = buildTask("a", { status: "failed", errors: [evil], metrics: {}, checks: [] });
    const shown = view({
      latest: buildState([task], { exitCode: 1 }),
      risk: buildRisk(),
      now: 0,
      alive: false,
    });
    const opened = await open(120, 40);
    draw(opened, shown, {}, false);
    const line = (await opened.text()).split("\n").find((one) => one.includes("品質"))!;
    expect(line).toContain("品質 {red-fg}bold");
    expect(opened.emulator.buffer.active.type).toBe("alternate");
  });

  it("follows a new size, however small", async () => {
    const shown = blocked();
    const opened = await open(130, 42);
    draw(opened, shown);
    for (const [columns, rows] of [
      [1, 1],
      [12, 4],
      [70, 20],
      [150, 50],
    ] as const) {
      Object.assign(opened.output, { columns, rows });
      opened.emulator.resize(columns, rows);
      const resized = new Promise<void>((done) => opened.terminal.onResize(done));
      opened.output.emit("resize");
      await resized;
      draw(opened, shown);
      expect([opened.terminal.columns, opened.terminal.rows]).toEqual([columns, rows]);
    }
    expect(await opened.text()).toContain("BLOCKED");
  });

  it("uses no colour when there shall be none", async () => {
    const opened = await open(100, 30, false);
    let bytes = "";
    opened.output.on("data", (chunk: Buffer) => {
      bytes += chunk.toString();
    });
    draw(opened, blocked(), {}, false);
    await opened.text();
    expect(bytes).not.toMatch(/\x1b\[[0-9;]*(?:3[0-7]|9[0-7])m/);
  });

  it("gives the terminal back: usual screen, cursor shown", async () => {
    const opened = await open(100, 30);
    draw(opened, blocked());
    await opened.text();
    expect(opened.emulator.buffer.active.type).toBe("alternate");
    opened.terminal.close();
    await opened.text();
    expect(opened.emulator.buffer.active.type).toBe("normal");
  });

  it("says when the terminal does not take any more", async () => {
    const opened = await open(100, 30);
    opened.output.pause();
    while (opened.output.write("x".repeat(10_000)));
    expect(opened.terminal.congested).toBe(true);
  });
});

const WAITING = { status: "pending" as const, startTime: null, endTime: null, durationSeconds: null };
