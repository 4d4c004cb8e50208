// The API document is the contract: routes, parameters, bodies and security are read from openapi.json,
// so that what is served and what is documented cannot drift apart on the way in.
import { readFileSync } from "node:fs";
import { ROOT } from "./config.mjs";
import { Problem } from "./http.mjs";
import { assertSupported, resolve, validate } from "./schema.mjs";

/**
 * @typedef {object} Operation
 * @property {string} id
 * @property {string} method upper case
 * @property {RegExp} path @property {string[]} names of the path parameters, in order
 * @property {any[]} parameters @property {any} bodySchema @property {boolean} bodyRequired
 * @property {boolean} secured
 */

const METHODS = ["get", "post", "put", "patch", "delete"];

export const documentText = readFileSync(`${ROOT}openapi.json`, "utf8");
export const document = JSON.parse(documentText);

/** @param {string} template @returns {RegExp} */
function pathPattern(template) {
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\{[^}]+\}/g, "([^/]+)")}$`);
}

/** @param {string} template @param {string} method @param {any} item @returns {Operation} */
function compile(template, method, item) {
  const source = item[method];
  const parameters = [...(item.parameters ?? []), ...(source.parameters ?? [])].map((p) =>
    resolve(document, p),
  );
  for (const p of parameters) assertSupported(document, p.schema, `${source.operationId}.${p.name}`);
  const body = source.requestBody && resolve(document, source.requestBody);
  const bodySchema = body?.content["application/json"].schema;
  if (bodySchema) assertSupported(document, bodySchema, `${source.operationId}.body`);
  return {
    id: source.operationId,
    method: method.toUpperCase(),
    path: pathPattern(template),
    names: [...template.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? ""),
    parameters,
    bodySchema,
    bodyRequired: body?.required ?? false,
    secured: (source.security ?? document.security ?? []).length > 0,
  };
}

/** @returns {Operation[]} */
export function operations() {
  const found = [];
  for (const [template, item] of Object.entries(document.paths)) {
    for (const method of METHODS)
      if (/** @type {any} */ (item)[method]) found.push(compile(template, method, item));
  }
  return found;
}

/** @param {string} text @param {any} schema @returns {any} the value as its schema types it, else the text itself */
function coerce(text, schema) {
  const { type } = resolve(document, schema);
  if (type === "integer" && /^-?\d+$/.test(text)) return Number(text);
  return text;
}

/**
 * @param {any} parameter @param {Record<string, string>} path @param {URLSearchParams} query
 * @param {import("node:http").IncomingHttpHeaders} headers @returns {string[]}
 */
function rawValues(parameter, path, query, headers) {
  if (parameter.in === "query") return query.getAll(parameter.name);
  if (parameter.in === "header") return [headers[parameter.name.toLowerCase()] ?? []].flat();
  return [path[parameter.name] ?? []].flat();
}

/**
 * Parameters by name, typed, defaults filled in. Throws Problem 400.
 * @param {Operation} operation @param {string[]} captured @param {URLSearchParams} query
 * @param {import("node:http").IncomingHttpHeaders} headers @returns {Record<string, any>}
 */
export function readParameters(operation, captured, query, headers) {
  const path = Object.fromEntries(operation.names.map((name, index) => [name, captured[index] ?? ""]));
  const faults = [];
  /** @type {Record<string, any>} */
  const values = {};
  for (const parameter of operation.parameters) {
    const raw = rawValues(parameter, path, query, headers);
    const at = `${parameter.in}/${parameter.name}`;
    if (raw.length === 0) {
      if (parameter.required) faults.push({ path: at, message: "is required" });
      values[parameter.name] = resolve(document, parameter.schema).default;
    } else if (raw.length > 1) {
      faults.push({ path: at, message: "must be given once" });
    } else {
      values[parameter.name] = coerce(raw[0] ?? "", parameter.schema);
      faults.push(...validate(document, parameter.schema, values[parameter.name], at));
    }
  }
  if (faults.length > 0) throw new Problem(400, "A parameter is not valid", { faults });
  return values;
}

/** Throws Problem 400 or 415. @param {Operation} operation @param {any} body undefined = none was sent */
export function checkBody(operation, body) {
  if (!operation.bodySchema) return;
  if (body === undefined) {
    if (operation.bodyRequired) throw new Problem(400, "A JSON body is required");
    return;
  }
  const faults = validate(document, operation.bodySchema, body, "");
  if (faults.length > 0) throw new Problem(400, "The body is not valid", { faults });
}
