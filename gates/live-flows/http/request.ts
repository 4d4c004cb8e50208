/** From a step to what goes over the wire, and to the line a person can repeat it with. */
import { VERSION } from "../../../modsquad/version.ts";
import { isSensitiveName } from "../secrets.ts";
import { type Rendered, render, renderJson, type Scope } from "../template.ts";
import type { Auth, HttpStep, Inability } from "../types.ts";
import { curlLine } from "./curl.ts";
import type { Wire } from "./lane.ts";

export interface Prepared {
  wire: Wire;
  /** "GET /api/quote", without query and secrets. */
  label: string;
  curl: string;
}

export type Prepare = { ok: true; request: Prepared } | { ok: false; inability: Inability };

/** Stops the preparation; caught in `prepare`. */
class NotReady extends Error {
  readonly inability: Inability;
  constructor(inability: Inability) {
    super(inability.message);
    this.inability = inability;
  }
}

const badFlow = (message: string) => new NotReady({ failureClass: "bad-flow", message });

function filled(rendered: Rendered): string {
  if (!rendered.ok) throw new NotReady(rendered.inability);
  return rendered.text;
}

/** A path is appended to the base URL, whose own path stays. */
function urlOf(step: HttpStep, base: URL | null, scope: Scope): URL {
  const raw = step.url.parts[0]?.kind === "text";
  // A URL that is a variable as a whole must not be escaped.
  const text = filled(render(step.url, scope, raw ? encodeURIComponent : undefined));
  let url: URL;
  if (/^https?:\/\//i.test(text)) {
    if (!URL.canParse(text)) throw badFlow(`${step.url.text} is no URL.`);
    url = new URL(text);
  } else {
    if (!base) {
      const message =
        "has only a path and there is no base URL. Give one with --base-url URL or baseUrl: in the config.";
      throw new NotReady({ failureClass: "no-base-url", message });
    }
    url = new URL(`${base.pathname.replace(/\/$/, "")}${text.startsWith("/") ? text : `/${text}`}`, base);
    for (const [name, value] of base.searchParams) url.searchParams.append(name, value);
  }
  for (const [name, value] of step.query) url.searchParams.append(name, filled(render(value, scope)));
  url.hash = "";
  return url;
}

/** Takes user and password out of a URL: they are sent as a header, and URLs are shown. */
function credentialsOf(url: URL, scope: Scope): string | null {
  if (url.username === "" && url.password === "") return null;
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  url.username = "";
  url.password = "";
  return basic(user, password, scope);
}

function basic(user: string, password: string, scope: Scope): string {
  const value = Buffer.from(`${user}:${password}`).toString("base64");
  scope.secrets.add(password);
  scope.secrets.add(value);
  return `Basic ${value}`;
}

function authorization(auth: Auth, scope: Scope): string {
  if (auth.kind === "basic")
    return basic(filled(render(auth.user, scope)), filled(render(auth.password, scope)), scope);
  const token = filled(render(auth.token, scope));
  scope.secrets.add(token);
  return `Bearer ${token}`;
}

function headersOf(step: HttpStep, scope: Scope): Record<string, string> {
  const headers: Record<string, string> = {
    accept: "*/*",
    "accept-encoding": "identity",
    "user-agent": `meta-orch/${VERSION}`,
  };
  for (const [name, template] of step.headers) {
    const value = filled(render(template, scope));
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw badFlow(`The header ${JSON.stringify(name)} has characters that headers must not have.`);
    }
    if (isSensitiveName(name)) scope.secrets.add(value.replace(/^(?:Bearer|Basic|Token)\s+/i, ""));
    headers[name] = value;
  }
  return headers;
}

function bodyOf(step: HttpStep, scope: Scope, headers: Record<string, string>): string | null {
  const { body } = step;
  if (body === null) return null;
  switch (body.kind) {
    case "json": {
      headers["content-type"] ??= "application/json";
      const rendered = renderJson(body.value, scope);
      if (!rendered.ok) throw new NotReady(rendered.inability);
      return JSON.stringify(rendered.value);
    }
    case "form": {
      headers["content-type"] ??= "application/x-www-form-urlencoded";
      const fields = body.fields.map(([name, value]): [string, string] => [
        name,
        filled(render(value, scope)),
      ]);
      return new URLSearchParams(fields).toString();
    }
    case "text":
      return filled(render(body.value, scope));
  }
}

/** Query values that are secrets by their name. */
function learnFromQuery(url: URL, scope: Scope): void {
  for (const [name, value] of url.searchParams) if (isSensitiveName(name)) scope.secrets.add(value);
}

/** Fills a step in. Not ready: a variable is not set, there is no base URL, or the flow cannot be sent. */
export function prepare(step: HttpStep, base: URL | null, scope: Scope): Prepare {
  try {
    const url = urlOf(step, base, scope);
    const headers = headersOf(step, scope);
    const inUrl = credentialsOf(url, scope);
    if (inUrl && step.auth === null) headers.authorization ??= inUrl;
    if (step.auth) headers.authorization = authorization(step.auth, scope);
    learnFromQuery(url, scope);
    const body = bodyOf(step, scope, headers);
    const wire: Wire = { method: step.method, url, headers, body };
    const label = scope.secrets.mask(`${step.method.toUpperCase()} ${decode(url.pathname)}`);
    return { ok: true, request: { wire, label, curl: curlLine(wire, scope.secrets) } };
  } catch (error) {
    if (error instanceof NotReady) return { ok: false, inability: error.inability };
    throw error;
  }
}

function decode(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** The base URL with its credentials kept for later, or null when it is none. */
export function parseBase(text: string | undefined): URL | null {
  if (text === undefined || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}
