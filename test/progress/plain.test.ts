import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createProgress } from "../../modsquad/cli/progress/index.ts";
import type { TaskState } from "../../modsquad/contracts/run-state.ts";
import { buildFinding, buildPlanned, buildRisk, buildState, buildTask } from "../report/build-state.ts";
import { FakeClock } from "./fake-terminal.ts";

function setup(color = false) {
  const out = new PassThrough();
  const clock = new FakeClock();
  const progress = createProgress({ kind: "plain", io: { out, clock }, columns: 80, color, unicode: false });
  const lines = () =>
    String(out.read() ?? "")
      .split("\n")
      .slice(0, -1);
  return { out, clock, progress, lines };
}

function running(id: string, extra: Partial<TaskState> = {}): TaskState {
  return buildTask(id, { status: "in_progress", endTime: null, durationSeconds: null, ...extra });
}

describe("plain progress", () => {
  it("writes one line per change, with errors and warnings beneath", () => {
    const { progress, lines } = setup();
    progress.onPlan([
      { ...buildPlanned("repo-audit"), attempts: 2 },
      buildPlanned("browser"),
      buildPlanned("contract", { decision: "not_in_mode" }),
    ]);
    progress.onRecord(buildTask("browser", { status: "pending" }));
    progress.onRecord(running("repo-audit"));
    progress.onRecord(running("repo-audit", { progress: { done: 1, total: 2, label: "files" } }));
    progress.onRecord(running("repo-audit", { attempt: 2 }));
    const findings = [buildFinding("secrets/a"), buildFinding("secrets/b")];
    const failed = buildTask("repo-audit", { status: "failed", seconds: 2.1, findings, attempt: 2 });
    progress.onRecord(failed);
    progress.onRecord(failed);
    progress.onRecord(
      buildTask("browser", {
        status: "errored",
        seconds: 0.4,
        checks: [],
        errors: ["missing-tool: axe\x1b[2J\nnot found"],
      }),
    );
    progress.onFinish(buildState([]), buildRisk());
    expect(lines()).toEqual([
      "[0/2] repo-audit  running",
      "[0/2] repo-audit  running       attempt 2 of 2",
      "[1/2] repo-audit  failed            2.1s  1 check, 10 examined, 2 high findings (2 new), attempt 2",
      "[2/2] browser     errored           0.4s  missing-tool: axe not found",
    ]);
  });

  it("counts what runs: a gate that was left out is told by the summary alone", () => {
    const { progress, lines } = setup();
    progress.onPlan([buildPlanned("unit"), buildPlanned("browser", { decision: "not_applicable" })]);
    progress.onRecord(buildTask("browser", { status: "not_applicable", warnings: ["no page here"] }));
    progress.onRecord(buildTask("unit", { seconds: 1 }));
    expect(lines()).toEqual(["[1/1] unit        passed            1.0s  1 check, 10 examined"]);
  });

  it("adds errors and warnings that the line itself does not hold", () => {
    const { progress, lines } = setup();
    progress.onPlan([buildPlanned("unit")]);
    const errors = ["first", "second"];
    progress.onRecord(
      buildTask("unit", { status: "errored", seconds: 1, checks: [], errors, warnings: ["w"] }),
    );
    const [line, ...more] = lines();
    expect(line).toContain("first");
    expect(more).toEqual(["        error: second", "        warning: w"]);
  });

  it("says what is still running when nothing has happened for 30 s", () => {
    const { clock, progress, lines } = setup();
    progress.onPlan([buildPlanned("browser"), buildPlanned("contract")]);
    progress.onRecord(running("browser", { progress: { done: 3, total: 8, label: "pages" } }));
    clock.advance(29_000);
    expect(lines()).toHaveLength(1);
    clock.advance(1000);
    expect(lines()).toEqual(["still running: browser 30.0s (pages 3/8)"]);
    clock.advance(30_000);
    expect(lines()).toEqual(["still running: browser 1m 00s (pages 3/8)"]);
    progress.onRecord(buildTask("browser", { seconds: 60 }));
    lines();
    clock.advance(30_000);
    expect(lines()).toEqual(["still waiting: 1 of 2 gates"]);
    progress.onRecord(buildTask("contract"));
    lines();
    clock.advance(90_000);
    expect(lines()).toEqual([]);
    progress.stop();
    expect(clock.active).toBe(0);
  });

  it("contains no escape sequence without colour, and only SGR with it", () => {
    for (const color of [false, true]) {
      const { out, progress } = setup(color);
      progress.onPlan([buildPlanned("a")]);
      progress.onRecord(buildTask("a", { status: "failed", errors: ["\x1b[2Jboom"] }));
      const text = String(out.read());
      expect(text.replace(/\x1b\[[0-9;]*m/g, "")).not.toContain("\x1b");
      expect(text.includes("\x1b[")).toBe(color);
    }
  });

  it("survives a reader that has gone away", () => {
    const { out, progress } = setup();
    progress.onPlan([buildPlanned("a")]);
    out.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(() => progress.onRecord(buildTask("a"))).not.toThrow();
    expect(out.read()).toBeNull();
  });
});

describe("silent progress", () => {
  it("writes nothing", () => {
    const out = new PassThrough();
    const progress = createProgress({ kind: "silent", io: { out }, columns: 80, color: true });
    progress.onPlan([buildPlanned("a")]);
    progress.onRecord(buildTask("a"));
    progress.onFinish(buildState([]), buildRisk());
    progress.stop();
    expect(out.read()).toBeNull();
  });
});
