import { describe, expect, it } from "vitest";
import prior from "../../modsquad/risk/change-prior.json" with { type: "json" };
import { canonicalJson, policyDigest } from "../../modsquad/risk/digest.ts";
import { mergePolicy, POLICY_DEFAULTS, validatePolicy } from "../../modsquad/risk/policy.ts";

function merged(overrides: unknown) {
  const result = mergePolicy(POLICY_DEFAULTS, overrides);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

function problemsOf(overrides: unknown): string[] {
  const result = mergePolicy(POLICY_DEFAULTS, overrides);
  return result.ok ? [] : result.problems.map((problem) => `${problem.where}: ${problem.next}`);
}

describe("merging a policy", () => {
  it("goes key by key at every depth and leaves the defaults alone", () => {
    const before = canonicalJson(POLICY_DEFAULTS);
    const got = merged({
      hazard: { high: 0.02 },
      power: { e2e: { flow: 0.3 }, browser: { ui: 0.6 } },
      quick_gates: ["repo-audit"],
    });
    expect(got.hazard).toEqual({ ...POLICY_DEFAULTS.hazard, high: 0.02 });
    expect(got.power.browser).toEqual({ ...POLICY_DEFAULTS.power.browser, ui: 0.6 });
    expect(got.power.e2e).toEqual({ flow: 0.3 });
    expect(got.quick_gates).toEqual(["repo-audit"]);
    expect(canonicalJson(POLICY_DEFAULTS)).toBe(before);
    expect(Object.isFrozen(POLICY_DEFAULTS.exposure.coef)).toBe(true);
  });

  it("reads camelCase as the same keys", () => {
    const camel = {
      targetPct: 1,
      waiverMaxDays: { high: 7 },
      exposure: { ledgerMin: 0.5 },
      quickChecks: { browser: ["axe"] },
    };
    const snake = {
      target_pct: 1,
      waiver_max_days: { high: 7 },
      exposure: { ledger_min: 0.5 },
      quick_checks: { browser: ["axe"] },
    };
    expect(merged(camel)).toEqual(merged(snake));
    expect(problemsOf({ targetPct: 1, target_pct: 1 })).toEqual([
      "risk.policy.target_pct: keep one of the two",
    ]);
  });

  it("is the base itself without overrides", () => {
    expect(merged(undefined)).toBe(POLICY_DEFAULTS);
    expect(merged({})).toEqual(POLICY_DEFAULTS);
  });

  const wrong: [unknown, string][] = [
    [{ target_pct: Number.NaN }, "risk.policy.target_pct: expected a number, 0 or more, at most 100"],
    [{ critical_pct: -1 }, "risk.policy.critical_pct: expected a number, 0 or more, at most 100"],
    [{ warn_pct: "0.5" }, "risk.policy.warn_pct: expected a number, 0 or more, at most 100"],
    [{ waiver_cap_pct: 100 }, "risk.policy.waiver_cap_pct: expected a number, 0 or more, below 100"],
    [{ common_cause: 1.1 }, "risk.policy.common_cause: expected a number, 0 or more, at most 1"],
    [{ prior_changes: 0 }, "risk.policy.prior_changes: expected a number, above 0"],
    [{ hazard: { hgih: 0.1 } }, 'risk.policy.hazard.hgih: did you mean "high"?'],
    [{ hazard: { high: -0.1 } }, "risk.policy.hazard.high: expected a number, 0 or more"],
    [{ hazard: 3 }, "risk.policy.hazard: expected an object"],
    [{ hazards: {} }, 'risk.policy.hazards: did you mean "hazard"?'],
    [{ commonCuase: 0.1 }, 'risk.policy.commonCuase: did you mean "common_cause"?'],
    [
      { power: { browser: { ui: 2 } } },
      "risk.policy.power.browser.ui: expected a number, 0 or more, at most 1",
    ],
    [
      { power: { e2e: { flwo: 0.3 } } },
      'risk.policy.power.e2e.flwo: did you mean "flow"? A new class needs a lambda.',
    ],
    [{ lambda: { hygeine: 0.3 } }, 'risk.policy.lambda.hygeine: did you mean "hygiene"?'],
    [
      { checks: { browser: { render: 0, axe: 0, lighthouse: 0, visual: 0 } } },
      "risk.policy.checks.browser: expected at least one weight above 0",
    ],
    [{ quick_gates: "repo-audit" }, "risk.policy.quick_gates: expected a list of names"],
    [{ quick_checks: { contract: [1] } }, "risk.policy.quick_checks.contract: expected a list of names"],
    [{ exposure: { min: 4 } }, "risk.policy.exposure.min: expected at most exposure.max"],
    [{ schema: "meta-orch/risk-params@2" }, 'risk.policy.schema: expected exactly "meta-orch/risk-params@1"'],
    [[], "risk.policy: expected an object"],
  ];

  it.each(wrong)("refuses %j", (overrides, problem) => {
    expect(problemsOf(overrides)).toEqual([problem]);
  });

  it("takes a new class that has a lambda", () => {
    const got = merged({ lambda: { security: 0.01 }, power: { "repo-audit": { security: 0.4 } } });
    expect(got.power["repo-audit"]!.security).toBe(0.4);
  });

  it("keeps keys such as __proto__ plain data", () => {
    const got = merged(JSON.parse('{"ttl_hours":{"__proto__":3}}'));
    expect(Object.keys(got.ttl_hours)).toContain("__proto__");
    expect(({} as Record<string, unknown>).browser).toBeUndefined();
    expect(problemsOf(JSON.parse('{"__proto__":{}}'))).toHaveLength(1);
  });
});

describe("a policy that was read back", () => {
  it("is valid when complete", () => {
    expect(validatePolicy(JSON.parse(JSON.stringify(POLICY_DEFAULTS))).ok).toBe(true);
    const { power, ...rest } = POLICY_DEFAULTS;
    expect(power).toBeDefined();
    const result = validatePolicy(rest, "header.policy");
    expect(result).toMatchObject({ ok: false, problems: [{ where: "header.policy.power" }] });
    expect(validatePolicy(null).ok).toBe(false);
  });
});

describe("the digest", () => {
  it("is of the content, not of the order of keys", () => {
    const reordered = Object.fromEntries(
      Object.entries(POLICY_DEFAULTS).reverse(),
    ) as unknown as typeof POLICY_DEFAULTS;
    expect(policyDigest(reordered)).toBe(policyDigest(POLICY_DEFAULTS));
    expect(policyDigest(POLICY_DEFAULTS)).toMatch(/^[0-9a-f]{12}$/);
    expect(policyDigest(merged({ target_pct: 0.4 }))).not.toBe(policyDigest(POLICY_DEFAULTS));
  });
});

describe("the change prior", () => {
  it("is what the exposure is computed with", () => {
    expect(POLICY_DEFAULTS.exposure.coef).toEqual(prior.coef);
    expect(POLICY_DEFAULTS.exposure.ref).toEqual(prior.ref_default);
    expect([POLICY_DEFAULTS.exposure.ledger_min, POLICY_DEFAULTS.exposure.max]).toEqual(prior.clamp);
  });
});
