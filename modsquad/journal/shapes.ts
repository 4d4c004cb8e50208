/** The spelling of every fixed shape in the journal, field by field. */
import type { Artifact, CheckResult, Evidence, Finding, Fix, FixEdit } from "../contracts/gate.ts";
import type {
  DiffSize,
  JudgedFinding,
  PlannedGate,
  RunHeader,
  TaskState,
  Waiver,
} from "../contracts/run-state.ts";
import { AREAS, CHECK_STATUSES, MODES, SEVERITIES, TASK_STATUSES } from "../contracts/words.ts";
import {
  amount,
  count,
  type Fields,
  flag,
  freeForm,
  list,
  mapOf,
  name,
  number,
  oneOf,
  orNull,
  shape,
  text,
} from "./fields.ts";

const evidence = shape<Evidence>({
  tool: { json: "tool", kind: text },
  version: { json: "version", kind: text },
});

const check = shape<CheckResult>({
  id: { json: "id", kind: name },
  target: { json: "target", kind: text, optional: true },
  status: { json: "status", kind: oneOf("a check's status", CHECK_STATUSES) },
  planned: { json: "planned", kind: amount },
  examined: { json: "examined", kind: amount },
  evidence: { json: "evidence", kind: evidence },
  failureClass: { json: "failure_class", kind: text, optional: true },
  message: { json: "message", kind: text },
  retries: { json: "retries", kind: count, optional: true },
});

const edit = shape<FixEdit>({
  path: { json: "path", kind: text },
  start: { json: "start", kind: count },
  end: { json: "end", kind: count },
  text: { json: "text", kind: text },
});

const fix = shape<Fix>({
  description: { json: "description", kind: text },
  edits: { json: "edits", kind: list(edit), optional: true },
  command: { json: "command", kind: text, optional: true },
});

const location = shape<NonNullable<Finding["location"]>>({
  path: { json: "path", kind: text },
  line: { json: "line", kind: count },
  column: { json: "column", kind: count, optional: true },
  endLine: { json: "end_line", kind: count, optional: true },
});

const finding = shape<JudgedFinding>({
  ruleId: { json: "rule_id", kind: name },
  severity: { json: "severity", kind: oneOf("a severity", SEVERITIES) },
  message: { json: "message", kind: text },
  fingerprint: { json: "fingerprint", kind: name },
  defectClass: { json: "defect_class", kind: text, optional: true },
  effort: { json: "effort", kind: amount, optional: true },
  location: { json: "location", kind: location, optional: true },
  target: { json: "target", kind: text, optional: true },
  fix: { json: "fix", kind: fix, optional: true },
  count: { json: "count", kind: count, optional: true },
  isNew: { json: "is_new", kind: flag },
  waiver: { json: "waiver", kind: text, optional: true },
});

const artifact = shape<Artifact>({
  path: { json: "path", kind: text },
  mediaType: { json: "media_type", kind: text },
  title: { json: "title", kind: text },
});
export const artifacts = list(artifact);

export const cached = shape<NonNullable<TaskState["cached"]>>({
  ageHours: { json: "age_hours", kind: amount },
  sameDigest: { json: "same_digest", kind: flag },
  from: { json: "from", kind: text },
});

export const progress = shape<NonNullable<TaskState["progress"]>>({
  done: { json: "done", kind: amount },
  total: { json: "total", kind: amount },
  label: { json: "label", kind: text },
});

/** What every line says, whatever its kind. */
export type Entry = Omit<TaskState, "artifacts" | "progress" | "cached">;

export const entry = shape<Entry>({
  taskId: { json: "task_id", kind: name },
  agent: { json: "agent", kind: text },
  phase: { json: "phase", kind: text },
  description: { json: "description", kind: text },
  status: { json: "status", kind: oneOf("a status", TASK_STATUSES) },
  startTime: { json: "start_time", kind: orNull(text) },
  endTime: { json: "end_time", kind: orNull(text) },
  durationSeconds: { json: "duration_seconds", kind: orNull(amount) },
  dependencies: { json: "dependencies", kind: list(text) },
  errors: { json: "errors", kind: list(text) },
  warnings: { json: "warnings", kind: list(text) },
  metrics: { json: "metrics", kind: freeForm },
  attempt: { json: "attempt", kind: count },
  tier: { json: "tier", kind: count },
  worker: { json: "worker", kind: text },
  checks: { json: "checks", kind: list(check) },
  findings: { json: "findings", kind: list(finding) },
});

const waiver = shape<Waiver>({
  gate: { json: "gate", kind: orNull(text) },
  fingerprint: { json: "fingerprint", kind: text, optional: true },
  why: { json: "why", kind: text, optional: true },
  owner: { json: "owner", kind: text },
  reason: { json: "reason", kind: text },
  until: { json: "until", kind: text },
  env: { json: "env", kind: text, optional: true },
});

const diff = shape<DiffSize>({
  la: { json: "la", kind: amount },
  ld: { json: "ld", kind: amount },
  nf: { json: "nf", kind: amount },
});

const DECISIONS: readonly PlannedGate["decision"][] = [
  "run",
  "not_applicable",
  "out_of_scope",
  "skipped_by_user",
  "not_in_mode",
];

const plannedGate = shape<PlannedGate>({
  id: { json: "id", kind: name },
  title: { json: "title", kind: text },
  agent: { json: "agent", kind: text },
  areas: { json: "areas", kind: list(oneOf("an area", AREAS)) },
  reportName: { json: "report_name", kind: text },
  version: { json: "version", kind: text },
  checksInScope: { json: "checks_in_scope", kind: list(text) },
  needs: { json: "needs", kind: list(text) },
  locks: { json: "locks", kind: list(text) },
  expectedSeconds: { json: "expected_seconds", kind: orNull(number) },
  defectClasses: { json: "defect_classes", kind: mapOf(number) },
  reason: { json: "reason", kind: text },
  decision: { json: "decision", kind: oneOf("a decision of the plan", DECISIONS) },
  confirmed: { json: "confirmed", kind: flag, optional: true },
  command: { json: "command", kind: text, optional: true },
});

// What decides the verdict (mode, policy, target, required, scope …) has no fallback: without it the line is broken.
const headerFields: Fields<RunHeader> = {
  runId: { json: "run_id", kind: name },
  repository: { json: "repository", kind: text, fallback: "" },
  root: { json: "root", kind: text, fallback: "" },
  commit: { json: "commit", kind: orNull(text), fallback: null },
  tree: { json: "tree", kind: orNull(text), fallback: null },
  branch: { json: "branch", kind: orNull(text), fallback: null },
  mode: { json: "mode", kind: oneOf("a mode", MODES) },
  env: { json: "env", kind: text },
  scope: { json: "scope", kind: orNull(list(text)) },
  today: { json: "today", kind: text },
  targetPct: { json: "target_pct", kind: number },
  policy: { json: "policy", kind: freeForm },
  policyDigest: { json: "policy_digest", kind: text },
  diff: { json: "diff", kind: orNull(diff) },
  baseRef: { json: "base_ref", kind: orNull(text), fallback: null },
  waivers: { json: "waivers", kind: list(waiver), fallback: [] },
  required: { json: "required", kind: list(text) },
  scopeCuts: { json: "scope_cuts", kind: mapOf(mapOf(text)), fallback: {} },
  gates: { json: "gates", kind: list(plannedGate) },
  configFile: { json: "config_file", kind: orNull(text), fallback: null },
  configDigest: { json: "config_digest", kind: orNull(text), fallback: null },
  command: { json: "command", kind: list(text), fallback: [] },
  baselineDate: { json: "baseline_date", kind: orNull(text), fallback: null },
  pid: { json: "pid", kind: count, fallback: 0 },
  bootId: { json: "boot_id", kind: text, fallback: "" },
  host: { json: "host", kind: text, fallback: "" },
  ci: { json: "ci", kind: flag, fallback: false },
  versions: { json: "versions", kind: mapOf(text), fallback: {} },
  concurrency: { json: "concurrency", kind: count, fallback: 0 },
  startedAt: { json: "started_at", kind: text },
  resumes: { json: "resumes", kind: orNull(text), fallback: null },
};
export const header = shape<RunHeader>(headerFields);
