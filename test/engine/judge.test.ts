import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckResult, Finding } from "../../modsquad/contracts/gate.ts";
import { type Bench, judge } from "../../modsquad/engine/judge.ts";

const bench = (fields: Partial<Bench> = {}): Bench => ({
  checksInScope: ["a"],
  failOn: "high",
  baseline: null,
  changedLines: null,
  waiverOf: () => undefined,
  ...fields,
});
const check = (fields: Partial<CheckResult> = {}): CheckResult => ({
  id: "a",
  status: "passed",
  planned: 2,
  examined: 2,
  evidence: { tool: "t", version: "1" },
  message: "looked",
  ...fields,
});
const finding = (fields: Partial<Finding> = {}): Finding => ({
  ruleId: "a/rule",
  severity: "high",
  message: "wrong",
  fingerprint: "f1",
  location: { path: "x.ts", line: 10 },
  ...fields,
});
const returned = (checks: unknown, findings: unknown = []) => ({
  kind: "returned" as const,
  result: { checks, findings, metrics: {}, artifacts: [] },
});
const statusOf = (...args: Parameters<typeof judge>) => judge(...args).status;

describe("judge", () => {
  it("passes only with a check that looked at something", () => {
    expect(judge(returned([check()]), bench(), 1).metrics.status).toBe("passed");
    expect(statusOf(returned([check({ examined: 0 })]), bench(), 1)).toBe("errored");
    expect(statusOf(returned([check({ status: "failed", examined: 0 })]), bench(), 1)).toBe("errored");
    expect(statusOf(returned([]), bench(), 1)).toBe("errored");
  });

  it("misses a check in scope that the gate says nothing about", () => {
    const judged = judge(returned([check()]), bench({ checksInScope: ["a", "b"] }), 1);
    expect(judged.status).toBe("errored");
    expect(judged.errors[0]).toContain("b: in scope");
  });

  it("is skipped when none of its checks ran", () => {
    expect(statusOf(returned([check({ status: "skipped", examined: 0 })]), bench(), 1)).toBe("skipped");
  });

  it("completes with warnings when findings are open or a check was skipped", () => {
    const low = judge(returned([check()], [finding({ severity: "low" })]), bench(), 1);
    expect([low.status, low.metrics.status]).toEqual(["completed", "passed_with_warnings"]);
    const partly = judge(returned([check(), check({ id: "b", status: "skipped" })]), bench(), 1);
    expect([partly.status, partly.metrics.status]).toEqual(["completed", "passed_with_warnings"]);
  });

  it("fails on a new finding at the bar, and not on an old, a lower or a waived one", () => {
    const found = returned([check()], [finding()]);
    expect(statusOf(found, bench(), 1)).toBe("failed");
    expect(statusOf(found, bench({ failOn: "critical" }), 1)).toBe("completed");
    expect(statusOf(found, bench({ baseline: new Set(["f1"]) }), 1)).toBe("completed");
    const waiver = { gate: null, fingerprint: "f1", owner: "ana", reason: "test", until: "2026-12-01" };
    expect(statusOf(found, bench({ waiverOf: () => waiver }), 1)).toBe("completed");
  });

  it("prefers the baseline, then the changed lines, then calls everything new", () => {
    const isNew = (fields: Partial<Bench>) =>
      judge(returned([check()], [finding()]), bench(fields), 1).findings[0]?.isNew;
    expect(isNew({ baseline: new Set(), changedLines: new Map() })).toBe(true);
    expect(isNew({ changedLines: new Map([["x.ts", [[8, 12]]]]) })).toBe(true);
    expect(isNew({ changedLines: new Map([["x.ts", [[11, 12]]]]) })).toBe(false);
    expect(isNew({ changedLines: new Map() })).toBe(false);
    expect(isNew({})).toBe(true);
  });

  it("names what broke, timed out or was cancelled", () => {
    const broke = judge({ kind: "broke", class: "threw", message: "boom" }, bench(), 1);
    expect([broke.status, broke.errors, broke.metrics.failure_class]).toEqual(["errored", ["boom"], "threw"]);
    expect(statusOf({ kind: "timed_out" }, bench(), 5000)).toBe("timed_out");
    expect(statusOf({ kind: "cancelled" }, bench(), 1)).toBe("cancelled");
  });

  it("never completes on garbage", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ checks: fc.anything(), findings: fc.anything() })),
        (result) => {
          const judged = judge({ kind: "returned", result }, bench(), 1);
          expect(["errored", "skipped", "failed"]).toContain(judged.status);
        },
      ),
      { seed: 3, numRuns: 1000 },
    );
  });
});
