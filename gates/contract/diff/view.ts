/** What a schema says, its allOf folded in, so that two ways of writing the same thing compare as the same. */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { asArray, isObject, same, step, texts } from "../json.ts";
import { type Place, placeOf } from "./change.ts";

export interface View {
  /** Null: any type. "integer" and "number" stay apart. */
  types: Set<string> | null;
  format: string | null;
  /** The admitted values, from enum or const; null: any. */
  values: Json[] | null;
  isConst: boolean;
  bounds: Record<string, number>;
  pattern: string | null;
  multipleOf: number | null;
  uniqueItems: boolean;
  properties: Map<string, Place>;
  required: Set<string>;
  closed: boolean;
  items: Place | null;
  additional: Place | null;
  oneOf: Place[];
  anyOf: Place[];
  default: Json | undefined;
  readOnly: boolean;
  writeOnly: boolean;
  deprecated: boolean;
  pointer: string;
}

const LOWER = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"];
const UPPER = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"];
export const LOWER_BOUNDS: readonly string[] = LOWER;
export const UPPER_BOUNDS: readonly string[] = UPPER;
const MAX_DEPTH = 12;

function typesOf(node: JsonObject): Set<string> | null {
  const list = typeof node.type === "string" ? [node.type] : texts(node.type);
  if (list.length === 0) return null;
  return new Set(node.nullable === true ? [...list, "null"] : list);
}

function boundsOf(node: JsonObject): Record<string, number> {
  const bounds: Record<string, number> = {};
  for (const key of [...LOWER, ...UPPER]) {
    const value = node[key];
    if (typeof value === "number") bounds[key] = value;
  }
  for (const [bound, flag] of [
    ["minimum", "exclusiveMinimum"],
    ["maximum", "exclusiveMaximum"],
  ] as const) {
    const limit = bounds[bound];
    if (node[flag] === true && limit !== undefined) {
      bounds[flag] = limit;
      delete bounds[bound];
    }
  }
  return bounds;
}

function meet(one: Set<string> | null, other: Set<string> | null): Set<string> | null {
  if (!one || !other) return one ?? other;
  const both = [...one].filter((type) => other.has(type) || (type === "integer" && other.has("number")));
  return new Set(both.length > 0 ? both : one);
}

function tighten(into: Record<string, number>, bounds: Record<string, number>): void {
  for (const [key, value] of Object.entries(bounds)) {
    const old = into[key];
    into[key] = old === undefined ? value : LOWER.includes(key) ? Math.max(old, value) : Math.min(old, value);
  }
}

/** The view of one schema object without its allOf. */
function bare(root: JsonObject, { node, pointer }: Place): View {
  const list = (key: string) =>
    asArray(node[key]).flatMap((one, index) => placeOf(root, one, `${pointer}/${key}/${index}`) ?? []);
  const inner = (key: string) =>
    node[key] === undefined ? null : placeOf(root, node[key], `${pointer}/${key}`);
  const properties = new Map<string, Place>();
  for (const [name, value] of Object.entries(isObject(node.properties) ? node.properties : {})) {
    const place = placeOf(root, value, `${pointer}/properties/${step(name)}`);
    if (place) properties.set(name, place);
  }
  const isConst = node.const !== undefined;
  return {
    types: typesOf(node),
    format: typeof node.format === "string" ? node.format : null,
    values: isConst ? [node.const!] : Array.isArray(node.enum) ? node.enum : null,
    isConst,
    bounds: boundsOf(node),
    pattern: typeof node.pattern === "string" ? node.pattern : null,
    multipleOf: typeof node.multipleOf === "number" ? node.multipleOf : null,
    uniqueItems: node.uniqueItems === true,
    properties,
    required: new Set(texts(node.required)),
    closed: node.additionalProperties === false,
    items: isObject(node.items) ? inner("items") : null,
    additional: isObject(node.additionalProperties) ? inner("additionalProperties") : null,
    oneOf: list("oneOf"),
    anyOf: list("anyOf"),
    default: node.default,
    readOnly: node.readOnly === true,
    writeOnly: node.writeOnly === true,
    deprecated: node.deprecated === true,
    pointer,
  };
}

/** A schema with everything its allOf adds. */
export function viewOf(root: JsonObject, place: Place, depth = 0): View {
  const view = bare(root, place);
  if (depth >= MAX_DEPTH) return view;
  for (const [index, part] of asArray(place.node.allOf).entries()) {
    const inner = placeOf(root, part, `${place.pointer}/allOf/${index}`);
    if (inner) fold(view, viewOf(root, inner, depth + 1));
  }
  return typesOfBranches(nullAsType(view));
}

/** `oneOf: [{type: string}, {type: integer}]` is another way to write two types. */
function typesOfBranches(view: View): View {
  if (view.types) return view;
  for (const key of ["oneOf", "anyOf"] as const) {
    const branches = view[key];
    const plain = branches.every(
      ({ node }) => Object.keys(node).length === 1 && typeof node.type === "string",
    );
    if (branches.length === 0 || !plain) continue;
    view.types = new Set(branches.map(({ node }) => String(node.type)));
    view[key] = [];
  }
  return view;
}

function fold(view: View, other: View): void {
  view.types = meet(view.types, other.types);
  view.format ??= other.format;
  const limit = other.values;
  if (limit) view.values = view.values?.filter((value) => limit.some((one) => same(one, value))) ?? limit;
  view.isConst ||= other.isConst;
  tighten(view.bounds, other.bounds);
  view.pattern ??= other.pattern;
  view.multipleOf ??= other.multipleOf;
  view.uniqueItems ||= other.uniqueItems;
  for (const [name, property] of other.properties) {
    if (!view.properties.has(name)) view.properties.set(name, property);
  }
  for (const name of other.required) view.required.add(name);
  view.closed ||= other.closed;
  view.items ??= other.items;
  view.additional ??= other.additional;
  if (view.oneOf.length === 0) view.oneOf = other.oneOf;
  if (view.anyOf.length === 0) view.anyOf = other.anyOf;
  view.default ??= other.default;
  view.readOnly ||= other.readOnly;
  view.writeOnly ||= other.writeOnly;
}

/** `anyOf: [X, {type: null}]` is X or null: the null becomes a type and a lone X is folded in. */
function nullAsType(view: View): View {
  for (const key of ["anyOf", "oneOf"] as const) {
    const rest = view[key].filter(({ node }) => node.type !== "null");
    if (rest.length === view[key].length || rest.length === 0) continue;
    if (rest.length > 1 || view.types) continue;
    const types = typesOf(rest[0]!.node);
    if (!types) continue;
    view[key] = [];
    view.types = new Set([...types, "null"]);
    const inner = bare({}, rest[0]!);
    fold({ ...view, types: null }, inner);
    view.format ??= inner.format;
    view.values ??= inner.values ? [...inner.values, null] : null;
    for (const [name, property] of inner.properties) view.properties.set(name, property);
    for (const name of inner.required) view.required.add(name);
    view.items ??= inner.items;
  }
  return view;
}
