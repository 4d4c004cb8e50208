import { describe, expect, it } from "vitest";
import type { CheckResult } from "../../modsquad/contracts/gate.ts";
import type { PlannedGate, RunHeader, RunState, TaskState } from "../../modsquad/contracts/run-state.ts";
import { TASK_STATUSES } from "../../modsquad/contracts/words.ts";
import { assess } from "../../modsquad/risk/assess.ts";
import { mapRun } from "../../modsquad/risk/from-run-state.ts";
import type { GateRun, ModelInput } from "../../modsquad/risk/types.ts";
import { buildCheck, buildFinding, buildPlanned, buildState, buildTask } from "../report/build-state.ts";

const WARN = { status: "passed_with_warnings" };

function inputOf(state: RunState): ModelInput {
  const mapped = mapRun(state);
  if (!mapped.ok) throw new Error(JSON.stringify(mapped.problems));
  return mapped.value.input;
}

/** The model's run of one task. */
function runOf(extra: Partial<TaskState>, header: Partial<RunHeader> = {}): GateRun | undefined {
  return inputOf(buildState([buildTask("g", extra)], { header })).runs.get("g");
}

function checksOf(...checks: CheckResult[]) {
  return Object.fromEntries(runOf({ checks })!.checks!);
}

/** A state with one planned gate and, unless null, its task. */
function planned(
  gate: Partial<PlannedGate>,
  task: Partial<TaskState> | null,
  header: Partial<RunHeader> = {},
): RunState {
  const tasks = task === null ? [] : [buildTask("g", task)];
  return buildState(tasks, { header: { gates: [buildPlanned("g", gate)], required: ["g"], ...header } });
}

describe("the status of a task", () => {
  const word = (status: TaskState["status"], metrics: TaskState["metrics"] = {}) =>
    runOf({ status, metrics })?.status;

  it("becomes a word of the model", () => {
    const words = TASK_STATUSES.map((status) => word(status, { status: "passed" }));
    expect(words).toEqual([
      "missing",
      "missing",
      "pass",
      "fail",
      "error",
      "timeout",
      "cancelled",
      "skipped",
      undefined,
    ]);
    expect(word("completed", WARN)).toBe("warn");
    expect(word("completed", {})).toBe("warn");
  });

  it("keeps what a cached result was, with its age and digest", () => {
    const cached = { ageHours: 30, sameDigest: true, from: "run-1" };
    expect(runOf({ cached })).toMatchObject({ status: "pass", ageHours: 30, sameDigest: true });
    expect(runOf({})).toMatchObject({ ageHours: null, sameDigest: null });
  });

  it("counts attempts beyond the first as retries of what completed", () => {
    expect(runOf({ attempt: 3 })!.retries).toBe(2);
    expect(runOf({ attempt: 3, status: "errored", checks: [] })!.retries).toBe(0);
  });

  it("has no checks when the gate broke before it reported, and empty ones when it completed without", () => {
    expect(runOf({ status: "timed_out", checks: [] })!.checks).toBeNull();
    expect(runOf({ status: "failed", checks: [] })!.checks).toBeNull();
    expect(runOf({ status: "completed", checks: [] })!.checks!.size).toBe(0);
    const report = assess(buildState([buildTask("repo-audit", { checks: [] })]));
    expect(report.exit).toBe(1);
    expect(report.ledger[0]).toMatchObject({
      reason: "not-run:missing",
      detail: "it reported no checks, so nothing is proven",
    });
  });
});

describe("checks", () => {
  it("carry status, retries and examined / planned", () => {
    const checks = checksOf(
      buildCheck("a", { planned: 20, examined: 1, retries: 2 }),
      buildCheck("b", { status: "skipped", examined: 0 }),
    );
    expect(checks).toEqual({
      a: { status: "pass", coverage: 0.05, retries: 2 },
      b: { status: "skipped", coverage: 0, retries: 0 },
    });
  });

  it("on several targets are one: the weakest status, planned and examined added up", () => {
    const on = (target: string, extra: Partial<CheckResult>) => buildCheck("a", { target, ...extra });
    expect(checksOf(on("x", { examined: 5 }), on("y", { planned: 30, retries: 1 }))).toEqual({
      a: { status: "pass", coverage: 15 / 40, retries: 1 },
    });
    const worst = (...statuses: CheckResult["status"][]) =>
      checksOf(...statuses.map((status, i) => on(`t${i}`, { status }))).a!.status;
    expect(worst("passed", "skipped")).toBe("skipped");
    expect(worst("skipped", "errored", "passed")).toBe("error");
    expect(worst("errored", "failed", "passed")).toBe("fail");
  });

  it("that examined nothing are errored, and more than planned is all of it", () => {
    expect(checksOf(buildCheck("a", { examined: 0 })).a!.status).toBe("error");
    expect(checksOf(buildCheck("a", { planned: 0, examined: 0 })).a!.status).toBe("error");
    expect(checksOf(buildCheck("a", { planned: 0, examined: 3 })).a!.coverage).toBe(1);
    expect(checksOf(buildCheck("a", { planned: 2, examined: 3 })).a!.coverage).toBe(1);
    expect(checksOf(buildCheck("a", { planned: Number.NaN, examined: Number.NaN })).a!.status).toBe("error");
  });

  it("that config cut away leave the policy's list and the gate's checks", () => {
    const tasks = [
      buildTask("browser", {
        checks: [buildCheck("render"), buildCheck("visual", { status: "skipped", examined: 0 })],
      }),
    ];
    const header = { scopeCuts: { browser: { visual: "no Percy", axe: "no UI" } } };
    const input = inputOf(buildState(tasks, { header }));
    expect(input.policy.checks.browser).toEqual({ render: 0.25, lighthouse: 0.3 });
    expect([...input.runs.get("browser")!.checks!.keys()]).toEqual(["render"]);
  });

  it("that config cut away still count when they went wrong all the same", () => {
    const checks = [buildCheck("one"), buildCheck("cut", { status: "errored" })];
    const report = assess(
      buildState([buildTask("g", { checks })], { header: { scopeCuts: { g: { cut: "no UI" } } } }),
    );
    expect(report.exit).toBe(1);
  });
});

describe("findings", () => {
  it("carry fingerprint, severity, age and count", () => {
    const findings = [
      buildFinding("r", { severity: "low", isNew: false, count: 79 }),
      buildFinding("s", { severity: "medium" }),
    ];
    expect(runOf({ findings })!.findings).toEqual([
      { id: "fp-r", severity: "low", baseline: true, count: 79, accepted: false },
      { id: "fp-s", severity: "medium", baseline: false, count: 1, accepted: false },
    ]);
  });
});

describe("gates that did not run", () => {
  const quick = { mode: "quick" as const };

  it("and do not apply are left out in quick mode, and in full mode when config confirms it", () => {
    const gate = { decision: "not_applicable" as const, reason: "no UI", confirmed: false };
    expect(inputOf(planned(gate, { status: "not_applicable" }, quick)).na).toEqual(["g"]);
    expect(inputOf(planned({ ...gate, confirmed: true }, null)).na).toEqual(["g"]);
    const full = planned(gate, { status: "not_applicable" });
    expect(inputOf(full).na).toEqual([]);
    const report = assess(full);
    expect(report.exit).toBe(1);
    expect(report.ledger[0]).toMatchObject({
      reason: "not-run:missing",
      detail: "not applicable (no UI), but no committed config confirms it",
      action: 'notApplicable: { g: "reason" } in modsquad.config.yaml',
    });
  });

  it("and were found not to apply only at run time follow the same rule", () => {
    expect(inputOf(planned({}, { status: "not_applicable" }, quick)).na).toEqual(["g"]);
    expect(assess(planned({}, { status: "not_applicable" })).exit).toBe(1);
  });

  it("and were skipped by the user count as not run in full mode, and are deferred in quick mode", () => {
    const gate = { decision: "skipped_by_user" as const };
    const full = assess(planned(gate, { status: "skipped", checks: [] }));
    expect(full.ledger[0]).toMatchObject({ reason: "not-run:skipped", action: "run without --skip g" });
    expect([full.exit, full.readiness]).toEqual([1, "BLOCKED"]);
    const state = planned(gate, null, {
      ...quick,
      gates: [buildPlanned("g", gate), buildPlanned("repo-audit")],
      required: ["g", "repo-audit"],
    });
    const report = assess({ ...state, tasks: [buildTask("repo-audit")] });
    expect(report.ledger.map((line) => line.reason)).toEqual(["deferred"]);
    expect([report.exit, report.verdict, report.readiness]).toEqual([0, "PASS", "HOLD"]);
  });

  it("and have no check in the mode are left out in full mode and deferred in quick mode", () => {
    const gate = { decision: "not_in_mode" as const };
    expect(inputOf(planned(gate, null)).na).toEqual(["g"]);
    const gates = [buildPlanned("contract", gate), buildPlanned("repo-audit")];
    const state = buildState([buildTask("repo-audit")], {
      header: { ...quick, gates, required: ["contract", "repo-audit"] },
    });
    expect(assess(state).ledger).toMatchObject([
      { gate: "contract", reason: "deferred", action: "meta-orch --mode full" },
    ]);
  });

  it("and lie outside --gate are deferred: the verdict covers the scope, releasable never", () => {
    const gates = [buildPlanned("repo-audit"), buildPlanned("browser", { decision: "out_of_scope" })];
    const header = { gates, required: ["repo-audit", "browser"], scope: ["repo-audit"] };
    const report = assess(buildState([buildTask("repo-audit")], { header }));
    expect([report.verdict, report.exit, report.readiness, report.riskPct]).toEqual(["PASS", 0, "HOLD", 0]);
    expect(report.ledger).toMatchObject([
      { gate: "browser", reason: "deferred", detail: "outside --gate", action: "run without --gate" },
    ]);
  });

  it("and never reported, or were cut off, are missing", () => {
    expect(assess(planned({}, null)).ledger[0]).toMatchObject({
      detail: "planned, but nothing was reported",
    });
    for (const status of ["pending", "in_progress"] as const) {
      const state = { ...planned({}, { status, checks: [] }), status: "crashed" as const };
      expect(assess(state)).toMatchObject({
        exit: 1,
        ledger: [{ reason: "not-run:missing", detail: "not run: the run ended before it did" }],
      });
      expect(assess({ ...state, status: "running" }).ledger[0]!.detail).toBe("not finished yet");
    }
    const unknown = buildState([], { header: { required: ["unit-tests"] } });
    expect(assess(unknown).ledger[0]!.detail).toBe("required, but there is no such gate");
  });

  it("at all: a run of nothing is not a pass", () => {
    expect(assess(buildState([]))).toMatchObject({
      verdict: "WARNING",
      exit: 1,
      readiness: "BLOCKED",
      why: ["no gate was run"],
    });
    const none = assess(buildState([], { header: { mode: "quick" } }));
    expect([none.verdict, none.exit, none.readiness]).toEqual(["WARNING", 0, "HOLD"]);
  });
});

describe("the policy of a run", () => {
  it("takes the gates' own power rows and the run's target", () => {
    const gates = [
      buildPlanned("e2e", { defectClasses: { flow: 0.3 } }),
      buildPlanned("other", { defectClasses: { unheard: 7 } }),
    ];
    const input = inputOf(buildState([], { header: { gates, targetPct: 0.25 } }));
    expect(input.policy.power.e2e).toEqual({ flow: 0.3 });
    expect(input.policy.power.other).toEqual({ unheard: 1 });
    expect(input.policy.target_pct).toBe(0.25);
    expect(Number.isFinite(assess(buildState([], { header: { gates } })).floorPct)).toBe(true);
  });

  it("defers in quick mode what the plan left for full mode", () => {
    const gates = [buildPlanned("infra-health", { checksInScope: ["static-config"] })];
    const tasks = [buildTask("infra-health", { checks: [buildCheck("static-config")] })];
    const report = assess(buildState(tasks, { header: { mode: "quick", gates } }));
    expect(report.evidence["infra-health"]!.factors).toEqual({ deferred: 0.5 });
    expect([report.riskPct, report.exit]).toEqual([0, 0]);
    const full = assess(buildState(tasks, { header: { gates } }));
    expect(full.evidence["infra-health"]!.factors).toEqual({ "checks-not-run": 0.5 });
  });

  it("may be replaced, its target and digest with it", () => {
    const state = buildState([buildTask("repo-audit")]);
    const report = assess(state, { ...state.header.policy, target_pct: 3 });
    expect(report.targetPct).toBe(3);
    expect(report.policyDigest).not.toBe(state.header.policyDigest);
  });
});

describe("a state the model cannot work with", () => {
  const passing = () => buildState([buildTask("repo-audit")]);

  it("never passes and says why", () => {
    expect(assess(passing()).exit).toBe(0);
    const broken: RunState[] = [
      buildState([buildTask("repo-audit")], { header: { today: "yesterday" } }),
      buildState([buildTask("repo-audit")], { header: { today: "2026-02-30" } }),
      buildState([buildTask("repo-audit")], { header: { targetPct: Number.NaN } }),
      buildState([buildTask("repo-audit")], { header: { policy: {} as never } }),
      buildState([buildTask("repo-audit")], {
        header: { policy: { ...passing().header.policy, hazard: { low: "x" } as never } },
      }),
      buildState([
        buildTask("repo-audit", { findings: [buildFinding("r", { severity: "blocker" as never })] }),
      ]),
      buildState([buildTask("repo-audit", { attempt: Number.NaN })]),
      buildState([buildTask("repo-audit", { checks: [buildCheck("main", { retries: "x" as never })] })]),
      buildState([
        buildTask("repo-audit", { cached: { ageHours: Number.NaN, sameDigest: true, from: "r" } }),
      ]),
      buildState([buildTask("repo-audit")], { header: { diff: { la: "many", ld: 1, nf: 1 } as never } }),
    ];
    for (const state of broken) {
      const report = assess(state);
      expect(report).toMatchObject({ verdict: "CRITICAL", exit: 1, readiness: "BLOCKED", riskPct: 100 });
      expect(report.why[0]).toMatch(/^the risk could not be computed: /);
    }
  });
});
