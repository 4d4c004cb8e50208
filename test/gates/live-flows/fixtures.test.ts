/** The gate's own fixtures: a description of a server, flows, and exactly the findings they must give. */
import { readdirSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { runGate, serve } from "./helpers.ts";

interface Reply {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
  base64?: string;
  /** Ends the connection instead of answering. */
  reset?: boolean;
  /** Ends the connection after what is given of the body. */
  cut?: boolean;
}

interface Fixture {
  about: string;
  server: Record<string, Reply>;
  options: JsonObject;
  findings: { target: string; ruleId: string; severity: string }[];
}

const FOLDER = new URL("../../../gates/live-flows/fixtures/", import.meta.url);

function answer(reply: Reply, response: ServerResponse): void {
  if (reply.reset) {
    response.socket?.destroy();
    return;
  }
  const type: Record<string, string> = reply.json === undefined ? {} : { "content-type": "application/json" };
  response.writeHead(reply.status ?? 200, { ...type, ...reply.headers });
  const json = reply.json === undefined ? "" : JSON.stringify(reply.json);
  const body = reply.base64 ? Buffer.from(reply.base64, "base64") : (reply.text ?? json);
  if (reply.cut) response.write(body, () => response.socket?.destroy());
  else response.end(body);
}

const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

describe.each(names)("%s", (name) => {
  const fixture = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Fixture;
  const start = () =>
    serve((request, response) => {
      const reply = fixture.server[`${request.method} ${request.url}`];
      answer(reply ?? { status: 404, json: { error: "not found" } }, response);
    });

  test("gives exactly the findings it lists, twice over", async () => {
    const server = await start();
    for (const concurrency of [1, 10]) {
      const outcome = await runGate({ baseUrl: server.url, options: { ...fixture.options, concurrency } });
      const found = outcome.findings.map(({ target, ruleId, severity }) => ({ target, ruleId, severity }));
      expect(found).toEqual(fixture.findings);
      const failing = new Set(
        fixture.findings.filter((one) => one.severity === "high").map((one) => one.target),
      );
      for (const check of outcome.checks)
        expect(check.status).toBe(failing.has(check.target ?? "") ? "failed" : "passed");
    }
  });
});

test("there is a good and a bad one", () => {
  expect(names).toEqual(expect.arrayContaining(["known-bad.json", "known-good.json"]));
});
