import { describe, expect, it } from "vitest";
import type { RunState, TaskState } from "../../modsquad/contracts/run-state.ts";
import { inputsFrom } from "../../modsquad/engine/input-digest.ts";
import type { Lookup, ResultCache } from "../../modsquad/engine/result-cache.ts";
import { findReuse } from "../../modsquad/engine/reuse.ts";
import type { GateSpec } from "../../modsquad/plan/gates.ts";

const HOUR = 3_600_000;
const NOON = Date.parse("2026-11-21T12:00:00Z");
const inputs = inputsFrom(new Map([["tool", "1"]]), new Map([["file a", "1"]]));
const { digest } = inputs;
const spec = { id: "lint" } as GateSpec;

const task = (fields: Partial<TaskState>): RunState =>
  ({
    header: { runId: "dead-run" },
    tasks: [
      {
        taskId: "lint",
        status: "completed",
        endTime: new Date(NOON).toISOString(),
        metrics: { cache: { digest } },
        ...fields,
      },
    ],
  }) as unknown as RunState;

const cacheThatSays = (found: Lookup): ResultCache => ({ lookup: () => found, store: () => null });
const hit = cacheThatSays({
  state: "hit",
  digest,
  cached: {
    runId: "run-1",
    finishedAt: "",
    result: { checks: [], findings: [], metrics: {}, artifacts: [] },
  },
  ageHours: 1,
});
const miss = cacheThatSays({
  state: "miss",
  digest,
  changed: ["file a"],
  reason: "an input changed",
  corrupt: "bad",
});

function find(options: {
  cache?: ResultCache | null;
  resumed?: RunState | null;
  fileBased?: boolean;
  now?: number;
}) {
  const { cache = null, resumed = null, fileBased = true, now = NOON + HOUR } = options;
  return findReuse(spec, { fileBased, ...inputs }, { cache, resumed, ttlHours: { lint: 2 }, now: () => now });
}

describe("a run that is resumed", () => {
  it("goes on with what had finished on the same inputs, a live gate included", () => {
    expect(find({ resumed: task({}) })).toMatchObject({
      kind: "resumed",
      note: { state: "resumed", from: "dead-run" },
    });
    expect(find({ resumed: task({ status: "failed" }), fileBased: false })).toMatchObject({
      kind: "resumed",
    });
  });

  const NOT_CARRIED: Record<string, [Partial<TaskState>, number?]> = {
    "an inability": [{ status: "errored" }],
    "a timeout": [{ status: "timed_out" }],
    "a gate that was still running": [{ status: "in_progress", endTime: null }],
    "a gate that never started": [{ status: "pending", endTime: null }],
    "a skipped gate": [{ status: "skipped" }],
    "other inputs": [{ metrics: { cache: { digest: "other" } } }],
    "a task without a digest": [{ metrics: {} }],
    "a result that is too old": [{}, NOON + 3 * HOUR],
    "a result from the future": [{}, NOON - 1],
    "an end that is no time": [{ endTime: "yesterday" }],
  };
  for (const [name, [fields, now]] of Object.entries(NOT_CARRIED)) {
    it(`runs again: ${name}`, () => {
      expect(find({ resumed: task(fields), ...(now === undefined ? {} : { now }) }).kind).toBe("run");
    });
  }
});

describe("the cache", () => {
  it("serves file-based gates", () => {
    expect(find({ cache: hit })).toMatchObject({ kind: "cached", note: { state: "hit", from: "run-1" } });
  });
  it("never serves a live gate", () => {
    expect(find({ cache: hit, fileBased: false })).toMatchObject({ kind: "run", note: { state: "live" } });
  });
  it("passes on why it has nothing, and what was damaged", () => {
    expect(find({ cache: miss })).toMatchObject({
      kind: "run",
      note: { state: "miss", changed: ["file a"], reason: "an input changed" },
      warning: "bad",
    });
  });
  it("can be off", () => expect(find({})).toMatchObject({ kind: "run", note: { state: "off" } }));
  it("comes after the run that is resumed", () => {
    expect(find({ cache: hit, resumed: task({}) }).kind).toBe("resumed");
  });
});
