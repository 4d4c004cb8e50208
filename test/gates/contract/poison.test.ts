/** Ten calls that break the service for everything else: each is named, and what the others answered stays as it was. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import gate from "../../../gates/contract/index.ts";
import { runGate } from "../run-gate.ts";
import { answer, serve } from "./pet-service.ts";

const POISONS = [
  "/admin/maintenance",
  "/tokens/revoke-all",
  "/data/wipe",
  "/limits/tighten",
  "/jobs/run",
  "/cache/rebuild",
  "/features/enable",
  "/index/drop",
  "/tenants/close",
  "/nodes/detach",
];
const SYMPTOMS = [503, 401, 200, 429, 500, 502, 404, 500, 403, 503];

function document(): object {
  const ok = {
    "200": { description: "ok", content: { "application/json": { schema: { type: "object" } } } },
  };
  const reads = Object.fromEntries(
    ["alpha", "beta", "gamma", "delta"].map((name) => [
      `/${name}`,
      { get: { operationId: name, responses: ok } },
    ]),
  );
  const writes = Object.fromEntries(
    [...POISONS, "/notes", "/marks"].map((name) => [name, { post: { responses: ok } }]),
  );
  return { openapi: "3.1.0", info: { title: "t", version: "1" }, paths: { ...reads, ...writes } };
}

/** Broken by a call of one address from then on; POST /reset heals it. */
function service(poison: string | null, symptom: number, writesOnly = false) {
  let broken = false;
  return serve((request, response) => {
    const url = request.url ?? "";
    if (url === "/reset") broken = false;
    else if (broken && symptom !== 200 && !(writesOnly && request.method === "GET"))
      return answer(response, symptom, { error: "no" });
    if (url === poison) broken = true;
    return answer(response, 200, { items: broken && !writesOnly ? [] : [1] });
  });
}

async function run(poison: string | null, symptom: number, writesOnly = false) {
  const dir = mkdtempSync(path.join(os.tmpdir(), "meta-orch-poison-"));
  writeFileSync(path.join(dir, "openapi.json"), JSON.stringify(document()));
  const server = await service(poison, symptom, writesOnly);
  onTestFinished(async () => {
    await server.close();
    rmSync(dir, { recursive: true });
  });
  const options = { document: "openapi.json", disposable: true, reset: { path: "/reset" } };
  return runGate(gate, dir, { baseUrl: server.url, options, checks: ["responses"] });
}

describe("poisoning", () => {
  it.each(POISONS.map((name, index) => [name, SYMPTOMS[index]!] as const))(
    "POST %s (%i) is named",
    async (poison, symptom) => {
      const [clean, result] = [await run(null, 200), await run(poison, symptom)];
      const told = result.findings.filter(({ ruleId }) => ruleId === "responses/poisoning");
      expect(told.map(({ target }) => target)).toEqual([`POST ${poison}`]);
      expect(result.findings).toHaveLength(told.length);
      expect(result.checks).toEqual(clean.checks);
    },
  );

  it("a call that stops writes only is named, and what failed after it is run again", async () => {
    const [clean, result] = [await run(null, 200), await run("/jobs/run", 503, true)];
    const told = result.findings.filter(({ ruleId }) => ruleId === "responses/poisoning");
    expect(told.map(({ target }) => target)).toEqual(["POST /jobs/run"]);
    expect(told[0]!.message).toContain("answer alike: 503");
    expect(result.checks).toEqual(clean.checks);
  });

  it("a call that stops writes when nothing comes after it is found by its name", async () => {
    const told = (await run("/admin/maintenance", 503, true)).findings;
    expect(told.map(({ ruleId, target }) => [ruleId, target])).toEqual([
      ["responses/poisoning", "POST /admin/maintenance"],
    ]);
  });

  it("a call that ends the service is named, and what was learnt before stays", async () => {
    const dir = mkdtempSync(path.join(os.tmpdir(), "meta-orch-crash-"));
    writeFileSync(path.join(dir, "openapi.json"), JSON.stringify(document()));
    const server = await serve((request, response) => {
      if (request.url !== "/jobs/run") answer(response, 200, {});
      else {
        response.destroy();
        void server.close();
      }
    });
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const options = { document: "openapi.json", disposable: true, requestTimeout: "1s" };
    const result = await runGate(gate, dir, { baseUrl: server.url, options, checks: ["responses"] });
    const crashed = result.findings.find(({ ruleId }) => ruleId === "responses/crashed");
    expect(crashed).toMatchObject({ severity: "critical", target: "POST /jobs/run" });
    expect(crashed!.fix!.command).toMatch(/^curl .*\/jobs\/run/);
    expect(result.checks[0]).toMatchObject({ status: "failed" });
    expect(result.metrics.coverage).toMatchObject({ exercised: 7 });
  });
});
