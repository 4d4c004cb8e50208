/** Puts report files in place: whole or not at all, only below reports/, problems as values. */
import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
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
 * Writes each file beside its place and renames it there, so that a reader never sees half a report. Creates
 * reports/ and its .gitignore when they are absent. One file that cannot be written does not stop the others.
 */
export async function writeFiles(root: string, files: ReportFile[]): Promise<WriteOutcome> {
  const outcome: WriteOutcome = { written: [], problems: [] };
  const dir = join(root, REPORTS_DIR);
  const problem = await prepare(dir, files);
  if (problem) return { written: [], problems: [problem] };
  for (const { file, content } of files) {
    try {
      await replaceFile(dir, basename(file), content);
      outcome.written.push(file);
    } catch (error) {
      outcome.problems.push(cannotWrite(file, error));
    }
  }
  return outcome;
}

async function prepare(dir: string, files: ReportFile[]): Promise<Problem | null> {
  try {
    const found = await lstat(dir).catch(() => null);
    if (found?.isSymbolicLink()) {
      const what = "reports/ is a symbolic link, so nothing was written";
      return { what, where: dir, next: "make it a folder: the reports must stay inside the repository" };
    }
    await mkdir(dir, { recursive: true });
    await ignoreReports(dir, files);
    return null;
  } catch (error) {
    return cannotWrite(`${REPORTS_DIR}/`, error);
  }
}

/** A folder of our own is ignored whole; in one that holds the user's files, only ours are. */
async function ignoreReports(dir: string, files: ReportFile[]): Promise<void> {
  const entries = await readdir(dir);
  if (entries.includes(".gitignore")) return;
  const own = files.map(({ file }) => `/${basename(file).replace(/\d{8}T\d{6}Z/, "*")}`);
  const lines = entries.length === 0 ? ["*"] : [...new Set(["/.gitignore", ...own])];
  const content = `# Written by meta-orch: reports are rebuilt by every run.\n${lines.join("\n")}\n`;
  await writeFile(join(dir, ".gitignore"), content, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

async function replaceFile(dir: string, name: string, content: string): Promise<void> {
  const temporary = join(dir, `.${name}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`);
  try {
    await writeFile(temporary, content, { flag: "wx" });
    await rename(temporary, join(dir, name));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
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
