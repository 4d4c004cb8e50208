/** What a gate module says about itself is foreign data: a plugin that is not of the contract is named, not trusted. */
import { API_VERSION, AREAS, MODES } from "../contracts/words.ts";

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value.length > 0;
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isNeeds = (value: unknown) =>
  Array.isArray(value) && value.every((need) => isObject(need) && isText(need.gate));
const isModes = (value: unknown) =>
  isTexts(value) && value.every((mode) => MODES.some((one) => one === mode));
const isChecks = (value: unknown) =>
  isObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isModes);
const isAreas = (value: unknown) =>
  isTexts(value) && value.every((area) => AREAS.some((one) => one === area));
const isPositive = (value: unknown) => Number.isFinite(value) && (value as number) > 0;
const isShares = (value: unknown) =>
  isObject(value) && Object.values(value).every((one) => typeof one === "number" && one >= 0 && one <= 1);

function isRetry(value: unknown): boolean {
  if (!isObject(value) || !isTexts(value.on)) return false;
  return (
    Number.isSafeInteger(value.attempts) && isPositive(value.attempts) && Number.isFinite(value.backoffMs)
  );
}

const FIELDS: Record<string, [(value: unknown) => boolean, string]> = {
  id: [isText, "a text"],
  version: [isText, "a text"],
  title: [isText, "a text"],
  summary: [isText, "a text"],
  agent: [isText, "a text"],
  areas: [isAreas, "a list of areas"],
  needs: [isNeeds, "a list of { gate }"],
  locks: [isTexts, "a list of names"],
  timeoutMs: [isPositive, "a number above 0"],
  retry: [isRetry, "{ attempts, backoffMs, on }"],
  env: [isTexts, "a list of names"],
  defectClasses: [isShares, "shares from 0 to 1 by defect class"],
  checks: [isChecks, "modes by check, at least one check"],
  options: [isObject, "a JSON Schema"],
  reportName: [isText, "a text"],
};

/** The first field that is not of the contract, in words; null when all are, or when it is of another API. */
export function faultOfGateInfo(info: unknown): string | null {
  if (!isObject(info)) return "is not an object";
  if (!Number.isSafeInteger(info.apiVersion)) return "names no apiVersion";
  // Another version has other fields: that is told in words of its own.
  if (info.apiVersion !== API_VERSION) return null;
  for (const [name, [isRight, expected]] of Object.entries(FIELDS)) {
    if (!isRight(info[name])) return `has no valid "${name}": it must be ${expected}`;
  }
  return null;
}

/** Why a detection is none, or null. An answer that cannot be read must not become "not applicable". */
export function faultOfDetection(detection: unknown): string | null {
  if (!isObject(detection) || typeof detection.applicable !== "boolean" || !isText(detection.reason))
    return "detect() gave no { applicable, reason }";
  const { options } = detection;
  return options === undefined || isObject(options) ? null : "detect() gave options that are no object";
}

export function isInputs(value: unknown): value is string[] | "live" {
  return value === "live" || isTexts(value);
}
