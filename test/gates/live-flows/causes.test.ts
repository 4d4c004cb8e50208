/** One dead dependency behind many failures, latency against history, and staying green. */
import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { freePort, json, runFlow, runGate, serve, serveRoutes } from "./helpers.ts";

const six = ["/a", "/b", "/c", "/d", "/e", "/f"].map((get) => ({ name: `flow ${get}`, get }));

describe("root causes", () => {
  test("six flows that fail for one dead dependency are one finding with six effects", async () => {
    const server = await serve((request, response) =>
      json(response, { path: request.url, error: "connect ECONNREFUSED 127.0.0.1:5432" }, 500),
    );
    const outcome = await runGate({ baseUrl: server.url, options: { flows: six } });
    expect(outcome.rules).toEqual(["flows/dependency"]);
    expect(outcome.findings[0]).toMatchObject({ severity: "high", target: "127.0.0.1:5432" });
    for (const { name } of six) expect(outcome.findings[0]!.message).toContain(name);
    expect(outcome.checks.map((check) => check.status)).toEqual(six.map(() => "failed"));
  });

  const different = (request: { url?: string | undefined }, response: ServerResponse) =>
    json(response, { error: `cannot serve ${request.url}` }, 500);

  test("what infra-health found explains answers that name nothing", async () => {
    const server = await serve(different);
    const upstream = { "infra-health": { status: "failed" as const, failureClasses: ["postgres-refused"] } };
    const outcome = await runGate({ baseUrl: server.url, options: { flows: six }, upstream });
    expect(outcome.rules).toEqual(["flows/dependency"]);
    expect(outcome.findings[0]!.message).toContain(
      "infra-health ended failed (postgres-refused). One cause, 6 flows",
    );
  });

  test("without such a witness, faults that name nothing stay six", async () => {
    const server = await serve(different);
    const outcome = await runGate({ baseUrl: server.url, options: { flows: six } });
    expect(outcome.rules).toEqual(six.map(() => "flows/status"));
  });
});

describe("latency relative to history", () => {
  const entry = (p95Ms: number) => ({
    runId: "r",
    finishedAt: "2026-11-01T00:00:00Z",
    metrics: { latency: [{ flow: "flow", samples: 1, p50Ms: p95Ms, p95Ms }] },
  });
  const flow = { get: "/", expect: { latency: "<= +20% of median of last 10" } };
  const answer = () => serveRoutes({ "GET /": (_, response) => json(response, {}) });

  test("slower than usual is told with the bound it had", async () => {
    const server = await serve((_, response) => void setTimeout(() => json(response, {}), 60));
    const outcome = await runFlow(server.url, flow, { history: [4, 5, 6].map(entry) });
    expect(outcome.rules).toEqual(["flows/latency"]);
    expect(outcome.findings[0]!.message).toContain("<= +20% of median of last 10 (10 ms)");
  });

  test("no slower than usual holds", async () => {
    const outcome = await runFlow((await answer()).url, flow, { history: [60_000, 60_000, 1].map(entry) });
    expect(outcome.findings).toEqual([]);
  });

  test("with too few earlier runs nothing is compared, and that is said", async () => {
    const outcome = await runFlow((await answer()).url, flow, { history: [entry(1)] });
    expect(outcome.check().status).toBe("passed");
    expect(outcome.check().message).toContain("was not compared: 1 earlier runs, 3 are needed");
  });
});

describe("staying green", () => {
  test("a flow that fails later is told with the time", async () => {
    let asked = 0;
    const server = await serve((_, response) => {
      asked += 1;
      json(response, {}, asked <= 2 ? 200 : 500);
    });
    const outcome = await runFlow(server.url, { get: "/", steadyFor: "1500ms" });
    expect(outcome.rules).toEqual(["flows/status"]);
    expect(outcome.findings[0]!.message).toMatch(/into the 1\.5 s it has to stay green/);
    expect(asked).toBe(3);
  });

  test("one that holds is asked several times and says so", async () => {
    const server = await serve((_, response) => json(response, {}));
    const outcome = await runFlow(server.url, { get: "/", steadyFor: "1200ms" });
    expect(outcome.check().message).toMatch(/Stayed green for 1\.2 s \(2 more samples\)/);
    expect(server.seen).toHaveLength(3);
  });
});

describe("the fault proxy", () => {
  test.each(["refuse", "error", "reset", "hang"] as const)(
    "%s: the service behind it has to fall back",
    async (mode) => {
      const upstream = await serve((_, response) => json(response, { price: 5 }));
      const listen = await freePort();
      let cached: unknown = null;
      const fetchPrice = (giveUpMs: number) =>
        fetch(`http://127.0.0.1:${listen}/price`, { signal: AbortSignal.timeout(giveUpMs) });
      const service = await serve(async (_, response) => {
        try {
          const answer = await fetchPrice(2000);
          if (!answer.ok) throw new Error(`${answer.status}`);
          cached = await answer.json();
          json(response, { ...(cached as object), stale: false });
        } catch {
          json(response, { ...(cached as object), stale: true });
        }
      });
      const proxies = { market: { listen, upstream: upstream.url } };
      const fallback = { fault: { proxy: "market", mode }, marker: "$.stale", within: "10s" };
      const flows = [
        { name: "price", get: "/", timeout: "20s", expect: { json: { "$.price": 5 } }, fallback },
      ];
      const outcome = await runGate({ baseUrl: service.url, options: { warmUp: false, proxies, flows } });
      expect(outcome.findings).toEqual([]);
      expect(outcome.check().status).toBe("passed");
      expect(upstream.seen).toEqual(["GET /price"]);
    },
  );

  test("that the service does not use proves nothing: errored", async () => {
    const service = await serve((_, response) => json(response, { stale: true }));
    const proxies = { market: { listen: await freePort(), upstream: service.url } };
    const flows = [{ name: "price", get: "/", fallback: { fault: { proxy: "market" } } }];
    const outcome = await runGate({ baseUrl: service.url, options: { proxies, flows } });
    expect(outcome.check()).toMatchObject({ status: "errored", failureClass: "fault-not-reached" });
  });
});
