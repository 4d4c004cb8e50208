/** Flows of several steps, credentials, repetition and retry. */
import { describe, expect, test } from "vitest";
import { json, readBody, runFlow, runGate, serve, serveRoutes } from "./helpers.ts";

const SECRET = "s3cr3t-Token/+=";

describe("steps", () => {
  test("captures travel into path, query, header and body", async () => {
    let order: unknown;
    const server = await serveRoutes({
      "POST /login": (_, response) => json(response, { session: { token: SECRET }, user: { id: 7 } }),
      "GET /users/7/cart": (request, response) =>
        json(response, { auth: request.headers.authorization, url: request.url, ids: ["x/1"] }),
      "POST /orders/x%2F1": async (request, response) => {
        order = JSON.parse(await readBody(request));
        json(response, { ok: true }, 201);
      },
    });
    const steps = [
      { name: "login", post: "/login", capture: { token: "$.session.token", user: "$.user.id" } },
      {
        name: "cart",
        get: "/users/{{user}}/cart",
        query: { of: "{{user}}" },
        auth: { bearer: "{{token}}" },
        capture: { item: "$.ids[0]" },
        expect: { json: { "$.auth": `Bearer ${SECRET}`, "$.url": "/users/7/cart?of=7" } },
      },
      {
        name: "order",
        post: "/orders/{{item}}",
        body: { json: { user: "{{user}}", note: "for {{user}}" } },
        expect: { status: 201 },
      },
    ];
    const outcome = await runFlow(server.url, { steps });
    expect(outcome.findings).toEqual([]);
    expect(outcome.check()).toMatchObject({ status: "passed", planned: 1, examined: 1 });
    expect(outcome.check().message).toContain("3 steps, 3 answers");
    expect(order).toEqual({ user: 7, note: "for 7" });
    const rows = outcome.metrics.latency as { step: string }[];
    expect(rows.map((row) => row.step)).toEqual(["login", "cart", "order"]);
  });

  test("a step that fails ends the flow and is named", async () => {
    const server = await serveRoutes({ "GET /one": (_, response) => json(response, {}) });
    const steps = [
      { name: "first", get: "/one" },
      { name: "second", get: "/two" },
      { name: "third", get: "/one" },
    ];
    const outcome = await runFlow(server.url, { steps });
    expect(outcome.rules).toEqual(["flows/status"]);
    expect(outcome.findings[0]!.message).toMatch(/^flow > second: GET \/two expected 2xx, got 404/);
    expect(server.seen).toEqual(["GET /one", "GET /two"]);
  });

  test("a capture that finds nothing is a failure, not a guess", async () => {
    const server = await serveRoutes({ "GET /one": (_, response) => json(response, { id: null }) });
    const steps = [{ get: "/one", capture: { id: "$.nothing" } }, { get: "/{{id}}" }];
    const outcome = await runFlow(server.url, { steps });
    expect(outcome.rules).toEqual(["flows/capture"]);
    expect(outcome.findings[0]!.message).toContain("{{id}} at $.nothing, got nothing there");
    expect(server.seen).toEqual(["GET /one"]);
  });

  test("a name nobody captured is an inability", async () => {
    const server = await serveRoutes({});
    const outcome = await runFlow(server.url, { get: "/{{nobody}}" });
    expect(outcome.check()).toMatchObject({ status: "errored", failureClass: "bad-flow", examined: 0 });
    expect(server.seen).toEqual([]);
  });
});

describe("credentials", () => {
  const echo = () =>
    serve((request, response) => json(response, { got: request.headers, url: request.url }, 418));

  const everything = (value: unknown) => JSON.stringify(value);
  const basic = Buffer.from(`ana:${SECRET}`).toString("base64");

  test.each<[string, object, string, Record<string, string>]>([
    ["bearer", { auth: { bearer: "${API_TOKEN}" } }, `Bearer ${SECRET}`, { API_TOKEN: SECRET }],
    [
      "basic",
      { auth: { basic: { user: "ana", password: "${API_TOKEN}" } } },
      `Basic ${basic}`,
      { API_TOKEN: SECRET },
    ],
    [
      "a header",
      { headers: { Authorization: "Token ${API_TOKEN}" } },
      `Token ${SECRET}`,
      { API_TOKEN: SECRET },
    ],
    ["a value that was filled in before", { auth: { bearer: SECRET } }, `Bearer ${SECRET}`, {}],
  ])(
    "%s arrives, and is nowhere in the result even when the service repeats it",
    async (_, flow, header, secrets) => {
      const server = await echo();
      const run = (authorization: string) =>
        runFlow(
          server.url,
          { get: "/x", ...flow, expect: { status: 418, json: { "$.got.authorization": authorization } } },
          { secrets },
        );
      expect((await run(header)).check().status).toBe("passed");
      const outcome = await run("nothing");
      expect(outcome.rules).toEqual(["flows/json"]);
      expect(outcome.findings[0]!.message).toContain("***");
      expect(everything(outcome)).not.toContain(SECRET);
      expect(everything(outcome)).not.toContain(basic);
    },
  );

  test("in the query, in the base URL, in an API key header and in an error page", async () => {
    const server = await serve((request, response) =>
      json(response, { url: request.url, all: request.headers }, 500),
    );
    const outcome = await runFlow(
      server.url.replace("http://", `http://ana:${encodeURIComponent(SECRET)}@`),
      { get: "/x", query: { api_key: SECRET, q: "open" }, headers: { "X-Api-Key": SECRET } },
    );
    expect(outcome.rules).toEqual(["flows/status"]);
    const text = everything(outcome);
    for (const form of [SECRET, encodeURIComponent(SECRET), basic]) expect(text).not.toContain(form);
    const { command } = outcome.findings[0]!.fix!;
    expect(command).toContain('-u "$USERNAME:$PASSWORD"');
    expect(command).toContain('-H "x-api-key: $X_API_KEY"');
    expect(command).toContain("q=open");
  });

  test("a variable that is not set: the flow is errored and named, the others run", async () => {
    const server = await serveRoutes({ "GET /a": (_, response) => json(response, {}) });
    const options = {
      flows: [
        { name: "open", get: "/a" },
        { name: "closed", get: "/a", auth: { bearer: "${LIVE_FLOWS_TEST_UNSET}" } },
      ],
    };
    const outcome = await runGate({ baseUrl: server.url, options });
    expect(outcome.check("open").status).toBe("passed");
    expect(outcome.check("closed")).toMatchObject({
      status: "errored",
      failureClass: "missing-variable",
      examined: 0,
    });
    expect(outcome.check("closed").message).toContain("LIVE_FLOWS_TEST_UNSET");
  });

  test("credentials of the options stay with the base URL", async () => {
    const seen: (string | undefined)[] = [];
    const handler = (
      request: import("node:http").IncomingMessage,
      response: import("node:http").ServerResponse,
    ) => {
      seen.push(request.headers.authorization);
      json(response, {});
    };
    const ours = await serve(handler);
    const theirs = await serve(handler);
    const options = {
      warmUp: false,
      concurrency: 1,
      auth: { bearer: SECRET },
      flows: [
        { name: "ours", get: "/a" },
        { name: "theirs", get: `${theirs.url}/b` },
      ],
    };
    await runGate({ baseUrl: ours.url, options });
    expect(seen).toEqual([`Bearer ${SECRET}`, undefined]);
  });
});

describe("again", () => {
  test("retry: passing later is a pass that says how often it was tried", async () => {
    let asked = 0;
    const server = await serve((_, response) => {
      asked += 1;
      json(response, {}, asked < 3 ? 503 : 200);
    });
    const outcome = await runFlow(server.url, { get: "/", retry: { attempts: 4, backoff: "1ms" } });
    expect(outcome.check()).toMatchObject({ status: "passed", retries: 2 });
    expect(outcome.findings).toEqual([]);
    expect(asked).toBe(3);
  });

  test("retry: what never passes fails after all attempts", async () => {
    const server = await serve((_, response) => json(response, {}, 503));
    const outcome = await runFlow(server.url, { get: "/", retry: { attempts: 3, backoff: "1ms" } });
    expect(outcome.check()).toMatchObject({ status: "failed", retries: 2 });
    expect(outcome.findings).toHaveLength(1);
    expect(server.seen).toHaveLength(3);
  });

  test("repeat: one bad answer among good ones fails, with its count", async () => {
    let asked = 0;
    const server = await serve((_, response) => {
      asked += 1;
      json(response, { n: asked % 3 });
    });
    const outcome = await runFlow(server.url, { get: "/", repeat: 9, expect: { json: { "$.n": "> 0" } } });
    expect(outcome.rules).toEqual(["flows/json"]);
    expect(outcome.findings[0]!.message).toContain("(3 of 9 runs)");
  });

  test("fingerprints do not depend on what was measured, on the port or on the run", async () => {
    const prints = async (status: number) => {
      const server = await serve((_, response) => json(response, { at: Date.now() }, status));
      return (await runFlow(server.url, { get: "/" })).findings.map((finding) => finding.fingerprint);
    };
    expect(await prints(500)).toEqual(await prints(502));
  });
});

describe("what cannot be run", () => {
  test.each<[string, object, RegExp]>([
    ["two methods", { get: "/a", post: "/b" }, /exactly one of/],
    ["no method", { expect: { status: 200 } }, /exactly one of/],
    ["a path without a slash", { get: "quote" }, /must begin with "\/"/],
    ["a bad JSONPath", { get: "/", expect: { json: { "$.[": 1 } } }, /no JSONPath/],
    ["a bad capture", { get: "/", capture: { a: "id" } }, /no JSONPath/],
    ["a bad threshold", { get: "/", expect: { latency: "fast" } }, /no threshold/],
    ["a bad regular expression", { get: "/", expect: { text: { matches: "(" } } }, /no regular expression/],
    [
      "an unknown operator",
      { get: "/", expect: { json: { "$.a": { above: 3 } } } },
      /unknown operator "above"/,
    ],
    ["an expectation of nothing", { get: "/", expect: { json: { "$.a": {} } } }, /expects nothing/],
    ["a bad status", { get: "/", expect: { status: "ok" } }, /no status/],
    ["a bad size", { get: "/", expect: { size: "small" } }, /no size/],
    ["a bad timeout", { get: "/", timeout: "soon" }, /no duration/],
    ["no steps", { steps: [] }, /steps is empty/],
    ["a header with a line break", { get: "/", headers: { "x-a": "1\r\nx-b: 2" } }, /must not have/],
  ])("%s is errored and says why; the other flows run", async (_, flow, message) => {
    const server = await serve((_request, response) => json(response, {}));
    const options = {
      warmUp: false,
      flows: [
        { name: "bad", ...flow },
        { name: "good", get: "/good" },
      ],
    };
    const outcome = await runGate({ baseUrl: server.url, options: options as never });
    expect(outcome.check("bad")).toMatchObject({ status: "errored", failureClass: "bad-flow", examined: 0 });
    expect(outcome.check("bad").message).toMatch(message);
    expect(outcome.check("good").status).toBe("passed");
    expect(server.seen).toEqual(["GET /good"]);
  });

  test("two flows of one name", async () => {
    const server = await serve((_, response) => json(response, {}));
    const options = {
      warmUp: false,
      flows: [
        { name: "a", get: "/" },
        { name: "a", get: "/" },
      ],
    };
    const outcome = await runGate({ baseUrl: server.url, options });
    expect(outcome.checks.map((check) => check.status)).toEqual(["passed", "errored"]);
  });

  test.each([
    [
      "no base URL",
      {
        options: {
          flows: [
            { name: "a", get: "/" },
            { name: "b", get: "/b" },
          ],
        },
      },
      "no-base-url",
      /--base-url/,
    ],
    ["no base URL and no flows", {}, "no-base-url", /baseUrl:/],
    ["a base URL that is none", { baseUrl: "localhost:3000" }, "bad-base-url", /localhost:3000/],
    [
      "an empty list of flows",
      { baseUrl: "http://127.0.0.1:1", options: { flows: [] } },
      "no-flows",
      /empty/,
    ],
  ])("%s: errored with the way out", async (_, over, failureClass, message) => {
    const outcome = await runGate(over);
    expect(outcome.checks).toHaveLength(1);
    expect(outcome.check()).toMatchObject({ status: "errored", failureClass, examined: 0 });
    expect(outcome.check().planned).toBeGreaterThan(0);
    expect(outcome.check().message).toMatch(message);
  });

  test("absolute URLs need no base URL", async () => {
    const server = await serve((_, response) => json(response, {}));
    const outcome = await runGate({
      options: {
        flows: [
          { name: "a", get: `${server.url}/x` },
          { name: "b", get: "/y" },
        ],
      },
    });
    expect(outcome.check("a").status).toBe("passed");
    expect(outcome.check("b")).toMatchObject({ status: "errored", failureClass: "no-base-url" });
  });
});
