/** What a change touches: files, size, lines. */
import type { Result } from "../contracts/config.ts";
import type { ChangedFile } from "../contracts/gate.ts";
import type { DiffSize } from "../contracts/run-state.ts";
import { gitProblem } from "./exec.ts";
import { gitIn, type Repository } from "./repository.ts";

/** Staged: the index against HEAD. Since: the work tree, untracked files included, against a commit. Between: two commits. */
export type Comparison =
  | { kind: "staged" }
  | { kind: "since"; commit: string }
  | { kind: "between"; from: string; to: string };

export interface Changes {
  /** Sorted by path, relative to the repository's root. Untracked files count as added. */
  files: ChangedFile[];
  /** As `git diff --numstat` counts: untracked files are not in it, a binary file has no lines. */
  size: DiffSize;
}

/** First and last line, 1-based and inclusive. */
export type LineRange = [number, number];

/** A range that covers a file whatever its length. */
export const WHOLE_FILE: LineRange = [1, Number.MAX_SAFE_INTEGER];

const DIFF = [
  "diff",
  "--relative",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "-M",
  "--ignore-submodules=dirty",
];

function sideArgs(repository: Repository, comparison: Comparison): string[] {
  if (comparison.kind === "since") return [comparison.commit];
  if (comparison.kind === "between") return [comparison.from, comparison.to];
  // Without a commit git compares the index with the empty tree, if HEAD is not named.
  return repository.commit === null ? ["--cached"] : ["--cached", "HEAD"];
}

async function untracked(repository: Repository, comparison: Comparison): Promise<string[] | null> {
  if (comparison.kind !== "since") return [];
  const output = await gitIn(repository, ["ls-files", "-z", "-o", "--exclude-standard"]);
  if (output.code !== 0) return null;
  const names = output.stdout.toString("utf8").split("\0");
  return names.filter((name) => name !== "" && !name.endsWith("/"));
}

/** One file of `git diff --raw --numstat -z`, both parts joined by path. */
interface DiffEntry extends ChangedFile {
  added: number;
  deleted: number;
  binary: boolean;
}

/** Reads the combined output of `--raw --numstat -z`: all raw entries first, then all counts. */
function parseDiff(stdout: Buffer): DiffEntry[] {
  const fields = stdout.toString("utf8").split("\0");
  const entries = new Map<string, DiffEntry>();
  for (let i = 0; i < fields.length; i += 1) {
    const field = fields[i]!;
    const raw = /^:\d+ \d+ [0-9a-f]+\.* [0-9a-f]+\.* ([A-Z])\d*$/.exec(field);
    if (raw) {
      const letter = raw[1]!;
      const from = letter === "R" || letter === "C" ? fields[++i]! : undefined;
      const path = fields[++i]!;
      entries.set(path, { path, ...statusOf(letter, from), added: 0, deleted: 0, binary: false });
      continue;
    }
    const counts = /^(\d+|-)\t(\d+|-)\t([\s\S]*)$/.exec(field);
    if (!counts) continue;
    let path = counts[3]!;
    if (path === "") {
      path = fields[i + 2]!;
      i += 2;
    }
    const entry = entries.get(path);
    if (!entry) continue;
    entry.binary = counts[1] === "-";
    entry.added = entry.binary ? 0 : Number(counts[1]);
    entry.deleted = entry.binary ? 0 : Number(counts[2]);
  }
  return [...entries.values()];
}

function statusOf(letter: string, from: string | undefined): Pick<ChangedFile, "status" | "from"> {
  if (letter === "R" && from !== undefined) return { status: "R", from };
  if (letter === "A" || letter === "C") return { status: "A" };
  return { status: letter === "D" ? "D" : "M" };
}

async function diffEntries(repository: Repository, comparison: Comparison): Promise<Result<DiffEntry[]>> {
  const args = [...DIFF, "--raw", "--numstat", "-z", ...sideArgs(repository, comparison), "--"];
  const output = await gitIn(repository, args);
  if (output.code === 0) return { ok: true, value: parseDiff(output.stdout) };
  const next = repository.shallow ? "git fetch --unshallow" : "run git fsck";
  return { ok: false, problems: [gitProblem("git could not compare", output, next)] };
}

/** The files a change touches, with renames, and its size in lines and files. */
export async function changedFiles(repository: Repository, comparison: Comparison): Promise<Result<Changes>> {
  const [entries, extra] = await Promise.all([
    diffEntries(repository, comparison),
    untracked(repository, comparison),
  ]);
  if (!entries.ok) return entries;
  if (extra === null) {
    const what = "git could not list untracked files";
    return { ok: false, problems: [{ what, next: "run git status" }] };
  }
  const size: DiffSize = { la: 0, ld: 0, nf: entries.value.length };
  const files: ChangedFile[] = extra.map((path) => ({ path, status: "A" }));
  for (const { added, deleted, binary, ...file } of entries.value) {
    size.la += added;
    size.ld += deleted;
    files.push(file);
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { ok: true, value: { files, size } };
}

/** Undoes git's C-style quoting of a path in a patch header. */
export function unquotePath(text: string): string {
  if (!text.startsWith('"')) return text;
  const escapes: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };
  const bytes: Buffer[] = [];
  for (const part of text.slice(1, -1).matchAll(/\\([0-7]{3}|.)|([^\\]+)/g)) {
    if (part[2] !== undefined) bytes.push(Buffer.from(part[2]));
    else if (part[1]!.length === 3) bytes.push(Buffer.from([Number.parseInt(part[1]!, 8)]));
    else bytes.push(Buffer.from([escapes[part[1]!] ?? part[1]!.charCodeAt(0)]));
  }
  return Buffer.concat(bytes).toString("utf8");
}

/** Line ranges on the new side of a `-U0` patch. Counts each hunk's lines, so content is never read as a header. */
export function parseHunks(patch: Buffer): Map<string, LineRange[]> {
  const ranges = new Map<string, LineRange[]>();
  let current: LineRange[] | null = null;
  let body = 0;
  for (let start = 0; start < patch.length; ) {
    let end = patch.indexOf(10, start);
    if (end === -1) end = patch.length;
    const first = patch[start];
    if (body > 0 && (first === 0x2b || first === 0x2d)) {
      body -= 1;
    } else if (first === 0x2b || first === 0x40 || first === 0x64) {
      const line = patch.subarray(start, end).toString("utf8");
      const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (line.startsWith("diff ")) current = null;
      else if (line.startsWith("+++ ")) current = openFile(ranges, line.slice(4));
      else if (hunk) {
        const count = Number(hunk[3] ?? 1);
        body = Number(hunk[1] ?? 1) + count;
        if (current && count > 0) current.push([Number(hunk[2]), Number(hunk[2]) + count - 1]);
      }
    }
    start = end + 1;
  }
  return ranges;
}

function openFile(ranges: Map<string, LineRange[]>, header: string): LineRange[] | null {
  // git ends a name that has spaces with a tab.
  const name = unquotePath(header.replace(/\t$/, ""));
  if (name === "/dev/null") return null;
  const file = name.replace(/^b\//, "");
  const list = ranges.get(file) ?? [];
  ranges.set(file, list);
  return list;
}

/**
 * The lines a change touches, by file, on the new side. Added, untracked and changed binary files count as
 * a whole; a file that only lost lines has an empty list; deleted files are absent.
 */
export async function changedLines(
  repository: Repository,
  comparison: Comparison,
): Promise<Result<Map<string, LineRange[]>>> {
  const prefixes = ["--src-prefix=a/", "--dst-prefix=b/"];
  const [entries, extra, patch] = await Promise.all([
    diffEntries(repository, comparison),
    untracked(repository, comparison),
    gitIn(repository, [...DIFF, "-U0", ...prefixes, ...sideArgs(repository, comparison), "--"]),
  ]);
  if (!entries.ok) return entries;
  if (patch.code !== 0 || extra === null) {
    return {
      ok: false,
      problems: [gitProblem("git could not read the changed lines", patch, "run git fsck")],
    };
  }
  const ranges = parseHunks(patch.stdout);
  for (const file of extra) ranges.set(file, [WHOLE_FILE]);
  for (const { path, status, binary } of entries.value) {
    if (status === "A" || (binary && status !== "D")) ranges.set(path, [WHOLE_FILE]);
    else if (status !== "D" && !ranges.has(path)) ranges.set(path, []);
  }
  return { ok: true, value: ranges };
}
