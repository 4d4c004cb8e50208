import { describe, expect, it } from "vitest";
import { contributions } from "../../modsquad/risk/model.ts";
import { allPass, assessed } from "./support.ts";

const today = 10;
const waive = (runs: unknown, ...waivers: object[]) => assessed(runs, { today, env: "ci", waivers });
const TWO = {
  status: "warn",
  findings: [
    { severity: "medium", id: "a" },
    { severity: "low", id: "b" },
  ],
};

describe("waivers", () => {
  it("hold through their last day, in their environment", () => {
    const runs = allPass({ contract: { status: "error" } });
    const state = (waiver: object) => waive(runs, { gate: "contract", ...waiver }).verdict;
    expect(state({ expires: 10 })).toBe("PASS_WITH_WAIVERS");
    expect(state({ expires: 9 })).toBe("WARNING");
    expect(state({ expires: 10, env: "ci" })).toBe("PASS_WITH_WAIVERS");
    expect(state({ expires: 10, env: "production" })).toBe("WARNING");
  });

  it("count an item once, however many cover it", () => {
    const runs = allPass({ contract: { status: "error" } });
    const once = waive(runs, { gate: "contract", expires: 10 });
    const twice = waive(
      runs,
      { gate: "contract", expires: 10 },
      { gate: "contract", why: "not-run", expires: 11 },
    );
    expect(twice.waived).toBe(once.waived);
    expect(twice.risk).toBe(0);
    const findings = allPass({ "design-dna": TWO });
    const both = waive(
      findings,
      { gate: "design-dna", finding: "a", expires: 10 },
      { gate: "design-dna", finding: "a", expires: 12 },
    );
    expect(both.waived).toBe(waive(findings, { gate: "design-dna", finding: "a", expires: 10 }).waived);
  });

  it("share open findings by hazard, and the last share takes the rest", () => {
    const runs = allPass({ "design-dna": TWO });
    const one = waive(runs, { gate: "design-dna", finding: "a", expires: 10 });
    expect(one.waivers[0]!.matched / one.mu).toBeCloseTo(0.001 / 0.0011, 12);
    const all = waive(
      runs,
      { gate: "design-dna", finding: "a", expires: 10 },
      { gate: "design-dna", finding: "b", expires: 10 },
    );
    expect(all.risk).toBe(0);
  });

  it("need both reason and finding to fit", () => {
    const runs = allPass({ "design-dna": TWO });
    const waived = (waiver: object) =>
      waive(runs, { gate: "design-dna", finding: "a", expires: 10, ...waiver }).waived;
    expect(waived({ why: "open-findings" })).toBeGreaterThan(0);
    expect(waived({ why: "open" })).toBeGreaterThan(0);
    expect(waived({ why: "finding:" })).toBe(0);
    expect(waived({ finding: "zzz" })).toBe(0);
  });

  it("take a failed gate's own finding, never its failure or a critical one", () => {
    const findings = [
      { severity: "critical", id: "c" },
      { severity: "high", id: "h" },
      { severity: "high", id: "h2" },
    ];
    const runs = allPass({ contract: { status: "fail", findings } });
    const whole = waive(runs, { gate: "contract", expires: 10 });
    expect(whole.waivers[0]!.matched).toBeCloseTo(0.02, 12);
    expect(whole.verdict).toBe("CRITICAL");
    const own = (finding: string) =>
      waive(runs, { gate: "contract", finding, expires: 10 }).waivers[0]!.matched;
    expect(own("h")).toBeCloseTo(0.01, 12);
    expect(own("c")).toBe(0);
    expect(waive(runs, { gate: "contract", why: "failed", expires: 10 }).waived).toBe(0);
    expect(waive(runs, { gate: "contract", why: "finding:h", expires: 10 }).waivers[0]!.matched).toBeCloseTo(
      0.02,
      12,
    );
  });

  it("take what nobody named when a gate failed without findings", () => {
    const runs = allPass({ contract: { status: "fail" } });
    expect(
      waive(runs, { gate: "contract", why: "finding:unspecified", expires: 10 }).waivers[0]!.matched,
    ).toBeCloseTo(0.001, 12);
  });

  it("take off at most the cap, all together", () => {
    const runs = { "repo-audit": { status: "pass" } };
    const waivers = ["live-flows", "design-dna", "browser", "contract", "infra-health"].map((gate) => ({
      gate,
      expires: 99,
    }));
    const got = assessed(runs, { today, waivers });
    expect(got.mu - got.muRisk).toBeCloseTo(-Math.log(0.99), 12);
    const none = assessed(runs, { today, waivers, policy: { waiver_cap_pct: 0 } });
    expect([none.waived, none.verdict]).toEqual([0, "CRITICAL"]);
  });

  it("excuse a gate that could not check only as a whole", () => {
    const checks = { "schema-diff": { status: "pass" }, responses: { status: "pass" } };
    const runs = allPass({ contract: { status: "error", checks } });
    const exit = (waiver: object) => waive(runs, { gate: "contract", expires: 10, ...waiver }).exit;
    expect(exit({})).toBe(0);
    expect(exit({ why: "not-run" })).toBe(1);
    expect(exit({ finding: "a" })).toBe(1);
    expect(exit({ env: "production" })).toBe(1);
  });

  it("say something was waived only when it was", () => {
    const runs = allPass();
    expect(waive(runs, { gate: "contract", expires: 10 }).verdict).toBe("PASS");
  });

  it("subtract nothing for what was deferred, check-level deferral included", () => {
    const runs = {
      "repo-audit": { status: "pass" },
      "design-dna": { status: "pass" },
      contract: { status: "pass", checks: { "schema-diff": { status: "skipped" } } },
    };
    const options = {
      mode: "quick",
      today,
      waivers: [
        { gate: "contract", expires: 10 },
        { gate: "browser", expires: 10 },
      ],
    };
    const got = assessed(runs, options);
    expect(Object.keys(contributions(got))).toContain("contract|checks-not-run");
    expect(got.risk).toBe(0);
    expect(got.waivers[1]!.matched).toBe(0);
    expect(got.release - got.deferred).toBeCloseTo(0, 12);
  });
});
