/** Inputs meant to break one constraint each. Whether they do is for a validator to say, not for these mutators. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asObject, isObject, texts, withValue } from "../json.ts";

export interface Mutant {
  /** The constraint it is meant to break. */
  kind: string;
  /** Where in the value. */
  keys: string[];
  /** The whole value. */
  value: Json;
}

/** What a schema means, references followed. */
export type Meaning = (schema: Json | undefined) => JsonObject;

const MAX_DEPTH = 5;
const LONGEST = 20_000;
const BY_TYPE: Record<string, Json[]> = {
  string: [12345, { not: "a text" }, true],
  integer: ["not-a-number", 1.5, {}],
  number: ["not-a-number", {}, true],
  boolean: ["not-a-boolean", 7, {}],
  array: ["not-a-list", { not: "a list" }],
  object: ["not-an-object", 7, []],
  null: ["not-null"],
};
const BAD_FORMATS: Record<string, string> = {
  "date-time": "yesterday",
  date: "2026-13-45",
  time: "25:99",
  email: "not an email",
  uuid: "not-a-uuid",
  uri: "not a uri",
  url: "not a url",
  ipv4: "999.1.1.1",
  ipv6: "not:an:ip:zz",
  hostname: "-bad-.host_name",
  byte: "not base64!",
  duration: "forever",
  "json-pointer": "no~pointer",
};

const typesOf = (schema: JsonObject) =>
  typeof schema.type === "string" ? [schema.type] : texts(schema.type);

function* scalars(schema: JsonObject, base: Json): Generator<[string, Json]> {
  const types = typesOf(schema);
  const [type] = types.filter((one) => one !== "null");
  if (type !== undefined) for (const value of BY_TYPE[type] ?? []) yield ["type", value];
  if (types.length > 0 && !types.includes("null") && schema.nullable !== true) yield ["nullable", null];
  if (Array.isArray(schema.enum)) {
    yield ["enum", type === "integer" || type === "number" ? 987_654_321 : "not-in-the-list"];
  }
  if (schema.const !== undefined)
    yield ["const", typeof schema.const === "number" ? 987_654_321 : "not-the-constant"];
  yield* numbers(schema, type);
  yield* lengths(schema, base);
}

function* numbers(schema: JsonObject, type: string | undefined): Generator<[string, Json]> {
  const number = (key: string) => (typeof schema[key] === "number" ? schema[key] : undefined);
  const [low, high, above, below, step] = [
    number("minimum"),
    number("maximum"),
    number("exclusiveMinimum"),
    number("exclusiveMaximum"),
    number("multipleOf"),
  ];
  if (low !== undefined) yield ["minimum", schema.exclusiveMinimum === true ? low : Math.floor(low) - 1];
  if (high !== undefined) yield ["maximum", schema.exclusiveMaximum === true ? high : Math.ceil(high) + 1];
  if (above !== undefined) yield ["exclusiveMinimum", above];
  if (below !== undefined) yield ["exclusiveMaximum", below];
  if (step !== undefined)
    yield [
      "multipleOf",
      (low ?? 0) + step * (type === "integer" ? 1 : 1.5) + (type === "integer" && step > 1 ? 1 : step / 3),
    ];
}

function* lengths(schema: JsonObject, base: Json): Generator<[string, Json]> {
  const { minLength, maxLength, pattern, format } = schema;
  const text = typeof base === "string" && base !== "" ? base : "x";
  if (typeof minLength === "number" && minLength > 0) yield ["minLength", text.slice(0, minLength - 1)];
  if (typeof maxLength === "number" && maxLength < LONGEST)
    yield ["maxLength", text.repeat(Math.ceil((maxLength + 1) / text.length))];
  if (typeof pattern === "string")
    for (const value of ["\u0001~ !", "§§", "", "0", "zz zz", "AAAAAAAAAAAA"]) yield ["pattern", value];
  if (typeof format === "string" && BAD_FORMATS[format] !== undefined) yield ["format", BAD_FORMATS[format]];
}

function* lists(schema: JsonObject, base: Json[]): Generator<[string, Json]> {
  const { minItems, maxItems } = schema;
  if (typeof minItems === "number" && minItems > 0) yield ["minItems", base.slice(0, minItems - 1)];
  const [first] = base;
  if (typeof maxItems === "number" && maxItems < 1000 && first !== undefined)
    yield ["maxItems", Array.from({ length: maxItems + 1 }, () => first)];
  if (schema.uniqueItems === true && first !== undefined) yield ["uniqueItems", [first, first]];
}

function* objects(schema: JsonObject, base: JsonObject): Generator<[string, Json]> {
  for (const name of texts(schema.required)) {
    if (base[name] === undefined) continue;
    const { [name]: _gone, ...rest } = base;
    yield ["required", rest];
  }
  if (schema.additionalProperties === false)
    yield ["additionalProperties", { ...base, "meta-orch-unknown": 1 }];
  const { minProperties, maxProperties } = schema;
  if (typeof minProperties === "number" && minProperties > 0)
    yield ["minProperties", Object.fromEntries(Object.entries(base).slice(0, minProperties - 1))];
  if (typeof maxProperties === "number" && maxProperties < 100) {
    yield [
      "maxProperties",
      {
        ...base,
        ...Object.fromEntries(Array.from({ length: maxProperties + 1 }, (_, index) => [`extra${index}`, 1])),
      },
    ];
  }
}

/** Every mutant of a valid value: one change each, at any depth the value reaches. */
export function* mutants(
  schema: Json | undefined,
  base: Json,
  meaning: Meaning,
  root = base,
  keys: string[] = [],
): Generator<Mutant> {
  const node = meaning(schema);
  const put = ([kind, value]: [string, Json]): Mutant => ({
    kind,
    keys,
    value: keys.length === 0 ? value : withValue(root, keys, value),
  });
  if (node.readOnly === true) return;
  for (const one of scalars(node, base)) yield put(one);
  if (Array.isArray(base)) for (const one of lists(node, base)) yield put(one);
  if (isObject(base)) for (const one of objects(node, base)) yield put(one);
  if (keys.length >= MAX_DEPTH) return;
  for (const key of ["allOf", "oneOf", "anyOf"]) {
    for (const branch of Array.isArray(node[key]) ? node[key] : []) {
      for (const mutant of mutants(branch, base, meaning, root, keys)) {
        yield key === "allOf"
          ? mutant
          : { ...mutant, kind: mutant.keys.length === keys.length ? key : mutant.kind };
      }
    }
  }
  if (Array.isArray(base) && base[0] !== undefined)
    yield* mutants(node.items, base[0], meaning, root, [...keys, "0"]);
  if (!isObject(base)) return;
  for (const [name, property] of Object.entries(asObject(node.properties))) {
    if (base[name] !== undefined) yield* mutants(property, base[name]!, meaning, root, [...keys, name]);
  }
}

/** Constraint kinds a schema declares, at any depth. */
export function kindsIn(
  schema: Json | undefined,
  meaning: Meaning,
  into: Set<string>,
  seen = new Set<JsonObject>(),
  depth = 0,
): Set<string> {
  const node = meaning(schema);
  if (seen.has(node) || depth > MAX_DEPTH + 2 || node.readOnly === true) return into;
  seen.add(node);
  for (const key of "enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern minItems maxItems minProperties maxProperties type".split(
    " ",
  )) {
    const value = node[key];
    if (
      value !== undefined &&
      !(/^min/.test(key) && value === 0 && key !== "minimum") &&
      value !== false &&
      value !== true
    )
      into.add(key);
  }
  if (texts(node.required).length > 0) into.add("required");
  if (node.additionalProperties === false) into.add("additionalProperties");
  if (node.uniqueItems === true) into.add("uniqueItems");
  if (typeof node.format === "string" && BAD_FORMATS[node.format] !== undefined) into.add("format");
  for (const inner of [...Object.values(asObject(node.properties)), node.items])
    if (inner !== undefined) kindsIn(inner, meaning, into, seen, depth + 1);
  for (const key of ["allOf", "oneOf", "anyOf"])
    for (const branch of Array.isArray(node[key]) ? node[key] : [])
      kindsIn(branch, meaning, into, seen, depth + 1);
  return into;
}
