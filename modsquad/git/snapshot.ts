/**
 * The staged content, checked out into a folder of its own inside the git directory. The user's index is
 * copied before git looks at it and new tree objects go to a folder beside the copy, so that neither the
 * index nor the object store of the user is written.
 */
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Problem, Result } from "../contracts/config.ts";
import type { TrackedFile } from "../contracts/gate.ts";
import { type GitOutput, gitProblem } from "./exec.ts";
import { type LeftOut, statFile } from "./files.ts";
import { gitIn, type Repository } from "./repository.ts";

export interface Snapshot {
  /** Everything of this snapshot; removed by release. */
  dir: string;
  /** The counterpart of the repository's root: what a gate judges. */
  root: string;
  /** Tree id of the index as a whole. */
  tree: string;
  files: TrackedFile[];
  leftOut: LeftOut[];
  /** Removes the snapshot. Safe to call twice. */
  release(): void;
}

/** A snapshot of another machine (a shared folder) whose process we cannot ask about lives this long, ms. */
const FOREIGN_LIFETIME = 24 * 60 * 60 * 1000;

type Failure = { ok: false; problems: Problem[] };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes snapshots whose process is gone: the only trace a killed run leaves. */
function removeStale(snapshotDir: string): void {
  if (!existsSync(snapshotDir)) return;
  for (const name of readdirSync(snapshotDir)) {
    const match = /^(.+)-(\d+)-[0-9a-f]{8}$/.exec(name);
    if (!match) continue;
    const folder = path.join(snapshotDir, name);
    const stat = statSync(folder, { throwIfNoEntry: false });
    const stale =
      match[1] === hostName()
        ? !isAlive(Number(match[2]))
        : stat !== undefined && Date.now() - stat.mtimeMs > FOREIGN_LIFETIME;
    if (stale) rmSync(folder, { recursive: true, force: true });
  }
}

function hostName(): string {
  return os.hostname().replace(/[^A-Za-z0-9.]/g, "_");
}

function quoteAlternate(folder: string): string {
  return folder.includes(path.delimiter) || folder.startsWith('"') ? JSON.stringify(folder) : folder;
}

/** Names of the unmerged files in git's complaint about a tree it cannot write. */
function unmergedProblem(output: GitOutput): Problem | null {
  const names = new Set<string>();
  for (const match of output.stderr.matchAll(/^(.+): unmerged \([0-9a-f]+\)$/gm)) names.add(match[1]!);
  if (names.size === 0) return null;
  const shown = [...names].slice(0, 5).join(", ");
  const more = names.size > 5 ? ` and ${names.size - 5} more` : "";
  return {
    what: `the index holds an unfinished merge: ${shown}${more}`,
    next: "resolve the conflicts and git add the files, then run again",
  };
}

/** Filters would put decrypted or downloaded content, or a program of the repository's choosing, into the way. */
async function filterOverrides(repository: Repository): Promise<string[]> {
  const output = await gitIn(repository, ["config", "-z", "--name-only", "--get-regexp", "^filter\\..*"]);
  const names = new Set<string>();
  for (const key of output.stdout.toString("utf8").split("\0")) {
    const name = /^filter\.(.+)\.[^.]+$/.exec(key)?.[1];
    if (name) names.add(name);
  }
  const args: string[] = [];
  for (const name of names) {
    args.push("-c", `filter.${name}.smudge=`, "-c", `filter.${name}.process=`);
    args.push("-c", `filter.${name}.required=false`);
  }
  return args;
}

interface IndexEntry {
  path: string;
  mode: string;
  oid: string;
}

function parseEntries(stdout: Buffer): IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (const line of stdout.toString("utf8").split("\0")) {
    const match = /^(\d{6}) ([0-9a-f]+) \d\t([\s\S]+)$/.exec(line);
    if (match) entries.push({ mode: match[1]!, oid: match[2]!, path: match[3]! });
  }
  return entries;
}

/** Splits what was checked out from what was not; git skips submodules and sparse entries without a word. */
function listSnapshot(root: string, entries: IndexEntry[]): { files: TrackedFile[]; leftOut: LeftOut[] } {
  const files: TrackedFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const entry of entries) {
    const stat = entry.mode === "160000" ? null : statFile(root, entry.path);
    if (stat) files.push({ ...entry, size: stat.size });
    else if (entry.mode === "160000") leftOut.push({ path: entry.path, reason: "submodule" });
    else if (entry.path.includes("\uFFFD")) leftOut.push({ path: entry.path, reason: "name is not UTF-8" });
    else leftOut.push({ path: entry.path, reason: "not checked out (sparse)" });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, leftOut };
}

function failed(doing: string, output: GitOutput): Failure {
  const next = "run git status and git fsck; git's own message above says what is wrong";
  return { ok: false, problems: [gitProblem(doing, output, next)] };
}

/** Blob id of an empty file, in sha-1 and in sha-256 repositories. */
const EMPTY_BLOBS = new Set([
  "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
  "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
]);

/** A file that is only announced (git add -N) looks like an empty one in the index, and is not in its tree. */
async function withoutAnnounced(
  repository: Repository,
  entries: IndexEntry[],
  tree: string,
  env: Record<string, string>,
): Promise<IndexEntry[] | null> {
  const output = await gitIn(repository, ["ls-tree", "-r", "-z", "--name-only", tree], { env });
  if (output.code !== 0) return null;
  const staged = new Set(output.stdout.toString("utf8").split("\0"));
  return entries.filter(({ path: name }) => staged.has(name));
}

async function checkOut(
  repository: Repository,
  dir: string,
  commit: string | null,
): Promise<Failure | { ok: true; tree: string; entries: IndexEntry[] }> {
  const env: Record<string, string> = {
    GIT_INDEX_FILE: path.join(dir, "index"),
    GIT_OBJECT_DIRECTORY: path.join(dir, "objects"),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: [
      quoteAlternate(repository.objectsDir),
      ...(process.env.GIT_ALTERNATE_OBJECT_DIRECTORIES ?? "").split(path.delimiter),
    ]
      .filter((entry) => entry !== "")
      .join(path.delimiter),
  };
  if (commit !== null) {
    const read = await gitIn(repository, ["read-tree", commit], { env });
    if (read.code !== 0) return failed("git could not read the commit", read);
  }
  const [written, listed, filters] = await Promise.all([
    gitIn(repository, ["write-tree"], { env }),
    gitIn(repository, ["ls-files", "-s", "-z"], { env }),
    filterOverrides(repository),
  ]);
  if (written.code !== 0) {
    const unmerged = unmergedProblem(written);
    return unmerged ? { ok: false, problems: [unmerged] } : failed("the index has no valid tree", written);
  }
  const tree = written.stdout.toString("utf8").trim();
  if (listed.code !== 0) return failed("git could not list the staged files", listed);
  const listedEntries = parseEntries(listed.stdout);
  const entries = listedEntries.some(({ oid }) => EMPTY_BLOBS.has(oid))
    ? await withoutAnnounced(repository, listedEntries, tree, env)
    : listedEntries;
  if (entries === null) return failed("git could not list the staged tree", listed);
  const paths = entries
    .filter((entry) => entry.mode !== "160000" && !entry.path.includes("\uFFFD"))
    .map((entry) => `${entry.path}\0`);
  const args = [...filters, "checkout-index", "-f", "-q", "-z", "--stdin", `--prefix=${dir}/tree/`];
  const out = await gitIn(repository, args, { env, input: paths.join("") });
  // git also ends with 1 for entries it skips (sparse); listSnapshot sees those, so only words count here.
  if (out.code !== 0 && (out.code !== 1 || out.stderr.trim() !== "")) {
    return failed("git could not check out the index", out);
  }
  return { ok: true, tree, entries };
}

/** The files of a commit, as snapshotIndex has those of the index. */
export function snapshotCommit(repository: Repository, commit: string): Promise<Result<Snapshot>> {
  return snapshot(repository, commit);
}

/**
 * Checks the index out below `git rev-parse --git-path meta-orch/snapshot`, in a folder of this process
 * alone; folders of dead processes are removed on the way. Unfinished merges and git's refusals are
 * Problems. The caller must call release.
 */
export function snapshotIndex(repository: Repository): Promise<Result<Snapshot>> {
  return snapshot(repository, null);
}

async function snapshot(repository: Repository, commit: string | null): Promise<Result<Snapshot>> {
  const name = `${hostName()}-${process.pid}-${randomBytes(4).toString("hex")}`;
  const dir = path.join(repository.snapshotDir, name);
  const release = (): void => rmSync(dir, { recursive: true, force: true });
  const root = path.join(dir, "tree", repository.prefix);
  try {
    removeStale(repository.snapshotDir);
    mkdirSync(path.join(dir, "objects"), { recursive: true });
    mkdirSync(root, { recursive: true });
    // A repository where nothing was ever added has no index file, and git takes that for an empty one.
    if (commit === null && existsSync(repository.indexFile))
      copyFileSync(repository.indexFile, path.join(dir, "index"));
  } catch (error) {
    release();
    const what = `the staged files cannot be copied: ${(error as Error).message}`;
    return { ok: false, problems: [{ what, where: dir, next: "make the git directory writable" }] };
  }
  const result = await checkOut(repository, dir, commit);
  if (!result.ok) {
    release();
    return result;
  }
  return {
    ok: true,
    value: { dir, root, tree: result.tree, ...listSnapshot(root, result.entries), release },
  };
}
