/** Words of the options' schema that several parts use, and `expect:`. */
import type { JsonObject } from "../../modsquad/contracts/words.ts";

// `errorMessage` and `examples` are what the config's messages say: "must be …, not …", "for example …".
export const DURATION = {
  type: "string",
  pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",
  errorMessage: "must be a duration with its unit",
  examples: ["500ms", "5s"],
};
export const SCALAR = { anyOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }] };
const THRESHOLD = {
  type: "string",
  pattern:
    "^\\s*((p50|p95|p99|max)\\s+)?(<=|<)\\s*([0-9]+(\\.[0-9]+)?\\s*(ms|s)|\\+\\s*[0-9]+(\\.[0-9]+)?\\s*%\\s+of\\s+(median|min|max)\\s+of\\s+last\\s+[0-9]+)\\s*$",
  errorMessage: "must be a threshold with its unit",
  examples: ["< 2000ms", "p50 < 1.5s", "<= +20% of median of last 10"],
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

export const texts = (description: string): JsonObject => ({
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

export const matcher = (description: string): JsonObject => ({
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

export const SCHEMA: JsonObject = {
  description: 'JSON Schema, or the path of one in the repository: "openapi.json#/components/schemas/Quote".',
  anyOf: [{ type: "string", minLength: 1 }, { type: "object" }],
};
const HOP: JsonObject = {
  anyOf: [
    { type: "string" },
    {
      type: "object",
      additionalProperties: false,
      required: ["to"],
      properties: { status: { type: "integer", minimum: 300, maximum: 399 }, to: { type: "string" } },
    },
  ],
};

export const expect: JsonObject = {
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
    schema: SCHEMA,
    redirects: {
      description:
        'The redirects followed, in order: "/next", { status: 301, to: "/next" }, or a list; [] expects none.',
      anyOf: [HOP, { type: "array", items: HOP }],
    },
    certificate: {
      type: "object",
      description: "Expectations of the certificate the service shows.",
      additionalProperties: false,
      minProperties: 1,
      properties: {
        daysLeft: matcher('Days until it expires: "> 14".'),
        issuer: matcher('Distinguished name such as "C=US, O=..., CN=...".'),
        subject: matcher("Distinguished name of its owner."),
        names: matcher('Names it is valid for: { contains: "shop.example" }.'),
        validFrom: matcher("ISO time."),
        validTo: matcher("ISO time."),
        protocol: matcher('"TLSv1.3" or "TLSv1.2".'),
      },
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
