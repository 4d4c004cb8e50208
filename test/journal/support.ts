/** What several journal tests need: a folder of their own, an open journal, plain states. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RiskPolicy } from "../../modsquad/contracts/risk.ts";
import type { JudgedFinding, PlannedGate, RunHeader, TaskState } from "../../modsquad/contracts/run-state.ts";
import { type AnyRecord, type RecordDraft, runRecord, taskRecord } from "../../modsquad/journal/record.ts";
import { createRedactor } from "../../modsquad/journal/redact.ts";
import { type JournalOptions, type JournalWriter, openJournal } from "../../modsquad/journal/write.ts";
import policy from "../../modsquad/risk/policy-defaults.json" with { type: "json" };

export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-journal-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export const NOTHING_SECRET = createRedactor([]);

export function journalIn(dir: string, options: Partial<JournalOptions> = {}): JournalWriter {
  const opened = openJournal({
    dir,
    runId: "run-1",
    startedAt: "2026-11-21T10:00:00.000Z",
    redactor: NOTHING_SECRET,
    now: () => new Date("2026-11-21T10:00:01.000Z"),
    ...options,
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  const writer = opened.value;
  onTestFinished(() => {
    writer.close();
  });
  return writer;
}

/** Appends, and gives the record as written. */
export function append(writer: JournalWriter, draft: RecordDraft): AnyRecord {
  const result = writer.append(draft);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

export function planned(id: string, more: Partial<PlannedGate> = {}): PlannedGate {
  return {
    id,
    title: `Title of ${id}`,
    agent: `${id}-agent`,
    areas: ["quality"],
    reportName: id,
    version: "1.0.0",
    checksInScope: ["one"],
    needs: [],
    locks: [],
    expectedSeconds: null,
    defectClasses: {},
    reason: "configured",
    decision: "run",
    ...more,
  };
}

export function header(more: Partial<RunHeader> = {}): RunHeader {
  return {
    runId: "run-1",
    repository: "storefront",
    root: "/srv/storefront",
    commit: "0123456789abcdef0123456789abcdef01234567",
    tree: null,
    branch: "main",
    mode: "full",
    env: "ci",
    scope: null,
    today: "2026-11-21",
    targetPct: 0.5,
    policy: structuredClone(policy) as RiskPolicy,
    policyDigest: "3f1d00c0ffee",
    diff: { la: 12, ld: 4, nf: 2 },
    baseRef: "origin/main",
    waivers: [],
    required: ["repo-audit", "live-flows"],
    scopeCuts: {},
    gates: [planned("repo-audit"), planned("live-flows")],
    configFile: null,
    configDigest: null,
    command: ["meta-orch"],
    baselineDate: null,
    pid: 4711,
    bootId: "boot-1",
    host: "host-1",
    ci: true,
    versions: { node: "20.20.2" },
    concurrency: 2,
    startedAt: "2026-11-21T10:00:00.000Z",
    resumes: null,
    ...more,
  };
}

export function task(taskId: string, more: Partial<TaskState> = {}): TaskState {
  return {
    taskId,
    agent: `${taskId}-agent`,
    phase: "VALIDATION",
    description: `Title of ${taskId}`,
    tier: 2,
    status: "completed",
    startTime: "2026-11-21T10:00:00.000Z",
    endTime: "2026-11-21T10:00:01.000Z",
    durationSeconds: 1,
    dependencies: [],
    errors: [],
    warnings: [],
    metrics: { status: "passed" },
    attempt: 1,
    worker: "local",
    checks: [],
    findings: [],
    artifacts: [],
    progress: null,
    cached: null,
    ...more,
  };
}

export function finding(index: number, more: Partial<JudgedFinding> = {}): JudgedFinding {
  return {
    ruleId: "complexity/too-deep",
    severity: "low",
    message: `Function number ${index} is nested seven levels deep`,
    fingerprint: `repo-audit:${index.toString(16).padStart(16, "0")}`,
    location: { path: `src/module-${index}.ts`, line: index + 1 },
    isNew: false,
    ...more,
  };
}

export const FIRST = runRecord({
  status: "in_progress",
  startTime: "2026-11-21T10:00:00.000Z",
  header: header(),
});
export const LAST = runRecord({
  status: "completed",
  startTime: "2026-11-21T10:00:00.000Z",
  endTime: "2026-11-21T10:00:09.000Z",
  durationSeconds: 9,
  header: header(),
  metrics: { exit_code: 0 },
});
export const HEARTBEAT = runRecord({
  status: "in_progress",
  startTime: "2026-11-21T10:00:00.000Z",
  metrics: { heartbeat: true },
});

/** A small run from its first line to its last. */
export const SMALL_RUN: RecordDraft[] = [
  FIRST,
  taskRecord(
    task("repo-audit", { status: "in_progress", endTime: null, durationSeconds: null, metrics: {} }),
  ),
  HEARTBEAT,
  taskRecord(task("repo-audit", { findings: [finding(1), finding(2)] })),
  taskRecord(task("live-flows", { status: "failed", errors: ["quote: 500"], metrics: {} })),
  LAST,
];
