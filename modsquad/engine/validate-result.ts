/** A gate's result is foreign data: whatever is not exactly of the contract is an inability, never a pass. */
import type { Artifact, CheckResult, Finding, GateResult } from "../contracts/gate.ts";
import { CHECK_STATUSES, type JsonObject, SEVERITIES } from "../contracts/words.ts";

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value.length > 0;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isOneOf = (value: unknown, words: readonly string[]) =>
  typeof value === "string" && words.includes(value);

function faultOfCheck(check: unknown): string | null {
  if (!isObject(check)) return "is not an object";
  if (!isText(check.id)) return "has no id";
  if (!isOneOf(check.status, CHECK_STATUSES)) return `has the status ${JSON.stringify(check.status)}`;
  if (!isCount(check.planned) || !isCount(check.examined))
    return "does not count what it planned and examined";
  if (typeof check.message !== "string") return "has no message";
  const evidence = check.evidence;
  if (!isObject(evidence) || !isText(evidence.tool) || !isText(evidence.version)) return "names no evidence";
  return null;
}

function faultOfFinding(finding: unknown): string | null {
  if (!isObject(finding)) return "is not an object";
  if (!isText(finding.ruleId)) return "has no ruleId";
  if (!isOneOf(finding.severity, SEVERITIES)) return `has the severity ${JSON.stringify(finding.severity)}`;
  if (!isText(finding.message)) return "has no message";
  if (!isText(finding.fingerprint)) return "has no fingerprint";
  if (finding.count !== undefined && !isCount(finding.count)) return "has a count that is no whole number";
  const place = finding.location;
  if (place !== undefined && (!isObject(place) || !isText(place.path) || !isCount(place.line))) {
    return "has a location without path and line";
  }
  return null;
}

function firstFault(name: string, items: unknown, faultOf: (item: unknown) => string | null): string | null {
  if (!Array.isArray(items)) return `${name} is not a list`;
  for (const [at, item] of items.entries()) {
    const fault = faultOf(item);
    if (fault) return `${name}[${at}] ${fault}`;
  }
  return null;
}

/** The result, or the first fault in words. */
export function validateResult(value: unknown): { result: GateResult } | { fault: string } {
  if (!isObject(value)) return { fault: "the result is not an object" };
  const fault =
    firstFault("checks", value.checks, faultOfCheck) ??
    firstFault("findings", value.findings, faultOfFinding);
  if (fault) return { fault };
  return {
    result: {
      checks: value.checks as CheckResult[],
      findings: value.findings as Finding[],
      metrics: isObject(value.metrics) ? (value.metrics as JsonObject) : {},
      artifacts: Array.isArray(value.artifacts) ? (value.artifacts as Artifact[]) : [],
    },
  };
}
