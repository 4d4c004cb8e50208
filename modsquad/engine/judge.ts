/** From what a gate returned to the status of its task (contracts: "Deriving a task's status"). Pure. */
import type { CheckResult, Finding, GateResult } from "../contracts/gate.ts";
import type { JudgedFinding, Waiver } from "../contracts/run-state.ts";
import { type JsonObject, SEVERITIES, type Severity } from "../contracts/words.ts";
import type { AttemptOutcome } from "./executor.ts";
import type { EndStatus } from "./schedule.ts";
import { validateResult } from "./validate-result.ts";

/** What the engine knows about a gate before it judges its findings. */
export interface Bench {
  checksInScope: string[];
  /** A new finding at or above this severity fails the gate. */
  failOn: Severity;
  /** Fingerprints that were there before, or null without a baseline. */
  baseline: ReadonlySet<string> | null;
  /** path → changed line ranges [first, last], or null when it cannot be told. */
  changedLines: ReadonlyMap<string, readonly (readonly [number, number])[]> | null;
  /** The live waiver that names this finding, if any. */
  waiverOf(finding: Finding): Waiver | undefined;
}

export interface Judgement {
  status: EndStatus;
  errors: string[];
  warnings: string[];
  checks: CheckResult[];
  findings: JudgedFinding[];
  metrics: JsonObject;
  artifacts: GateResult["artifacts"];
}

/** True when the finding was not there before the change. Unknown counts as new. */
export function isNewFinding(finding: Finding, bench: Bench): boolean {
  if (bench.baseline) return !bench.baseline.has(finding.fingerprint);
  const place = finding.location;
  if (!bench.changedLines || !place) return true;
  const last = place.endLine ?? place.line;
  return (bench.changedLines.get(place.path) ?? []).some(([from, to]) => place.line <= to && last >= from);
}

function waiverText(finding: Finding, bench: Bench): string | undefined {
  const waiver = bench.waiverOf(finding);
  return waiver && `${waiver.owner}: ${waiver.reason} (until ${waiver.until})`;
}

/** A check has to prove that it looked at something; one in scope that is not reported did not run. */
function proven(checks: readonly CheckResult[], inScope: readonly string[]): CheckResult[] {
  const reported = checks.map((check): CheckResult => {
    const claims = check.status === "passed" || check.status === "failed";
    if (!claims || check.examined > 0) return check;
    return {
      ...check,
      status: "errored",
      failureClass: check.failureClass ?? "examined-nothing",
      message: `examined nothing (it planned ${check.planned}): ${check.message}`,
    };
  });
  const missing = inScope
    .filter((id) => !checks.some((check) => check.id === id))
    .map(
      (id): CheckResult => ({
        id,
        status: "errored",
        planned: 1,
        examined: 0,
        evidence: { tool: "meta-orch", version: "1" },
        failureClass: "not-reported",
        message: "in scope, but the gate reported nothing about it",
      }),
    );
  return [...reported, ...missing];
}

const atLeast = (severity: Severity, bar: Severity) =>
  SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(bar);

function statusOf(checks: CheckResult[], findings: JudgedFinding[], bench: Bench): EndStatus {
  if (checks.some((check) => check.status === "failed")) return "failed";
  if (findings.some((one) => one.isNew && !one.waiver && atLeast(one.severity, bench.failOn)))
    return "failed";
  if (checks.some((check) => check.status === "errored")) return "errored";
  if (!checks.some((check) => check.status === "passed")) return "skipped";
  return "completed";
}

function judgeResult(result: GateResult, bench: Bench): Judgement {
  const checks = proven(result.checks, bench.checksInScope);
  const findings = result.findings.map(
    (finding): JudgedFinding => ({
      ...finding,
      isNew: isNewFinding(finding, bench),
      waiver: waiverText(finding, bench),
    }),
  );
  const status = statusOf(checks, findings, bench);
  const skipped = checks.filter((check) => check.status === "skipped");
  const open = findings.filter((one) => one.severity !== "info");
  const label = (check: CheckResult) => (check.target ? `${check.id} (${check.target})` : check.id);
  const passed = skipped.length + open.length > 0 ? "passed_with_warnings" : "passed";
  return {
    status,
    errors: checks
      .filter((check) => check.status === "errored" || check.status === "failed")
      .map((check) => `${label(check)}: ${check.message}`),
    warnings: skipped.map((check) => `${label(check)} not run: ${check.message}`),
    checks,
    findings,
    metrics: { ...result.metrics, status: status === "completed" ? passed : status },
    artifacts: result.artifacts,
  };
}

/** A judgement without a result: nothing was proven. */
export function judgeNothing(status: EndStatus, message: string, failureClass: string): Judgement {
  const isProblem = status === "errored" || status === "timed_out";
  return {
    status,
    errors: isProblem ? [message] : [],
    warnings: isProblem ? [] : [message],
    checks: [],
    findings: [],
    metrics: { status, failure_class: failureClass },
    artifacts: [],
  };
}

/** Judges one attempt. `timeoutMs` is only for the words. */
export function judge(outcome: AttemptOutcome, bench: Bench, timeoutMs: number): Judgement {
  switch (outcome.kind) {
    case "timed_out":
      return judgeNothing(
        "timed_out",
        `did not finish within ${Number((timeoutMs / 1000).toFixed(1))} s`,
        "timeout",
      );
    case "cancelled":
      return judgeNothing("cancelled", "cancelled while it ran", "cancelled");
    case "broke":
      return judgeNothing("errored", outcome.message, outcome.class);
    case "returned": {
      const validated = validateResult(outcome.result);
      if ("fault" in validated) {
        return judgeNothing(
          "errored",
          `the gate returned something else than a result: ${validated.fault}`,
          "garbage",
        );
      }
      return judgeResult(validated.result, bench);
    }
  }
}
