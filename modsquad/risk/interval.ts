/**
 * 90 % intervals by the delta method: how far RISK and FLOOR move when their parameters do. Variances:
 * λ as a Gamma with shape λ·prior_changes (λ²/shape = λ/prior_changes), power as a Beta with strength
 * n (d(1−d)/(n+1)), each known finding with a coefficient of variation of 1. Evidence itself is
 * observed, so it does not vary; the loss to open findings varies with their hazard alone.
 */
import type { RiskPolicy } from "../contracts/risk.ts";
import type { DefectClass } from "./defect-classes.ts";
import { blend, survivors } from "./survivors.ts";
import { type GateEvidence, pct, type RiskItem } from "./types.ts";

/** 95th percentile of the standard normal. */
const Z95 = 1.6448536269514722;

export interface Uncertainty {
  classes: readonly DefectClass[];
  gates: readonly GateEvidence[];
  /** Per class: gate index → part of μ. */
  shares: readonly ReadonlyMap<number, number>[];
  items: readonly RiskItem[];
  /** Per item, the fraction that counts towards RISK. */
  kept: readonly number[];
  x: number;
  policy: RiskPolicy;
}

/** Interval of RISK in percent, around its μ. */
export function riskInterval(model: Uncertainty, mu: number): [number, number] {
  if (mu <= 0) return [0, 0];
  const { policy, x } = model;
  const keptByGate = keptVerificationLoss(model);
  let variance = 0;
  for (const [c, { lambda, cover }] of model.classes.entries()) {
    const shares = model.shares[c]!;
    if (shares.size === 0) continue;
    let loss = 0;
    let keptLoss = 0;
    for (const [gate, share] of shares) {
      loss += share;
      keptLoss += share * keptByGate[gate]!;
    }
    if (keptLoss <= 0) continue;
    // Var(λ)·(∂μ/∂λ)², with ∂μ/∂λ = keptLoss/λ.
    variance += (keptLoss * keptLoss) / (lambda * policy.prior_changes);
    const slopes = powerSlopes(cover, (gate) => model.gates[gate]!.e, policy.common_cause);
    const fullSlopes = powerSlopes(cover, () => 1, policy.common_cause);
    for (const [i, { power }] of cover.entries()) {
      const slope = lambda * x * (slopes[i]! - fullSlopes[i]!) * (keptLoss / loss);
      variance += (slope * slope * power * (1 - power)) / (policy.power_strength + 1);
    }
  }
  for (const [i, item] of model.items.entries()) {
    if (isKnown(item)) variance += (item.mu * model.kept[i]!) ** 2;
  }
  return logNormal(mu, variance);
}

/** Interval of FLOOR in percent, around its μ. */
export function floorInterval({ classes, x, policy }: Uncertainty, mu: number): [number, number] {
  if (mu <= 0) return [0, 0];
  let variance = 0;
  for (const { lambda, cover } of classes) {
    const share = survivors(
      cover.map(({ power }) => 1 - power),
      policy.common_cause,
    );
    variance += (lambda / policy.prior_changes) * (x * share) ** 2;
    const slopes = powerSlopes(cover, () => 1, policy.common_cause);
    for (const [i, { power }] of cover.entries()) {
      variance += ((lambda * x * slopes[i]!) ** 2 * power * (1 - power)) / (policy.power_strength + 1);
    }
  }
  return logNormal(mu, variance);
}

/** Per gate, the fraction of its lost evidence that counts, without what open findings cost. */
function keptVerificationLoss({ gates, items, kept }: Uncertainty): number[] {
  const sums = new Map<string, { all: number; counted: number }>();
  items.forEach(({ gate, reason, mu }, i) => {
    if (reason.startsWith("finding:")) return;
    const sum = sums.get(gate) ?? { all: 0, counted: 0 };
    sum.all += mu;
    if (reason !== "open-findings") sum.counted += mu * kept[i]!;
    sums.set(gate, sum);
  });
  return gates.map(({ gate }) => {
    const sum = sums.get(gate);
    return sum === undefined ? 0 : sum.counted / sum.all;
  });
}

/** ∂s_c/∂d for every covering gate. */
function powerSlopes(
  cover: DefectClass["cover"],
  evidence: (gate: number) => number,
  commonCause: number,
): number[] {
  const passing = cover.map(({ gate, power }) => 1 - power * evidence(gate));
  const least = Math.min(1, ...passing);
  const best = passing.indexOf(least);
  return cover.map(({ gate }, i) => {
    let others = 1;
    for (const [j, share] of passing.entries()) if (j !== i) others *= share;
    return -evidence(gate) * blend(others, i === best ? 1 : 0, commonCause);
  });
}

function isKnown({ reason }: RiskItem): boolean {
  return reason === "open-findings" || reason.startsWith("finding:");
}

/** 5 % and 95 % quantiles of the log-normal with this mean and variance, in percent. */
function logNormal(mu: number, variance: number): [number, number] {
  const logVariance = Math.log1p(variance / (mu * mu));
  const centre = Math.log(mu) - logVariance / 2;
  const spread = Z95 * Math.sqrt(logVariance);
  return [oneDigit(pct(Math.exp(centre - spread))), oneDigit(pct(Math.exp(centre + spread)))];
}

function oneDigit(value: number): number {
  return Number(value.toPrecision(1));
}
