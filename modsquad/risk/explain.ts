/** The words of a ledger line: what was lost and why, and what to do about it. Nothing here counts. */
import type { CheckResult } from "../contracts/gate.ts";
import type { JudgedFinding, PlannedGate, RunHeader, RunState, TaskState } from "../contracts/run-state.ts";
import { SEVERITIES } from "../contracts/words.ts";
import { type Cause, checkCause, firstLine, remedy, taskCause } from "./cause.ts";
import type { CheckGap, GateEvidence } from "./types.ts";

export interface Explanation {
  detail: string;
  action: string;
}

/** What the run knows about one gate. */
export interface GateStory {
  header: RunHeader;
  running: boolean;
  planned: PlannedGate | null;
  task: TaskState | null;
  evidence: GateEvidence;
}

/** The stories of all gates the model considered. */
export function gateStories(state: RunState, gates: readonly GateEvidence[]): Map<string, GateStory> {
  const planned = new Map(state.header.gates.map((gate) => [gate.id, gate]));
  const tasks = new Map(state.tasks.map((task) => [task.taskId, task]));
  const stories = new Map<string, GateStory>();
  for (const evidence of gates) {
    stories.set(evidence.gate, {
      header: state.header,
      running: state.status === "running",
      planned: planned.get(evidence.gate) ?? null,
      task: tasks.get(evidence.gate) ?? null,
      evidence,
    });
  }
  return stories;
}

/** Detail and action for one reason of the model. */
export function explain(reason: string, story: GateStory): Explanation {
  const { evidence, task } = story;
  const gate = evidence.gate;
  if (reason.startsWith("not-run:")) return explainNotRun(reason.slice("not-run:".length), story);
  if (reason.startsWith("finding:")) return explainFinding(reason.slice("finding:".length), story);
  switch (reason) {
    case "checks-not-run":
      return explainGaps(evidence.gaps, task, gate);
    case "open-findings":
      return explainOpenFindings(task?.findings ?? [], gate);
    case "flaky":
      return { detail: flakyDetail(task), action: `find what is unstable: meta-orch gate ${gate}` };
    case "failed":
      return {
        detail: failedDetail(task),
        action: (task?.findings.length ?? 0) > 0 ? "" : `meta-orch gate ${gate}`,
      };
    case "deferred":
      return explainDeferred(story);
    case "stale:inputs-changed":
      return {
        detail: "an earlier result, and its inputs have changed since",
        action: `meta-orch --gate ${gate}`,
      };
    case "stale:aged":
      return { detail: agedDetail(task), action: `meta-orch --gate ${gate}` };
    default:
      return { detail: reason, action: "" };
  }
}

function explainNotRun(status: string, story: GateStory): Explanation {
  const { task, evidence } = story;
  const gate = evidence.gate;
  if (status === "missing") return explainMissing(story);
  if (status === "skipped" && story.planned?.decision === "skipped_by_user") {
    return { detail: "not run: left out with --skip", action: `run without --skip ${gate}` };
  }
  const cause: Cause = task === null ? { class: "", text: "" } : taskCause(task);
  if (status === "cancelled")
    return { detail: withText("not run: cancelled", cause.text), action: "run it again" };
  if (status === "timeout") {
    return {
      detail: withText("not run: timed out", cause.text),
      action: remedy({ ...cause, class: "timeout" }, gate),
    };
  }
  const word = status === "error" ? "not run" : `not run: ${status}`;
  return { detail: withText(word, cause.text), action: remedy(cause, gate) };
}

function explainMissing({ header, planned, task, evidence, running }: GateStory): Explanation {
  const gate = evidence.gate;
  if (planned?.decision === "not_applicable" || task?.status === "not_applicable") {
    const why = planned?.reason || firstLine(task?.warnings[0] ?? "") || "nothing found to check";
    return {
      detail: `not applicable (${why}), but no committed config confirms it`,
      action: `notApplicable: { ${gate}: "reason" } in ${header.configFile ?? "modsquad.config.yaml"}`,
    };
  }
  if (task?.status === "pending" || task?.status === "in_progress") {
    if (running) return { detail: "not finished yet", action: "" };
    return { detail: "not run: the run ended before it did", action: "run it again" };
  }
  if (task !== null)
    return { detail: "it reported no checks, so nothing is proven", action: `meta-orch gate ${gate}` };
  if (planned !== null) return { detail: "planned, but nothing was reported", action: "run it again" };
  return { detail: "required, but there is no such gate", action: "configure it, or take it off required" };
}

function explainDeferred({ header, planned, evidence }: GateStory): Explanation {
  if (!evidence.deferred) {
    return { detail: "its other checks are left for full mode", action: "meta-orch --mode full" };
  }
  if (planned?.decision === "skipped_by_user") {
    return { detail: "left out with --skip", action: `run without --skip ${evidence.gate}` };
  }
  if (header.scope !== null && !header.scope.includes(evidence.gate)) {
    return { detail: "outside --gate", action: "run without --gate" };
  }
  return { detail: "not part of quick mode", action: "meta-orch --mode full" };
}

/** "not run: axe, lighthouse missing", "live-services not checked: 4 offline", "axe examined 1 of 20". */
function explainGaps(gaps: readonly CheckGap[], task: TaskState | null, gate: string): Explanation {
  const results = new Map<string, CheckResult>();
  for (const result of task?.checks ?? []) {
    const seen = results.get(result.id);
    if (seen === undefined || seen.status === "passed") results.set(result.id, result);
  }
  const missingTools: string[] = [];
  const parts: string[] = [];
  const plain: string[] = [];
  let cause: Cause | null = null;
  for (const gap of gaps) {
    const result = results.get(gap.id);
    if (gap.coverage > 0) {
      parts.push(`${gap.id} examined ${examinedOf(gap, task)}`);
      continue;
    }
    const own = result === undefined ? null : checkCause(result);
    cause ??= own;
    if (own?.class === "missing-tool") missingTools.push(gap.id);
    else if (own !== null && own.text !== "") parts.push(`${gap.id} not checked: ${own.text}`);
    else plain.push(gap.id);
  }
  if (plain.length > 0) parts.unshift(`not run: ${plain.join(", ")}`);
  if (missingTools.length > 0) parts.unshift(`not run: ${missingTools.join(", ")} missing`);
  return { detail: parts.join("; "), action: remedy(cause ?? { class: "", text: "" }, gate) };
}

function examinedOf(gap: CheckGap, task: TaskState | null): string {
  let planned = 0;
  let examined = 0;
  for (const check of task?.checks ?? []) {
    if (check.id !== gap.id) continue;
    planned += check.planned;
    examined += check.examined;
  }
  return `${examined} of ${planned}`;
}

/** "79 low findings, all pre-existing", "2 medium, 1 low findings, 1 pre-existing". */
function explainOpenFindings(findings: readonly JudgedFinding[], gate: string): Explanation {
  const open = findings.filter((finding) => finding.severity !== "info");
  const total = countOf(open);
  const old = countOf(open.filter((finding) => !finding.isNew));
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: countOf(open.filter((finding) => finding.severity === severity)),
  })).filter(({ count }) => count > 0);
  const words = counts.map(({ severity, count }) => `${count} ${severity}`).join(", ");
  const age = old === 0 ? "" : old === total ? ", all pre-existing" : `, ${old} pre-existing`;
  const fresh = open.filter((finding) => finding.isNew);
  return {
    detail: `${words} finding${total === 1 ? "" : "s"}${age}`,
    action: fresh.length > 0 ? fixAction(fresh, gate) : "",
  };
}

function explainFinding(severity: string, { task, evidence }: GateStory): Explanation {
  const gate = evidence.gate;
  const findings = (task?.findings ?? []).filter((finding) => finding.severity === severity);
  if (findings.length === 0) {
    return { detail: "failed, and no finding of weight says why", action: `meta-orch gate ${gate}` };
  }
  const total = countOf(findings);
  const first = firstLine(findings[0]!.message);
  return {
    detail: withText(`${total} ${severity} finding${total === 1 ? "" : "s"}`, first),
    action: fixAction(findings, gate),
  };
}

/** The fix of the worst finding, with its place. */
function fixAction(findings: readonly JudgedFinding[], gate: string): string {
  const worst = SEVERITIES.map((severity) => findings.find((finding) => finding.severity === severity)).find(
    Boolean,
  );
  const fix = worst?.fix?.command ?? worst?.fix?.description;
  if (worst === undefined || fix === undefined) return `meta-orch gate ${gate}`;
  const place = worst.location === undefined ? "" : `${worst.location.path}:${worst.location.line}: `;
  return `${place}${firstLine(fix)}`;
}

function failedDetail(task: TaskState | null): string {
  const check = task?.checks.find((one) => one.status === "failed");
  if (check !== undefined) return withText(`failed: ${check.id}`, firstLine(check.message));
  return "failed, so it may hide other defects";
}

function flakyDetail(task: TaskState | null): string {
  if (task === null) return "passed only when tried again";
  const retried = new Set(task.checks.filter((check) => (check.retries ?? 0) > 0).map((check) => check.id));
  const whole = task.attempt > 1 ? [`passed on attempt ${task.attempt} only`] : [];
  const parts = retried.size > 0 ? [`${[...retried].join(", ")} passed only when tried again`] : [];
  return [...whole, ...parts].join("; ") || "passed only when tried again";
}

function agedDetail(task: TaskState | null): string {
  const hours = task?.cached?.ageHours;
  return hours === undefined ? "an earlier result, too old" : `an earlier result, ${hours.toFixed(1)} h old`;
}

function countOf(findings: readonly JudgedFinding[]): number {
  return findings.reduce((sum, finding) => sum + (finding.count ?? 1), 0);
}

function withText(head: string, text: string): string {
  return text === "" ? head : `${head}: ${text}`;
}
