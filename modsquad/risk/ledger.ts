/** The printed ledger: every line a gate and a reason, summing to what is printed below them. */
import type { LedgerLine, RiskReport } from "../contracts/risk.ts";
import { ascii, foldLine } from "../report/plain-text.ts";
import { apportion, printLimit, printPct, printUnits, toUnits } from "./rounding.ts";

const WIDTH = 100;
/** More lines than this are summed up in one. */
const MAX_LINES = 30;
const MAX_STEPS = 3;
const DETAIL = 56;
const STEP_HEAD = "  one step:";

/** What a gate and a reason cost, percent. */
export interface Contribution {
  gate: string;
  reason: string;
  pct: number;
}

/** Lines for contributions ("gate|reason" → percent), dearest first; printed shares sum to the printed total. */
export function ledgerLines(contributions: readonly Contribution[], totalPct: number): LedgerLine[] {
  const ordered = contributions
    .filter((line) => line.pct > 0)
    .sort((a, b) => b.pct - a.pct || compare(a.gate, b.gate) || compare(a.reason, b.reason));
  const units = apportion(
    ordered.map((line) => line.pct),
    toUnits(totalPct),
  );
  return ordered.map((line, i) => ({
    ...line,
    printed: printUnits(units[i]!, line.pct),
    detail: "",
    action: "",
  }));
}

/**
 * The ledger as text: at most 100 columns of printable ASCII, without a trailing newline. The lines of
 * the block sum to the total below them; `waived` and `deferred` lead from it down to RISK.
 */
export function renderLedger(report: RiskReport): string[] {
  const lines = [headline(report), intervalLine(report)];
  if (report.ledger.length > 0) {
    lines.push(...ledgerBlock(report), "  ----", `  ${printPct(report.totalAvoidablePct)}`);
    lines.push(...downToRisk(report));
  }
  lines.push(...stepLines(report));
  return lines;
}

function headline(report: RiskReport): string {
  const limits = `target ${printLimit(report.targetPct)}%   critical ${printLimit(report.criticalPct)}%`;
  return `RISK RATE ${printPct(report.riskPct)}%   ${limits}        ${report.verdict}  (exit ${report.exit})`;
}

function intervalLine(report: RiskReport): string {
  const floor = `residual floor ${report.floorPct.toFixed(1)}%, ${range(report.floorIntervalPct)}`;
  return `  90% interval ${range(report.intervalPct)}   ${floor} (prior: no release history yet)`;
}

function range([low, high]: [number, number]): string {
  return low === high ? `${plain(low)}%` : `${plain(low)}-${plain(high)}%`;
}

/** Never in exponent notation; below a hundredth only the order matters. */
function plain(value: number): string {
  return value > 0 && value < 0.01 ? "<0.01" : String(value);
}

function ledgerBlock({ ledger }: RiskReport): string[] {
  const shown = ledger.length > MAX_LINES ? ledger.slice(0, MAX_LINES - 1) : ledger;
  const rest = ledger.slice(shown.length);
  const amounts = Math.max(...ledger.map((line) => line.printed.length));
  const names = Math.min(24, Math.max(...shown.map((line) => line.gate.length)));
  const lines = shown.flatMap((line) => ledgerLine(line, amounts, names));
  if (rest.length > 0) {
    const units = rest.reduce((sum, line) => sum + unitsOf(line), 0);
    lines.push(`  ${printUnits(units, 1).padStart(amounts)}  ${rest.length} smaller lines`);
  }
  return lines;
}

function ledgerLine(line: LedgerLine, amounts: number, names: number): string[] {
  const gate = ascii(line.gate, 60).padEnd(names);
  const left = `  ${line.printed.padStart(amounts)}  ${gate}  `;
  const hang = 2 + amounts + 2 + names + 2;
  const detail = ascii(line.detail, 300);
  const action = line.action === "" ? "" : `-> ${ascii(line.action, 300)}`;
  const whole = action === "" ? left + detail : `${left}${detail.padEnd(DETAIL - names)}  ${action}`;
  if (whole.length <= WIDTH) return [whole.trimEnd()];
  const folded = foldLine(left + detail, WIDTH, hang);
  if (action !== "") folded.push(...foldLine(" ".repeat(hang) + action, WIDTH, hang + 3));
  return folded;
}

function unitsOf(line: LedgerLine): number {
  return line.printed.startsWith("<") ? 0 : Math.round(Number(line.printed) * 100);
}

/** total − waived − deferred = RISK, also as printed: the two share what lies between, by remainder. */
function downToRisk(report: RiskReport): string[] {
  const off = [
    { word: "waived", pct: report.waivedPct },
    { word: "deferred", pct: report.deferredPct },
  ].filter(({ pct }) => pct > 0);
  if (off.length === 0) return [];
  const units = apportion(
    off.map(({ pct }) => pct),
    toUnits(report.totalAvoidablePct) - toUnits(report.riskPct),
  );
  const lines = off.map(({ word, pct }, i) => `  ${`-${printUnits(units[i]!, pct)}`.padEnd(7)}${word}`);
  return [...lines, "  ----", `  ${printPct(report.riskPct).padEnd(7)}RISK`];
}

/** The best single steps and the combination that reaches the target, which is only news when RISK is above it. */
function stepLines({ steps, riskPct, targetPct }: RiskReport): string[] {
  const singles = steps.filter((step) => step.gates.length === 1).slice(0, MAX_STEPS);
  const combined = steps.filter((step) => step.gates.length > 1);
  const lines: string[] = [];
  let line = STEP_HEAD;
  for (const step of [...singles, ...combined]) {
    const words = `${step.gates.map((gate) => ascii(gate, 40)).join(" + ")} -> ${printPct(step.riskPct)}`;
    const text = `${words}${step.underTarget && riskPct > targetPct ? " (under target)" : ""}`;
    const gap = line.trim() === "" || line === STEP_HEAD ? " " : "   ";
    if (line.length + gap.length + text.length > WIDTH) {
      lines.push(line);
      line = `${" ".repeat(STEP_HEAD.length)} ${text}`;
    } else line += gap + text;
  }
  if (line !== STEP_HEAD) lines.push(line);
  return lines.flatMap((one) => foldLine(one, WIDTH, STEP_HEAD.length + 3));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
