import { describe, expect, it } from "vitest";
import type { RunState } from "../../modsquad/contracts/run-state.ts";
import { diffRuns } from "../../modsquad/engine/diff-runs.ts";

const finding = (fingerprint: string) => ({ fingerprint });
const state = (tasks: object[]) => ({ tasks }) as unknown as RunState;
const task = (taskId: string, status: string, fingerprints: string[] = [], cached: object | null = null) => ({
  taskId,
  status,
  findings: fingerprints.map(finding),
  cached,
});

describe("diffRuns", () => {
  it("without a run before, everything has appeared", () => {
    expect(diffRuns(null, state([task("a", "failed", ["1"])]))).toEqual([
      { gate: "a", before: null, after: "failed", cached: false, appeared: [finding("1")], gone: [] },
    ]);
  });

  it("tells what appeared from what is gone, gate by gate", () => {
    const before = state([task("a", "failed", ["1", "2"]), task("b", "completed", ["1"])]);
    const after = state([task("a", "completed", ["2", "3"]), task("b", "completed", ["1"], { ageHours: 1 })]);
    expect(diffRuns(before, after)).toEqual([
      {
        gate: "a",
        before: "failed",
        after: "completed",
        cached: false,
        appeared: [finding("3")],
        gone: [finding("1")],
      },
      { gate: "b", before: "completed", after: "completed", cached: true, appeared: [], gone: [] },
    ]);
  });

  it("has an entry for a gate that is new in the run and none for one that left it", () => {
    const differences = diffRuns(state([task("old", "completed")]), state([task("new", "completed")]));
    expect(differences.map(({ gate, before }) => [gate, before])).toEqual([["new", null]]);
  });
});
