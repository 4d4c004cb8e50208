/** `meta-orch hook`: installs, removes and shows the git hooks. */
import { findRoot } from "../config/root.ts";
import type { Problem, Result } from "../contracts/config.ts";
import { EXIT } from "../contracts/words.ts";
import { type HooksStatus, hooksStatus, installHooks, uninstallHooks } from "../git/hooks/install.ts";
import { HOOKS, type HookName } from "../git/hooks/place.ts";
import { readSkips } from "../git/hooks/skips.ts";
import { openRepository, type Repository } from "../git/index.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { HookArguments } from "./usage/hook.ts";

/** The repository whose hooks are meant, opened at the root meta-orch judges. */
async function openAt(args: HookArguments, io: Io): Promise<Result<Repository>> {
  const root = await findRoot(args.repo ?? ".", undefined, io.cwd, io.env);
  if (!root.ok) return root;
  const opened = await openRepository(root.value.root);
  if (!opened.ok) return opened;
  if (opened.value !== null) return { ok: true, value: opened.value };
  const problem: Problem = {
    what: "There is no git repository here, so there are no hooks",
    where: root.value.root,
    next: "Run git init, or give the repository with --repo PATH.",
  };
  return { ok: false, problems: [problem] };
}

export async function hookCommand(args: HookArguments, io: Io): Promise<number> {
  const opened = await openAt(args, io);
  if (!opened.ok) return printProblems(opened.problems, io);
  switch (args.action) {
    case "install":
      return install(opened.value, args.names, io);
    case "uninstall":
      return uninstall(opened.value, io);
    case "status":
      return status(opened.value, args, io);
    case "pushed":
      return (await import("./hook-pushed.ts")).judgePush(opened.value, args, io);
  }
}

/** Of `hook install`, and of `init`. */
export async function install(repository: Repository, names: readonly HookName[], io: Io): Promise<number> {
  const done = await installHooks(repository, names.length > 0 ? names : HOOKS);
  if (!done.ok) return printProblems(done.problems, io);
  const { place, changes } = done.value;
  for (const { name, what } of changes) io.stdout.write(`${name.padEnd(12)} ${what}\n`);
  if (place.passesTo !== null) {
    io.stdout.write(
      `core.hooksPath is ${place.dir} now: every other hook is passed through to ${place.passesTo}\n`,
    );
  }
  const advice = reinstallAdvice(place.passesTo, changes.map(({ what }) => what).join(" "));
  if (advice !== null) io.stdout.write(`${advice}\n`);
  return EXIT.safe;
}

/** Tools that write their own hooks on every npm install put ours aside. */
function reinstallAdvice(passesTo: string | null, words: string): string | null {
  const tool = passesTo?.includes(".husky") ? "husky" : words.includes("lefthook") ? "lefthook" : null;
  return tool === null
    ? null
    : `${tool} sets itself up again with npm install. Put "meta-orch hook install" after it in your prepare script;\n` +
        "meta-orch hook status tells when ours was set aside.";
}

async function uninstall(repository: Repository, io: Io): Promise<number> {
  const done = await uninstallHooks(repository);
  if (!done.ok) return printProblems(done.problems, io);
  for (const { name, what } of done.value) io.stdout.write(`${name.padEnd(12)} ${what}\n`);
  return EXIT.safe;
}

async function status(repository: Repository, args: HookArguments, io: Io): Promise<number> {
  const read = await hooksStatus(repository);
  if (!read.ok) return printProblems(read.problems, io);
  const skips = readSkips(repository.root);
  const works = read.value.hooks.every(({ state }) => state === "installed");
  if (args.json) io.stdout.write(`${JSON.stringify({ ...read.value, skips }, null, 2)}\n`);
  else for (const line of statusLines(read.value, skips)) io.stdout.write(`${line}\n`);
  return works ? EXIT.safe : EXIT.blocked;
}

function statusLines(status: HooksStatus, skips: { count: number; last: string | null }): string[] {
  const lines = status.hooks.map(({ name, state, what }) => `${name.padEnd(12)} ${state.padEnd(10)} ${what}`);
  lines.push(`folder       ${status.dir}`);
  if (status.passesTo !== null) lines.push(`passes to    ${status.passesTo}`);
  if (status.remembered === null) {
    lines.push("fast path    off: this system's stat does not tell times to the nanosecond");
  } else if (status.notRemembered !== null) {
    lines.push(`fast path    off since the last run: ${status.notRemembered}`);
  } else lines.push(`fast path    on, ${status.remembered} remembered`);
  if (skips.count > 0) lines.push(`skipped      ${skips.count} times, last ${skips.last} (MODSQUAD=0)`);
  if (status.hooks.some(({ state }) => state !== "installed")) {
    lines.push("next         meta-orch hook install");
  }
  return lines;
}
