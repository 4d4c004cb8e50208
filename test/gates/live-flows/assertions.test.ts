/** Every kind of assertion, once where it holds and once where it does not, against a real server. */
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { json, type Outcome, readBody, runFlow, serveRoutes, type TestServer } from "./helpers.ts";

let server: TestServer;
beforeEach(async () => {
  server = await serveRoutes({
    "GET /quote": (_, response) =>
      json(response, {
        symbol: "SPY",
        price: 512.5,
        text: "12",
        open: true,
        note: null,
        items: [
          { sku: "a", price: 3 },
          { sku: "b", price: 0 },
        ],
      }),
    "GET /page": (_, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "x-age": "12" });
      response.end("<h1>Über uns</h1>");
    },
    "GET /latin": (_, response) => {
      response.writeHead(200, { "content-type": "text/plain; charset=iso-8859-1" });
      response.end(Buffer.from("Über", "latin1"));
    },
    "GET /wrong-charset": (_, response) => {
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
      response.end(Buffer.from("Über", "latin1"));
    },
    "GET /zipped": (_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(JSON.stringify({ ok: true })));
    },
    "GET /zip-bomb": (_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(gzipSync(Buffer.alloc(9_000_000)));
    },
    "GET /empty": (_, response) => response.end(),
    "GET /broken": (_, response) => json(response, { error: "database is gone" }, 503),
    "GET /limited": (_, response) => {
      response.writeHead(429, { "retry-after": "30" });
      response.end();
    },
    "DELETE /order": (_, response) => response.writeHead(204).end(),
    "HEAD /quote": (_, response) => response.writeHead(200, { "x-head": "yes" }).end(),
    "POST /echo": async (request, response) =>
      json(
        response,
        { body: await readBody(request), type: request.headers["content-type"], url: request.url },
        201,
      ),
    "GET /echo": (request, response) => json(response, { url: request.url, headers: request.headers }),
  });
});

const holds = (outcome: Outcome) => {
  expect(outcome.findings).toEqual([]);
  expect(outcome.check()).toMatchObject({
    id: "flows",
    target: "flow",
    status: "passed",
    planned: 1,
    examined: 1,
  });
};
const breaks = (outcome: Outcome, rule: string, got: string | RegExp, severity = "high") => {
  expect(outcome.rules).toEqual([rule]);
  expect(outcome.findings[0]).toMatchObject({ severity, target: "flow" });
  expect(outcome.findings[0]!.message).toMatch(got);
  expect(outcome.findings[0]!.fix?.command).toMatch(/^curl .*http:\/\/127\.0\.0\.1/);
  expect(outcome.findings[0]!.fix?.description).not.toBe("");
  const status = severity === "high" ? "failed" : "passed";
  expect(outcome.check()).toMatchObject({ status, planned: 1, examined: 1 });
};

describe("status", () => {
  test.each([
    ["2xx by default", { get: "/quote" }],
    ["a number", { delete: "/order", expect: { status: 204 } }],
    ["a list", { get: "/quote", expect: { status: [404, 200] } }],
    ["a family", { get: "/broken", expect: { status: "5xx" } }],
    ["HEAD", { head: "/quote", expect: { headers: { "x-head": "yes" } } }],
  ])("holds: %s", async (_, flow) => holds(await runFlow(server.url, flow)));

  test.each([
    ["not found", { get: "/nothing" }, /expected 2xx, got 404: \{"error":"not found"\}/],
    ["an error with its words", { get: "/broken" }, /got 503: .*database is gone/],
    ["200 where 404 is expected", { get: "/quote", expect: { status: 404 } }, /expected 404, got 200/],
  ])("does not hold: %s", async (_, flow, got) =>
    breaks(await runFlow(server.url, flow), "flows/status", got),
  );

  test("a rate limit says when to come back", async () => {
    const outcome = await runFlow(server.url, { get: "/limited" });
    breaks(outcome, "flows/status", /got 429/);
    expect(outcome.findings[0]!.fix?.description).toContain("Retry-After: 30");
  });

  test("a wrong status alone is told, not what follows from it", async () => {
    const expectations = { json: { "$.price": "> 0" }, text: "SPY", headers: { "x-none": "1" } };
    breaks(await runFlow(server.url, { get: "/broken", expect: expectations }), "flows/status", /503/);
  });
});

describe("json", () => {
  test.each<[string, unknown]>([
    ["$.price", "> 0"],
    ["$.price", 512.5],
    ["$.price", { gt: 500, lte: 512.5, type: "number" }],
    ["$.symbol", "SPY"],
    ["$.symbol", { matches: "^[A-Z]+$", length: 3 }],
    ["$.open", true],
    ["$.note", null],
    ["$.note", { type: "null" }],
    ["$.missing", { exists: false }],
    ["$.items", { length: "> 1", type: "array" }],
    ["$.items[*].price", ">= 0"],
    ["$.items[*]", { count: 2 }],
    ["$.items[?@.price > 0].sku", "a"],
    ["$.items[0]", { equals: { price: 3, sku: "a" } }],
    ["$.items[*].sku", { type: "string", exists: true }],
    ["$", { contains: "symbol" }],
    ["$.items[?@.price > 100]", { count: 0 }],
  ])("holds: %s %j", async (path, expected) =>
    holds(await runFlow(server.url, { get: "/quote", expect: { json: { [path]: expected } } })),
  );

  test.each<[string, unknown, RegExp]>([
    ["$.price", "> 1000", /expected \$\.price > 1000, got 512\.5 at \$\.price/],
    ["$.price", "512.5", /got 512\.5/],
    ["$.text", "> 0", /got "12" \(a text, not a number\)/],
    ["$.items[*].price", "> 0", /got 0 at \$\.items\[1\]\.price/],
    ["$.missing", "> 0", /got nothing at \$\.missing/],
    ["$.missing", { type: "string" }, /got nothing at \$\.missing/],
    ["$.symbol", { exists: false }, /expected \$\.symbol no value, got 1 value/],
    ["$.items", { length: "> 5" }, /length/],
    ["$.items[*]", { count: "> 2" }, /expected \$\.items\[\*\] count > 2, got 2 values/],
    ["$.note", "SPY", /got null/],
    ["$.open", { type: "integer" }, /got true/],
    ["$.constructor", { exists: true }, /got nothing/],
  ])("does not hold: %s %j", async (path, expected, got) =>
    breaks(
      await runFlow(server.url, { get: "/quote", expect: { json: { [path]: expected } } }),
      "flows/json",
      got,
    ),
  );

  test("each broken path is a finding of its own", async () => {
    const json = { "$.price": "< 0", "$.symbol": "QQQ", "$.open": true };
    const outcome = await runFlow(server.url, { get: "/quote", expect: { json } });
    expect(outcome.rules).toEqual(["flows/json", "flows/json"]);
    expect(new Set(outcome.findings.map((one) => one.fingerprint)).size).toBe(2);
  });

  test("a body that is no JSON is said once", async () => {
    const expected = { json: { "$.a": 1, "$.b": 2 } };
    breaks(
      await runFlow(server.url, { get: "/page", expect: expected }),
      "flows/json",
      /no JSON \(text\/html.*<h1>/,
    );
    breaks(await runFlow(server.url, { get: "/empty", expect: expected }), "flows/json", /an empty body/);
  });

  test("a zipped body is unzipped", async () =>
    holds(await runFlow(server.url, { get: "/zipped", expect: { json: { "$.ok": true } } })));
});

describe("headers, text, size", () => {
  test.each([
    ["a media type without its parameters", { headers: { "Content-Type": "text/html" } }],
    ["a media type with them", { headers: { "content-type": "text/html; charset=utf-8" } }],
    ["a number in a header", { headers: { "x-age": "< 60" } }],
    ["no such header", { headers: { "x-none": { exists: false } } }],
    ["a part of the body", { text: "Über" }],
    ["several parts", { text: ["<h1>", { matches: "uns<" }] }],
    ["a size", { size: "< 1kb" }],
    ["an exact size", { size: 18 }],
  ])("holds: %s", async (_, expected) =>
    holds(await runFlow(server.url, { get: "/page", expect: expected })),
  );

  test.each<[string, object, string, RegExp]>([
    ["another header value", { headers: { "x-age": "10" } }, "flows/header", /expected x-age 10, got "12"/],
    ["a header that is absent", { headers: { "x-none": "1" } }, "flows/header", /got no such header/],
    ["a header out of range", { headers: { "x-age": "> 60" } }, "flows/header", /got 12/],
    [
      "text that is not there",
      { text: "Impressum" },
      "flows/text",
      /expected a body with Impressum, got <h1>/,
    ],
    ["a size", { size: "> 1kb" }, "flows/size", /expected > 1kb bytes, got 18 bytes/],
  ])("does not hold: %s", async (_, expected, rule, got) =>
    breaks(await runFlow(server.url, { get: "/page", expect: expected }), rule, got),
  );

  test("the declared charset is used, and a wrong one is named", async () => {
    holds(await runFlow(server.url, { get: "/latin", expect: { text: "Über" } }));
    const wrong = await runFlow(server.url, { get: "/wrong-charset", expect: { text: "ber" } });
    breaks(wrong, "flows/charset", /bytes that are not utf-8/);
  });

  test("a body that unfolds beyond the limit is not unfolded", async () => {
    breaks(await runFlow(server.url, { get: "/zip-bomb" }), "flows/size", /larger than/);
  });
});

describe("latency", () => {
  test("a generous threshold holds and the time is measured", async () => {
    const outcome = await runFlow(server.url, { get: "/quote", expect: { latency: "< 60s" } });
    holds(outcome);
    const [row] = outcome.metrics.latency as {
      phasesMs: Record<string, number>;
      p95Ms: number;
      samples: number;
    }[];
    expect(row).toMatchObject({ flow: "flow", samples: 1 });
    expect(row!.p95Ms).toBeGreaterThan(0);
    const { total, ...parts } = row!.phasesMs;
    const sum = Object.values(parts).reduce((one, other) => one + other, 0);
    expect(Math.abs(sum - total!)).toBeLessThan(1);
  });

  test("beyond the threshold it fails, and as a warning it does not", async () => {
    const fail = await runFlow(server.url, { get: "/quote", expect: { latency: "< 0.001ms" } });
    breaks(fail, "flows/latency", /expected < 0\.001ms, got .* ms/);
    const warn = await runFlow(server.url, {
      get: "/quote",
      expect: { latency: { warn: "< 0.001ms", fail: "< 60s" } },
    });
    breaks(warn, "flows/latency", /ms/, "medium");
    const both = await runFlow(server.url, {
      get: "/quote",
      expect: { latency: { warn: "< 0.001ms", fail: "< 0.002ms" } },
    });
    breaks(both, "flows/latency", /< 0\.002ms/);
  });

  test("repetitions are judged together", async () => {
    const outcome = await runFlow(server.url, {
      get: "/quote",
      repeat: 7,
      expect: { latency: "p50 < 0.001ms" },
    });
    breaks(outcome, "flows/latency", /got p50 .* of 7/);
    expect(server.seen).toHaveLength(7);
  });
});

describe("requests", () => {
  const sent = async (flow: object) => {
    const body = { expect: { status: "2xx", json: { "$.never": 1 } }, ...flow };
    const outcome = await runFlow(server.url, body);
    return outcome;
  };

  test.each([
    ["JSON", { json: { a: [1, "x"] } }, "application/json", '{"a":[1,"x"]}'],
    ["a form", { form: { a: "1 2", b: "ü" } }, "application/x-www-form-urlencoded", "a=1+2&b=%C3%BC"],
  ])("body as %s", async (_, body, type, text) => {
    const expected = { status: 201, json: { "$.type": type, "$.body": text } };
    holds(await runFlow(server.url, { post: "/echo", body, expect: expected }));
  });

  test("body as text with its own type", async () => {
    const expected = { status: 201, json: { "$.type": "text/csv", "$.body": "a;b" } };
    const flow = {
      post: "/echo",
      headers: { "Content-Type": "text/csv" },
      body: { text: "a;b" },
      expect: expected,
    };
    holds(await runFlow(server.url, flow));
  });

  test("query, also repeated and beside one in the path", async () => {
    const expected = { json: { "$.url": "/echo?x=1&a=b+c&n=1&n=2" } };
    holds(await runFlow(server.url, { get: "/echo?x=1", query: { a: "b c", n: [1, 2] }, expect: expected }));
  });

  test("headers of the options and of the flow", async () => {
    const options = {
      warmUp: false,
      headers: { "X-One": "1", "X-Two": "2" },
      flows: [
        {
          name: "flow",
          get: "/echo",
          headers: { "x-two": "zwei" },
          expect: { json: { "$.headers['x-one']": "1", "$.headers['x-two']": "zwei" } },
        },
      ],
    };
    holds(await runFlow(server.url, {}, { options }));
  });

  test("the path of the base URL is kept", async () => {
    const outcome = await runFlow(`${server.url}/app/`, { get: "/quote" });
    expect(outcome.rules).toEqual(["flows/status"]);
    expect(server.seen).toEqual(["GET /app/quote"]);
  });

  test("the curl line repeats the request", async () => {
    const outcome = await sent({ post: "/echo", headers: { "x-a": "it's" }, body: { json: { q: "a b" } } });
    const { command } = outcome.findings[0]!.fix!;
    expect(command).toBe(
      `curl -sS -i -H 'x-a: it'\\''s' -H 'content-type: application/json' --data-raw '{"q":"a b"}' ${server.url}/echo`,
    );
  });
});
