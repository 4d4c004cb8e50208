/**
 * The staged content, checked out into a folder of its own inside the git directory. What is staged is known
 * at once; files are written when something asks for them. Git works on a copy of the index, and new tree
 * objects go to a folder beside it, so that neither the index nor the object store of the user is written.
 */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Problem, Result } from "../contracts/config.ts";
import type { TrackedFile } from "../contracts/gate.ts";
import { type GitOutput, gitProblem } from "./exec.ts";
import type { LeftOut } from "./files.ts";
import { claimKept, keepTree, noteContents, pruneKept } from "./kept-tree.ts";
import { gitIn, type Repository } from "./repository.ts";
import { askStaged, copyEnvironment, readStaged, type Staged, type StagedEntry } from "./staged.ts";

export interface Snapshot {
  /** The counterpart of the repository's root: what a gate judges. Filled by checkOut. */
  root: string;
  /** Tree id of the index as a whole. */
  tree: string;
  /** Sorted by path. Sizes are those of the checked-out files, 0 before checkOut. */
  files: TrackedFile[];
  leftOut: LeftOut[];
  /** Writes the files below root, once. What git refuses, or leaves out unexpectedly, is a Problem. */
  checkOut(): Promise<Result<null>>;
  /** Gives the folder back. Safe to call twice. */
  release(): void;
}

/** A snapshot of another machine (a shared folder) whose process we cannot ask about lives this long, ms. */
const FOREIGN_LIFETIME = 24 * 60 * 60 * 1000;

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

function readIndex(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** What git would not check out, and what it does, with the reason of each that is left out. */
function listEntries(entries: readonly StagedEntry[]): { files: TrackedFile[]; leftOut: LeftOut[] } {
  const files: TrackedFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const { path: name, mode, oid, sparse } of entries) {
    if (mode === "160000") leftOut.push({ path: name, reason: "submodule" });
    else if (name.includes("\uFFFD")) leftOut.push({ path: name, reason: "name is not UTF-8" });
    else if (sparse) leftOut.push({ path: name, reason: "not checked out (sparse)" });
    else files.push({ path: name, mode, oid, size: 0 });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, leftOut };
}

const attributesFile = (repository: Repository): string =>
  path.join(path.dirname(repository.objectsDir), "info", "attributes");

/** What the machine says about line ends and attributes is not part of what is staged. */
const STAGED_BYTES = ["-c", "core.autocrlf=false", "-c", `core.attributesFile=${os.devNull}`];

/** Filters would put decrypted or downloaded content, or a program of the repository's choosing, into the way. */
async function filterOverrides(repository: Repository, staged: Staged): Promise<string[]> {
  if (staged.attributes.length === 0 && !existsSync(attributesFile(repository))) return [];
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

/** Whatever beside a blob decides the bytes a checkout writes. */
function conversionOf(repository: Repository, staged: Staged): string {
  const hash = createHash("sha256").update(staged.attributes.join());
  const own = attributesFile(repository);
  if (existsSync(own)) hash.update(readFileSync(own));
  const config = path.join(path.dirname(repository.objectsDir), "config");
  if (existsSync(config)) hash.update(readFileSync(config));
  return hash.digest("hex");
}

function refused(doing: string, output: GitOutput): { ok: false; problems: Problem[] } {
  const next = "run git status and git fsck; git's own message above says what is wrong";
  return { ok: false, problems: [gitProblem(doing, output, next)] };
}

function cannotCopy(error: unknown, where: string): { ok: false; problems: Problem[] } {
  const what = `the staged files cannot be copied: ${(error as Error).message}`;
  return { ok: false, problems: [{ what, where, next: "make the git directory writable" }] };
}

/** The files of a commit, as snapshotIndex has those of the index. */
export function snapshotCommit(repository: Repository, commit: string): Promise<Result<Snapshot>> {
  return snapshot(repository, commit);
}

/**
 * Lists what is staged; checkOut then writes it below `git rev-parse --git-path meta-orch/snapshot`, in a folder
 * of this process alone. Unfinished merges and git's refusals are Problems. The caller must call release.
 */
export function snapshotIndex(repository: Repository): Promise<Result<Snapshot>> {
  return snapshot(repository, null);
}

async function snapshot(repository: Repository, commit: string | null): Promise<Result<Snapshot>> {
  const name = `${hostName()}-${process.pid}-${randomBytes(4).toString("hex")}`;
  const dir = path.join(repository.snapshotDir, name);
  const kept = path.join(repository.snapshotDir, "kept");
  let index: Buffer | null;
  let made = false;
  const make = (): void => {
    if (made) return;
    removeStale(repository.snapshotDir);
    mkdirSync(repository.snapshotDir, { recursive: true });
    made = true;
    claimKept(kept, dir);
    for (const file of ["objects", "index"]) rmSync(path.join(dir, file), { recursive: true, force: true });
    for (const folder of ["objects", "tree"]) mkdirSync(path.join(dir, folder), { recursive: true });
    if (index) writeFileSync(path.join(dir, "index"), index);
  };
  let intact = false;
  const release = (): void => {
    if (!made) return;
    made = false;
    if (intact) keepTree(dir, kept);
    else rmSync(dir, { recursive: true, force: true });
  };
  let staged: Result<Staged> | null;
  try {
    index = commit === null ? readIndex(repository.indexFile) : null;
    if (commit !== null) {
      make();
      const env = copyEnvironment(repository, dir);
      const read = await gitIn(repository, ["read-tree", commit], { env });
      if (read.code !== 0) {
        release();
        return refused(`git could not read the commit ${commit}`, read);
      }
      index = readIndex(path.join(dir, "index"));
    }
    staged = readStaged(repository, index);
    if (staged === null) {
      make();
      staged = await askStaged(repository, dir);
    }
  } catch (error) {
    release();
    return cannotCopy(error, repository.snapshotDir);
  }
  if (!staged.ok) {
    release();
    return staged;
  }
  const list = staged.value;
  const { files, leftOut } = listEntries(list.entries);
  const root = path.join(dir, "tree", repository.prefix);
  const write = async (): Promise<Result<null>> => {
    try {
      make();
      const written = await checkOut(repository, dir, list, files);
      intact = written.ok;
      return written;
    } catch (error) {
      return cannotCopy(error, dir);
    }
  };
  let writing: Promise<Result<null>> | undefined;
  const once = (): Promise<Result<null>> => {
    writing ??= write();
    return writing;
  };
  return { ok: true, value: { root, tree: list.tree, files, leftOut, checkOut: once, release } };
}

/** Writes what is not there yet, and fills in the sizes of the files. */
async function checkOut(
  repository: Repository,
  dir: string,
  staged: Staged,
  files: TrackedFile[],
): Promise<Result<null>> {
  const conversion = conversionOf(repository, staged);
  const wanted = new Map(files.map((file) => [`${repository.prefix}${file.path}`, file]));
  const pruned = pruneKept(dir, wanted, conversion);
  const missing = [...wanted].filter(([name]) => !pruned.files.has(name)).map(([, file]) => file);
  mkdirSync(path.join(dir, "tree", repository.prefix), { recursive: true });
  if (missing.length > 0) {
    const filters = await filterOverrides(repository, staged);
    const prefix = `--prefix=${dir}/tree/`;
    const args = [...STAGED_BYTES, ...filters, "checkout-index", "-f", "-q", "-z", "--stdin", prefix];
    const env = { ...copyEnvironment(repository, dir), GIT_ATTR_NOSYSTEM: "1" };
    const input = missing.map((file) => `${file.path}\0`).join("");
    const out = await gitIn(repository, args, { env, input });
    if (out.code !== 0) return refused("git could not check out the index", out);
  }
  const absent = noteContents(dir, wanted, conversion, pruned);
  if (absent !== null) {
    const what = `git did not check out ${absent}`;
    return {
      ok: false,
      problems: [{ what, next: "see git status; the file system may not take this name" }],
    };
  }
  return { ok: true, value: null };
}
