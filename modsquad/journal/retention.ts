/** Keeps the folder of journals from growing for ever. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../contracts/config.ts";
import type { RunState } from "../contracts/run-state.ts";
import { processAlive } from "./alive.ts";
import { fileProblem, safeName } from "./directory.ts";
import { type JournalFile, listJournals, readHeader, readRun } from "./files.ts";

/** A run on a machine we cannot ask is taken for running as long as its journal is younger than this. */
const UNKNOWN_FOR_MS = 24 * 3600 * 1000;

export interface Retention {
  /** Names of the journals deleted. */
  deleted: string[];
  problems: Problem[];
}

/** True when deleting the journal would take it from a run in progress. */
function inProgress({ status, header }: RunState, file: JournalFile, now: number): boolean {
  if (status !== "running") return false;
  const alive = processAlive(header.pid, header.bootId, header.host);
  return alive ?? now - file.mtimeMs < UNKNOWN_FOR_MS;
}

function remove(dir: string, file: JournalFile, runId: string, result: Retention): void {
  try {
    rmSync(file.path, { force: true });
    result.deleted.push(file.name);
    if (runId !== "") rmSync(join(dir, "artifacts", safeName(runId)), { recursive: true, force: true });
  } catch (error) {
    result.problems.push(fileProblem("An old journal cannot be deleted", file.path, error));
  }
}

/**
 * Deletes all but the newest `keepRuns` journals with their artifacts. Runs in progress stay, and so do runs
 * that one of those which stay has resumed.
 */
export function applyRetention(dir: string, keepRuns: number, now = Date.now()): Retention {
  const result: Retention = { deleted: [], problems: [] };
  const files = listJournals(dir);
  if (files.length <= keepRuns) return result;
  let needed: Set<string> | null = null;
  // Newest first, and a run can only resume an older one: a chain of resumed runs is kept link by link.
  for (const file of files.slice(keepRuns)) {
    const state = readRun(file.path);
    const { runId, resumes } = state.header;
    // Nobody resumes what has finished, so the headers of all that stay are looked at when something has not.
    if (state.status !== "finished") needed ??= resumedBy(files.slice(0, keepRuns));
    const kept = needed?.has(runId) || inProgress(state, file, now);
    if (kept && resumes) needed?.add(resumes);
    if (!kept) remove(dir, file, runId, result);
  }
  return result;
}

/** Ids of the runs that these have resumed. */
function resumedBy(files: readonly JournalFile[]): Set<string> {
  const ids = files.map((file) => readHeader(file.path)?.resumes).filter((id) => typeof id === "string");
  return new Set(ids);
}
