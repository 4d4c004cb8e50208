/** The middle of the page: what ran and what it examined, what did not run and why. */
import type { CheckResult } from "../../contracts/gate.ts";
import type { RiskReport } from "../../contracts/risk.ts";
import type { RunState, TaskState } from "../../contracts/run-state.ts";
import { gateDetail } from "../gate-detail.ts";
import { type GateView, gateViews } from "../gate-view.ts";
import { duration } from "../numbers.ts";
import { ascii, shortenMiddle } from "../plain-text.ts";
import { scopeCuts } from "../run-summary.ts";
import type { Page } from "./page.ts";

const DETAIL = 48;

export function writeGates(page: Page, state: RunState, risk: RiskReport): void {
  const views = gateViews(state, risk);
  page.heading("GATES");
  const ran = views.filter((view) => !leftOut(view));
  for (const view of ran) writeGate(page, view);
  if (ran.length === 0) page.line("  none ran");
  writeLeftOut(page, state, views.filter(leftOut));
}

function leftOut(view: GateView): boolean {
  return view.status === "not_applicable" || view.status === "skipped";
}

function writeGate(page: Page, view: GateView): void {
  const { task } = view;
  const id = shortenMiddle(ascii(view.id, 200), 20);
  const detail = task ? gateDetail(task) : view.reason;
  page.line(`  ${id.padEnd(20)} ${view.word.padEnd(14)} ${timeOf(task)}  ${ascii(detail)}`, DETAIL);
  if (!task) return;
  const passed = task.checks.filter((check) => check.status === "passed");
  if (passed.length > 0) {
    page.line(`      examined: ${passed.map(examinedText).join(", ")}`, 16);
  }
  for (const check of task.checks) {
    if (check.status !== "passed") writeCheck(page, check);
  }
  for (const error of task.errors) page.line(`      error: ${ascii(error)}`, 13);
  for (const warning of task.warnings) page.line(`      warning: ${ascii(warning)}`, 15);
}

function timeOf(task: TaskState | null): string {
  return duration(task?.durationSeconds ?? null).padStart(8);
}

function examinedText(check: CheckResult): string {
  const of = check.examined === check.planned ? `${check.examined}` : `${check.examined} of ${check.planned}`;
  return `${checkName(check)} ${of}`;
}

function checkName(check: CheckResult): string {
  return check.target === undefined ? ascii(check.id, 60) : `${ascii(check.id, 60)} (${shortTarget(check)})`;
}

function shortTarget(check: CheckResult): string {
  return shortenMiddle(ascii(check.target ?? "", 200), 40);
}

function writeCheck(page: Page, check: CheckResult): void {
  const why = check.failureClass === undefined ? "" : ` (${ascii(check.failureClass, 60)})`;
  const of = `${check.examined} of ${check.planned} examined`;
  page.line(`      ${checkName(check)} ${check.status}${why}, ${of}: ${ascii(check.message)}`, 10);
}

function writeLeftOut(page: Page, state: RunState, views: GateView[]): void {
  const cuts = scopeCuts(state);
  if (views.length === 0 && cuts.length === 0) return;
  page.heading("NOT RUN, AND SCOPE CUTS");
  for (const view of views) {
    const id = shortenMiddle(ascii(view.id, 200), 20);
    const word = view.deferred ? "deferred" : view.word;
    page.line(`  ${id.padEnd(20)} ${word.padEnd(16)} ${ascii(view.reason)}`, 40);
  }
  for (const cut of cuts) {
    const name = shortenMiddle(`${ascii(cut.gate, 200)}/${ascii(cut.check, 200)}`, 37);
    page.line(`  ${name.padEnd(20)} ${"scope cut".padEnd(16)} ${ascii(cut.reason)}`, 40);
  }
}
