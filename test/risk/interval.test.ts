import { describe, expect, it } from "vitest";
import { allPass, assessed, pctOf } from "./support.ts";

/** 5 % and 95 % of the log-normal with this mean and variance, to one digit. */
function quantiles(mean: number, variance: number): [number, number] {
  const s2 = Math.log(1 + variance / mean ** 2);
  const at = (z: number) => Number(pctOf(mean * Math.exp(-s2 / 2 + z * Math.sqrt(s2))).toPrecision(1));
  return [at(-1.6448536), at(1.6448536)];
}

describe("the 90 % interval", () => {
  it("of one custom gate that did not run: λ as a Gamma of shape 30λ, power as a Beta of strength 8", () => {
    const [lambda, power] = [0.0075, 0.5];
    for (const d of [power, 0.9]) {
      const got = assessed(allPass({ licences: { status: "error" } }), { policy: { custom_gate_power: d } });
      const variance =
        ((lambda / 30) * d ** 2 + lambda ** 2 * d * (1 - d)) / 1 - lambda ** 2 * d * (1 - d) * (8 / 9);
      expect(got.interval).toEqual(quantiles(lambda * d, variance));
    }
  });

  it("of a gate whose power alone is uncertain: d(1-d)/(n+1)", () => {
    const policy = { custom_gate_power: 0.9, power_strength: 0.01, prior_changes: 1e9 };
    const got = assessed(allPass({ licences: { status: "error" } }), { policy });
    expect(got.interval).toEqual(quantiles(0.0075 * 0.9, (0.0075 ** 2 * 0.9 * 0.1) / 1.01));
  });

  it("widens with an uncertain power and narrows with a strong prior", () => {
    const policy = { lambda: { flow: 1 }, common_cause: 0 };
    const width = (extra: object) => {
      const { interval } = assessed(allPass({ "live-flows": { status: "error" } }), {
        policy: { ...policy, ...extra },
      });
      return interval[1] / interval[0];
    };
    expect(width({ power_strength: 0.01, prior_changes: 1e6 })).toBeGreaterThan(
      width({ power_strength: 1e6, prior_changes: 1e6 }),
    );
    expect(width({ prior_changes: 1, power_strength: 1e6 })).toBeGreaterThan(
      width({ prior_changes: 1e6, power_strength: 1e6 }),
    );
  });

  it("of a known finding has a coefficient of variation of 1", () => {
    const got = assessed(
      allPass({ contract: { status: "fail", findings: [{ severity: "critical", count: 4 }] } }),
    );
    // What the failed gate hides is 1 % of this, so the finding decides the digit.
    expect(got.interval).toEqual(quantiles(0.4, 0.16));
    const open = assessed(allPass({ "repo-audit": { status: "warn", findings: [{ severity: "low" }] } }));
    expect(open.interval).toEqual(quantiles(open.mu, open.mu ** 2));
  });

  it("is about RISK: what is waived or deferred does not widen it, and none is left of nothing", () => {
    const waivers = [{ gate: "contract", expires: 1 }];
    const alone = assessed(allPass({ licences: { status: "error" } }));
    const both = assessed(allPass({ licences: { status: "error" }, contract: { status: "error" } }), {
      waivers,
    });
    expect(both.interval).toEqual(alone.interval);
    const quick = { mode: "quick" };
    const runs = {
      "repo-audit": { status: "pass" },
      "design-dna": { status: "pass" },
      contract: { status: "pass" },
    };
    expect(assessed(runs, quick).interval).toEqual([0, 0]);
    const slip = assessed({ ...runs, licences: { status: "error" } }, quick);
    expect(slip.interval).toEqual(alone.interval);
  });

  it("of the floor is printed on every run and rises with the exposure", () => {
    expect(assessed(allPass()).floorInterval).toEqual([2, 10]);
    expect(assessed(allPass(), { diff: { la: 2000, ld: 400, nf: 60 } }).floorInterval).toEqual([4, 30]);
  });
});
