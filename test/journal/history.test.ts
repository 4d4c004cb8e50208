import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RiskReport } from "../../modsquad/contracts/risk.ts";
import type { TaskState } from "../../modsquad/contracts/run-state.ts";
import { appendControl, controlFile, readControl } from "../../modsquad/journal/control.ts";
import { fold } from "../../modsquad/journal/fold.ts";
import {
  appendHistory,
  durations,
  gateHistory,
  type HistoryRun,
  historyFile,
  historyRun,
  readHistory,
} from "../../modsquad/journal/history.ts";
import { taskRecord } from "../../modsquad/journal/record.ts";
import { append, FIRST, journalIn, LAST, task, temporaryFolder } from "./support.ts";

const REPORT: RiskReport = {
  riskPct: 0.6,
  releasePct: 0.6,
  waivedPct: 0,
  deferredPct: 0.1,
  totalAvoidablePct: 0.7,
  floorPct: 4.9,
  totalPct: 5.5,
  intervalPct: [0.3, 4],
  floorIntervalPct: [2, 9],
  exposure: 1.25,
  targetPct: 0.5,
  criticalPct: 2,
  warnPct: 0.5,
  verdict: "WARNING",
  exit: 1,
  readiness: "BLOCKED",
  why: [],
  ledger: [],
  steps: [],
  waivers: [],
  evidence: { "repo-audit": { e: 0.84, verification: 1, factors: { retried: 0.84 } } },
  policyDigest: "3f1d00c0ffee",
};

function finishedRun(tasks: TaskState[], more: Partial<HistoryRun> = {}): HistoryRun {
  const writer = journalIn(temporaryFolder());
  const records = [FIRST, ...tasks.map(taskRecord), LAST].map((draft) => append(writer, draft));
  return { ...historyRun(fold(records), REPORT, 1, writer.path), ...more };
}

describe("the run history", () => {
  it("remembers a run with what the model made of each gate", () => {
    const run = finishedRun([
      task("repo-audit", { attempt: 2, metrics: { status: "passed", "files-read": 3 } }),
    ]);
    expect(run).toMatchObject({
      runId: "run-1",
      journal: expect.stringMatching(/^execution_log_.*\.jsonl$/),
      startedAt: "2026-11-21T10:00:00.000Z",
      finishedAt: "2026-11-21T10:00:09.000Z",
      mode: "full",
      env: "ci",
      verdict: "WARNING",
      exit: 1,
      risk: { riskPct: 0.6, deferredPct: 0.1, intervalPct: [0.3, 4] },
      exposure: 1.25,
      policyDigest: "3f1d00c0ffee",
    });
    expect(run.gates).toEqual({
      "repo-audit": {
        status: "completed",
        durationSeconds: 1,
        attempt: 2,
        evidence: 0.84,
        verification: 1,
        factors: { retried: 0.84 },
        metrics: { status: "passed", "files-read": 3 },
      },
      "live-flows": expect.objectContaining({ status: "pending", evidence: null, factors: {} }),
    });
  });

  it("is one line of snake_case per run, read back as it was", () => {
    const dir = temporaryFolder();
    const runs = ["a", "b", "c"].map((runId) => finishedRun([task("repo-audit")], { runId }));
    for (const run of runs) expect(appendHistory(dir, run)).toEqual({ ok: true, value: null });
    const lines = readFileSync(historyFile(dir), "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      run_id: "a",
      policy_digest: "3f1d00c0ffee",
      risk: { risk_pct: 0.6 },
      gates: { "repo-audit": { duration_seconds: 1 } },
    });
    expect(readHistory(dir)).toMatchObject({ values: runs, broken: [], problem: null });
    expect(readHistory(dir, 2).values.map(({ runId }) => runId)).toEqual(["b", "c"]);
    expect(readFileSync(join(dir, ".gitignore"), "utf8")).toContain("*");
  });

  it("finds the last lines of a history larger than what it reads at once", () => {
    const dir = temporaryFolder();
    const run = finishedRun([task("repo-audit", { metrics: { text: "x".repeat(3000) } })]);
    for (let i = 0; i < 60; i++) appendHistory(dir, { ...run, runId: `run-${i}` });
    for (const n of [1, 2, 15, 21, 22, 59, 60, 61]) {
      const ids = readHistory(dir, n).values.map(({ runId }) => runId);
      expect(ids).toHaveLength(Math.min(n, 60));
      expect(ids.at(-1)).toBe("run-59");
    }
  });

  it("tells broken lines, repairs a torn end, and is empty where there is none", () => {
    const dir = temporaryFolder();
    expect(readHistory(dir)).toMatchObject({ values: [], broken: [], problem: null });
    appendHistory(dir, finishedRun([]));
    appendFileSync(historyFile(dir), '{"run_id":"torn');
    expect(readHistory(dir)).toMatchObject({ pendingTail: true, broken: [] });
    appendHistory(dir, finishedRun([], { runId: "next" }));
    const read = readHistory(dir);
    expect(read.values.map(({ runId }) => runId)).toEqual(["run-1", "next"]);
    expect(read.broken).toMatchObject([{ line: 2, reason: "not JSON" }]);
    expect(read.pendingTail).toBe(false);
  });

  it("cuts the metrics of a gate that has too many, and says so", () => {
    const metrics = {
      small: 1,
      list: Array(5000).fill(1),
      ...Object.fromEntries(Array(900).entries()),
      z: "z",
    };
    const run = finishedRun([task("repo-audit", { metrics: { ...metrics, text: "y".repeat(5000) } })]);
    const gate = run.gates["repo-audit"]!;
    expect(gate.metricsCut).toBe(true);
    expect(gate.metrics).toMatchObject({ small: 1 });
    expect(JSON.stringify(gate.metrics).length).toBeLessThanOrEqual(4096);
  });

  it("that cannot be written is a problem", () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, "run-history"), "a file in the way");
    expect(appendHistory(dir, finishedRun([]))).toMatchObject({ ok: false });
  });
});

describe("what a gate sees of its past", () => {
  const entry = (runId: string, state: Partial<TaskState>, more: Partial<HistoryRun> = {}) =>
    finishedRun([task("repo-audit", state)], { runId, ...more });
  const past = () => [
    entry("a", { metrics: { n: 1 } }),
    entry("b", { status: "failed", metrics: { n: 2 } }),
    entry("c", { status: "errored", metrics: { n: 3 } }),
    entry("d", { metrics: { n: 4 } }, { env: "staging" }),
    entry("e", { metrics: { n: 1 }, cached: { ageHours: 1, sameDigest: true, from: "a" } }),
    entry("f", { metrics: { n: 6 } }),
  ];

  it("is its own results in this environment, newest first", () => {
    const runs = past();
    const told = gateHistory(runs, "repo-audit", "ci");
    expect(told.map(({ runId }) => runId)).toEqual(["f", "b", "a"]);
    expect(told[0]).toEqual({ runId: "f", finishedAt: "2026-11-21T10:00:09.000Z", metrics: { n: 6 } });
    expect(gateHistory(runs, "repo-audit", "ci", 1)).toHaveLength(1);
    expect(gateHistory(runs, "unheard-of", "ci")).toEqual([]);
  });

  it("gives the plan the median of its last ten durations in this mode", () => {
    const timed = (seconds: number, more: Partial<HistoryRun> = {}) =>
      finishedRun([task("repo-audit", { durationSeconds: seconds })], more);
    expect(durations([timed(1), timed(9), timed(2)], "full")).toEqual({ "repo-audit": 2 });
    expect(durations([timed(1), timed(2)], "full")).toEqual({ "repo-audit": 1.5 });
    expect(durations([timed(1)], "quick")).toEqual({});
    const slowOnce = Array.from({ length: 12 }, (_, index) => timed(index < 2 ? 100 : 4));
    expect(durations(slowOnce, "full")).toEqual({ "repo-audit": 4 });
  });
});

describe("control requests", () => {
  it("are lines that the engine reads on from where it was", () => {
    const dir = temporaryFolder();
    const now = () => new Date("2026-11-21T10:00:00.000Z");
    const first = appendControl(dir, { by: "dashboard", request: "pause", runId: "run-1" }, now);
    const read = readControl(dir);
    expect(first).toMatchObject({ ok: true, value: read.values[0] });
    expect(read.values).toMatchObject([
      { by: "dashboard", request: "pause", ts: "2026-11-21T10:00:00.000Z" },
    ]);
    appendControl(dir, { by: "cli", request: "run-gate", runId: "run-1", gate: "browser" });
    expect(readControl(dir, read).values).toMatchObject([
      { request: "run-gate", gate: "browser", runId: "run-1" },
    ]);
    expect(JSON.parse(readFileSync(controlFile(dir), "utf8").split("\n")[0]!)).toHaveProperty(
      "run_id",
      "run-1",
    );
  });

  it("that make no sense are refused, and told when somebody else wrote them", () => {
    const dir = temporaryFolder();
    expect(appendControl(dir, { by: "cli", request: "run-gate", runId: "run-1" })).toMatchObject({
      ok: false,
    });
    expect(appendControl(dir, { by: "cli", request: "explode" as never, runId: "run-1" })).toMatchObject({
      ok: false,
    });
    writeFileSync(
      controlFile(dir),
      ['{"id":"1","ts":"t","by":"x","request":"dance","run_id":"r"}', "nonsense", '{"id":"1"', ""].join("\n"),
    );
    appendFileSync(controlFile(dir), '{"id":"2","ts":"t","by":"x","request":"stop","run_id":"r"}\n{"id":');
    const read = readControl(dir);
    expect(read.values).toMatchObject([{ id: "2", request: "stop" }]);
    expect(read.broken.map(({ line, reason }) => [line, reason])).toEqual([
      [1, "request: not a request"],
      [2, "not JSON"],
      [3, "not JSON"],
    ]);
    expect(read.pendingTail).toBe(true);
  });

  it("are none where nobody asked", () => {
    expect(readControl(temporaryFolder())).toMatchObject({ values: [], broken: [], problem: null });
  });
});
