/** The commits and pushes that went out unchecked with MODSQUAD=0, as the hooks wrote them down. */
import { existsSync } from "node:fs";
import path from "node:path";
import { readJournal } from "../../journal/read.ts";
import { isKnown } from "../../journal/record.ts";

export interface Skips {
  count: number;
  /** ISO, UTC; null when there was none. */
  last: string | null;
}

/** Reads modsquad/logs/hook_skips.jsonl below a root; no file means no skip. */
export function readSkips(root: string): Skips {
  const file = path.join(root, "modsquad", "logs", "hook_skips.jsonl");
  if (!existsSync(file)) return { count: 0, last: null };
  const records = readJournal(file).records.filter(
    (record) => isKnown(record) && record.status === "skipped",
  );
  const last = records.at(-1);
  return { count: records.length, last: last && isKnown(last) ? last.start_time : null };
}
