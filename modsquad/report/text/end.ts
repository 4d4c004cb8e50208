/** The end of the page: totals, critical path, next actions and how to reproduce. */
import type { RiskReport } from "../../contracts/risk.ts";
import type { RunState } from "../../contracts/run-state.ts";
import { type CriticalPath, criticalPath } from "../critical-path.ts";
import { gateViews } from "../gate-view.ts";
import { combination, type NextAction, nextActions } from "../next-actions.ts";
import { byText, count, duration, percent } from "../numbers.ts";
import { ascii } from "../plain-text.ts";
import { totalsOf } from "../totals.ts";
import type { Page } from "./page.ts";

export function writeTotals(page: Page, state: RunState, risk: RiskReport): void {
  const totals = totalsOf(gateViews(state, risk), risk);
  page.heading("TOTALS");
  const rows: [string, number][] = [
    ["Total", totals.total],
    ["Completed", totals.completed],
    ["Failed", totals.failed],
    ["Errored", totals.errored],
    ["Timed out", totals.timedOut],
    ["Cancelled", totals.cancelled],
    ["Skipped", totals.skipped],
    ["Not applicable", totals.notApplicable],
    ["Unfinished", totals.unfinished],
    ["Warnings", totals.warnings],
  ];
  for (const [label, value] of rows) page.entry(label, String(value));
  page.entry("Risk rate", percent(totals.riskRate));
}

export function writeCriticalPath(page: Page, state: RunState): void {
  const path = criticalPath(state);
  if (!path) return;
  page.heading("CRITICAL PATH");
  page.line(`  ${pathText(path)}`, 4);
  page.entry("wall time", duration(path.wallSeconds));
  page.entry("work", `${duration(path.workSeconds)}   all gates one after the other`);
  page.entry("longest need chain", `${duration(path.longestChainSeconds)}   no schedule can be faster`);
  page.entry("could be won back", `${duration(path.wonBackSeconds)}   with more slots and no locks`);
}

/** "infra-health 2.0s -> live-flows 10.3s"; "=>" marks a gate that waited for a slot or lock, not for a need. */
export function pathText(path: CriticalPath): string {
  let text = "";
  for (const step of path.steps) {
    if (text !== "") text += step.after === "need" ? " -> " : " => ";
    text += `${ascii(step.id, 60)} ${duration(step.seconds)}`;
  }
  return text;
}

export function writeActions(page: Page, state: RunState, risk: RiskReport): void {
  const actions = nextActions(state, risk);
  page.heading("NEXT ACTIONS");
  if (actions.length === 0) page.line("  Nothing to do: ship it.");
  actions.forEach((action, index) => {
    page.line(`  ${String(index + 1).padStart(2)}. ${actionTitle(action)}`, 6);
    page.line(`      ${ascii(action.how, 600)}`, 6);
  });
  const together = combination(risk);
  if (together !== null) page.line(`  together: ${ascii(together)}`, 12);
}

/** "browser costs 0.60%, risk 0.87% without it: not run: axe missing". */
function actionTitle(action: NextAction): string {
  const what = ascii(action.what);
  if (action.gate === null) return what;
  const after = action.riskAfterPct === null ? "" : `, put right the risk is ${percent(action.riskAfterPct)}`;
  return `${ascii(action.gate, 60)} costs ${percent(action.costsPct)}${after}: ${what}`;
}

export function writeReproduce(page: Page, state: RunState): void {
  const { header } = state;
  page.heading("HOW TO REPRODUCE");
  page.entry("command", header.command.map((word) => ascii(shellWord(word), 600)).join(" "));
  const tree = header.tree === null ? "" : `   tree ${ascii(header.tree, 64)}`;
  page.entry("commit", `${header.commit === null ? "none" : ascii(header.commit, 64)}${tree}`);
  page.entry("compared with", baseText(state));
  page.entry(
    "environment",
    `${ascii(header.env, 60)}${header.ci ? " (CI)" : ""}, ${header.concurrency} at once`,
  );
  page.entry("config", configText(header.configFile, header.configDigest));
  page.entry("risk policy", ascii(header.policyDigest, 80));
  page.entry("baseline", header.baselineDate === null ? "none" : ascii(header.baselineDate, 40));
  page.entry("versions", versionsText(header.versions));
  if (header.resumes !== null) page.entry("resumes", ascii(header.resumes, 80));
  for (const warning of state.warnings) page.entry("warning", ascii(warning));
  for (const error of state.errors) page.entry("error", ascii(error));
  if (state.broken.length > 0)
    page.entry("journal", `left out: ${count(state.broken.length, "broken line")}`);
}

/** One word of a command line, quoted where a POSIX shell would read it differently. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function baseText(state: RunState): string {
  const { baseRef, diff } = state.header;
  const size = diff ? `   +${diff.la} -${diff.ld} lines in ${diff.nf} files` : "";
  return `${baseRef === null ? "no base" : ascii(baseRef, 120)}${size}`;
}

function configText(file: string | null, digest: string | null): string {
  const name = file === null ? "no file, gates detected what to check" : ascii(file, 200);
  return digest === null ? name : `${name}   ${ascii(digest, 80)}`;
}

function versionsText(versions: Record<string, string>): string {
  const names = Object.keys(versions).sort(byText);
  return names.map((name) => `${ascii(name, 60)} ${ascii(versions[name] ?? "", 60)}`).join(", ");
}
