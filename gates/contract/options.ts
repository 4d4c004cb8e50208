/** JSON Schema of the options. */
import type { Json, JsonObject } from "../../modsquad/contracts/words.ts";

const onCheck = (description: string): JsonObject => ({
  type: "object",
  description,
  additionalProperties: false,
  properties: {},
});

export const OPTIONS: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    document: {
      type: "string",
      minLength: 1,
      description:
        "The OpenAPI document: a path in the repository or an http address. Found by its name when absent.",
    },
    alsoCompare: {
      type: "array",
      items: { type: "string", minLength: 1 },
      description:
        "More documents of the repository that schema-diff compares and nobody is asked about. Found by their names when document is absent.",
    },
    base: {
      type: "string",
      minLength: 1,
      description:
        "What to compare with: a branch, a tag, a file, ref:path or an http address. Default: the merge base.",
    },
    disposable: {
      type: "boolean",
      description:
        "The target may be changed: operations other than GET, HEAD and OPTIONS are called too. Default false.",
    },
    headers: {
      type: "object",
      description: "Headers sent with every request.",
      additionalProperties: { type: "string" },
    },
    credentials: {
      type: "object",
      description:
        "Credentials by the name of the security scheme in the document; for basic: user:password. Take them from the environment.",
      additionalProperties: { type: "string" },
    },
    login: {
      type: "object",
      description: "Sign in first and use the token or the cookies of the answer.",
      additionalProperties: false,
      required: ["path", "body"],
      properties: {
        path: { type: "string", pattern: "^/", description: "Address to POST to." },
        body: { type: "object", description: "JSON body." },
        token: {
          type: "string",
          pattern: "^/",
          description: "JSON pointer of the token in the answer. Default /token.",
        },
        scheme: {
          type: "string",
          description: "Security scheme the token is for. Default: the first that is no API key.",
        },
      },
    },
    parameters: {
      type: "object",
      description: "Values by parameter name, or by operationId: { name: value, body: value }.",
      additionalProperties: true,
    },
    exclude: {
      type: "array",
      items: { type: "string" },
      description:
        'Operations to leave out, by operationId or as in "DELETE /users/{id}"; * stands for anything.',
    },
    reset: {
      type: "object",
      description:
        "A request that brings the target back to its first state, used when one of our calls has broken it.",
      additionalProperties: false,
      required: ["path"],
      properties: {
        method: { enum: ["POST", "PUT", "DELETE", "GET"], description: "Default POST." },
        path: { type: "string", pattern: "^/", description: "Address." },
      },
    },
    requestTimeout: {
      type: "string",
      pattern: "^[0-9]+(\\.[0-9]+)?(ms|s)$",
      errorMessage: "must be a duration with its unit",
      examples: ["5s"],
      description: "Deadline of one request. Default 10s.",
    },
    allowRefs: {
      type: "array",
      items: { type: "string" },
      description:
        "Beginnings of addresses that references may lead to. Default: none, files of the repository only.",
    },
    checks: {
      type: "object",
      description: "Settings by check.",
      additionalProperties: false,
      properties: {
        "schema-diff": onCheck("Breaking changes against the earlier document."),
        responses: onCheck("Every answer as the document promises."),
        negative: onCheck("Invalid input is refused."),
        auth: onCheck("Secured operations refuse strangers."),
      },
    },
  },
};

/** Milliseconds of a duration such as "500ms" or "5s"; null when there is none. */
export function millisecondsOf(text: Json | undefined): number | null {
  const match = /^([0-9.]+)(ms|s)$/.exec(String(text ?? ""));
  return match ? Number(match[1]) * (match[2] === "s" ? 1000 : 1) : null;
}
