import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RiskReport } from "../../modsquad/contracts/risk.ts";
import type { RunState } from "../../modsquad/contracts/run-state.ts";
import { createCompanions } from "../../modsquad/dashboard/companions.ts";
import { lifeOf, STALLED_AFTER_MS } from "../../modsquad/dashboard/life.ts";
import { gateDetailOf } from "../../modsquad/dashboard/view/detail.ts";
import { failuresFirst } from "../../modsquad/dashboard/view/gates.ts";
import { statusSum } from "../../modsquad/dashboard/view/totals.ts";
import { view } from "../../modsquad/dashboard/view.ts";
import { fold } from "../../modsquad/journal/fold.ts";
import { anyRisk, anyState } from "../report/arbitrary.ts";
import { at, buildRisk, buildState, buildTask } from "../report/build-state.ts";
import { approvedRun, blockedRun } from "../report/storefront-run.ts";

const NOW = Date.parse(at(25));
const RUNNING: Partial<RunState> = {
  status: "running",
  finishedAt: null,
  exitCode: null,
  durationSeconds: null,
};

function viewOf(run: { state: RunState; risk: RiskReport }, more: Partial<Parameters<typeof view>[0]> = {}) {
  return view({ latest: run.state, risk: run.risk, now: NOW, alive: undefined, ...more });
}

function running(tasks = [buildTask("a"), buildTask("b", { status: "in_progress", endTime: null })]) {
  return { state: buildState(tasks, RUNNING), risk: buildRisk() };
}

describe("life of a run", () => {
  const { state } = running();
  const last = Date.parse(state.lastRecordAt);

  it.each([
    ["live", "a heartbeat a moment ago", last + 100, true],
    ["live", "a clock that was set back", last - 60_000, true],
    ["stalled", "a process that is there and silent", last + STALLED_AFTER_MS + 1, true],
    ["crashed", "a process that is gone, however fresh the heartbeat", last + 1, false],
    ["live", "another machine with a heartbeat", last + 100, undefined],
    ["stalled", "another machine without one", last + STALLED_AFTER_MS + 1, undefined],
  ] as const)("is %s with %s", (life, _what, now, alive) => {
    expect(lifeOf(state, now, alive)).toBe(life);
  });

  it("is done once the run said so, whatever became of its process", () => {
    expect(lifeOf(approvedRun().state, NOW, false)).toBe("done");
  });

  it("is unknown when there is nothing to read", () => {
    expect(lifeOf(null, NOW, undefined)).toBe("unknown");
    const unread = { ...state, broken: [{ line: 0, offset: 0, reason: "EACCES" }] };
    expect(lifeOf(unread, NOW, true)).toBe("unknown");
    // A run killed before its first line was whole.
    const torn = fold([], { pendingTail: true });
    expect(view({ latest: torn, risk: null, now: NOW, alive: undefined })).toMatchObject({
      life: "unknown",
      run: null,
      gates: [],
      answer: { word: "UNKNOWN", text: "No line of the journal could be read" },
    });
  });
});

describe("view", () => {
  it("tells a run that may ship", () => {
    const shown = viewOf(approvedRun());
    expect(shown).toMatchObject({ life: "done", answer: { word: "APPROVED", tone: "good", exitCode: 0 } });
    expect(shown.totals).toMatchObject({ total: 2, passed: 2, planned: 2, ended: 2, completionPct: 100 });
    expect(shown.trend.at(-1)).toMatchObject({ riskPct: shown.risk?.riskPct, readiness: "APPROVED" });
  });

  it("tells a blocked run, failures first", () => {
    const shown = viewOf(blockedRun());
    expect(shown.answer).toMatchObject({ word: "BLOCKED", tone: "bad" });
    expect(failuresFirst(shown.gates)[0]).toMatchObject({ id: "repo-audit", word: "failed" });
    expect(shown.findings.worst[0]).toMatchObject({ gate: "repo-audit", severity: "critical" });
    expect(shown.agents.areas.find((area) => area.area === "security")).toMatchObject({ tone: "bad" });
  });

  it("is running while gates run, with the time since the start", () => {
    const shown = viewOf(running());
    expect(shown).toMatchObject({ life: "live", answer: { word: "RUNNING", tone: "busy" } });
    expect(shown.totals).toMatchObject({ total: 2, passed: 1, active: 1, completionPct: 50 });
    expect(shown.gates[1]).toMatchObject({ word: "running", seconds: 25 });
    expect(shown.risk?.provisional).toBe(true);
    expect(shown.timeline[0]).toMatchObject({ subject: "a", word: "passed" });
  });

  it("says crashed, and every open gate missing, once the process is gone", () => {
    const shown = viewOf(running(), { alive: false });
    expect(shown).toMatchObject({ life: "crashed", answer: { word: "CRASHED", tone: "bad" } });
    expect(shown.totals).toMatchObject({ active: 0, missing: 1 });
    expect(shown.runs[0]).toMatchObject({ word: "CRASHED", tone: "bad", riskPct: null });
  });

  it.each<[string, Partial<Parameters<typeof view>[0]>, string]>([
    ["no run", { latest: null, risk: null }, "UNKNOWN"],
    ["a run without a risk", { risk: null }, "UNKNOWN"],
    ["a journal that is still being read", { loading: { readBytes: 1, totalBytes: 4e6 } }, "READING"],
    ["a list that could not be loaded", { problem: "runs.jsonl: EACCES" }, "UNKNOWN"],
  ])("shows nothing green of %s", (_what, more, word) => {
    const shown = viewOf(approvedRun(), more);
    expect(shown.answer.word).toBe(word);
    expect(shown.answer.tone).not.toBe("good");
  });

  it("does not approve a run whose journal has lines nobody could read", () => {
    const run = approvedRun();
    run.state.broken = [{ line: 7, offset: 900, reason: "not JSON" }];
    expect(viewOf(run).answer).toMatchObject({ word: "UNKNOWN", tone: "unknown" });
    expect(viewOf(run).answer.text).toContain("line 7");
  });

  it("counts every gate once and is green only for an approved run, whatever the journal holds", () => {
    fc.assert(
      fc.property(anyState, anyRisk, fc.constantFrom(true, false, undefined), (state, risk, alive) => {
        const shown = view({ latest: state, risk, now: NOW, alive });
        expect(statusSum(shown.totals)).toBe(shown.totals.total);
        expect(shown.totals.total).toBe(shown.gates.length);
        expect(shown.totals.completionPct).toBeLessThanOrEqual(100);
        if (shown.answer.tone === "good") {
          expect(state).toMatchObject({ status: "finished", exitCode: 0, broken: [] });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("shows reviewers, extensions and the engine's answers", () => {
    const companions = createCompanions();
    const base = { run_id: "r", agent: "r1", phase: "REVIEW", start_time: at(1), end_time: at(2) };
    const lists = { dependencies: [], errors: [], warnings: [], checks: [], findings: [] };
    const rest = { ...base, ...lists, description: "Reviewer one", attempt: 1, tier: 2, worker: "local" };
    const review = { ...rest, kind: "review", task_id: "r1", duration_seconds: 1, metrics: {} };
    companions.push({ ...review, seq: 9, status: "completed" });
    companions.push({ ...review, seq: 4, status: "in_progress" });
    const control = { id: "c1", accepted: false, reason: "the run is over" };
    const answer = { ...rest, kind: "run", task_id: "meta-orchestrator", metrics: { control } };
    companions.push({ ...answer, seq: 10, ts: at(3), status: "in_progress" });
    const shown = viewOf(running(), { companions: companions.value() });
    expect(shown.reviewers).toMatchObject([{ id: "r1", word: "passed", tone: "good" }]);
    expect(shown.answers).toMatchObject([{ id: "c1", accepted: false, reason: "the run is over" }]);
    expect(shown.timeline.some((event) => event.word === "request refused")).toBe(true);
  });
});

describe("detail of a gate", () => {
  it("has its checks, findings and ledger lines whole", () => {
    const { state, risk } = blockedRun();
    const detail = gateDetailOf(state, risk, "repo-audit", NOW);
    expect(detail).toMatchObject({ word: "failed", report: "reports/github_mod.json" });
    expect(detail?.findingList).toHaveLength(12);
    expect(detail?.ledger.every((line) => line.gate === "repo-audit")).toBe(true);
  });

  it("is null for a gate the run does not know", () => {
    const { state, risk } = blockedRun();
    expect(gateDetailOf(state, risk, "toString", NOW)).toBeNull();
  });
});
