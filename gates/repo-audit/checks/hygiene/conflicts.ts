/** Rule conflict-marker: a merge somebody committed without finishing it. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import { makeFinding, shellQuote } from "../../findings.ts";
import { isDocPath, isTestPath } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";

/** All three markers in order; a line of equals signs alone is a heading in several markup languages. */
const CONFLICT = /^<{7} [^\r\n]+\r?\n([\s\S]*?)^={7}\r?\n([\s\S]*?)^>{7} [^\r\n]+/gm;

function inFence(text: string, offset: number): boolean {
  let fences = 0;
  for (const match of text.matchAll(/^\s*(```|~~~)/gm)) {
    if (match.index >= offset) break;
    fences += 1;
  }
  return fences % 2 === 1;
}

export function findConflicts(file: SourceFile): Finding[] {
  if (!file.text.includes("<<<<<<< ")) return [];
  const findings: Finding[] = [];
  for (const match of file.text.matchAll(CONFLICT)) {
    if (isDocPath(file.path) && inFence(file.text, match.index)) continue;
    findings.push(
      makeFinding({
        ruleId: "hygiene/conflict-marker",
        severity: isTestPath(file.path) || isDocPath(file.path) ? "medium" : "high",
        message: "unfinished merge: both sides of a conflict and their markers are in the file",
        identity: [file.path, match[1]!, match[2]!],
        place: { file, start: match.index, end: match.index + match[0].length },
        defectClass: "hygiene",
        effort: 15,
        fix: {
          description: "The command keeps the first side of every conflict; to keep the other, edit by hand.",
          command: `perl -ni -e 'print unless /^<{7} / or (/^={7}\\r?$/ .. /^>{7} /)' ${shellQuote(file.path)}`,
        },
      }),
    );
  }
  return findings;
}
