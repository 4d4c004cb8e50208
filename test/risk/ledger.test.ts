import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RiskReport } from "../../modsquad/contracts/risk.ts";
import type { RunHeader, TaskState } from "../../modsquad/contracts/run-state.ts";
import { SEVERITIES, TASK_STATUSES } from "../../modsquad/contracts/words.ts";
import { assess } from "../../modsquad/risk/assess.ts";
import { renderLedger } from "../../modsquad/risk/ledger.ts";
import { apportion, printLimit, printPct } from "../../modsquad/risk/rounding.ts";
import { BUILT_IN_GATES } from "../../modsquad/risk/types.ts";
import { fullSize } from "../full-size.ts";
import {
  buildCheck,
  buildFinding,
  buildPlanned,
  buildState,
  buildTask,
  POLICY,
} from "../report/build-state.ts";

const WARN = { status: "passed_with_warnings" };
const cents = (text: string) => (text.includes("<") ? 0 : Math.round(Math.abs(Number(text)) * 100));

/** The sample of the documentation: two gates could not run, services are offline, an old backlog. */
function sample(header: Partial<RunHeader> = {}) {
  const backlog = buildFinding("tokens/spacing", { severity: "low", isNew: false, count: 79 });
  const offline = buildCheck("live-services", {
    status: "skipped",
    planned: 4,
    examined: 0,
    message: "4 offline",
  });
  const error = (text: string, failure: string): Partial<TaskState> => ({
    status: "errored",
    checks: [],
    errors: [text],
    metrics: { status: "errored", failure_class: failure },
  });
  const tasks = [
    buildTask("repo-audit"),
    buildTask("live-flows"),
    buildTask("design-dna", { metrics: WARN, findings: [backlog] }),
    buildTask("browser", error("axe, lighthouse missing", "missing-tool")),
    buildTask("contract", error("API unreachable", "refused")),
    buildTask("infra-health", { metrics: WARN, checks: [buildCheck("static-config"), offline] }),
  ];
  return buildState(tasks, { header: { diff: null, ...header } });
}

describe("the printed ledger", () => {
  it("is the one people check by hand", () => {
    expect(renderLedger(assess(sample()))).toEqual([
      "RISK RATE 1.49%   target 0.50%   critical 2.00%        WARNING  (exit 1)",
      "  90% interval 0.3-4%   residual floor 4.9%, 2-10% (prior: no release history yet)",
      "  0.60  browser       not run: axe, lighthouse missing              -> meta-orch doctor --fix",
      "  0.53  contract      not run: API unreachable                      -> start it, or --base-url URL",
      "  0.29  infra-health  live-services not checked: 4 offline          -> meta-orch gate infra-health",
      "  0.07  design-dna    79 low findings, all pre-existing",
      "  ----",
      "  1.49",
      "  one step: browser -> 0.87   contract -> 0.94   infra-health -> 1.20",
      "            browser + contract -> 0.35 (under target)",
    ]);
  });

  it("leads from the total over waived and deferred down to RISK", () => {
    const gates = BUILT_IN_GATES.map((id) => buildPlanned(id));
    const scope = ["repo-audit", "live-flows", "design-dna", "contract", "infra-health"];
    const state = sample({
      scope,
      required: [...BUILT_IN_GATES],
      gates,
      waivers: [{ gate: "contract", owner: "ana", reason: "r", until: "2026-11-20" }],
    });
    state.header.gates = gates.map((gate) =>
      gate.id === "browser" ? { ...gate, decision: "out_of_scope" } : gate,
    );
    state.tasks = state.tasks.filter((task) => task.taskId !== "browser");
    const lines = renderLedger(assess(state));
    expect(lines[0]).toMatch(/^RISK RATE 0\.36% /);
    expect(lines.slice(6, 12)).toEqual([
      "  ----",
      "  1.49",
      "  -0.53  waived",
      "  -0.60  deferred",
      "  ----",
      "  0.36   RISK",
    ]);
    expect(lines.some((line) => line.includes("under target"))).toBe(false);
  });

  it("has two lines when nothing is avoidable", () => {
    const checks = (id: string) =>
      Object.keys(POLICY.checks[id] ?? { main: 1 }).map((check) => buildCheck(check));
    const state = buildState(BUILT_IN_GATES.map((id) => buildTask(id, { checks: checks(id) })));
    expect(renderLedger(assess(state))).toEqual([
      "RISK RATE 0.00%   target 0.50%   critical 2.00%        PASS  (exit 0)",
      "  90% interval 0%   residual floor 4.9%, 2-10% (prior: no release history yet)",
    ]);
  });

  it("prints a trace as <0.01, never as 0.00", () => {
    const finding = buildFinding("r", { severity: "low", isNew: false });
    const state = buildState([buildTask("repo-audit", { metrics: WARN, findings: [finding] })]);
    const lines = renderLedger(assess(state));
    expect(lines[0]).toMatch(/^RISK RATE <0\.01% /);
    expect(lines[2]).toBe("  <0.01  repo-audit  1 low finding, all pre-existing");
    expect(lines[4]).toBe("  <0.01");
  });

  it("sums up what is too much to list", () => {
    const tasks = Array.from({ length: 60 }, (_, i) =>
      buildTask(`unit-${i}`, { status: "errored", checks: [], errors: ["threw"] }),
    );
    const report = assess(buildState(tasks));
    const lines = renderLedger(report);
    expect(report.ledger).toHaveLength(60);
    expect(lines.find((line) => line.includes("31 smaller lines"))).toBeDefined();
    expect(sumOfBlock(lines)).toBe(cents(lines[lines.indexOf("  ----") + 1]!));
    expect(report.steps.at(-1)!.underTarget).toBe(true);
  });

  it("stays in 100 columns of ASCII whatever a gate says", () => {
    const nasty = `\u001b[31mrot\u001b[0m \u2192 ${"sehr lang und \u00fcberhaupt ".repeat(20)}\nline two`;
    const task = buildTask("a-gate-with-a-very-long-name-that-goes-on-and-on", {
      status: "errored",
      checks: [],
      errors: [nasty],
      metrics: { failure_class: "threw" },
    });
    for (const line of renderLedger(assess(buildState([task])))) {
      expect(line.length, line).toBeLessThanOrEqual(100);
      expect(line).toMatch(/^[\x20-\x7e]*$/);
    }
  });
});

/** Hundredths in the block of lines before the first rule. */
function sumOfBlock(lines: string[]): number {
  const block = lines.slice(2, lines.indexOf("  ----"));
  return block.reduce((sum, line) => sum + cents(/^ {2,}(<?\d+\.\d\d) {2}\S/.exec(line)?.[1] ?? "0"), 0);
}

const task = (id: string) =>
  fc
    .record({
      status: fc.constantFrom(...TASK_STATUSES),
      attempt: fc.integer({ min: 1, max: 3 }),
      checks: fc.array(
        fc.record({
          id: fc.constantFrom("render", "axe", "responses", "live-services", "x"),
          status: fc.constantFrom("passed", "failed", "errored", "skipped"),
          examined: fc.nat(10),
        }),
        { maxLength: 4 },
      ),
      findings: fc.array(
        fc.record({
          severity: fc.constantFrom(...SEVERITIES),
          isNew: fc.boolean(),
          count: fc.integer({ min: 1, max: 90 }),
        }),
        { maxLength: 3 },
      ),
    })
    .map(({ checks, findings, ...rest }) =>
      buildTask(id, {
        ...rest,
        metrics: { status: findings.length > 0 ? "passed_with_warnings" : "passed" },
        checks: checks.map(({ id: check, ...extra }) => buildCheck(check, extra as never)),
        findings: findings.map((extra, i) => buildFinding(`f${i}`, extra)),
      }),
    );

const reports: fc.Arbitrary<RiskReport> = fc
  .record({
    tasks: fc.tuple(...[...BUILT_IN_GATES, "unit-tests"].map(task)),
    mode: fc.constantFrom("quick" as const, "full" as const),
    ran: fc.subarray([...BUILT_IN_GATES, "unit-tests"], { minLength: 1 }),
    narrowed: fc.boolean(),
    waivers: fc.array(
      fc.record({
        gate: fc.constantFrom(...BUILT_IN_GATES),
        until: fc.constantFrom("2026-10-30", "2026-11-10"),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ tasks, mode, ran, narrowed, waivers }) => {
    const gates = tasks.map(({ taskId }) =>
      buildPlanned(taskId, {
        decision: ran.includes(taskId) ? "run" : mode === "quick" ? "not_in_mode" : "out_of_scope",
      }),
    );
    const header = {
      mode,
      gates,
      required: gates.map((gate) => gate.id),
      scope: narrowed ? ran : null,
      waivers: waivers.map((waiver) => ({ ...waiver, owner: "ana", reason: "r" })),
    };
    return assess(
      buildState(
        tasks.filter((one) => ran.includes(one.taskId)),
        { header },
      ),
    );
  });

describe("on 2000 random runs", () => {
  it("the lines sum to the total, and the total less waived and deferred is RISK, as printed", () => {
    fc.assert(
      fc.property(reports, (report) => {
        const lines = renderLedger(report);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
        const risk = /RISK RATE (\S+)%/.exec(lines[0]!)![1]!;
        expect(risk === "0.00").toBe(report.riskPct === 0);
        if (report.ledger.length === 0) return expect(report.totalAvoidablePct).toBe(0);
        const printed = report.ledger.reduce((sum, line) => sum + cents(line.printed), 0);
        const at = lines.indexOf("  ----");
        const total = cents(lines[at + 1]!);
        expect([printed, sumOfBlock(lines)]).toEqual([total, total]);
        const down = lines
          .slice(at + 2)
          .flatMap((line) => /^ {2}-(\S+) +(waived|deferred)$/.exec(line)?.[1] ?? []);
        expect(total - down.reduce((sum, text) => sum + cents(text), 0)).toBe(cents(risk));
        expect(down.includes("0.00")).toBe(false);
        for (const { detail } of report.ledger) expect(detail).not.toBe("");
      }),
      { numRuns: fullSize(2000), seed: 20261121 },
    );
  });

  it("a step does what it says: with that gate clean the risk is the one printed", () => {
    fc.assert(
      fc.property(reports, ({ steps, riskPct, targetPct }) => {
        for (const step of steps) {
          expect(step.riskPct).toBeLessThanOrEqual(riskPct + 1e-9);
          expect(step.underTarget).toBe(step.riskPct <= targetPct);
        }
        const combined = steps.filter((step) => step.gates.length > 1);
        if (combined.length > 0)
          expect(steps.some((step) => step.gates.length === 1 && step.underTarget)).toBe(false);
      }),
      { numRuns: fullSize(500), seed: 20261121 },
    );
  });
});

describe("apportioning", () => {
  it("gives the units left to the largest remainders", () => {
    expect(apportion([1, 1, 1], 100)).toEqual([34, 33, 33]);
    expect(apportion([0.6, 0.3, 0.1], 1)).toEqual([1, 0, 0]);
    expect(apportion([0, 0], 3)).toEqual([0, 0]);
  });

  it("always sums to the total and moves nobody by a whole unit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-9, max: 100, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.nat(10_000),
        (values, total) => {
          const units = apportion(values, total);
          const sum = values.reduce((a, b) => a + b, 0);
          expect(units.reduce((a, b) => a + b, 0)).toBe(total);
          for (const [i, value] of values.entries())
            expect(Math.abs(units[i]! - (value / sum) * total)).toBeLessThan(1.000001);
        },
      ),
      { numRuns: fullSize(2000), seed: 20261121 },
    );
  });
});

describe("printing", () => {
  it("keeps the digits of a limit somebody set", () => {
    expect([0.5, 2, 0.125, 0].map(printLimit)).toEqual(["0.50", "2.00", "0.125", "0.00"]);
    expect([0, 1e-9, 0.0049, 0.005, 1.486].map(printPct)).toEqual(["0.00", "<0.01", "<0.01", "0.01", "1.49"]);
  });
});
