/**
 * Reading a long journal for what it comes to. Nearly all of its lines tell progress or a heartbeat, and a later line
 * makes them meaningless. Those are known by their letters, without taking them apart, and only the last of each task
 * is read. A line that does not look exactly like that is read as any other, so nothing unreadable goes by unseen.
 */
import type { Line } from "./lines.ts";
import { type AnyRecord, isKnown, type JournalRecord, ORCHESTRATOR } from "./record.ts";

const TEXT = String.raw`"[^"\\\x00-\x1f]*"`;
const NAME = String.raw`"([^"\\\x00-\x1f]+)"`;
const TEXTS = String.raw`\[(?:${TEXT}(?:,${TEXT})*)?\]`;
const WHOLE = String.raw`(?:0|[1-9]\d{0,14})`;
const AMOUNT = String.raw`${WHOLE}(?:\.\d{1,15})?`;
const PROGRESS = `\\{"progress":\\{"done":${AMOUNT},"total":${AMOUNT},"label":${TEXT}\\}\\}`;

/** A line as the writer writes it while a task, or the run, is in progress; with the fields that tell whose it is. */
function lineOf(subject: string, kind: string, metrics: string): RegExp {
  const fields = [
    `"task_id":${subject},"agent":${TEXT},"phase":${TEXT},"description":${TEXT},"status":"in_progress"`,
    `"start_time":(?:null|${TEXT}),"end_time":null,"duration_seconds":null`,
    `"dependencies":${TEXTS},"errors":\\[\\],"warnings":\\[\\],"metrics":${metrics}`,
    `"attempt":(${WHOLE}),"tier":${WHOLE},"worker":${TEXT},"checks":\\[\\],"findings":\\[\\]`,
    `"kind":"${kind}","run_id":${NAME},"seq":(${WHOLE}),"ts":${TEXT}`,
  ];
  return new RegExp(`^\\{${fields.join(",")}\\}$`);
}

const TASK = lineOf(NAME, "task", PROGRESS);
const HEARTBEAT = lineOf(`"${ORCHESTRATOR}()"`, "run", String.raw`\{"heartbeat":true\}`);

/** Whose line it is; "" is the run itself. */
function subjectOf({ kind, task_id }: JournalRecord): string | null {
  if (kind === "task") return task_id;
  return kind === "run" && task_id === ORCHESTRATOR ? "" : null;
}

interface Held {
  line: Line;
  attempt: string;
  seq: number;
}

export interface Skimmer {
  /** The lines to read now, in their order: some of these, and held ones that these did not replace. */
  keep(lines: readonly Line[]): Line[];
  /** Told of every record that was read: what comes later in the same task replaces what is held of it. */
  read(record: AnyRecord): void;
  /** The lines held, which are now to be read. */
  release(): Line[];
}

export function createSkimmer(): Skimmer {
  let runId: string | null = null;
  /** Whose lines were read: the first line of each is, because it gives a task its place. */
  const told = new Set<string>();
  const held = new Map<string, Held>();

  function keepOne(line: Line, kept: Line[]): void {
    const found = line.text === null ? null : (TASK.exec(line.text) ?? HEARTBEAT.exec(line.text));
    const [, subject = "", attempt = "", run, digits] = found ?? [];
    if (!found || run !== runId || !told.has(subject)) {
      kept.push(line);
      return;
    }
    const seq = Number(digits);
    const before = held.get(subject);
    if (before?.attempt === attempt && before.seq > seq) return;
    if (before && before.attempt !== attempt) kept.push(before.line);
    held.set(subject, { line, attempt, seq });
  }

  return {
    keep(lines) {
      const kept: Line[] = [];
      for (const line of lines) keepOne(line, kept);
      return kept;
    },
    read(record) {
      if (!isKnown(record)) return;
      runId ??= record.run_id;
      const subject = subjectOf(record);
      if (record.run_id !== runId || subject === null) return;
      told.add(subject);
      const before = held.get(subject);
      if (before && record.seq >= before.seq && record.attempt >= Number(before.attempt))
        held.delete(subject);
    },
    release() {
      const lines = [...held.values()].map(({ line }) => line);
      held.clear();
      return lines;
    },
  };
}
