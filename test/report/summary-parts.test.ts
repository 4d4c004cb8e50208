/** Totals, findings, next actions and readiness: the parts every report is made of. */
import { describe, expect, it } from "vitest";
import { gateFile, textFile } from "../../modsquad/report/files.ts";
import { rankFindings, topFindings } from "../../modsquad/report/findings.ts";
import { gateViews } from "../../modsquad/report/gate-view.ts";
import { combination, nextActions } from "../../modsquad/report/next-actions.ts";
import { duration, percent } from "../../modsquad/report/numbers.ts";
import { answerOf } from "../../modsquad/report/readiness.ts";
import { totalsOf } from "../../modsquad/report/totals.ts";
import { buildFinding, buildLine, buildPlanned, buildRisk, buildState, buildTask } from "./build-state.ts";

describe("numbers", () => {
  it.each([
    [0, "0.00%"],
    [1e-9, "<0.01%"],
    [Number.NaN, "unknown"],
    [0.0049, "<0.01%"],
    [0.005, "0.01%"],
    [1.486, "1.49%"],
  ])("%d percent is printed as %s", (value, printed) => expect(percent(value)).toBe(printed));

  it.each([
    [null, "-"],
    [0.012, "12ms"],
    [0.0996, "0.1s"],
    [2.14, "2.1s"],
    [59.97, "1m 00s"],
    [62, "1m 02s"],
    [3720, "1h 02m"],
  ])("%s seconds are printed as %s", (value, printed) => expect(duration(value)).toBe(printed));
});

describe("totals", () => {
  it("counts every gate once, executed or not", () => {
    const gates = [
      ...["a", "b", "c", "d", "e", "f", "dead"].map((id) => buildPlanned(id)),
      buildPlanned("na", { decision: "not_applicable" }),
      buildPlanned("later", { decision: "not_in_mode" }),
      buildPlanned("never-started"),
    ];
    const tasks = [
      buildTask("a"),
      buildTask("b", { metrics: { status: "passed_with_warnings" } }),
      buildTask("c", { status: "failed" }),
      buildTask("d", { status: "errored" }),
      buildTask("e", { status: "timed_out" }),
      buildTask("f", { status: "cancelled" }),
      buildTask("dead", { status: "in_progress" }),
    ];
    const state = buildState(tasks, { status: "crashed", header: { gates, required: ["a", "unheard-of"] } });
    const expired = { gate: "a", owner: "o", reason: "r", until: "2026-01-01", matchedPct: 0, message: "" };
    const risk = buildRisk({ waivers: [{ ...expired, state: "expired" }] });
    expect(totalsOf(gateViews(state, risk), risk)).toEqual({
      total: 11,
      completed: 2,
      failed: 1,
      errored: 1,
      timedOut: 1,
      cancelled: 1,
      skipped: 1,
      notApplicable: 1,
      unfinished: 3,
      warnings: 2,
      riskRate: 0,
    });
  });
});

describe("gateViews", () => {
  it("calls a gate that never ended missing only once the run is over", () => {
    const task = buildTask("a", { status: "in_progress" });
    const word = (status: "running" | "crashed") =>
      gateViews(buildState([task], { status }), buildRisk())[0]?.word;
    expect(word("running")).toBe("running");
    expect(word("crashed")).toBe("missing");
  });

  it("says why a gate did not run", () => {
    const gates = [
      buildPlanned("na", { decision: "not_applicable", reason: "no page found" }),
      buildPlanned("skip", { decision: "skipped_by_user", reason: "" }),
    ];
    const reasons = gateViews(buildState([], { header: { gates } }), buildRisk()).map((view) => view.reason);
    expect(reasons).toEqual([
      "no page found (counts as missing until the config confirms it)",
      "left out with --skip",
    ]);
  });
});

describe("rankFindings", () => {
  it("puts new before old by what each adds to the risk, and waived last", () => {
    const findings = [
      buildFinding("low", { severity: "low" }),
      buildFinding("old-critical", { severity: "critical", isNew: false }),
      buildFinding("waived", { severity: "critical", waiver: "ana: test key, until 2026-12-01" }),
      buildFinding("high", { severity: "high" }),
      buildFinding("medium", { severity: "medium" }),
      buildFinding("critical", { severity: "critical" }),
    ];
    const ranked = rankFindings(buildState([buildTask("a", { findings })])).map((one) => one.finding.ruleId);
    expect(ranked).toEqual(["critical", "old-critical", "high", "medium", "low", "waived"]);
  });
});

describe("topFindings", () => {
  it("does not let one rule bury the others, and fills up when there are no others", () => {
    const many = (rule: string, n: number) =>
      Array.from({ length: n }, (_, i) =>
        buildFinding(rule, { fingerprint: `${rule}-${String(i).padStart(2, "0")}` }),
      );
    const ranked = rankFindings(
      buildState([buildTask("a", { findings: [...many("x", 9), ...many("y", 1)] })]),
    );
    const rules = (limit: number) =>
      topFindings(ranked, limit)
        .map((one) => one.finding.ruleId)
        .join("");
    expect(rules(4)).toBe("xxxy");
    expect(rules(6)).toBe("xxxxxy");
    expect(rules(50)).toBe("xxxxxxxxxy");
  });
});

describe("nextActions", () => {
  it("orders gates by what they cost together and says how to put each right", () => {
    const risk = buildRisk({
      ledger: [
        buildLine("contract", 0.53, { action: "start it, or --base-url" }),
        buildLine("browser", 0.4, { action: "meta-orch doctor --fix" }),
        buildLine("browser", 0.3, { reason: "flaky", action: "meta-orch doctor --fix" }),
        buildLine("later", 9, { reason: "deferred" }),
        buildLine("live-flows", 0.1, { reason: "failed", detail: "1 flow failed" }),
        buildLine("custom", 0.05),
      ],
      steps: [{ gates: ["browser"], riskPct: 0.87, underTarget: false }],
    });
    const failed = buildTask("live-flows", { status: "failed", findings: [buildFinding("flow/status")] });
    const actions = nextActions(buildState([failed], { header: { mode: "quick" } }), risk);
    expect(actions.map((one) => [one.gate, one.how])).toEqual([
      ["browser", "meta-orch doctor --fix"],
      ["contract", "start it, or --base-url"],
      ["live-flows", "src/app.ts:12: Remove it. run: npm run fix"],
      ["custom", "meta-orch gate custom"],
      [null, "before a release: meta-orch --mode full"],
    ]);
    expect(actions[0]).toMatchObject({ costsPct: 0.7, riskAfterPct: 0.87 });
  });

  it("has nothing to say when nothing is left to do", () => {
    expect(nextActions(buildState([buildTask("a")]), buildRisk())).toEqual([]);
  });

  it("names the combination that gets under the target", () => {
    const steps = [
      { gates: ["a"], riskPct: 1, underTarget: false },
      { gates: ["a", "b"], riskPct: 0.35, underTarget: true },
    ];
    expect(combination(buildRisk({ steps }))).toBe("a + b -> 0.35%, under the target");
    expect(combination(buildRisk())).toBeNull();
  });
});

describe("answerOf", () => {
  const approved = buildRisk();

  it("is what the risk says when the run finished with 0", () => {
    expect(answerOf(buildState([]), approved)).toEqual({ readiness: "APPROVED", exitCode: 0, why: [] });
  });

  it.each([
    ["cancelled", 130],
    ["crashed", null],
    ["finished", 2],
  ] as const)("approves nothing when the run is %s with exit code %s", (status, exitCode) => {
    const answer = answerOf(buildState([], { status, exitCode }), approved);
    expect(answer.readiness).toBe("BLOCKED");
    expect(answer.exitCode).toBe(exitCode);
    expect(answer.why).toHaveLength(1);
  });

  it("holds while the run is going", () => {
    expect(answerOf(buildState([], { status: "running", exitCode: null }), approved).readiness).toBe("HOLD");
  });
});

describe("file names", () => {
  it("come from the start of the run, in UTC", () => {
    expect(textFile(buildState([]))).toBe("reports/meta_orchestrator_20261031T144746Z.txt");
    expect(textFile(buildState([], { header: { startedAt: "../../etc" } }))).toBe(
      "reports/meta_orchestrator_unknown.txt",
    );
  });

  it("never leave reports/, whatever a plugin calls its report", () => {
    expect(gateFile({ id: "repo-audit", reportName: "github_mod" })).toBe("reports/github_mod.json");
    expect(gateFile({ id: "x-y", reportName: "../../evil" })).toBe("reports/x_y.json");
    expect(gateFile({ id: "../z", reportName: "" })).toBe("reports/___z.json");
  });
});
