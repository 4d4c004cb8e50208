/** From the options in the config to flows that can be run. What the schema cannot say is checked here. */
import { parseDuration } from "../../modsquad/config/units.ts";
import type { Options } from "../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { BadFlow, readExpect } from "./expectations.ts";
import { compilePath } from "./jsonpath.ts";
import { parseTemplate, type Template } from "./template.ts";
import {
  type Auth,
  type Body,
  type Capture,
  type Flow,
  METHODS,
  type Redirects,
  type Step,
} from "./types.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_REDIRECTS = 5;
const DEFAULT_BACKOFF_MS = 200;

/** A flow, or why it cannot be one. */
export type ReadFlow = { ok: true; flow: Flow } | { ok: false; name: string; message: string };

const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};

const scalarText = (value: Json | undefined) =>
  typeof value === "string" ? value : JSON.stringify(value ?? null);

/** `{a: 1, b: [x, y]}` → a=1, b=x, b=y. */
function pairs(written: Json | undefined): [string, Template][] {
  return Object.entries(object(written)).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item): [string, Template] => [
      name,
      parseTemplate(scalarText(item)),
    ]),
  );
}

function milliseconds(where: string, written: Json | undefined, standard: number): number {
  if (written === undefined) return standard;
  const ms = parseDuration(String(written));
  if (ms === null)
    throw new BadFlow(`${where}: ${JSON.stringify(written)} is no duration such as "500ms" or "5s"`);
  return ms;
}

export function readAuth(written: Json | undefined): Auth | null {
  const { bearer, basic } = object(written);
  if (bearer !== undefined) return { kind: "bearer", token: parseTemplate(String(bearer)) };
  if (basic === undefined) return null;
  const { user, password } = object(basic);
  return {
    kind: "basic",
    user: parseTemplate(String(user ?? "")),
    password: parseTemplate(String(password ?? "")),
  };
}

function readBody(written: Json | undefined): Body | null {
  const { json, form, text } = object(written);
  if (json !== undefined) return { kind: "json", value: json };
  if (form !== undefined) return { kind: "form", fields: pairs(form) };
  return text === undefined ? null : { kind: "text", value: parseTemplate(String(text)) };
}

function readCapture(written: Json | undefined): Capture[] {
  return Object.entries(object(written)).map(([name, text]) => {
    const compiled = compilePath(String(text));
    if (!compiled.ok)
      throw new BadFlow(`capture.${name}: ${JSON.stringify(text)} is no JSONPath: ${compiled.message}`);
    return { name, path: compiled.path };
  });
}

/** Who expects a redirect as the answer does not want it followed. */
function readRedirects(written: Json | undefined, status: Json | undefined): Redirects {
  const { limit, hosts } = object(written);
  const wantsRedirect = [status].flat().some((entry) => /^3(\d\d|xx)$/i.test(String(entry)));
  const list = Array.isArray(hosts) ? hosts.map((host) => String(host).toLowerCase()) : [];
  const standard = wantsRedirect ? 0 : DEFAULT_REDIRECTS;
  return { limit: typeof limit === "number" ? limit : standard, hosts: list, otherHost: "fail" };
}

/** One step; `around` is the flow it belongs to, whose settings it inherits. */
function readStep(written: JsonObject, around: JsonObject, options: Options, name: string): Step {
  const named = METHODS.filter((method) => typeof written[method] === "string");
  if (named.length !== 1)
    throw new BadFlow(`a request needs exactly one of ${METHODS.join(", ")}, with its path`);
  const method = named[0]!;
  const url = String(written[method]);
  if (!/^(\/|https?:\/\/|\$\{|\{\{)/i.test(url)) {
    throw new BadFlow(`${method}: ${JSON.stringify(url)} must begin with "/" or be an http or https URL`);
  }
  const expect = object(written.expect);
  // Credentials meant for the base URL are not for other hosts.
  const shared: Options = url.startsWith("/") ? options : {};
  const headers = { ...object(shared.headers), ...object(around.headers), ...object(written.headers) };
  return {
    kind: "http",
    name,
    method,
    url: parseTemplate(url),
    query: pairs(written.query),
    headers: pairs(headers).map(([key, value]) => [key.toLowerCase(), value]),
    auth: readAuth(written.auth ?? around.auth ?? shared.auth),
    body: readBody(written.body),
    capture: readCapture(written.capture),
    expect: readExpect(expect),
    timeoutMs: milliseconds("timeout", written.timeout ?? around.timeout, DEFAULT_TIMEOUT_MS),
    redirects: readRedirects(written.redirects ?? around.redirects, expect.status),
  };
}

function readFlow(written: JsonObject, options: Options): Flow {
  const retry = object(written.retry);
  const steps = Array.isArray(written.steps) ? written.steps.map(object) : null;
  if (steps?.length === 0) throw new BadFlow("steps is empty: there is nothing to ask");
  return {
    name: String(written.name),
    source: "declared",
    mode: "all",
    steps: steps
      ? steps.map((step, index) => readStep(step, written, options, String(step.name ?? `step ${index + 1}`)))
      : [readStep(written, {}, options, "")],
    retry: {
      attempts: typeof retry.attempts === "number" ? retry.attempts : 1,
      backoffMs: milliseconds("retry.backoff", retry.backoff, DEFAULT_BACKOFF_MS),
    },
    repeat: typeof written.repeat === "number" ? written.repeat : 1,
  };
}

/** The declared flows, or null when the options declare none and flows have to be found. */
export function readFlows(options: Options): ReadFlow[] | null {
  if (!Array.isArray(options.flows)) return null;
  const seen = new Set<string>();
  return options.flows.map(object).map((written, index): ReadFlow => {
    const name = typeof written.name === "string" && written.name !== "" ? written.name : `flow ${index + 1}`;
    try {
      if (seen.has(name))
        throw new BadFlow("another flow has the same name; findings and history could not tell them apart");
      seen.add(name);
      return { ok: true, flow: readFlow({ ...written, name }, options) };
    } catch (error) {
      if (!(error instanceof BadFlow)) throw error;
      return { ok: false, name, message: error.message };
    }
  });
}

/** A GET nobody declared, with the options' headers and auth. Where it leads elsewhere, that is its answer. */
export function plainStep(path: string, statuses: Json[], options: Options): Step {
  const step = readStep({ get: path, expect: { status: statuses } }, {}, options, path);
  return { ...step, redirects: { limit: DEFAULT_REDIRECTS, hosts: [], otherHost: "stop" } };
}

/** A flow that was found, not declared. */
export function foundFlow(name: string, source: Flow["source"], steps: Step[]): Flow {
  const retry = { attempts: 1, backoffMs: DEFAULT_BACKOFF_MS };
  return { name, source, mode: source === "health" ? "any" : "all", steps, retry, repeat: 1 };
}
