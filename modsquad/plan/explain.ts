/** `--plan`: what would run, in which order and why; what would not, and why not. Pure. */
import type { PlannedGate } from "../contracts/run-state.ts";
import { criticalPath } from "./graph.ts";
import { type Job, toGraph } from "./order.ts";

export interface PlanView {
  mode: string;
  env: string;
  concurrency: number;
  gates: PlannedGate[];
  order: {
    id: string;
    checks: string[];
    needs: string[];
    locks: string[];
    expectedSeconds: number | null;
    reason: string;
  }[];
  left: { id: string; decision: string; reason: string }[];
  criticalPath: { ids: string[]; seconds: number; measured: boolean };
  required: string[];
}

export interface PlanFacts {
  mode: string;
  env: string;
  concurrency: number;
  gates: PlannedGate[];
  jobs: readonly Job[];
  required: string[];
}

export function viewPlan({ jobs, ...header }: PlanFacts): PlanView {
  const byId = new Map(header.gates.map((gate) => [gate.id, gate]));
  const order = jobs.flatMap((job) => {
    const gate = byId.get(job.id);
    if (!gate) return [];
    const { id, checksInScope: checks, needs, locks, expectedSeconds, reason } = gate;
    return [
      {
        id,
        checks,
        needs: needs.filter((need) => byId.get(need)?.decision === "run"),
        locks,
        expectedSeconds,
        reason,
      },
    ];
  });
  return {
    mode: header.mode,
    env: header.env,
    concurrency: header.concurrency,
    gates: header.gates,
    order,
    left: header.gates
      .filter((gate) => gate.decision !== "run")
      .map(({ id, decision, reason, confirmed }) => ({
        id,
        decision:
          decision === "not_applicable" && !confirmed
            ? "not applicable (unconfirmed)"
            : decision.replaceAll("_", " "),
        reason,
      })),
    criticalPath: {
      ...criticalPath(toGraph(header.gates)),
      measured: order.length > 0 && order.every((gate) => gate.expectedSeconds !== null),
    },
    required: header.required,
  };
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

export function renderPlan(plan: PlanView): string[] {
  const width = Math.max(12, ...plan.gates.map((gate) => gate.id.length)) + 2;
  const lines = [
    `Plan: ${plan.mode} mode, environment ${plan.env}, at most ${plural(plan.concurrency, "gate")} side by side. Nothing was executed.`,
    "",
    `Would run, in this order (longest remaining path first):`,
  ];
  plan.order.forEach((gate, at) => {
    const facts = [
      gate.checks.join(", "),
      ...(gate.needs.length > 0 ? [`after ${gate.needs.join(", ")}`] : []),
      ...(gate.locks.length > 0 ? [`holds ${gate.locks.join(", ")}`] : []),
      gate.expectedSeconds === null ? "never measured" : `about ${gate.expectedSeconds.toFixed(1)} s`,
    ];
    lines.push(
      `  ${String(at + 1).padStart(2)}. ${gate.id.padEnd(width)}${facts.join("; ")}`,
      `      ${"".padEnd(width)}${gate.reason}`,
    );
  });
  if (plan.order.length === 0) lines.push("  nothing");
  if (plan.left.length > 0) lines.push("", "Would not run:");
  for (const gate of plan.left) lines.push(`  -   ${gate.id.padEnd(width)}${gate.decision}: ${gate.reason}`);
  if (plan.criticalPath.ids.length > 0) {
    const about = plan.criticalPath.measured ? "" : " (gates never measured are taken as 1 s)";
    lines.push(
      "",
      `Critical path: ${plan.criticalPath.ids.join(" -> ")}, ${plan.criticalPath.seconds.toFixed(1)} s${about}`,
    );
  }
  lines.push(`Required to report: ${plan.required.join(", ") || "none"}`);
  return lines;
}
