/** The closing block of a run on stdout: what stays in the scrollback. */
import type { RiskReport } from "../../contracts/risk.ts";
import type { JudgedFinding, RunState } from "../../contracts/run-state.ts";
import { criticalPath } from "../../report/critical-path.ts";
import { gateFile } from "../../report/files.ts";
import { fixOf, placeOf, type RankedFinding, rankFindings, topFindings } from "../../report/findings.ts";
import { gateDetail } from "../../report/gate-detail.ts";
import { type GateView, gateViews, hasWarnings } from "../../report/gate-view.ts";
import { nextActions } from "../../report/next-actions.ts";
import { count, duration, limit, percent } from "../../report/numbers.ts";
import { foldLine } from "../../report/plain-text.ts";
import { type Answer, answerOf } from "../../report/readiness.ts";
import { pathText } from "../../report/text/end.ts";
import { totalsOf } from "../../report/totals.ts";
import { renderLedger } from "../../risk/ledger.ts";
import { glyphOf, type Look, paint, type Style, styleOf } from "./look.ts";
import { gateName, joinPieces, type Piece, say } from "./row.ts";

export interface SummaryOptions {
  /** quiet: one line; normal: what matters; verbose: every finding and every check. */
  verbosity: "quiet" | "normal" | "verbose";
  color: boolean;
  unicode: boolean;
  columns: number;
  /** Report files that were written, relative to the root. */
  reports: readonly string[];
}

const TOP = 10;
/** Waivers named one by one; beyond, the report has them all. */
const WAIVERS = 5;

/** The summary as text, ending with a newline. Terse when the change may ship. */
export function renderSummary(state: RunState, risk: RiskReport, options: SummaryOptions): string {
  const answer = answerOf(state, risk);
  if (options.verbosity === "quiet") return `${quietLine(state, risk, answer)}\n`;
  const block = new Block(options);
  writeGates(block, state, risk, answer);
  writeFindings(block, state);
  writeRisk(block, risk);
  writeEnd(block, state, risk, answer);
  return block.toString();
}

class Block {
  readonly options: SummaryOptions;
  readonly look: Look;
  readonly columns: number;
  private readonly lines: string[] = [];

  constructor(options: SummaryOptions) {
    this.options = options;
    this.look = { color: options.color, unicode: options.unicode };
    this.columns = Math.max(40, options.columns);
  }

  blank(): void {
    if (this.lines.length > 0) this.lines.push("");
  }

  /** Text folded to the width, all of it in one style. */
  line(text: string, hang = 2, style: Style | null = null): void {
    for (const part of foldLine(text, this.columns, this.indent(hang)))
      this.lines.push(paint(part, style, this.look));
  }

  /** Coloured pieces on one line; the last piece goes on below when it does not fit. */
  pieces(pieces: Piece[], hang: number): void {
    const plain = pieces.map(([text]) => text).join("");
    const [first = "", ...rest] = foldLine(plain, this.columns, this.indent(hang));
    this.lines.push(joinPieces(recut(pieces, first.length), this.columns, this.look).trimEnd(), ...rest);
  }

  /** One line never folded: a path must survive being copied or clicked. */
  whole(pieces: Piece[]): void {
    this.lines.push(joinPieces(pieces, Number.POSITIVE_INFINITY, this.look));
  }

  field(label: string, value: string): void {
    this.line(`${label.padEnd(15)} ${value}`, 16);
  }

  say(text: string, max = 300): string {
    return say(text, this.look, this.options.verbosity === "verbose" ? 4000 : max);
  }

  /** On a narrow screen the text needs the room more than the column does. */
  private indent(hang: number): number {
    return this.columns < 60 ? Math.min(hang, 6) : hang;
  }

  toString(): string {
    return `${this.lines.join("\n")}\n`;
  }
}

function quietLine(state: RunState, risk: RiskReport, answer: Answer): string {
  const totals = totalsOf(gateViews(state, risk), risk);
  const parts: [number, string][] = [
    [totals.completed, "completed"],
    [totals.failed, "failed"],
    [totals.errored, "errored"],
    [totals.timedOut, "timed out"],
    [totals.cancelled, "cancelled"],
    [totals.skipped, "skipped"],
    [totals.notApplicable, "not applicable"],
    [totals.unfinished, "unfinished"],
  ];
  const words = parts.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}`);
  const rate = `risk ${percent(risk.riskPct)} (target ${limit(risk.targetPct)})`;
  const gates = `${count(totals.total, "gate")}${words.length > 0 ? `: ${words.join(", ")}` : ""}`;
  return `${answer.readiness}  ${rate}  ${risk.verdict}  ${gates}  ${exitWords(answer)}`;
}

/** Every gate when something blocks or on request, otherwise those that did not simply pass. */
function writeGates(block: Block, state: RunState, risk: RiskReport, answer: Answer): void {
  const views = gateViews(state, risk);
  const all = block.options.verbosity === "verbose" || answer.readiness === "BLOCKED";
  const plain = (view: GateView) => view.status === "completed" && !hasWarnings(view.task);
  const shown = all && views.length <= 40 ? views : views.filter((view) => !plain(view));
  const width = shown.reduce((widest, view) => Math.max(widest, gateName(view.id, block.look).length), 10);
  for (const view of shown) writeGate(block, view, width);
  const passed = views.length - shown.length;
  if (passed > 0)
    block.line(`  ${count(passed, "gate")} passed in ${duration(state.durationSeconds)}`, 2, "good");
}

function writeGate(block: Block, view: GateView, width: number): void {
  const { task } = view;
  const warnings = hasWarnings(task);
  const style = styleOf(view.status, warnings);
  const detail = [task ? gateDetail(task) : "", view.reason].filter((part) => part !== "").join("; ");
  const word = view.deferred ? "deferred" : view.word;
  const head = `${gateName(view.id, block.look).padEnd(width)}  `;
  const time = ` ${duration(task?.durationSeconds ?? null).padStart(7)}  `;
  const hang = width + 30;
  block.pieces(
    [
      [`  ${glyphOf(view.status, warnings, block.look)} `, style],
      [head, null],
      [word.padEnd(14), style],
      [time, null],
      [block.say(detail), null],
    ],
    hang <= block.columns / 2 ? hang : 6,
  );
  if (block.options.verbosity === "verbose") writeChecks(block, view);
}

function writeChecks(block: Block, view: GateView): void {
  for (const check of view.task?.checks ?? []) {
    const target = check.target === undefined ? "" : ` ${block.say(check.target)}`;
    const why = check.failureClass === undefined ? "" : ` (${block.say(check.failureClass)})`;
    const examined = `${check.examined} of ${check.planned} examined`;
    block.line(
      `      ${block.say(check.id)}${target}: ${check.status}${why}, ${examined}: ${block.say(check.message)}`,
      8,
    );
  }
  const told = (text: string) => text !== "" && view.reason.includes(text);
  for (const error of view.task?.errors ?? []) {
    if (!told(error)) block.line(`      error: ${block.say(error)}`, 13);
  }
  for (const warning of view.task?.warnings ?? []) {
    if (!told(warning)) block.line(`      warning: ${block.say(warning)}`, 15);
  }
}

function writeFindings(block: Block, state: RunState): void {
  const ranked = rankFindings(state);
  if (ranked.length === 0) return;
  const shown = block.options.verbosity === "verbose" ? ranked : topFindings(ranked, TOP);
  block.blank();
  for (const one of shown) writeFinding(block, one);
  const seen = new Set(shown);
  const rest = ranked.filter((one) => !seen.has(one));
  if (rest.length > 0) block.line(`  +${rest.length} more in ${filesOf(state, rest).join(", ")}`);
}

function writeFinding(block: Block, { gate, finding }: RankedFinding): void {
  const notes = [finding.ruleId, gate, ...(finding.isNew ? [] : ["old"]), ...occurrences(finding)];
  const message = `${block.say(finding.message)} (${notes.map((note) => block.say(note)).join(", ")})`;
  const place = placeOf(finding);
  const severity: Piece = [`  ${finding.severity.padEnd(8)}  `, severityStyle(finding)];
  if (place === "") {
    block.pieces([severity, [message, null]], 12);
  } else {
    block.whole([severity, [block.say(place, 2000), null]]);
    block.line(`            ${message}`, 12);
  }
  const fix = fixOf(finding);
  if (fix !== "") block.line(`            fix: ${block.say(fix)}`, 17);
  if (finding.waiver !== undefined)
    block.line(`            waived: ${block.say(finding.waiver)}`, 20, "quiet");
}

function writeRisk(block: Block, risk: RiskReport): void {
  block.blank();
  for (const [index, line] of renderLedger(risk).entries())
    block.line(line, 24, index === 0 ? "strong" : null);
}

function writeEnd(block: Block, state: RunState, risk: RiskReport, answer: Answer): void {
  block.blank();
  const path = criticalPath(state);
  if (path) {
    const back = `${duration(path.wonBackSeconds)} could be won back`;
    block.field("critical path", `${pathText(path)}; wall ${duration(path.wallSeconds)}, ${back}`);
  }
  for (const warning of state.warnings) block.field("warning", block.say(warning));
  for (const error of state.errors) block.field("error", block.say(error));
  writeIdleWaivers(block, risk);
  const first = nextActions(state, risk)[0];
  if (first && answer.readiness !== "APPROVED") {
    block.field("next", `${first.gate === null ? "" : `${block.say(first.gate)}: `}${block.say(first.how)}`);
  }
  const report = block.options.reports.find((file) => file.endsWith(".txt")) ?? block.options.reports[0];
  if (report !== undefined) block.field("report", report);
  for (const [index, clause] of answer.why.entries())
    block.field(index === 0 ? "why" : "", block.say(clause));
  block.line(
    `${answer.readiness}: ${meaning(state, answer)}   ${exitWords(answer)}`,
    2,
    readinessStyle(answer),
  );
}

/** Waivers over their limit or without a match, and why: an expired one is among the run's own warnings. */
function writeIdleWaivers(block: Block, risk: RiskReport): void {
  const idle = risk.waivers.filter((one) => one.state === "over-limit" || one.state === "stale");
  for (const one of idle.slice(0, WAIVERS)) {
    const of = block.say(one.gate ?? one.fingerprint ?? "", 80);
    block.field("waiver", `${of} by ${block.say(one.owner, 60)} has no effect: ${block.say(one.message)}`);
  }
  if (idle.length > WAIVERS) block.field("waiver", `+${idle.length - WAIVERS} more without effect`);
}

function meaning(state: RunState, answer: Answer): string {
  switch (answer.readiness) {
    case "APPROVED":
      return "safe to ship";
    case "BLOCKED":
      return "not safe to ship";
    case "HOLD":
      if (state.status === "running") return "the run is still going";
      if (state.header.mode === "quick") return "nothing blocks the commit; a release needs --mode full";
      if (state.header.scope !== null) return "nothing blocks in this scope; a release needs the whole run";
      return "nothing blocks, but there are warnings to look at before it ships";
  }
}

function exitWords(answer: Answer): string {
  return answer.exitCode === null ? "no exit code" : `exit ${answer.exitCode}`;
}

function readinessStyle(answer: Answer): Style {
  return answer.readiness === "APPROVED" ? "good" : answer.readiness === "HOLD" ? "warn" : "bad";
}

function severityStyle(finding: JudgedFinding): Style {
  if (finding.waiver !== undefined) return "quiet";
  if (finding.severity === "critical" || finding.severity === "high") return "bad";
  return finding.severity === "medium" ? "warn" : "quiet";
}

function occurrences(finding: JudgedFinding): string[] {
  return (finding.count ?? 1) > 1 ? [`${finding.count} times`] : [];
}

function filesOf(state: RunState, findings: RankedFinding[]): string[] {
  const planned = new Map(state.header.gates.map((gate) => [gate.id, gate]));
  const ids = [...new Set(findings.map((one) => one.gate))];
  return ids.map((id) => gateFile(planned.get(id) ?? { id, reportName: "" }));
}

/** The same pieces, ending after `length` characters. */
function recut(pieces: Piece[], length: number): Piece[] {
  const cut: Piece[] = [];
  let left = length;
  for (const [text, style] of pieces) {
    if (left <= 0) break;
    cut.push([text.slice(0, left), style]);
    left -= text.length;
  }
  return cut;
}
