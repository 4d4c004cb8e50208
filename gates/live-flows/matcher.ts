/** Values against what the config expects of them. */
import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../modsquad/contracts/words.ts";
import type { Condition, JsonType, Matcher } from "./types.ts";
import { compares, parseComparison } from "./units.ts";

export type ReadMatcher = { ok: true; matcher: Matcher } | { ok: false; message: string };

const TYPES: readonly string[] = ["string", "number", "integer", "boolean", "null", "array", "object"];

/** A bound given as a number (exactly that many) or as a comparison. */
function readBound(kind: "length" | "count", value: Json): Condition | string {
  if (typeof value === "number") return { kind, comparison: "==", bound: value };
  const bound = typeof value === "string" ? parseComparison(value) : null;
  return bound ? { kind, ...bound } : `${kind} must be a number or a comparison such as "> 0"`;
}

function readOperator(name: string, value: Json): Condition | string {
  switch (name) {
    case "exists":
      return typeof value === "boolean" ? { kind: "exists", wanted: value } : "exists must be true or false";
    case "equals":
      return { kind: "equals", value };
    case "type":
      return TYPES.includes(String(value))
        ? { kind: "type", type: value as JsonType }
        : `type must be one of ${TYPES.join(", ")}`;
    case "matches":
      try {
        return { kind: "matches", pattern: new RegExp(String(value)) };
      } catch (error) {
        return `matches is no regular expression: ${(error as Error).message}`;
      }
    case "contains":
      return { kind: "contains", value };
    case "gt":
    case "gte":
    case "lt":
    case "lte": {
      if (typeof value !== "number") return `${name} must be a number`;
      const comparison = ({ gt: ">", gte: ">=", lt: "<", lte: "<=" } as const)[name];
      return { kind: "compare", comparison, bound: value };
    }
    case "length":
    case "count":
      return readBound(name, value);
    default:
      return `unknown operator "${name}"`;
  }
}

/**
 * Reads what the config expects of a value: "> 0" compares, an object holds operators, anything else has to
 * be equal. `plain` says what a text that is no comparison means.
 */
export function readMatcher(expected: Json, plain: "equals" | "contains" = "equals"): ReadMatcher {
  const text = typeof expected === "string" ? expected : JSON.stringify(expected);
  if (typeof expected === "string") {
    const bound = plain === "equals" ? parseComparison(expected) : null;
    const condition: Condition = bound ? { kind: "compare", ...bound } : { kind: plain, value: expected };
    return { ok: true, matcher: { conditions: [condition], text } };
  }
  if (expected === null || typeof expected !== "object" || Array.isArray(expected)) {
    return { ok: true, matcher: { conditions: [{ kind: "equals", value: expected }], text } };
  }
  const conditions: Condition[] = [];
  for (const [name, value] of Object.entries(expected)) {
    const condition = readOperator(name, value ?? null);
    if (typeof condition === "string") return { ok: false, message: condition };
    conditions.push(condition);
  }
  if (conditions.length === 0)
    return { ok: false, message: "an empty object expects nothing; write { equals: {} } for exactly that" };
  return { ok: true, matcher: { conditions, text } };
}

function typeOf(value: Json): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as "string" | "number" | "boolean" | "object";
}

function lengthOf(value: Json): number | null {
  if (typeof value === "string") return [...value].length;
  if (Array.isArray(value)) return value.length;
  return value !== null && typeof value === "object" ? Object.keys(value).length : null;
}

function contains(value: Json, part: Json): boolean {
  if (typeof value === "string") return typeof part === "string" && value.includes(part);
  if (Array.isArray(value)) return value.some((item) => isDeepStrictEqual(item, part));
  return (
    value !== null && typeof value === "object" && typeof part === "string" && Object.hasOwn(value, part)
  );
}

/** True when one value satisfies one condition. `exists` and `count` are about how many values there are. */
function holds(value: Json, condition: Condition): boolean {
  switch (condition.kind) {
    case "equals":
      return isDeepStrictEqual(value, condition.value);
    case "compare":
      return typeof value === "number" && compares(value, condition);
    case "type":
      if (condition.type === "integer") return Number.isInteger(value);
      return typeOf(value) === condition.type;
    case "matches":
      return typeof value === "string" && condition.pattern.test(value);
    case "contains":
      return contains(value, condition.value);
    case "length": {
      const length = lengthOf(value);
      return length !== null && compares(length, condition);
    }
    case "exists":
    case "count":
      return true;
  }
}

export interface Mismatch {
  expected: string;
  /** Index of the value that does not satisfy, or null when it is about how many there are. */
  index: number | null;
}

/**
 * The first way in which `values` do not match, or null. Every value has to satisfy every condition, and
 * there has to be one at all unless the matcher says otherwise: an assertion about nothing proves nothing.
 */
export function mismatch(values: readonly Json[], matcher: Matcher): Mismatch | null {
  const absentIsFine = matcher.conditions.some(
    (one) => (one.kind === "exists" && !one.wanted) || one.kind === "count",
  );
  for (const condition of matcher.conditions) {
    if (condition.kind === "exists" && condition.wanted !== values.length > 0) {
      return { expected: condition.wanted ? "a value" : "no value", index: null };
    }
    if (condition.kind === "count" && !compares(values.length, condition)) {
      return { expected: `count ${condition.comparison} ${condition.bound}`, index: null };
    }
  }
  if (values.length === 0 && !absentIsFine) return { expected: matcher.text, index: null };
  for (const [index, value] of values.entries()) {
    const broken = matcher.conditions.find((condition) => !holds(value, condition));
    if (broken) return { expected: matcher.text, index };
  }
  return null;
}
