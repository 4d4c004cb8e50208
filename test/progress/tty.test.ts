import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProgress } from "../../modsquad/cli/progress/index.ts";
import type { Progress } from "../../modsquad/cli/progress/types.ts";
import type { TaskState } from "../../modsquad/contracts/run-state.ts";
import { TASK_STATUSES } from "../../modsquad/contracts/words.ts";
import { anyText } from "../report/arbitrary.ts";
import { at, buildPlanned, buildRisk, buildState, buildTask } from "../report/build-state.ts";
import { FakeClock, FakeTerminal } from "./fake-terminal.ts";

interface Setup {
  terminal: FakeTerminal;
  clock: FakeClock;
  progress: Progress;
}

function setup(columns = 100, rows = 24, look = { color: false, unicode: false }): Setup {
  const terminal = new FakeTerminal(columns, rows);
  const clock = new FakeClock();
  const io = { out: terminal.out, clock };
  return { terminal, clock, progress: createProgress({ kind: "tty", io, columns, ...look }) };
}

function running(id: string, extra: Partial<TaskState> = {}): TaskState {
  const fields = {
    status: "in_progress" as const,
    endTime: null,
    durationSeconds: null,
    checks: [],
    metrics: {},
  };
  return buildTask(id, { ...fields, ...extra });
}

const ids = (n: number) => Array.from({ length: n }, (_, index) => `gate-${String(index).padStart(3, "0")}`);

describe("live view", () => {
  it("shows every gate with its state, time, attempt and step", async () => {
    const { terminal, clock, progress } = setup();
    progress.onPlan([
      buildPlanned("repo-audit"),
      { ...buildPlanned("live-flows", { expectedSeconds: 12 }), attempts: 3 },
      buildPlanned("contract", { needs: ["live-flows"] }),
      buildPlanned("browser", { decision: "not_applicable" }),
    ]);
    progress.onRecord(running("repo-audit"));
    progress.onRecord(running("live-flows"));
    clock.advance(2100);
    progress.onRecord(buildTask("repo-audit", { seconds: 2.1, status: "failed" }));
    progress.onRecord(running("live-flows", { attempt: 2, progress: { done: 3, total: 8, label: "flows" } }));
    clock.advance(2100);
    expect(await terminal.screen()).toEqual([
      "x repo-audit  failed            2.1s  1 check, 10 examined",
      "| live-flows  running           4.2s  attempt 2 of 3, flows 3/8, usually 12.0s",
      ". contract    waiting              -  after live-flows",
      "",
      "1/3 gates done, 1 failed, 1 running, 1 waiting, 4.2s",
    ]);
    progress.stop();
  });

  it("says what is shown in colour by glyph and word too", async () => {
    const { terminal, progress } = setup(100, 24, { color: true, unicode: true });
    progress.onPlan([buildPlanned("repo-audit")]);
    progress.onRecord(buildTask("repo-audit", { status: "errored", errors: ["missing-tool: docker"] }));
    progress.stop();
    expect((await terminal.screen())[0]).toMatch(/^\? repo-audit {2}errored .*missing-tool: docker/);
    expect(terminal.bytes).toContain("\x1b[35merrored");
  });

  it("writes no colour when there is none to write", async () => {
    const { terminal, progress } = setup();
    progress.onPlan([buildPlanned("a")]);
    progress.onRecord(buildTask("a", { status: "failed" }));
    progress.stop();
    await terminal.screen();
    expect(terminal.bytes).not.toMatch(/\x1b\[[0-9;]*m/);
  });

  it("makes room for the summary when the run is over, and leaves the last frame when it was interrupted", async () => {
    const finished = setup();
    finished.progress.onPlan([buildPlanned("a")]);
    finished.progress.onRecord(buildTask("a"));
    finished.progress.onFinish(buildState([buildTask("a")]), buildRisk());
    finished.terminal.out.write("summary\n");
    expect(await finished.terminal.scrollback()).toEqual(["summary"]);

    const interrupted = setup();
    interrupted.progress.onPlan([buildPlanned("a")]);
    interrupted.progress.onRecord(running("a"));
    interrupted.progress.stop();
    interrupted.terminal.out.write("interrupted\n");
    const lines = await interrupted.terminal.scrollback();
    expect(lines[0]).toContain("running");
    expect(lines.at(-1)).toBe("interrupted");
  });
});

describe("a list taller than the screen", () => {
  it("hides nothing: 120 gates in 15 rows, all running ones visible, all finished ones above", async () => {
    const { terminal, clock, progress } = setup(80, 15);
    const all = ids(120);
    progress.onPlan(all.map((id) => buildPlanned(id)));
    for (let from = 0; from < all.length; from += 8) {
      const wave = all.slice(from, from + 8);
      for (const id of wave) progress.onRecord(running(id, { startTime: at(from) }));
      clock.advance(200);
      const screen = (await terminal.screen()).join("\n");
      for (const id of wave) expect(screen).toContain(id);
      expect(screen).toContain(`${from}/120 gates done`);
      for (const id of wave)
        progress.onRecord(buildTask(id, { status: from === 8 ? "failed" : "completed" }));
    }
    progress.onFinish(buildState([]), buildRisk());
    const lines = await terminal.scrollback();
    expect(lines.map((line) => line.slice(2, 10))).toEqual(all);
    expect(lines.filter((line) => line.startsWith("x "))).toHaveLength(8);
  });

  it("counts the running gates for which even the screen has no room", async () => {
    const { terminal, progress } = setup(40, 6);
    progress.onPlan(ids(60).map((id) => buildPlanned(id)));
    for (const id of ids(60)) progress.onRecord(running(id));
    const screen = await terminal.screen();
    expect(screen[0]).toMatch(/^0\/60 gates done, 60 running/);
    expect(screen.length).toBeLessThanOrEqual(5);
    const more = Number(/\+(\d+) more/.exec(screen.at(-1) ?? "")?.[1]);
    const named = screen.join("\n").match(/gate-\d{3}/g)?.length ?? 0;
    expect(named + more).toBeGreaterThanOrEqual(60);
    progress.stop();
  });

  it("prints what has finished when the screen shrinks under a list that used to fit", async () => {
    const { terminal, clock, progress } = setup(80, 30);
    const all = ids(20);
    progress.onPlan(all.map((id) => buildPlanned(id)));
    for (const id of all.slice(0, 12)) progress.onRecord(buildTask(id));
    await terminal.screen();
    terminal.resize(80, 10);
    clock.advance(100);
    for (const id of all.slice(12)) progress.onRecord(buildTask(id));
    progress.onFinish(buildState([]), buildRisk());
    const text = (await terminal.scrollback()).join("\n");
    for (const id of all) expect(text).toMatch(new RegExp(`^\\+ ${id} +passed`, "m"));
  });
});

describe("the terminal", () => {
  it("gets cursor and line wrap back from stop(), at any moment, more than once", async () => {
    const { terminal, clock, progress } = setup();
    progress.onPlan([buildPlanned("a")]);
    progress.onRecord(running("a"));
    clock.advance(500);
    expect(terminal.bytes).toContain("\x1b[?25l");
    progress.stop();
    progress.stop();
    expect(await terminal.wraps()).toBe(true);
    expect(terminal.cursorVisible).toBe(true);
    expect(clock.active).toBe(0);
    const before = terminal.bytes;
    progress.onRecord(buildTask("a"));
    clock.advance(1000);
    await terminal.screen();
    expect(terminal.bytes).toBe(before);
  });

  it("is not touched by stop() alone", async () => {
    const { terminal, progress } = setup();
    progress.stop();
    await terminal.screen();
    expect(terminal.bytes).toBe("");
  });

  it("has no signal handler of ours or of listr2, and no listener left behind", async () => {
    const events = ["SIGINT", "SIGTERM", "SIGHUP", "exit"] as const;
    const count = () => events.map((event) => process.listenerCount(event));
    const before = count();
    const { terminal, progress } = setup();
    const write = terminal.out.write;
    progress.onPlan([buildPlanned("a")]);
    await import("listr2");
    await terminal.screen();
    const exit = before[3]! + 1;
    expect(count()).toEqual([...before.slice(0, 3), exit]);
    progress.stop();
    expect(count()).toEqual(before);
    expect(terminal.out.write).toBe(write);
  });

  it("keeps what others write meanwhile, above the live lines", async () => {
    const { terminal, clock, progress } = setup(60, 12);
    progress.onPlan(ids(3).map((id) => buildPlanned(id)));
    terminal.out.write("(node:1) Warning: something\n");
    clock.advance(100);
    terminal.out.write("no newline at the end");
    clock.advance(100);
    progress.onRecord(buildTask("gate-001"));
    const lines = await terminal.screen();
    expect(lines.slice(0, 2)).toEqual(["(node:1) Warning: something", "no newline at the end"]);
    expect(lines.filter((line) => line.includes("gate-"))).toHaveLength(3);
    progress.stop();
  });

  it("is redrawn in place when it gets narrower: no line is left behind twice", async () => {
    const { terminal, clock, progress } = setup(100, 24);
    progress.onPlan(ids(4).map((id) => buildPlanned(id)));
    for (const id of ids(4)) progress.onRecord(buildTask(id, { errors: ["e".repeat(60)] }));
    expect((await terminal.screen())[0]).toMatch(/e{30}/);
    terminal.resize(40, 24);
    clock.advance(200);
    const lines = await terminal.scrollback();
    expect(lines).toHaveLength(6);
    expect(lines.filter((line) => line.includes("gate-"))).toHaveLength(4);
    progress.stop();
  });

  it("that does not take a frame in is not sent another", async () => {
    const { terminal, clock, progress } = setup();
    progress.onPlan([buildPlanned("a")]);
    progress.onRecord(running("a"));
    await terminal.screen();
    terminal.out.pause();
    for (let i = 0; i < 5000; i += 1) clock.advance(100);
    expect(terminal.out.writableLength).toBeLessThan(64 * 1024);
    terminal.out.resume();
    progress.stop();
  });
});

describe("any run", () => {
  it("fits the screen, ends with a visible cursor, and names every gate", async () => {
    const event = fc.record({
      gate: fc.nat({ max: 11 }),
      status: fc.constantFrom(...TASK_STATUSES),
      attempt: fc.integer({ min: 1, max: 3 }),
      text: anyText,
    });
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 120 }),
      rows: fc.integer({ min: 1, max: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(size, fc.array(event, { maxLength: 30 }), async ({ columns, rows }, events) => {
        const { terminal, clock, progress } = setup(columns, rows, { color: true, unicode: true });
        progress.onPlan(ids(12).map((id) => buildPlanned(id)));
        for (const { gate, status, attempt, text } of events) {
          const label = { done: 1, total: 2, label: text };
          const task = buildTask(ids(12)[gate]!, { status, attempt, errors: [text], progress: label });
          progress.onRecord(task);
          clock.advance(150);
        }
        const lines = await terminal.scrollback();
        expect(await terminal.wrappedLines()).toBe(0);
        progress.stop();
        await terminal.screen();
        expect(terminal.cursorVisible).toBe(true);
        expect(terminal.bytes).not.toMatch(/\x1b\[2J|\x1b\]/);
        if (columns > 40 && rows > 16) {
          for (const id of ids(12)) expect(lines.filter((line) => line.includes(id))).toHaveLength(1);
        }
      }),
      { numRuns: 60, seed: 21 },
    );
  });
});
