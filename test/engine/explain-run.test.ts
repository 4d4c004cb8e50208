import { describe, expect, it } from "vitest";
import type { PlannedGate, RunState, TaskState } from "../../modsquad/contracts/run-state.ts";
import { explainRun } from "../../modsquad/engine/explain-run.ts";

type Case = [Partial<PlannedGate>, Partial<TaskState> | null, string, RegExp];

const ran = (cache: object, fields: Partial<TaskState> = {}): Partial<TaskState> => ({
  status: "completed",
  attempt: 1,
  warnings: [],
  metrics: { cache } as TaskState["metrics"],
  cached: null,
  ...fields,
});

const CASES: Record<string, Case> = {
  "a live gate": [{}, ran({ state: "live" }), "run", /never cached/],
  "a cache miss": [
    {},
    ran({ state: "miss", reason: "an input changed", changed: ["file a"] }),
    "run",
    /no cached result: an input changed/,
  ],
  "no cache": [{}, ran({ state: "off" }), "run", /the cache is off/],
  "a cache hit": [
    {},
    ran({ state: "hit", from: "r1" }, { cached: { ageHours: 3, sameDigest: true, from: "r1" } }),
    "cached",
    /same inputs as in run r1, 3 h old/,
  ],
  "a fresh hit": [
    {},
    ran({ state: "hit", from: "r1" }, { cached: { ageHours: 0.001, sameDigest: true, from: "r1" } }),
    "cached",
    /less than a minute old/,
  ],
  "a resumed task": [{}, ran({ state: "resumed", from: "r0" }), "resumed", /run r0 had finished it/],
  "a retry": [
    {},
    ran({ state: "live" }, { attempt: 2, warnings: ["attempt 1: refused"] }),
    "run",
    /it took 2 attempts \(attempt 1: refused\)/,
  ],
  "an undetected gate": [{}, ran({}, { status: "errored", metrics: {} }), "run", /^asked for$/],
  cancelled: [
    {},
    { status: "cancelled", warnings: ["a failed (fail mode kill)"], metrics: {} },
    "cancelled",
    /fail mode/,
  ],
  "a broken need": [
    {},
    { status: "skipped", warnings: ["needs a, which failed"], metrics: {} },
    "skipped",
    /needs a/,
  ],
  "a run that died": [{}, null, "cancelled", /the run ended before it/],
  "not applicable, confirmed": [
    { decision: "not_applicable", confirmed: true },
    null,
    "not applicable",
    /^asked for$/,
  ],
  "not applicable by detection": [
    { decision: "not_applicable", confirmed: false },
    null,
    "not applicable",
    /full mode counts it as missing/,
  ],
  "--skip": [{ decision: "skipped_by_user" }, null, "skipped", /asked for/],
  "outside --gate": [{ decision: "out_of_scope" }, null, "deferred", /asked for/],
  "another mode": [{ decision: "not_in_mode" }, null, "deferred", /asked for/],
};

const explain = (gate: Partial<PlannedGate>, task: Partial<TaskState> | null) => {
  const gates = [{ id: "g", decision: "run", reason: "asked for", ...gate }];
  const tasks = task ? [{ taskId: "g", ...task }] : [];
  return explainRun({ header: { gates }, tasks } as unknown as RunState)[0];
};

describe("explainRun", () => {
  for (const [name, [gate, task, decision, because]] of Object.entries(CASES)) {
    it(name, () => {
      const told = explain(gate, task);
      expect(told?.decision).toBe(decision);
      expect(told?.because).toMatch(because);
    });
  }

  it("names the inputs that changed and the attempts it took", () => {
    expect(explain({}, ran({ state: "miss", changed: ["file a", "policy"] }))).toMatchObject({
      gate: "g",
      changed: ["file a", "policy"],
      attempts: 1,
      status: "completed",
    });
    expect(explain({ decision: "out_of_scope" }, null)).toMatchObject({ attempts: 0, status: "missing" });
  });
});
