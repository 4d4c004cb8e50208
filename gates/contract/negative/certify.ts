/** Invalid inputs for one operation, each certified by Ajv, which made none of them. */
import type { Json } from "../../../modsquad/contracts/words.ts";
import { at, keysOfRef, show } from "../json.ts";
import { isIgnored, preferredMedia } from "../live/inputs.ts";
import { readings } from "../live/judge.ts";
import { isJson } from "../live/wire.ts";
import type { Validator } from "../schema/validator.ts";
import type { Call, Operation, Parameter } from "../types.ts";
import { kindsIn, mutants } from "./mutate.ts";

export interface Invalid {
  kind: string;
  /** "query parameter limit" or "body /items/0". */
  where: string;
  what: string;
  call: Call;
  /** The schema it was judged by and the value, for other validators; null for a missing part. */
  proof: { pointer: string; values: Json[] } | null;
}

const MAX_TEXT = 1500;

/**
 * The constraint every reading of a value breaks: the one that was meant, or another; null when a reading is valid.
 */
function broken(
  validator: Validator,
  pointer: string,
  values: readonly Json[],
  meant: string,
): string | null {
  let found: string | null = null;
  for (const value of values) {
    const judged = validator.check(pointer, value);
    if ("unusable" in judged || judged.valid) return null;
    const keywords = judged.violations.map(({ keyword }) => keyword);
    // A number in a query is a text too, and breaks "type" as that: the reading that breaks what was meant counts.
    if (keywords.includes(meant === "nullable" ? "type" : meant)) found = meant;
    else found ??= keywords[0] ?? null;
  }
  return found;
}

function ofParameter(validator: Validator, base: Call, parameter: Parameter): Invalid[] {
  const key = `${parameter.in}/${parameter.name}`;
  const where = `${parameter.in} parameter ${parameter.name}`;
  const found: Invalid[] = [];
  const value = base.values[key];
  if (parameter.required && parameter.in !== "path" && value !== undefined) {
    const { [key]: _gone, ...values } = base.values;
    found.push({ kind: "required", where, what: "is missing", call: { ...base, values }, proof: null });
  }
  if (parameter.schema === null || parameter.mediaType !== undefined) return found;
  const schema = at(validator.document.root, keysOfRef(parameter.schema));
  const type = validator.meaning(schema).type;
  // How lists and objects are written leaves too much room to be sure that a text is wrong.
  if (type === "array" || type === "object") return found;
  for (const mutant of mutants(schema, value ?? "x", validator.meaning)) {
    if (typeof mutant.value === "object") continue;
    const text = String(mutant.value);
    if (text === "" || text.length > MAX_TEXT || (parameter.in === "path" && /^\.{1,2}$/.test(text)))
      continue;
    if (parameter.in !== "query" && /[^\x20-\x7e]/.test(text)) continue;
    const values = readings(text).filter((one) => !Array.isArray(one));
    // What is trimmed on the way is another value.
    if (parameter.in === "header" && text !== text.trim()) continue;
    const kind = broken(validator, parameter.schema, values, mutant.kind);
    if (kind === null) continue;
    found.push({
      kind,
      where,
      what: `is ${show(text)}`,
      call: { ...base, values: { ...base.values, [key]: text } },
      proof: { pointer: parameter.schema, values },
    });
  }
  return found;
}

function ofBody(validator: Validator, base: Call): Invalid[] {
  const { operation } = base;
  if (!operation.body) return [];
  const found: Invalid[] = [];
  if (operation.body.required && base.body !== undefined) {
    found.push({
      kind: "required",
      where: "body",
      what: "is missing",
      call: { ...base, body: undefined, mediaType: null },
      proof: null,
    });
  }
  const media = preferredMedia(operation.body);
  if (!media?.schema || base.body === undefined || !isJson(media.type)) return found;
  const { schema } = media;
  for (const mutant of mutants(
    at(validator.document.root, keysOfRef(schema)),
    base.body,
    validator.meaning,
  )) {
    // An optional body that is null reads as none to many servers.
    if (mutant.value === null && !operation.body.required) continue;
    const kind = broken(validator, schema, [mutant.value], mutant.kind);
    if (kind === null) continue;
    const place = mutant.keys.length > 0 ? `body /${mutant.keys.join("/")}` : "body";
    const inner = at(mutant.value, mutant.keys);
    found.push({
      kind,
      where: place,
      what: `is ${show(inner)}`,
      call: { ...base, body: mutant.value },
      proof: { pointer: schema, values: [mutant.value] },
    });
  }
  return found;
}

/** One certified invalid input for every place and constraint kind of an operation, `limit` at most. */
export function invalidInputs(validator: Validator, base: Call, limit: number): Invalid[] {
  const all = [
    ...base.operation.parameters
      .filter((one) => !isIgnored(one) && one.in !== "cookie")
      .flatMap((one) => ofParameter(validator, base, one)),
    ...ofBody(validator, base),
  ];
  const byPlace = new Map<string, Invalid>();
  for (const one of all) {
    const key = `${one.kind} ${one.where.replace(/\/\d+/g, "/*")}`;
    if (!byPlace.has(key)) byPlace.set(key, one);
  }
  // Every kind once before any kind twice, so that a limit costs repetition, not kinds.
  const kinds = new Map<string, number>();
  const ranked = [...byPlace.values()].map((one) => {
    const rank = kinds.get(one.kind) ?? 0;
    kinds.set(one.kind, rank + 1);
    return { one, rank };
  });
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ one }) => one);
}

/** Constraint kinds the inputs of an operation declare. */
export function declaredKinds(validator: Validator, operation: Operation): Set<string> {
  const kinds = new Set<string>();
  const read = (pointer: string | null) => {
    if (pointer !== null) kindsIn(at(validator.document.root, keysOfRef(pointer)), validator.meaning, kinds);
  };
  for (const parameter of operation.parameters) {
    if (isIgnored(parameter)) continue;
    if (parameter.required && parameter.in !== "path") kinds.add("required");
    read(parameter.schema);
  }
  if (operation.body) read(preferredMedia(operation.body)?.schema ?? null);
  return kinds;
}
