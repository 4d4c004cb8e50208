/** The whole gate against services that keep or break their word. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import gate from "../../../gates/contract/index.ts";
import type { GateResult } from "../../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { Scratch } from "../../git/scratch.ts";
import { type RunGateOptions, repoView, runGate } from "../run-gate.ts";
import { type Break, FIXTURES, pets, type Service } from "./pet-service.ts";

const GOOD = path.join(FIXTURES, "good");
const BAD = path.join(FIXTURES, "bad");
const baseOf = (folder: string): RunGateOptions["base"] => ({
  ref: "main",
  readFile: async (file) => readFileSync(path.join(folder, file)),
});

async function run(service: Service, options: RunGateOptions = {}): Promise<GateResult> {
  onTestFinished(() => service.close());
  return runGate(gate, GOOD, {
    baseUrl: service.url,
    ...options,
    options: { document: "openapi.yaml", ...options.options },
  });
}

const check = (result: GateResult, id: string) => result.checks.find((one) => one.id === id)!;
const rules = (result: GateResult) => result.findings.map(({ ruleId }) => ruleId);

describe("contract on a running service", () => {
  it("a service that keeps its word: every check passed, nothing found, every operation examined", async () => {
    const result = await run(await pets(), { options: { disposable: true } });
    expect(result.findings).toEqual([]);
    expect(result.checks.map(({ id, status }) => [id, status])).toEqual([
      ["schema-diff", "passed"],
      ["responses", "passed"],
      ["negative", "passed"],
      ["auth", "passed"],
    ]);
    expect(check(result, "responses")).toMatchObject({ planned: 3, examined: 3 });
    expect(check(result, "auth").message).toContain("none declares");
    const { hitKinds } = result.metrics.negative as { hitKinds: string[] };
    for (const kind of [
      "type",
      "enum",
      "minimum",
      "maximum",
      "minLength",
      "maxLength",
      "pattern",
      "required",
      "additionalProperties",
    ]) {
      expect(hitKinds).toContain(kind);
    }
  });

  it("without disposable only safe methods are sent, and what was left out is said", async () => {
    const service = await pets();
    const result = await run(service);
    expect(service.requests.filter((line) => !line.startsWith("GET "))).toEqual([]);
    const { notExercised } = result.metrics.coverage as {
      notExercised: { operation: string; reason: string }[];
    };
    expect(notExercised).toEqual([
      { operation: "POST /pets", reason: expect.stringContaining("disposable") },
    ]);
  });

  it.each<[Break, string, string]>([
    ["body", "responses/body-invalid", "GET /pets/{petId}"],
    ["status", "responses/undocumented-status", "POST /pets"],
    ["type", "responses/content-type", "GET /pets"],
    ["crash", "responses/server-error", "GET /pets"],
    ["accepts", "negative/accepted", "GET /pets"],
  ])("%s: %s, the server is wrong, a curl line repeats it", async (fault, rule, target) => {
    const result = await run(await pets(fault), { options: { disposable: true } });
    const finding = result.findings.find(({ ruleId }) => ruleId === rule);
    expect(finding).toMatchObject({ severity: "high", target });
    expect(finding!.message).toContain("[server wrong]");
    expect(finding!.fix!.command).toMatch(/^curl -sS -i /);
    expect(check(result, rule.split("/")[0]!).status).toBe("failed");
  });

  it("nobody there: errored with the class, one finding, never a pass", async () => {
    const service = await pets();
    await service.close();
    const result = await runGate(gate, GOOD, { baseUrl: service.url, options: { document: "openapi.yaml" } });
    for (const id of ["responses", "negative", "auth"]) {
      expect(check(result, id)).toMatchObject({ status: "errored", failureClass: "refused", examined: 0 });
    }
    expect(result.findings).toHaveLength(1);
  });

  it("no base URL: errored", async () => {
    const result = await runGate(gate, GOOD, { options: { document: "openapi.yaml" } });
    expect(check(result, "responses")).toMatchObject({ status: "errored", failureClass: "no-base-url" });
  });
});

describe("contract in quick mode", () => {
  const quick = (folder: string, base: RunGateOptions["base"]) =>
    runGate(gate, folder, { mode: "quick", base, options: { document: "openapi.yaml" } });

  it("no earlier version: a pass that says so, examined = operations", async () => {
    const result = await quick(GOOD, null);
    expect(result.checks).toHaveLength(1);
    expect(result.checks[0]).toMatchObject({ id: "schema-diff", status: "passed", examined: 3 });
    expect(result.checks[0]!.message).toContain("Nothing to compare with");
  });

  it("an unchanged document: nothing found", async () => {
    expect((await quick(GOOD, baseOf(GOOD))).findings).toEqual([]);
  });

  it("breaking changes and a broken reference: found with place and fix", async () => {
    const result = await quick(BAD, baseOf(GOOD));
    expect(rules(result)).toEqual(
      expect.arrayContaining([
        "schema-diff/document-broken-reference",
        "schema-diff/response-property-became-optional",
      ]),
    );
    expect(result.checks[0]).toMatchObject({ status: "failed", failureClass: "breaking-change" });
    for (const finding of result.findings) {
      expect(finding.location?.line).toBeGreaterThan(1);
      expect(finding.fix?.description).toBeTruthy();
    }
  });

  it("a field that OpenAPI does not have: named", async () => {
    const made = new Scratch();
    made.write(
      "openapi.yaml",
      `openapi: 3.0.1
info: { title: Pets, version: "1" }
paths:
  /pets:
    get:
      responses:
        "200": { description: fine, content: { application/json: { schema: { type: string, const: a } } } }
`,
    );
    expect((await quick(made.dir, null)).findings.map(({ message }) => message)).toEqual([
      expect.stringContaining("const is none of the fields that may stand there"),
    ]);
  });

  it("an earlier version that is named but not there: errored", async () => {
    const result = await runGate(gate, GOOD, {
      mode: "quick",
      options: { document: "openapi.yaml", base: "no-such-branch" },
    });
    expect(result.checks[0]).toMatchObject({ status: "errored", failureClass: "missing" });
  });
});

describe("several documents in one repository", () => {
  const api = (paths: Record<string, string[]>) =>
    JSON.stringify(
      {
        openapi: "3.1.0",
        info: { title: "Pets", version: "1" },
        paths: Object.fromEntries(
          Object.entries(paths).map(([name, methods]) => [
            name,
            Object.fromEntries(
              methods.map((method) => [method, { responses: { 200: { description: "fine" } } }]),
            ),
          ]),
        ),
      },
      null,
      2,
    );
  const small = api({ "/admin": ["get", "delete"] });
  const large = api({ "/pets": ["get"], "/shops": ["get"], "/owners": ["get"] });
  const before: Record<string, string> = { "a/openapi.json": small, "b/openapi.json": large };
  const base: RunGateOptions["base"] = {
    ref: "main",
    readFile: async (file) => (before[file] === undefined ? null : Buffer.from(before[file])),
  };

  /** As it is found: the one with most paths first, and every other one compared as well. */
  async function compared(files: Record<string, string>): Promise<GateResult> {
    const made = new Scratch();
    for (const [name, text] of Object.entries({ ...before, ...files })) made.write(name, text);
    const found = await gate.detect(await repoView(made.dir));
    return runGate(gate, made.dir, {
      mode: "quick",
      base,
      options: (found as { options: JsonObject }).options,
    });
  }

  it("the one with most paths is asked about, the others are compared too", async () => {
    const { checks, metrics } = await compared({});
    expect(metrics.document).toBe("b/openapi.json");
    expect(checks[0]).toMatchObject({ status: "passed", planned: 5, examined: 5 });
    expect(checks[0]!.message).toContain("a/openapi.json: 2 operations compared with the merge base main");
  });

  it("a break in one of the others is a break", async () => {
    const { checks, findings } = await compared({ "a/openapi.json": api({ "/admin": ["get"] }) });
    expect(checks[0]).toMatchObject({ status: "failed", failureClass: "breaking-change" });
    expect(findings.map(({ location }) => location?.path)).toEqual(["a/openapi.json"]);
  });

  it("a twin says the same, an old Swagger costs coverage, and one that does not parse is errored", async () => {
    const twin = await compared({ "c/openapi.json": large });
    expect(twin.checks[0]).toMatchObject({ status: "passed", planned: 5, examined: 5 });
    expect(twin.checks[0]!.message).toContain("c/openapi.json: says the same");
    const old = await compared({ "swagger.json": '{\n"swagger": "2.0", "paths": {} }' });
    expect(old.checks[0]).toMatchObject({ status: "passed", planned: 6, examined: 5 });
    const broken = await compared({ "c/openapi.yaml": "openapi: 3.1.0\npaths: [" });
    expect(broken.checks[0]).toMatchObject({ status: "errored", examined: 5 });
  });
});

describe("detect", () => {
  it("finds the document by its name, and is not applicable without one", async () => {
    const found = await gate.detect(await repoView(GOOD));
    expect(found).toMatchObject({ applicable: true, options: { document: "openapi.yaml" } });
    const none = await gate.detect({ ...(await repoView(GOOD)), files: [] });
    expect(none.applicable).toBe(false);
  });
});
