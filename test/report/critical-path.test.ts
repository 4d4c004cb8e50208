import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { criticalPath } from "../../modsquad/report/critical-path.ts";
import { anyState } from "./arbitrary.ts";
import { buildState, buildTask } from "./build-state.ts";

describe("criticalPath", () => {
  it("follows needs backwards from the gate that ended last", () => {
    const path = criticalPath(
      buildState([
        buildTask("infra-health", { start: 0, seconds: 2 }),
        buildTask("repo-audit", { start: 0, seconds: 5 }),
        buildTask("live-flows", { start: 2.1, seconds: 10, dependencies: ["infra-health"] }),
      ]),
    );
    expect(path?.steps).toEqual([
      { id: "infra-health", seconds: 2, after: "start", waitedSeconds: 0 },
      { id: "live-flows", seconds: 10, after: "need", waitedSeconds: 0.1 },
    ]);
    expect(path).toMatchObject({ wallSeconds: 12.1, workSeconds: 17, longestChainSeconds: 12 });
    expect(path?.wonBackSeconds).toBeCloseTo(0.1);
  });

  it("names the gate that held the slot, and what more slots would win back", () => {
    const path = criticalPath(
      buildState([
        buildTask("a", { start: 0, seconds: 4 }),
        buildTask("b", { start: 4, seconds: 3 }),
        buildTask("c", { start: 7, seconds: 2 }),
      ]),
    );
    expect(path?.steps.map((step) => [step.id, step.after])).toEqual([
      ["a", "start"],
      ["b", "slot"],
      ["c", "slot"],
    ]);
    expect(path).toMatchObject({ wallSeconds: 9, longestChainSeconds: 4, wonBackSeconds: 5 });
  });

  it("prefers a need over another gate that ended at the same moment", () => {
    const path = criticalPath(
      buildState([
        buildTask("a-need", { start: 0, seconds: 3 }),
        buildTask("z-other", { start: 0, seconds: 3 }),
        buildTask("last", { start: 3, seconds: 1, dependencies: ["a-need"] }),
      ]),
    );
    expect(path?.steps.map((step) => step.id)).toEqual(["a-need", "last"]);
  });

  it("leaves out what was not executed in this run", () => {
    const cached = { ageHours: 2, sameDigest: true, from: "run-0" };
    const state = buildState([
      buildTask("cached", { start: -9000, seconds: 100, cached }),
      buildTask("never", { startTime: null, endTime: null, durationSeconds: null, status: "skipped" }),
      buildTask("real", { start: 1, seconds: 2 }),
    ]);
    expect(criticalPath(state)).toMatchObject({ wallSeconds: 2, workSeconds: 2, steps: [{ id: "real" }] });
    expect(criticalPath(buildState([]))).toBeNull();
  });

  it("survives a dependency cycle in a broken log", () => {
    const state = buildState([
      buildTask("a", { start: 0, seconds: 1, dependencies: ["b"] }),
      buildTask("b", { start: 0, seconds: 1, dependencies: ["a"] }),
      buildTask("self", { start: 0, seconds: 1, dependencies: ["self"] }),
    ]);
    expect(criticalPath(state)?.longestChainSeconds).toBe(2);
  });

  it("never wins back more than the wall, and the chain never overlaps itself", () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const path = criticalPath(state);
        if (!path) return;
        expect(path.wonBackSeconds).toBeGreaterThanOrEqual(0);
        expect(path.wonBackSeconds).toBeLessThanOrEqual(path.wallSeconds);
        expect(new Set(path.steps.map((step) => step.id)).size).toBe(path.steps.length);
        const chain = path.steps.reduce((sum, step) => sum + step.seconds + step.waitedSeconds, 0);
        expect(chain).toBeLessThanOrEqual(path.wallSeconds + 1e-6);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});
