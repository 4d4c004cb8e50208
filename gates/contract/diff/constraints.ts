/** What two versions of a schema say about single values: type, format, enum, default, bounds, pattern. */
import type { Json } from "../../../modsquad/contracts/words.ts";
import { same, show } from "../json.ts";
import type { Level } from "./change.ts";
import type { Spot } from "./spot.ts";
import { LOWER_BOUNDS, UPPER_BOUNDS, type View } from "./view.ts";

export interface Pair {
  old: View;
  now: View;
  spot: Spot;
  tell(rule: string, level: Level, what: string, advice: string): void;
}

const WIDER: Record<string, string> = { int32: "int64", float: "double" };

export function compareConstraints(pair: Pair): void {
  compareTypes(pair);
  compareValues(pair);
  compareDefault(pair);
  compareBounds(pair);
  comparePattern(pair);
}

function compareTypes(pair: Pair): void {
  const { old, now, spot, tell } = pair;
  const request = spot.direction === "request";
  const [from, to] = request ? [old, now] : [now, old];
  const missing = uncovered(from.types, to.types, spot.asText && request);
  if (missing === null) {
    compareFormat(pair);
    return;
  }
  const composed = (view: View) =>
    view.types === null &&
    (view.oneOf.length > 0 || view.anyOf.length > 0 || view.values !== null || view.properties.size > 0);
  if (composed(from) || (to.types === null && composed(to))) return;
  const onlyNull = missing.length === 1 && missing[0] === "null";
  const rule = onlyNull ? (request ? "became-not-nullable" : "became-nullable") : "type-changed";
  const was = listed(old.types);
  const advice = `Keep ${request ? "accepting" : "sending"} ${was}, or add a new property beside it.`;
  tell(rule, "breaking", `was ${was}, is ${listed(now.types)}`, advice);
}

function compareFormat({ old, now, spot, tell }: Pair): void {
  const request = spot.direction === "request";
  const [from, to] = request ? [old.format, now.format] : [now.format, old.format];
  if (from === to || to === null || (from !== null && WIDER[from] === to)) return;
  // A format beside a type that grew with it says nothing new.
  if (request && !sameTypes(old.types, now.types) && old.types?.has("integer")) return;
  const [was, is] = [old.format ?? "free", now.format ?? "free"];
  const advice = `Restore the format ${was === "free" ? "(none)" : was}, or add a new property beside it.`;
  tell("format-changed", "breaking", `its format was ${was}, is ${is}`, advice);
}

const lacks = (list: Json[], value: Json) => !list.some((one) => same(one, value));

function compareValues(pair: Pair): void {
  if (pair.spot.direction === "request") acceptedValues(pair);
  else sentValues(pair);
}

function acceptedValues({ old, now, tell }: Pair): void {
  if (!now.values) return;
  if (!old.values) {
    if (old.types?.size === 1 && old.types.has("boolean") && now.values.length > 1) return;
    const advice = "Accept other values as before, or publish a new version.";
    tell("became-enum", "breaking", `only ${show(now.values)} are accepted now`, advice);
    return;
  }
  for (const value of old.values.filter((one) => lacks(now.values!, one))) {
    const advice = `Keep accepting ${show(value)} (it may be deprecated first).`;
    tell("enum-value-removed", "breaking", `${show(value)} is no longer accepted`, advice);
  }
}

function sentValues({ old, now, tell }: Pair): void {
  if (!old.values) return;
  if (!now.values) {
    const rule = old.isConst ? "const-removed" : "enum-opened";
    const advice = "Tell readers that other values will come, or keep the list.";
    tell(rule, "breaking", `was one of ${show(old.values)}, may be anything now`, advice);
    return;
  }
  for (const value of now.values.filter((one) => lacks(old.values!, one))) {
    const rule = old.isConst ? "const-changed" : "enum-value-added";
    const advice =
      "Readers that list every value meet one they do not know: announce it, or send it only to those who ask.";
    tell(rule, "breaking", `may now be ${show(value)}`, advice);
  }
}

/** Parameters tell of their own defaults; what a reader is told of a default binds nobody. */
function compareDefault({ old, now, spot, tell }: Pair): void {
  if (spot.direction === "response" || spot.kind === "request-parameter" || same(old.default, now.default))
    return;
  if (old.default === undefined) return;
  const what = `defaulted to ${show(old.default)}, now to ${show(now.default ?? "nothing")}`;
  tell(
    "default-changed",
    "warning",
    what,
    `Restore the default ${show(old.default)}: who leaves it out counts on it.`,
  );
}

/** Bounds that nobody can have relied on to be far away: their arrival breaks. Others often write down what always held. */
const STRICT_WHEN_SET = ["minProperties", "maxProperties"];
/** Bounds that readers size their stores by. */
const STRICT_WHEN_UNSET = ["maxLength", "minItems"];

function compareBounds(pair: Pair): void {
  const { old, now, spot, tell } = pair;
  for (const key of [...LOWER_BOUNDS, ...UPPER_BOUNDS]) {
    // Nothing is shorter than 0: a missing lower count is 0.
    const neutral = key === "minLength" ? 0 : undefined;
    const was = old.bounds[key] ?? neutral;
    const is = now.bounds[key] ?? neutral;
    if (was === is) continue;
    if (spot.direction === "request") tightened(pair, key, was, is);
    else loosened(pair, key, was, is);
  }
  if (spot.direction === "request" && now.uniqueItems && !old.uniqueItems)
    tell("unique-items-set", "warning", "items must be unique now", "Accept repeated items as before.");
  if (now.multipleOf === old.multipleOf) return;
  const [wide, narrow] = spot.direction === "request" ? [old, now] : [now, old];
  if (
    narrow.multipleOf === null ||
    (wide.multipleOf !== null && Number.isInteger(wide.multipleOf / narrow.multipleOf))
  )
    return;
  const what = `was a multiple of ${old.multipleOf ?? "anything"}, is of ${now.multipleOf ?? "anything"}`;
  tell("multiple-of-changed", old.multipleOf === null ? "warning" : "breaking", what, "Restore multipleOf.");
}

const word = (key: string) => key.replace(/([A-Z])/g, (letter) => `-${letter.toLowerCase()}`);
const isLower = (key: string) => LOWER_BOUNDS.includes(key);

function tightened({ tell }: Pair, key: string, was: number | undefined, is: number | undefined): void {
  if (is === undefined) return;
  if (was === undefined) {
    const level = STRICT_WHEN_SET.includes(key) ? "breaking" : "warning";
    const advice = `Values beyond ${is} were accepted: make sure nobody sends them, or drop ${key}.`;
    tell(`${word(key)}-set`, level, `${key} is now ${is}`, advice);
  } else if (isLower(key) ? is > was : is < was) {
    const verb = isLower(key) ? "increased" : "decreased";
    tell(`${word(key)}-${verb}`, "breaking", `${key} was ${was}, is ${is}`, `Restore ${key}: ${was}.`);
  }
}

function loosened({ tell }: Pair, key: string, was: number | undefined, is: number | undefined): void {
  if (was === undefined) return;
  if (is === undefined) {
    const level = STRICT_WHEN_UNSET.includes(key) ? "breaking" : "warning";
    tell(
      `${word(key)}-unset`,
      level,
      `${key} was ${was}, there is none now`,
      `Restore ${key}: ${was}, or tell readers.`,
    );
  } else if (isLower(key) ? is < was : is > was) {
    const verb = isLower(key) ? "decreased" : "increased";
    tell(`${word(key)}-${verb}`, "breaking", `${key} was ${was}, is ${is}`, `Restore ${key}: ${was}.`);
  }
}

const FREE_PATTERNS: (string | null)[] = [null, "", ".*", "^.*$"];

function comparePattern({ old, now, spot, tell }: Pair): void {
  if (now.pattern === old.pattern) return;
  const [from, to] = spot.direction === "request" ? [old.pattern, now.pattern] : [now.pattern, old.pattern];
  if (FREE_PATTERNS.includes(to)) return;
  if (spot.direction === "response") {
    const what = `the pattern was ${old.pattern}, ${now.pattern === null ? "there is none now" : `is ${now.pattern}`}`;
    tell("pattern-changed", "warning", what, "Make sure that every text sent fits the pattern readers know.");
  } else if (FREE_PATTERNS.includes(from)) {
    tell("pattern-added", "breaking", `must match ${now.pattern} now`, "Accept other texts as before.");
  } else {
    const what = `the pattern was ${old.pattern}, is ${now.pattern}`;
    tell("pattern-changed", "warning", what, "Make sure that every text accepted before still is.");
  }
}

const listed = (types: Set<string> | null) => (types ? [...types].join(" or ") : "any type");
const sameTypes = (one: Set<string> | null, other: Set<string> | null) =>
  one === other ||
  (one !== null && other !== null && one.size === other.size && [...one].every((type) => other.has(type)));

/** Types of `from` that `to` does not admit; null when all are. */
function uncovered(
  from: Set<string> | null,
  to: Set<string> | null,
  stringTakesAll: boolean,
): string[] | null {
  if (to === null) return null;
  if (from === null) return ["any"];
  const missing = [...from].filter(
    (type) =>
      !to.has(type) &&
      !(type === "integer" && to.has("number")) &&
      !(stringTakesAll && to.has("string") && !["array", "object"].includes(type)),
  );
  return missing.length > 0 ? missing : null;
}
