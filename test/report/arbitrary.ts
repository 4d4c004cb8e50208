/** Any run a journal could fold to, hostile text included, for property tests. */
import fc from "fast-check";
import type { CheckResult } from "../../modsquad/contracts/gate.ts";
import type { LedgerLine, RiskReport } from "../../modsquad/contracts/risk.ts";
import type { JudgedFinding, PlannedGate, RunState, TaskState } from "../../modsquad/contracts/run-state.ts";
import { AREAS, CHECK_STATUSES, SEVERITIES, TASK_STATUSES } from "../../modsquad/contracts/words.ts";
import { at, buildPlanned, buildRisk, buildState, buildTask } from "./build-state.ts";

const HOSTILE = [
  "品質ゲートが失敗しました",
  "\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07 \x1b[2J",
  "a\0b\x07c\x7f\x9b31m",
  "\ud800 lone \udc00 surrogates \ud83d",
  "café – “naïve” → done… ½ µs ✓ 👩‍👩‍👧",
  "safe\u202egnp.exe\u2066",
  "line one\r\nline two\tcolumn\u2028three",
  "x".repeat(300),
  "",
];

/** Text with the worst of the above in it; sometimes a megabyte of one character. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 10, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 15, arbitrary: fc.constantFrom(...HOSTILE) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("M", "漢", "\x1b[", "\x1b]", " ")
      .map((one) => one.repeat(1_000_000 / one.length)),
  },
);

const anyId = fc.oneof(
  fc.constantFrom("repo-audit", "live-flows", "browser", "contract"),
  fc.string({ maxLength: 60 }),
);
const anySize = fc.nat({ max: 5000 });

const anyCheck: fc.Arbitrary<CheckResult> = fc.record(
  {
    id: anyId,
    target: anyText,
    status: fc.constantFrom(...CHECK_STATUSES),
    planned: anySize,
    examined: anySize,
    evidence: fc.constant({ tool: "builtin", version: "1" }),
    failureClass: fc.constantFrom("timeout", "refused"),
    message: anyText,
  },
  { requiredKeys: ["id", "status", "planned", "examined", "evidence", "message"] },
);

const anyFinding: fc.Arbitrary<JudgedFinding> = fc.record(
  {
    ruleId: anyText,
    severity: fc.constantFrom(...SEVERITIES),
    message: anyText,
    fingerprint: fc.string({ maxLength: 12 }),
    location: fc.record({ path: anyText, line: anySize }),
    target: anyText,
    fix: fc.record({ description: anyText, command: anyText }),
    isNew: fc.boolean(),
    waiver: anyText,
    count: fc.integer({ min: 1, max: 500 }),
  },
  { requiredKeys: ["ruleId", "severity", "message", "fingerprint", "isNew"] },
);

const anyTask: fc.Arbitrary<TaskState> = fc
  .record({
    id: anyId,
    status: fc.constantFrom(...TASK_STATUSES),
    warnings: fc.boolean(),
    start: fc.option(fc.nat({ max: 600 }), { nil: null }),
    seconds: fc.nat({ max: 600 }),
    dependencies: fc.array(anyId, { maxLength: 3 }),
    errors: fc.array(anyText, { maxLength: 2 }),
    texts: fc.array(anyText, { maxLength: 2 }),
    attempt: fc.integer({ min: 1, max: 3 }),
    checks: fc.array(anyCheck, { maxLength: 4 }),
    findings: fc.array(anyFinding, { maxLength: 4 }),
    cached: fc.option(fc.record({ ageHours: fc.nat({ max: 99 }), sameDigest: fc.boolean(), from: anyText })),
  })
  .map((one) => ({
    ...buildTask(one.id, { seconds: one.seconds }),
    status: one.status,
    startTime: one.start === null ? null : at(one.start),
    endTime: one.start === null ? null : at(one.start + one.seconds),
    dependencies: one.dependencies,
    errors: one.errors,
    warnings: one.texts,
    attempt: one.attempt,
    checks: one.checks,
    findings: one.findings,
    cached: one.cached,
    metrics: { status: one.warnings ? "passed_with_warnings" : "passed" },
  }));

const anyPlanned: fc.Arbitrary<PlannedGate> = fc
  .record({
    id: anyId,
    title: anyText,
    areas: fc.subarray([...AREAS]),
    reportName: anyId,
    reason: anyText,
    decision: fc.constantFrom("run", "not_applicable", "out_of_scope", "skipped_by_user", "not_in_mode"),
    confirmed: fc.boolean(),
  })
  .map(({ id, ...rest }) => buildPlanned(id, rest as Partial<PlannedGate>));

export const anyState: fc.Arbitrary<RunState> = fc
  .record({
    tasks: fc.uniqueArray(anyTask, { maxLength: 6, selector: (task) => task.taskId }),
    gates: fc.uniqueArray(anyPlanned, { maxLength: 6, selector: (gate) => gate.id }),
    required: fc.array(anyId, { maxLength: 4 }),
    status: fc.constantFrom("running", "finished", "cancelled", "crashed"),
    exitCode: fc.option(fc.constantFrom(0, 1, 130), { nil: null }),
    mode: fc.constantFrom("quick", "full"),
    text: anyText,
    texts: fc.array(anyText, { maxLength: 3 }),
    scope: fc.option(fc.array(anyId, { maxLength: 2 }), { nil: null }),
  })
  .map((one) =>
    buildState(one.tasks, {
      status: one.status as RunState["status"],
      exitCode: one.exitCode,
      warnings: one.texts,
      errors: one.texts,
      header: {
        gates: one.gates,
        required: one.required,
        mode: one.mode as RunState["header"]["mode"],
        repository: one.text,
        runId: one.text,
        env: one.text,
        branch: one.text,
        commit: one.text,
        tree: one.text,
        baseRef: one.text,
        configFile: one.text,
        command: one.texts,
        scope: one.scope,
        versions: { [one.text.slice(0, 50)]: one.text },
        scopeCuts: { [one.text.slice(0, 50)]: { [one.text.slice(0, 50)]: one.text } },
      },
    }),
  );

const anyPct = fc.double({ min: 0, max: 100, noNaN: true });

const anyLine: fc.Arbitrary<LedgerLine> = fc
  .record({ gate: anyId, reason: anyText, pct: anyPct, detail: anyText, action: anyText })
  .map((line) => ({ ...line, printed: line.pct.toFixed(2) }));

export const anyRisk: fc.Arbitrary<RiskReport> = fc
  .record({
    ledger: fc.array(anyLine, { maxLength: 5 }),
    why: fc.array(anyText, { maxLength: 3 }),
    verdict: fc.constantFrom("PASS", "PASS_WITH_WAIVERS", "WARNING", "CRITICAL"),
    readiness: fc.constantFrom("APPROVED", "HOLD", "BLOCKED"),
    exit: fc.constantFrom(0, 1),
    waivers: fc.array(
      fc.record({
        gate: fc.option(anyId, { nil: null }),
        owner: anyText,
        reason: anyText,
        until: fc.constantFrom("2026-12-01", "2025-01-01"),
        state: fc.constantFrom("live", "expired", "other-env", "stale", "over-limit"),
        matchedPct: anyPct,
        message: anyText,
      }),
      { maxLength: 3 },
    ),
    steps: fc.array(
      fc.record({
        gates: fc.array(anyId, { minLength: 1, maxLength: 3 }),
        riskPct: anyPct,
        underTarget: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
  })
  .map((one) => buildRisk(one as Partial<RiskReport>));
