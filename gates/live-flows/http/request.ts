/** From a step to what goes over the wire, and to the line a person can repeat it with. */
import { VERSION } from "../../../modsquad/version.ts";
import { isSensitiveName } from "../secrets.ts";
import { render, type Scope } from "../template.ts";
import type { Auth, Inability, Redirects, Step } from "../types.ts";
import { bodyOf } from "./body.ts";
import { curlLine } from "./curl.ts";
import type { Wire } from "./lane.ts";
import { badFlow, filled, NotReady } from "./ready.ts";

export interface Prepared {
  wire: Wire;
  /** "GET /api/quote", without query and secrets. */
  label: string;
  curl: string;
}

export type Prepare = { ok: true; request: Prepared } | { ok: false; inability: Inability };

/** A URL taken from an answer leads where the service likes: to its own host, or one the config allows. */
function mustBeKnown(url: URL, base: URL | null, { hosts }: Redirects): void {
  if (url.host === base?.host || hosts.includes(url.host) || hosts.includes(url.hostname)) return;
  throw badFlow(
    `The captured URL leads to ${url.host}, which was not asked. Allow the host under redirects.hosts if that is right.`,
  );
}

/** A path is appended to the base URL, whose own path stays. */
function urlOf(step: Step, base: URL | null, scope: Scope): URL {
  const raw = step.url.parts[0]?.kind === "text";
  // A URL that is a variable as a whole must not be escaped.
  const text = filled(render(step.url, scope, raw ? encodeURIComponent : undefined));
  let url: URL;
  if (/^https?:\/\//i.test(text)) {
    if (!URL.canParse(text)) throw badFlow(`${step.url.text} is no URL.`);
    url = new URL(text);
    if (step.url.parts[0]?.kind === "capture") mustBeKnown(url, base, step.redirects);
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

/** Tokens and logins are fetched before: their results come as bearer tokens and cookies. */
function authorization(auth: Auth, scope: Scope): string | null {
  if (auth.kind === "oauth2" || auth.kind === "login") return null;
  if (auth.kind === "basic")
    return basic(filled(render(auth.user, scope)), filled(render(auth.password, scope)), scope);
  const token = filled(render(auth.token, scope));
  scope.secrets.add(token);
  return `Bearer ${token}`;
}

function headersOf(step: Step, scope: Scope): Record<string, string> {
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

/** Query values that are secrets by their name. */
function learnFromQuery(url: URL, scope: Scope): void {
  for (const [name, value] of url.searchParams) if (isSensitiveName(name)) scope.secrets.add(value);
}

/** Fills a step in. Not ready: a variable is not set, there is no base URL, or the flow cannot be sent. */
export function prepare(step: Step, base: URL | null, scope: Scope): Prepare {
  try {
    const url = urlOf(step, base, scope);
    const headers = headersOf(step, scope);
    const inUrl = credentialsOf(url, scope);
    if (inUrl && step.auth === null) headers.authorization ??= inUrl;
    const authorized = step.auth && authorization(step.auth, scope);
    if (authorized) headers.authorization = authorized;
    learnFromQuery(url, scope);
    const body = bodyOf(step.body, scope, headers);
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
