// Checks a value against a JSON Schema of the API document: the subset the document's requests use.
// A keyword outside the subset is refused when the server starts, so nothing is silently unchecked.

/** @typedef {{ [keyword: string]: any }} Schema */
/** @typedef {{ path: string, message: string }} Fault */

const ANNOTATIONS = ["title", "description", "examples", "example", "default", "deprecated"];
const KEYWORDS = [
  "$ref",
  "type",
  "enum",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "minItems",
];
KEYWORDS.push("maxItems", "minimum", "maximum", "minLength", "maxLength", "pattern", "format");
const KNOWN = new Set([...ANNOTATIONS, ...KEYWORDS]);

/** @type {{ [format: string]: RegExp }} */
const FORMATS = {
  email:
    /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i,
  uuid: /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
};

/** @param {any} document @param {Schema} schema @returns {Schema} */
export function resolve(document, schema) {
  let current = schema;
  while (current.$ref) {
    const keys = current.$ref.replace(/^#\//, "").split("/");
    current = keys.reduce((/** @type {any} */ node, /** @type {string} */ key) => node[key], document);
  }
  return current;
}

/**
 * Throws when a schema uses a keyword or format this validator does not know.
 * @param {any} document @param {Schema} schema @param {string} where
 */
export function assertSupported(document, schema, where) {
  const target = resolve(document, schema);
  for (const keyword of Object.keys(target)) {
    if (!KNOWN.has(keyword)) throw new Error(`${where}: keyword "${keyword}" is not supported`);
  }
  if (target.format && !FORMATS[target.format])
    throw new Error(`${where}: format "${target.format}" is not supported`);
  for (const [name, child] of Object.entries(target.properties ?? {})) {
    assertSupported(document, child, `${where}.${name}`);
  }
  if (target.items) assertSupported(document, target.items, `${where}[]`);
}

/** @param {any} value */
function typeOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

/** @param {any} value @param {string} type */
function isType(value, type) {
  if (type === "integer") return Number.isInteger(value);
  return typeOf(value) === type;
}

/** @param {Schema} schema @param {string} value @returns {string | null} */
function stringFault(schema, value) {
  const length = [...value].length;
  if (length < (schema.minLength ?? 0)) return `must have at least ${schema.minLength} characters`;
  if (length > (schema.maxLength ?? Infinity)) return `must have at most ${schema.maxLength} characters`;
  if (schema.pattern && !new RegExp(schema.pattern, "u").test(value)) return `must match ${schema.pattern}`;
  if (schema.format && !FORMATS[schema.format]?.test(value)) return `must be a valid ${schema.format}`;
  return null;
}

/** @param {Schema} schema @param {number} value @returns {string | null} */
function numberFault(schema, value) {
  if (value < (schema.minimum ?? -Infinity)) return `must be at least ${schema.minimum}`;
  if (value > (schema.maximum ?? Infinity)) return `must be at most ${schema.maximum}`;
  return null;
}

/** @param {any} document @param {Schema} schema @param {any[]} value @param {string} path @returns {Fault[]} */
function arrayFaults(document, schema, value, path) {
  if (value.length < (schema.minItems ?? 0))
    return [{ path, message: `must have at least ${schema.minItems} items` }];
  if (value.length > (schema.maxItems ?? Infinity)) {
    return [{ path, message: `must have at most ${schema.maxItems} items` }];
  }
  return value.flatMap((item, index) =>
    schema.items ? validate(document, schema.items, item, `${path}/${index}`) : [],
  );
}

/** @param {any} document @param {Schema} schema @param {any} value @param {string} path @returns {Fault[]} */
function objectFaults(document, schema, value, path) {
  const faults = [];
  const properties = schema.properties ?? {};
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) faults.push({ path: `${path}/${name}`, message: "is required" });
  }
  for (const [name, member] of Object.entries(value)) {
    if (Object.hasOwn(properties, name)) {
      faults.push(...validate(document, properties[name], member, `${path}/${name}`));
    } else if (schema.additionalProperties === false) {
      faults.push({ path: `${path}/${name}`, message: "is not a known field" });
    }
  }
  return faults;
}

/**
 * Every fault of a value, with its JSON pointer; [] when it is valid.
 * @param {any} document the API document, for $ref
 * @param {Schema} schema @param {any} value @param {string} path @returns {Fault[]}
 */
export function validate(document, schema, value, path) {
  const target = resolve(document, schema);
  const types = target.type === undefined ? [] : [target.type].flat();
  if (types.length > 0 && !types.some((type) => isType(value, type))) {
    return [{ path, message: `must be ${types.join(" or ")}` }];
  }
  if (target.enum && !target.enum.includes(value))
    return [{ path, message: `must be one of ${target.enum.join(", ")}` }];
  const kind = typeOf(value);
  if (kind === "object") return objectFaults(document, target, value, path);
  if (kind === "array") return arrayFaults(document, target, value, path);
  const message =
    kind === "string" ? stringFault(target, value) : kind === "number" ? numberFault(target, value) : null;
  return message ? [{ path, message }] : [];
}
