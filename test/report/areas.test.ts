import { describe, expect, it } from "vitest";
import type { RiskReport } from "../../modsquad/contracts/risk.ts";
import type { Waiver } from "../../modsquad/contracts/run-state.ts";
import { areaReadiness, systemStatus } from "../../modsquad/report/areas.ts";
import { assess } from "../../modsquad/risk/assess.ts";
import { buildPlanned, buildState, buildTask } from "./build-state.ts";

const gates = [
  buildPlanned("repo-audit", { areas: ["security", "quality"] }),
  buildPlanned("design-dna", { areas: ["frontend"] }),
  buildPlanned("live-flows", { areas: ["backend"] }),
];
const required = gates.map((gate) => gate.id);
const passed = ["repo-audit", "design-dna", "live-flows"].map((id) => buildTask(id));

function areasOf(tasks = passed, header = {}, verdict: RiskReport["verdict"] | null = null) {
  const state = buildState(tasks, { header: { gates, required, ...header } });
  const risk = assess(state);
  const areas = areaReadiness(state, verdict === null ? risk : { ...risk, verdict });
  const words = Object.fromEntries(areas.map((one) => [one.area, `${one.readiness} ${one.status}`]));
  return { ...words, system: systemStatus(areas) };
}

const replaced = (id: string, extra: Parameters<typeof buildTask>[1]) =>
  passed.map((task) => (task.taskId === id ? buildTask(id, extra) : task));

describe("areaReadiness", () => {
  it("is approved and operational where every gate passed, and says nothing where none reports", () => {
    expect(areasOf()).toEqual({
      frontend: "APPROVED OPERATIONAL",
      backend: "APPROVED OPERATIONAL",
      infrastructure: "NOT_CHECKED UNKNOWN",
      security: "APPROVED OPERATIONAL",
      quality: "APPROVED OPERATIONAL",
      system: "OPERATIONAL",
    });
  });

  it("is down where a gate failed, in every area the gate reports to", () => {
    expect(areasOf(replaced("repo-audit", { status: "failed" }))).toMatchObject({
      security: "BLOCKED DOWN",
      quality: "BLOCKED DOWN",
      frontend: "APPROVED OPERATIONAL",
      system: "DOWN",
    });
  });

  it.each(["errored", "timed_out", "cancelled", "skipped", "pending"] as const)(
    "%s is never a pass: blocked and degraded",
    (status) => {
      const areas = areasOf(replaced("design-dna", { status }));
      expect(areas).toMatchObject({ frontend: "BLOCKED DEGRADED", system: "DEGRADED" });
    },
  );

  it("treats a required gate nobody reported as blocked", () => {
    const without = passed.filter((task) => task.taskId !== "design-dna");
    expect(areasOf(without)).toMatchObject({ frontend: "BLOCKED DEGRADED" });
  });

  it("approves what a waiver covers whole, but never calls it operational", () => {
    const waiver: Waiver = { gate: "design-dna", owner: "ana", reason: "x", until: "2026-11-05" };
    const tasks = replaced("design-dna", { status: "errored" });
    expect(areasOf(tasks, { waivers: [waiver] })).toMatchObject({ frontend: "APPROVED DEGRADED" });
    const partial = { ...waiver, why: "not-run" };
    expect(areasOf(tasks, { waivers: [partial] })).toMatchObject({ frontend: "BLOCKED DEGRADED" });
  });

  it("degrades with open findings, and holds when the verdict is a warning", () => {
    const tasks = replaced("design-dna", { metrics: { status: "passed_with_warnings" } });
    expect(areasOf(tasks)).toMatchObject({ frontend: "APPROVED DEGRADED", system: "DEGRADED" });
    expect(areasOf(tasks, {}, "WARNING")).toMatchObject({ frontend: "HOLD DEGRADED" });
  });

  it("releases nothing in quick mode, and leaves deferred areas unknown", () => {
    const planned = gates.map((gate) =>
      gate.id === "live-flows" ? { ...gate, decision: "not_in_mode" as const } : gate,
    );
    const tasks = passed.filter((task) => task.taskId !== "live-flows");
    expect(areasOf(tasks, { mode: "quick", gates: planned })).toMatchObject({
      frontend: "HOLD OPERATIONAL",
      backend: "HOLD UNKNOWN",
      system: "OPERATIONAL",
    });
  });

  it("counts not applicable as missing in full mode until the config confirms it", () => {
    const decide = (confirmed: boolean) =>
      gates.map((gate) =>
        gate.id === "design-dna" ? { ...gate, decision: "not_applicable" as const, confirmed } : gate,
      );
    const tasks = passed.filter((task) => task.taskId !== "design-dna");
    expect(areasOf(tasks, { gates: decide(false) })).toMatchObject({ frontend: "BLOCKED DEGRADED" });
    expect(areasOf(tasks, { gates: decide(true) })).toMatchObject({ frontend: "NOT_CHECKED UNKNOWN" });
  });

  it("is degraded, not operational, when no area was examined at all", () => {
    expect(systemStatus([])).toBe("DEGRADED");
  });
});
