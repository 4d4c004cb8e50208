/** Failures as findings: one per failure, or one per root cause that brought several flows down. */
import { createHash } from "node:crypto";
import type { Finding } from "../../modsquad/contracts/gate.ts";
import type { Secrets } from "./secrets.ts";
import type { Failure, FlowReport, TransportFailure } from "./types.ts";

const MAX_NAMED = 10;

/** 16 hex digits of the parts; what was measured is no part, so a finding keeps its identity. */
export const fingerprint = (...parts: string[]) =>
  createHash("sha256").update(parts.join("\u0000")).digest("hex").slice(0, 16);

function findingOf(report: FlowReport, failure: Failure, secrets: Secrets): Finding {
  const { flow } = report;
  const where = failure.step === "" ? flow.name : `${flow.name} > ${failure.step}`;
  const times = failure.count > 1 ? ` (${failure.count} of ${flow.repeat} runs)` : "";
  return {
    ruleId: `flows/${failure.rule}`,
    severity: failure.severity,
    message: secrets.mask(
      `${where}: ${failure.request} expected ${failure.expected}, got ${failure.got}${times}`,
    ),
    fingerprint: fingerprint(failure.rule, flow.name, failure.step, failure.subject),
    target: flow.name,
    fix: { description: secrets.mask(failure.advice), command: failure.curl },
  };
}

/** Flows that got no answer for one and the same reason. */
export interface RootCause {
  transport: TransportFailure;
  failure: Failure;
  /** Names of the flows it brought down. */
  flows: string[];
}

/** Transport failures by class and origin that hit more than one flow. */
export function rootCauses(reports: readonly FlowReport[]): RootCause[] {
  const causes = new Map<string, RootCause>();
  for (const { flow, failures } of reports) {
    for (const failure of failures) {
      const { transport } = failure;
      if (!transport || !isOfService(transport)) continue;
      const key = `${transport.class} ${transport.origin}`;
      const known = causes.get(key);
      if (known) known.flows.push(flow.name);
      else causes.set(key, { transport, failure, flows: [flow.name] });
    }
  }
  return [...causes.values()].filter((cause) => cause.flows.length > 1);
}

/** Whether a failure says something about the service as a whole rather than about one of its routes. */
function isOfService({ class: kind, beforeConnection }: TransportFailure): boolean {
  return (
    beforeConnection || kind === "certificate" || kind === "tls" || kind === "timeout" || kind === "reset"
  );
}

/** One finding for a root cause. `severity` is high, or medium when the whole check is errored by it. */
export function causeFinding(
  cause: RootCause,
  severity: Finding["severity"],
  base: string | null,
  secrets: Secrets,
): Finding {
  const { transport, failure, flows } = cause;
  const named = flows.slice(0, MAX_NAMED).join(", ");
  const rest = flows.length > MAX_NAMED ? ` and ${flows.length - MAX_NAMED} more` : "";
  // Ports and hosts of the base URL differ between environments; the cause is the same.
  const who = transport.origin === base ? "base" : transport.origin;
  return {
    ruleId: `flows/${transport.class}`,
    severity,
    message: secrets.mask(
      `${transport.message}. One cause, ${flows.length} flow${flows.length === 1 ? "" : "s"} without an answer: ${named}${rest}`,
    ),
    fingerprint: fingerprint("root-cause", transport.class, who),
    target: transport.origin,
    fix: { description: failure.advice, command: failure.curl },
  };
}

/** All findings of a run, root causes first. */
export function findingsOf(
  reports: readonly FlowReport[],
  causes: readonly RootCause[],
  severity: Finding["severity"],
  base: string | null,
  secrets: Secrets,
): Finding[] {
  const findings = causes.map((cause) => causeFinding(cause, severity, base, secrets));
  const isExplained = ({ transport }: Failure) =>
    transport !== undefined &&
    causes.some(
      (cause) => cause.transport.class === transport.class && cause.transport.origin === transport.origin,
    );
  for (const report of reports) {
    for (const failure of report.failures) {
      if (!isExplained(failure)) findings.push(findingOf(report, failure, secrets));
    }
  }
  return findings;
}
