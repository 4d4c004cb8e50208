/** The codemod: for findings whose edit changes nothing on the screen, the edits, once each and none overlapping. */
import type { Finding, Fix, FixEdit, GateContext } from "../../modsquad/contracts/gate.ts";

/** Rules whose first candidate is equal to what is written, so that the edit is safe unseen. */
const SAFE = /\/(?:literal|misleading-alias|name|opaque-surface)$/;

/** One fix per file. Findings without an edit, and those that change what is seen, are left to people. */
export async function fixes(_context: GateContext, findings: readonly Finding[]): Promise<Fix[]> {
  const byPath = new Map<string, FixEdit[]>();
  for (const finding of findings) {
    if (!SAFE.test(finding.ruleId)) continue;
    for (const edit of finding.fix?.edits ?? [])
      byPath.set(edit.path, [...(byPath.get(edit.path) ?? []), edit]);
  }
  const result: Fix[] = [];
  for (const [path, edits] of [...byPath].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const chosen: FixEdit[] = [];
    for (const edit of edits.sort((a, b) => a.start - b.start || b.end - a.end)) {
      if (edit.start >= (chosen.at(-1)?.end ?? 0)) chosen.push(edit);
    }
    result.push({
      description: `${chosen.length} values become tokens in ${path}; nothing changes on the screen.`,
      edits: chosen,
    });
  }
  return result;
}
