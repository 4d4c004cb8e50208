/** Puts the hooks in their place, takes them away again, and leaves everything else as it was. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { Problem, Result } from "../../contracts/config.ts";
import { distFile } from "../../paths.ts";
import { gitProblem } from "../exec.ts";
import { gitIn, type Repository } from "../repository.ts";
import {
  beforeText,
  findPlace,
  HOOKS,
  type HookName,
  type HooksPlace,
  hookBefore,
  passedThrough,
  readHook,
  SAVED,
} from "./place.ts";
import { passThroughScript, preCommitScript, prePushScript, type ScriptFacts } from "./script.ts";

/** One hook after install or uninstall, in words for people. */
export interface HookChange {
  name: string;
  what: string;
  changed: boolean;
}

/** The forms of stat that tell a file's last change to the nanosecond: GNU's, then BSD's. */
const STAT_FORMS = ["-L -c %n:%i:%s:%.Y:%.Z", "-L -f %N:%i:%z:%Fm:%Fc"];

/** The form this system's stat understands, or null: then every commit starts Node. */
function statForm(): string | null {
  for (const form of STAT_FORMS) {
    const { status, stdout } = spawnSync("stat", [...form.split(" "), "--", process.execPath], {
      encoding: "utf8",
    });
    if (status === 0 && /:\d+:\d+:\d+\.\d+:\d+\.\d+\n$/.test(stdout)) return form;
  }
  return null;
}

function scriptOf(name: HookName, place: HooksPlace, facts: Omit<ScriptFacts, "before">): string {
  const all = { ...facts, before: beforeText(place, name) };
  return name === "pre-commit" ? preCommitScript(all) : prePushScript(all);
}

function factsOf(repository: Repository): Omit<ScriptFacts, "before"> {
  return {
    program: distFile("meta-orch.js"),
    node: process.execPath,
    folder: repository.prefix.replace(/\/$/, ""),
    stat: statForm(),
  };
}

/** Written whole or not at all; false when it was there already. */
function writeScript(file: string, text: string): boolean {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return false;
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  chmodSync(temporary, 0o755);
  renameSync(temporary, file);
  return true;
}

/** pre-commit's own install keeps what it found under this name, and runs it. */
const legacyOf = (file: string) => `${file}.legacy`;

function installOne(name: HookName, place: HooksPlace, repository: Repository, text: string): HookChange {
  const file = path.join(place.dir, name);
  if (readHook(legacyOf(file))?.ours && readHook(file)?.ours === false) {
    const changed = writeScript(legacyOf(file), text);
    return { name, what: `runs from ${readHook(file)!.tool}'s hook`, changed };
  }
  const found = readHook(file);
  if (found && !found.ours) {
    // Two hooks came one after the other: the newest is chained, the older one stays beside it, untouched.
    const saved = `${file}${SAVED}`;
    if (existsSync(saved)) renameSync(saved, unusedName(saved));
    renameSync(file, saved);
  }
  const changed = writeScript(file, text);
  const before = hookBefore(place, repository, name);
  const chain = before ? `, after ${readHook(before)?.tool ?? "what was there"}` : "";
  return { name, what: `${changed ? "installed" : "was installed already"}${chain}`, changed };
}

const isOurs = (name: string) => (HOOKS as readonly string[]).includes(name);

function unusedName(file: string): string {
  for (let at = 1; ; at += 1) if (!existsSync(`${file}.${at}`)) return `${file}.${at}`;
}

async function pointGitTo(repository: Repository, place: HooksPlace): Promise<Problem | null> {
  const args = ["config", "--local", "core.hooksPath", place.dir];
  const output = await gitIn(repository, args);
  return output.code === 0
    ? null
    : gitProblem("core.hooksPath could not be set", output, "make the repository's config writable");
}

/** Writes the hooks. Run twice, the second time changes nothing. */
export async function installHooks(
  repository: Repository,
  names: readonly HookName[],
): Promise<Result<{ place: HooksPlace; changes: HookChange[] }>> {
  const found = await findPlace(repository);
  if (!found.ok) return found;
  const place = found.value;
  const facts = factsOf(repository);
  try {
    mkdirSync(place.dir, { recursive: true });
    const changes = names.map((name) => installOne(name, place, repository, scriptOf(name, place, facts)));
    for (const name of passedThrough(place, repository)) {
      // What is ours to fill and was not asked for, now or before, is passed on as well.
      const file = path.join(place.dir, name);
      if (names.includes(name as HookName) || (isOurs(name) && readHook(file))) continue;
      writeScript(file, passThroughScript(name, beforeText(place, name)));
    }
    if (place.kind === "stand-in") {
      keepPassesTo(place);
      const problem = await pointGitTo(repository, place);
      if (problem) return { ok: false, problems: [problem] };
    }
    return { ok: true, value: { place, changes } };
  } catch (error) {
    return { ok: false, problems: [unwritable(place, error)] };
  }
}

/** The folder passed on to, and what the repository's own config said, for the way back. */
function keepPassesTo(place: HooksPlace): void {
  writeFileSync(path.join(place.dir, "passes-to"), place.passesTo!);
  const own = path.join(place.dir, "local-before");
  if (place.localHooksPath !== null && place.localHooksPath !== place.dir)
    writeFileSync(own, place.localHooksPath);
}

function unwritable(place: HooksPlace, error: unknown): Problem {
  return {
    what: `The hooks cannot be written: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
    where: place.dir,
    next: "Make that folder writable for this user, then run it again.",
  };
}

function removeOne(name: HookName, place: HooksPlace): HookChange {
  const file = path.join(place.dir, name);
  if (readHook(legacyOf(file))?.ours) rmSync(legacyOf(file));
  const found = readHook(file);
  const saved = `${file}${SAVED}`;
  if (!found?.ours) {
    const what = found ? `left alone: it is not ours (${found.tool})` : "was not installed";
    return { name, what, changed: false };
  }
  rmSync(file);
  if (!existsSync(saved)) return { name, what: "removed", changed: true };
  renameSync(saved, file);
  return { name, what: `removed; ${readHook(file)?.tool ?? "what was there"} is back`, changed: true };
}

/** Takes our hooks away and puts back what was there before. */
export async function uninstallHooks(repository: Repository): Promise<Result<HookChange[]>> {
  const found = await findPlace(repository);
  if (!found.ok) return found;
  const place = found.value;
  try {
    forget(repository);
    if (place.kind === "shared") return { ok: true, value: HOOKS.map((name) => removeOne(name, place)) };
    if (!existsSync(place.dir)) {
      return { ok: true, value: HOOKS.map((name) => ({ name, what: "was not installed", changed: false })) };
    }
    const problem = await giveBack(repository, place);
    if (problem) return { ok: false, problems: [problem] };
    rmSync(place.dir, { recursive: true });
    const what = `removed; ${place.passesTo} is in charge again`;
    return { ok: true, value: HOOKS.map((name) => ({ name, what, changed: true })) };
  } catch (error) {
    return { ok: false, problems: [unwritable(place, error)] };
  }
}

/** core.hooksPath as it was, unless somebody else has set it since. */
async function giveBack(repository: Repository, place: HooksPlace): Promise<Problem | null> {
  if (place.localHooksPath !== place.dir) return null;
  const kept = path.join(place.dir, "local-before");
  const args = existsSync(kept)
    ? ["config", "--local", "core.hooksPath", readFileSync(kept, "utf8")]
    : ["config", "--local", "--unset", "core.hooksPath"];
  const output = await gitIn(repository, args);
  return output.code === 0
    ? null
    : gitProblem("core.hooksPath could not be set back", output, "make the repository's config writable");
}

/** What the fast path remembers, of this work tree. */
function forget(repository: Repository): void {
  const state = stateFolder(repository);
  rmSync(path.join(state, "watch"), { force: true });
  rmSync(path.join(state, "green"), { recursive: true, force: true });
}

const stateFolder = (repository: Repository) => path.join(repository.gitDir, "meta-orch");

export interface HookStatus {
  name: HookName;
  state: "installed" | "outdated" | "replaced" | "missing";
  what: string;
}

export interface HooksStatus {
  dir: string;
  passesTo: string | null;
  hooks: HookStatus[];
  /** Commits whose next state the fast path knows; null = this system's stat cannot tell files apart well enough. */
  remembered: number | null;
  /** Why the last run is not remembered, in words, or null. */
  notRemembered: string | null;
}

export async function hooksStatus(repository: Repository): Promise<Result<HooksStatus>> {
  const found = await findPlace(repository);
  if (!found.ok) return found;
  const place = found.value;
  const facts = factsOf(repository);
  const state = stateFolder(repository);
  const green = path.join(state, "green");
  return {
    ok: true,
    value: {
      dir: place.dir,
      passesTo: place.passesTo,
      hooks: HOOKS.map((name) => statusOf(name, place, repository, scriptOf(name, place, facts))),
      remembered: facts.stat === null ? null : existsSync(green) ? readdirSync(green).length : 0,
      notRemembered: readReason(state),
    },
  };
}

function readReason(state: string): string | null {
  try {
    return readFileSync(path.join(state, "not-remembered"), "utf8").trim() || null;
  } catch {
    return null;
  }
}

function statusOf(name: HookName, place: HooksPlace, repository: Repository, expected: string): HookStatus {
  const file = path.join(place.dir, name);
  const found = readHook(file);
  const legacy = readHook(legacyOf(file));
  if (legacy?.ours && found && !found.ours) {
    return { name, state: "installed", what: `runs from ${found.tool}'s hook` };
  }
  if (!found) return { name, state: "missing", what: "not installed" };
  if (!found.ours) {
    const again = existsSync(`${file}${SAVED}`) ? " took our place" : " is there, ours is not";
    return {
      name,
      state: existsSync(`${file}${SAVED}`) ? "replaced" : "missing",
      what: `${found.tool}${again}`,
    };
  }
  if (!place.inCharge) {
    return { name, state: "replaced", what: `core.hooksPath is ${place.passesTo} again, so ours never runs` };
  }
  const text = readFileSync(file, "utf8");
  if (text === passThroughScript(name, beforeText(place, name))) {
    return { name, state: "missing", what: `passed through to ${place.passesTo}` };
  }
  if (text !== expected) {
    return { name, state: "outdated", what: "written by another version or installation of meta-orch" };
  }
  const before = hookBefore(place, repository, name);
  return { name, state: "installed", what: before ? `runs after ${readHook(before)?.tool}` : "runs" };
}
