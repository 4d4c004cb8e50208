/** Which files a run judges: the index (through a snapshot) or the work tree. */
import { lstatSync } from "node:fs";
import path from "node:path";
import type { Result } from "../contracts/config.ts";
import type { TrackedFile } from "../contracts/gate.ts";
import { gitProblem } from "./exec.ts";
import { gitIn, type Repository } from "./repository.ts";
import type { Snapshot } from "./snapshot.ts";

export interface LeftOut {
  path: string;
  /** Such as "deleted", "submodule", "nested repository", "not checked out (sparse)". */
  reason: string;
}

export interface FileListing {
  /** Sorted by path, relative to the repository's root. */
  files: TrackedFile[];
  /** What is listed by git and yet not judged, each with its reason: never dropped in silence. */
  leftOut: LeftOut[];
}

/** Let other work run after this many lstat calls: 64,000 of them in one go would freeze the progress display. */
const STAT_BATCH = 2000;

/** Git mode and size of what lies on disk; null when nothing judgeable does (gone, folder, socket). */
export function statFile(root: string, file: string): { mode: string; size: number } | null {
  const stat = lstatSync(path.join(root, file), { throwIfNoEntry: false });
  if (stat?.isSymbolicLink()) return { mode: "120000", size: stat.size };
  if (!stat?.isFile()) return null;
  return { mode: stat.mode & 0o100 ? "100755" : "100644", size: stat.size };
}

interface Entry {
  path: string;
  oid: string;
  mode: string;
  tags: Set<string>;
}

/** Reads `git ls-files -t -s -c -m -d -o -z`: one line per tag, so a changed file appears more than once. */
function parseListing(stdout: Buffer): Entry[] {
  const entries = new Map<string, Entry>();
  for (const line of stdout.toString("utf8").split("\0")) {
    if (line === "") continue;
    const tag = line[0]!;
    const staged = /^(\d{6}) ([0-9a-f]+) \d\t/.exec(line.slice(2));
    const file = staged ? line.slice(2 + staged[0].length) : line.slice(2);
    let entry = entries.get(file);
    if (!entry) {
      entry = { path: file, oid: staged?.[2] ?? "", mode: staged?.[1] ?? "", tags: new Set() };
      entries.set(file, entry);
    }
    entry.tags.add(tag);
  }
  return [...entries.values()];
}

function judgeEntry(root: string, entry: Entry): TrackedFile | LeftOut {
  if (entry.mode === "160000") return { path: entry.path, reason: "submodule" };
  if (entry.path.endsWith("/")) return { path: entry.path, reason: "nested repository" };
  const stat = statFile(root, entry.path);
  if (!stat) {
    if (entry.path.includes("\uFFFD")) return { path: entry.path, reason: "name is not UTF-8" };
    return { path: entry.path, reason: entry.tags.has("S") ? "not checked out (sparse)" : "deleted" };
  }
  // The blob id is a cache key: it must not stand for content the disk no longer has.
  const changed = !entry.tags.has("H") || entry.tags.has("C") || entry.tags.has("M");
  return changed ? { path: entry.path, oid: "", ...stat } : { ...entryFile(entry), size: stat.size };
}

function entryFile(entry: Entry): Omit<TrackedFile, "size"> {
  return { path: entry.path, oid: entry.oid, mode: entry.mode };
}

async function workTreeFiles(repository: Repository): Promise<Result<FileListing>> {
  const args = ["ls-files", "-z", "-t", "-s", "-c", "-m", "-d", "-o", "--exclude-standard"];
  const output = await gitIn(repository, args);
  if (output.code !== 0) {
    return { ok: false, problems: [gitProblem("git could not list the files", output, "run git status")] };
  }
  const listing: FileListing = { files: [], leftOut: [] };
  let stats = 0;
  for (const entry of parseListing(output.stdout)) {
    const judged = judgeEntry(repository.root, entry);
    if ("reason" in judged) listing.leftOut.push(judged);
    else listing.files.push(judged);
    stats += 1;
    if (stats % STAT_BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  listing.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { ok: true, value: listing };
}

/**
 * The files a run judges. Quick mode gives the snapshot of the index; full mode ("worktree") tracked files
 * as they are on disk plus untracked ones that are not ignored, deleted ones left out. A file that differs
 * from the index, or is not in it, has oid "".
 */
export async function trackedFiles(
  repository: Repository,
  view: "worktree" | Snapshot,
): Promise<Result<FileListing>> {
  if (view !== "worktree") return { ok: true, value: { files: view.files, leftOut: view.leftOut } };
  return workTreeFiles(repository);
}
