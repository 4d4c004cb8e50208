/** A service with planted faults: each is named by its rule, and a clean one has no finding, run after run. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import gate from "../../../gates/live-flows/index.ts";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { compare, type FaultServer, startFaultServer } from "../../../prove/lib/fault-server.mjs";
import { runGate } from "./helpers.ts";

const CLEAN_RUNS = 25;

describe("planted faults", () => {
  let server: FaultServer;
  beforeAll(async () => {
    server = await startFaultServer();
  });
  afterAll(() => server.close());

  const run = (faults: readonly { flow: object }[]) =>
    runGate({
      baseUrl: server.url,
      options: { concurrency: 16, flows: faults.map((fault) => fault.flow) } as unknown as JsonObject,
    });

  test("there are at least 30, and every one is named by its rule", async () => {
    const faults = server.faults("broken");
    expect(faults.length).toBeGreaterThanOrEqual(30);
    const validate = new Ajv2020({ strict: false }).compile(gate.options);
    expect(validate({ flows: faults.map((fault) => fault.flow) }), JSON.stringify(validate.errors)).toBe(
      true,
    );
    const outcome = await run(faults);
    expect(compare(faults, outcome)).toEqual({ missed: [], wrong: [] });
  });

  test(`${CLEAN_RUNS} clean runs have no finding, and every flow passes`, async () => {
    const faults = server.faults("clean");
    for (let turn = 0; turn < CLEAN_RUNS; turn += 1) {
      const outcome = await run(faults);
      expect(outcome.findings).toEqual([]);
      expect(outcome.checks.filter((check) => check.status !== "passed")).toEqual([]);
    }
  });
});
