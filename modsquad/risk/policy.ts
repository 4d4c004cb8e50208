/** The parameters of the risk model: the defaults as data, and how a project's own values go over them. */
import type { Problem, Result } from "../contracts/config.ts";
import type { RiskPolicy } from "../contracts/risk.ts";
import { looksLikeSlip, nearest } from "./nearest.ts";
import defaults from "./policy-defaults.json" with { type: "json" };
import { LARGEST, POLICY_SHAPE, type Shape } from "./policy-shape.ts";

/** The policy as shipped (policy-defaults.json). Frozen: merge over it, never into it. */
export const POLICY_DEFAULTS: RiskPolicy = deepFreeze(defaults as RiskPolicy);

/**
 * A project's overrides over a base policy: objects merge key by key at every depth, everything else
 * replaces. Keys may be written as in policy-defaults.json (`waiver_cap_pct`) or in camelCase
 * (`waiverCapPct`). Unknown keys, wrong types, NaN and values out of range are Problems that name the
 * key, starting with `at`.
 */
export function mergePolicy(base: RiskPolicy, overrides: unknown, at = "risk.policy"): Result<RiskPolicy> {
  if (overrides === undefined || overrides === null) return { ok: true, value: base };
  const problems: Problem[] = [];
  const merged = mergeFixed(POLICY_SHAPE, { ...base }, overrides, at, problems) as unknown as RiskPolicy;
  if (problems.length === 0) checkAcross(merged, base, at, problems);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: merged };
}

/** Is this a complete, valid policy? For one that was read back from a journal. */
export function validatePolicy(policy: unknown, at = "policy"): Result<RiskPolicy> {
  const result = mergePolicy(POLICY_DEFAULTS, policy ?? {}, at);
  if (!result.ok) return result;
  const problems: Problem[] = [];
  for (const key of Object.keys(POLICY_SHAPE)) {
    if (isObject(policy) && Object.hasOwn(policy, key)) continue;
    problems.push({ what: `${at}.${key} is missing`, where: `${at}.${key}`, next: "give it a value" });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: policy as RiskPolicy };
}

function mergeValue(shape: Shape, base: unknown, over: unknown, at: string, problems: Problem[]): unknown {
  switch (shape.kind) {
    case "text":
      if (over !== base) wrong(problems, at, over, `exactly ${JSON.stringify(base)}`);
      return base;
    case "number":
      if (!inRange(shape, over)) wrong(problems, at, over, rangeWords(shape));
      return over;
    case "names":
      if (!isNameList(over)) wrong(problems, at, over, "a list of names");
      return over;
    case "fixed":
      return mergeFixed(shape.of, base, over, at, problems);
    case "open":
      return mergeOpen(shape.of, base, over, at, problems);
  }
}

function mergeFixed(
  shapes: Record<string, Shape>,
  base: unknown,
  over: unknown,
  at: string,
  problems: Problem[],
): Record<string, unknown> {
  const merged: Record<string, unknown> = isObject(base) ? { ...base } : {};
  if (!isObject(over)) {
    wrong(problems, at, over, "an object");
    return merged;
  }
  const given = new Set<string>();
  for (const [written, value] of Object.entries(over)) {
    const path = `${at}.${written}`;
    const key = Object.hasOwn(shapes, written) ? written : snakeCase(written);
    if (!Object.hasOwn(shapes, key)) {
      const next = `did you mean "${nearest(key, Object.keys(shapes))}"?`;
      problems.push({ what: `${path} is not a key of the risk policy`, where: path, next });
      continue;
    }
    if (given.has(key)) {
      problems.push({
        what: `${path} gives "${key}" a second time`,
        where: path,
        next: "keep one of the two",
      });
      continue;
    }
    given.add(key);
    merged[key] = mergeValue(shapes[key]!, merged[key], value, path, problems);
  }
  return merged;
}

function mergeOpen(shape: Shape, base: unknown, over: unknown, at: string, problems: Problem[]): unknown {
  const merged = new Map(isObject(base) ? Object.entries(base) : []);
  if (!isObject(over)) {
    wrong(problems, at, over, "an object");
    return base;
  }
  for (const [key, value] of Object.entries(over)) {
    merged.set(key, mergeValue(shape, merged.get(key), value, `${at}.${key}`, problems));
  }
  // fromEntries defines own keys, so that a key such as "__proto__" stays plain data.
  return Object.fromEntries(merged);
}

/** What one value alone cannot show. */
function checkAcross(policy: RiskPolicy, base: RiskPolicy, at: string, problems: Problem[]): void {
  for (const lowest of ["min", "ledger_min"] as const) {
    if (policy.exposure[lowest] > policy.exposure.max) {
      wrong(problems, `${at}.exposure.${lowest}`, policy.exposure[lowest], "at most exposure.max");
    }
  }
  for (const name of Object.keys(policy.lambda)) {
    if (Object.hasOwn(base.lambda, name)) continue;
    const slip = Object.keys(base.lambda).find((known) => looksLikeSlip(name, known));
    if (slip === undefined) continue;
    const path = `${at}.lambda.${name}`;
    problems.push({ what: `${path} is not a defect class`, where: path, next: `did you mean "${slip}"?` });
  }
  for (const [gate, row] of Object.entries(policy.power)) {
    checkClasses(row, policy, `${at}.power.${gate}`, problems);
  }
  for (const [gate, list] of Object.entries(policy.checks)) {
    const weights = Object.values(list);
    if (weights.length === 0 || weights.some((weight) => weight > 0)) continue;
    wrong(problems, `${at}.checks.${gate}`, list, "at least one weight above 0");
  }
}

function checkClasses(
  row: Record<string, number>,
  policy: RiskPolicy,
  at: string,
  problems: Problem[],
): void {
  for (const name of Object.keys(row)) {
    if (Object.hasOwn(policy.lambda, name) || name.startsWith("custom:")) continue;
    const next = `did you mean "${nearest(name, Object.keys(policy.lambda))}"? A new class needs a lambda.`;
    problems.push({ what: `${at}.${name} is not a defect class`, where: `${at}.${name}`, next });
  }
}

function inRange(shape: Extract<Shape, { kind: "number" }>, value: unknown): value is number {
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  if (shape.above === true ? value <= shape.min : value < shape.min) return false;
  return shape.below === true ? value < shape.max : value <= shape.max;
}

function rangeWords(shape: Extract<Shape, { kind: "number" }>): string {
  const low = shape.above === true ? `above ${shape.min}` : `${shape.min} or more`;
  if (shape.max === LARGEST) return `a number, ${low}`;
  return `a number, ${low}, ${shape.below === true ? "below" : "at most"} ${shape.max}`;
}

function wrong(problems: Problem[], at: string, value: unknown, expected: string): void {
  const shown = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  problems.push({ what: `${at} is ${shown.slice(0, 80)}`, where: at, next: `expected ${expected}` });
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isNameList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string" && name !== "");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
