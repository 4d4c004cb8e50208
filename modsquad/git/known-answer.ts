/**
 * What git answered about a repository the last time, kept beside it: as long as nothing that decides the answer has
 * changed, no process has to be started to ask again. Where that cannot be told for sure, git is asked.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findDotGit } from "./environment.ts";

export interface Question {
  /** Where the answer is kept, absolute. */
  file: string;
  /** Everything that decides the answer, in words. */
  about: string;
}

interface KnownAnswer {
  about: string;
  lines: string[];
}

const textOf = (file: string): string | null => (existsSync(file) ? readFileSync(file, "utf8") : null);

/** Size, time and place of a file that is always replaced, never written into; null where there is none. */
function stateOf(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs} ${stat.ino}` : null;
}

/** Git itself refuses a repository of somebody else's, unless it was told otherwise. */
function isOurs(folder: string): boolean {
  return process.getuid !== undefined && statSync(folder).uid === process.getuid();
}

/** What HEAD says, and the branch behind it where that has a file of its own; null where a name leads to a name. */
function headOf(gitDir: string): (string | null)[] | null {
  const head = readFileSync(path.join(gitDir, "HEAD"), "utf8");
  const branch = /^ref: (.+?)\s*$/.exec(head)?.[1];
  const tip = branch === undefined ? null : textOf(path.join(gitDir, branch));
  return tip?.startsWith("ref:") ? null : [head, tip];
}

/** Files by which a repository is another than the plain kind: git knows what they mean. */
const UNUSUAL = ["commondir", "config.worktree", "reftable", "refs/replace"];

/** Who writes a commit, and when, says nothing about the repository; what a hook is told of it is laid over. */
const IRRELEVANT = /^GIT_(AUTHOR|COMMITTER)_/;

function aboutRepository(root: string, overlay: Record<string, string | undefined>): Question | null {
  const own = findDotGit(root);
  // A linked worktree or a submodule has its git directory elsewhere.
  if (own === null || own.gitDir !== path.join(own.top, ".git")) return null;
  const { top, gitDir } = own;
  if (!isOurs(top) || !isOurs(gitDir)) return null;
  if (UNUSUAL.some((name) => existsSync(path.join(gitDir, name)))) return null;
  const config = textOf(path.join(gitDir, "config"));
  const head = headOf(gitDir);
  if (config === null || head === null || /^\s*\[include/im.test(config)) return null;
  const variables = Object.keys(process.env).filter(
    (name) => name.startsWith("GIT_") && !Object.hasOwn(overlay, name) && !IRRELEVANT.test(name),
  );
  const deciding = [
    root,
    config,
    head,
    stateOf(path.join(gitDir, "packed-refs")),
    stateOf(path.join(gitDir, "shallow")),
    variables.map((name) => `${name}=${process.env[name]}`),
    overlay,
  ];
  return { file: path.join(gitDir, "meta-orch", "repository.json"), about: JSON.stringify(deciding) };
}

/**
 * What decides git's answer about the repository of this folder, with these variables laid over the environment; null
 * where only git knows.
 */
export function questionAbout(root: string, overlay: Record<string, string | undefined>): Question | null {
  try {
    return aboutRepository(root, overlay);
  } catch {
    return null;
  }
}

/** The lines git answered to the same question, `count` or more; or null. */
export function knownAnswer({ file, about }: Question, count: number): string[] | null {
  try {
    const known = JSON.parse(readFileSync(file, "utf8")) as KnownAnswer;
    const isWhole = known.lines.length >= count && known.lines.every((line) => typeof line === "string");
    return isWhole && known.about === about ? known.lines : null;
  } catch {
    return null;
  }
}

/** Keeps an answer; where it cannot be kept, git is asked again. */
export function keepAnswer({ file, about }: Question, lines: string[]): void {
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(temporary, JSON.stringify({ about, lines } satisfies KnownAnswer));
    renameSync(temporary, file);
  } catch {
    // A git directory that only others may write.
    rmSync(temporary, { force: true });
  }
}
