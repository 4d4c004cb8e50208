/** A gate's result is foreign data: whatever is not exactly of the contract is an inability, never a pass. */
import type { Artifact, CheckResult, Finding, GateResult, Progress } from "../contracts/gate.ts";
import { CHECK_STATUSES, type JsonObject, SEVERITIES } from "../contracts/words.ts";

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value.length > 0;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isOneOf = (value: unknown, words: readonly string[]) =>
  typeof value === "string" && words.includes(value);
const isAmount = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;

/** Name of the first of these fields that is there and is not as it should be, or null. */
function wrongField(fields: Fields, names: readonly string[], isRight: (value: unknown) => boolean) {
  return names.find((name) => fields[name] !== undefined && !isRight(fields[name])) ?? null;
}
const isString = (value: unknown) => typeof value === "string";

function faultOfCheck(check: unknown): string | null {
  if (!isObject(check)) return "is not an object";
  if (!isText(check.id)) return "has no id";
  if (!isOneOf(check.status, CHECK_STATUSES)) return `has the status ${JSON.stringify(check.status)}`;
  if (!isCount(check.planned) || !isCount(check.examined))
    return "does not count what it planned and examined";
  if (typeof check.message !== "string") return "has no message";
  const wrong =
    wrongField(check, ["target", "failureClass"], isString) ?? wrongField(check, ["retries"], isCount);
  if (wrong) return `has a ${wrong} of the wrong type`;
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
  const wrong =
    wrongField(finding, ["defectClass", "target"], isString) ??
    wrongField(finding, ["effort"], isAmount) ??
    wrongField(finding, ["count"], isCount);
  if (wrong) return `has a ${wrong} of the wrong type`;
  return faultOfPlace(finding.location) ?? faultOfFix(finding.fix);
}

function faultOfPlace(place: unknown): string | null {
  if (place === undefined) return null;
  if (!isObject(place) || !isText(place.path) || !isCount(place.line))
    return "has a location without path and line";
  return wrongField(place, ["column", "endLine"], isCount) ? "has a location of the wrong type" : null;
}

function faultOfFix(fix: unknown): string | null {
  if (fix === undefined) return null;
  if (!isObject(fix) || typeof fix.description !== "string") return "has a fix without a description";
  if (wrongField(fix, ["command"], isString)) return "has a fix whose command is no text";
  if (fix.edits === undefined) return null;
  const isEdit = (edit: unknown) =>
    isObject(edit) && isString(edit.path) && isCount(edit.start) && isCount(edit.end) && isString(edit.text);
  return Array.isArray(fix.edits) && fix.edits.every(isEdit) ? null : "has a fix whose edits are none";
}

function faultOfArtifact(artifact: unknown): string | null {
  const whole =
    isObject(artifact) && isString(artifact.path) && isString(artifact.mediaType) && isString(artifact.title);
  return whole ? null : "does not say its path, mediaType and title";
}

/** What a gate tells of its progress is foreign data as well. */
export function isProgress(value: unknown): value is Progress {
  return isObject(value) && isAmount(value.done) && isAmount(value.total) && isString(value.label);
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
    firstFault("findings", value.findings, faultOfFinding) ??
    firstFault("artifacts", value.artifacts ?? [], faultOfArtifact);
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
