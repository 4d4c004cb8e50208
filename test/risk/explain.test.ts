/** The words of the ledger: what a person reads first when a run is blocked. */
import { describe, expect, it } from "vitest";
import type { TaskState } from "../../modsquad/contracts/run-state.ts";
import { assess } from "../../modsquad/risk/assess.ts";
import { buildCheck, buildFinding, buildState, buildTask } from "../report/build-state.ts";

const WARN = { status: "passed_with_warnings" };

/** "reason | detail | action" of each line of one task. */
function linesOf(id: string, extra: Partial<TaskState>): string[] {
  const report = assess(buildState([buildTask(id, extra)]));
  return report.ledger.map(({ reason, detail, action }) => [reason, detail, action].join(" | "));
}

const skipped = (id: string, message: string, failureClass?: string) =>
  buildCheck(id, { status: "skipped", examined: 0, message, failureClass });

describe("a gate that did not run", () => {
  const broken = (status: TaskState["status"], message: string, failure: string) =>
    linesOf("browser", { status, checks: [], errors: [message], metrics: { failure_class: failure } });

  it("says why and what helps", () => {
    expect(broken("errored", "chromium not found\nat line 2", "missing-tool")).toEqual([
      "not-run:error | not run: chromium not found | meta-orch doctor --fix",
    ]);
    expect(broken("errored", "connect ECONNREFUSED 127.0.0.1:3000", "threw")).toEqual([
      "not-run:error | not run: connect ECONNREFUSED 127.0.0.1:3000 | start it, or --base-url URL",
    ]);
    expect(broken("errored", "TypeError: x is undefined", "threw")).toEqual([
      "not-run:error | not run: TypeError: x is undefined | meta-orch gate browser",
    ]);
    expect(broken("timed_out", "did not finish within 60 s", "timeout")).toEqual([
      "not-run:timeout | not run: timed out: did not finish within 60 s | find what hangs, or raise gates.browser.timeout",
    ]);
    expect(broken("cancelled", "", "cancelled")).toEqual([
      "not-run:cancelled | not run: cancelled | run it again",
    ]);
  });

  it("says what it was waiting for when it was skipped", () => {
    const extra = { status: "skipped" as const, checks: [], warnings: ["infra-health did not complete"] };
    expect(linesOf("contract", extra)).toEqual([
      "not-run:skipped | not run: skipped: infra-health did not complete | meta-orch gate contract",
    ]);
  });
});

describe("checks that did not run", () => {
  it("are named with what is missing", () => {
    const checks = [
      buildCheck("render"),
      skipped("axe", "not installed", "missing-tool"),
      skipped("lighthouse", "no", "missing-tool"),
    ];
    expect(linesOf("browser", { metrics: WARN, checks: [...checks, buildCheck("visual")] })).toEqual([
      "checks-not-run | not run: axe, lighthouse missing | meta-orch doctor --fix",
    ]);
  });

  it("are named with what they said, and how far they came", () => {
    const checks = [
      buildCheck("render"),
      buildCheck("axe", { planned: 20, examined: 1 }),
      buildCheck("lighthouse"),
    ];
    expect(linesOf("browser", { metrics: WARN, checks: [...checks, skipped("visual", "no token")] })).toEqual(
      ["checks-not-run | axe examined 1 of 20; visual not checked: no token | meta-orch gate browser"],
    );
    expect(linesOf("browser", { metrics: WARN, checks })[0]).toContain("not run: visual");
  });

  it("speak for the target that was weakest", () => {
    const on = (target: string) => buildCheck("live-services", { target, planned: 1, examined: 1 });
    const down = buildCheck("live-services", {
      target: "db",
      status: "errored",
      examined: 0,
      message: "db refused",
      failureClass: "refused",
    });
    const checks = [buildCheck("static-config"), on("cache"), down, on("queue")];
    expect(linesOf("infra-health", { status: "errored", checks })).toEqual([
      "checks-not-run | live-services not checked: db refused | start it, or --base-url URL",
    ]);
  });
});

describe("findings", () => {
  it("are counted by severity, with how many were there before", () => {
    const findings = [
      buildFinding("a", { severity: "low", count: 3 }),
      buildFinding("b", { severity: "medium", isNew: false, fix: undefined }),
      buildFinding("c", { severity: "info", count: 50 }),
    ];
    expect(linesOf("repo-audit", { metrics: WARN, findings })).toEqual([
      "open-findings | 1 medium, 3 low findings, 1 pre-existing | src/app.ts:12: npm run fix",
    ]);
  });

  it("of a failed gate each have a line, and the failure one of its own", () => {
    const findings = [
      buildFinding("a", { severity: "high", message: "Token in clear\nsecond line" }),
      buildFinding("b", { severity: "high" }),
    ];
    const checks = [buildCheck("main", { status: "failed", message: "2 secrets" })];
    expect(linesOf("repo-audit", { status: "failed", findings, checks })).toEqual([
      "finding:high | 2 high findings: Token in clear | src/app.ts:12: npm run fix",
      "failed | failed: main: 2 secrets | ",
    ]);
    expect(linesOf("unit-tests", { status: "failed" })).toEqual([
      "failed | failed, so it may hide other defects | meta-orch gate unit-tests",
      "finding:unspecified | failed, and no finding of weight says why | meta-orch gate unit-tests",
    ]);
  });
});

describe("results that are less than they seem", () => {
  it("say what was flaky", () => {
    const checks = [buildCheck("main", { retries: 1 })];
    expect(linesOf("repo-audit", { attempt: 2, checks })).toEqual([
      "flaky | passed on attempt 2 only; main passed only when tried again | find what is unstable: meta-orch gate repo-audit",
    ]);
  });

  it("say how old a result is", () => {
    const cached = (ageHours: number, sameDigest: boolean) =>
      linesOf("repo-audit", { cached: { ageHours, sameDigest, from: "r" } });
    expect(cached(48, true)).toEqual([
      "stale:aged | an earlier result, 48.0 h old | meta-orch --gate repo-audit",
    ]);
    expect(cached(1, false)).toEqual([
      "stale:inputs-changed | an earlier result, and its inputs have changed since | meta-orch --gate repo-audit",
    ]);
    expect(cached(24, true)).toEqual([]);
  });
});
