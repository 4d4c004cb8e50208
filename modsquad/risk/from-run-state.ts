/**
 * The one place where the product's words become the model's: a RunState in, a ModelInput out.
 * Whatever is doubtful is mapped to the word that proves less.
 */
import type { Result } from "../contracts/config.ts";
import type { RiskPolicy } from "../contracts/risk.ts";
import type { PlannedGate, RunHeader, RunState, TaskState } from "../contracts/run-state.ts";
import { unreachable } from "../contracts/words.ts";
import { runChecks } from "./checks-from-run.ts";
import { dayNumber } from "./days.ts";
import { validatePolicy } from "./policy.ts";
import type { FindingRun, GateRun, ModelInput, RunStatus } from "./types.ts";
import { findingKey, type MappedWaiver, mapWaivers } from "./waivers-from-run.ts";

export interface MappedRun {
  input: ModelInput;
  /** One per waiver of the header, in order. */
  waivers: MappedWaiver[];
}

const NOTHING: GateRun = {
  status: "missing",
  checks: null,
  findings: [],
  retries: 0,
  ageHours: null,
  sameDigest: null,
};

/**
 * Maps a run onto the model's input. `policy` replaces the run's own, its target included. A header
 * that cannot be used (no such day, a broken policy) is a Problem.
 */
export function mapRun(state: RunState, policy?: RiskPolicy): Result<MappedRun> {
  const { header } = state;
  const today = dayNumber(header.today);
  if (today === null) {
    const what = `the run's day is ${JSON.stringify(header.today)}`;
    return { ok: false, problems: [{ what, where: "header.today", next: "expected YYYY-MM-DD" }] };
  }
  const checked = validatePolicy(
    policy ?? { ...header.policy, target_pct: header.targetPct },
    "header.policy",
  );
  if (!checked.ok) return checked;

  const waivers = mapWaivers(state, today, checked.value);
  const accepted = new Set(waivers.flatMap((waiver) => waiver.accepts));
  const input: ModelInput = {
    runs: new Map(),
    mode: header.mode,
    env: header.env,
    today,
    diff: header.diff,
    required: header.required,
    na: notApplicable(state),
    scope: modelScope(header),
    waivers: waivers.flatMap((waiver) => waiver.model),
    history: null,
    policy: runPolicy(header, checked.value),
  };
  return { ok: true, value: { input: { ...input, runs: gateRuns(state, accepted) }, waivers } };
}

/** Decision of the plan on a gate; a task of a gate the plan does not list was run. */
function decisions(state: RunState): Map<string, PlannedGate["decision"]> {
  const byGate = new Map<string, PlannedGate["decision"]>();
  for (const task of state.tasks) byGate.set(task.taskId, "run");
  for (const gate of state.header.gates) byGate.set(gate.id, gate.decision);
  return byGate;
}

/**
 * Gates to leave out: nothing to check there (taken on trust in quick mode, in full mode only when
 * committed config confirms it), or by their own definition no part of full mode.
 */
function notApplicable({ header, tasks }: RunState): string[] {
  const foundAtRun = new Set(
    tasks.filter((task) => task.status === "not_applicable").map((task) => task.taskId),
  );
  const left: string[] = [];
  for (const gate of header.gates) {
    const nothingToCheck =
      gate.decision === "not_applicable" || (gate.decision === "run" && foundAtRun.has(gate.id));
    if (nothingToCheck && (header.mode === "quick" || gate.confirmed === true)) left.push(gate.id);
    if (gate.decision === "not_in_mode" && header.mode === "full") left.push(gate.id);
  }
  return left;
}

/** In quick mode what the mode or the user left out is deferred like the rest outside the scope. */
function modelScope({ mode, scope, gates, required }: RunHeader): string[] | null {
  if (mode === "full") return scope;
  const left = new Set(
    gates
      .filter(({ decision }) => decision === "not_in_mode" || decision === "skipped_by_user")
      .map(({ id }) => id),
  );
  if (left.size === 0) return scope;
  const all = scope ?? [...new Set([...gates.map(({ id }) => id), ...required])];
  return all.filter((id) => !left.has(id));
}

/** Gates left out of this map were not reported: the model takes them for missing, deferred or n/a. */
function gateRuns(state: RunState, accepted: ReadonlySet<string>): Map<string, GateRun> {
  const { header } = state;
  const tasks = new Map(state.tasks.map((task) => [task.taskId, task]));
  const runs = new Map<string, GateRun>();
  for (const [id, decision] of decisions(state)) {
    const task = tasks.get(id);
    switch (decision) {
      case "run":
        if (task?.status === "not_applicable") break;
        runs.set(id, task === undefined ? NOTHING : gateRun(task, header, accepted));
        break;
      case "skipped_by_user":
        if (header.mode === "full") runs.set(id, { ...NOTHING, status: "skipped" });
        break;
      case "not_applicable":
      case "out_of_scope":
      case "not_in_mode":
        break;
      default:
        unreachable(decision);
    }
  }
  return runs;
}

function gateRun(task: TaskState, header: RunHeader, accepted: ReadonlySet<string>): GateRun {
  const status = runStatus(task);
  const ended = status === "pass" || status === "warn";
  const checks = runChecks(task.checks, header.scopeCuts[task.taskId] ?? {});
  return {
    status,
    // A gate that broke before it could report has no checks to weigh; one that completed should have.
    checks: checks.size === 0 && !ended ? null : checks,
    findings: task.findings.map((finding): FindingRun => {
      const count = finding.count ?? 1;
      return {
        id: finding.fingerprint,
        severity: finding.severity,
        baseline: !finding.isNew,
        count: count >= 0 && Number.isFinite(count) ? count : 1,
        accepted: accepted.has(findingKey(task.taskId, finding.fingerprint)),
      };
    }),
    retries: ended ? Math.max(0, task.attempt - 1) : 0,
    ageHours: task.cached === null ? null : Math.max(0, task.cached.ageHours),
    sameDigest: task.cached === null ? null : task.cached.sameDigest,
  };
}

/** Task status → the model's word. Pending or in progress: no result yet, or none any more. */
function runStatus(task: TaskState): RunStatus {
  switch (task.status) {
    case "completed":
      return task.metrics.status === "passed" ? "pass" : "warn";
    case "failed":
      return "fail";
    case "errored":
      return "error";
    case "timed_out":
      return "timeout";
    case "cancelled":
    case "skipped":
      return task.status;
    case "pending":
    case "in_progress":
    case "not_applicable":
      return "missing";
    default:
      return unreachable(task.status);
  }
}

/** The policy as this run's gates see it: their own power rows, and without the checks config cut away. */
function runPolicy(header: RunHeader, policy: RiskPolicy): RiskPolicy {
  const power = new Map(Object.entries(policy.power));
  const checks = new Map(Object.entries(policy.checks));
  const quickChecks = new Map(Object.entries(policy.quick_checks));
  for (const gate of header.gates) {
    const row = Object.entries(gate.defectClasses);
    if (row.length > 0) power.set(gate.id, Object.fromEntries(row.map(([name, d]) => [name, clampShare(d)])));

    const list = Object.entries(checks.get(gate.id) ?? {});
    const cuts = header.scopeCuts[gate.id] ?? {};
    const left = list.filter(([check]) => !Object.hasOwn(cuts, check));
    if (left.length < list.length) checks.set(gate.id, Object.fromEntries(left));

    // What the plan leaves for full mode is deferred, not missing, also where the policy does not say so.
    const planned = left.map(([check]) => check).filter((check) => gate.checksInScope.includes(check));
    const partly = header.mode === "quick" && gate.decision === "run" && planned.length > 0;
    if (partly && !quickChecks.has(gate.id)) quickChecks.set(gate.id, gate.checksInScope);
  }
  return {
    ...policy,
    power: Object.fromEntries(power),
    checks: Object.fromEntries(checks),
    quick_checks: Object.fromEntries(quickChecks),
  };
}

function clampShare(value: number): number {
  return value >= 0 ? Math.min(value, 1) : 0;
}
