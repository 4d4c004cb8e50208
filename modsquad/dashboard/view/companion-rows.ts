/** Reviewers and extensions as rows. */
import type { JournalRecord } from "../../journal/record.ts";
import { type GateStatus, statusWord } from "../../report/gate-view.ts";
import { clip } from "../../report/plain-text.ts";
import type { Life } from "../life.ts";
import { toneOf } from "./tone.ts";
import type { ViewCompanion } from "./types.ts";

const TEXT = 500;

export function companionRows(records: readonly JournalRecord[], life: Life): ViewCompanion[] {
  return records.map((record) => {
    const status = statusOf(record, life);
    const warnings = record.metrics.status === "passed_with_warnings" || record.warnings.length > 0;
    return {
      id: record.task_id,
      agent: record.agent,
      title: record.description,
      status: record.status,
      word: statusWord(status, warnings),
      tone: toneOf(status, warnings),
      seconds: record.duration_seconds,
      note: clip(record.errors[0] ?? record.warnings[0] ?? "", TEXT),
      findings: record.findings.length,
    };
  });
}

/** What still ran when its run ended will say nothing more. */
function statusOf(record: JournalRecord, life: Life): GateStatus {
  const open = record.status === "pending" || record.status === "in_progress";
  return open && (life === "crashed" || life === "done") ? "missing" : record.status;
}
