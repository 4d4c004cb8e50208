/** Random but valid values of everything that goes into a journal. */
import fc from "fast-check";
import type { CheckResult, Fix } from "../../modsquad/contracts/gate.ts";
import type { RiskPolicy } from "../../modsquad/contracts/risk.ts";
import type {
  JudgedFinding,
  PlannedGate,
  RunHeader,
  TaskState,
  Waiver,
} from "../../modsquad/contracts/run-state.ts";
import {
  AREAS,
  CHECK_STATUSES,
  type JsonObject,
  MODES,
  SEVERITIES,
  TASK_STATUSES,
} from "../../modsquad/contracts/words.ts";
import { type RecordDraft, runRecord, taskRecord } from "../../modsquad/journal/record.ts";

/** Any text, halves of surrogate pairs and control characters included. */
export const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
      .map((codes) => String.fromCharCode(...codes)),
  },
);
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);
const count = fc.nat(5000);
const amount = fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value + 0);
const texts = fc.array(anyText, { maxLength: 3 });
const iso = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2035-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
export const metrics = fc.dictionary(
  fc.stringMatching(/^[a-zA-Z_.-]{1,8}$/).filter((key) => key !== "progress" && key !== "__proto__"),
  json,
  { maxKeys: 4 },
) as fc.Arbitrary<JsonObject>;

function optional<T, K extends keyof T>(
  model: { [P in keyof T]: fc.Arbitrary<T[P]> },
  keys: K[],
): fc.Arbitrary<T> {
  const requiredKeys = (Object.keys(model) as (keyof T)[]).filter((key) => !keys.includes(key as K));
  return fc.record(model, { requiredKeys: requiredKeys as never[] }) as unknown as fc.Arbitrary<T>;
}

export const check: fc.Arbitrary<CheckResult> = optional<Required<CheckResult>, keyof CheckResult>(
  {
    id: name,
    target: anyText,
    status: fc.constantFrom(...CHECK_STATUSES),
    planned: count,
    examined: count,
    evidence: fc.record({ tool: anyText, version: anyText }),
    failureClass: name,
    message: anyText,
    retries: count,
  },
  ["target", "failureClass", "retries"],
);

const fix: fc.Arbitrary<Fix> = optional<Required<Fix>, keyof Fix>(
  {
    description: anyText,
    edits: fc.array(fc.record({ path: anyText, start: count, end: count, text: anyText }), { maxLength: 2 }),
    command: anyText,
  },
  ["edits", "command"],
);

export const finding: fc.Arbitrary<JudgedFinding> = optional<Required<JudgedFinding>, keyof JudgedFinding>(
  {
    ruleId: name,
    severity: fc.constantFrom(...SEVERITIES),
    message: anyText,
    fingerprint: name,
    defectClass: name,
    effort: amount,
    location: optional<Required<NonNullable<JudgedFinding["location"]>>, "column" | "endLine">(
      { path: anyText, line: count, column: count, endLine: count },
      ["column", "endLine"],
    ),
    target: anyText,
    fix: fix as fc.Arbitrary<Required<Fix>>,
    count: count,
    isNew: fc.boolean(),
    waiver: anyText,
  },
  ["defectClass", "effort", "location", "target", "fix", "count", "waiver"],
);

const waiver: fc.Arbitrary<Waiver> = optional<Required<Waiver>, keyof Waiver>(
  {
    gate: fc.option(name),
    fingerprint: name,
    why: anyText,
    owner: anyText,
    reason: anyText,
    until: fc.constant("2026-12-01"),
    env: name,
  },
  ["fingerprint", "why", "env"],
);

export const plannedGate: fc.Arbitrary<PlannedGate> = optional<Required<PlannedGate>, keyof PlannedGate>(
  {
    id: name,
    title: anyText,
    agent: anyText,
    areas: fc.subarray([...AREAS]),
    reportName: name,
    version: anyText,
    checksInScope: fc.array(name, { maxLength: 3 }),
    needs: fc.array(name, { maxLength: 2 }),
    locks: fc.array(name, { maxLength: 2 }),
    expectedSeconds: fc.option(amount),
    defectClasses: fc.dictionary(name, amount, { maxKeys: 2 }),
    reason: anyText,
    decision: fc.constantFrom("run", "not_applicable", "out_of_scope", "skipped_by_user", "not_in_mode"),
    confirmed: fc.boolean(),
    command: anyText,
  },
  ["confirmed", "command"],
);

export const runHeader: fc.Arbitrary<RunHeader> = fc.record<RunHeader>({
  runId: name,
  repository: anyText,
  root: anyText,
  commit: fc.option(name),
  tree: fc.option(name),
  branch: fc.option(anyText),
  mode: fc.constantFrom(...MODES),
  env: name,
  scope: fc.option(fc.array(name, { maxLength: 2 })),
  today: fc.constant("2026-11-21"),
  targetPct: amount,
  policy: metrics as unknown as fc.Arbitrary<RiskPolicy>,
  policyDigest: name,
  diff: fc.option(fc.record({ la: count, ld: count, nf: count })),
  baseRef: fc.option(name),
  waivers: fc.array(waiver, { maxLength: 2 }),
  required: fc.array(name, { maxLength: 3 }),
  scopeCuts: fc.dictionary(name, fc.dictionary(name, anyText, { maxKeys: 2 }), { maxKeys: 2 }),
  gates: fc.uniqueArray(plannedGate, { maxLength: 4, selector: (gate) => gate.id }),
  configFile: fc.option(anyText),
  configDigest: fc.option(name),
  command: texts,
  baselineDate: fc.option(iso),
  pid: count,
  bootId: name,
  host: name,
  ci: fc.boolean(),
  versions: fc.dictionary(name, anyText, { maxKeys: 2 }),
  concurrency: count,
  startedAt: iso,
  resumes: fc.option(name),
});

export const taskState: fc.Arbitrary<TaskState> = fc
  .record<TaskState>({
    taskId: name,
    agent: anyText,
    phase: fc.constant("VALIDATION"),
    description: anyText,
    tier: fc.constant(2),
    status: fc.constantFrom(...TASK_STATUSES),
    startTime: fc.option(iso),
    endTime: fc.option(iso),
    durationSeconds: fc.option(amount),
    dependencies: fc.array(name, { maxLength: 2 }),
    errors: texts,
    warnings: texts,
    metrics,
    attempt: fc.nat(5),
    worker: fc.constant("local"),
    checks: fc.array(check, { maxLength: 3 }),
    findings: fc.array(finding, { maxLength: 3 }),
    artifacts: fc.array(fc.record({ path: anyText, mediaType: anyText, title: anyText }), { maxLength: 2 }),
    progress: fc.option(fc.record({ done: count, total: count, label: anyText })),
    cached: fc.option(fc.record({ ageHours: amount, sameDigest: fc.boolean(), from: name })),
  })
  // Progress is what is told while a task runs, and only then.
  .map((task) => (task.status === "in_progress" ? task : { ...task, progress: null }));

const runLine: fc.Arbitrary<RecordDraft> = fc
  .record({
    status: fc.constantFrom(...TASK_STATUSES),
    startTime: fc.option(iso),
    endTime: fc.option(iso),
    durationSeconds: fc.option(amount),
    header: fc.option(runHeader, { nil: undefined }),
    warnings: texts,
    errors: texts,
    metrics,
  })
  .map(runRecord);

/** Any draft a factory makes. */
export const draft: fc.Arbitrary<RecordDraft> = fc.oneof(
  { weight: 3, arbitrary: taskState.map(taskRecord) as fc.Arbitrary<RecordDraft> },
  { weight: 1, arbitrary: runLine },
);
