/** Issues as findings: fingerprint by content, severity, place, exact edit. */
import { createHash } from "node:crypto";
import type { Finding, FixEdit } from "../../modsquad/contracts/gate.ts";
import type { Definition, Issue } from "./types.ts";

export type PlacedIssue = Issue & { path: string };

const EFFORT: Record<string, number> = { literal: 1, "wrong-role": 2, unused: 2, "stock-color": 3 };
/** Minutes for a finding that needs a decision. */
const DECISION = 8;

/** Minutes a fix takes, roughly. */
export const effortOf = (issue: Issue): number => EFFORT[issue.rule] ?? (issue.edit?.safe ? 1 : DECISION);

function describe(issue: Issue): string {
  const best = issue.candidates[0];
  if (issue.advice && !best) return issue.advice;
  if (!best)
    return issue.advice ?? `Give ${issue.value} a token of its own in the DNA, or take one of its tokens.`;
  const others = issue.candidates.slice(1).map((one) => one.text);
  const also = others.length > 0 ? ` (or ${others.join(", ")})` : "";
  return best.distance === 0
    ? `Write ${best.text}${also}; nothing changes on the screen.`
    : `Write ${best.text}${also}; this changes what is seen.`;
}

function editsOf(
  issue: PlacedIssue,
  definitions: (name: string) => readonly { path: string; one: Definition }[],
): FixEdit[] {
  if (issue.edit)
    return [{ path: issue.path, start: issue.edit.start, end: issue.edit.end, text: issue.edit.text }];
  if (issue.removals) return issue.removals.map((one) => ({ ...one, text: "" }));
  if (issue.replace) {
    const { name, mode, text } = issue.replace;
    const all = definitions(name);
    const place = all.find(({ one }) => one.mode === mode) ?? all.find(({ one }) => one.mode === "");
    if (place && !/var\(|\$/.test(place.one.value))
      return [{ path: place.path, start: place.one.start, end: place.one.end, text }];
  }
  return [];
}

/** One issue per group, the first, with the number it stands for; waived ones stand for themselves. */
export function grouped(issues: readonly PlacedIssue[]): PlacedIssue[] {
  const first = new Map<string, PlacedIssue>();
  const kept: PlacedIssue[] = [];
  for (const issue of issues) {
    const known = issue.group === undefined || issue.waived ? undefined : first.get(issue.group);
    if (known) {
      known.count = (known.count ?? 1) + 1;
      continue;
    }
    const own = { ...issue };
    if (own.group !== undefined && !own.waived) first.set(own.group, own);
    kept.push(own);
  }
  return kept;
}

/** Findings in the order of the issues; equal ones in one symbol are told apart by their number. */
export function toFindings(
  issues: readonly PlacedIssue[],
  definitions: (name: string) => readonly { path: string; one: Definition }[],
): Finding[] {
  const seen = new Map<string, number>();
  return issues.map((issue) => {
    const file = issue.path.slice(issue.path.lastIndexOf("/") + 1);
    const own = [
      issue.check,
      issue.rule,
      file,
      issue.symbol.replace(/\s+/g, " "),
      issue.prop,
      issue.value.replace(/\s+/g, " ").toLowerCase(),
    ].join("\0");
    // What is reported once for many places is told by its cause, not by the place it was met first.
    const key = issue.group === undefined ? own : [issue.check, issue.rule, issue.group].join("\0");
    const number = seen.get(key) ?? 0;
    seen.set(key, number + 1);
    const digest = createHash("sha256")
      .update(number === 0 ? key : `${key}\0${number}`)
      .digest("hex");
    const finding: Finding = {
      ruleId: `${issue.check}/${issue.rule}`,
      severity: issue.severity,
      message: issue.message,
      fingerprint: digest.slice(0, 20),
      defectClass: "design",
      effort: effortOf(issue),
      location: { path: issue.path, line: issue.line, column: issue.column },
      fix: { description: describe(issue) },
    };
    if (issue.count !== undefined && issue.count > 1) finding.count = issue.count;
    const edits = editsOf(issue, definitions);
    if (edits.length > 0 && finding.fix) finding.fix.edits = edits;
    return finding;
  });
}
