/** Every operation of a service that gives nothing away: a session by cookie, names that are taken, ids in answers only. */
import { describe, expect, it, onTestFinished } from "vitest";
import gate from "../../../gates/contract/index.ts";
import { runGate } from "../run-gate.ts";
import { answer, FIXTURES, serve } from "./pet-service.ts";

const json = (schema: object) => ({ content: { "application/json": { schema } } });
const status = (...all: number[]) => Object.fromEntries(all.map((one) => [one, { description: "no body" }]));
const Board = {
  type: "object",
  required: ["id", "name"],
  properties: { id: { type: "integer" }, name: { type: "string" } },
};
const boardId = { name: "boardId", in: "path", required: true, schema: { type: "integer" } };
const session = [{ cookie: [] }];

const DOCUMENT = {
  openapi: "3.1.0",
  info: { title: "Boards", version: "1" },
  servers: [{ url: "https://api.example.com/v2" }],
  components: { securitySchemes: { cookie: { type: "apiKey", in: "cookie", name: "sid" } } },
  paths: {
    "/login": {
      post: {
        requestBody: {
          required: true,
          ...json({ type: "object", properties: { name: { type: "string" } } }),
        },
        responses: status(204, 401),
      },
    },
    "/boards": {
      get: {
        security: session,
        responses: { 200: { description: "all", ...json({ type: "array", items: Board }) }, ...status(401) },
      },
      post: {
        security: session,
        requestBody: {
          required: true,
          ...json({
            type: "object",
            required: ["name"],
            properties: { name: { type: "string", examples: ["taken"] }, plan: { type: "string" } },
          }),
        },
        responses: status(201, 401, 409, 422),
      },
    },
    "/boards/{boardId}": {
      parameters: [boardId],
      get: {
        security: session,
        responses: { 200: { description: "one", ...json(Board) }, ...status(401, 404) },
      },
      delete: { security: session, responses: status(204, 401, 404) },
    },
    "/boards/{boardId}/archive": {
      parameters: [boardId],
      delete: { security: session, responses: status(204, 401, 404) },
    },
  },
};

function boards() {
  const all = new Map([[1, "taken"]]);
  let next = 2;
  return serve((request, response, body) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/swagger-json") return answer(response, 200, DOCUMENT);
    if (pathname === "/login") {
      if (!body.includes('"ana"')) return answer(response, 401);
      response.setHeader("set-cookie", "sid=s1; HttpOnly");
      return answer(response, 204);
    }
    if (!/^\/boards(\/|$)/.test(pathname)) return answer(response, 404);
    if (request.headers.cookie !== "sid=s1") return answer(response, 401);
    if (pathname === "/boards" && request.method === "GET")
      return answer(
        response,
        200,
        [...all].map(([id, name]) => ({ id, name })),
      );
    if (pathname === "/boards") {
      const { name, plan } = JSON.parse(body) as { name?: unknown; plan?: unknown };
      if (typeof name !== "string" || plan !== undefined) return answer(response, 422);
      if ([...all.values()].includes(name)) return answer(response, 409);
      all.set(next, name);
      response.setHeader("location", `/boards/${next}`);
      next += 1;
      return answer(response, 201);
    }
    const id = Number(/^\/boards\/(\d+)/.exec(pathname)?.[1]);
    const name = all.get(id);
    if (name === undefined) return answer(response, 404);
    if (request.method === "GET") return answer(response, 200, { id, name });
    if (!pathname.endsWith("/archive")) all.delete(id);
    return answer(response, 204);
  });
}

describe("a service without examples of its own", () => {
  it("is found, signed in to and exercised with success, and keeps what it had", async () => {
    const service = await boards();
    onTestFinished(() => service.close());
    const login = { path: "/login", body: { name: "ana" } };
    const result = await runGate(gate, `${FIXTURES}good`, {
      baseUrl: service.url,
      checks: ["responses"],
      options: { document: `${service.url}/swagger-json`, disposable: true, login },
    });
    expect(result.findings).toEqual([]);
    expect(result.metrics.coverage).toMatchObject({ operations: 6, exercised: 6, succeeded: 6 });
    expect(service.requests).not.toContain("DELETE /boards/1");
  });
});
