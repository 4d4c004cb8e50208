/** Full-screen texts: help, one gate, one row. Clean text, to be read, searched and copied. */
import { duration, percent } from "../../report/numbers.ts";
import { oneLine } from "../../report/plain-text.ts";
import { fold } from "../frame/text.ts";
import type { ViewGateDetail } from "../view/detail.ts";
import type { DashboardView, FindingSummary } from "../view.ts";

const MAX_FINDINGS = 500;

export const HELP: readonly string[] = [
  "meta-orch dashboard",
  "",
  "  up, down, j, k     move            g, G        first (latest), last",
  "  Page Up, Page Down a page          Tab, S-Tab  next, previous pane",
  "  Enter              open in full    Esc         back, or clear the filter",
  "  /                  filter rows     f           failures first, or as planned",
  "  r                  ask the running engine to run the chosen gate again",
  "  y                  copy: to the terminal's clipboard (OSC 52), and to reports/dashboard_copy.txt",
  "  Ctrl-Z             to the background; fg brings it back",
  "  q, Ctrl-C          quit; the summary stays in the terminal",
  "",
  "  The mouse is left to the terminal, so selecting text works as everywhere.",
  "",
  "  live      the run writes its heartbeat every two seconds",
  "  stalled   no heartbeat for ten seconds; its process may hang",
  "  crashed   its process is gone and it never recorded an end",
  "  done      it recorded its end",
  "  unknown   the journal could not be read: nothing is known, so nothing is green",
];

/** One gate in full, folded to `width` columns. */
export function gatePage(gate: ViewGateDetail, width: number): string[] {
  const lines = [
    `${gate.id}  ${gate.word}${gate.required ? "" : "  (not required)"}`,
    gate.title,
    "",
    ...facts([
      ["agent", gate.agent],
      ["areas", gate.areas.join(", ")],
      ["took", gate.seconds === null ? "" : duration(gate.seconds)],
      ["attempt", gate.attempt > 1 ? String(gate.attempt) : ""],
      ["started", gate.startedAt ?? ""],
      ["planned", gate.decision],
      ["needs", gate.needs.join(", ")],
      ["command", gate.command ?? ""],
      ["did", gate.detail],
      ["why", gate.reason],
      ["report", gate.checks.length > 0 ? gate.report : ""],
    ]),
    ...section("Errors", gate.errors),
    ...section("Warnings", gate.warnings),
    ...section(
      "Checks",
      gate.checks.map(
        (check) =>
          `${check.status.padEnd(8)} ${check.id}${check.target === undefined ? "" : ` ${check.target}`}  ` +
          `${check.examined} of ${check.planned} examined  ${check.message}`,
      ),
    ),
    ...section(
      "Risk",
      gate.ledger.map((line) => `${percent(line.pct).padStart(7)}  ${line.detail || line.reason}`),
    ),
    ...section(
      `Findings (${gate.findingList.length})`,
      gate.findingList.slice(0, MAX_FINDINGS).flatMap(findingText),
    ),
    ...(gate.findingList.length > MAX_FINDINGS ? [`  all of them: ${gate.report}`] : []),
    ...section(
      "Artifacts",
      gate.artifacts.map((one) => `${one.title}: ${one.path}`),
    ),
  ];
  return foldAll(lines, width);
}

export function findingPage(finding: FindingSummary, width: number): string[] {
  return foldAll([`${finding.gate}`, "", ...findingText(finding)], width);
}

function findingText(one: FindingSummary): string[] {
  const age = one.isNew ? "new" : "old";
  const lines = [
    `${one.severity}  ${one.ruleId}  ${one.place}  (${age}${one.count > 1 ? `, ${one.count} times` : ""})`,
  ];
  lines.push(`  ${one.message}`);
  if (one.fix !== "") lines.push(`  fix: ${one.fix}`);
  if (one.waiver !== null) lines.push(`  waived: ${one.waiver}`);
  return lines;
}

function facts(pairs: readonly [string, string][]): string[] {
  return pairs.filter(([, value]) => value !== "").map(([name, value]) => `${name.padEnd(9)}${value}`);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** Each text made safe on one line, then folded; what is folded keeps its indentation. */
function foldAll(lines: readonly string[], width: number): string[] {
  return lines.flatMap((line) => {
    const indent = /^ */.exec(line)![0].slice(0, Math.max(0, width - 10));
    const safe = oneLine(line, 8000);
    if (safe === "") return [""];
    return fold(safe, Math.max(1, width - indent.length)).map((part) => indent + part);
  });
}

/** What stays in the terminal after the dashboard is closed. */
export function summaryLines(view: DashboardView, lines: readonly string[]): string[] {
  const open = view.gates.filter((gate) => gate.tone === "bad" || gate.tone === "unknown").slice(0, 8);
  const said = open.map(
    (gate) => `  ${gate.id}  ${gate.word}${gate.reason === "" ? "" : `  ${oneLine(gate.reason, 120)}`}`,
  );
  return [...lines, ...said];
}
