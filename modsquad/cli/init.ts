/** `meta-orch init`: config, baseline and hook for a repository that has none of them. What is there stays. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { BASELINE_FILE } from "../config/baseline.ts";
import { loadConfig } from "../config/load.ts";
import { DEFAULT_TARGET, proposeConfig, withTarget } from "../config/propose.ts";
import { proposeCommands } from "../config/stack.ts";
import type { ResolvedConfig, Result } from "../contracts/config.ts";
import type { PlannedGate } from "../contracts/run-state.ts";
import { EXIT } from "../contracts/words.ts";
import { prepare } from "../engine/prepare.ts";
import { trapSignals } from "../engine/signals.ts";
import { HOOKS } from "../git/hooks/place.ts";
import { openRepository } from "../git/index.ts";
import { count } from "../report/numbers.ts";
import { createBaseline, lookAtWorkTree, split } from "./baseline.ts";
import { onPath } from "./doctor-probe.ts";
import { install } from "./hook.ts";
import type { Io } from "./io.ts";
import { targetForDebt } from "./old-debt.ts";
import { printProblems } from "./problems.ts";
import type { InitArguments } from "./usage/init.ts";

const CONFIG_FILE = "modsquad.config.yaml";
/** Gates whose findings lie in files: what a baseline can hold on the first day, with nothing running. */
const STATIC_GATES = ["repo-audit", "design-dna", "contract", "infra-health"];

export async function initCommand(args: InitArguments, io: Io): Promise<number> {
  const load = () =>
    loadConfig({ repo: args.repo, mode: "full", lenient: true, cwd: io.cwd, processEnv: io.env });
  const first = await load();
  if (!first.ok) return printProblems(first.problems, io);
  const gates = await detected(first.value, io);
  if (!gates.ok) return printProblems(gates.problems, io);
  const written = writeConfig(first.value, gates.value, io);
  if (!written.ok) return printProblems(written.problems, io);
  // What was written is read as any run would read it.
  const loaded = await load();
  if (!loaded.ok) return printProblems(loaded.problems, io);
  const applying = gates.value.planned.filter(({ decision }) => decision === "run").map(({ id }) => id);
  io.stdout.write(`gates        ${applying.length} apply: ${applying.join(", ")}\n`);
  const ended = await takeBaseline(loaded.value, applying, first.value.file === null, io);
  if (ended !== EXIT.safe) return ended;
  const hooked = await offerHook(args, loaded.value.root, io);
  if (hooked !== EXIT.safe) return hooked;
  io.stdout.write("next         commit these files, then: meta-orch --mode quick\n");
  return EXIT.safe;
}

interface Detected {
  planned: PlannedGate[];
  paths: string[];
}

/** Every gate with what it says about this repository, and the files there are. Nothing is run. */
async function detected(config: ResolvedConfig, io: Io): Promise<Result<Detected>> {
  const prepared = await prepare({
    config,
    mode: "full",
    view: null,
    all: false,
    gates: [],
    skips: [],
    checks: null,
    processEnv: io.env,
  });
  if (!prepared.ok) return prepared;
  const { workspace, gates } = prepared.value;
  workspace.release();
  return { ok: true, value: { planned: gates, paths: workspace.files.map(({ path }) => path) } };
}

function writeConfig({ root, file }: ResolvedConfig, { planned, paths }: Detected, io: Io): Result<null> {
  if (file !== null) {
    io.stdout.write(`config       ${file} is there and stays as it is\n`);
    return { ok: true, value: null };
  }
  const read = (path: string) => {
    try {
      return readFileSync(join(root, path), "utf8");
    } catch {
      return null;
    }
  };
  const commands = proposeCommands(paths, read);
  const missing = new Set(
    commands.map(({ program }) => program).filter((name) => onPath(name, io.env, root) === null),
  );
  const path = join(root, CONFIG_FILE);
  try {
    writeFileSync(path, proposeConfig({ gates: planned, commands, missing }), { flag: "wx" });
  } catch (error) {
    const what = `The config cannot be written: ${(error as Error).message}`;
    return { ok: false, problems: [{ what, where: path, next: "Make the folder writable." }] };
  }
  const off = commands.filter(({ program }) => missing.has(program)).length;
  const told =
    commands.length === 0
      ? ""
      : `, ${count(commands.length, "command gate")}${off > 0 ? ` (${off} off: not on PATH)` : ""}`;
  io.stdout.write(`config       ${CONFIG_FILE} written${told}; the reason stands above each line\n`);
  return { ok: true, value: null };
}

/** `proposed`: the config is the one just written, so its target may still follow from what is found. */
async function takeBaseline(
  config: ResolvedConfig,
  applying: string[],
  proposed: boolean,
  io: Io,
): Promise<number> {
  if (existsSync(join(config.root, BASELINE_FILE))) {
    io.stdout.write(`baseline     ${BASELINE_FILE} is there and stays as it is\n`);
    return EXIT.safe;
  }
  const trap = trapSignals(() => {});
  try {
    const looked = await lookAtWorkTree(
      config,
      STATIC_GATES.filter((id) => applying.includes(id)),
      io,
      trap.signal,
    );
    if (!looked.ok) return trap.exitCode() ?? printProblems(looked.problems, io);
    const created = createBaseline(config, split(looked.value));
    if (!created.ok) return printProblems(created.problems, io);
    for (const [at, line] of created.value.entries())
      io.stdout.write(`${(at === 0 ? "baseline" : "").padEnd(12)} ${line}\n`);
    const target = proposed ? targetForDebt(looked.value, DEFAULT_TARGET) : null;
    if (target !== null) raiseTarget(config.root, target, io);
    return EXIT.safe;
  } finally {
    trap.release();
  }
}

function raiseTarget(root: string, target: number, io: Io): void {
  const path = join(root, CONFIG_FILE);
  writeFileSync(path, withTarget(readFileSync(path, "utf8"), target));
  io.stdout.write(
    `target       ${target} % instead of ${DEFAULT_TARGET} %: the findings of today alone weigh that much\n`,
  );
}

async function offerHook(args: InitArguments, root: string, io: Io): Promise<number> {
  const opened = await openRepository(root);
  if (!opened.ok) return printProblems(opened.problems, io);
  if (opened.value === null) {
    io.stdout.write("hook         not in a git repository, so there are no hooks\n");
    return EXIT.safe;
  }
  if (args.hook ?? (await asked(io))) return install(opened.value, HOOKS, io);
  io.stdout.write("hook         not installed; any time: meta-orch hook install\n");
  return EXIT.safe;
}

/** Only a person at a terminal is asked. */
async function asked(io: Io): Promise<boolean> {
  if (!io.isTTY || io.env.CI) return false;
  const prompt = createInterface({ input: io.stdin, output: io.stdout });
  try {
    const answer = await prompt.question("Install the git hooks (pre-commit, pre-push)? [y/N] ");
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}
