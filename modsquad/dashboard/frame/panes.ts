/** The lists: gates, findings, ledger, activity, runs. A row is made into text only when it is shown. */

import type { LedgerLine } from "../../contracts/risk.ts";
import { duration, percent } from "../../report/numbers.ts";
import { shortenMiddle } from "../../report/plain-text.ts";
import { failuresFirst } from "../view/gates.ts";
import type { DashboardView, FindingSummary, ViewEvent, ViewGate, ViewRunRow } from "../view.ts";
import { type Block, block, headed, windowStart } from "./block.ts";
import { glyph } from "./palette.ts";
import { columnsOf, fitLine, fitRight, fitText, type Line, type Look, type Piece, say } from "./text.ts";
import type { PaneId, Ui } from "./ui.ts";

interface PaneItems {
  gates: ViewGate;
  findings: FindingSummary;
  ledger: LedgerLine;
  timeline: ViewEvent;
  runs: ViewRunRow;
}

interface Pane<T> {
  title: string;
  items(view: DashboardView, ui: Ui): readonly T[];
  /** What the filter looks at. */
  text(item: T): string;
  line(item: T, width: number, look: Look, view: DashboardView): Line;
  /** Said when there are none. */
  none(view: DashboardView): string;
}

/** Each view is sorted once, however often it is drawn. */
const sorted = new WeakMap<readonly ViewGate[], ViewGate[]>();

function inFailureOrder(gates: readonly ViewGate[]): readonly ViewGate[] {
  let order = sorted.get(gates);
  if (!order) {
    order = failuresFirst(gates);
    sorted.set(gates, order);
  }
  return order;
}

const PANES: { [P in PaneId]: Pane<PaneItems[P]> } = {
  gates: {
    title: "Gates",
    items: (view, ui) => (ui.failuresFirst ? inFailureOrder(view.gates) : view.gates),
    text: (gate) => `${gate.id} ${gate.word} ${gate.agent} ${gate.reason}`,
    line: gateLine,
    none: (view) => (view.run === null ? "unknown" : "none planned"),
  },
  findings: {
    title: "Findings",
    items: (view) => view.findings.worst,
    text: (one) => `${one.gate} ${one.ruleId} ${one.severity} ${one.place} ${one.message}`,
    line: findingLine,
    none: (view) => (view.run === null ? "unknown" : view.life === "done" ? "none" : "none so far"),
  },
  ledger: {
    title: "Risk ledger",
    items: (view) => view.risk?.ledger ?? [],
    text: (one) => `${one.gate} ${one.reason} ${one.detail}`,
    line: ledgerLine,
    none: (view) => (view.loading ? "counting" : view.risk === null ? "unknown" : "nothing adds to the risk"),
  },
  timeline: {
    title: "Activity",
    items: (view) => view.timeline,
    text: (one) => `${one.subject} ${one.word} ${one.text}`,
    line: eventLine,
    none: () => "nothing yet",
  },
  runs: {
    title: "Runs",
    items: (view) => view.runs,
    text: (run) => `${run.runId} ${run.word} ${run.mode} ${run.env} ${run.branch ?? ""}`,
    line: runLine,
    none: () => "none",
  },
};

/** The rows of a pane after the filter, in the order shown. */
export function rowsOf<P extends PaneId>(view: DashboardView, pane: P, ui: Ui): readonly PaneItems[P][] {
  const { items, text } = PANES[pane];
  const all = items(view, ui);
  if (ui.filter === "") return all;
  const wanted = ui.filter.toLowerCase();
  return all.filter((item) => text(item).toLowerCase().includes(wanted));
}

/** One row as clean text. */
export function rowText(view: DashboardView, pane: PaneId, row: number, ui: Ui): string {
  const item = rowsOf(view, pane, ui)[row];
  return item === undefined ? "" : PANES[pane].text(item as never).trim();
}

/** A list with its heading, `height` lines in all. */
export function paneBlock(
  view: DashboardView,
  pane: PaneId,
  size: { width: number; height: number },
  look: Look,
  ui: Ui,
): Block {
  const { title, line, none } = PANES[pane];
  const rows = rowsOf(view, pane, ui);
  const height = Math.max(0, size.height - 1);
  const focused = ui.interactive && ui.pane === pane;
  const chosen = Math.min(ui.chosen[pane] ?? 0, Math.max(0, rows.length - 1));
  const start = windowStart(rows.length, height, focused ? chosen : 0);
  const lines: Line[] = rows.slice(start, start + height).map((item, i) => {
    const made = line(item as never, size.width, look, view);
    return focused && start + i === chosen ? inverse(fitLine(made, size.width)) : made;
  });
  if (rows.length === 0) {
    const words = ui.filter === "" ? none(view) : `no match for "${say(ui.filter, look, 40)}"`;
    lines.push([[words, "quiet"]]);
  }
  const note =
    rows.length > height ? `${start + 1}-${Math.min(rows.length, start + height)} of ${rows.length}` : "";
  return headed({ title, note, focused }, block(lines, size.width, height), look);
}

function inverse(line: Line): Line {
  return [[line.map(([text]) => text).join(""), "chosen"]];
}

const STATUS_WIDTH = 14;

function gateLine(gate: ViewGate, width: number, look: Look): Line {
  const id = say(gate.id, look, 120);
  const idWidth = Math.max(8, Math.min(24, Math.floor(width * 0.34)));
  const time = gate.seconds === null ? "" : duration(gate.seconds);
  const pieces: Piece[] = [
    [`${glyph(gate.tone, look)} `, gate.tone],
    [fitText(id, idWidth, look), "plain"],
    [" ", "plain"],
    [fitText(gate.word, width >= 38 ? STATUS_WIDTH : 11, look), gate.tone],
    [fitRight(time, 7, look), "quiet"],
    ["  ", "plain"],
  ];
  const used = pieces.reduce((sum, [text]) => sum + columnsOf(text), 0);
  return [...pieces, ...gateNote(gate, width - used, look)];
}

/** What it is at, why it could not, or what it did. */
function gateNote(gate: ViewGate, width: number, look: Look): Piece[] {
  if (width < 8) return [];
  if (gate.status === "in_progress") return progressPieces(gate, width, look);
  if (gate.status === "pending") {
    const needs = gate.needs.length > 0 ? `after ${gate.needs.join(", ")}` : "";
    return [[fitText(say(needs, look), width, look), "quiet"]];
  }
  const quiet = gate.tone === "good" || gate.tone === "quiet";
  const words =
    quiet && gate.detail !== "" ? gate.detail : [gate.reason, gate.detail].filter(Boolean).join("; ");
  return [[fitText(say(words, look), width, look), quiet ? "quiet" : "plain"]];
}

function progressPieces(gate: ViewGate, width: number, look: Look): Piece[] {
  const { progress, expectedSeconds, seconds } = gate;
  const attempt = gate.attempt > 1 ? `attempt ${gate.attempt}  ` : "";
  if (!progress || progress.total <= 0) {
    const usual = expectedSeconds === null ? "" : `usually ${duration(expectedSeconds)}`;
    return [[fitText(`${attempt}${usual}`, width, look), "quiet"]];
  }
  const share = Math.max(0, Math.min(1, progress.done / progress.total));
  const barWidth = Math.min(12, Math.max(4, width >> 2));
  const words = `${attempt}${progress.done}/${progress.total} ${say(progress.label, look, 80)}`;
  const late = expectedSeconds !== null && seconds !== null && seconds > expectedSeconds * 2;
  return [
    ...barPieces(share, barWidth, late ? "warn" : "busy", look),
    [` ${fitText(words, width - barWidth - 1, look)}`, "quiet"],
  ];
}

/** A bar of `width` columns, `share` in [0, 1] of it full. */
export function barPieces(share: number, width: number, style: Piece[1], look: Look): Piece[] {
  const full = Math.round(Math.max(0, Math.min(1, share)) * width);
  const [on, off] = look.unicode ? ["█", "░"] : ["#", "."];
  return [
    [on.repeat(full), style],
    [off.repeat(width - full), "rule"],
  ];
}

const SEVERITY_STYLE = { critical: "bad", high: "bad", medium: "warn", low: "quiet", info: "quiet" } as const;

function findingLine(one: FindingSummary, width: number, look: Look): Line {
  const style = one.waiver === null ? SEVERITY_STYLE[one.severity] : "quiet";
  const times = one.count > 1 ? ` x${one.count}` : "";
  const place = one.place === "" ? one.gate : one.place;
  const placeWidth = Math.floor(width * 0.36);
  return [
    [`${glyph(style, look)} `, style],
    [fitText(one.severity, 9, look), style],
    [fitText(shortenMiddle(say(place, look, 200), placeWidth), placeWidth, look), "plain"],
    ["  ", "plain"],
    [fitText(`${say(one.message, look)}${times}`, Math.max(0, width - 13 - placeWidth), look), "quiet"],
  ];
}

function ledgerLine(one: LedgerLine, width: number, look: Look): Line {
  const nameWidth = Math.max(8, Math.min(20, Math.floor(width * 0.3)));
  return [
    [fitRight(one.printed, 6, look), one.pct >= 0.5 ? "strong" : "plain"],
    ["  ", "plain"],
    [fitText(say(one.gate, look, 80), nameWidth, look), "plain"],
    ["  ", "plain"],
    [fitText(say(one.detail || one.reason, look), Math.max(0, width - nameWidth - 10), look), "quiet"],
  ];
}

function eventLine(one: ViewEvent, width: number, look: Look): Line {
  const time = one.at.slice(11, 19);
  const subject = one.subject === "" ? one.word : `${say(one.subject, look, 80)} ${one.word}`;
  return [
    [`${time || "--:--:--"} `, "quiet"],
    [`${glyph(one.tone, look)} `, one.tone],
    [subject, one.tone === "bad" || one.tone === "unknown" ? one.tone : "plain"],
    ["  ", "plain"],
    [fitText(say(one.text, look), Math.max(0, width - 13 - columnsOf(subject)), look), "quiet"],
  ];
}

function runLine(run: ViewRunRow, width: number, look: Look, view: DashboardView): Line {
  const shown = run.runId === view.run?.runId;
  const risk = run.riskPct === null ? "" : percent(run.riskPct);
  return [
    [`${glyph(run.tone, look)} `, run.tone],
    [fitText(run.word, 10, look), run.tone],
    [fitRight(risk, 7, look), "plain"],
    ["  ", "plain"],
    [run.startedAt.slice(0, 16).replace("T", " "), shown ? "strong" : "quiet"],
    ["  ", "plain"],
    [
      fitText(say(`${run.mode} ${run.env} ${run.branch ?? ""}`, look), Math.max(0, width - 39), look),
      "quiet",
    ],
  ];
}
