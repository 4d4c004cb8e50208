/** Two versions of a document: which rule speaks, how gravely, and who is broken. */
import { describe, expect, it } from "vitest";
import { compareDocuments } from "../../../gates/contract/diff/compare.ts";
import { loadDocument } from "../../../gates/contract/document/load.ts";
import { operationsOf } from "../../../gates/contract/document/operations.ts";
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";

const TODAY = "2026-06-01";

async function changesBetween(before: JsonObject, after: JsonObject) {
  const load = async (paths: JsonObject) => {
    const text = JSON.stringify({ openapi: "3.1.0", info: { title: "t", version: "1" }, ...paths });
    const loaded = await loadDocument(text, "openapi.json", true, async () => null);
    if (!loaded.ok) throw new Error(loaded.message);
    return { document: loaded.document, operations: operationsOf(loaded.document) };
  };
  return compareDocuments(await load(before), await load(after), TODAY);
}

const grave = async (before: JsonObject, after: JsonObject) =>
  (await changesBetween(before, after))
    .filter(({ level }) => level !== "compatible")
    .map(({ rule, level, who }) => `${level} ${rule}: ${who}`);

const operation = (more: JsonObject): JsonObject => ({
  paths: { "/pets": { post: { responses: { 200: { description: "" } }, ...more } } },
});
const asRequest = (schema: Json) =>
  operation({ requestBody: { content: { "application/json": { schema } } } });
const asResponse = (schema: Json) =>
  operation({ responses: { 200: { description: "", content: { "application/json": { schema } } } } });
const withParameter = (parameter: JsonObject) => operation({ parameters: [parameter] });
const pet = (property: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties: { name: property },
  ...more,
});

describe("schemas: a request may only grow more tolerant, a response only more exact", () => {
  const TEXT = { type: "string" };
  it.each<[string, JsonObject, JsonObject, string[], string[]]>([
    [
      "another type",
      pet(TEXT),
      pet({ type: "integer" }),
      ["breaking type-changed"],
      ["breaking type-changed"],
    ],
    ["required", pet(TEXT), pet(TEXT, { required: ["name"] }), ["breaking became-required"], []],
    ["no longer required", pet(TEXT, { required: ["name"] }), pet(TEXT), [], ["breaking became-optional"]],
    ["null admitted", pet(TEXT), pet({ type: ["string", "null"] }), [], ["breaking became-nullable"]],
    [
      "an enum value more",
      pet({ enum: ["a"] }),
      pet({ enum: ["a", "b"] }),
      [],
      ["breaking enum-value-added"],
    ],
    [
      "an enum value less",
      pet({ enum: ["a", "b"] }),
      pet({ enum: ["a"] }),
      ["breaking enum-value-removed"],
      [],
    ],
    [
      "a shorter text",
      pet({ ...TEXT, maxLength: 9 }),
      pet({ ...TEXT, maxLength: 5 }),
      ["breaking max-length-decreased"],
      [],
    ],
    [
      "a longer text",
      pet({ ...TEXT, maxLength: 5 }),
      pet({ ...TEXT, maxLength: 9 }),
      [],
      ["breaking max-length-increased"],
    ],
    ["a pattern", pet(TEXT), pet({ ...TEXT, pattern: "^a" }), ["breaking pattern-added"], []],
    [
      "a narrower multiple",
      pet({ type: "integer", multipleOf: 2 }),
      pet({ type: "integer", multipleOf: 4 }),
      ["breaking multiple-of-changed"],
      [],
    ],
    ["readOnly", pet(TEXT), pet({ ...TEXT, readOnly: true }), ["breaking became-read-only"], []],
    ["writeOnly", pet(TEXT), pet({ ...TEXT, writeOnly: true }), [], ["breaking became-write-only"]],
    [
      "writable and required",
      pet({ ...TEXT, readOnly: true }, { required: ["name"] }),
      pet(TEXT, { required: ["name"] }),
      ["breaking became-writable-and-required"],
      [],
    ],
    [
      "further properties refused",
      pet(TEXT),
      pet(TEXT, { additionalProperties: false }),
      ["breaking additional-properties-forbidden"],
      [],
    ],
    [
      "a property gone",
      pet(TEXT),
      pet(TEXT, { properties: {} }),
      ["warning removed"],
      ["warning optional-removed"],
    ],
    [
      "a promised property gone",
      pet(TEXT, { required: ["name"] }),
      { type: "object" },
      ["warning removed"],
      ["breaking required-removed"],
    ],
    [
      "a branch more",
      { oneOf: [pet(TEXT)] },
      { oneOf: [pet(TEXT), { type: "array" }] },
      [],
      ["breaking one-of-added"],
    ],
    [
      "a branch less",
      { oneOf: [pet(TEXT), { type: "array" }] },
      { oneOf: [pet(TEXT)] },
      ["breaking one-of-removed"],
      [],
    ],
    [
      "a choice dissolved",
      { anyOf: [pet(TEXT), { type: "array" }] },
      pet(TEXT),
      ["breaking any-of-dissolved"],
      [],
    ],
    [
      "another discriminator",
      { oneOf: [pet(TEXT)], discriminator: { propertyName: "a" } },
      { oneOf: [pet(TEXT)], discriminator: { propertyName: "b" } },
      ["breaking discriminator-changed"],
      ["breaking discriminator-changed"],
    ],
    ["allOf folded", { allOf: [pet(TEXT)] }, pet(TEXT), [], []],
  ])("%s", async (_name, before, after, inRequests, inResponses) => {
    const bare = (lines: string[]) =>
      lines.map((line) => line.replace(/(?:request|response)-(?:body|property)-/, "").replace(/:.*/, ""));
    expect(bare(await grave(asRequest(before), asRequest(after)))).toEqual(inRequests);
    expect(bare(await grave(asResponse(before), asResponse(after)))).toEqual(inResponses);
  });
});

describe("parameters, bodies, statuses, headers", () => {
  const limit: JsonObject = { name: "limit", in: "query", schema: { type: "integer", default: 10 } };
  const tags: JsonObject = {
    name: "tags",
    in: "query",
    schema: { type: "array", items: { type: "string" } },
  };
  const header = (more: JsonObject) => operation({ responses: { 200: { description: "", headers: more } } });
  const statuses = (...list: string[]) =>
    operation({ responses: Object.fromEntries(list.map((status) => [status, { description: "" }])) });
  it.each<[string, JsonObject, JsonObject, string[]]>([
    [
      "gone",
      withParameter(limit),
      operation({}),
      ["breaking request-parameter-removed: writers of requests"],
    ],
    [
      "required now",
      withParameter(limit),
      withParameter({ ...limit, required: true }),
      ["breaking request-parameter-became-required: writers of requests"],
    ],
    [
      "new and required",
      operation({}),
      withParameter({ ...limit, required: true }),
      ["breaking new-required-request-parameter: writers of requests"],
    ],
    [
      "another default",
      withParameter(limit),
      withParameter({ ...limit, schema: { type: "integer", default: 5 } }),
      ["breaking request-parameter-default-changed: writers of requests"],
    ],
    [
      "a list written otherwise",
      withParameter(tags),
      withParameter({ ...tags, explode: false }),
      ["breaking request-parameter-style-changed: writers of requests"],
    ],
    [
      "a list of what it was",
      withParameter({ ...tags, schema: { type: "string" } }),
      withParameter(tags),
      [],
    ],
    [
      "moved to a header",
      withParameter(limit),
      withParameter({ ...limit, in: "header" }),
      ["breaking request-parameter-removed: writers of requests"],
    ],
    [
      "empty refused",
      withParameter({ ...limit, allowEmptyValue: true }),
      withParameter(limit),
      ["breaking request-parameter-empty-value-refused: writers of requests"],
    ],
    [
      "a success status gone",
      statuses("200", "201"),
      statuses("200"),
      ["breaking response-success-status-removed: readers of responses"],
    ],
    [
      "a refusal gone",
      statuses("200", "404"),
      statuses("200"),
      ["warning response-status-removed: readers of responses"],
    ],
    [
      "a header gone",
      header({ "x-total": { schema: { type: "integer" } } }),
      header({}),
      ["breaking optional-response-header-removed: readers of responses"],
    ],
    [
      "a media type gone",
      operation({ requestBody: { content: { "text/csv": {} } } }),
      operation({ requestBody: { content: { "text/tab": {} } } }),
      ["breaking request-body-media-type-removed: writers of requests"],
    ],
    [
      "a range instead",
      operation({ requestBody: { content: { "text/csv": {} } } }),
      operation({ requestBody: { content: { "text/*": {} } } }),
      [],
    ],
  ])("%s", async (_name, before, after, expected) => {
    expect(await grave(before, after)).toEqual(expected);
  });
});

describe("security and lifecycle", () => {
  const secured = (security: Json, scheme: JsonObject = { type: "http", scheme: "bearer" }): JsonObject => ({
    ...operation({ security }),
    components: { securitySchemes: { key: scheme } },
  });
  const old = (more: JsonObject) => ({ paths: { "/old": { get: { responses: {}, ...more } } } });
  it.each<[string, JsonObject, JsonObject, string[]]>([
    ["open before", secured([]), secured([{ key: [] }]), ["breaking security-added"]],
    [
      "a scope more",
      secured([{ key: ["read"] }]),
      secured([{ key: ["read", "write"] }]),
      ["breaking security-scope-added"],
    ],
    ["an alternative", secured([{ key: [] }]), secured([{ key: [] }, { other: [] }]), []],
    [
      "another header",
      secured([{ key: [] }], { type: "apiKey", in: "header", name: "a" }),
      secured([{ key: [] }], { type: "apiKey", in: "header", name: "b" }),
      ["breaking security-scheme-name-changed"],
    ],
    ["removed", old({}), { paths: {} }, ["breaking operation-removed"]],
    ["removed after its sunset", old({ deprecated: true, "x-sunset": "2026-05-01" }), { paths: {} }, []],
    [
      "removed before its sunset",
      old({ deprecated: true, "x-sunset": "2026-07-01" }),
      { paths: {} },
      ["breaking operation-removed"],
    ],
    ["removed in alpha", old({ "x-stability-level": "alpha" }), { paths: {} }, []],
    [
      "less stable",
      old({ "x-stability-level": "stable" }),
      old({ "x-stability-level": "beta" }),
      ["breaking operation-stability-decreased"],
    ],
    [
      "sunset withdrawn",
      old({ deprecated: true, "x-sunset": "2026-07-01" }),
      old({ deprecated: true }),
      ["breaking operation-sunset-removed"],
    ],
    [
      "moved",
      old({ operationId: "x" }),
      { paths: { "/new": { get: { operationId: "x", responses: {} } } } },
      ["breaking operation-moved"],
    ],
    ["renamed", old({ operationId: "x" }), old({ operationId: "y" }), ["warning operation-id-changed"]],
    ["placeholder renamed", { paths: { "/a/{x}": { get: {} } } }, { paths: { "/a/{y}": { get: {} } } }, []],
  ])("%s", async (_name, before, after, expected) => {
    expect((await grave(before, after)).map((line) => line.replace(/:.*/, ""))).toEqual(expected);
  });

  it("in webhooks and callbacks those who use the API read the requests", async () => {
    const hook = (schema: Json): JsonObject => ({
      paths: {},
      webhooks: {
        sent: { post: { requestBody: { content: { "application/json": { schema } } }, responses: {} } },
      },
    });
    const less = await grave(hook(pet({ type: "string" }, { required: ["name"] })), hook({ type: "object" }));
    expect(less).toEqual(["breaking request-property-required-removed: readers of requests"]);
    expect(
      await grave(hook({ type: "object" }), hook(pet({ type: "string" }, { required: ["name"] }))),
    ).toEqual([]);
    expect(await grave(hook({}), { paths: {} })).toEqual(["breaking webhook-removed: readers of requests"]);
  });
});
