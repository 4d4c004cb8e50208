import type { RiskPolicy } from "../contracts/risk.ts";
import type { ReleaseHistory } from "./types.ts";

/** A class of defects, and which gates can stop it. */
export interface DefectClass {
  name: string;
  /** Expected defects per change. */
  lambda: number;
  /** Gates with power against it: index into the list of gates, and d in (0, 1]. */
  cover: { gate: number; power: number }[];
}

/** The power row of a gate: class → share of its defects the gate stops when its evidence is 1. */
export function powerRow(gate: string, policy: RiskPolicy): Record<string, number> {
  if (Object.hasOwn(policy.power, gate)) return policy.power[gate]!;
  return { [`custom:${gate}`]: policy.custom_gate_power };
}

/** λ of a class after history, which on the gate may tighten and never relax. */
export function classRate(name: string, policy: RiskPolicy, history: ReleaseHistory | null): number {
  const prior = Object.hasOwn(policy.lambda, name) ? policy.lambda[name]! : policy.custom_class_lambda;
  if (history === null) return prior;
  const exposed = Object.hasOwn(history.T, name) ? history.T[name]! : 0;
  const incidents = Object.hasOwn(history.k, name) ? history.k[name]! : 0;
  const weight = policy.prior_changes;
  return Math.max((prior * weight + incidents) / (weight + exposed), prior);
}

/** All classes of the policy and of the given gates, with who covers them. */
export function defectClasses(
  gates: readonly string[],
  policy: RiskPolicy,
  history: ReleaseHistory | null,
): DefectClass[] {
  const classes = new Map<string, DefectClass>();
  const classOf = (name: string): DefectClass => {
    let found = classes.get(name);
    if (found === undefined) {
      found = { name, lambda: classRate(name, policy, history), cover: [] };
      classes.set(name, found);
    }
    return found;
  };
  for (const name of Object.keys(policy.lambda)) classOf(name);
  for (const [gate, id] of gates.entries()) {
    for (const [name, power] of Object.entries(powerRow(id, policy))) {
      const found = classOf(name);
      if (power > 0) found.cover.push({ gate, power });
    }
  }
  return [...classes.values()];
}
