import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assessRuns, contributions } from "../../modsquad/risk/model.ts";
import type { ModelResult } from "../../modsquad/risk/types.ts";
import { fullSize } from "../full-size.ts";
import { state } from "./arbitrary.ts";
import golden from "./golden.json" with { type: "json" };
import { reference } from "./reference.ts";

const NUMBERS = ["risk", "release", "waived", "deferred", "totalAvoidable", "floor", "total", "x"] as const;

function mustAssess(runs: unknown, options: unknown): ModelResult {
  const result = assessRuns(runs, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

describe("the model against the rules written down a second time", () => {
  it("agrees on the golden cases", () => {
    for (const { runs, options, expect: wanted } of golden) {
      const again = reference(runs as never, options as never);
      expect(again.risk).toBeCloseTo(wanted.risk, 6);
      expect([again.verdict, again.exit]).toEqual([wanted.verdict, wanted.exit]);
    }
  });

  it("agrees on 2000 random states: every number, verdict, exit", () => {
    fc.assert(
      fc.property(state, ({ runs, options }) => {
        const got = mustAssess(runs, options);
        const wanted = reference(runs, options);
        for (const name of NUMBERS) expect(Math.abs(got[name] - wanted[name]), name).toBeLessThan(1e-9);
        expect(Object.keys(contributions(got)).sort()).toEqual(Object.keys(wanted.contrib).sort());
        for (const [line, pct] of Object.entries(wanted.contrib)) {
          expect(Math.abs(contributions(got)[line]! - pct), line).toBeLessThan(1e-9);
        }
        // On the line itself the two may round differently.
        if (wanted.margins.some((margin) => Math.abs(margin) < 1e-9 && margin !== 0)) return;
        expect([got.verdict, got.exit]).toEqual([wanted.verdict, wanted.exit]);
      }),
      { numRuns: fullSize(2000), seed: 20261121 },
    );
  });
});
