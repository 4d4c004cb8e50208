/** Edits: choosing those that change nothing on the screen, applying them, and writing them as a patch. */
import type { FixEdit } from "../../modsquad/contracts/gate.ts";
import type { PlacedIssue } from "./findings.ts";

/** Edits a codemod may apply unseen: equal value, exact place, none inside another. In file and offset order. */
export function safeEdits(issues: readonly PlacedIssue[]): FixEdit[] {
  const edits = issues
    .filter((issue) => issue.edit?.safe && !issue.waived)
    .map((issue) => ({
      path: issue.path,
      start: issue.edit?.start ?? 0,
      end: issue.edit?.end ?? 0,
      text: issue.edit?.text ?? "",
    }))
    .sort((a, b) => (a.path === b.path ? a.start - b.start || b.end - a.end : a.path < b.path ? -1 : 1));
  const chosen: FixEdit[] = [];
  for (const edit of edits) {
    const last = chosen.at(-1);
    if (last?.path === edit.path && edit.start < last.end) continue;
    chosen.push(edit);
  }
  return chosen;
}

/** The text with edits of one file applied. Edits must not overlap. */
export function applyEdits(text: string, edits: readonly FixEdit[]): string {
  let result = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

const CONTEXT = 3;

interface Change {
  /** First old line, 0-based, and one behind the last. */
  from: number;
  to: number;
  lines: string[];
}

/** Line ranges that differ, from edits that each stay on their lines. */
function changes(text: string, edits: readonly FixEdit[]): Change[] {
  const lines = text.split("\n");
  const starts: number[] = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  const lineAt = (offset: number) => {
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const found: Change[] = [];
  const groups: { from: number; to: number; edits: FixEdit[] }[] = [];
  for (const edit of edits) {
    const from = lineAt(edit.start);
    const to = lineAt(Math.max(edit.start, edit.end - 1)) + 1;
    const last = groups.at(-1);
    if (last && from < last.to) {
      last.to = Math.max(last.to, to);
      last.edits.push(edit);
    } else groups.push({ from, to, edits: [edit] });
  }
  for (const group of groups) {
    const begin = starts[group.from] ?? 0;
    const piece = lines.slice(group.from, group.to).join("\n");
    const moved = group.edits.map((edit) => ({ ...edit, start: edit.start - begin, end: edit.end - begin }));
    found.push({ from: group.from, to: group.to, lines: applyEdits(piece, moved).split("\n") });
  }
  return found;
}

/** A unified diff of the edits of one file, for `git apply`. */
export function patchOf(path: string, text: string, edits: readonly FixEdit[]): string {
  const lines = text.split("\n");
  const all = changes(text, edits);
  const hunks: Change[][] = [];
  for (const change of all) {
    const last = hunks.at(-1)?.at(-1);
    if (last && change.from - last.to <= 2 * CONTEXT) hunks.at(-1)?.push(change);
    else hunks.push([change]);
  }
  let patch = `--- a/${path}\n+++ b/${path}\n`;
  const total = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  const open = lines.at(-1) !== "";
  let shift = 0;
  for (const hunk of hunks) {
    const from = Math.max(0, (hunk[0]?.from ?? 0) - CONTEXT);
    const to = Math.min(total, (hunk.at(-1)?.to ?? 0) + CONTEXT);
    const body: string[] = [];
    let added = 0;
    let at = from;
    const put = (sign: string, line: string | undefined, last: boolean) => {
      body.push(`${sign}${line}`);
      if (last && open) body.push("\\ No newline at end of file");
    };
    const copy = (sign: string, until: number) => {
      for (; at < until; at += 1) put(sign, lines[at], at === total - 1);
    };
    for (const change of hunk) {
      copy(" ", change.from);
      copy("-", change.to);
      const ends = change.to === total;
      for (const [index, line] of change.lines.entries())
        put("+", line, ends && index === change.lines.length - 1);
      added += change.lines.length - (change.to - change.from);
    }
    copy(" ", to);
    patch += `@@ -${from + 1},${to - from} +${from + 1 + shift},${to - from + added} @@\n${body.join("\n")}\n`;
    shift += added;
  }
  return patch;
}
