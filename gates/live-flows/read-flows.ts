/** From the options in the config to flows that can be run. What the schema cannot say is checked here. */
import type { Options } from "../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";
import { BadFlow, readExpect } from "./expectations.ts";
import { compilePath } from "./jsonpath.ts";
import { readFallback, readFresh, readStream } from "./read-more.ts";
import { readAuth, readBody } from "./read-request.ts";
import { milliseconds, object, pairs } from "./read-values.ts";
import { parseTemplate } from "./template.ts";
import { type Capture, type Flow, type HttpStep, METHODS, type Redirects, type Step } from "./types.ts";

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_REDIRECTS = 5;
const DEFAULT_BACKOFF_MS = 200;

/** A flow, or why it cannot be one. */
export type ReadFlow = { ok: true; flow: Flow } | { ok: false; name: string; message: string };

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

const STREAMS = ["websocket", "sse"] as const;
type Verb = (typeof METHODS)[number] | (typeof STREAMS)[number];
const VERBS: readonly Verb[] = [...METHODS, ...STREAMS];

/** The method and the URL a step is written with. */
function verbOf(written: JsonObject): { verb: Verb; url: string } {
  const named = VERBS.filter((verb) => typeof written[verb] === "string");
  const [verb] = named;
  if (named.length !== 1 || verb === undefined)
    throw new BadFlow(`a request needs exactly one of ${VERBS.join(", ")}, with its path`);
  const url = String(written[verb]);
  if (!/^(\/|https?:\/\/|wss?:\/\/|\$\{|\{\{)/i.test(url))
    throw new BadFlow(`${verb}: ${JSON.stringify(url)} must begin with "/" or be an http or https URL`);
  // ws: and wss: are http: and https: until the protocol is switched.
  return { verb, url: url.replace(/^ws(s?):/i, "http$1:") };
}

const isStream = (verb: Verb): verb is (typeof STREAMS)[number] =>
  (STREAMS as readonly string[]).includes(verb);

/** One step; `around` is the flow it belongs to, whose settings it inherits. */
function readStep(written: JsonObject, around: JsonObject, options: Options, name: string): Step {
  const { verb, url } = verbOf(written);
  const expect = object(written.expect);
  // Credentials meant for the base URL are not for other hosts.
  const shared: Options = url.startsWith("/") ? options : {};
  const headers = { ...object(shared.headers), ...object(around.headers), ...object(written.headers) };
  const timeoutMs = milliseconds("timeout", written.timeout ?? around.timeout, DEFAULT_TIMEOUT_MS);
  const request = {
    name,
    url: parseTemplate(url),
    query: pairs(written.query),
    headers: pairs(headers).map(([key, value]): [string, typeof value] => [key.toLowerCase(), value]),
    auth: readAuth(written.auth ?? around.auth ?? shared.auth, (login) => readLogin(login, shared)),
    body: readBody(written.body),
    capture: readCapture(written.capture),
    timeoutMs,
    redirects: readRedirects(written.redirects ?? around.redirects, expect.status),
  };
  if (isStream(verb)) {
    const stream = readStream(verb, object(written.stream), timeoutMs);
    const opens = verb === "websocket" ? 101 : 200;
    return { kind: "stream", ...request, method: "get", expect: readExpect(expect, opens), stream };
  }
  const fresh = written.fresh === undefined ? null : readFresh(object(written.fresh));
  const fallback = written.fallback === undefined ? null : readFallback(object(written.fallback), fresh);
  return { kind: "http", ...request, method: verb, expect: readExpect(expect), fresh, fallback };
}

/** The step of `auth: { login: … }`: sent without the auth it is there to get. */
function readLogin(written: JsonObject, shared: Options): HttpStep {
  const expect = { status: ["2xx", "3xx"], ...object(written.expect) };
  const step = readStep({ ...written, expect }, {}, { ...shared, auth: null }, "login");
  if (step.kind !== "http") throw new BadFlow("auth.login must be a request, not a stream");
  return { ...step, redirects: { ...step.redirects, limit: 0 } };
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
    steadyMs: milliseconds("steadyFor", written.steadyFor ?? options.steadyFor, 0),
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
  return { name, source, mode: source === "health" ? "any" : "all", steps, retry, repeat: 1, steadyMs: 0 };
}
