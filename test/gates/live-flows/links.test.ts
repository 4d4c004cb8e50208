/** The front page's links, schemas of OpenAPI 3.0, and certificates. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, describe, expect, test } from "vitest";
import { linksOf } from "../../../gates/live-flows/discover/links.ts";
import { certificateOf } from "../../../gates/live-flows/http/certificate.ts";
import { modernise } from "../../../gates/live-flows/schema.ts";
import { json, runFlow, runGate, serveRoutes, serveWith } from "./helpers.ts";

const page = `<!doctype html><link rel=stylesheet href="/style.css"><link rel=preconnect href="/never">
  <a href="about#top">About</a><a href="/about">again</a><a href="/logout">Bye</a>
  <a href="https://elsewhere.example/">Away</a><a href="mailto:a@b.example">Mail</a><a href="javascript:void 0">js</a>
  <script src="/app.js?v=1"></script><img src="/gone.png">`;

describe("links of the front page", () => {
  test("are those to its own host, once each, that change nothing", async () => {
    const base = new URL("http://shop.example/");
    expect(await linksOf(page, base, base)).toEqual(["/style.css", "/about", "/app.js?v=1", "/gone.png"]);
  });

  test("a base URL alone finds the broken one", async () => {
    const html = (_: unknown, response: import("node:http").ServerResponse) =>
      response.writeHead(200, { "content-type": "text/html" }).end(page);
    const fine = (_: unknown, response: import("node:http").ServerResponse) => json(response, {});
    const server = await serveRoutes({
      "GET /": html,
      "GET /health": fine,
      "GET /about": html,
      "GET /style.css": fine,
      "GET /app.js": fine,
    });
    const outcome = await runGate({ baseUrl: server.url });
    expect(outcome.findings.map((finding) => [finding.ruleId, finding.target])).toEqual([
      ["flows/status", "link /gone.png"],
    ]);
    expect(server.seen).not.toContain("GET /logout");
  });
});

describe("schemas", () => {
  const root = mkdtempSync(join(tmpdir(), "live-flows-schema-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "api"));
  writeFileSync(
    join(root, "api", "openapi.yaml"),
    `openapi: 3.0.3
components:
  schemas:
    Money: { type: number, minimum: 0, exclusiveMinimum: true }
    Quote:
      type: object
      required: [price, note]
      properties:
        price: { $ref: "#/components/schemas/Money" }
        note: { type: string, nullable: true }
        at: { type: string, format: date-time }
`,
  );
  const ask = async (answer: object, schema: unknown = "api/openapi.yaml#/components/schemas/Quote") => {
    const server = await serveRoutes({ "GET /": (_, response) => json(response, answer) });
    return runFlow(server.url, { get: "/", expect: { schema } }, { root });
  };

  test("of an OpenAPI 3.0 document hold, with its nullable and its exclusive bounds", async () => {
    const good = await ask({ price: 1, note: null, at: "2026-11-21T05:00:00Z" });
    expect(good.check()).toMatchObject({ status: "passed" });
    for (const bad of [{ price: 0, note: "" }, { price: 1 }, { price: 1, note: "", at: "yesterday" }])
      expect((await ask(bad)).rules).toEqual(["flows/schema"]);
  });

  test.each(["api/none.json", "api/openapi.yaml#/components/schemas/Nothing", "../../etc/hosts"])(
    "that cannot be had make the flow errored, not passed: %s",
    async (schema) => {
      const outcome = await ask({}, schema);
      expect(outcome.check()).toMatchObject({ status: "errored", failureClass: "bad-flow", examined: 0 });
    },
  );

  test("properties called like keywords stay properties, and data stay data", () => {
    const schema = { properties: { nullable: { type: "boolean" } }, enum: [{ nullable: true }] };
    expect(modernise(schema)).toEqual(schema);
  });
});

describe("certificates", () => {
  const dir = mkdtempSync(join(tmpdir(), "live-flows-cert-"));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const files = ["-keyout", join(dir, "key.pem"), "-out", join(dir, "cert.pem")];
  const subject = [
    "-subj",
    "/O=Shop/CN=shop.example",
    "-addext",
    "subjectAltName=DNS:shop.example,IP:127.0.0.1",
  ];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "20", ...files, ...subject],
    {
      stdio: "ignore",
    },
  );

  test("are read with names and the days they have left", async () => {
    const pair = { key: readFileSync(join(dir, "key.pem")), cert: readFileSync(join(dir, "cert.pem")) };
    const server = await serveWith(createServer(pair), "https");
    const certificate = await new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: server.port, ca: pair.cert }, () => {
        resolve(certificateOf(socket));
        socket.destroy();
      });
      socket.on("error", reject);
    });
    expect(certificate).toMatchObject({
      subject: "O=Shop, CN=shop.example",
      issuer: "O=Shop, CN=shop.example",
      names: ["shop.example", "127.0.0.1"],
      daysLeft: 19,
    });
  });

  test("cannot be expected of a connection without TLS", async () => {
    const server = await serveRoutes({ "GET /": (_, response) => json(response, {}) });
    const outcome = await runFlow(server.url, { get: "/", expect: { certificate: { daysLeft: "> 14" } } });
    expect(outcome.rules).toEqual(["flows/certificate"]);
  });
});
