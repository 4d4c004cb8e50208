/** `meta-orch fix`: every safe edit of the findings as one patch, shown first and applied only when asked. */
import { loadConfig } from "../config/load.ts";
import type { ResolvedConfig, Result } from "../contracts/config.ts";
import type { FixEdit, Gate, GateContext } from "../contracts/gate.ts";
import { EXIT } from "../contracts/words.ts";
import { loadGates } from "../engine/prepare.ts";
import { trapSignals } from "../engine/signals.ts";
import { type SurveyedGate, survey } from "../engine/survey.ts";
import { openRepository, type Repository } from "../git/index.ts";
import { applyEdits, applyPatch, type EditedFile, patchOf, unstagedOf } from "../git/patch.ts";
import type { GateSpec } from "../plan/gates.ts";
import { count } from "../report/numbers.ts";
import { oneLine } from "../report/plain-text.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { FixArguments } from "./usage/fix.ts";

export async function fixCommand(args: FixArguments, io: Io): Promise<number> {
  const { repo, config: configFile, env, gates } = args;
  const mode = gates.length > 0 ? "full" : "quick";
  const loaded = await loadConfig({ repo, configFile, env, mode, gates, cwd: io.cwd, processEnv: io.env });
  if (!loaded.ok) return printProblems(loaded.problems, io);
  const opened = await openRepository(loaded.value.root);
  if (!opened.ok) return printProblems(opened.problems, io);
  if (opened.value === null) {
    const next = "Run git init: a patch and its backup need a repository.";
    return printProblems([{ what: "There is no git repository here", where: loaded.value.root, next }], io);
  }
  const trap = trapSignals(() => {});
  try {
    const edits = await collectEdits(args, loaded.value, io, trap.signal);
    if (!edits.ok) return trap.exitCode() ?? printProblems(edits.problems, io);
    return await offer(args, opened.value, edits.value, io);
  } finally {
    trap.release();
  }
}

/** What the gates propose for the work tree. All quick checks; of gates asked for by name, all checks. */
async function collectEdits(
  { gates }: FixArguments,
  config: ResolvedConfig,
  io: Io,
  signal: AbortSignal,
): Promise<Result<FixEdit[]>> {
  const looked = await survey({
    config: { ...config, baseline: null },
    mode: gates.length > 0 ? "full" : "quick",
    view: { kind: "work-tree" },
    all: true,
    gates,
    processEnv: io.env,
    signal,
    onStart: (ids) => void io.stderr.write(`meta-orch: looking with ${ids.join(", ")}\n`),
  });
  if (!looked.ok) return looked;
  const specs = await loadGates(config, io.env);
  if (!specs.ok) return specs;
  const byId = new Map(specs.value.map((spec) => [spec.id, spec]));
  const edits: FixEdit[] = [];
  for (const one of looked.value.gates) {
    edits.push(...(await safeEdits(one, byId.get(one.id), config.root, signal)));
    const { task } = one;
    if (one.whole || task.status === "not_applicable") continue;
    const why = oneLine(task.errors[0] ?? task.warnings[0] ?? task.status, 120);
    io.stderr.write(`meta-orch: ${one.id} could not look at everything: ${why}\n`);
  }
  return { ok: true, value: edits };
}

/** A gate that can tell which of its edits are safe unseen is asked; the edits of any other are taken as they are. */
async function safeEdits(
  { task }: SurveyedGate,
  spec: GateSpec | undefined,
  root: string,
  signal: AbortSignal,
): Promise<FixEdit[]> {
  const open = task.findings.filter(({ waiver }) => waiver === undefined);
  if (open.every(({ fix }) => (fix?.edits ?? []).length === 0)) return [];
  if (spec?.source.kind === "module") {
    const { default: gate } = (await import(/* @vite-ignore */ spec.source.url)) as { default: Gate };
    if (gate.fix) {
      const fixes = await gate.fix(fixContext(root, spec, signal), open);
      return fixes.flatMap(({ edits }) => edits ?? []);
    }
  }
  return open.flatMap(({ fix }) => fix?.edits ?? []);
}

/** A fix is made from findings: it sees the tree they were found in, and starts nothing. */
function fixContext(root: string, spec: GateSpec, signal: AbortSignal): GateContext {
  return {
    runId: "fix",
    mode: "full",
    env: "workstation",
    root,
    dependenciesRoot: root,
    files: [],
    changed: null,
    base: null,
    options: spec.config.options,
    checks: Object.keys(spec.checks),
    upstream: {},
    history: [],
    secrets: {},
    artifactsDir: root,
    signal,
    exec: () => Promise.reject(new Error("a fix starts no process")),
    progress: () => {},
  };
}

async function offer(args: FixArguments, repository: Repository, edits: FixEdit[], io: Io): Promise<number> {
  const { files, leftOut } = applyEdits(repository.root, edits);
  for (const reason of leftOut) io.stderr.write(`meta-orch: left out ${reason}\n`);
  if (files.length === 0) {
    io.stderr.write("meta-orch: there is nothing to fix by itself\n");
    return EXIT.safe;
  }
  const unstaged = await unstagedOf(
    repository,
    files.map((file) => file.path),
  );
  if (!unstaged.ok) return printProblems(unstaged.problems, io);
  const usable = args.apply ? files.filter((file) => !unstaged.value.has(file.path)) : files;
  const patch = await patchOf(repository, usable);
  if (!patch.ok) return printProblems(patch.problems, io);
  io.stdout.write(patch.value);
  const held = files.filter((file) => unstaged.value.has(file.path)).map((file) => file.path);
  if (held.length > 0) {
    const what = args.apply ? "left alone" : "will be left alone by --apply";
    io.stderr.write(`meta-orch: ${what}, because of changes that are not staged: ${held.join(", ")}\n`);
  }
  if (!args.apply) {
    io.stderr.write(
      `meta-orch: ${sum(files)}; apply them with --apply, or with: meta-orch fix | git apply\n`,
    );
    return EXIT.safe;
  }
  if (usable.length === 0) {
    io.stderr.write("  next: stage those changes with git add, then run it again\n");
    return EXIT.blocked;
  }
  return apply(repository, usable, patch.value, io);
}

const sum = (files: readonly EditedFile[]) =>
  `${count(
    files.reduce((all, file) => all + file.edits, 0),
    "edit",
  )} in ${count(files.length, "file")}`;

async function apply(repository: Repository, files: EditedFile[], patch: string, io: Io): Promise<number> {
  const applied = await applyPatch(repository, files, patch);
  if (!applied.ok) return printProblems(applied.problems, io);
  const names = files.map((file) => `${repository.prefix}${file.path}`).join(" ");
  io.stderr.write(
    `meta-orch: ${sum(files)} applied to the work tree; nothing was staged\n` +
      `  the way back: git restore --source ${applied.value} -- ${names}\n`,
  );
  return EXIT.safe;
}
