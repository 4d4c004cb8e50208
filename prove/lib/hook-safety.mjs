// Work at risk: repositories in the states people commit from, the hook killed while it judges them, and every
// byte that is the user's compared afterwards.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BINARY, configOf, makeRepository } from "./scratch.mjs";

const CONFIG = "modsquad.config.json";

/** What is left of a repository's states in the middle of something; each ends with a dirty tree and index. */
export const STATES = {
  plain: () => {},
  merge: (repository) => {
    branchOff(repository);
    tolerate(() => repository.git("merge", "other"));
    repository.write("src/shared.txt", "both\n");
    repository.git("add", "src/shared.txt");
  },
  rebase: (repository) => {
    branchOff(repository);
    tolerate(() => repository.git("rebase", "other"));
    repository.write("src/shared.txt", "both\n");
    repository.git("add", "src/shared.txt");
  },
  submodule: (repository) => {
    const inner = makeRepository({ "lib.txt": "library\n" });
    repository.git(
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "--quiet",
      "add",
      inner.dir,
      "vendor/lib",
    );
    inner.remove();
    repository.write("vendor/lib/lib.txt", "changed inside\n");
  },
};

/** A conflict is what is wanted here. */
function tolerate(run) {
  try {
    run();
  } catch {
    // git ends with 1 when it stops for a conflict.
  }
}

function branchOff(repository) {
  repository.git("checkout", "-q", "-b", "other");
  repository.write("src/shared.txt", "other\n");
  repository.git("commit", "-qam", "other");
  repository.git("checkout", "-q", "main");
  repository.write("src/shared.txt", "main\n");
  repository.git("commit", "-qam", "main");
}

/** Partially staged, unstaged, untracked, renamed, deleted in the index and in the tree; and a stash. */
function makeDirty(repository) {
  const { git, write } = repository;
  write("src/stashed.txt", "kept for later\n");
  git("stash", "push", "-q", "--", "src/stashed.txt");
  write("src/partial.txt", "line one, staged\nline two\n");
  git("add", "src/partial.txt");
  write("src/partial.txt", "line one, staged\nline two, not staged\n");
  write("src/unstaged.txt", "only in the tree\n");
  write("src/untracked.txt", "nobody knows this one\n");
  git("mv", "src/renamed.txt", "src/renamed to.txt");
  git("rm", "-q", "--cached", "src/removed.txt");
  rmSync(join(repository.dir, "src/gone.txt"));
}

const FILES = ["shared", "partial", "unstaged", "renamed", "removed", "gone", "stashed"];

/** A repository in one of the states, its hook installed, and how long an undisturbed hook takes, milliseconds. */
export async function openSafety(state) {
  const repository = makeRepository({
    // Live inputs: the hook judges every time instead of remembering.
    [CONFIG]: configOf({ slow: { run: "sleep 0.05", modes: ["quick"] } }, {}, ["repo-audit"]),
    ...Object.fromEntries(FILES.map((name) => [`src/${name}.txt`, `${name}\n`.repeat(20)])),
  });
  for (const [key, value] of [
    ["user.name", "t"],
    ["user.email", "t@example.invalid"],
  ])
    repository.git("config", key, value);
  STATES[state](repository);
  makeDirty(repository);
  execFileSync(process.execPath, [BINARY, "hook", "install"], { cwd: repository.dir, stdio: "ignore" });
  mkdirSync(join(repository.dir, "modsquad", "logs"), { recursive: true });
  const from = performance.now();
  const { code, text } = await startHook(repository).ended;
  if (code !== 0) throw new Error(`the undisturbed hook ended with ${code}: ${text}`);
  return { repository, tookMs: performance.now() - from, before: fingerprint(repository.dir) };
}

/** The hook as git starts it, in a process group of its own. */
function startHook({ dir }) {
  const env = { PATH: process.env.PATH, HOME: dir, GIT_INDEX_FILE: ".git/index" };
  const child = spawn(".git/hooks/pre-commit", [], {
    cwd: dir,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  return { child, ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, text }))) };
}

/** One kill of the whole group; the names of what changed, and whether the hook was still running. */
export async function killOnce({ repository, before }, atMs, signal) {
  const { child, ended } = startHook(repository);
  let killed = false;
  const timer = setTimeout(() => {
    try {
      process.kill(-child.pid, signal);
      killed = true;
    } catch {
      // It has ended already.
    }
  }, atMs);
  await ended;
  clearTimeout(timer);
  const after = fingerprint(repository.dir);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  return { killed, changed };
}

/**
 * Every file by the hash of its bytes, the git directory included (index, refs, logs, stash, objects, what a merge
 * or rebase keeps), but for the two folders of ours.
 */
function fingerprint(dir, folder = "", found = new Map()) {
  for (const entry of readdirSync(join(dir, folder), { withFileTypes: true })) {
    const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (/^(modsquad|reports|\.git\/meta-orch)$/.test(name)) continue;
    if (entry.isDirectory()) fingerprint(dir, name, found);
    else {
      const bytes = entry.isSymbolicLink() ? readlinkSync(join(dir, name)) : readFileSync(join(dir, name));
      found.set(name, createHash("sha1").update(bytes).digest("hex"));
    }
  }
  return found;
}
