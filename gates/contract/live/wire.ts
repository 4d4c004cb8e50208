/** A call as it goes over the wire, and as a curl line. Serialisation: OpenAPI 3.1, "Style Values". */
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { isObject } from "../json.ts";
import type { Call, Parameter } from "../types.ts";
import type { Wire } from "./client.ts";

const scalar = (value: Json | undefined): string =>
  typeof value === "string"
    ? value
    : value === null || value === undefined
      ? ""
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);

const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function simple(value: Json): string {
  if (Array.isArray(value)) return value.map(scalar).join(",");
  if (isObject(value))
    return Object.entries(value)
      .flatMap(([key, inner]) => [key, scalar(inner)])
      .join(",");
  return scalar(value);
}

function queryPairs({ name, node }: Parameter, value: Json): [string, string][] {
  const style = String(node.style ?? "form");
  const explode = typeof node.explode === "boolean" ? node.explode : style === "form";
  if (Array.isArray(value)) {
    if (explode) return value.map((one) => [name, scalar(one)]);
    const glue = { spaceDelimited: " ", pipeDelimited: "|" }[style] ?? ",";
    return [[name, value.map(scalar).join(glue)]];
  }
  if (isObject(value)) {
    if (style === "deepObject")
      return Object.entries(value).map(([key, inner]) => [`${name}[${key}]`, scalar(inner)]);
    if (explode) return Object.entries(value).map(([key, inner]) => [key, scalar(inner)]);
    return [[name, simple(value)]];
  }
  return [[name, scalar(value)]];
}

function bodyText(body: Json | undefined, mediaType: string | null): string | null {
  if (body === undefined || mediaType === null) return null;
  if (isJson(mediaType)) return JSON.stringify(body);
  if (mediaType.startsWith("application/x-www-form-urlencoded") && isObject(body)) {
    return new URLSearchParams(
      Object.entries(body).map(([key, value]): [string, string] => [key, scalar(value)]),
    ).toString();
  }
  if (mediaType.startsWith("multipart/form-data") && isObject(body)) return multipart(body);
  return scalar(body);
}

const BOUNDARY = "meta-orch-5f1c9d";

function multipart(body: JsonObject): string {
  const parts = Object.entries(body).map(
    ([name, value]) =>
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${scalar(value)}\r\n`,
  );
  return `${parts.join("")}--${BOUNDARY}--\r\n`;
}

/** application/json and everything that ends in +json. */
export const isJson = (mediaType: string) =>
  /^application\/(.+\+)?json\b|^[^;]+\+json\b|^text\/json\b/.test(mediaType);

/** The request of a call. `prefix` is what stands before the path of the operation. */
export function wireOf(call: Call, prefix: string, extra: Credentials): Wire {
  const { operation, values, body, mediaType } = call;
  let path = operation.path;
  const pairs: [string, string][] = [...extra.query];
  const headers: Record<string, string> = {};
  const cookies = [...extra.cookies];
  for (const parameter of operation.parameters) {
    const value = values[`${parameter.in}/${parameter.name}`];
    if (value === undefined) continue;
    const sent = parameter.mediaType && isJson(parameter.mediaType) ? JSON.stringify(value) : value;
    if (parameter.in === "path") path = path.replaceAll(`{${parameter.name}}`, encode(simple(sent)));
    else if (parameter.in === "query") pairs.push(...queryPairs(parameter, sent));
    else if (parameter.in === "header") headers[parameter.name.toLowerCase()] = headerText(simple(sent));
    else cookies.push(`${parameter.name}=${encode(simple(sent))}`);
  }
  Object.assign(headers, extra.headers);
  const types = [...new Set(operation.responses.flatMap(({ content }) => content.map(({ type }) => type)))];
  headers.accept ??=
    types.length > 0
      ? [...types.filter(isJson), ...types.filter((type) => !isJson(type)), "*/*;q=0.1"].join(", ")
      : "*/*";
  const text = bodyText(body, mediaType);
  if (text !== null && mediaType !== null) {
    headers["content-type"] = mediaType.startsWith("multipart/")
      ? `multipart/form-data; boundary=${BOUNDARY}`
      : mediaType.includes("*")
        ? "application/octet-stream"
        : mediaType;
  }
  if (cookies.length > 0) headers.cookie = cookies.join("; ");
  const query = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  const method = operation.method.toUpperCase();
  return { method, path: `${prefix}${path}${query === "" ? "" : `?${query}`}`, headers, body: text };
}

/** Header values carry no control characters and nothing beyond Latin-1. */
const headerText = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");

export interface Credentials {
  headers: Record<string, string>;
  query: [string, string][];
  cookies: string[];
}

const SENSITIVE = /auth|token|secret|passw|credential|session|cookie|api-?_?key|private|signature|jwt/i;
const quote = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
const MAX_BODY = 2000;

/** The line that repeats a request; values of credentials stand as shell variables. */
export function curlLine({ method, path, headers, body }: Wire, origin: string): string {
  const words = ["curl", "-sS", "-i"];
  if (method !== (body === null ? "GET" : "POST")) words.push("-X", method);
  for (const [name, value] of Object.entries(headers)) {
    if (name === "accept") continue;
    if (SENSITIVE.test(name)) {
      const scheme = /^(Bearer|Basic) /.exec(value)?.[0] ?? "";
      words.push("-H", `"${name}: ${scheme}$${name.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}"`);
    } else words.push("-H", quote(`${name}: ${value}`));
  }
  if (body !== null) words.push("--data-raw", quote(redactBody(body).slice(0, MAX_BODY)));
  const shown = path.replace(/([?&][^=&]*(?:token|secret|passw|api-?_?key|auth)[^=&]*=)[^&]*/gi, "$1***");
  words.push(quote(`${origin}${shown}`));
  return words.join(" ");
}

/** JSON text whose secret-looking members are masked. */
export const redactBody = (text: string) =>
  text.replace(
    /("[^"]*(?:token|secret|passw|api-?_?key|authorization)[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*"/gi,
    '$1"***"',
  );
