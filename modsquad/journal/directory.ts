/** The folders written at run time, and names that are safe in them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem, Result } from "../contracts/config.ts";

const IGNORE = "# Written at run time by meta-orch. Only the README is kept.\n*\n!README.md\n";

/** What a failed system call means for a person. `next` says what to do about it. */
export function fileProblem(what: string, path: string, error: unknown): Problem {
  const { code, message } = error as NodeJS.ErrnoException;
  const advice: Record<string, string> = {
    ENOSPC: "Free some space on that disk, then run again.",
    EDQUOT: "Free some of the disk quota, then run again.",
    EFBIG: "Raise the limit on the size of files (ulimit -f), then run again.",
    EACCES: "Make it writable for this user, then run again.",
    EPERM: "Make it writable for this user, then run again.",
    EROFS: "Run on a writable file system.",
    ENOENT: "Check that the path exists.",
    EISDIR: "Name a file, not a folder.",
  };
  return {
    what: `${what}: ${code ?? message}`,
    where: path,
    next: advice[code ?? ""] ?? "Check the path and the file system.",
  };
}

/**
 * Makes a folder for output with an ignore file of its own, so that nothing written there can be committed
 * by accident. An ignore file that is already there is left as it is.
 */
export function ensureOutputDirectory(dir: string): Result<string> {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    return { ok: false, problems: [fileProblem("The folder cannot be made", dir, error)] };
  }
  try {
    writeFileSync(join(dir, ".gitignore"), IGNORE, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      return { ok: false, problems: [fileProblem("The folder cannot be written", dir, error)] };
    }
  }
  return { ok: true, value: dir };
}

/** An id as the name of a file or folder: never a path, never hidden, never empty. */
export function safeName(id: string): string {
  const name = id.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 120);
  return /^\.|^$/.test(name) ? `_${name.replace(/^\.+/, "")}` : name;
}
