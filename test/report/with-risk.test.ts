/** Reports and risk model look at the same run: what they say about it must agree. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckResult } from "../../modsquad/contracts/gate.ts";
import type { RunState, TaskState } from "../../modsquad/contracts/run-state.ts";
import { AREAS, CHECK_STATUSES, SEVERITIES } from "../../modsquad/contracts/words.ts";
import { areaReadiness, systemStatus } from "../../modsquad/report/areas.ts";
import { summarise } from "../../modsquad/report/run-summary.ts";
import { renderText } from "../../modsquad/report/text.ts";
import { assess } from "../../modsquad/risk/assess.ts";
import { buildCheck, buildFinding, buildPlanned, buildState, buildTask } from "./build-state.ts";

const GATES = ["repo-audit", "live-flows", "design-dna", "browser", "contract", "infra-health", "own-gate"];
const DECISIONS = [
  "run",
  "run",
  "run",
  "run",
  "not_applicable",
  "out_of_scope",
  "skipped_by_user",
  "not_in_mode",
] as const;
const STATUSES = [
  "completed",
  "completed",
  "completed",
  "failed",
  "errored",
  "timed_out",
  "cancelled",
  "skipped",
] as const;

const anyGate = fc.record({
  decision: fc.constantFrom(...DECISIONS),
  confirmed: fc.boolean(),
  required: fc.boolean(),
  status: fc.constantFrom(...STATUSES, "in_progress" as const),
  warnings: fc.boolean(),
  checks: fc.array(fc.constantFrom(...CHECK_STATUSES), { minLength: 1, maxLength: 3 }),
  findings: fc.array(fc.record({ severity: fc.constantFrom(...SEVERITIES), isNew: fc.boolean() }), {
    maxLength: 2,
  }),
  waived: fc.boolean(),
  /** The journal may hold a line for a gate that was never started. */
  recorded: fc.boolean(),
  area: fc.constantFrom(...AREAS),
});

const anyRun: fc.Arbitrary<RunState> = fc
  .record({
    gates: fc.tuple(...GATES.map(() => anyGate)),
    mode: fc.constantFrom("quick" as const, "full" as const),
    narrowed: fc.boolean(),
  })
  .map(({ gates, mode, narrowed }) => {
    const named = gates.map((gate, index) => ({ ...gate, id: GATES[index]! }));
    const ran = named.filter((gate) => gate.decision === "run");
    return buildState(
      named.filter((gate) => gate.decision === "run" || gate.recorded).map((gate) => taskOf(gate)),
      {
        exitCode: null,
        header: {
          mode,
          scope: narrowed ? ran.map((gate) => gate.id) : null,
          gates: named.map(({ id, decision, confirmed, area }) =>
            buildPlanned(id, { decision, confirmed, areas: [area] }),
          ),
          required: named.filter((gate) => gate.required).map((gate) => gate.id),
          waivers: named
            .filter((gate) => gate.waived)
            .map(({ id }) => ({ gate: id, owner: "ana", reason: "known", until: "2026-11-05" })),
        },
      },
    );
  });

type AnyGate = typeof anyGate extends fc.Arbitrary<infer T> ? T : never;

function taskOf(gate: { id: string } & AnyGate): TaskState {
  if (gate.decision !== "run") {
    const status = gate.decision === "not_applicable" ? ("not_applicable" as const) : ("skipped" as const);
    return buildTask(gate.id, { status, checks: [], startTime: null, endTime: null, durationSeconds: null });
  }
  const completed = gate.status === "completed";
  return buildTask(gate.id, {
    status: gate.status,
    metrics: { status: gate.warnings ? "passed_with_warnings" : "passed" },
    checks: checksOf(gate),
    // The engine fails a gate for a new finding at or above its bar, so a completed one has none.
    findings: gate.findings.map((finding, index) =>
      buildFinding(`rule/${index}`, { ...finding, isNew: finding.isNew && !completed }),
    ),
  });
}

/** Checks as the engine's derivation of a status allows them. */
function checksOf(gate: AnyGate): CheckResult[] {
  if (gate.status === "in_progress") return [];
  return gate.checks.map((status, index) => {
    const id = `check-${index}`;
    if (gate.status === "skipped") return buildCheck(id, { status: "skipped", examined: 0 });
    if (gate.status !== "completed") return buildCheck(id, { status });
    return buildCheck(id, { status: gate.warnings && index > 0 ? "skipped" : "passed" });
  });
}

describe("a report", () => {
  it("never shows an area better than the verdict, nor a blocked area in a release that goes out", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyRun, (state) => {
        const risk = assess(state);
        const areas = areaReadiness(state, risk);
        const words = areas.map((area) => area.readiness);
        seen.add(`${state.header.mode} ${risk.readiness}`);
        if (words.includes("BLOCKED")) expect(risk.readiness).toBe("BLOCKED");
        if (risk.readiness === "APPROVED") expect(words).not.toContain("HOLD");
        if (risk.readiness === "HOLD" && state.header.mode === "quick")
          expect(words).not.toContain("APPROVED");
        if (state.tasks.some((task) => task.status === "failed")) {
          expect(systemStatus(areas)).toBe("DOWN");
        }
      }),
      { numRuns: 1500, seed: 41 },
    );
    expect([...seen].sort()).toEqual([
      "full APPROVED",
      "full BLOCKED",
      "full HOLD",
      "quick BLOCKED",
      "quick HOLD",
    ]);
  });

  it("says the same in text and in JSON", () => {
    fc.assert(
      fc.property(anyRun, (state) => {
        const risk = assess(state);
        const summary = summarise(state, risk, []);
        const text = renderText(state, risk);
        expect(text).toContain(`Production readiness   ${summary.readiness}\n`);
        expect(text).toContain(`Verdict                ${summary.verdict}   exit ${summary.exitCode}\n`);
        expect(text).toContain(`System status          ${summary.systemStatus}`);
        expect(text).toContain(`  Total                ${summary.totals.total}\n`);
        for (const action of summary.nextActions.filter((one) => one.gate !== null)) {
          expect(action.how).not.toBe("");
        }
      }),
      { numRuns: 200, seed: 42 },
    );
  });
});
