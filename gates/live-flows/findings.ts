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

/** One reason that brought several flows down. */
export interface RootCause {
  rule: string;
  summary: string;
  /** Where it lies, for people; the base URL stands for itself. */
  target: string;
  key: string;
  failure: Failure;
  /** Names of the flows it brought down. */
  flows: string[];
  failures: Failure[];
}

/** Whether a failure says something about the service as a whole rather than about one of its routes. */
function isOfService({ class: kind, beforeConnection }: TransportFailure): boolean {
  return (
    beforeConnection || kind === "certificate" || kind === "tls" || kind === "timeout" || kind === "reset"
  );
}

type Shared = Pick<RootCause, "rule" | "summary" | "target" | "key">;

/** What infra-health found explains every answer of 5xx, and every answer that did not come in time. */
function byInfrastructure({ cause, transport }: Failure, infrastructure: string): Shared | null {
  if (infrastructure === "") return null;
  const waited = transport?.class === "timeout" && !transport.beforeConnection;
  if (cause?.rule !== "dependency" && !waited) return null;
  return { rule: "dependency", summary: infrastructure, target: "infra-health", key: "infra-health" };
}

function sharedCause(failure: Failure, infrastructure: string, base: string | null): Shared | null {
  const { cause, transport } = failure;
  const known = byInfrastructure(failure, infrastructure);
  if (known) return known;
  if (cause && !cause.weak) return cause;
  if (!transport || !isOfService(transport)) return null;
  const { class: rule, origin, message } = transport;
  // Ports and hosts of the base URL differ between environments; the cause is the same.
  return { rule, summary: message, target: origin, key: `${rule} ${origin === base ? "base" : origin}` };
}

/** Reasons that hit more than one flow. `infrastructure` is what infra-health found, "" for nothing. */
export function rootCauses(
  reports: readonly FlowReport[],
  infrastructure: string,
  base: string | null,
): RootCause[] {
  const causes = new Map<string, RootCause>();
  for (const { flow, failures } of reports) {
    for (const failure of failures) {
      const shared = sharedCause(failure, infrastructure, base);
      if (!shared) continue;
      const { rule, summary, target, key } = shared;
      const known = causes.get(key) ?? { rule, summary, target, key, failure, flows: [], failures: [] };
      causes.set(key, known);
      known.failures.push(failure);
      if (!known.flows.includes(flow.name)) known.flows.push(flow.name);
    }
  }
  return [...causes.values()].filter((cause) => cause.flows.length > 1);
}

/** One finding for a root cause. `severity` is high, or medium when the whole check is errored by it. */
export function causeFinding(cause: RootCause, severity: Finding["severity"], secrets: Secrets): Finding {
  const { rule, summary, target, key, failure, flows } = cause;
  const named = flows.slice(0, MAX_NAMED).join(", ");
  const rest = flows.length > MAX_NAMED ? ` and ${flows.length - MAX_NAMED} more` : "";
  const effect = failure.transport ? "without an answer" : "broken by it";
  return {
    ruleId: `flows/${rule}`,
    severity,
    message: secrets.mask(
      `${summary}. One cause, ${flows.length} flow${flows.length === 1 ? "" : "s"} ${effect}: ${named}${rest}`,
    ),
    fingerprint: fingerprint("root-cause", rule, key),
    target,
    fix: { description: secrets.mask(failure.advice), command: failure.curl },
  };
}

/** All findings of a run, root causes first. */
export function findingsOf(
  reports: readonly FlowReport[],
  causes: readonly RootCause[],
  severity: Finding["severity"],
  secrets: Secrets,
): Finding[] {
  const findings = causes.map((cause) => causeFinding(cause, severity, secrets));
  const explained = new Set(causes.flatMap((cause) => cause.failures));
  for (const report of reports) {
    for (const failure of report.failures) {
      if (!explained.has(failure)) findings.push(findingOf(report, failure, secrets));
    }
  }
  return findings;
}
