import { describe, expect, it } from "vitest";
import type { PlannedGate, TaskState } from "../../modsquad/contracts/run-state.ts";
import { type Judgement, judgeNothing } from "../../modsquad/engine/judge.ts";
import { createTaskLog } from "../../modsquad/engine/task-log.ts";

/** A log whose clocks the test turns: the wall clock may jump, the monotonic one may not. */
function log() {
  const lines: TaskState[] = [];
  const clock = { wall: Date.parse("2026-11-21T12:00:00Z"), monotonic: 0 };
  const tasks = createTaskLog({
    date: () => new Date(clock.wall),
    now: () => clock.monotonic,
    append: (task) => lines.push(task),
  });
  return { tasks, lines, clock, last: () => lines.at(-1) };
}

const gate = (fields: Partial<PlannedGate> = {}) =>
  ({ id: "g", agent: "a", title: "G", needs: ["n"], decision: "run", reason: "r", ...fields }) as PlannedGate;
const passed: Judgement = {
  ...judgeNothing("completed", "", ""),
  warnings: [],
  metrics: { status: "passed" },
};
const broke = judgeNothing("errored", "refused", "refused");

describe("the task log", () => {
  it("writes one line per change", () => {
    const { tasks, lines, clock } = log();
    tasks.enter(gate());
    tasks.started("g", 1, null);
    clock.monotonic += 1500;
    clock.wall += 1500;
    tasks.ended("g", passed, { state: "live" });
    expect(lines.map(({ status }) => status)).toEqual(["pending", "in_progress", "completed"]);
    expect(lines.at(-1)).toMatchObject({
      startTime: "2026-11-21T12:00:00.000Z",
      endTime: "2026-11-21T12:00:01.500Z",
      durationSeconds: 1.5,
      dependencies: ["n"],
      metrics: { status: "passed", cache: { state: "live" } },
    });
  });

  it("measures durations on a clock that cannot jump", () => {
    const { tasks, clock, last } = log();
    tasks.enter(gate());
    tasks.started("g", 1, null);
    clock.wall -= 3_600_000;
    clock.monotonic += 40;
    tasks.ended("g", passed, {});
    expect(last()?.durationSeconds).toBe(0.04);
  });

  it("decides gates that do not run, and leaves the others out", () => {
    const { tasks, lines } = log();
    tasks.enter(gate({ id: "a", decision: "not_applicable", reason: "no package.json" }));
    tasks.enter(gate({ id: "b", decision: "skipped_by_user" }));
    tasks.enter(gate({ id: "c", decision: "out_of_scope" }));
    tasks.enter(gate({ id: "d", decision: "not_in_mode" }));
    expect(lines.map(({ taskId, status }) => [taskId, status])).toEqual([
      ["a", "not_applicable"],
      ["b", "skipped"],
    ]);
    expect(lines[0]?.warnings).toEqual(["no package.json"]);
  });

  it("keeps what earlier attempts came to, so that a pass on retry is seen as one", () => {
    const { tasks, clock, last } = log();
    tasks.enter(gate());
    tasks.started("g", 1, null);
    clock.monotonic += 100;
    tasks.started("g", 2, broke);
    expect(last()).toMatchObject({ attempt: 2, warnings: ["attempt 1: refused"] });
    clock.monotonic += 100;
    tasks.ended("g", passed, {});
    expect(last()).toMatchObject({
      attempt: 2,
      status: "completed",
      warnings: ["attempt 1: refused"],
      durationSeconds: 0.2,
    });
  });

  it("lets at most one progress line a second through", () => {
    const { tasks, lines, clock } = log();
    tasks.enter(gate());
    tasks.started("g", 1, null);
    for (let done = 0; done < 25; done += 1) {
      tasks.progressed("g", { done, total: 25, label: "pages" });
      clock.monotonic += 100;
    }
    expect(lines.filter(({ progress }) => progress).map(({ progress }) => progress?.done)).toEqual([
      0, 10, 20,
    ]);
    tasks.ended("g", passed, {});
    expect(lines.at(-1)?.progress).toBeNull();
  });

  it("shows a cached result as one, and a gate that never started with the reason", () => {
    const { tasks, last } = log();
    tasks.enter(gate());
    tasks.fromCache("g", passed, { ageHours: 1, sameDigest: true, from: "r1" }, { state: "hit" });
    expect(last()).toMatchObject({
      status: "completed",
      durationSeconds: 0,
      cached: { ageHours: 1, from: "r1" },
    });
    tasks.notStarted("g", "cancelled", "a failed");
    expect(last()).toMatchObject({
      status: "cancelled",
      warnings: ["a failed"],
      metrics: { status: "cancelled" },
    });
  });

  it("takes a change of a task nobody planned for a fault of ours", () => {
    expect(() => log().tasks.started("nobody", 1, null)).toThrow(/Internal error/);
  });

  it("forgets the result of a task that runs again, but not that it was tried", () => {
    const { tasks, lines, clock, last } = log();
    tasks.enter(gate());
    tasks.started("g", 1, null);
    clock.monotonic += 9000;
    tasks.ended("g", broke, {});
    tasks.again("g", "run again by request of ana");
    expect(last()).toMatchObject({ status: "pending", startTime: null, durationSeconds: null, errors: [] });
    clock.wall += 60_000;
    tasks.started("g", 1, null);
    clock.monotonic += 40;
    tasks.ended("g", passed, {});
    expect(last()).toMatchObject({
      status: "completed",
      attempt: 2,
      durationSeconds: 0.04,
      startTime: "2026-11-21T12:01:00.000Z",
      warnings: ["attempt 1: refused; run again by request of ana"],
    });
    expect(lines).toHaveLength(6);
  });
});
