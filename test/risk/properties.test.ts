/** What must hold for every state, over 2,000 random ones each (seeded; a tenth of them in the suite). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assessRuns, contributions } from "../../modsquad/risk/model.ts";
import { BUILT_IN_GATES, type ModelResult } from "../../modsquad/risk/types.ts";
import { fullSize } from "../full-size.ts";
import { type FindingState, GATES, plainState, type RunOf, run, type StateOf, state } from "./arbitrary.ts";

const PARAMETERS = { numRuns: fullSize(2000), seed: 20261121 };
/** Sums in another order may differ by rounding. */
const ROUNDING = 1e-10;

function mustAssess({ runs, options }: StateOf): ModelResult {
  const result = assessRuns(runs, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

const risk = (one: StateOf) => mustAssess(one).risk;
const withRun = (one: StateOf, gate: string, changed: RunOf): StateOf => ({
  ...one,
  runs: { ...one.runs, [gate]: changed },
});
const gate = fc.constantFrom(...GATES);

function always<T>(given: fc.Arbitrary<T>, holds: (value: T) => void): void {
  fc.assert(fc.property(given, holds), PARAMETERS);
}

describe("the risk model", () => {
  it("is bounded", () => {
    always(state, (one) => {
      const got = mustAssess(one);
      for (const value of [got.risk, got.release, got.waived, got.deferred, got.totalAvoidable, got.total]) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(100);
      }
      expect(got.floor).toBeGreaterThan(0);
      expect(got.risk).toBeLessThanOrEqual(got.release);
      expect(got.release).toBeLessThanOrEqual(got.totalAvoidable);
      expect(got.totalAvoidable).toBeLessThanOrEqual(got.total);
      for (const { e, verification } of got.gates) {
        expect(e).toBeGreaterThanOrEqual(0);
        expect(e).toBeLessThanOrEqual(verification);
        expect(verification).toBeLessThanOrEqual(1);
      }
    });
  });

  it("is deterministic, and the order of gates means nothing", () => {
    always(state, (one) => {
      const got = mustAssess(one);
      expect(mustAssess(one)).toEqual(got);
      const reversed = Object.fromEntries(Object.entries(one.runs).reverse());
      expect(mustAssess({ ...one, runs: reversed })).toEqual(got);
    });
  });

  it("splits total_avoidable into contributions without rest", () => {
    always(state, (one) => {
      const got = mustAssess(one);
      const sum = Object.values(contributions(got)).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - got.totalAvoidable)).toBeLessThan(ROUNDING);
      for (const part of Object.values(contributions(got))) expect(part).toBeGreaterThanOrEqual(0);
    });
  });

  it("is 0 if and only if every gate has full evidence and none failed", () => {
    always(plainState, (one) => {
      const got = mustAssess(one);
      const perfect = got.gates.every((each) => each.e === 1 && !each.failed);
      expect(got.risk === 0).toBe(perfect);
    });
    const clean = Object.fromEntries(BUILT_IN_GATES.map((id) => [id, { status: "pass" }]));
    expect(risk({ runs: clean, options: {} })).toBe(0);
  });

  it("never falls from pass over warn and unverified to failed", () => {
    always(
      fc.tuple(
        plainState,
        gate,
        fc.constantFrom("error", "timeout", "skipped", "cancelled", "missing", "stale"),
      ),
      ([one, id, unverified]) => {
        const steps = ["pass", "warn", unverified, "fail"].map((status) =>
          risk(withRun(one, id, { status })),
        );
        for (const [i, value] of steps.slice(1).entries())
          expect(value).toBeGreaterThanOrEqual(steps[i]! - ROUNDING);
      },
    );
  });

  it("never falls when a run of any shape loses its result or fails", () => {
    const given = gate.chain((id) => fc.tuple(plainState, fc.constant(id), run(id)));
    always(given, ([one, id, partly]) => {
      const failing = mustAssess(withRun(one, id, partly)).gates.find((each) => each.gate === id)!.failed;
      const before = risk(withRun(one, id, partly));
      if (!failing)
        expect(risk(withRun(one, id, { status: "error" }))).toBeGreaterThanOrEqual(before - ROUNDING);
      expect(risk(withRun(one, id, { ...partly, status: "fail" }))).toBeGreaterThanOrEqual(before - ROUNDING);
    });
  });

  it("never rises when a finding is fixed, down-graded or becomes old", () => {
    const LOWER: Record<string, string> = {
      critical: "high",
      high: "medium",
      medium: "low",
      low: "info",
      info: "info",
    };
    const given = gate.chain((id) => fc.tuple(plainState, fc.constant(id), run(id), fc.nat(2)));
    always(given, ([one, id, partly, at]) => {
      const findings: FindingState[] = partly.findings?.length ? partly.findings : [{ severity: "high" }];
      const chosen = findings[at % findings.length]!;
      const withFindings = (list: FindingState[]) => risk(withRun(one, id, { ...partly, findings: list }));
      const replaced = (change: Partial<FindingState>) =>
        withFindings(findings.map((finding) => (finding === chosen ? { ...finding, ...change } : finding)));
      const before = withFindings(findings) + ROUNDING;
      expect(withFindings(findings.filter((finding) => finding !== chosen))).toBeLessThanOrEqual(before);
      expect(replaced({ severity: LOWER[chosen.severity]! })).toBeLessThanOrEqual(before);
      expect(replaced({ baseline: true })).toBeLessThanOrEqual(before);
      expect(replaced({ count: 1 })).toBeLessThanOrEqual(before);
    });
  });

  it("never falls when a required gate that has not failed is dropped", () => {
    always(fc.tuple(plainState, gate), ([one, id]) => {
      const required = { ...one, options: { ...one.options, required: [...GATES] } };
      const failed = mustAssess(required).gates.find((each) => each.gate === id)!.failed;
      if (failed) return;
      const { [id]: _, ...rest } = required.runs;
      expect(risk({ ...required, runs: rest })).toBeGreaterThanOrEqual(risk(required) - ROUNDING);
    });
  });

  it("does not move with one more passing gate, so trivial gates dilute nothing", () => {
    always(fc.tuple(state, fc.integer({ min: 1, max: 100 })), ([one, extra]) => {
      const more = Object.fromEntries(
        Array.from({ length: extra }, (_, i) => [`extra-${i}`, { status: "pass" }]),
      );
      expect(risk({ ...one, runs: { ...one.runs, ...more } })).toBeCloseTo(risk(one), 10);
    });
  });

  it("never falls with more churn", () => {
    always(
      fc.tuple(plainState, fc.constantFrom("la", "ld", "nf"), fc.integer({ min: 1, max: 5000 })),
      ([one, key, more]) => {
        const diff = one.options.diff ?? { la: 12, ld: 4, nf: 2 };
        const sized = (size: typeof diff) => mustAssess({ ...one, options: { ...one.options, diff: size } });
        const [small, large] = [sized(diff), sized({ ...diff, [key]: diff[key as "la"] + more })];
        expect(large.risk).toBeGreaterThanOrEqual(small.risk - ROUNDING);
        expect(large.floor).toBeGreaterThanOrEqual(small.floor - ROUNDING);
      },
    );
  });

  it("waives at most the cap, and only ever takes off", () => {
    always(state, (one) => {
      const got = mustAssess(one);
      const without = mustAssess({ ...one, options: { ...one.options, waivers: [] } });
      expect(got.risk).toBeLessThanOrEqual(without.risk + ROUNDING);
      expect(got.totalAvoidable).toBeCloseTo(without.totalAvoidable, 10);
      const cap = (one.options.policy?.waiver_cap_pct as number | undefined) ?? 1;
      expect(got.waived).toBeLessThanOrEqual(cap + ROUNDING);
    });
  });

  it("never passes what a required gate could not check", () => {
    always(state, (one) => {
      const got = mustAssess(one);
      const excused = (one.options.waivers ?? [])
        .filter((waiver) => !waiver.why && !waiver.finding)
        .map((waiver) => waiver.gate);
      for (const each of got.gates) {
        if (!each.required || each.deferred || excused.includes(each.gate)) continue;
        const unable = ["error", "timeout", "cancelled"].includes(each.status) || each.verification === 0;
        if (unable || each.failed) expect(got.exit, each.gate).toBe(1);
      }
      if (got.exit === 1) expect(["WARNING", "CRITICAL"]).toContain(got.verdict);
      expect(got.clauses.some((clause) => clause.blocks)).toBe(got.exit === 1);
    });
  });

  it("gives an interval around the risk, the same every time", () => {
    always(plainState, (one) => {
      const { interval, floorInterval, risk: value, floor } = mustAssess(one);
      expect(interval[0]).toBeLessThanOrEqual(value * 1.5);
      expect(interval[1]).toBeGreaterThanOrEqual(value * 0.9);
      expect(floorInterval[0]).toBeLessThanOrEqual(floor);
      expect(floorInterval[1]).toBeGreaterThanOrEqual(floor);
      expect(mustAssess(one).interval).toEqual(interval);
    });
  });
});
