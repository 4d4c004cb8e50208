/** Names of journals: `execution_log_20261031T144746Z_4711_9f2c8a01.jsonl`. */

const NAME = /^execution_log_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z_(\d+)_([0-9a-z]+)\.jsonl$/;

/** The name of a new journal; `startedAt` is ISO, UTC. */
export function journalName(startedAt: string, pid: number, random: string): string {
  const compact = new Date(startedAt)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:]/g, "");
  return `execution_log_${compact}_${pid}_${random}.jsonl`;
}

export interface JournalNameParts {
  /** ISO, UTC, to the second. */
  startedAt: string;
  pid: number;
}

/** What a journal's name tells, or null when the file is no journal. */
export function parseJournalName(name: string): JournalNameParts | null {
  const found = NAME.exec(name);
  if (!found) return null;
  const [, year, month, day, hour, minute, second, pid] = found;
  return { startedAt: `${year}-${month}-${day}T${hour}:${minute}:${second}Z`, pid: Number(pid) };
}
