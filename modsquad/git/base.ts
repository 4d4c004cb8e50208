/** What a change is measured against: the staged content against HEAD, a branch against its merge base. */
import type { Result } from "../contracts/config.ts";
import { gitProblem } from "./exec.ts";
import { gitIn, type Repository } from "./repository.ts";

export interface Base {
  /** For people: "origin/main", "HEAD" (uncommitted work on the base branch), "HEAD~1". */
  ref: string;
  /** Commit id the change is compared with. */
  commit: string;
}

/** No base is an answer, not an error: everything then counts as new. */
export type BaseAnswer = { base: Base } | { base: null; reason: string };

export interface BaseOptions {
  /** A branch, tag or commit the config names; it must exist. */
  configured?: string;
  /** Read for the CI systems' target branch. Default: process.env. */
  env?: NodeJS.ProcessEnv;
}

/** Names the target branch of a pull request where these systems build one. */
const CI_TARGETS = [
  "GITHUB_BASE_REF",
  "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
  "BITBUCKET_PR_DESTINATION_BRANCH",
  "SYSTEM_PULLREQUEST_TARGETBRANCH",
  "CHANGE_TARGET",
  "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
];

const USUAL_REFS = [
  "refs/remotes/origin/HEAD",
  "refs/remotes/origin/main",
  "refs/remotes/origin/master",
  "refs/heads/main",
  "refs/heads/master",
];

interface Candidate {
  ref: string;
  commit: string;
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/(heads|remotes)\//, "");
}

function ciTarget(env: NodeJS.ProcessEnv): string | null {
  for (const name of CI_TARGETS) {
    const value = env[name]?.replace(/^refs\/heads\//, "");
    // Buildkite says "false" on builds that are not for a pull request.
    if (value && value !== "false") return value;
  }
  return null;
}

/** Those of the refs that exist, in the order given, each with its commit; symbolic ones named by their target. */
async function existing(repository: Repository, refs: string[]): Promise<Candidate[]> {
  const format = "%(refname)%00%(symref)%00%(objectname)%00%(*objectname)";
  const output = await gitIn(repository, ["for-each-ref", `--format=${format}`, ...refs]);
  const found = new Map<string, Candidate>();
  for (const line of output.stdout.toString("utf8").split("\n")) {
    const [name, target, commit, peeled] = line.split("\0");
    if (name && commit) found.set(name, { ref: target || name, commit: peeled || commit });
  }
  return refs.flatMap((ref) => found.get(ref) ?? []);
}

/** The commit a name stands for. Problem: there is none. */
export async function resolveCommit(repository: Repository, name: string): Promise<Result<Base>> {
  const output = await gitIn(repository, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${name}^{commit}`,
  ]);
  if (output.code === 0) {
    return { ok: true, value: { ref: name, commit: output.stdout.toString("utf8").trim() } };
  }
  const next = `git fetch origin ${name.replace(/^origin\//, "")}, or correct the name`;
  return { ok: false, problems: [{ what: `"${name}" is no commit of this repository`, next }] };
}

async function pickCandidate(repository: Repository, env: NodeJS.ProcessEnv): Promise<Candidate | string> {
  const target = ciTarget(env);
  if (target) {
    const [found] = await existing(repository, [`refs/remotes/origin/${target}`, `refs/heads/${target}`]);
    if (found) return found;
    return `the target branch ${target} is not in this clone: git fetch origin ${target}`;
  }
  const found = await existing(repository, USUAL_REFS);
  const onBase = repository.branch === "main" || repository.branch === "master";
  // Standing on main, another local base branch is a leftover, not what the work started from.
  const usable = found.filter((each) => !(onBase && each.ref.startsWith("refs/heads/")));
  return usable[0] ?? "";
}

/** On the base branch itself the change is the uncommitted work, or else the last commit. */
async function withoutBranch(repository: Repository): Promise<Result<BaseAnswer>> {
  const status = await gitIn(repository, ["status", "--porcelain=v1", "-z", "--ignore-submodules=dirty"]);
  if (status.code !== 0) {
    return { ok: false, problems: [gitProblem("git status failed", status, "run git status")] };
  }
  if (status.stdout.length > 0) return answer({ ref: "HEAD", commit: repository.commit! });
  const parent = await gitIn(repository, ["rev-parse", "--verify", "--quiet", "HEAD^1^{commit}"]);
  const commit = parent.stdout.toString("utf8").trim();
  if (parent.code === 0 && commit) return answer({ ref: "HEAD~1", commit });
  return none(
    repository.shallow
      ? "a shallow clone without the parent of HEAD: git fetch --deepen=1"
      : "the first commit has nothing before it to compare with",
  );
}

function answer(base: Base): Result<BaseAnswer> {
  return { ok: true, value: { base } };
}

function none(reason: string): Result<BaseAnswer> {
  return { ok: true, value: { base: null, reason } };
}

/**
 * The commit a full run compares the work tree with. Order: the configured ref, the CI system's target
 * branch, origin/HEAD, origin/main, origin/master, main, master; of the first that exists, the merge base
 * with HEAD. When that is HEAD itself: HEAD if the work tree is dirty, else HEAD's first parent.
 * A configured ref that does not exist is a Problem; finding nothing is an answer with its reason.
 */
export async function mergeBase(
  repository: Repository,
  options: BaseOptions = {},
): Promise<Result<BaseAnswer>> {
  if (repository.commit === null) return none("no commit yet");
  let candidate: Candidate | string;
  if (options.configured) {
    const resolved = await resolveCommit(repository, options.configured);
    if (!resolved.ok) return resolved;
    candidate = resolved.value;
  } else {
    candidate = await pickCandidate(repository, options.env ?? process.env);
  }
  if (candidate === "") return withoutBranch(repository);
  if (typeof candidate === "string") return none(candidate);
  if (candidate.commit === repository.commit) return withoutBranch(repository);
  const output = await gitIn(repository, ["merge-base", "HEAD", candidate.commit]);
  const commit = output.stdout.toString("utf8").trim();
  const name = shortName(candidate.ref);
  if (output.code === 0 && commit !== "") {
    // HEAD is behind the base branch: nothing of its own was committed.
    if (commit === repository.commit) return withoutBranch(repository);
    return answer({ ref: name, commit });
  }
  if (output.code !== 1) {
    return { ok: false, problems: [gitProblem("git merge-base failed", output, "run git fsck")] };
  }
  return none(
    repository.shallow
      ? `no common commit with ${name} in this shallow clone: git fetch --unshallow`
      : `HEAD and ${name} have no common commit`,
  );
}

/**
 * Where the commit `to` left `ref`: their merge base, or `ref` itself when they have nothing in common. Both may
 * be any name git understands. Problem: one of them is not there.
 */
export async function forkPoint(
  repository: Repository,
  ref: string,
  to: string,
): Promise<Result<{ base: Base; to: string }>> {
  const [from, end] = await Promise.all([resolveCommit(repository, ref), resolveCommit(repository, to)]);
  if (!from.ok) return from;
  if (!end.ok) return end;
  const output = await gitIn(repository, ["merge-base", from.value.commit, end.value.commit]);
  const commit = output.code === 0 ? output.stdout.toString("utf8").trim() : from.value.commit;
  return { ok: true, value: { base: { ref, commit }, to: end.value.commit } };
}

/** What staged content is compared with: HEAD, or null before the first commit. */
export function stagedBase(repository: Repository): Base | null {
  return repository.commit === null ? null : { ref: "HEAD", commit: repository.commit };
}

/** "Missing" may also mean that the commit is not here, or a partial clone could not fetch the content. */
async function confirmAbsent(repository: Repository, commit: string, file: string): Promise<Result<null>> {
  const output = await gitIn(repository, ["ls-tree", "-z", commit, "--", file]);
  if (output.code === 0 && output.stdout.length === 0) return { ok: true, value: null };
  const doing = `git could not read ${file} at ${commit}`;
  return { ok: false, problems: [gitProblem(doing, output, "git fetch the commit and its files")] };
}

/**
 * Bytes of a file (path relative to the repository's root) as it was at a commit; null when it was not
 * there. Anything else git says is a Problem.
 */
export async function readBase(
  repository: Repository,
  commit: string,
  file: string,
): Promise<Result<Uint8Array | null>> {
  // The batch form tells "missing" from "broken"; it reads one name a line.
  if (file.includes("\n")) return { ok: true, value: null };
  const input = `${commit}:${repository.prefix}${file}\n`;
  const output = await gitIn(repository, ["cat-file", "--batch"], { input });
  const head = output.stdout.indexOf(10);
  const header = output.stdout.subarray(0, Math.max(head, 0)).toString("utf8");
  if (output.code === 0 && / missing$/.test(header)) return confirmAbsent(repository, commit, file);
  const match = /^[0-9a-f]+ (\w+) (\d+)$/.exec(header);
  if (output.code !== 0 || !match) {
    return {
      ok: false,
      problems: [gitProblem(`git could not read ${file} at ${commit}`, output, "run git fsck")],
    };
  }
  if (match[1] !== "blob") return { ok: true, value: null };
  return { ok: true, value: output.stdout.subarray(head + 1, head + 1 + Number(match[2])) };
}
