/** Random states written like the golden cases, dense in the corners where rules meet. */
import fc from "fast-check";
import { BUILT_IN_GATES } from "../../modsquad/risk/types.ts";

export const STATUSES = [
  "pass",
  "warn",
  "fail",
  "error",
  "timeout",
  "skipped",
  "cancelled",
  "missing",
  "stale",
] as const;
const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;

export interface CheckState {
  status: string;
  retries?: number;
  coverage?: number;
}
export interface FindingState {
  id?: string;
  severity: string;
  baseline?: boolean;
  count?: number;
}
export interface RunOf {
  status: string;
  checks?: Record<string, CheckState>;
  findings?: FindingState[];
  retries?: number;
  age_h?: number;
  same_digest?: boolean;
}
export interface WaiverOf {
  gate: string;
  why?: string;
  finding?: string;
  expires: number;
  env?: string;
}
export interface OptionsOf {
  mode?: string;
  env?: string;
  today?: number;
  diff?: { la: number; ld: number; nf: number };
  required?: string[];
  na?: string[];
  scope?: string[];
  waivers?: WaiverOf[];
  history?: { T: Record<string, number>; k: Record<string, number> };
  policy?: Record<string, unknown>;
}
export interface StateOf {
  runs: Record<string, RunOf>;
  options: OptionsOf;
}

const LISTED: Record<string, string[]> = {
  browser: ["render", "axe", "lighthouse", "visual"],
  contract: ["schema-diff", "responses"],
  "infra-health": ["static-config", "live-services"],
};
export const GATES = [...BUILT_IN_GATES, "licences", "e2e"];
const CLASSES = ["hygiene", "flow", "design", "ui", "contract", "infra", "other", "custom:licences"];

/** Mostly passing, so that single losses stay visible. */
const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant("pass") },
  { weight: 1, arbitrary: fc.constant("warn") },
  { weight: 3, arbitrary: fc.constantFrom(...STATUSES) },
);

const check: fc.Arbitrary<CheckState> = fc.record(
  {
    status,
    retries: fc.nat(3),
    coverage: fc.oneof(
      fc.constantFrom(0, 1, 0.05, 0.5),
      fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
    ),
  },
  { requiredKeys: ["status"] },
);

const finding = (severities: readonly string[]): fc.Arbitrary<FindingState> =>
  fc.record(
    {
      id: fc.constantFrom("a", "b", "c"),
      severity: fc.constantFrom(...severities),
      baseline: fc.boolean(),
      count: fc.integer({ min: 1, max: 100 }),
    },
    { requiredKeys: ["severity"] },
  );

export const run = (gate: string): fc.Arbitrary<RunOf> => {
  const ids = [...(LISTED[gate] ?? ["one", "two", "three"]), "unlisted"];
  return fc.record(
    {
      status,
      checks: fc.dictionary(fc.constantFrom(...ids), check, { maxKeys: 5, noNullPrototype: true }),
      findings: fc.array(finding(SEVERITIES), { maxLength: 3 }),
      retries: fc.nat(2),
      age_h: fc.oneof(
        fc.constantFrom(0, 4, 8, 24, 168),
        fc.integer({ min: 0, max: 4000 }).map((n) => n / 10),
      ),
      same_digest: fc.boolean(),
    },
    { requiredKeys: ["status"] },
  );
};

const runs: fc.Arbitrary<Record<string, RunOf>> = fc
  .record(Object.fromEntries(GATES.map((gate) => [gate, fc.option(run(gate), { nil: undefined, freq: 6 })])))
  .map(
    (all) =>
      Object.fromEntries(Object.entries(all).filter(([, one]) => one !== undefined)) as Record<string, RunOf>,
  );

const waiver: fc.Arbitrary<WaiverOf> = fc.record(
  {
    gate: fc.constantFrom(...GATES),
    why: fc.constantFrom(
      "not-run",
      "not-run:error",
      "finding:",
      "open-findings",
      "checks-not-run",
      "failed",
      "f",
      "stale",
    ),
    finding: fc.constantFrom("a", "b", "c", "zzz"),
    expires: fc.integer({ min: 8, max: 12 }),
    env: fc.constantFrom("ci", "workstation"),
  },
  { requiredKeys: ["gate", "expires"] },
);

const amounts = (max: number) =>
  fc.dictionary(fc.constantFrom(...CLASSES), fc.double({ min: 0, max, noNaN: true }), {
    maxKeys: 5,
    noNullPrototype: true,
  });

const policy: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    target_pct: fc.constantFrom(0, 0.1, 0.5, 1, 5),
    warn_pct: fc.constantFrom(0.1, 0.5, 3),
    critical_pct: fc.constantFrom(0.5, 2, 50),
    max_warnings: fc.constantFrom(0, 1, 3),
    waiver_cap_pct: fc.constantFrom(0, 0.2, 1, 20),
    common_cause: fc.constantFrom(0, 0.2, 1),
    flaky_retain: fc.constantFrom(0.5, 0.84, 1),
    hazard: fc.constantFrom({ high: 0.02 }, { medium: 0.005, info: 0.0001 }),
    power: fc.constantFrom({ e2e: { flow: 0.3 } }, { e2e: { flow: 0.3, ui: 0 }, licences: { hygiene: 1 } }),
    ttl_hours: fc.constantFrom({ browser: 1 }, { licences: 400 }),
    checks: fc.constantFrom({ e2e: { one: 1, two: 3 } }, { browser: { visual: 0 } }),
    quick_gates: fc.constantFrom(["repo-audit"], ["repo-audit", "contract", "licences"]),
    quick_checks: fc.constantFrom({ browser: ["render"] }, { contract: ["responses"], e2e: ["one"] }),
  },
  { requiredKeys: [] },
);

const gateList = fc.uniqueArray(fc.constantFrom(...GATES), { minLength: 1, maxLength: 5 });

export const options: fc.Arbitrary<OptionsOf> = fc.record(
  {
    mode: fc.constantFrom("full", "quick"),
    env: fc.constantFrom("ci", "workstation"),
    today: fc.constant(10),
    diff: fc.record({ la: fc.nat(3000), ld: fc.nat(800), nf: fc.nat(90) }),
    required: gateList,
    na: fc.uniqueArray(fc.constantFrom(...GATES), { maxLength: 2 }),
    scope: gateList,
    waivers: fc.array(waiver, { maxLength: 4 }),
    history: fc.record({ T: amounts(300), k: amounts(4) }),
    policy,
  },
  { requiredKeys: [] },
);

export const state: fc.Arbitrary<StateOf> = fc.record({ runs, options });

/** A run in full mode without waivers, scope or a policy of its own: what the monotone properties are about. */
export const plainState: fc.Arbitrary<StateOf> = fc.record({
  runs,
  options: fc.record(
    { diff: fc.record({ la: fc.nat(3000), ld: fc.nat(800), nf: fc.nat(90) }) },
    { requiredKeys: [] },
  ),
});
