/** Where the hooks of a repository are, what stands there, and who put it there. */
import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { Result } from "../../contracts/config.ts";
import { gitProblem } from "../exec.ts";
import { gitIn, type Repository } from "../repository.ts";
import { MARK, quote } from "./script.ts";

/** The hooks that are ours to fill. */
export const HOOKS: readonly HookName[] = ["pre-commit", "pre-push"];
export type HookName = "pre-commit" | "pre-push";

/** What stood at a hook's place before us, beside it. */
export const SAVED = ".before-meta-orch";

export interface HooksPlace {
  /** Absolute folder git takes hooks from once ours are installed. */
  dir: string;
  /**
   * Inside the git directory we share the folder with what is there. A folder that is committed, or shared by
   * all repositories of a person, is never written: a folder of ours stands in for it and passes on.
   */
  kind: "shared" | "stand-in";
  /** The folder a stand-in passes on to, as git's config has it; null for a shared folder. */
  passesTo: string | null;
  /** False when git takes its hooks from elsewhere than `dir`: not installed yet, or set aside since. */
  inCharge: boolean;
  /** The value of core.hooksPath in this repository's own config, or null. */
  localHooksPath: string | null;
  commonDir: string;
}

/** A hook of git on disk. */
export interface HookFile {
  path: string;
  ours: boolean;
  /** "husky", "lefthook", "pre-commit", or "a script". */
  tool: string;
}

/** Absolute path of the folder that stands in for another. */
const standInOf = (commonDir: string) => path.join(commonDir, "meta-orch", "hooks");

/** A link is followed where it can be, so that two names of one folder are one. */
export function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

async function ask(repository: Repository, args: string[]): Promise<string | null> {
  const output = await gitIn(repository, args);
  return output.code === 0 ? output.stdout.toString("utf8").replace(/\n$/, "") : null;
}

/** What a stand-in passed on to, kept in its folder. */
export function readPassesTo(dir: string): string | null {
  try {
    return readFileSync(path.join(dir, "passes-to"), "utf8");
  } catch {
    return null;
  }
}

/** Finds the place. Problem: git does not answer. */
export async function findPlace(repository: Repository): Promise<Result<HooksPlace>> {
  const output = await gitIn(repository, ["rev-parse", "--git-common-dir"]);
  if (output.code !== 0) {
    return { ok: false, problems: [gitProblem("git could not name its folder", output, "run git status")] };
  }
  const commonDir = path.resolve(repository.root, output.stdout.toString("utf8").trim());
  const inTop = { ...repository, root: repository.topLevel };
  const [localHooksPath, effective] = await Promise.all([
    ask(inTop, ["config", "--local", "--get", "core.hooksPath"]),
    ask(inTop, ["config", "--type=path", "--get", "core.hooksPath"]),
  ]);
  const standIn = standInOf(commonDir);
  const set = effective === null || effective === "" ? null : path.resolve(repository.topLevel, effective);
  const common = { localHooksPath, commonDir };
  if (set !== null && real(set) === real(standIn)) {
    const passesTo = readPassesTo(standIn) ?? path.join(commonDir, "hooks");
    return { ok: true, value: { ...common, dir: standIn, kind: "stand-in", passesTo, inCharge: true } };
  }
  const dir = set ?? path.join(commonDir, "hooks");
  // A hooks folder that is a link leads out of the repository as much as a path that says so.
  if (isInside(real(dir), real(commonDir))) {
    return { ok: true, value: { ...common, dir, kind: "shared", passesTo: null, inCharge: true } };
  }
  const passesTo = set === null ? dir : effective!;
  return { ok: true, value: { ...common, dir: standIn, kind: "stand-in", passesTo, inCharge: false } };
}

function isInside(file: string, folder: string): boolean {
  return file.startsWith(`${folder}${path.sep}`);
}

/** The hook at a path; null when there is none. */
export function readHook(file: string): HookFile | null {
  let text: string;
  try {
    text = readFileSync(file, "latin1");
  } catch {
    return null;
  }
  const ours = text.split("\n", 2)[1]?.startsWith(MARK) === true;
  const tool =
    ["lefthook", "husky", "pre-commit.com", "pre_commit"].find((name) => text.includes(name)) ?? "a script";
  const known = /^pre/.test(tool) ? "pre-commit" : file.includes(".husky") ? "husky" : tool;
  return { path: file, ours, tool: known };
}

/** Absolute path of the hook that runs before ours, or null when nothing does. */
export function hookBefore(place: HooksPlace, repository: Repository, name: string): string | null {
  const file =
    place.passesTo === null
      ? path.join(place.dir, `${name}${SAVED}`)
      : path.resolve(repository.topLevel, place.passesTo, name);
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? file : null;
  } catch {
    return null;
  }
}

/** The same as shell text, for the script: git starts hooks in the top of the work tree. */
export function beforeText(place: HooksPlace, name: string): string {
  return place.passesTo === null
    ? `"\${0%/*}/${name}${SAVED}"`
    : quote(`${place.passesTo.replace(/\/$/, "")}/${name}`);
}

/** Names of the hooks that a stand-in has to answer to. */
export function passedThrough(place: HooksPlace, repository: Repository): string[] {
  if (place.passesTo === null) return [];
  let names: string[] = [];
  try {
    names = readdirSync(path.resolve(repository.topLevel, place.passesTo));
  } catch {
    // The folder may come later, as husky's does with npm install.
  }
  const all = [
    ...names.filter((name) => CLIENT_HOOKS.has(name)),
    "commit-msg",
    "prepare-commit-msg",
    ...HOOKS,
  ];
  return [...new Set(all)].sort();
}

const CLIENT_HOOKS = new Set(
  `applypatch-msg pre-applypatch post-applypatch pre-merge-commit prepare-commit-msg commit-msg post-commit
  pre-rebase post-checkout post-merge post-rewrite pre-auto-gc post-index-change sendemail-validate
  reference-transaction fsmonitor-watchman push-to-checkout`.split(/\s+/),
);
