/** Puts report files in place: whole or not at all, only below reports/, problems as values. */
import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Problem } from "../contracts/config.ts";
import { REPORTS_DIR } from "./files.ts";

export interface ReportFile {
  /** Relative to the root, directly below reports/. */
  file: string;
  content: string;
}

export interface WriteOutcome {
  /** Files in place, relative to the root. */
  written: string[];
  problems: Problem[];
}

/**
 * Synchronous on purpose: a run with a hundred gates has a hundred small files, and a trip through the thread
 * pool costs each of them more than the writing. Writes each file beside its place and renames it there, so that a reader never sees half a report. Creates
 * reports/ and its .gitignore when they are absent. One file that cannot be written does not stop the others.
 */
export function writeFiles(root: string, files: ReportFile[]): WriteOutcome {
  const outcome: WriteOutcome = { written: [], problems: [] };
  const dir = join(root, REPORTS_DIR);
  const problem = prepare(dir, files);
  if (problem) return { written: [], problems: [problem] };
  for (const { file, content } of files) {
    try {
      replaceFile(dir, basename(file), content);
      outcome.written.push(file);
    } catch (error) {
      outcome.problems.push(cannotWrite(file, error));
    }
  }
  return outcome;
}

function prepare(dir: string, files: ReportFile[]): Problem | null {
  try {
    const found = lstatSync(dir, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) {
      const what = "reports/ is a symbolic link, so nothing was written";
      return { what, where: dir, next: "make it a folder: the reports must stay inside the repository" };
    }
    mkdirSync(dir, { recursive: true });
    ignoreReports(dir, files);
    return null;
  } catch (error) {
    return cannotWrite(`${REPORTS_DIR}/`, error);
  }
}

/** A folder of our own is ignored whole; in one that holds the user's files, only ours are. */
function ignoreReports(dir: string, files: ReportFile[]): void {
  const entries = readdirSync(dir);
  if (entries.includes(".gitignore")) return;
  const own = files.map(({ file }) => `/${basename(file).replace(/\d{8}T\d{6}Z/, "*")}`);
  const lines = entries.length === 0 ? ["*"] : [...new Set(["/.gitignore", ...own])];
  const content = `# Written by meta-orch: reports are rebuilt by every run.\n${lines.join("\n")}\n`;
  try {
    writeFileSync(join(dir, ".gitignore"), content, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function replaceFile(dir: string, name: string, content: string): void {
  const temporary = join(dir, `.${name}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: "wx" });
    // Renamed over an existing file, some file systems write the new one to the disk first: 5 ms each.
    removeIfThere(join(dir, name));
    renameSync(temporary, join(dir, name));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** As rmSync with force does, without the two looks it takes first. */
function removeIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function cannotWrite(file: string, error: unknown): Problem {
  const cause = error as NodeJS.ErrnoException;
  const next =
    cause.code === "ENOSPC"
      ? "free some disk space and run it again, or rebuild the report with meta-orch --report"
      : "make the folder writable, then rebuild the report with meta-orch --report";
  return { what: `could not write ${file}: ${cause.code ?? cause.message}`, where: file, next };
}
