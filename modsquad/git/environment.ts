/**
 * The GIT_* variables a hook hands down, made safe to use from another folder. Git sets them relative to the
 * folder it started the hook in, and they may belong to another repository than the one being judged
 * (`--repo PATH` typed inside a hook): then every one of them must go, or git would answer about the wrong one.
 */
import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";

export interface DotGit {
  /** Folder that holds `.git`. */
  top: string;
  /** Real path of the git directory. */
  gitDir: string;
}

/** Variables that tie a git process to one repository. */
const LOCAL_VARIABLES = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
] as const;

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

/** The nearest `.git` at or above a folder, found without starting git; null when there is none. */
export function findDotGit(from: string): DotGit | null {
  let top = realPath(from);
  for (;;) {
    const dotGit = path.join(top, ".git");
    const stat = statSync(dotGit, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return { top, gitDir: realPath(dotGit) };
    if (stat?.isFile()) {
      const link = /^gitdir: (.+?)\s*$/m.exec(readFileSync(dotGit, "utf8"))?.[1];
      if (link) return { top, gitDir: realPath(path.resolve(top, link)) };
    }
    const parent = path.dirname(top);
    if (parent === top) return null;
    top = parent;
  }
}

function isInside(folder: string, parent: string): boolean {
  const relative = path.relative(realPath(parent), realPath(folder));
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}

/** Without GIT_DIR the variables speak of the caller's repository, unless the index lies in ours by name. */
function belongsTo(own: DotGit, indexFile: string | undefined, cwd: string): boolean {
  if (indexFile && path.isAbsolute(indexFile) && isInside(path.dirname(indexFile), own.gitDir)) return true;
  return findDotGit(cwd)?.gitDir === own.gitDir;
}

/**
 * What to lay over the environment when running git in `root`: absolute values when the variables belong to
 * root's repository, removal (undefined) when they belong to another.
 */
export function repositoryEnvironment(
  root: string,
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): Record<string, string | undefined> {
  if (!LOCAL_VARIABLES.some((name) => env[name])) return {};
  const removed = Object.fromEntries(LOCAL_VARIABLES.map((name) => [name, undefined]));
  const own = findDotGit(root);
  let top: string;
  const result: Record<string, string | undefined> = { GIT_PREFIX: undefined };
  if (env.GIT_DIR) {
    const gitDir = realPath(path.resolve(cwd, env.GIT_DIR));
    if (own && own.gitDir !== gitDir) return removed;
    top = env.GIT_WORK_TREE ? path.resolve(cwd, env.GIT_WORK_TREE) : (own?.top ?? cwd);
    if (!isInside(root, top)) return removed;
    result.GIT_DIR = gitDir;
    // With GIT_DIR alone git takes the current folder for the top level, which root need not be.
    result.GIT_WORK_TREE = top;
  } else {
    if (!own || !belongsTo(own, env.GIT_INDEX_FILE, cwd)) return removed;
    top = own.top;
  }
  if (env.GIT_INDEX_FILE) result.GIT_INDEX_FILE = path.resolve(top, env.GIT_INDEX_FILE);
  if (env.GIT_OBJECT_DIRECTORY) result.GIT_OBJECT_DIRECTORY = path.resolve(top, env.GIT_OBJECT_DIRECTORY);
  return result;
}
