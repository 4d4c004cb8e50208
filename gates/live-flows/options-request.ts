/** `auth:`, `body:`, `fresh:`, `fallback:`, `stream:` and `redirects:` in the options' schema. */
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import { DURATION, matcher, SCALAR, SCHEMA, texts } from "./options-words.ts";
import { METHODS } from "./types.ts";

/** Exactly one of these keys. In an allOf of its own, so that its words are about this alone. */
export const oneOf = (names: readonly string[]): JsonObject[] => [
  {
    oneOf: names.map((name) => ({ required: [name] })),
    errorMessage: `needs exactly one of ${names.join(", ")}`,
  },
];

export const paths = (verbs: readonly string[]): Record<string, JsonObject> =>
  Object.fromEntries(
    verbs.map((verb) => [
      verb,
      {
        type: "string",
        pattern: "^(/|https?://|wss?://|\\$\\{|\\{\\{)",
        errorMessage: 'must begin with "/" or be an http or https URL',
        examples: ["/api/quote/SPY"],
        description: `Path below the base URL, or an absolute URL, asked with ${verb.toUpperCase()}.`,
      },
    ]),
  );
export const QUERY: JsonObject = {
  type: "object",
  description: "Query parameters; a list repeats the parameter.",
  additionalProperties: { anyOf: [...SCALAR.anyOf, { type: "array", items: SCALAR }] },
};
const FILE: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["path"],
  properties: { path: { type: "string" }, type: { type: "string", description: "Media type." } },
};
const PART: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["file"],
  properties: { file: { type: "string" }, type: { type: "string", description: "Media type." } },
};

export const auth: JsonObject = {
  type: "object",
  description: "Credentials. Take them from the environment: ${API_TOKEN}. They never appear in messages.",
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    bearer: { type: "string", description: "Token of an Authorization: Bearer header." },
    basic: {
      type: "object",
      description: "User and password of HTTP Basic authentication.",
      additionalProperties: false,
      required: ["user", "password"],
      properties: { user: { type: "string" }, password: { type: "string" } },
    },
    oauth2: {
      type: "object",
      description: "Client credentials: a token is asked for once a run and sent as a bearer token.",
      additionalProperties: false,
      required: ["tokenUrl", "clientId", "clientSecret"],
      properties: {
        tokenUrl: { type: "string", description: "Path or URL of the token endpoint." },
        clientId: { type: "string", description: "Id of the client." },
        clientSecret: { type: "string", description: "Its secret, from the environment." },
        scope: { type: "string", description: "Scopes to ask for, separated by spaces." },
        audience: { type: "string", description: "Whom the token is for, where the server wants to know." },
      },
    },
    login: {
      type: "object",
      description:
        "A request that signs in with cookies: sent once a run, its cookies go along with the flow.",
      additionalProperties: false,
      allOf: oneOf(METHODS),
      properties: {
        ...paths(METHODS),
        query: QUERY,
        headers: texts("Request headers."),
        body: { $ref: "#/$defs/body" },
        expect: { $ref: "#/$defs/expect" },
        timeout: { ...DURATION, description: "Deadline of the login. Default 10s." },
      },
    },
  },
};

export const body: JsonObject = {
  type: "object",
  description: "The request body, in one of these forms.",
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    json: { description: "Any JSON value, sent as application/json." },
    form: { ...texts("Fields sent as application/x-www-form-urlencoded.") },
    text: { type: "string", description: "Sent as it is; set a content-type under headers." },
    file: {
      description: "A file of the repository, sent as it is.",
      anyOf: [{ type: "string", minLength: 1 }, FILE],
    },
    multipart: {
      type: "object",
      description: "A multipart/form-data form: a text is a field, { file } a file of the repository.",
      minProperties: 1,
      additionalProperties: { anyOf: [...SCALAR.anyOf, PART] },
    },
  },
};

const MARKER: JsonObject = {
  description:
    'How an answer says that it is stale: "$.stale" (true), { "$.source": cache } or { "header x-cache": { contains: STALE } }.',
  anyOf: [
    { type: "string", minLength: 1 },
    {
      type: "object",
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: matcher("Exact value or operators."),
    },
  ],
};

export const fresh: JsonObject = {
  type: "object",
  description: "How fresh the data have to be. Date, Age and Last-Modified are compared with them.",
  additionalProperties: false,
  required: ["at"],
  properties: {
    at: {
      type: "string",
      pattern: "^(\\$|header\\s)",
      errorMessage: "must be a JSONPath or a header",
      examples: ["$.asOf", "header last-modified"],
      description: "Where the timestamp is: ISO, HTTP date, seconds or milliseconds since 1970.",
    },
    maxAge: { ...DURATION, description: "Oldest the data may be." },
    skew: { ...DURATION, description: "How far the service's clock may be off this machine's. Default 5s." },
    increasing: {
      description: "Read again after this time (true: 1s); the timestamp must be later then.",
      anyOf: [DURATION, { type: "boolean" }],
    },
    marker: MARKER,
  },
};

export const fallback: JsonObject = {
  type: "object",
  description:
    "The same request again while the primary is made to fail: answered from the cache, and marked.",
  additionalProperties: false,
  required: ["fault"],
  properties: {
    fault: {
      type: "object",
      description: "What makes the primary fail.",
      additionalProperties: false,
      minProperties: 1,
      properties: {
        headers: texts("Headers the service takes as a request to fail."),
        query: QUERY,
        proxy: { type: "string", description: "Name of a proxy under proxies: that is made to fail." },
        mode: {
          enum: ["refuse", "hang", "error", "reset"],
          description: "How the proxy fails. Default refuse.",
        },
      },
    },
    within: { ...DURATION, description: "Longest the fallback may take." },
    marker: MARKER,
    maxAge: { ...DURATION, description: "Oldest data the fallback may send; needs fresh.at." },
  },
};

export const stream: JsonObject = {
  type: "object",
  description: "What a WebSocket or a stream of server-sent events has to do.",
  additionalProperties: false,
  properties: {
    events: { type: "integer", minimum: 1, maximum: 10_000, description: "Events to read. Default 3." },
    within: { ...DURATION, description: "Time for all of them. Default the timeout." },
    first: { ...DURATION, description: "Longest until the first event." },
    gap: { ...DURATION, description: "Longest between two events." },
    event: { type: "string", description: "Name of the server-sent events that count." },
    json: {
      type: "object",
      description: "Expectations by JSONPath, of every event.",
      additionalProperties: matcher("Exact value, a comparison, or operators."),
    },
    schema: SCHEMA,
    order: {
      description:
        'Number or time that rises: "$.seq", or { by: "$.seq", step: 1 } when none may be missing.',
      anyOf: [
        { type: "string", pattern: "^\\$" },
        {
          type: "object",
          additionalProperties: false,
          required: ["by"],
          properties: { by: { type: "string", pattern: "^\\$" }, step: { type: "number" } },
        },
      ],
    },
    resume: { type: "boolean", description: "Reconnect with Last-Event-ID; the events must go on after it." },
    ping: {
      description: "Send a ping and wait this long for the pong (true: 2s). WebSocket only.",
      anyOf: [DURATION, { type: "boolean" }],
    },
    close: { const: "clean", description: "The service must answer our close frame. WebSocket only." },
    send: { type: "array", items: {}, description: "Messages sent once connected. WebSocket only." },
  },
};

export const redirects: JsonObject = {
  type: "object",
  description: "Redirects are followed to the same host only, five at most, unless this says otherwise.",
  additionalProperties: false,
  properties: {
    limit: { type: "integer", minimum: 0, maximum: 20, description: "Hops to follow; 0 follows none." },
    hosts: { type: "array", items: { type: "string" }, description: "Further hosts that may be gone to." },
  },
};
