/** One run with a bit of everything, for the snapshots. */
import type { RiskReport } from "../../modsquad/contracts/risk.ts";
import type { RunState } from "../../modsquad/contracts/run-state.ts";
import {
  buildCheck,
  buildFinding,
  buildLine,
  buildPlanned,
  buildRisk,
  buildState,
  buildTask,
} from "./build-state.ts";

const WAIVER = { gate: "infra-health", owner: "ana", reason: "verified in CI", until: "2026-12-01" };

export function blockedRun(): { state: RunState; risk: RiskReport } {
  return { state: blockedState(), risk: blockedRisk() };
}

export function approvedRun(): { state: RunState; risk: RiskReport } {
  const gates = ["repo-audit", "live-flows"].map((id) => buildPlanned(id, { areas: ["quality"] }));
  const tasks = [
    buildTask("repo-audit", { seconds: 2.1 }),
    buildTask("live-flows", { start: 2.1, seconds: 0.4 }),
  ];
  const header = { gates, required: gates.map((gate) => gate.id) };
  return { state: buildState(tasks, { durationSeconds: 2.6, header }), risk: buildRisk() };
}

function blockedState(): RunState {
  const gates = [
    buildPlanned("infra-health", { areas: ["infrastructure"] }),
    buildPlanned("repo-audit", { areas: ["security", "quality"], reportName: "github_mod" }),
    buildPlanned("live-flows", { areas: ["backend"], needs: ["infra-health"] }),
    buildPlanned("browser", { areas: ["frontend"], reportName: "browser_mod" }),
    buildPlanned("unit-tests", { areas: ["quality"] }),
    buildPlanned("contract", {
      areas: ["backend"],
      decision: "not_applicable",
      reason: "no OpenAPI document found",
      confirmed: true,
    }),
  ];
  const secrets = Array.from({ length: 12 }, (_, index) =>
    buildFinding("secrets/github-token", {
      severity: index === 0 ? "critical" : "low",
      message: `GitHub token “ghp_…” committed – line ${index}`,
      fingerprint: `fp-${index}`,
      location: {
        path: "packages/storefront/src/features/checkout/steps/payment/providers/very-long-name/adapter/index.ts",
        line: 10 + index,
      },
      isNew: index < 2,
    }),
  );
  const tasks = [
    buildTask("infra-health", {
      seconds: 1.5,
      status: "errored",
      errors: ["missing-tool: docker not found"],
    }),
    buildTask("repo-audit", {
      seconds: 4.25,
      status: "failed",
      findings: secrets,
      checks: [
        buildCheck("secrets", { status: "failed", planned: 412, examined: 412, message: "12 findings" }),
        buildCheck("code-quality", { planned: 30, examined: 28 }),
      ],
    }),
    buildTask("live-flows", {
      start: 1.6,
      seconds: 10.3,
      dependencies: ["infra-health"],
      attempt: 2,
      metrics: { status: "passed_with_warnings" },
      warnings: ["passed on attempt 2: flaky"],
      checks: [
        buildCheck("flows", { planned: 8, examined: 8 }),
        buildCheck("latency", {
          target: "/api/quote/SPY",
          status: "skipped",
          planned: 1,
          examined: 0,
          failureClass: "refused",
          message: "connection refused",
        }),
      ],
    }),
    buildTask("browser", {
      start: 4.3,
      seconds: 60,
      status: "timed_out",
      checks: [],
      errors: ["timeout: 60s"],
    }),
    buildTask("unit-tests", {
      start: 4.3,
      seconds: 0.05,
      cached: { ageHours: 2, sameDigest: true, from: "run-0" },
    }),
  ];
  return buildState(tasks, {
    exitCode: 1,
    durationSeconds: 64.4,
    warnings: ["the waiver of live-flows expired on 2026-10-01"],
    broken: [{ line: 7, offset: 1234, reason: "not JSON" }],
    header: {
      gates,
      required: gates.map((gate) => gate.id),
      waivers: [WAIVER],
      scopeCuts: { "repo-audit": { licences: "internal project" } },
      command: ["meta-orch", "--mode", "full", "--config", "my config.yaml"],
      configFile: "my config.yaml",
    },
  });
}

function blockedRisk(): RiskReport {
  return buildRisk({
    ledger: [
      buildLine("repo-audit", 9.52, {
        reason: "finding:critical",
        detail: "1 critical finding",
        action: "remove the token",
      }),
      buildLine("browser", 0.6, {
        reason: "not-run:timeout",
        detail: "timed out after 60s",
        action: "raise its timeout",
      }),
      buildLine("infra-health", 0.29, {
        detail: "not run: docker missing",
        action: "meta-orch doctor --fix",
      }),
    ],
    waivedPct: 0.29,
    releasePct: 10.12,
    riskPct: 10.12,
    verdict: "CRITICAL",
    exit: 1,
    readiness: "BLOCKED",
    why: [
      "repo-audit failed: 1 critical finding",
      "browser timed out",
      "risk 10.12% is over the critical 2.00%",
    ],
    steps: [
      { gates: ["repo-audit"], riskPct: 0.6, underTarget: false },
      { gates: ["repo-audit", "browser"], riskPct: 0, underTarget: true },
    ],
    waivers: [
      { ...WAIVER, state: "live", matchedPct: 0.29, message: "" },
      {
        gate: "live-flows",
        owner: "ben",
        reason: "slow network",
        until: "2026-10-01",
        state: "expired",
        matchedPct: 0,
        message: "expired: it covers nothing any more",
      },
    ],
  });
}
