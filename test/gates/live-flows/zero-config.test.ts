/** A base URL and nothing else. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort, json, type Routes, runGate, serveRoutes } from "./helpers.ts";

const HEALTHY: Routes = {
  "GET /": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>hello"),
  "GET /healthz": (_, response) => json(response, { status: "ok" }),
};

const DOCUMENT = {
  openapi: "3.1.0",
  info: { title: "Shop", version: "1" },
  servers: [{ url: "https://shop.example/v1" }],
  paths: {
    "/products": { get: { responses: { 200: { description: "ok" } } }, post: { responses: {} } },
    "/products/{id}": { get: { parameters: [{ name: "id", in: "path", required: true }], responses: {} } },
    "/search": {
      get: {
        parameters: [{ $ref: "#/components/parameters/q" }, { name: "page", in: "query" }],
        responses: {},
      },
    },
    "/report": {
      get: {
        parameters: [{ name: "from", in: "query", required: true, schema: { type: "string" } }],
        responses: {},
      },
    },
    "/me": { get: { security: [{ token: [] }], responses: {} } },
    "/old": { get: { deprecated: true, responses: {} } },
  },
  components: {
    parameters: { q: { name: "q", in: "query", required: true, schema: { type: "string", default: "tea" } } },
  },
};
const API: Routes = {
  "GET /v1/products": (_, response) => json(response, []),
  "GET /v1/search": (request, response) => json(response, {}, request.url?.endsWith("?q=tea") ? 200 : 400),
  "GET /v1/me": (_, response) => json(response, {}, 401),
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "flows-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function tracked(path: string, text: string) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  return { path, oid: "", mode: "100644", size: text.length };
}

describe("health and front page", () => {
  test("a healthy service passes, and says which endpoint answered", async () => {
    const server = await serveRoutes(HEALTHY);
    const outcome = await runGate({ baseUrl: server.url });
    expect(outcome.findings).toEqual([]);
    expect(outcome.check("health endpoint")).toMatchObject({
      status: "passed",
      message: "GET /healthz answered 200.",
    });
    expect(outcome.check("front page").status).toBe("passed");
    expect(outcome.metrics).toMatchObject({ source: "found", flows: { planned: 2, passed: 2 } });
  });

  test("a health endpoint that says no fails, with its words", async () => {
    const server = await serveRoutes({
      ...HEALTHY,
      "GET /healthz": (_, response) => json(response, { db: "down" }, 503),
    });
    const outcome = await runGate({ baseUrl: server.url });
    expect(outcome.rules).toEqual(["flows/health"]);
    expect(outcome.findings[0]).toMatchObject({ severity: "high" });
    expect(outcome.findings[0]!.message).toContain('GET /healthz expected 2xx, got 503: {"db":"down"}');
    expect(outcome.check("health endpoint").status).toBe("failed");
  });

  test("no health endpoint at all is a warning; a page for every path is none", async () => {
    for (const status of [404, 200]) {
      const page = (_: unknown, response: import("node:http").ServerResponse) =>
        response.writeHead(status, { "content-type": "text/html" }).end("<div id=app>");
      const paths = ["/health", "/healthz", "/api/health", "/readyz", "/status"];
      const routes = Object.fromEntries(paths.map((path) => [`GET ${path}`, page]));
      const server = await serveRoutes({ ...HEALTHY, ...routes });
      const outcome = await runGate({ baseUrl: server.url });
      expect(outcome.rules).toEqual(["flows/no-health-endpoint"]);
      expect(outcome.findings[0]!.severity).toBe("medium");
      expect(outcome.check("health endpoint").status).toBe("passed");
    }
  });

  test("a front page that breaks fails", async () => {
    const server = await serveRoutes({ ...HEALTHY, "GET /": (_, response) => response.writeHead(500).end() });
    const outcome = await runGate({ baseUrl: server.url });
    expect(outcome.check("front page").status).toBe("failed");
  });

  test("a service that offers none of it is errored: nothing was proven", async () => {
    const server = await serveRoutes({});
    const outcome = await runGate({ baseUrl: server.url });
    expect(outcome.checks).toHaveLength(1);
    expect(outcome.check()).toMatchObject({ status: "errored", failureClass: "nothing-found", examined: 0 });
  });

  test("nobody there is errored", async () => {
    const outcome = await runGate({ baseUrl: `http://127.0.0.1:${await freePort()}` });
    expect(outcome.check()).toMatchObject({ status: "errored", failureClass: "refused", examined: 0 });
  });

  test("a front page that leads to another host is an answer", async () => {
    const elsewhere = (_: unknown, response: import("node:http").ServerResponse) =>
      response.writeHead(302, { location: "https://login.example/" }).end();
    const server = await serveRoutes({ ...HEALTHY, "GET /": elsewhere });
    expect((await runGate({ baseUrl: server.url })).findings).toEqual([]);
  });
});

describe("OpenAPI", () => {
  const flowsOf = async (over: Parameters<typeof runGate>[0], routes: Routes) => {
    const server = await serveRoutes({ ...HEALTHY, ...routes });
    const outcome = await runGate({ baseUrl: server.url, ...over });
    return { outcome, server, names: outcome.checks.slice(2).map((check) => check.target) };
  };
  const SAFE = ["GET /products", "GET /search", "GET /me"];

  test("the document of the repository: safe operations that need no invented value", async () => {
    const files = [tracked("docs/openapi.json", "{}"), tracked("openapi.json", JSON.stringify(DOCUMENT))];
    const { outcome, server, names } = await flowsOf({ root, files }, API);
    expect(names).toEqual(SAFE);
    expect(outcome.findings).toEqual([]);
    expect(server.seen.every((line) => line.startsWith("GET "))).toBe(true);
    expect(server.seen.some((line) => line.includes("report") || line.includes("old"))).toBe(false);
  });

  test("as YAML", async () => {
    const yaml =
      "openapi: 3.1.0\nservers:\n  - url: /v1\npaths:\n  /products:\n    get:\n      responses: {}\n";
    const { names } = await flowsOf({ root, files: [tracked("api/openapi.yaml", yaml)] }, API);
    expect(names).toEqual(["GET /products"]);
  });

  test("the document the service itself offers", async () => {
    const routes = {
      ...API,
      "GET /openapi.json": (_: unknown, response: import("node:http").ServerResponse) =>
        json(response, DOCUMENT),
    };
    expect((await flowsOf({}, routes)).names).toEqual(SAFE);
  });

  test("the base URL may already hold the server's path", async () => {
    const server = await serveRoutes({ ...API, "GET /v1/health": (_, response) => json(response, {}) });
    const files = [tracked("openapi.json", JSON.stringify(DOCUMENT))];
    const outcome = await runGate({ baseUrl: `${server.url}/v1`, root, files });
    expect(outcome.checks.slice(2).map((check) => check.status)).toEqual(["passed", "passed", "passed"]);
  });

  test("an operation that breaks or is not there fails", async () => {
    const files = [tracked("openapi.json", JSON.stringify(DOCUMENT))];
    const { outcome } = await flowsOf(
      { root, files },
      { "GET /v1/products": (_, response) => json(response, {}, 500) },
    );
    expect(outcome.check("GET /products")).toMatchObject({ status: "failed", failureClass: "status" });
    expect(outcome.check("GET /search")).toMatchObject({ status: "failed", failureClass: "status" });
  });

  test("a document that is none is no reason to fail", async () => {
    for (const text of ["{", "- a\n- b", '{"openapi":"3.1.0"}', ": :\n  -"]) {
      const { outcome, names } = await flowsOf({ root, files: [tracked("openapi.json", text)] }, {});
      expect(names).toEqual([]);
      expect(outcome.check("health endpoint").status).toBe("passed");
    }
  });

  test("a document in a folder of tests is not the product's", async () => {
    const files = [tracked("test/fixtures/openapi.json", JSON.stringify(DOCUMENT))];
    expect((await flowsOf({ root, files }, API)).names).toEqual([]);
  });
});
