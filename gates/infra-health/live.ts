/** Reports of services as checks and findings: what failed, what is merely not expected here, and one root cause. */
import type { CheckResult, Finding } from "../../modsquad/contracts/gate.ts";
import { VERSION } from "../../modsquad/version.ts";
import { fingerprint } from "./fingerprint.ts";
import { commandFor } from "./repair.ts";
import { type Masker, plainAddress } from "./secrets.ts";
import { type Ill, isInability, type ServiceReport } from "./types.ts";
import { showMs } from "./units.ts";

const ID = "live-services";
const EVIDENCE = { tool: "infra-health", version: VERSION };

type Status = CheckResult["status"];

/** An inability is errored where the service is expected; elsewhere it is as good as absent. */
export function statusOf({ service, result }: ServiceReport): Status {
  if (result.ok) return "passed";
  if (!service.isExpected || service.isOptional) return "skipped";
  return isInability(result.class) ? "errored" : "failed";
}

/** Where a service is expected, for people. */
function expectation({ service }: ServiceReport, env: string): string {
  if (!service.isExpected)
    return `not expected on ${env}${service.environments ? `, only in ${service.environments.join(", ")}` : ""}`;
  return service.isOptional ? "optional" : `expected on ${env}`;
}

function messageOf(report: ServiceReport, env: string): string {
  const { service, result, tried, attempts, durationMs } = report;
  if (result.ok)
    return `${result.message} (${showMs(durationMs)}${attempts > 1 ? `, attempt ${attempts}` : ""}).`;
  const steps = tried.length > 0 ? ` Tried: ${tried.join("; ")}.` : "";
  const again = attempts > 1 ? ` ${attempts} attempts within ${showMs(service.waitForMs)}.` : "";
  return `${result.message} [${result.class}, ${expectation(report, env)}].${steps}${again} ${result.advice} ${commandFor(service, result)}`;
}

function checkOf(report: ServiceReport, env: string, masker: Masker): CheckResult {
  const status = statusOf(report);
  const wasExamined = status === "passed" || status === "failed";
  return {
    id: ID,
    target: report.service.name,
    status,
    planned: 1,
    examined: wasExamined ? 1 : 0,
    evidence: EVIDENCE,
    ...(report.result.ok ? {} : { failureClass: report.result.class }),
    message: masker.mask(messageOf(report, env)),
    ...(report.result.ok && report.attempts > 1 && report.service.waitForMs === 0
      ? { retries: report.attempts - 1 }
      : {}),
  };
}

/** Names of the failed services a report can be put down to, the deepest ones: what they depend on works. */
function causesOf(report: ServiceReport, failed: ReadonlyMap<string, ServiceReport>): string[] {
  const seen = new Set<string>([report.service.name]);
  const roots: string[] = [];
  const visit = (one: ServiceReport): void => {
    const broken = one.service.dependsOn
      .map((name) => failed.get(name))
      .filter((other) => other !== undefined);
    const deeper = broken.filter((other) => !seen.has(other.service.name));
    if (broken.length === 0 && one !== report) roots.push(one.service.name);
    for (const other of deeper) {
      seen.add(other.service.name);
      visit(other);
    }
  };
  visit(report);
  return roots;
}

/** Failed services by name, and by the name compose gives them. */
function failedByName(reports: readonly ServiceReport[]): Map<string, ServiceReport> {
  const failed = new Map<string, ServiceReport>();
  for (const report of reports) {
    if (statusOf(report) !== "failed") continue;
    failed.set(report.service.name, report);
    if (report.service.composeService !== null) failed.set(report.service.composeService, report);
  }
  return failed;
}

function findingOf(report: ServiceReport, result: Ill, victims: readonly string[], masker: Masker): Finding {
  const { service, tried } = report;
  const isWarning = service.isOptional;
  const steps = tried.length > 0 ? ` Tried: ${tried.join("; ")}.` : "";
  const also = victims.length > 0 ? ` It explains the failure of ${victims.join(", ")}.` : "";
  return {
    ruleId: `${ID}/${result.class}`,
    severity: isWarning ? "low" : "high",
    message: masker.mask(`${service.name} (${service.kind}): ${result.message}.${steps}${also}`),
    // Addresses differ between environments; the service and what is wrong with it do not.
    fingerprint: fingerprint(ID, service.name, service.kind, result.class),
    target: service.name,
    fix: { description: result.advice, command: masker.mask(commandFor(service, result)) },
  };
}

function remarksOf({ service, result }: ServiceReport, masker: Masker): Finding[] {
  if (!result.ok) return [];
  return result.remarks.map(({ rule, severity, message, fix }) => ({
    ruleId: `${ID}/${rule}`,
    severity,
    message: masker.mask(`${service.name}: ${message}`),
    fingerprint: fingerprint(ID, service.name, rule),
    target: service.name,
    fix: { description: fix, command: "meta-orch gate infra-health" },
  }));
}

function findingsOf(reports: readonly ServiceReport[], masker: Masker): Finding[] {
  const failed = failedByName(reports);
  const causes = new Map(
    reports.map((report) => [report, failed.has(report.service.name) ? causesOf(report, failed) : []]),
  );
  return reports.flatMap((report): Finding[] => {
    const { service, result } = report;
    if (result.ok) return remarksOf(report, masker);
    const isReported = statusOf(report) === "failed" || (service.isOptional && service.isExpected);
    // Put down to what it depends on: one cause, one finding.
    if (!isReported || causes.get(report)!.length > 0) return [];
    const names = [service.name];
    const victims = [...causes]
      .filter(([, roots]) => roots.some((root) => names.includes(root)))
      .map(([other]) => other.service.name);
    return [findingOf(report, result, victims, masker)];
  });
}

/** One line over all that is not there and need not be: what it costs is decided elsewhere, how to deal with it is said here. */
function summaryOf(
  reports: readonly ServiceReport[],
  env: string,
  masker: Masker,
  day: string,
): CheckResult[] {
  const skipped = reports.filter((report) => statusOf(report) === "skipped");
  if (skipped.length === 0) return [];
  const names = skipped.map((report) => report.service.name).join(", ");
  const starts = [
    ...new Set(skipped.map((report) => report.service.startCommand).filter((one) => one !== null)),
  ];
  const waiver = `{ gate: infra-health, owner: YOU, reason: "verified in CI", until: ${day}, env: ${env} }`;
  const start = starts.length > 0 ? `start them (${starts.join("; ")})` : "start them";
  const isOffline = ({ result }: ServiceReport) => !result.ok && OFFLINE.includes(result.class);
  const words = skipped.every(isOffline) ? "offline" : "offline or not fit";
  return [
    {
      id: ID,
      status: "skipped",
      planned: 0,
      examined: 0,
      evidence: EVIDENCE,
      message: masker.mask(
        `${skipped.length} ${words}: ${names}.\nNot expected on ${env} or optional, so this costs evidence instead of failing: ${start}, or waive it with an expiry in modsquad.waivers.yaml: - ${waiver}`,
      ),
    },
  ];
}

const OFFLINE: readonly string[] = ["refused", "timeout", "dns", "no-address"];

/** A waiver may last this long; shown as an example only. Milliseconds. */
const WAIVER_MS = 14 * 86_400_000;

/** Everything the check has to say. Without any service there is nothing to prove, and it says so. */
export function liveResult(
  reports: readonly ServiceReport[],
  env: string,
  masker: Masker,
): { checks: CheckResult[]; findings: Finding[] } {
  if (reports.length === 0) {
    const message =
      "No service is declared or found: nothing was asked. Declare services:, or say notApplicable under this check.";
    const check: CheckResult = {
      id: ID,
      status: "errored",
      planned: 1,
      examined: 0,
      evidence: EVIDENCE,
      failureClass: "nothing-declared",
      message,
    };
    return { checks: [check], findings: [] };
  }
  const day = new Date(Date.now() + WAIVER_MS).toISOString().slice(0, 10);
  const failed = failedByName(reports);
  const checks = reports.map((report) => {
    const check = checkOf(report, env, masker);
    const roots = failed.has(report.service.name) ? causesOf(report, failed) : [];
    return roots.length === 0
      ? check
      : { ...check, message: `Because of ${roots.join(", ")}: ${check.message}` };
  });
  return {
    checks: [...summaryOf(reports, env, masker, day), ...checks],
    findings: findingsOf(reports, masker),
  };
}

/** The row of a service in metrics and tables. */
export function rowOf(report: ServiceReport, masker: Masker) {
  const { service, result, durationMs, attempts } = report;
  return {
    service: service.name,
    kind: service.kind,
    address: masker.mask(plainAddress(service.subject)),
    status: statusOf(report),
    class: result.ok ? null : result.class,
    expected: service.isExpected,
    optional: service.isOptional,
    source: service.source,
    ms: Math.round(durationMs * 10) / 10,
    attempts,
    facts: JSON.parse(masker.mask(JSON.stringify(result.facts ?? {}))),
  };
}
