import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textWidth } from "../../modsquad/cli/progress/width.ts";
import type { RunState } from "../../modsquad/contracts/run-state.ts";
import { STILL, type Ui } from "../../modsquad/dashboard/frame/ui.ts";
import { frame, PALETTES } from "../../modsquad/dashboard/frame.ts";
import { type DashboardView, view } from "../../modsquad/dashboard/view.ts";
import type { HistoryRun } from "../../modsquad/journal/history.ts";
import { anyRisk, anyState } from "../report/arbitrary.ts";
import { at, buildRisk, buildState, buildTask } from "../report/build-state.ts";
import { blockedRun } from "../report/storefront-run.ts";

const SIZES = ["200x60", "120x40", "80x24", "40x12", "12x4"];
const KEYS: Ui = { ...STILL, interactive: true };

/** A run with a gate of each kind: failed, unable, on its second attempt, waiting, left out, passed. */
function busyView(): DashboardView {
  const { state, risk } = blockedRun();
  const tasks = state.tasks.map((task, i) => {
    if (i === 2) return { ...task, ...OPEN, status: "in_progress" as const, progress: STEP };
    if (i === 3)
      return { ...task, ...OPEN, status: "pending" as const, startTime: null, errors: [], findings: [] };
    return task;
  });
  const running: RunState = {
    ...state,
    status: "running",
    finishedAt: null,
    exitCode: null,
    durationSeconds: null,
    tasks,
  };
  return view({ latest: running, risk, trend: history(), now: Date.parse(at(25)), alive: true });
}

const OPEN = { endTime: null, durationSeconds: null };
const STEP = { done: 3, total: 8, label: "flows" };

function history(): HistoryRun[] {
  const rates = [0.1, 0.3, 0.2, 0.4, 1.8, 0.5, 0.3];
  return rates.map((riskPct, i) => ({
    schema: "meta-orch/run@1",
    runId: `run-${i}`,
    journal: "",
    startedAt: at(-9000 + i * 500),
    finishedAt: at(-8970 + i * 500),
    durationSeconds: 30,
    mode: "full",
    env: "ci",
    branch: "main",
    commit: null,
    tree: null,
    narrowed: false,
    verdict: riskPct > 0.5 ? "WARNING" : "PASS",
    readiness: riskPct > 0.5 ? "BLOCKED" : "APPROVED",
    exit: riskPct > 0.5 ? 1 : 0,
    risk: {
      riskPct,
      releasePct: riskPct,
      waivedPct: 0,
      deferredPct: 0,
      totalAvoidablePct: riskPct,
      floorPct: 5,
      totalPct: 5 + riskPct,
      intervalPct: [0, 1],
      targetPct: 0.5,
    },
    exposure: 1,
    policyDigest: "",
    gates: {},
  }));
}

function sized(size: string): { columns: number; rows: number } {
  const [columns = 0, rows = 0] = size.split("x").map(Number);
  return { columns, rows };
}

describe("frame", () => {
  const shown = busyView();
  for (const size of SIZES) {
    for (const colour of [false, true]) {
      for (const unicode of [false, true]) {
        const look = `${colour ? "colour" : "plain"}-${unicode ? "unicode" : "ascii"}`;
        it(`at ${size}, ${look}`, async () => {
          const lines = frame(shown, { ...sized(size), colour, unicode });
          await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(
            `__snapshots__/frame-${size}-${look}.txt`,
          );
        });
      }
    }
  }

  it("shows the keys, and marks what is chosen, where keys work", () => {
    const lines = frame(shown, { columns: 100, rows: 30, colour: false, unicode: false, ui: KEYS });
    expect(lines.at(-1)).toContain("? help");
    expect(lines.some((line) => line.startsWith(" > Gates"))).toBe(true);
  });

  it("filters rows, and says when none is left", () => {
    const options = { columns: 100, rows: 30, colour: false, unicode: false };
    const some = frame(shown, { ...options, ui: { ...KEYS, filter: "DOCKER" } }).join("\n");
    expect(some).toContain("infra-health");
    expect(some).not.toContain("unit-tests");
    expect(frame(shown, { ...options, ui: { ...KEYS, filter: "zzz" } }).join("\n")).toContain(
      'no match for "zzz"',
    );
  });

  it("opens a page without borders, exactly as its text is", () => {
    const page = { title: "gate x", lines: ["one", "  two"], top: 0 };
    const lines = frame(shown, { columns: 30, rows: 5, colour: false, unicode: true, ui: { ...KEYS, page } });
    expect(lines.slice(0, 2)).toEqual(["one", "  two"]);
  });

  it("says unknown, not nothing, when no run could be loaded", () => {
    const empty = view({
      latest: null,
      risk: null,
      now: 0,
      alive: undefined,
      problem: "modsquad/logs: EACCES",
    });
    for (const size of SIZES) {
      const text = frame(empty, { ...sized(size), colour: false, unicode: true }).join("\n");
      expect(text).toMatch(/UNKNOWN/);
      expect(text).not.toMatch(/✔|100 %|passed/);
    }
  });

  it("has the blue of the colour-blind palette in place of green, and no colour at all in mono", () => {
    const done = view({
      latest: buildState([buildTask("a")]),
      risk: buildRisk(),
      now: Date.parse(at(25)),
      alive: false,
    });
    const options = { columns: 80, rows: 24, colour: true, unicode: true };
    const [usual, blue, mono] = PALETTES.map((palette) => frame(done, { ...options, palette }).join("\n"));
    expect(usual).toContain("\x1b[32m");
    expect(blue).toContain("\x1b[94m");
    expect(blue).not.toContain("\x1b[32m");
    expect(mono).not.toMatch(/\x1b\[[0-9;]*(?:3[0-7]|9[0-7])m/);
  });

  it("fits any terminal exactly and lets nothing through that a terminal would obey", () => {
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 210 }),
      rows: fc.integer({ min: 1, max: 70 }),
    });
    fc.assert(
      fc.property(anyState, anyRisk, size, fc.boolean(), (state, risk, { columns, rows }, unicode) => {
        const any = view({ latest: state, risk, now: Date.parse(at(25)), alive: undefined });
        const lines = frame(any, { columns, rows, colour: false, unicode, ui: KEYS });
        expect(lines).toHaveLength(rows);
        for (const line of lines) {
          expect(textWidth(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(
            unicode ? /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/ : /[^\x20-\x7e]/,
          );
        }
      }),
      { numRuns: 80 },
    );
  });
});
