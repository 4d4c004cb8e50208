/** What a run judges: the staged snapshot in quick mode, the work tree in full mode or another view; and the change itself. */
import type { Result } from "../contracts/config.ts";
import type { ChangedFile, TrackedFile } from "../contracts/gate.ts";
import type { DiffSize } from "../contracts/run-state.ts";
import type { Mode } from "../contracts/words.ts";
import {
  type Base,
  type Changes,
  type Comparison,
  changedFiles,
  changedLines,
  forkPoint,
  type LineRange,
  mergeBase,
  openRepository,
  type Repository,
  readBase,
  resolveCommit,
  type Snapshot,
  snapshotCommit,
  snapshotIndex,
  stagedBase,
  trackedFiles,
  type View,
  walkFiles,
} from "../git/index.ts";

export interface Workspace {
  /** null outside git. */
  repository: Repository | null;
  /** Folder a gate judges. */
  root: string;
  /** True when nobody but this run can change what lies below root. */
  frozen: boolean;
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
  /** Makes sure that the files lie below root; what reads them asks first. Problem: they cannot be had. */
  ready(): Promise<Result<null>>;
  /** Gives back what was made for this run. */
  release(): void;
}

const ALWAYS_READY = async (): Promise<Result<null>> => ({ ok: true, value: null });

function withoutGit(root: string): Workspace {
  return {
    repository: null,
    root,
    frozen: false,
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
    ready: ALWAYS_READY,
    release: () => {},
  };
}

/**
 * The workspace of a mode, or of another view, with as few git processes as possible, side by side. `all`: there
 * is nothing to compare with, so nothing is old.
 */
export async function openWorkspace(
  root: string,
  mode: Mode,
  view: View | null = null,
  all = false,
): Promise<Result<Workspace>> {
  const opened = await openRepository(root);
  if (!opened.ok) return opened;
  const repository = opened.value;
  if (repository === null) return view === null ? { ok: true, value: withoutGit(root) } : needsGit(root);
  const chosen: View = view ?? { kind: mode === "quick" ? "index" : "work-tree" };
  switch (chosen.kind) {
    case "index":
      return openIndex(repository, all);
    case "range":
      return openCommit(repository, chosen, all);
    case "since": {
      const forked = await forkPoint(repository, chosen.ref, "HEAD");
      return forked.ok ? openWorkTree(repository, { base: all ? null : forked.value.base }) : forked;
    }
    case "work-tree": {
      if (all) return openWorkTree(repository, { base: null });
      if (mode === "quick") return openWorkTree(repository, { base: stagedBase(repository) });
      return openWorkTree(repository, null);
    }
  }
}

function needsGit(root: string): Result<Workspace> {
  const next = "Run git init, or leave the view out: the folder is then judged as it is.";
  return { ok: false, problems: [{ what: "There is no git repository here", where: root, next }] };
}

/** The index through a snapshot; the change is what is staged against HEAD. */
async function openIndex(repository: Repository, all: boolean): Promise<Result<Workspace>> {
  const snapshot = await snapshotIndex(repository);
  const changes = snapshot.ok ? await stagedChanges(repository, snapshot.value.tree) : null;
  const base = all ? null : stagedBase(repository);
  return fromSnapshot(repository, snapshot, base, { kind: "staged" }, changes);
}

/** A commit through a snapshot; the change is everything since it left the other one. */
async function openCommit(
  repository: Repository,
  { from, to }: { from: string | null; to: string },
  all: boolean,
): Promise<Result<Workspace>> {
  const forked = await (from === null ? resolveCommit(repository, to) : forkPoint(repository, from, to));
  if (!forked.ok) return forked;
  const base = "base" in forked.value ? forked.value.base : null;
  const commit = "base" in forked.value ? forked.value.to : forked.value.commit;
  const comparison = base && ({ kind: "between", from: base.commit, to: commit } as const);
  const [snapshot, changes] = await Promise.all([
    snapshotCommit(repository, commit),
    comparison && changedFiles(repository, comparison),
  ]);
  const tree = snapshot.ok ? snapshot.value.tree : null;
  const judged = { ...repository, commit, tree, branch: null };
  return fromSnapshot(judged, snapshot, all ? null : base, comparison, changes);
}

function fromSnapshot(
  repository: Repository,
  snapshot: Result<Snapshot>,
  base: Base | null,
  comparison: Comparison | null,
  changes: Result<Changes> | null,
): Result<Workspace> {
  if (!snapshot.ok) return snapshot;
  const { root, tree, files, leftOut, checkOut, release } = snapshot.value;
  if (changes && !changes.ok) {
    release();
    return changes;
  }
  return {
    ok: true,
    value: {
      ...compared(repository, base, comparison, changes?.value ?? null),
      root,
      frozen: true,
      tree,
      files,
      warnings: leftOut.map((one) => `${one.path} is not judged: ${one.reason}`),
      ready: checkOut,
      release,
    },
  };
}

/** Git is asked only when the index holds another tree than HEAD. */
async function stagedChanges(repository: Repository, tree: string): Promise<Result<Changes>> {
  if (tree === repository.tree) return { ok: true, value: { files: [], size: { la: 0, ld: 0, nf: 0 } } };
  return changedFiles(repository, { kind: "staged" });
}

/** The work tree; the change is everything since the base, by default the merge base. */
async function openWorkTree(
  repository: Repository,
  given: { base: Base | null } | null,
): Promise<Result<Workspace>> {
  const [listing, answer] = await Promise.all([
    trackedFiles(repository, "worktree"),
    given === null ? mergeBase(repository) : ({ ok: true, value: { ...given, reason: "" } } as const),
  ]);
  if (!listing.ok) return listing;
  if (!answer.ok) return answer;
  const base = answer.value.base;
  const comparison: Comparison | null = base && { kind: "since", commit: base.commit };
  const changes = comparison && (await changedFiles(repository, comparison));
  if (changes && !changes.ok) return changes;
  const { files, leftOut } = listing.value;
  const warnings = leftOut.map((one) => `${one.path} is not judged: ${one.reason}`);
  if (answer.value.base === null && given === null)
    warnings.push(`no base to compare with (${answer.value.reason}): every finding is new`);
  return {
    ok: true,
    value: {
      ...compared(repository, base, comparison, changes?.value ?? null),
      root: repository.root,
      frozen: false,
      tree: repository.tree,
      files,
      warnings,
      ready: ALWAYS_READY,
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
