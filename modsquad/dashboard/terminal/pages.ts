/** Full-screen texts: help, one gate, one row. Clean text, to be read, searched and copied. */
import { duration, percent } from "../../report/numbers.ts";
import { oneLine } from "../../report/plain-text.ts";
import { columnsOf, fold } from "../frame/text.ts";
import type { ViewGateDetail } from "../view/detail.ts";
import type { FindingSummary } from "../view.ts";

const MAX_FINDINGS = 500;

const KEYS: readonly [string, string][] = [
  ["up, down, j, k", "move"],
  ["g, G", "first (latest), last"],
  ["Page Up, Page Down", "a page"],
  ["Tab, S-Tab", "next, previous pane"],
  ["Enter", "open in full"],
  ["Esc", "back, or clear the filter"],
  ["/", "filter rows"],
  ["f", "failures first, or as planned"],
  ["r", "ask the running engine to run the chosen gate again"],
  ["y", "copy: to the terminal's clipboard (OSC 52), and to reports/dashboard_copy.txt"],
  ["Ctrl-Z", "to the background; fg brings it back"],
  ["q, Ctrl-C", "quit; the summary stays in the terminal"],
];

const WORDS: readonly [string, string][] = [
  ["live", "the run writes its heartbeat every two seconds"],
  ["stalled", "no heartbeat for ten seconds; its process may hang"],
  ["crashed", "its process is gone and it never recorded an end"],
  ["done", "it recorded its end"],
  ["unknown", "the journal could not be read: nothing is known, so nothing is green"],
];

/** The keys and the words, for a terminal of `width` columns. */
export function helpPage(width: number): string[] {
  const wide = width >= 60;
  return [
    ...KEYS.flatMap(([keys, does]) => laidOut(keys, wide ? 20 : 11, does, width)),
    "",
    ...WORDS.flatMap(([word, means]) => laidOut(word, wide ? 20 : 11, means, width)),
    "",
    ...foldAll(["The mouse is left to the terminal: selecting text works as everywhere."], width),
  ];
}

/** One gate in full, folded to `width` columns. */
export function gatePage(gate: ViewGateDetail, width: number): string[] {
  const head = [`${gate.id}  ${gate.word}${gate.required ? "" : "  (not required)"}`, gate.title, ""];
  const known = facts(
    [
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
    ],
    width,
  );
  const rest = [
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
  return [...foldAll(head, width), ...known, ...foldAll(rest, width)];
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

function facts(pairs: readonly [string, string][], width: number): string[] {
  return pairs.flatMap(([name, value]) => (value === "" ? [] : laidOut(name, 9, value, width)));
}

/** A name, and in a column of its own what is said of it; a name that is too long has its line for itself. */
function laidOut(name: string, column: number, value: string, width: number): string[] {
  const left = Math.min(column, width >> 1);
  const lines = fold(oneLine(value, 8000), Math.max(1, width - left)).map((one) => " ".repeat(left) + one);
  if (name.length >= left) return [name.slice(0, width), ...lines];
  return [name.padEnd(left) + lines[0]!.slice(left), ...lines.slice(1)];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** Each text made safe on one line; one that is too wide is folded and keeps its indentation. */
function foldAll(lines: readonly string[], width: number): string[] {
  return lines.flatMap((line) => {
    const safe = line
      .split(/( {2,})/)
      .map((part) => (part.startsWith("  ") ? part : oneLine(part, 8000)))
      .join("");
    if (columnsOf(safe) <= width) return [safe];
    const indent = /^ */.exec(safe)![0].slice(0, Math.max(0, width - 10));
    return fold(safe.trim(), Math.max(1, width - indent.length)).map((part) => indent + part);
  });
}
