import { describe, expect, test } from "vitest";
import gate from "../../../gates/live-flows/index.ts";
import { repository } from "./helpers.ts";

const detect = (files: Record<string, string>, over = {}) => gate.detect(repository(files, over));

describe("a repository that serves HTTP applies, with what was seen", () => {
  test.each<[string, Record<string, string>, string]>([
    ["express", { "package.json": '{"dependencies":{"express":"5"}}' }, "package.json depends on express"],
    [
      "a package in a workspace",
      { "package.json": "{}", "apps/web/package.json": '{"dependencies":{"next":"16"}}' },
      "next",
    ],
    [
      "node:http",
      { "src/server.ts": "const s = http.createServer((q, r) => r.end())" },
      "src/server.ts has http.createServer",
    ],
    ["EXPOSE", { Dockerfile: "FROM node\nEXPOSE 8080\n" }, "exposes port 8080"],
    [
      "compose",
      { "compose.yaml": "services:\n  web:\n    build: .\n    ports: ['80:80']\n" },
      "compose.yaml publishes ports",
    ],
    ["flask", { "requirements.txt": "requests==2\nFlask==3.0\n" }, "Flask"],
    [
      "fastapi in pyproject",
      { "pyproject.toml": '[project]\ndependencies = [\n  "fastapi>=0.1",\n]\n' },
      "fastapi",
    ],
    ["django", { "requirements/base.txt": "x", "requirements.txt": "django" }, "django"],
    ["net/http", { "cmd/api/main.go": 'log.Fatal(http.ListenAndServe(":80", nil))' }, "http.ListenAndServe"],
    ["gin", { "main.go": 'import "github.com/gin-gonic/gin"' }, "main.go"],
    ["rails", { Gemfile: 'gem "rails", "~> 8"' }, "rails"],
    ["axum", { "Cargo.toml": '[dependencies]\naxum = "0.8"\n' }, "axum"],
    ["spring", { "pom.xml": "<artifactId>spring-boot-starter-web</artifactId>" }, "pom.xml"],
  ])("%s", async (_, files, reason) => {
    const detection = await detect(files);
    expect(detection.applicable).toBe(true);
    expect(detection.reason).toContain(reason);
    expect(detection.reason).toContain("no base URL");
  });
});

describe("a repository that does not serve HTTP does not apply, and says why", () => {
  test.each<[string, Record<string, string>]>([
    ["nothing", {}],
    [
      "a library",
      { "package.json": '{"dependencies":{"lodash":"4"}}', "index.js": "export const add = (a, b) => a + b" },
    ],
    ["a library that tests with express", { "package.json": '{"devDependencies":{"express":"5"}}' }],
    [
      "a server in tests only",
      { "test/server.js": "http.createServer()", "examples/a/app.js": "http.createServer()" },
    ],
    ["a broken manifest", { "package.json": "{", "requirements.txt": "\u0000" }],
    [
      "a compose file with a database only",
      { "compose.yaml": "services:\n  db:\n    image: postgres\n    ports: ['5432:5432']\n" },
    ],
    ["a client", { "src/a.ts": "await fetch(url)", "go.mod": "module x", "a.go": "http.Get(url)" }],
  ])("%s", async (_, files) => {
    const detection = await detect(files);
    expect(detection.applicable).toBe(false);
    expect(detection.reason).toContain("nothing here serves HTTP");
  });
});

describe("what the user says comes first", () => {
  test("declared flows", async () => {
    const detection = await detect({}, { options: { flows: [{ name: "a", get: "/" }] } });
    expect(detection).toMatchObject({ applicable: true, reason: "1 flow declared in the config" });
  });

  test("a base URL, with the document that will be used", async () => {
    const detection = await detect({ "docs/openapi.yaml": "" }, { baseUrl: "http://127.0.0.1:1" });
    expect(detection).toMatchObject({ applicable: true, options: { openapi: "docs/openapi.yaml" } });
  });
});

test("live results are never taken from files", () => {
  expect(gate.inputs({})).toBe("live");
});
