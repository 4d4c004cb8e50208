/** The operations of an OpenAPI document that can be asked without knowing anything and without changing anything. */
import type { Options } from "../../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { foundFlow, plainStep } from "../read-flows.ts";
import type { Flow } from "../types.ts";

const MAX_FLOWS = 50;

const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** Follows a reference within the document, a few levels deep at most. */
function resolve(document: JsonObject, value: Json | undefined): JsonObject {
  let current = object(value);
  for (let depth = 0; depth < 8 && typeof current.$ref === "string"; depth += 1) {
    if (!current.$ref.startsWith("#/")) return {};
    let target: Json | undefined = document;
    for (const part of current.$ref.slice(2).split("/")) {
      target = object(target)[part.replaceAll("~1", "/").replaceAll("~0", "~")];
    }
    current = object(target);
  }
  return current;
}

/** A value the document itself offers for a parameter. */
function exampleOf(parameter: JsonObject, schema: JsonObject): Json | undefined {
  const named = Object.values(object(parameter.examples)).map((one) => object(one).value);
  return [
    parameter.example,
    ...named,
    schema.example,
    ...list(schema.examples),
    schema.default,
    ...list(schema.enum),
  ].find((value) => value !== undefined && value !== null && typeof value !== "object");
}

/** The query an operation needs, or null when it needs something the document gives no value for. */
function queryOf(document: JsonObject, item: JsonObject, operation: JsonObject): string | null {
  const query = new URLSearchParams();
  for (const entry of [...list(item.parameters), ...list(operation.parameters)]) {
    const parameter = resolve(document, entry);
    if (parameter.required !== true && parameter.in !== "path") continue;
    if (parameter.in !== "query") return null;
    const example = exampleOf(parameter, resolve(document, parameter.schema ?? parameter));
    if (example === undefined) return null;
    query.set(String(parameter.name), String(example));
  }
  return query.size > 0 ? `?${query}` : "";
}

/** The path all operations lie below, unless the base URL already ends with it. */
function prefixOf(document: JsonObject, base: URL): string {
  const server = object(list(document.servers)[0]).url;
  const written =
    typeof server === "string" ? server : typeof document.basePath === "string" ? document.basePath : "";
  if (written === "" || written.includes("{") || !URL.canParse(written, "http://localhost")) return "";
  const path = new URL(written, "http://localhost").pathname.replace(/\/+$/, "");
  return base.pathname.replace(/\/+$/, "").endsWith(path) ? "" : path;
}

const needsCredentials = (document: JsonObject, operation: JsonObject) =>
  list(operation.security ?? document.security).some((one) => Object.keys(object(one)).length > 0);

/** A flow per GET operation without path parameters, at most 50. */
export function openapiFlows(document: JsonObject, base: URL, options: Options): Flow[] {
  const prefix = prefixOf(document, base);
  const flows: Flow[] = [];
  for (const [path, entry] of Object.entries(object(document.paths))) {
    const item = resolve(document, entry);
    const operation = object(item.get);
    if (flows.length >= MAX_FLOWS) break;
    if (
      item.get === undefined ||
      path.includes("{") ||
      !path.startsWith("/") ||
      operation.deprecated === true
    )
      continue;
    const query = queryOf(document, item, operation);
    if (query === null) continue;
    const statuses: Json[] = needsCredentials(document, operation)
      ? ["2xx", "3xx", 401, 403]
      : ["2xx", "3xx"];
    const step = plainStep(`${prefix}${path}${query}`, statuses, options);
    flows.push(foundFlow(`GET ${path}`, "openapi", [{ ...step, name: "" }]));
  }
  return flows;
}

/** True for something that looks like an OpenAPI or Swagger document. */
export function isOpenapi(value: Json | undefined): value is JsonObject {
  const document = object(value);
  const version = document.openapi ?? document.swagger;
  return typeof version === "string" && Object.keys(object(document.paths)).length > 0;
}
