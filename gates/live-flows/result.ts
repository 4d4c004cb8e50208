/** Flow reports as a gate result: a check per flow, findings, and what was measured. */
import type { CheckResult, Finding, GateResult } from "../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import { VERSION } from "../../modsquad/version.ts";
import { causeFinding, findingsOf, fingerprint, rootCauses } from "./findings.ts";
import type { Secrets } from "./secrets.ts";
import type { FlowReport, Phases, TransportFailure } from "./types.ts";
import { quantile, showMs } from "./units.ts";

const EVIDENCE = { tool: "live-flows", version: VERSION };

/** A result that says only that nothing could be checked. */
export function unableResult(failureClass: string, message: string, planned: number): GateResult {
  const check: CheckResult = {
    id: "flows",
    status: "errored",
    planned: Math.max(1, planned),
    examined: 0,
    evidence: EVIDENCE,
    failureClass,
    message,
  };
  return { checks: [check], findings: [], metrics: {}, artifacts: [] };
}

const isGrave = (report: FlowReport) => report.failures.some((failure) => failure.severity === "high");

const round = (ms: number) => Math.round(ms * 10) / 10;

function summary({ flow, timings, statuses, retries, note, remarks }: FlowReport): string {
  if (note !== "") return `${note}.`;
  const totals = timings.flatMap((timing) => timing.samples.map((phases) => phases.total));
  const slowest = totals.length > 0 ? `, slowest ${showMs(Math.max(...totals))}` : "";
  const again = retries > 0 ? ` after ${retries} ${retries === 1 ? "retry" : "retries"}` : "";
  const steps = flow.steps.length > 1 ? `${flow.steps.length} steps, ` : "";
  return `Held${again}: ${steps}${statuses.length} answer${statuses.length === 1 ? "" : "s"}${slowest}.${remarks.map((one) => ` ${one[0]!.toUpperCase()}${one.slice(1)}.`).join("")}`;
}

function checkOf(report: FlowReport, secrets: Secrets): CheckResult {
  const base = { id: "flows", target: report.flow.name, planned: 1, evidence: EVIDENCE };
  const again = report.retries > 0 ? { retries: report.retries } : {};
  if (isGrave(report)) {
    const worst = report.failures.find((failure) => failure.severity === "high")!;
    const more = report.failures.length > 1 ? ` (and ${report.failures.length - 1} more)` : "";
    const message = secrets.mask(`${worst.request} expected ${worst.expected}, got ${worst.got}${more}`);
    return { ...base, ...again, status: "failed", examined: 1, failureClass: worst.rule, message };
  }
  if (report.inability) {
    const { failureClass, message } = report.inability;
    return { ...base, status: "errored", examined: 0, failureClass, message: secrets.mask(message) };
  }
  return { ...base, ...again, status: "passed", examined: 1, message: secrets.mask(summary(report)) };
}

function phaseMetrics(samples: readonly Phases[], q: number): JsonObject {
  const names = ["dns", "tcp", "tls", "firstByte", "body", "total"] as const;
  return Object.fromEntries(
    names.map((name) => [
      name,
      round(
        quantile(
          samples.map((one) => one[name]),
          q,
        ) ?? 0,
      ),
    ]),
  );
}

/** Milliseconds per flow and step: p50 and p95 of the total, and the median of each phase. */
function latencies(reports: readonly FlowReport[]): JsonObject[] {
  return reports.flatMap(({ flow, timings }) =>
    timings
      .filter(({ samples }) => samples.length > 0)
      .map(({ step, samples }): JsonObject => {
        const totals = samples.map((phases) => phases.total);
        return {
          flow: flow.name,
          ...(step === "" ? {} : { step }),
          samples: samples.length,
          p50Ms: round(quantile(totals, 0.5)!),
          p95Ms: round(quantile(totals, 0.95)!),
          p99Ms: round(quantile(totals, 0.99)!),
          maxMs: round(Math.max(...totals)),
          phasesMs: phaseMetrics(samples, 0.5),
        };
      }),
  );
}

/** First event and longest pause per stream that was read. */
function streamRows(reports: readonly FlowReport[]): JsonObject[] {
  const orNull = (ms: number | null) => (ms === null ? null : round(ms));
  return reports.flatMap(({ flow, streams }) =>
    streams.map(({ step, events, firstMs, maxGapMs }): JsonObject => {
      const named = step === "" ? {} : { step };
      return { flow: flow.name, ...named, events, firstMs: orNull(firstMs), maxGapMs: orNull(maxGapMs) };
    }),
  );
}

function metricsOf(
  reports: readonly FlowReport[],
  checks: readonly CheckResult[],
  base: URL | null,
): JsonObject {
  const count = (status: CheckResult["status"]) => checks.filter((check) => check.status === status).length;
  const passed = count("passed");
  const failed = count("failed");
  return {
    baseUrl: base ? base.origin : null,
    source: reports.every(({ flow }) => flow.source === "declared") ? "declared" : "found",
    flows: { planned: reports.length, passed, failed, errored: reports.length - passed - failed },
    answers: reports.reduce((sum, report) => sum + report.statuses.length, 0),
    latency: latencies(reports),
    streams: streamRows(reports),
  };
}

/** Classes that mean nobody was there to ask. */
function isAbsent(failure: TransportFailure): boolean {
  return (
    ["refused", "dns", "unreachable"].includes(failure.class) ||
    (failure.class === "timeout" && failure.beforeConnection)
  );
}

/** The one reason why no flow at all could be examined, or null. Flows that cannot be run say nothing about it. */
function nobodyThere(reports: readonly FlowReport[]): TransportFailure | null {
  let first: TransportFailure | null = null;
  for (const { failures, statuses } of reports) {
    const transport = failures.find((failure) => failure.transport)?.transport;
    if (statuses.length > 0 || (transport && !isAbsent(transport))) return null;
    first ??= transport ?? null;
  }
  return first;
}

/** What is known beside the answers and may explain them. "" = nothing. */
export interface Hints {
  infrastructure: string;
  proxy: string;
}

/** Builds the result. The hints are said where they may be the cause. */
export function resultOf(
  reports: readonly FlowReport[],
  base: URL | null,
  secrets: Secrets,
  { infrastructure, proxy }: Hints,
): GateResult {
  const origin = base?.origin ?? null;
  const absent = nobodyThere(reports);
  const hint =
    infrastructure === "" ? "" : `${infrastructure}: a dependency may be the cause, look there first.`;
  if (absent) return absentResult(reports, absent, base, secrets, [hint, proxy].filter(Boolean).join(" "));
  const checks = reports.map((report) => checkOf(report, secrets));
  const findings = findingsOf(reports, rootCauses(reports, infrastructure, origin), "high", secrets);
  if (hint !== "") {
    for (const finding of findings)
      if (finding.fix) finding.fix.description = `${finding.fix.description} ${hint}`;
  }
  return { checks, findings, metrics: metricsOf(reports, checks, base), artifacts: [] };
}

/** One errored check and one finding for a service that is not there. */
function absentResult(
  reports: readonly FlowReport[],
  absent: TransportFailure,
  base: URL | null,
  secrets: Secrets,
  hint: string,
): GateResult {
  const failure = reports.flatMap((report) => report.failures).find((one) => one.transport === absent)!;
  const unable = reports.filter(
    ({ inability }) => inability !== null && inability.failureClass !== "not-tried",
  );
  const silent = reports.filter((report) => !unable.includes(report));
  const cause = {
    rule: absent.class,
    summary: absent.message,
    target: absent.origin,
    key: absent.class,
    failure,
    flows: silent.map((report) => report.flow.name),
    failures: [failure],
  };
  // Below the bar of the gate: the check is errored, since nothing was examined; it did not fail.
  const finding: Finding = {
    ...causeFinding(cause, "medium", secrets),
    fingerprint: fingerprint("unreachable", absent.class),
  };
  const message = `API unreachable: ${absent.message}. ${failure.advice}${hint === "" ? "" : ` ${hint}`}`;
  const result = unableResult(absent.class, secrets.mask(message), silent.length);
  const checks = [...result.checks, ...unable.map((report) => checkOf(report, secrets))];
  return { ...result, checks, findings: [finding], metrics: metricsOf(reports, checks, base) };
}
