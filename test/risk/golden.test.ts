import { describe, expect, it } from "vitest";
import { assessRuns, contributions } from "../../modsquad/risk/model.ts";
import golden from "./golden.json" with { type: "json" };

const TOLERANCE = 1e-6;

describe("golden cases", () => {
  it("are 59", () => expect(golden).toHaveLength(59));

  it.each(golden.map((one) => [one.name, one] as const))("%s", (_, { runs, options, expect: wanted }) => {
    const result = assessRuns(runs, options);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const got = result.value;
    const numbers: Record<string, [number, number]> = {
      risk: [got.risk, wanted.risk],
      release: [got.release, wanted.release],
      waived: [got.waived, wanted.waived],
      deferred: [got.deferred, wanted.deferred],
      totalAvoidable: [got.totalAvoidable, wanted.total_avoidable],
      floor: [got.floor, wanted.floor],
      total: [got.total, wanted.total],
      x: [got.x, wanted.x],
    };
    for (const [name, [actual, expected]] of Object.entries(numbers)) {
      expect(Math.abs(actual - expected), `${name}: ${actual} for ${expected}`).toBeLessThan(TOLERANCE);
    }
    expect(Object.keys(contributions(got))).toEqual(Object.keys(wanted.contrib).sort());
    for (const [line, expected] of Object.entries(wanted.contrib as Record<string, number>)) {
      expect(Math.abs(contributions(got)[line]! - expected), line).toBeLessThan(TOLERANCE);
    }
    expect(got.verdict).toBe(wanted.verdict);
    expect(got.exit).toBe(wanted.exit);
  });
});
