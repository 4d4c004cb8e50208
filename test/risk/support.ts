import { assessRuns } from "../../modsquad/risk/model.ts";
import { BUILT_IN_GATES, type ModelResult } from "../../modsquad/risk/types.ts";
import type { OptionsOf, RunOf } from "./arbitrary.ts";

/** The six built-in gates passing, with these replaced. */
export function allPass(changed: Record<string, RunOf> = {}): Record<string, RunOf> {
  return { ...Object.fromEntries(BUILT_IN_GATES.map((id) => [id, { status: "pass" }])), ...changed };
}

/** Assesses or throws with the problems. */
export function assessed(runs: unknown, options: OptionsOf | Record<string, unknown> = {}): ModelResult {
  const result = assessRuns(runs, options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

export function factorsOf(result: ModelResult, gate: string): Record<string, number> {
  return result.gates.find((one) => one.gate === gate)!.factors;
}

/** 100·(1 − e^−μ), by hand. */
export const pctOf = (mu: number) => 100 * (1 - Math.exp(-mu));
