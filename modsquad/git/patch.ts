/** Edits as a patch, and the one place that changes a work tree: only when asked, and with a way back. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Result } from "../contracts/config.ts";
import type { FixEdit } from "../contracts/gate.ts";
import { git, gitProblem } from "./exec.ts";
import { gitIn, type Repository } from "./repository.ts";

export interface EditedFile {
  /** Relative to the repository's root. */
  path: string;
  before: string;
  after: string;
  edits: number;
}

export interface Edited {
  files: EditedFile[];
  /** What could not be taken over, in words. */
  leftOut: string[];
}

/** Makes the edits in memory. Of two that overlap the first one wins; the other is for the next time. */
export function applyEdits(root: string, edits: readonly FixEdit[]): Edited {
  const byPath = new Map<string, FixEdit[]>();
  for (const edit of edits) byPath.set(edit.path, [...(byPath.get(edit.path) ?? []), edit]);
  const result: Edited = { files: [], leftOut: [] };
  for (const [file, list] of [...byPath].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = readText(path.join(root, file));
    if (before === null) {
      result.leftOut.push(`${file}: it is gone, or not UTF-8 text`);
      continue;
    }
    const { after, made, overlapping } = replaceAll(before, list);
    if (overlapping > 0)
      result.leftOut.push(`${file}: ${overlapping} edits overlap others; run it again after these`);
    if (after !== before) result.files.push({ path: file, before, after, edits: made });
  }
  return result;
}

function readText(file: string): string | null {
  try {
    // ignoreBOM keeps the mark, so that offsets and bytes stay as they are.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch {
    return null;
  }
}

function replaceAll(before: string, edits: readonly FixEdit[]) {
  const unique = [...new Map(edits.map((edit) => [`${edit.start} ${edit.end} ${edit.text}`, edit])).values()];
  unique.sort((a, b) => a.start - b.start || a.end - b.end);
  let after = "";
  let at = 0;
  let made = 0;
  for (const { start, end, text } of unique) {
    if (start < at || end < start || end > before.length || (made > 0 && start === at && end === start))
      continue;
    after += before.slice(at, start) + text;
    at = end;
    made += 1;
  }
  return { after: after + before.slice(at), made, overlapping: unique.length - made };
}

/** A unified patch with paths from the top of the work tree, as `git apply` there takes it. */
export async function patchOf(repository: Repository, files: readonly EditedFile[]): Promise<Result<string>> {
  if (files.length === 0) return { ok: true, value: "" };
  const dir = mkdtempSync(path.join(tmpdir(), "meta-orch-fix-"));
  try {
    for (const file of files) {
      for (const [side, text] of [
        ["a", file.before],
        ["b", file.after],
      ] as const) {
        const target = path.join(dir, side, repository.prefix, file.path);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, text);
      }
    }
    const args = [
      "diff",
      "--no-index",
      "--no-color",
      "--no-ext-diff",
      "--no-textconv",
      "--src-prefix=",
      "--dst-prefix=",
    ];
    const env = { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined };
    const output = await git(["-c", "core.autocrlf=false", ...args, "a", "b"], { cwd: dir, env });
    if (output.code !== 1)
      return { ok: false, problems: [gitProblem("git could not compare", output, "run it again")] };
    // The modes of the temporary files are no part of the edit.
    return {
      ok: true,
      value: output.stdout.toString("utf8").replace(/^(index [0-9a-f]+\.\.[0-9a-f]+) \d+$/gm, "$1"),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Files whose content in the work tree is not what is staged, of those given; untracked and unmerged ones too. */
export async function unstagedOf(
  repository: Repository,
  paths: readonly string[],
): Promise<Result<Set<string>>> {
  const [changed, tracked] = await Promise.all([
    gitIn(repository, [
      "diff-files",
      "--relative",
      "--name-only",
      "-z",
      "--ignore-submodules=all",
      "--",
      ...paths,
    ]),
    gitIn(repository, ["ls-files", "-z", "--", ...paths]),
  ]);
  if (changed.code !== 0 || tracked.code !== 0) {
    return { ok: false, problems: [gitProblem("git could not list the changes", changed, "run git status")] };
  }
  const names = (bytes: Buffer) =>
    bytes
      .toString("utf8")
      .split("\0")
      .filter((name) => name !== "");
  const known = new Set(names(tracked.stdout));
  // diff-files goes by times; a file that was only touched has no other content.
  const different = await reallyDifferent(repository, names(changed.stdout));
  return { ok: true, value: new Set([...different, ...paths.filter((file) => !known.has(file))]) };
}

async function reallyDifferent(repository: Repository, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const output = await gitIn(repository, ["diff", "--relative", "--name-only", "-z", "--", ...paths]);
  return output.stdout
    .toString("utf8")
    .split("\0")
    .filter((name) => name !== "");
}

/**
 * Keeps the files as they are now under a ref, then applies the patch to the work tree; the index is left alone.
 * The ref is the only one meta-orch ever writes. Its name is the value.
 */
export async function applyPatch(
  repository: Repository,
  files: readonly EditedFile[],
  patch: string,
): Promise<Result<string>> {
  const top = { ...repository, root: repository.topLevel };
  const checked = await gitIn(top, ["apply", "--check", "--whitespace=nowarn", "-"], { input: patch });
  if (checked.code !== 0) {
    const next = "The files changed meanwhile: run it again.";
    return { ok: false, problems: [gitProblem("The patch does not fit the work tree", checked, next)] };
  }
  const backup = await keepBackup(
    repository,
    files.map((file) => file.path),
  );
  if (!backup.ok) return backup;
  const applied = await gitIn(top, ["apply", "--whitespace=nowarn", "-"], { input: patch });
  if (applied.code === 0) return backup;
  const next = `Nothing of yours is lost: git restore --source ${backup.value} -- FILE`;
  return { ok: false, problems: [gitProblem("The patch could not be applied", applied, next)] };
}

async function keepBackup(repository: Repository, paths: readonly string[]): Promise<Result<string>> {
  const dir = mkdtempSync(path.join(tmpdir(), "meta-orch-backup-"));
  const author = { NAME: "meta-orch", EMAIL: "meta-orch@localhost" };
  const env = {
    GIT_INDEX_FILE: path.join(dir, "index"),
    ...Object.fromEntries(
      Object.entries(author).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  };
  try {
    if (existsSync(repository.indexFile)) copyFileSync(repository.indexFile, env.GIT_INDEX_FILE);
    const ref = `refs/meta-orch/backup/${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}`;
    const parent = repository.commit === null ? [] : ["-p", repository.commit];
    const input = paths.map((file) => `${file}\0`).join("");
    const added = await gitIn(repository, ["update-index", "--add", "-z", "--stdin"], { env, input });
    const tree = added.code === 0 ? await gitIn(repository, ["write-tree"], { env }) : added;
    const id = (output: { stdout: Buffer }) => output.stdout.toString("utf8").trim();
    const message = "State before meta-orch fix --apply";
    const commit =
      tree.code === 0
        ? await gitIn(repository, ["commit-tree", id(tree), ...parent, "-m", message], { env })
        : tree;
    const kept = commit.code === 0 ? await gitIn(repository, ["update-ref", ref, id(commit)]) : commit;
    if (kept.code === 0) return { ok: true, value: ref };
    return {
      ok: false,
      problems: [gitProblem("No backup could be made, so nothing was changed", kept, "run git fsck")],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
