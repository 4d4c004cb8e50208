/** The `risk` section as a complete policy of the risk model. */
import type { Problem, ResolvedConfig, Result } from "../contracts/config.ts";
import { policyDigest } from "../risk/digest.ts";
import { mergePolicy, POLICY_DEFAULTS } from "../risk/policy.ts";
import type { ModsquadConfig } from "./config.generated.ts";

/** Path in the policy → key of the config the user wrote. */
const WRITTEN_AS: Record<string, string> = {
  "risk.policy.target_pct": "risk.target",
  "risk.policy.warn_pct": "risk.warn",
  "risk.policy.critical_pct": "risk.critical",
  "risk.policy.max_warnings": "risk.maxWarnings",
};

function inUsersWords(problem: Problem): Problem {
  const written = WRITTEN_AS[problem.where ?? ""];
  return written
    ? { ...problem, what: problem.what.replace(problem.where ?? "", written), where: written }
    : problem;
}

/**
 * Defaults ← risk.policy ← risk.target and its neighbours ← `riskTarget` (--risk-target), in percent.
 * Problems carry the config's key in `where`.
 */
export function resolveRisk(
  risk: ModsquadConfig["risk"],
  riskTarget: number | undefined,
): Result<ResolvedConfig["risk"]> {
  if (riskTarget !== undefined && !(riskTarget >= 0 && riskTarget <= 100)) {
    const problem = {
      what: `The risk target ${riskTarget} is not a percentage`,
      where: "--risk-target",
      next: "Give a number from 0 to 100, for example 0.5.",
    };
    return { ok: false, problems: [problem] };
  }
  const target = riskTarget ?? risk?.target;
  const merged = mergePolicy(POLICY_DEFAULTS, {
    ...risk?.policy,
    ...(target === undefined ? {} : { target_pct: target }),
    ...(risk?.warn === undefined ? {} : { warn_pct: risk.warn }),
    ...(risk?.critical === undefined ? {} : { critical_pct: risk.critical }),
    ...(risk?.maxWarnings === undefined ? {} : { max_warnings: risk.maxWarnings }),
  });
  if (!merged.ok) return { ok: false, problems: merged.problems.map(inUsersWords) };
  const policy = merged.value;
  return { ok: true, value: { targetPct: policy.target_pct, policy, policyDigest: policyDigest(policy) } };
}
