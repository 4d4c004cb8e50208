import { describe, expect, it } from "vitest";
import type { RunHeader, Waiver } from "../../modsquad/contracts/run-state.ts";
import type { Severity } from "../../modsquad/contracts/words.ts";
import { assess } from "../../modsquad/risk/assess.ts";
import { dayNumber } from "../../modsquad/risk/days.ts";
import { waiverCovers } from "../../modsquad/risk/waivers-from-run.ts";
import { buildFinding, buildState, buildTask, POLICY } from "../report/build-state.ts";

const WARN = { status: "passed_with_warnings" };
const who = { owner: "ana", reason: "accepted" };

/** Days after the run's day, which is 2026-10-31. */
function day(offset: number): string {
  return new Date(Date.parse("2026-10-31") + offset * 86_400_000).toISOString().slice(0, 10);
}

function gateWaiver(extra: Partial<Waiver> = {}): Waiver {
  return { gate: "infra-health", until: day(10), ...who, ...extra };
}

/** infra-health could not run, repo-audit passed. */
function offline(waivers: Waiver[], header: Partial<RunHeader> = {}) {
  const tasks = [
    buildTask("repo-audit"),
    buildTask("infra-health", { status: "skipped", checks: [], warnings: ["offline"] }),
  ];
  return assess(buildState(tasks, { header: { waivers, ...header } }));
}

/** repo-audit with one open finding. */
function open(severity: Severity, waiver: Partial<Waiver>) {
  const task = buildTask("repo-audit", {
    metrics: WARN,
    findings: [buildFinding("r", { severity, fingerprint: "9f2c" })],
  });
  const waivers = [{ gate: null, fingerprint: "9f2c", until: day(10), ...who, ...waiver }];
  return assess(buildState([task], { header: { waivers } }));
}

describe("a waiver of a gate", () => {
  it("takes its loss off and excuses that it did not run", () => {
    const report = offline([gateWaiver()]);
    expect(report).toMatchObject({
      verdict: "PASS_WITH_WAIVERS",
      exit: 0,
      readiness: "APPROVED",
      riskPct: 0,
    });
    expect(report.waivers).toMatchObject([
      { gate: "infra-health", state: "live", owner: "ana", reason: "accepted" },
    ]);
    expect(report.waivers[0]!.matchedPct).toBeCloseTo(report.waivedPct, 10);
    expect(offline([]).exit).toBe(1);
  });

  it("past its day is as if absent and a warning", () => {
    const report = offline([gateWaiver({ until: day(-1) }), gateWaiver({ until: day(0), env: "staging" })]);
    expect(report.waivers.map((waiver) => waiver.state)).toEqual(["expired", "other-env"]);
    expect(report.waivers[0]!.message).toMatch(/^expired on 2026-10-30/);
    expect(report.exit).toBe(1);
    const many = Array.from({ length: 4 }, (_, i) => gateWaiver({ until: day(-1 - i) }));
    const clean = assess(buildState([buildTask("repo-audit")], { header: { waivers: many } }));
    expect(clean).toMatchObject({ verdict: "WARNING", exit: 0, readiness: "HOLD" });
    expect(clean.why[0]).toContain("4 waivers have expired");
    const three = assess(buildState([buildTask("repo-audit")], { header: { waivers: many.slice(1) } }));
    expect(three.verdict).toBe("PASS");
  });

  it("that cannot be read as a date has expired", () => {
    expect(offline([gateWaiver({ until: "soon" })]).waivers[0]!.state).toBe("expired");
    expect(offline([gateWaiver({ until: "2026-11-31" })]).waivers[0]!.state).toBe("expired");
    expect(offline([gateWaiver({ until: "2026-10-31T12:00:00Z" })]).waivers[0]!.state).toBe("live");
  });

  it("may last as long as the policy allows for an unverified gate, to the day", () => {
    expect(offline([gateWaiver({ until: day(30) })]).waivers[0]!.state).toBe("live");
    const over = offline([gateWaiver({ until: day(31) })]);
    expect(over.waivers[0]).toMatchObject({ state: "over-limit", matchedPct: 0 });
    expect(over.waivers[0]!.message).toContain("30 at most");
    expect([over.exit, over.waivedPct]).toEqual([1, 0]);
  });

  it("with a reason does not excuse that the gate could not run", () => {
    expect(offline([gateWaiver({ why: "checks-not-run" })]).exit).toBe(1);
  });

  it("that nothing needs is stale; one of a deferred gate is not", () => {
    const state = (waiver: Partial<Waiver>) => offline([gateWaiver(waiver)]).waivers[0]!;
    expect(state({ gate: "repo-audit" })).toMatchObject({
      state: "stale",
      message: "nothing to waive in this run",
    });
    expect(state({ gate: "nobody" }).state).toBe("stale");
    const quick = assess(
      buildState([buildTask("repo-audit")], {
        header: { mode: "quick", required: ["repo-audit", "infra-health"], waivers: [gateWaiver()] },
      }),
    );
    expect(quick.waivers[0]!.state).toBe("live");
    expect(quick.waivedPct).toBe(0);
  });

  it("cannot waive a failure", () => {
    const failed = buildTask("infra-health", { status: "failed" });
    const report = assess(buildState([failed], { header: { waivers: [gateWaiver({ why: "failed" })] } }));
    expect(report).toMatchObject({
      verdict: "CRITICAL",
      waivers: [{ state: "stale", message: "a failed gate cannot be waived" }],
    });
  });
});

describe("a waiver of a finding", () => {
  it("finds it by fingerprint, alone or with its gate", () => {
    for (const fingerprint of ["9f2c", "repo-audit:9f2c"]) {
      expect(open("medium", { fingerprint })).toMatchObject({
        verdict: "PASS_WITH_WAIVERS",
        riskPct: 0,
        waivers: [{ state: "live" }],
      });
    }
    expect(open("medium", { fingerprint: "live-flows:9f2c" }).waivers[0]!.state).toBe("stale");
    expect(open("medium", { fingerprint: "9f2" }).waivers[0]!.state).toBe("stale");
    expect(open("medium", { gate: "live-flows" }).waivers[0]!.state).toBe("stale");
  });

  it.each([
    ["high", 14],
    ["medium", 30],
    ["low", 90],
    ["info", 90],
  ] as const)("of severity %s may last %i days", (severity, days) => {
    expect(open(severity, { until: day(days) }).waivers[0]!.state).toBe("live");
    expect(open(severity, { until: day(days + 1) }).waivers[0]!.state).toBe("over-limit");
  });

  it("never holds for a critical one, new or old", () => {
    expect(open("critical", { until: day(0) })).toMatchObject({
      verdict: "CRITICAL",
      waivers: [{ state: "over-limit" }],
    });
    expect(open("critical", { until: day(0) }).waivers[0]!.message).toContain("cannot be waived");
  });

  it("lets an accepted high finding weigh in full without failing the gate", () => {
    const report = open("high", {});
    expect(report).toMatchObject({ verdict: "PASS_WITH_WAIVERS", exit: 0, riskPct: 0 });
    expect(report.totalAvoidablePct).toBeGreaterThan(0.3);
    expect(open("high", { until: day(-1) }).verdict).toBe("CRITICAL");
    expect(open("high", { env: "production" }).verdict).toBe("CRITICAL");
    expect(open("high", { until: day(15) }).verdict).toBe("CRITICAL");
  });

  it("takes the shortest limit when the fingerprint stands for several", () => {
    const finding = (severity: Severity) => buildFinding("r", { severity, fingerprint: "same" });
    const tasks = [
      buildTask("repo-audit", { metrics: WARN, findings: [finding("low")] }),
      buildTask("live-flows", { metrics: WARN, findings: [finding("medium")] }),
    ];
    const until = (days: number) => {
      const waivers = [{ gate: null, fingerprint: "same", until: day(days), ...who }];
      return assess(buildState(tasks, { header: { waivers } })).waivers[0]!.state;
    };
    expect([until(30), until(31)]).toEqual(["live", "over-limit"]);
  });
});

describe("waiverCovers", () => {
  const at = { today: "2026-10-31", env: "ci", policy: POLICY };
  const covers = (waiver: Partial<Waiver>, severity: Severity = "high", gate = "repo-audit") =>
    waiverCovers(
      { gate: null, fingerprint: "9f2c", until: day(14), ...who, ...waiver },
      gate,
      { fingerprint: "9f2c", severity },
      at,
    );

  it("says what the risk report says", () => {
    expect([
      covers({}),
      covers({ fingerprint: "repo-audit:9f2c" }),
      covers({ gate: "repo-audit" }),
      covers({ env: "ci" }),
    ]).toEqual(Array(4).fill(true));
    expect(covers({ until: day(0) })).toBe(true);
    const not = [
      { until: day(-1) },
      { until: day(15) },
      { until: "soon" },
      { env: "production" },
      { fingerprint: "9f2" },
      { gate: "browser" },
    ];
    expect(not.map((waiver) => covers(waiver))).toEqual(not.map(() => false));
    expect(covers({}, "critical")).toBe(false);
    expect(covers({ fingerprint: undefined, gate: "repo-audit" })).toBe(false);
  });
});

describe("day numbers", () => {
  it("count days since 1970 and refuse what is no day", () => {
    expect(dayNumber("1970-01-02")).toBe(1);
    expect(dayNumber("2026-11-21")! - dayNumber("2026-10-31")!).toBe(21);
    for (const text of ["", "2026-13-01", "2026-02-29", "21.11.2026", "2026-1-1", "2026-11-21x"]) {
      expect(dayNumber(text), text).toBeNull();
    }
    expect(dayNumber("2028-02-29")).not.toBeNull();
  });
});
