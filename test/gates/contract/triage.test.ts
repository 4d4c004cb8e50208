/** Who is wrong about an invalid answer, and where the paths of a document begin. */
import { describe, expect, it } from "vitest";
import { documentFaults } from "../../../gates/contract/document/faults.ts";
import { loadDocument } from "../../../gates/contract/document/load.ts";
import { operationsOf } from "../../../gates/contract/document/operations.ts";
import { findMount, mounts } from "../../../gates/contract/live/mount.ts";
import { triage } from "../../../gates/contract/live/triage.ts";
import { Samples } from "../../../gates/contract/schema/sample.ts";
import { Validator } from "../../../gates/contract/schema/validator.ts";
import type { Answer, ApiDocument } from "../../../gates/contract/types.ts";
import type { Json } from "../../../modsquad/contracts/words.ts";

async function load(more: object, paths: object = {}): Promise<ApiDocument> {
  const text = JSON.stringify({ openapi: "3.1.0", info: { title: "t", version: "1" }, paths, ...more });
  const loaded = await loadDocument(text, "openapi.json", true, async () => null);
  if (!loaded.ok) throw new Error(loaded.message);
  return loaded.document;
}

async function judged(schema: object, value: Json) {
  const document = await load({ components: { schemas: { S: schema } } });
  const validator = await Validator.create(document, "response");
  return triage(validator, "#/components/schemas/S", value);
}

const verdicts = async (schema: object, value: Json) =>
  (await judged(schema, value)).map(({ contradiction }) => (contradiction === null ? "server" : "document"));

describe("an answer that does not fit its schema", () => {
  it.each<[string, object, Json]>([
    [
      "a value the enum lists but another keyword refuses",
      { properties: { g: { type: "string", enum: ["MALE", "F"], maxLength: 1 } } },
      { g: "MALE" },
    ],
    ["a type that excludes its own alternatives", { type: "null", oneOf: [{ type: "number" }] }, 0],
    [
      "more than one alternative of oneOf",
      { oneOf: [{ type: "object", required: ["a"] }, { type: "object" }] },
      { a: 1 },
    ],
    [
      "the example of one part, put together with another",
      {
        allOf: [
          { type: "object", properties: { items: { type: "array" } } },
          { type: "object", required: ["page"], examples: [{ links: { self: "x" } }] },
        ],
      },
      { items: [], links: { self: "x" } },
    ],
  ])("%s: the document is wrong", async (_, schema, value) => {
    expect(await verdicts(schema, value)).toEqual(["document"]);
  });

  it.each<[string, object, Json]>([
    ["a value no enum lists", { type: "string", enum: ["a"], maxLength: 1 }, "bb"],
    ["no alternative at all", { oneOf: [{ type: "number" }, { type: "boolean" }] }, "x"],
    [
      "another value than the example",
      { type: "object", required: ["page"], examples: [{ links: "x" }] },
      { links: "y" },
    ],
  ])("%s: the server is wrong", async (_, schema, value) => {
    expect(new Set(await verdicts(schema, value))).toEqual(new Set(["server"]));
  });

  it("amounts of money are multiples of a hundredth", async () => {
    expect(await judged({ type: "number", multipleOf: 0.01 }, 19.99)).toEqual([]);
    expect(await verdicts({ type: "number", multipleOf: 0.01 }, 19.995)).toEqual(["server"]);
  });

  it("tells what the nearest alternative says", async () => {
    const schema = {
      oneOf: [
        { type: "string" },
        { type: "object", required: ["id"], properties: { id: { type: "string" } } },
      ],
    };
    const [only] = await judged(schema, { id: 7 });
    expect(only).toMatchObject({ contradiction: null, violation: { at: "/id", keyword: "type" } });
  });
});

describe("faults of a document", () => {
  it("tells every kind with its place, whatever else is wrong", async () => {
    const responses = { 200: { description: "ok" } };
    const document = await load(
      { info: { title: "no version" } },
      {
        "/a/{id}": {
          get: {
            operationId: "same",
            parameters: [{ name: "other", in: "path", required: true, schema: {} }],
            responses,
          },
        },
        "/b": { get: { operationId: "same", responses } },
      },
    );
    const faults = await documentFaults(document, operationsOf(document));
    expect(faults.map(({ rule, pointer }) => [rule, pointer])).toEqual([
      ["document-path-parameter-mismatch", "#/paths/~1a~1{id}/get"],
      ["document-path-parameter-mismatch", "#/paths/~1a~1{id}/get/parameters/0"],
      ["document-duplicate-operation-id", "#/paths/~1b/get/operationId"],
      ["document-missing-field", "#/info"],
    ]);
  });
});

describe("a sample", () => {
  it("leaves out optional members no generator has a value for, and stays small", async () => {
    const schema = {
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string" },
        odd: { not: {} },
        many: { type: "array", minItems: 1, maxItems: 100_000, items: { type: "string", maxLength: 1e6 } },
      },
    };
    const document = await load({ components: { schemas: { S: schema } } });
    const samples = await Samples.create(await Validator.create(document, "request"));
    const made = samples.valid("#/components/schemas/S");
    expect(made).toMatchObject({ value: { name: expect.any(String) } });
    expect(JSON.stringify(made).length).toBeLessThan(2000);
  });
});

describe("where the paths begin", () => {
  const paths = { "/pets": { get: { responses: { 200: { description: "ok" } } } } };
  const answer = (status: number): Answer => ({ status, headers: {}, text: "", ms: 1, cut: false });

  it.each([
    ["below the server's path", "", "/v1/pets", "/v1"],
    ["at the root, whatever the server's path", "", "/pets", ""],
    ["below the base URL", "/api", "/api/pets", "/api"],
    ["below both", "/api", "/api/v1/pets", "/api/v1"],
    ["nowhere: as the document says", "", "/elsewhere", "/v1"],
  ])("%s", async (_, base, real, expected) => {
    const document = await load({ servers: [{ url: "https://api.example.com/v1" }] }, paths);
    const operations = operationsOf(document);
    const mount = await findMount(mounts(document.root, base), operations, async (operation, prefix) =>
      answer(`${prefix}${operation.path}` === real ? 200 : 404),
    );
    expect(mount(operations[0]!)).toBe(expected);
  });
});
