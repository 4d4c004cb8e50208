/** Finds the root of what is judged, its config file and its git folder, without starting git where possible. */
import { existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Result } from "../contracts/config.ts";

export const CONFIG_NAMES = [
  "modsquad.config.yaml",
  "modsquad.config.yml",
  "modsquad.config.json",
  "modsquad.config.mjs",
];

export interface Root {
  /** Absolute. */
  root: string;
  /** Absolute path of the config file, or null. */
  configFile: string | null;
}

/** A link that leads nowhere counts: what somebody meant to steer the run by is never taken for no config. */
function configsIn(folder: string): string[] {
  return CONFIG_NAMES.filter((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }));
}

/** Asks git, for the rare case that only the environment says where the repository is (GIT_DIR in hooks). */
async function askGit(folder: string, processEnv: NodeJS.ProcessEnv): Promise<string | null> {
  if (!processEnv.GIT_DIR && !processEnv.GIT_WORK_TREE) return null;
  const { execFile } = await import("node:child_process");
  return new Promise((done) => {
    const options = { cwd: folder, env: processEnv, timeout: 10_000 };
    execFile("git", ["rev-parse", "--show-toplevel"], options, (error, stdout) => {
      done(error || stdout.trim() === "" ? null : stdout.trim());
    });
  });
}

/**
 * Root = the nearest folder upward that holds a modsquad.config.*, not beyond the top of the git work tree;
 * else that top; else the folder itself. `configFile` names a config explicitly and leaves the root alone.
 * Problems: no such folder, no such file, two config files side by side.
 */
export async function findRoot(
  folder: string,
  configFile: string | undefined,
  cwd: string,
  processEnv: NodeJS.ProcessEnv,
): Promise<Result<Root>> {
  const start = resolve(cwd, folder);
  if (!statSync(start, { throwIfNoEntry: false })?.isDirectory()) {
    const problem = {
      what: `There is no folder ${folder}`,
      where: "--repo",
      next: "Give the path of a folder that exists.",
    };
    return { ok: false, problems: [problem] };
  }
  const explicit = configFile === undefined ? null : resolve(cwd, configFile);
  if (explicit && !statSync(explicit, { throwIfNoEntry: false })?.isFile()) {
    const problem = {
      what: `There is no config file ${configFile}`,
      where: "--config",
      next: "Give the path of a file that exists, or leave --config out.",
    };
    return { ok: false, problems: [problem] };
  }
  for (let at = start; ; at = dirname(at)) {
    const found = configsIn(at);
    if (found.length > 1 && !explicit) {
      const problem = {
        what: `Two config files side by side: ${found.join(" and ")}`,
        where: at,
        next: `Keep one of them, or name one with --config.`,
      };
      return { ok: false, problems: [problem] };
    }
    if (found.length > 0)
      return { ok: true, value: { root: at, configFile: explicit ?? join(at, found[0]!) } };
    if (existsSync(join(at, ".git"))) return { ok: true, value: { root: at, configFile: explicit } };
    if (dirname(at) === at) break;
  }
  const top = (await askGit(start, processEnv)) ?? start;
  const own = configsIn(top)[0];
  return { ok: true, value: { root: top, configFile: explicit ?? (own ? join(top, own) : null) } };
}

/** The git folder of a work tree, linked work trees and submodules included; null outside git. */
export function gitFolder(root: string): string | null {
  for (let at = root; ; at = dirname(at)) {
    const entry = join(at, ".git");
    const stats = statSync(entry, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return entry;
    if (stats?.isFile()) {
      const target = /^gitdir: (.+)$/m.exec(readFileSync(entry, "utf8"))?.[1];
      return target ? resolve(at, target.trim()) : null;
    }
    if (dirname(at) === at) return null;
  }
}

/** Where compiled configs are kept: in the git folder, else beside the logs once those exist. */
export function cacheFolder(root: string): string | null {
  const git = gitFolder(root);
  if (git) return join(git, "meta-orch", "config-cache");
  const logs = join(root, "modsquad", "logs");
  return existsSync(logs) ? join(logs, ".cache") : null;
}
