/** The options schema: what it lets through can be run, what it refuses is a mistake. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import gate from "../../../gates/live-flows/index.ts";
import { readFlows } from "../../../gates/live-flows/read-flows.ts";
import { explainFaults } from "../../../modsquad/config/explain.ts";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";

const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, verbose: true });
ajv.addKeyword({ keyword: "errorMessage", schemaType: "string" });
const validate = ajv.compile(gate.options);
const ok = (options: object) => validate(options);

const FULL = {
  concurrency: 4,
  warmUp: false,
  maxBody: "10mb",
  headers: { "X-Env": "ci" },
  auth: { bearer: "${API_TOKEN}" },
  flows: [
    {
      name: "quote",
      get: "/api/quote/SPY",
      query: { depth: 2, tag: ["a", "b"] },
      timeout: "5s",
      repeat: 5,
      retry: { attempts: 2, backoff: "100ms" },
      redirects: { limit: 2, hosts: ["cdn.example.com"] },
      expect: {
        status: [200, "2xx"],
        latency: { fail: "< 2000ms", warn: "p50 < 300ms" },
        headers: { "content-type": "application/json", "x-age": "< 60", "x-gone": { exists: false } },
        json: {
          "$.price": "> 0",
          "$.symbol": "SPY",
          "$.items": { length: "> 0" },
          "$.note": null,
          "$.tags": ["a"],
        },
        text: ["SPY", { matches: "S.Y" }],
        size: "< 100kb",
      },
    },
    {
      name: "order",
      auth: { basic: { user: "ana", password: "${PASSWORD}" } },
      steps: [
        { name: "login", post: "/login", body: { form: { user: "ana" } }, capture: { token: "$.token" } },
        { put: "/orders/{{token}}", body: { json: [1] }, expect: { status: 201, latency: "< 2s" } },
      ],
    },
  ],
};

describe("schema", () => {
  test("accepts everything the page describes, and all of it can be read", () => {
    expect(ok(FULL), JSON.stringify(validate.errors)).toBe(true);
    expect(readFlows(FULL as unknown as JsonObject)!.every((flow) => flow.ok)).toBe(true);
    expect(ok({})).toBe(true);
  });

  const flow = (more: object) => ({ flows: [{ name: "a", ...more }] });
  test.each<[string, object]>([
    ["an unknown key", { flow: [] }],
    ["an empty list", { flows: [] }],
    ["no name", { flows: [{ get: "/" }] }],
    ["no method", flow({})],
    ["two methods", flow({ get: "/", post: "/" })],
    ["a method and steps", flow({ get: "/", steps: [{ get: "/" }] })],
    ["no steps", flow({ steps: [] })],
    ["a relative path", flow({ get: "quote" })],
    ["an unknown key in a flow", flow({ get: "/", expects: {} })],
    ["an unknown expectation", flow({ get: "/", expect: { stats: 200 } })],
    ["an impossible status", flow({ get: "/", expect: { status: 999 } })],
    ["an unclear threshold", flow({ get: "/", expect: { latency: "2s" } })],
    ["an unknown operator", flow({ get: "/", expect: { json: { "$.a": { above: 1 } } } })],
    ["two kinds of auth", flow({ get: "/", auth: { bearer: "x", basic: { user: "a", password: "b" } } })],
    ["two kinds of body", flow({ post: "/", body: { text: "x", json: 1 } })],
    ["a duration without unit", flow({ get: "/", timeout: 5 })],
    ["a capture that is no path", flow({ get: "/", capture: { id: "id" } })],
    ["a name that cannot be written", flow({ get: "/", capture: { "a b": "$.id" } })],
    ["no attempts", flow({ get: "/", retry: { attempts: 0 } })],
  ])("refuses %s", (_, options) => expect(ok(options)).toBe(false));

  test.each<[string, object, RegExp]>([
    ["a typo", { get: "/", expect: { latncy: "< 2s" } }, /latncy.*Did you mean "latency"/s],
    ["no method", {}, /needs exactly one of get, head, post/],
    ["two methods", { get: "/", put: "/" }, /needs exactly one of get, head, post/],
    [
      "a threshold without unit",
      { get: "/", expect: { latency: "< 2" } },
      /latency must be a threshold with its unit.*< 2000ms/s,
    ],
    [
      "a status that is none",
      { get: "/", expect: { status: "ok" } },
      /status must be a status, a family such as 2xx/,
    ],
    ["a relative path", { get: "api" }, /get must begin with "\/".*\/api\/quote\/SPY/s],
    ["an unknown operator", { get: "/", expect: { json: { "$.a": { above: 1 } } } }, /above/],
    ["a bare number as timeout", { get: "/", timeout: 5 }, /timeout must be a duration with its unit, not 5/],
  ])("the config's words for %s: one fault that helps", (_, more, words) => {
    const options = flow(more);
    expect(ok(options)).toBe(false);
    const faults = explainFaults(validate.errors as never, options);
    expect(faults.map((fault) => `${fault.what} ${fault.next}`)).toEqual([expect.stringMatching(words)]);
  });

  test("every option says what it is for", () => {
    const undescribed: string[] = [];
    const walk = (schema: unknown, path: string) => {
      const { properties, items } = (schema ?? {}) as {
        properties?: Record<string, JsonObject>;
        items?: unknown;
      };
      for (const [name, property] of Object.entries(properties ?? {})) {
        if (!property.description && !property.$ref) undescribed.push(`${path}.${name}`);
        walk(property, `${path}.${name}`);
      }
      if (items) walk(items, `${path}[]`);
    };
    walk(gate.options, "");
    for (const [name, definition] of Object.entries(gate.options.$defs as JsonObject)) walk(definition, name);
    expect(undescribed.filter((path) => !path.startsWith("auth.basic."))).toEqual([]);
  });
});
