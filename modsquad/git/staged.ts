/** What is staged, as a list: read from the index file, or asked of git where that file alone does not tell. */
import path from "node:path";
import type { Problem, Result } from "../contracts/config.ts";
import { type GitOutput, gitProblem } from "./exec.ts";
import { type IndexEntry, parseIndex, treeOf } from "./index-file.ts";
import { gitIn, type Repository } from "./repository.ts";

export interface StagedEntry {
  /** Relative to the repository's root. */
  path: string;
  mode: string;
  oid: string;
  /** Kept out of the work tree, and so out of what is judged, by a sparse checkout. */
  sparse: boolean;
}

export interface Staged {
  /** Tree id of the index as a whole. */
  tree: string;
  entries: StagedEntry[];
  /** Blob ids of everything named .gitattributes, in the whole index: they decide how files are checked out. */
  attributes: string[];
}

/** A repository where nothing was ever added has no index file, and git takes that for an empty one. */
const EMPTY_TREES = {
  sha1: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  sha256: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};

/** Blob id of an empty file, in sha-1 and in sha-256 repositories. */
const EMPTY_BLOBS = new Set([
  "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
  "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
]);

const unfinishedMerge = (names: ReadonlySet<string>): Problem => {
  const shown = [...names].slice(0, 5).join(", ");
  const more = names.size > 5 ? ` and ${names.size - 5} more` : "";
  return {
    what: `the index holds an unfinished merge: ${shown}${more}`,
    next: "resolve the conflicts and git add the files, then run again",
  };
};

function failed(doing: string, output: GitOutput): { ok: false; problems: Problem[] } {
  const next = "run git status and git fsck; git's own message above says what is wrong";
  return { ok: false, problems: [gitProblem(doing, output, next)] };
}

/** Git's variables for the copy of an index in `dir`: new tree objects go beside it, not to the user's. */
export function copyEnvironment(repository: Repository, dir: string): Record<string, string> {
  return {
    GIT_INDEX_FILE: path.join(dir, "index"),
    GIT_OBJECT_DIRECTORY: path.join(dir, "objects"),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: [
      quoteAlternate(repository.objectsDir),
      ...(process.env.GIT_ALTERNATE_OBJECT_DIRECTORIES ?? "").split(path.delimiter),
    ]
      .filter((entry) => entry !== "")
      .join(path.delimiter),
  };
}

function quoteAlternate(folder: string): string {
  return folder.includes(path.delimiter) || folder.startsWith('"') ? JSON.stringify(folder) : folder;
}

/** The staged files of this index, or null when only git can tell. Unfinished merges are Problems. */
export function readStaged(repository: Repository, index: Buffer | null): Result<Staged> | null {
  if (index === null) {
    const tree = EMPTY_TREES[repository.commit?.length === 64 ? "sha256" : "sha1"];
    return { ok: true, value: { tree, entries: [], attributes: [] } };
  }
  const parsed = parseIndex(index);
  if (parsed === null) return null;
  const unmerged = new Set(parsed.entries.filter(({ stage }) => stage > 0).map((entry) => entry.path));
  if (unmerged.size > 0) return { ok: false, problems: [unfinishedMerge(unmerged)] };
  const tree = treeOf(parsed);
  const staged = parsed.entries.filter((entry) => !entry.announced);
  return {
    ok: true,
    value: { tree, entries: below(staged, repository.prefix), attributes: attributesOf(staged) },
  };
}

function below(entries: readonly IndexEntry[], prefix: string): StagedEntry[] {
  return entries
    .filter((entry) => entry.path.startsWith(prefix))
    .map(({ path: name, mode, oid, sparse }) => ({ path: name.slice(prefix.length), mode, oid, sparse }));
}

const attributesOf = (entries: readonly { path: string; oid: string }[]): string[] =>
  entries.filter((entry) => /(^|\/)\.gitattributes$/.test(entry.path)).map(({ oid }) => oid);

/** The same asked of git, for the copy of an index that lies in `dir`. */
export async function askStaged(repository: Repository, dir: string): Promise<Result<Staged>> {
  const env = copyEnvironment(repository, dir);
  const [written, listed] = await Promise.all([
    gitIn(repository, ["write-tree"], { env }),
    gitIn(repository, ["-C", repository.topLevel, "ls-files", "-s", "-t", "-z"], { env }),
  ]);
  if (written.code !== 0) {
    const names = new Set<string>();
    for (const match of written.stderr.matchAll(/^(.+): unmerged \([0-9a-f]+\)$/gm)) names.add(match[1]!);
    return names.size > 0
      ? { ok: false, problems: [unfinishedMerge(names)] }
      : failed("the index has no valid tree", written);
  }
  if (listed.code !== 0) return failed("git could not list the staged files", listed);
  const tree = written.stdout.toString("utf8").trim();
  const all = parseListing(listed.stdout);
  const announced = all.some(({ oid }) => EMPTY_BLOBS.has(oid));
  const staged = announced ? await withoutAnnounced(repository, all, tree, env) : all;
  if (staged === null) return failed("git could not list the staged tree", listed);
  const { prefix } = repository;
  const entries = staged
    .filter((entry) => entry.path.startsWith(prefix))
    .map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
  return { ok: true, value: { tree, entries, attributes: attributesOf(staged) } };
}

/** Reads `git ls-files -s -t -z`; the tag S stands for what a sparse checkout leaves out. */
function parseListing(stdout: Buffer): StagedEntry[] {
  const entries: StagedEntry[] = [];
  for (const line of stdout.toString("utf8").split("\0")) {
    const match = /^(\S) (\d{6}) ([0-9a-f]+) \d\t([\s\S]+)$/.exec(line);
    if (match) entries.push({ sparse: match[1] === "S", mode: match[2]!, oid: match[3]!, path: match[4]! });
  }
  return entries;
}

/** A file that is only announced (git add -N) looks like an empty one in the index, and is not in its tree. */
async function withoutAnnounced(
  repository: Repository,
  entries: StagedEntry[],
  tree: string,
  env: Record<string, string>,
): Promise<StagedEntry[] | null> {
  const output = await gitIn(repository, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", tree], {
    env,
  });
  if (output.code !== 0) return null;
  const staged = new Set(output.stdout.toString("utf8").split("\0"));
  return entries.filter(({ path: name }) => staged.has(name));
}
