/** What a run judges: the staged snapshot in quick mode, the work tree in full mode, and the change itself. */
import type { Result } from "../contracts/config.ts";
import type { ChangedFile, TrackedFile } from "../contracts/gate.ts";
import type { DiffSize } from "../contracts/run-state.ts";
import type { Mode } from "../contracts/words.ts";
import {
  type Changes,
  type Comparison,
  changedFiles,
  changedLines,
  type LineRange,
  mergeBase,
  openRepository,
  type Repository,
  readBase,
  snapshotIndex,
  stagedBase,
  trackedFiles,
  walkFiles,
} from "../git/index.ts";

export interface Workspace {
  /** null outside git. */
  repository: Repository | null;
  /** Folder a gate judges. */
  root: string;
  /** Tree id of what is judged: of the index in quick mode, of HEAD in full mode. */
  tree: string | null;
  files: TrackedFile[];
  /** What the change is compared with, in words; null when it cannot be told. */
  baseRef: string | null;
  /** Commit id of that, or null. */
  baseCommit: string | null;
  changed: ChangedFile[] | null;
  diff: DiffSize | null;
  warnings: string[];
  /** Line ranges the change touches, read when first asked for; null when it cannot be told. */
  changedLines(): Promise<ReadonlyMap<string, readonly LineRange[]> | null>;
  /** Bytes of a file at the base, or null. */
  readBase(path: string): Promise<Uint8Array | null>;
  /** Removes what was made for this run. */
  release(): void;
}

function withoutGit(root: string): Workspace {
  return {
    repository: null,
    root,
    tree: null,
    files: walkFiles(root).files,
    baseRef: null,
    baseCommit: null,
    changed: null,
    diff: null,
    warnings: [
      "not a git repository: what is new cannot be told from what was there, so every finding is new",
    ],
    changedLines: async () => null,
    readBase: async () => null,
    release: () => {},
  };
}

/** The workspace of a mode, with as few git processes as possible, side by side. */
export async function openWorkspace(root: string, mode: Mode): Promise<Result<Workspace>> {
  const opened = await openRepository(root);
  if (!opened.ok) return opened;
  if (opened.value === null) return { ok: true, value: withoutGit(root) };
  return mode === "quick" ? openIndex(opened.value) : openWorkTree(opened.value);
}

/** The index through a snapshot; the change is what is staged against HEAD. */
async function openIndex(repository: Repository): Promise<Result<Workspace>> {
  const [snapshot, changes] = await Promise.all([
    snapshotIndex(repository),
    changedFiles(repository, { kind: "staged" }),
  ]);
  if (!snapshot.ok) return snapshot;
  const { root, tree, files, leftOut, release } = snapshot.value;
  if (!changes.ok) {
    release();
    return changes;
  }
  const base = stagedBase(repository);
  return {
    ok: true,
    value: {
      ...compared(repository, base, { kind: "staged" }, changes.value),
      root,
      tree,
      files,
      warnings: leftOut.map((one) => `${one.path} is not judged: ${one.reason}`),
      release,
    },
  };
}

/** The work tree; the change is everything since the merge base. */
async function openWorkTree(repository: Repository): Promise<Result<Workspace>> {
  const [listing, answer] = await Promise.all([trackedFiles(repository, "worktree"), mergeBase(repository)]);
  if (!listing.ok) return listing;
  if (!answer.ok) return answer;
  const base = answer.value.base;
  const comparison: Comparison | null = base && { kind: "since", commit: base.commit };
  const changes = comparison && (await changedFiles(repository, comparison));
  if (changes && !changes.ok) return changes;
  const { files, leftOut } = listing.value;
  const warnings = leftOut.map((one) => `${one.path} is not judged: ${one.reason}`);
  if (answer.value.base === null)
    warnings.push(`no base to compare with (${answer.value.reason}): every finding is new`);
  return {
    ok: true,
    value: {
      ...compared(repository, base, comparison, changes?.value ?? null),
      root: repository.root,
      tree: repository.tree,
      files,
      warnings,
      release: () => {},
    },
  };
}

function compared(
  repository: Repository,
  base: { ref: string; commit: string } | null,
  comparison: Comparison | null,
  changes: Changes | null,
) {
  let lines: Promise<ReadonlyMap<string, readonly LineRange[]> | null> | undefined;
  const readLines = async () => {
    const read = comparison && base ? await changedLines(repository, comparison) : null;
    return read?.ok ? read.value : null;
  };
  return {
    repository,
    baseRef: base?.ref ?? null,
    baseCommit: base?.commit ?? null,
    changed: base ? (changes?.files ?? null) : null,
    diff: changes?.size ?? null,
    changedLines: () => {
      lines ??= readLines();
      return lines;
    },
    readBase: async (path: string) => {
      const bytes = base && (await readBase(repository, base.commit, path));
      return bytes?.ok ? bytes.value : null;
    },
  };
}
