/** What a commit or push says: one line when it may go on, otherwise what, where and how, in under a screen. */
import type { RiskReport } from "../../contracts/risk.ts";
import type { RunState } from "../../contracts/run-state.ts";
import { fixOf, placeOf, type RankedFinding, rankFindings, topFindings } from "../../report/findings.ts";
import { type GateView, gateViews } from "../../report/gate-view.ts";
import { count, duration, limit, percent } from "../../report/numbers.ts";
import { foldLine } from "../../report/plain-text.ts";
import { type Look, paint, type Style } from "./look.ts";
import { say } from "./row.ts";

export interface HookSummaryOptions extends Look {
  columns: number;
  /** What is held back: "commit" or "push". */
  what: string;
}

/** Rows of the blocked summary: a terminal of 24 keeps the command line and the next prompt. */
const ROWS = 22;
const FINDINGS = 4;
const GATES = 4;

/** Ends with a newline. */
export function renderHookSummary(state: RunState, risk: RiskReport, options: HookSummaryOptions): string {
  const views = gateViews(state, risk);
  const lines = state.exitCode === 0 ? [cleanLine(state, risk, views)] : blocked(state, risk, views, options);
  return `${lines.join("\n")}\n`;
}

function cleanLine(state: RunState, risk: RiskReport, views: readonly GateView[]): string {
  const ran = views.filter((view) => view.status === "completed").length;
  const open = state.tasks.flatMap((task) => task.findings).filter((one) => one.severity !== "info").length;
  const parts = [`${count(ran, "gate")} in ${duration(state.durationSeconds)}`];
  if (open > 0) parts.push(`${count(open, "finding")} open, none of them blocks`);
  if (state.warnings.length > 0) parts.push(count(state.warnings.length, "warning"));
  const told = open + state.warnings.length > 0 ? ": meta-orch --report" : "";
  const verdict =
    risk.verdict === "PASS" ? "clean" : `clean (${risk.verdict.toLowerCase().replaceAll("_", " ")})`;
  return `meta-orch: ${verdict}, ${parts.join(", ")}${told}`;
}

function blocked(
  state: RunState,
  risk: RiskReport,
  views: readonly GateView[],
  options: HookSummaryOptions,
): string[] {
  const page = new Page(options);
  page.line(`meta-orch: ${options.what} blocked: ${why(risk, views)}`, 2, "bad");
  const { shown, rest } = blockingFindings(state);
  for (const one of shown) writeFinding(page, one);
  const named = new Set(shown.map((one) => one.gate));
  const unproven = views.filter(
    (view) => isUnproven(view) || (view.status === "failed" && !named.has(view.id)),
  );
  for (const view of unproven.slice(0, GATES)) {
    page.line(`  ${view.word.padEnd(8)}  ${say(view.id, options, 60)}: ${say(view.reason, options)}`, 12);
  }
  for (const warning of state.warnings.filter((text) => /waiver/.test(text)).slice(0, 2))
    page.line(`  warning   ${say(warning, options)}`, 12);
  if (shown.length + unproven.length === 0) writeLedger(page, risk);
  const more = rest + Math.max(0, unproven.length - GATES);
  return page.end([
    ...(more > 0 ? [`  +${more} more: npx meta-orch --report`] : []),
    ...(shown.some((one) => one.finding.fix?.edits?.length) ? ["  exact edits: npx meta-orch fix"] : []),
    `  fix and stage, then ${options.what} again; to go on unchecked: MODSQUAD=0 git ${options.what}`,
  ]);
}

function why(risk: RiskReport, views: readonly GateView[]): string {
  const failed = views.filter((view) => view.status === "failed").map((view) => view.id);
  const unproven = views.filter(isUnproven).map((view) => view.id);
  const parts = [];
  if (failed.length > 0) parts.push(`${failed.join(", ")} failed`);
  if (unproven.length > 0) parts.push(`${unproven.join(", ")} could not check`);
  if (parts.length === 0) parts.push(risk.why[0] ?? "the run did not finish");
  return `${parts.join("; ")} (risk ${percent(risk.riskPct)}, target ${limit(risk.targetPct)})`;
}

/** Planned for this run and without a result. */
function isUnproven(view: GateView): boolean {
  const open = ["errored", "timed_out", "cancelled", "missing"].includes(view.status);
  return open && !view.deferred;
}

/** New findings first, and only those where there are any: old ones do not block. */
function blockingFindings(state: RunState): { shown: RankedFinding[]; rest: number } {
  const ranked = rankFindings(state).filter(({ finding }) => finding.waiver === undefined);
  const fresh = ranked.filter(({ finding }) => finding.isNew && finding.severity !== "info");
  const failed = new Set(state.tasks.filter((task) => task.status === "failed").map((task) => task.taskId));
  const first = fresh.filter((one) => failed.has(one.gate));
  const from = first.length > 0 ? first : fresh;
  const shown = topFindings(from, FINDINGS);
  return { shown, rest: fresh.length - shown.length };
}

function writeFinding(page: Page, { gate, finding }: RankedFinding): void {
  const { options } = page;
  const place = say(placeOf(finding) || gate, options, 400);
  page.line(`  ${finding.severity.padEnd(8)}  ${place}`, 12, "bad");
  page.line(
    `            ${say(finding.message, options)} (${say(finding.ruleId, options, 80)}, ${gate})`,
    12,
  );
  const fix = fixOf(finding).replace(/ ?\(exact edit in [^)]*\)/, "");
  if (fix !== "") page.line(`            fix: ${say(fix, options)}`, 17);
}

function writeLedger(page: Page, risk: RiskReport): void {
  for (const line of risk.ledger.filter(({ reason }) => reason !== "deferred").slice(0, 3)) {
    page.line(
      `  ${line.printed.padStart(8)}  ${line.gate}: ${say(line.detail || line.reason, page.options)}`,
      12,
    );
    if (line.action !== "") page.line(`            ${say(line.action, page.options)}`, 12);
  }
}

/** Collects lines up to the rows there are; each text takes two lines at most. */
class Page {
  readonly options: HookSummaryOptions;
  private readonly lines: string[] = [];

  constructor(options: HookSummaryOptions) {
    this.options = options;
  }

  line(text: string, hang: number, style: Style | null = null): void {
    const width = Math.max(40, this.options.columns);
    const [first = "", second, third] = foldLine(text, width, Math.min(hang, width / 4));
    const kept =
      second === undefined
        ? [first]
        : [first, third === undefined ? second : `${second.slice(0, width - 3)}...`];
    for (const one of kept) this.lines.push(paint(one, style, this.options));
  }

  /** The collected lines with the closing ones, which are never cut. */
  end(closing: string[]): string[] {
    return [...this.lines.slice(0, ROWS - closing.length), ...closing];
  }
}
