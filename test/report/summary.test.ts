import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderJson } from "../../modsquad/report/json.ts";
import { type RunSummary, summarise } from "../../modsquad/report/run-summary.ts";
import { statusSum } from "../../modsquad/report/totals.ts";
import { anyRisk, anyState } from "./arbitrary.ts";
import { blockedRun } from "./storefront-run.ts";

const schema = JSON.parse(
  readFileSync(new URL("../../schema/run-summary.schema.json", import.meta.url), "utf8"),
) as object;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

describe("RunSummary", () => {
  it("holds the answer, the numbers behind it and every gate", () => {
    const { state, risk } = blockedRun();
    const summary = summarise(state, risk, ["reports/run_summary.json"]);
    expect(summary).toMatchObject({
      schema: "meta-orch/run-summary@1",
      readiness: "BLOCKED",
      verdict: "CRITICAL",
      systemStatus: "DOWN",
      exitCode: 1,
      risk: { riskPct: 10.12, targetPct: 0.5 },
      totals: { total: 6, completed: 2, failed: 1, errored: 1, timedOut: 1, notApplicable: 1 },
      findings: { total: 12 },
      scopeCuts: [{ gate: "repo-audit", check: "licences", reason: "internal project" }],
      brokenLines: 1,
      reports: ["reports/run_summary.json"],
    });
    expect(summary.gates.map((gate) => [gate.id, gate.status])).toEqual([
      ["infra-health", "errored"],
      ["repo-audit", "failed"],
      ["live-flows", "completed"],
      ["browser", "timed_out"],
      ["unit-tests", "completed"],
      ["contract", "not_applicable"],
    ]);
    expect(summary.gates[1]).toMatchObject({
      report: "reports/github_mod.json",
      findings: { critical: 1, low: 11, total: 12, new: 2, waived: 0 },
    });
    expect(summary.findings.worst[0]).toMatchObject({
      severity: "critical",
      fix: "Remove it. run: npm run fix",
    });
    expect(summary.nextActions[0]).toMatchObject({ gate: "repo-audit", how: "remove the token" });
  });

  it("is valid against the published schema, and its totals sum, for any run", () => {
    fc.assert(
      fc.property(anyState, anyRisk, (state, risk) => {
        const summary = JSON.parse(renderJson(state, risk, ["reports/x.json"])) as RunSummary;
        expect(validate(summary), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
        expect(statusSum(summary.totals)).toBe(summary.totals.total);
        expect(summary.gates).toHaveLength(summary.totals.total);
      }),
      { numRuns: 100, seed: 12 },
    );
  });

  it("rejects a summary with a field too many or too few", () => {
    const { state, risk } = blockedRun();
    const summary = summarise(state, risk, []);
    expect(validate({ ...summary, extra: 1 })).toBe(false);
    const { verdict, ...without } = summary;
    expect(verdict).toBe("CRITICAL");
    expect(validate(without)).toBe(false);
  });
});
