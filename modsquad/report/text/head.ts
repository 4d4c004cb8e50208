/** Top of the page: the answer, why, and readiness per area. */
import type { RiskReport } from "../../contracts/risk.ts";
import type { RunState } from "../../contracts/run-state.ts";
import { type AreaReadiness, areaReadiness, systemStatus } from "../areas.ts";
import { duration, limit, percent } from "../numbers.ts";
import { ascii } from "../plain-text.ts";
import { type Answer, answerOf } from "../readiness.ts";
import type { Page } from "./page.ts";

export function writeHead(page: Page, state: RunState, risk: RiskReport): void {
  const { header } = state;
  const answer = answerOf(state, risk);
  const areas = areaReadiness(state, risk);
  page.title("META-ORCH EXECUTIVE REPORT");
  page.field("Production readiness", answer.readiness);
  page.field("Verdict", `${risk.verdict}   ${exitText(answer)}`);
  page.field("Risk rate", `${percent(risk.riskPct)}   target ${limit(risk.targetPct)}`);
  page.field("System status", systemText(areas));
  page.field("Mode", `${header.mode}${scopeText(header.scope)}   environment ${ascii(header.env, 60)}`);
  page.field("Repository", repositoryText(state));
  page.field("Run", `${ascii(header.runId, 80)}   ${state.status}`);
  page.field("Started", `${ascii(header.startedAt, 40)}   took ${duration(state.durationSeconds)}`);
  writeWhy(page, answer, risk);
  writeAreas(page, areas);
}

/** "exit 1", or that there is none because the run never ended. */
export function exitText(answer: Answer): string {
  return answer.exitCode === null ? "no exit code: the run has not ended" : `exit ${answer.exitCode}`;
}

function scopeText(scope: string[] | null): string {
  return scope === null ? "" : `, narrowed to ${ascii(scope.join(", "), 200)}`;
}

function systemText(areas: AreaReadiness[]): string {
  const status = systemStatus(areas);
  const checked = areas.filter((area) => area.status !== "UNKNOWN");
  const causes = checked.filter((area) => area.status === status && status !== "OPERATIONAL");
  const because = causes.length > 0 ? `: ${causes.map((area) => area.area).join(", ")}` : "";
  return `${status}${because}   (${checked.length} of ${areas.length} areas examined)`;
}

function repositoryText(state: RunState): string {
  const { repository, commit, branch } = state.header;
  const at = commit === null ? "no commit" : ascii(commit, 64).slice(0, 12);
  return `${ascii(repository, 200)} @ ${at}${branch === null ? "" : ` (${ascii(branch, 120)})`}`;
}

function writeWhy(page: Page, answer: Answer, risk: RiskReport): void {
  page.heading("WHY");
  for (const clause of answer.why) page.line(`  - ${ascii(clause)}`, 4);
  if (answer.why.length > 0) return;
  const clean = risk.ledger.length === 0;
  page.line(
    clean
      ? "  - every required gate ran, and none found anything that counts"
      : "  - every required gate ran, and what is left of risk is within the target",
  );
}

function writeAreas(page: Page, areas: AreaReadiness[]): void {
  page.heading("READINESS PER AREA");
  for (const area of areas) {
    const gates = area.gates.map((gate) => `${ascii(gate.id, 60)} ${gate.word}`).join(", ");
    const readiness = area.readiness.replace("_", " ");
    page.line(
      `  ${area.area.padEnd(16)} ${readiness.padEnd(12)} ${area.status.padEnd(12)} ${gates || "no gate reports to it"}`,
      44,
    );
  }
}
