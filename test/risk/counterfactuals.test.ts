import { describe, expect, it } from "vitest";
import type { CounterfactualStep } from "../../modsquad/contracts/risk.ts";
import { counterfactuals } from "../../modsquad/risk/counterfactuals.ts";
import { parseParts } from "../../modsquad/risk/input.ts";
import { measureRisk } from "../../modsquad/risk/model.ts";
import type { OptionsOf, RunOf } from "./arbitrary.ts";
import { allPass, assessed } from "./support.ts";

function stepsOf(runs: Record<string, RunOf>, options: OptionsOf = {}): CounterfactualStep[] {
  const input = parseParts(runs, options);
  if (!input.ok) throw new Error(JSON.stringify(input.problems));
  return counterfactuals(input.value, measureRisk(input.value));
}

/** The smallest set of gates that reaches the target, by trying all of them. */
function bruteForce(
  runs: Record<string, RunOf>,
  gates: string[],
  target = 0.5,
): { size: number; risk: number } {
  let best = { size: Number.POSITIVE_INFINITY, risk: Number.POSITIVE_INFINITY };
  for (let set = 1; set < 1 << gates.length; set++) {
    const clean = gates.filter((_, i) => (set & (1 << i)) !== 0);
    const { risk } = assessed({
      ...runs,
      ...Object.fromEntries(clean.map((gate) => [gate, { status: "pass" }])),
    });
    const better = clean.length < best.size || (clean.length === best.size && risk < best.risk);
    if (risk <= target && better) best = { size: clean.length, risk };
  }
  return best;
}

describe("counterfactuals", () => {
  it("are what the model says with that gate clean, best first", () => {
    const runs = allPass({
      browser: { status: "error" },
      contract: { status: "skipped" },
      "design-dna": { status: "fail" },
    });
    const steps = stepsOf(runs);
    const singles = steps.filter((step) => step.gates.length === 1);
    expect(singles).toHaveLength(3);
    for (const { gates, riskPct } of singles) {
      expect(riskPct).toBeCloseTo(assessed({ ...runs, [gates[0]!]: { status: "pass" } }).risk, 10);
    }
    expect(singles.map((step) => step.riskPct)).toEqual(
      singles.map((step) => step.riskPct).sort((a, b) => a - b),
    );
  });

  it("end with the smallest combination that reaches the target, the best of its size", () => {
    const ids = ["repo-audit", "live-flows", "browser", "contract", "infra-health", "design-dna"];
    for (let broken = 2; broken <= ids.length; broken++) {
      const gates = ids.slice(0, broken);
      const runs = allPass(Object.fromEntries(gates.map((gate) => [gate, { status: "error" }])));
      const best = stepsOf(runs).find((step) => step.gates.length > 1)!;
      const wanted = bruteForce(runs, gates);
      expect([best.gates.length, best.underTarget]).toEqual([wanted.size, true]);
      expect(best.riskPct).toBeCloseTo(wanted.risk, 10);
    }
  });

  it("choose the best where several of a size would do", () => {
    const gates = ["contract", "browser", "infra-health"];
    const runs = allPass(Object.fromEntries(gates.map((gate) => [gate, { status: "error" }])));
    const best = stepsOf(runs, { policy: { target_pct: 0.6 } }).find((step) => step.gates.length > 1)!;
    const wanted = bruteForce(runs, gates, 0.6);
    expect([best.gates.length, wanted.size]).toEqual([2, 2]);
    expect(best.riskPct).toBeCloseTo(wanted.risk, 10);
  });

  it("need no combination when one step is enough, and none at all when nothing is lost", () => {
    expect(stepsOf(allPass({ browser: { status: "error" } }))).toMatchObject([
      { gates: ["browser"], riskPct: 0, underTarget: true },
    ]);
    expect(stepsOf(allPass())).toEqual([]);
  });

  it("leave out what is waived or deferred", () => {
    const waivers = [{ gate: "browser", expires: 1 }];
    expect(stepsOf(allPass({ browser: { status: "error" } }), { waivers })).toEqual([]);
    const quick = {
      "repo-audit": { status: "pass" },
      "design-dna": { status: "pass" },
      contract: { status: "error" },
    };
    expect(stepsOf(quick, { mode: "quick" }).map((step) => step.gates)).toEqual([["contract"]]);
  });

  it("leave the later checks of a gate deferred in quick mode", () => {
    const partly = { status: "error", checks: { "schema-diff": { status: "error" } } };
    const repaired = { status: "pass", checks: { "schema-diff": { status: "pass" } } };
    const runs = { "repo-audit": { status: "error" }, "design-dna": { status: "pass" }, contract: partly };
    const step = stepsOf(runs, { mode: "quick" }).find((one) => one.gates.join() === "contract")!;
    const by = assessed({ ...runs, contract: repaired }, { mode: "quick" }).risk;
    expect(step.riskPct).toBeCloseTo(by, 10);
    expect(by).not.toBeCloseTo(
      assessed({ ...runs, contract: { status: "pass" } }, { mode: "quick" }).risk,
      4,
    );
  });

  it("stay bounded with a hundred broken gates", () => {
    const runs = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`unit-${i}`, { status: "error" }]),
    );
    const steps = stepsOf(runs, { required: [] });
    expect(steps.filter((step) => step.gates.length === 1)).toHaveLength(8);
    expect(steps.at(-1)).toMatchObject({ underTarget: true });
    expect(steps.at(-1)!.gates).toHaveLength(99);
  });
});
