/** Opens the git repository a folder lies in, with one git process or, where nothing has changed, none. */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Problem, Result } from "../contracts/config.ts";
import { findDotGit, repositoryEnvironment } from "./environment.ts";
import { type GitOutput, git, gitProblem } from "./exec.ts";
import { keepAnswer, knownAnswer, questionAbout } from "./known-answer.ts";

export interface Repository {
  /** The folder being judged, absolute: the top level or a folder below it. */
  root: string;
  /** Absolute path of the work tree's top. */
  topLevel: string;
  /** root relative to topLevel, POSIX, "" or ending with "/". */
  prefix: string;
  /** Absolute; of a linked worktree its own. */
  gitDir: string;
  /** Where the index is read from (GIT_INDEX_FILE honoured), absolute. */
  indexFile: string;
  /** Absolute. */
  objectsDir: string;
  /** Folder for the quick snapshots, absolute; need not exist. */
  snapshotDir: string;
  /** Commit id of HEAD; null before the first commit. */
  commit: string | null;
  /** Tree id of HEAD; null before the first commit. */
  tree: string | null;
  /** Short branch name; null when HEAD is detached. */
  branch: string | null;
  shallow: boolean;
  /** Laid over the environment of every git process for this repository. */
  env: Record<string, string | undefined>;
}

const QUESTIONS = [
  "--is-bare-repository",
  "--is-inside-work-tree",
  "--show-toplevel",
  "--show-prefix",
  "--absolute-git-dir",
  "--git-path",
  "index",
  "--git-path",
  "objects",
  "--git-path",
  "meta-orch/snapshot",
  "--is-shallow-repository",
  "HEAD^{commit}",
  "HEAD^{tree}",
  "--symbolic-full-name",
  "HEAD",
];

/** How many lines git answers when there is a commit. */
const ANSWERS = 12;
/** Where the answer to --is-shallow-repository stands, the last before HEAD. */
const SHALLOW_AT = 8;

function fail(problem: Problem): Result<never> {
  return { ok: false, problems: [problem] };
}

/** Runs git for this repository, in its root. */
export function gitIn(
  repository: Repository,
  args: string[],
  options: { env?: Record<string, string | undefined>; input?: string | Buffer } = {},
): Promise<GitOutput> {
  const env = { ...repository.env, ...options.env };
  return git(args, {
    cwd: repository.root,
    env,
    ...(options.input === undefined ? {} : { input: options.input }),
  });
}

/** Name of the branch a HEAD without commits points at. */
function unbornBranch(gitDir: string): string | null {
  try {
    return /^ref: refs\/heads\/(.+?)\s*$/.exec(readFileSync(path.join(gitDir, "HEAD"), "utf8"))?.[1] ?? null;
  } catch {
    return null;
  }
}

function refusal(root: string, output: GitOutput): Result<Repository | null> {
  if (output.error === "ENOENT" && findDotGit(root) === null) return { ok: true, value: null };
  if (/not a git repository/.test(output.stderr) && findDotGit(root) === null)
    return { ok: true, value: null };
  if (/dubious ownership/.test(output.stderr)) {
    return fail({
      what: "git refuses this repository because another user owns it",
      where: root,
      next: `git config --global --add safe.directory '${root}'`,
    });
  }
  const next = output.error
    ? "install git, or put it on PATH"
    : `run "git status" in ${root} and mend what it says`;
  return fail(gitProblem("git could not read the repository", output, next, root));
}

/**
 * The repository `root` lies in; null when it lies in none (or git is not installed and nothing here needs
 * it). A bare repository, one git refuses to read, or a folder that is not there is a Problem.
 */
export async function openRepository(root: string): Promise<Result<Repository | null>> {
  const folder = path.resolve(root);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    return fail({ what: "no such folder", where: folder, next: "give the path of the repository to judge" });
  }
  const env = repositoryEnvironment(folder);
  const question = questionAbout(folder, env);
  const known = question && knownAnswer(question, ANSWERS);
  if (known) return { ok: true, value: readAnswer(folder, env, known, true) };
  const output = await git(["rev-parse", ...QUESTIONS], { cwd: folder, env });
  const lines = output.stdout.toString("utf8").split("\n");
  // Bare, or inside the .git folder of a repository that is not: either way no files to judge.
  if (lines[0] === "true" || (lines[0] === "false" && lines[1] === "false")) {
    return fail({
      what: lines[0] === "true" ? "a bare repository has no files to judge" : "inside a .git folder",
      where: folder,
      next: "give a work tree: git worktree add ../work && meta-orch --repo ../work",
    });
  }
  if (output.error || lines[SHALLOW_AT] === undefined) return refusal(folder, output);
  const born = output.code === 0;
  // Without a commit git prints everything asked before HEAD and then gives up: that much is expected.
  if (!born && !/unknown revision|ambiguous argument 'HEAD/.test(output.stderr)) {
    return fail(gitProblem("git could not read HEAD", output, "run git fsck", folder));
  }
  // Not when somebody has committed or switched branches meanwhile.
  if (born && question && questionAbout(folder, env)?.about === question.about) keepAnswer(question, lines);
  return { ok: true, value: readAnswer(folder, env, lines, born) };
}

/** What git's lines say; the last three are there only when there is a commit. */
function readAnswer(folder: string, env: Repository["env"], lines: string[], born: boolean): Repository {
  const [, , topLevel, prefix, gitDir, index, objects, snapshot, shallow, commit, tree, head] = lines;
  const symbolic = born ? (head ?? "") : "";
  return {
    root: folder,
    topLevel: path.resolve(topLevel!),
    prefix: prefix ?? "",
    gitDir: gitDir!,
    indexFile: path.resolve(folder, index!),
    objectsDir: path.resolve(folder, objects!),
    snapshotDir: path.resolve(folder, snapshot!),
    commit: born ? commit! : null,
    tree: born ? tree! : null,
    branch: born
      ? symbolic.replace(/^refs\/heads\//, "").replace(/^HEAD$/, "") || null
      : unbornBranch(gitDir!),
    shallow: shallow === "true",
    env,
  };
}
