/**
 * JSON Schema of the options: what the config file accepts, and the words an editor shows. Alternatives hold
 * their forms in place, not by reference: messages about the nearest form are found by its position.
 */
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import { auth, body, fallback, fresh, oneOf, paths, QUERY, redirects, stream } from "./options-request.ts";
import { DURATION, expect, texts } from "./options-words.ts";
import { METHODS } from "./types.ts";

const STREAMS = ["websocket", "sse"] as const;

/** What one request is made of; a flow is one request or a list of them. */
const request: Record<string, JsonObject> = {
  ...paths(METHODS),
  websocket: { ...paths(["websocket"]).websocket, description: "Path or URL of a WebSocket to read from." },
  sse: { ...paths(["sse"]).sse, description: "Path or URL of server-sent events to read." },
  stream: { $ref: "#/$defs/stream" },
  fresh: { $ref: "#/$defs/fresh" },
  fallback: { $ref: "#/$defs/fallback" },
  query: QUERY,
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

const step: JsonObject = {
  type: "object",
  additionalProperties: false,
  allOf: oneOf([...METHODS, ...STREAMS]),
  properties: {
    name: { type: "string", minLength: 1, description: "Name of the step, for messages." },
    ...request,
  },
};

const STEADY: JsonObject = {
  ...DURATION,
  description: "Keep asking, sampled, until it has held this long. Raise the gate's timeout accordingly.",
};

const flow: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["name"],
  allOf: oneOf([...METHODS, ...STREAMS, "steps"]),
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
    steadyFor: STEADY,
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
    fresh,
    fallback,
    stream,
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
    steadyFor: STEADY,
    proxies: {
      type: "object",
      description:
        "Small proxies this gate runs between the service and what it depends on, to make that fail. Start the service with the proxy as its upstream.",
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        required: ["listen", "upstream"],
        properties: {
          listen: { type: "integer", minimum: 1, maximum: 65_535, description: "Port on 127.0.0.1." },
          upstream: { type: "string", pattern: "^https?://", description: "Where it passes requests on to." },
        },
      },
    },
    openapi: {
      type: "string",
      description: "Path of the OpenAPI document whose safe operations are tried when no flows are declared.",
    },
  },
};
