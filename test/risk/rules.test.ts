/** Where rules meet: each expectation worked out by hand from docs/risk-rate.md. */
import { describe, expect, it } from "vitest";
import { calibrationExposure, exposure } from "../../modsquad/risk/exposure.ts";
import { contributions } from "../../modsquad/risk/model.ts";
import { POLICY_DEFAULTS } from "../../modsquad/risk/policy.ts";
import type { FindingState } from "./arbitrary.ts";
import { allPass, assessed, factorsOf, pctOf } from "./support.ts";

describe("evidence of a gate", () => {
  it("counts checks on the policy's list only, listed ones that were not reported included", () => {
    const checks = { render: { status: "pass" }, axe: { status: "warn" }, own: { status: "pass" } };
    const got = assessed(allPass({ browser: { status: "pass", checks } }));
    expect(factorsOf(got, "browser")).toEqual({ "checks-not-run": 0.25 + 0.3 });
  });

  it("weighs the checks of a gate without a list alike", () => {
    const checks = {
      a: { status: "pass" },
      b: { status: "skipped" },
      c: { status: "pass" },
      d: { status: "pass" },
    };
    const got = assessed(allPass({ "repo-audit": { status: "warn", checks } }));
    expect(factorsOf(got, "repo-audit")).toEqual({ "checks-not-run": 0.75 });
  });

  it("takes a failed check for not run, while the gate itself has not failed", () => {
    const checks = { "static-config": { status: "pass" }, "live-services": { status: "fail" } };
    const got = assessed(allPass({ "infra-health": { status: "warn", checks } }));
    expect(factorsOf(got, "infra-health")).toEqual({ "checks-not-run": 0.5 });
    expect([got.verdict, got.exit]).toEqual(["WARNING", 0]);
  });

  it("takes coverage 0 for nothing verified, whatever the check says", () => {
    const checks = {
      "static-config": { status: "pass", coverage: 0 },
      "live-services": { status: "pass", coverage: 0 },
    };
    const got = assessed(allPass({ "infra-health": { status: "pass", checks } }));
    expect(factorsOf(got, "infra-health")).toEqual({ "checks-not-run": 0 });
    expect(got.exit).toBe(1);
  });

  it("multiplies retries of checks, by weight and coverage, with those of the gate", () => {
    const checks = {
      "static-config": { status: "pass", retries: 1 },
      "live-services": { status: "pass", coverage: 0.5 },
    };
    const got = assessed(allPass({ "infra-health": { status: "pass", retries: 2, checks } }));
    const flaky = ((0.5 * 0.84 + 0.25) / 0.75) * 0.84 ** 2;
    const factors = factorsOf(got, "infra-health");
    expect(factors["checks-not-run"]).toBeCloseTo(0.75, 12);
    expect(factors.flaky).toBeCloseTo(flaky, 12);
  });

  it("goes by the checks when there are any, whatever the status; the status still blocks", () => {
    const checks = { only: { status: "pass" } };
    const timeout = assessed(allPass({ "repo-audit": { status: "timeout", checks } }));
    expect([timeout.risk, timeout.verdict, timeout.exit]).toEqual([0, "WARNING", 1]);
    const stale = assessed(allPass({ "repo-audit": { status: "stale", checks } }));
    expect([stale.risk, stale.verdict, stale.exit]).toEqual([0, "PASS", 0]);
  });

  it("prefers empty checks over everything else, and a failure over not run", () => {
    const empty = assessed(allPass({ contract: { status: "fail", checks: {} } }));
    expect(factorsOf(empty, "contract")).toEqual({ "not-run:missing": 0 });
    expect(empty.verdict).toBe("CRITICAL");
    const failed = assessed(allPass({ contract: { status: "skipped", findings: [{ severity: "high" }] } }));
    expect(factorsOf(failed, "contract")).toEqual({ failed: 0 });
    const known = assessed(
      allPass({ contract: { status: "skipped", findings: [{ severity: "high", baseline: true }] } }),
    );
    expect(factorsOf(known, "contract")).toEqual({ "not-run:skipped": 0 });
  });

  it("ages by the gate's ttl, 24 h without one, and not at all while it is fresh", () => {
    const aged = (gate: string, hours: number) =>
      factorsOf(assessed(allPass({ [gate]: { status: "pass", age_h: hours } })), gate);
    expect(aged("infra-health", 3)).toEqual({ "stale:aged": 0.25 });
    expect(aged("licences", 36)).toEqual({ "stale:aged": 2 ** -0.5 });
    expect(aged("licences", 24)).toEqual({});
    expect(aged("design-dna", 168)).toEqual({});
  });

  it("lets changed inputs take all, before age", () => {
    const run = { status: "pass", age_h: 500, same_digest: false, retries: 1 };
    const got = assessed(allPass({ browser: run }));
    expect(factorsOf(got, "browser")).toEqual({ flaky: 0.84, "stale:inputs-changed": 0 });
    expect(Object.keys(contributions(got))).toEqual(["browser|stale:inputs-changed"]);
  });

  it("weighs open findings against what the gate stands for", () => {
    const findings = [
      { severity: "medium", count: 3 },
      { severity: "high", baseline: true },
      { severity: "info", count: 900 },
    ];
    const got = assessed(allPass({ "design-dna": { status: "warn", findings } }));
    const hazard = 3 * 0.001 + 0.01 * 0.1;
    const stopped = 0.009 * 0.65 + 0.0095 * 0.1;
    expect(factorsOf(got, "design-dna")["open-findings"]).toBeCloseTo(Math.exp(-hazard / stopped), 12);
    expect(got.gates.find((gate) => gate.gate === "design-dna")!.verification).toBe(1);
  });

  it("reads the same findings against the custom class of a gate without a power row", () => {
    const got = assessed(allPass({ licences: { status: "warn", findings: [{ severity: "medium" }] } }));
    const e = Math.exp(-0.001 / (0.0075 * 0.5));
    expect(got.mu).toBeCloseTo(0.0075 * (1 - 0.5 * e - 0.5), 12);
  });
});

describe("a failed gate", () => {
  const lost = () => assessed(allPass({ contract: { status: "error" } })).mu;

  it("weighs the sum of its findings, at least a medium one", () => {
    const failing = (findings: FindingState[]) =>
      assessed(allPass({ contract: { status: "fail", findings } }));
    expect(failing([]).mu - lost()).toBeCloseTo(0.001, 12);
    expect(
      failing([{ severity: "low" }, { severity: "low", baseline: true, count: 5 }]).mu - lost(),
    ).toBeCloseTo(0.001, 12);
    expect(failing([{ severity: "medium" }, { severity: "low" }]).mu - lost()).toBeCloseTo(0.0011, 12);
    expect(failing([{ severity: "high", count: 3 }]).mu - lost()).toBeCloseTo(0.03, 12);
  });

  it("weighs without a finding at least as much as with a low one", () => {
    const none = assessed(allPass({ browser: { status: "fail" } })).risk;
    const low = assessed(allPass({ browser: { status: "fail", findings: [{ severity: "low" }] } })).risk;
    expect(none).toBeGreaterThanOrEqual(low);
  });

  it("is CRITICAL also when it is not required, and its findings are not multiplied by the exposure", () => {
    const options = { required: ["repo-audit"], diff: { la: 5000, ld: 500, nf: 90 } };
    const got = assessed({ "repo-audit": { status: "pass" }, licences: { status: "fail" } }, options);
    expect([got.verdict, got.exit]).toEqual(["CRITICAL", 1]);
    expect(got.mu).toBeCloseTo(3 * 0.0075 * 0.5 + 0.001, 12);
  });

  it("does not count when the gate does not apply", () => {
    const got = assessed(allPass({ browser: { status: "fail" } }), { na: ["browser"] });
    expect([got.verdict, got.exit, got.risk]).toEqual(["PASS", 0, 0]);
  });
});

describe("gates considered", () => {
  it("are required and reported ones; nothing at all is missing six times", () => {
    const got = assessed({});
    expect(got.gates.map((gate) => gate.status)).toEqual(Array(6).fill("missing"));
    expect([got.verdict, got.exit]).toEqual(["CRITICAL", 1]);
    expect(assessed({}, { required: [] }).gates).toEqual([]);
  });

  it("block only when required; a weak one warns all the same", () => {
    const options = { required: ["repo-audit", "live-flows", "design-dna", "browser", "infra-health"] };
    const checks = { "schema-diff": { status: "pass", retries: 9 }, responses: { status: "skipped" } };
    const got = assessed(allPass({ contract: { status: "warn", checks } }), options);
    expect([got.verdict, got.exit]).toEqual(["WARNING", 0]);
  });

  it("may have names that mean something to JavaScript", () => {
    const runs = JSON.parse('{"__proto__":{"status":"error"},"constructor":{"status":"error"}}');
    const got = assessed(runs, { required: ["toString"] });
    expect(Object.keys(contributions(got))).toEqual([
      "__proto__|not-run:error",
      "constructor|not-run:error",
      "toString|not-run:missing",
    ]);
  });
});

describe("quick mode and scope", () => {
  it("defers unreported gates outside quick_gates and misses the others", () => {
    const got = assessed(
      { "repo-audit": { status: "pass" }, contract: { status: "pass" } },
      { mode: "quick" },
    );
    expect(got.gates.filter((gate) => gate.deferred).map((gate) => gate.gate)).toEqual([
      "browser",
      "infra-health",
      "live-flows",
    ]);
    expect(factorsOf(got, "design-dna")).toEqual({ "not-run:missing": 0 });
    expect(got.exit).toBe(1);
  });

  it("looks at the quick checks only, also for what errored", () => {
    const checks = {
      "schema-diff": { status: "pass" },
      responses: { status: "error" },
      wedges: { status: "timeout" },
    };
    const runs = {
      "repo-audit": { status: "pass" },
      "design-dna": { status: "pass" },
      contract: { status: "warn", checks },
    };
    const quick = assessed(runs, { mode: "quick" });
    expect(factorsOf(quick, "contract")).toEqual({ deferred: 0.3 });
    expect([quick.risk, quick.exit]).toEqual([0, 0]);
    expect(assessed(allPass({ contract: { status: "warn", checks } })).exit).toBe(1);
  });

  it("cannot pass a gate whose quick checks weigh nothing", () => {
    const policy = { quick_checks: { contract: ["unknown"] } };
    const runs = {
      "repo-audit": { status: "pass" },
      "design-dna": { status: "pass" },
      contract: { status: "pass", checks: { responses: { status: "pass" } } },
    };
    expect(assessed(runs, { mode: "quick", policy }).exit).toBe(1);
  });

  it("assesses a gate that was reported although it lies outside", () => {
    const got = assessed(
      { "repo-audit": { status: "pass" }, browser: { status: "skipped" } },
      { scope: ["repo-audit"] },
    );
    expect(factorsOf(got, "browser")).toEqual({ "not-run:skipped": 0 });
    expect(got.exit).toBe(1);
    expect(got.deferred).toBeGreaterThan(0);
  });

  it("misses an unreported gate inside the scope", () => {
    const got = assessed({}, { scope: ["repo-audit"] });
    expect(factorsOf(got, "repo-audit")).toEqual({ "not-run:missing": 0 });
    expect(got.exit).toBe(1);
  });

  it("takes an empty scope for none, because a scope of nothing would excuse everything", () => {
    expect(assessed({}, { scope: [] })).toEqual(assessed({}));
  });
});

describe("exposure", () => {
  it("is 1 for the reference change and never below, but may be in a calibration ledger", () => {
    const small = { la: 0, ld: 0, nf: 1 };
    expect(exposure({ la: 12, ld: 4, nf: 2 }, POLICY_DEFAULTS)).toBe(1);
    expect(exposure(small, POLICY_DEFAULTS)).toBe(1);
    const x = Math.exp(-0.493 * Math.log(13) - 0.0486 * Math.log(5) + 0.2194 * (Math.log(2) - Math.log(3)));
    expect(x).toBeLessThan(0.25 + 0.05);
    expect(calibrationExposure(small, POLICY_DEFAULTS)).toBeCloseTo(Math.max(0.25, x), 12);
    expect(calibrationExposure({ la: 9e5, ld: 9e5, nf: 9e5 }, POLICY_DEFAULTS)).toBe(3);
    expect(calibrationExposure(null, POLICY_DEFAULTS)).toBe(1);
  });
});

describe("history", () => {
  it("may tighten and never relax, for custom classes too, and reaches what findings weigh", () => {
    const run = { licences: { status: "error" } };
    const bad = assessed(allPass(run), { history: { T: {}, k: { "custom:licences": 3 } } });
    expect(bad.mu).toBeCloseTo((0.0075 + 3 / 30) * 0.5, 12);
    const good = assessed(allPass(run), { history: { T: { "custom:licences": 900 }, k: {} } });
    expect(good.mu).toBeCloseTo(0.0075 * 0.5, 12);
    const open = allPass({ licences: { status: "warn", findings: [{ severity: "medium" }] } });
    const got = assessed(open, { history: { T: {}, k: { "custom:licences": 3 } } });
    expect(factorsOf(got, "licences")["open-findings"]).toBeCloseTo(Math.exp(-0.001 / (0.1075 * 0.5)), 12);
  });
});

describe("verdict", () => {
  it("counts gates that warn and expired waivers, whatever their environment", () => {
    const warn = { status: "warn" };
    const runs = allPass({ "repo-audit": warn, "live-flows": warn });
    const expired = { gate: "anything", expires: 9 };
    const elsewhere = { ...expired, env: "workstation" };
    expect(assessed(runs, { today: 10, waivers: [expired] }).verdict).toBe("PASS");
    const got = assessed(runs, { today: 10, waivers: [expired, elsewhere] });
    expect([got.verdict, got.exit]).toEqual(["WARNING", 0]);
  });

  it("warns above the warning line when the target is higher, and above the target when that is lower", () => {
    const findings = [{ severity: "medium", count: 9 }];
    const runs = allPass({ "live-flows": { status: "warn", findings } });
    const judged = (target_pct: number, warn_pct: number) => {
      const { risk, verdict, exit, clauses } = assessed(runs, { policy: { target_pct, warn_pct } });
      expect(risk).toBeCloseTo(0.38, 1);
      return [verdict, exit, ...clauses.map((clause) => clause.kind)];
    };
    expect(judged(1, 0.1)).toEqual(["WARNING", 0, "over-warn"]);
    expect(judged(0.1, 1)).toEqual(["WARNING", 1, "over-target"]);
    expect(judged(1, 1)).toEqual(["PASS", 0]);
  });

  it("is exactly on a line without crossing it", () => {
    const runs = allPass({ contract: { status: "skipped" } });
    const { risk } = assessed(runs, { required: ["repo-audit"] });
    const lines = { target_pct: risk, warn_pct: risk, critical_pct: risk };
    const on = assessed(runs, { required: ["repo-audit"], policy: lines });
    expect(on.clauses.map((clause) => clause.kind)).toEqual(["weak-evidence"]);
    const below = { ...lines, critical_pct: risk - 1e-9 };
    expect(assessed(runs, { required: ["repo-audit"], policy: below }).verdict).toBe("CRITICAL");
  });

  it("warns at verification evidence of exactly a half", () => {
    const run = { status: "pass", age_h: 2 };
    expect(assessed(allPass({ "infra-health": run })).verdict).toBe("WARNING");
    expect(assessed(allPass({ "infra-health": { ...run, age_h: 1.99 } })).verdict).toBe("PASS");
  });

  it("blocks for a check that errored beside the list, but not for one that was cancelled", () => {
    const checks = (status: string) => ({
      own: { status },
      responses: { status: "pass" },
      "schema-diff": { status: "pass" },
    });
    const exit = (status: string) =>
      assessed(allPass({ contract: { status: "warn", checks: checks(status) } })).exit;
    expect(["error", "timeout", "cancelled", "skipped", "fail"].map(exit)).toEqual([1, 1, 0, 0, 0]);
  });
});

describe("numbers", () => {
  it("say 0 only for nothing at all", () => {
    const got = assessed(
      allPass({ "repo-audit": { status: "warn", findings: [{ severity: "low", baseline: true }] } }),
    );
    expect(got.risk).toBeGreaterThan(0);
    expect(got.risk).toBeCloseTo(pctOf(got.mu), 12);
  });

  it("stay finite for absurd input", () => {
    const findings = [
      { severity: "critical", count: 1e9 },
      { severity: "low", count: 1e9 },
    ];
    const got = assessed(allPass({ browser: { status: "fail", findings, retries: 1e9 } }), {
      diff: { la: 1e9, ld: 1e9, nf: 1e9 },
    });
    expect([got.risk, got.total, got.x]).toEqual([100, 100, 3]);
    expect(Object.values(contributions(got)).every(Number.isFinite)).toBe(true);
    expect(got.interval.every(Number.isFinite)).toBe(true);
  });
});
