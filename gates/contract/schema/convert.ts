/**
 * Schemas of OpenAPI 3.0 and 3.1 as JSON Schema 2020-12. Documents of 3.1 carry habits of 3.0, so both go this way.
 * What a validator would stumble over (a keyword of the wrong type, an empty enum, a broken pattern) is left out.
 */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asObject, isObject } from "../json.ts";

export type Direction = "request" | "response";

const TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"];
const NUMBERS = ["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"];
const COUNTS = [
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "minContains",
  "maxContains",
];
const ONE = [
  "not",
  "if",
  "then",
  "else",
  "additionalProperties",
  "propertyNames",
  "contains",
  "unevaluatedProperties",
  "unevaluatedItems",
];
const MANY = ["allOf", "anyOf", "oneOf", "prefixItems"];
const NAMED = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

export interface ConvertOptions {
  dialect: "3.0" | "3.1";
  direction: Direction;
  /** The id under which the target of a reference is known to the validator. */
  refTo(ref: string): string;
  /** The schema a property means, references followed: for readOnly and writeOnly. */
  meaning(schema: Json | undefined): JsonObject;
}

const compiles = (pattern: string) => {
  for (const flags of ["u", ""]) {
    try {
      new RegExp(pattern, flags);
      return true;
    } catch {}
  }
  return false;
};

function typesOf(schema: JsonObject): string[] {
  const list = Array.isArray(schema.type) ? schema.type : schema.type === undefined ? [] : [schema.type];
  return list.filter((one): one is string => typeof one === "string" && TYPES.includes(one));
}

/** Properties the other side owns need not be there, even where `required` names them. */
function requiredOf(schema: JsonObject, options: ConvertOptions): string[] | null {
  if (!Array.isArray(schema.required)) return null;
  const foreign = options.direction === "request" ? "readOnly" : "writeOnly";
  const properties = asObject(schema.properties);
  const names = schema.required.filter((one): one is string => typeof one === "string");
  return [...new Set(names)].filter((name) => options.meaning(properties[name])[foreign] !== true);
}

function copyScalars(schema: JsonObject, to: JsonObject): void {
  for (const key of NUMBERS) if (typeof schema[key] === "number") to[key] = schema[key];
  for (const key of COUNTS) {
    const value = schema[key];
    if (typeof value === "number" && Number.isInteger(value) && value >= 0) to[key] = value;
  }
  if (typeof to.multipleOf === "number" && to.multipleOf <= 0) delete to.multipleOf;
  for (const [bound, flag] of [
    ["minimum", "exclusiveMinimum"],
    ["maximum", "exclusiveMaximum"],
  ] as const) {
    if (schema[flag] === true && typeof to[bound] === "number") {
      to[flag] = to[bound];
      delete to[bound];
    }
  }
  if (typeof schema.pattern === "string" && compiles(schema.pattern)) to.pattern = schema.pattern;
  if (typeof schema.format === "string") to.format = schema.format;
  if (typeof schema.uniqueItems === "boolean") to.uniqueItems = schema.uniqueItems;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) to.enum = schema.enum;
  if (schema.const !== undefined) to.const = schema.const;
  // Kept for triage: a value that is the document's own example is not the server's fault.
  for (const key of ["example", "examples", "default"]) if (schema[key] !== undefined) to[key] = schema[key];
}

function copyInner(schema: JsonObject, to: JsonObject, options: ConvertOptions): void {
  for (const key of ONE) {
    const value = schema[key];
    if (typeof value === "boolean" || isObject(value)) to[key] = convert(value, options);
  }
  for (const key of MANY) {
    const list = schema[key];
    if (Array.isArray(list) && list.length > 0) to[key] = list.map((one) => convert(one, options));
  }
  if (Array.isArray(schema.items)) to.prefixItems = schema.items.map((one) => convert(one, options));
  else if (typeof schema.items === "boolean" || isObject(schema.items))
    to.items = convert(schema.items, options);
  for (const key of NAMED) {
    if (!isObject(schema[key])) continue;
    const inner: JsonObject = {};
    for (const [name, value] of Object.entries(schema[key])) {
      if (key !== "patternProperties" || compiles(name)) inner[name] = convert(value, options);
    }
    to[key] = inner;
  }
  if (isObject(schema.dependentRequired)) to.dependentRequired = schema.dependentRequired;
}

function admitNull(to: JsonObject): JsonObject {
  if (Array.isArray(to.enum) && !to.enum.includes(null)) to.enum = [...to.enum, null];
  const composed = ["$ref", "allOf", "anyOf", "oneOf", "const", "not"].some((key) => to[key] !== undefined);
  if (composed) return { anyOf: [to, { type: "null" }] };
  if (Array.isArray(to.type)) to.type = [...new Set([...to.type, "null"])];
  else if (typeof to.type === "string") to.type = [to.type, "null"];
  return to;
}

/** One schema; the document it comes from is not changed. */
export function convert(schema: Json | undefined, options: ConvertOptions): Json {
  if (typeof schema === "boolean") return schema;
  if (!isObject(schema)) return {};
  const to: JsonObject = {};
  if (typeof schema.$ref === "string") {
    to.$ref = options.refTo(schema.$ref);
    if (options.dialect === "3.0") return schema.nullable === true ? admitNull(to) : to;
  }
  const types = typesOf(schema);
  if (types.length > 0) to.type = types.length === 1 ? types[0]! : types;
  copyScalars(schema, to);
  copyInner(schema, to, options);
  const required = requiredOf(schema, options);
  if (required) to.required = required;
  return schema.nullable === true ? admitNull(to) : to;
}
