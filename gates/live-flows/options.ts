/**
 * JSON Schema of the options: what the config file accepts, and the words an editor shows. Alternatives hold
 * their forms in place, not by reference: messages about the nearest form are found by its position.
 */
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import { METHODS } from "./types.ts";

// `errorMessage` and `examples` are what the config's messages say: "must be …, not …", "for example …".
const DURATION = {
  type: "string",
  pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",
  errorMessage: "must be a duration with its unit",
  examples: ["500ms", "5s"],
};
const SCALAR = { anyOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }] };
const THRESHOLD = {
  type: "string",
  pattern: "^\\s*((p50|p95|p99|max)\\s+)?(<=|<)\\s*[0-9]+(\\.[0-9]+)?\\s*(ms|s)\\s*$",
  errorMessage: "must be a threshold with its unit",
  examples: ["< 2000ms", "p50 < 1.5s"],
};
const COMPARISON = "^\\s*(<=|>=|==|!=|<|>)\\s*-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?\\s*$";
const AMOUNT = {
  errorMessage: "must be a number or a comparison",
  examples: [3, "> 0"],
  anyOf: [
    { type: "integer", minimum: 0 },
    { type: "string", pattern: COMPARISON },
  ],
};

const STATUS = {
  anyOf: [
    { type: "integer", minimum: 100, maximum: 599 },
    { type: "string", pattern: "^[1-5]([xX]{2}|[0-9]{2})$" },
  ],
};

const texts = (description: string): JsonObject => ({
  type: "object",
  description,
  additionalProperties: { anyOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }] },
});

const operators: JsonObject = {
  type: "object",
  description: "All given operators must hold.",
  additionalProperties: false,
  minProperties: 1,
  properties: {
    exists: { type: "boolean", description: "Whether there is a value at all." },
    type: {
      enum: ["string", "number", "integer", "boolean", "null", "array", "object"],
      description: "JSON type.",
    },
    equals: { description: "Exactly this value, of any type." },
    matches: { type: "string", description: "Regular expression the text must match." },
    contains: { description: "Part of a text, item of an array, or key of an object." },
    gt: { type: "number", description: "Greater than." },
    gte: { type: "number", description: "Greater than or equal to." },
    lt: { type: "number", description: "Less than." },
    lte: { type: "number", description: "Less than or equal to." },
    length: { ...AMOUNT, description: 'Length of a text or array, or number of keys: 3 or "> 0".' },
    count: { ...AMOUNT, description: 'How many values the path finds: 3 or "> 0".' },
  },
};

const matcher = (description: string): JsonObject => ({
  description,
  anyOf: [
    { type: "string" },
    { type: "number" },
    { type: "boolean" },
    { type: "null" },
    { type: "array", items: {} },
    operators,
  ],
});

const text: JsonObject = { anyOf: [{ type: "string" }, operators] };

const expect: JsonObject = {
  type: "object",
  description: "What must hold of the answer. Without `status` it must be 2xx.",
  additionalProperties: false,
  properties: {
    status: {
      description:
        'Accepted status: 200, [200, 204] or "2xx". Expecting a 3xx means that redirects are not followed.',
      errorMessage: "must be a status, a family such as 2xx, or a list of these",
      examples: [200, "2xx"],
      anyOf: [...STATUS.anyOf, { type: "array", minItems: 1, items: STATUS }],
    },
    latency: {
      description: 'Threshold of the whole answer: "< 2000ms", "p95 < 1.5s"; with `warn` it only warns.',
      anyOf: [
        THRESHOLD,
        {
          type: "object",
          additionalProperties: false,
          minProperties: 1,
          properties: {
            fail: { ...THRESHOLD, description: "Beyond this the flow fails." },
            warn: { ...THRESHOLD, description: "Beyond this there is a finding of medium severity." },
          },
        },
      ],
    },
    headers: {
      type: "object",
      description: "Expectations by header name.",
      additionalProperties: matcher("Exact value, a comparison, or operators."),
    },
    json: {
      type: "object",
      description:
        'Expectations by JSONPath (RFC 9535), such as "$.items[*].price": "> 0". They hold for every value found.',
      additionalProperties: matcher("Exact value, a comparison, or operators."),
    },
    text: {
      description: "A part the body must contain, operators, or a list of these.",
      anyOf: [...(text.anyOf as JsonObject[]), { type: "array", minItems: 1, items: text }],
    },
    size: {
      description: 'Bytes of the body: 120 or "< 100kb".',
      errorMessage: "must be a number of bytes or a comparison",
      examples: ["< 100kb", 120],
      anyOf: [
        { type: "integer", minimum: 0 },
        {
          type: "string",
          pattern: "^\\s*((<=|>=|==|!=|<|>)\\s*)?[0-9]+(\\.[0-9]+)?\\s*([bB]|[kKmM][iI]?[bB])?\\s*$",
        },
      ],
    },
  },
};

const auth: JsonObject = {
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
  },
};

const body: JsonObject = {
  type: "object",
  description: "The request body, in one of these forms.",
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    json: { description: "Any JSON value, sent as application/json." },
    form: { ...texts("Fields sent as application/x-www-form-urlencoded.") },
    text: { type: "string", description: "Sent as it is; set a content-type under headers." },
  },
};

const redirects: JsonObject = {
  type: "object",
  description: "Redirects are followed to the same host only, five at most, unless this says otherwise.",
  additionalProperties: false,
  properties: {
    limit: { type: "integer", minimum: 0, maximum: 20, description: "Hops to follow; 0 follows none." },
    hosts: { type: "array", items: { type: "string" }, description: "Further hosts that may be gone to." },
  },
};

/** What one request is made of; a flow is one request or a list of them. */
const request: Record<string, JsonObject> = {
  ...Object.fromEntries(
    METHODS.map((method) => [
      method,
      {
        type: "string",
        pattern: "^(/|https?://|\\$\\{|\\{\\{)",
        errorMessage: 'must begin with "/" or be an http or https URL',
        examples: ["/api/quote/SPY"],
        description: `Path below the base URL, or an absolute URL, asked with ${method.toUpperCase()}.`,
      },
    ]),
  ),
  query: {
    type: "object",
    description: "Query parameters; a list repeats the parameter.",
    additionalProperties: { anyOf: [...SCALAR.anyOf, { type: "array", items: SCALAR }] },
  },
  headers: texts("Request headers."),
  body: { $ref: "#/$defs/body" },
  auth: { $ref: "#/$defs/auth" },
  capture: {
    type: "object",
    description: "Values for later steps: name → JSONPath. Use them there as {{name}}.",
    additionalProperties: {
      type: "string",
      pattern: "^\\$",
      errorMessage: "must be a JSONPath",
      examples: ["$.order.id"],
    },
    propertyNames: {
      pattern: "^[A-Za-z_][A-Za-z0-9_-]*$",
      errorMessage: "must be a name of letters, digits, _ and -",
    },
  },
  expect: { $ref: "#/$defs/expect" },
  timeout: { ...DURATION, description: "Deadline of the request, redirects included. Default 10s." },
  redirects: { $ref: "#/$defs/redirects" },
};

/** Exactly one of these keys. In an allOf of its own, so that its words are about this alone. */
const oneOf = (names: readonly string[]): JsonObject[] => [
  {
    oneOf: names.map((name) => ({ required: [name] })),
    errorMessage: `needs exactly one of ${names.join(", ")}`,
  },
];

const step: JsonObject = {
  type: "object",
  additionalProperties: false,
  allOf: oneOf(METHODS),
  properties: {
    name: { type: "string", minLength: 1, description: "Name of the step, for messages." },
    ...request,
  },
};

const flow: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["name"],
  allOf: oneOf([...METHODS, "steps"]),
  properties: {
    name: {
      type: "string",
      minLength: 1,
      maxLength: 120,
      description: "Name of the flow; findings and history know it by this.",
    },
    ...request,
    steps: {
      type: "array",
      minItems: 1,
      description: "Several requests in turn. They inherit headers, auth, timeout and redirects of the flow.",
      items: step,
    },
    retry: {
      type: "object",
      description: "Run the flow again when it fails. Passing on a retry is recorded as flaky.",
      additionalProperties: false,
      required: ["attempts"],
      properties: {
        attempts: { type: "integer", minimum: 1, maximum: 10, description: "Attempts in all." },
        backoff: {
          ...DURATION,
          description: "Pause before the first retry, doubled for each further one. Default 200ms.",
        },
      },
    },
    repeat: {
      type: "integer",
      minimum: 1,
      maximum: 1000,
      description: "Run the flow this often; latency is judged over all runs (p95).",
    },
  },
};

export const OPTIONS: JsonObject = {
  type: "object",
  additionalProperties: false,
  $defs: {
    expect,
    auth,
    body,
    redirects,
  },
  properties: {
    flows: {
      type: "array",
      minItems: 1,
      items: flow,
      description:
        "The flows that must work. Without them health endpoints, the front page and the safe operations of an OpenAPI document are tried.",
    },
    headers: texts("Headers sent with every request to the base URL."),
    auth: { $ref: "#/$defs/auth" },
    concurrency: {
      type: "integer",
      minimum: 1,
      maximum: 64,
      description: "Flows run at the same time. Default 10.",
    },
    warmUp: {
      type: "boolean",
      description: "Ask the base URL once before measuring and discard the answer. Default true.",
    },
    maxBody: {
      type: "string",
      pattern: "^[0-9]+(\\.[0-9]+)?\\s*([bB]|[kKmM][iI]?[bB])$",
      errorMessage: "must be a size with its unit",
      examples: ["10mb"],
      description: 'Largest body that is read, such as "10mb". Default 5 MiB.',
    },
    openapi: {
      type: "string",
      description: "Path of the OpenAPI document whose safe operations are tried when no flows are declared.",
    },
  },
};
