/** The journals of a folder: which there are, which is the latest, what their runs came to. */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Result } from "../contracts/config.ts";
import type { RunHeader, RunState } from "../contracts/run-state.ts";
import { processAlive } from "./alive.ts";
import { fileProblem } from "./directory.ts";
import { isObject } from "./fields.ts";
import { createFold } from "./fold.ts";
import { parseJournalName } from "./names.ts";
import { decodeRecords, readJournal, readSlices } from "./read.ts";
import { isKnown, runHeader } from "./record.ts";
import { MAX_LINE } from "./spill.ts";

export interface JournalFile {
  name: string;
  path: string;
  /** ISO, UTC, from the name. */
  startedAt: string;
  pid: number;
  /** Bytes. */
  size: number;
  /** Milliseconds since the epoch. */
  mtimeMs: number;
}

/** The journals of a folder, newest first; none when there is no such folder. */
export function listJournals(dir: string): JournalFile[] {
  const files: JournalFile[] = [];
  let names: string[] = [];
  try {
    names = readdirSync(dir);
  } catch {
    return files;
  }
  for (const name of names) {
    const parts = parseJournalName(name);
    if (!parts) continue;
    const path = join(dir, name);
    // Another run's retention may have taken it since.
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile()) files.push({ name, path, ...parts, size: stat.size, mtimeMs: stat.mtimeMs });
  }
  return files.sort(
    (a, b) => compare(b.startedAt, a.startedAt) || b.mtimeMs - a.mtimeMs || compare(b.name, a.name),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The latest journal of a folder, or null. */
export function latestJournal(dir: string): JournalFile | null {
  return listJournals(dir)[0] ?? null;
}

/**
 * A whole journal folded, its process looked for when it never ended. What could not be read is in the state's
 * broken lines, with line 0 for the file as such.
 */
export function readRun(path: string): RunState {
  const { records, broken, pendingTail, problem } = readJournal(path, "skim");
  const folding = createFold();
  for (const record of records) folding.push(record);
  const unread = problem ? [{ line: 0, offset: 0, reason: problem.what }] : [];
  const view = { broken: [...unread, ...broken], pendingTail };
  const state = folding.state(view);
  if (state.status !== "running") return state;
  const { pid, bootId, host } = state.header;
  return folding.state({ ...view, alive: processAlive(pid, bootId, host) });
}

/** The header in a journal's first lines, without reading the rest; null when it is not there. */
export function readHeader(path: string): RunHeader | null {
  const decoder = decodeRecords(dirname(path));
  try {
    for (const slice of readSlices(path, 0, 2 * MAX_LINE)) {
      const first = decoder.push(slice).records.find((record) => record.kind === "run");
      return first && isKnown(first) && first.kind === "run" ? runHeader(first) : null;
    }
  } catch {
    return null;
  }
  return null;
}

export interface RunListing extends JournalFile {
  state: RunState;
}

/** The last `limit` runs of a folder, newest first. */
export function listRuns(dir: string, limit = Number.POSITIVE_INFINITY): RunListing[] {
  return listJournals(dir)
    .slice(0, limit)
    .map((file) => ({ ...file, state: readRun(file.path) }));
}

/** What latest.json holds: for other programs, which need not know how journals are named. */
export interface LatestPointer {
  runId: string;
  /** Name of the journal beside it. */
  file: string;
  startedAt: string;
}

const LATEST_SCHEMA = "meta-orch/latest@1";

/** Points latest.json to a journal; a reader sees the old pointer or the new one, never half of one. */
export function writeLatest(dir: string, pointer: LatestPointer): Result<null> {
  const path = join(dir, "latest.json");
  const temporary = join(dir, `.latest-${process.pid}.json`);
  try {
    writeFileSync(temporary, `${JSON.stringify({ schema: LATEST_SCHEMA, ...pointer })}\n`);
    renameSync(temporary, path);
    return { ok: true, value: null };
  } catch (error) {
    rmSync(temporary, { force: true });
    return {
      ok: false,
      problems: [fileProblem("The pointer to the latest run cannot be written", path, error)],
    };
  }
}

/** What latest.json says, or null when there is none or it makes no sense. */
export function readLatest(dir: string): LatestPointer | null {
  try {
    const value: unknown = JSON.parse(readFileSync(join(dir, "latest.json"), "utf8"));
    if (!isObject(value)) return null;
    const { runId, file, startedAt } = value;
    if (typeof runId !== "string" || typeof file !== "string" || typeof startedAt !== "string") return null;
    return parseJournalName(file) ? { runId, file, startedAt } : null;
  } catch {
    return null;
  }
}
