/** `meta-orch --watch`: runs what a change affects, again and again, and says what became different. */
import { type FSWatcher, watch as watchFolder } from "node:fs";
import { join, sep } from "node:path";
import { loadConfig } from "../config/load.ts";
import type { ResolvedConfig } from "../contracts/config.ts";
import type { RunState } from "../contracts/run-state.ts";
import { EXIT } from "../contracts/words.ts";
import { diffRuns, type GateDifference } from "../engine/diff-runs.ts";
import { type Prepared, prepare } from "../engine/prepare.ts";
import { run } from "../engine/run.ts";
import { trapSignals } from "../engine/signals.ts";
import { openRepository } from "../git/index.ts";
import { applyRetention } from "../journal/retention.ts";
import { placeOf } from "../report/findings.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { RunArguments } from "./usage/run.ts";

/** Editors write a file in several steps; one run for all of them. */
const SETTLE_MS = 150;
/** Our own output and what no gate reads. */
const OURS = /^modsquad(?:$|[\\/]logs)/;
const IGNORED = new Set([".git", "node_modules", "reports"]);

export async function watch(args: RunArguments, config: ResolvedConfig, io: Io): Promise<number> {
  const trap = trapSignals(() => {});
  const changes = await watchTree(config.root, args.mode === "quick");
  let previous: RunState | null = null;
  try {
    for (;;) {
      const state = await runOnce(args, config, io, trap.signal, previous);
      if (trap.signal.aborted) break;
      previous = state ?? previous;
      io.stdout.write("watching for changes, Ctrl-C to end\n");
      await changes.next(trap.signal);
      if (trap.signal.aborted) break;
    }
  } finally {
    changes.close();
    trap.release();
  }
  return trap.exitCode() ?? EXIT.safe;
}

/** One round. Problems are printed and the watch goes on: the next save may mend them. */
async function runOnce(
  args: RunArguments,
  first: ResolvedConfig,
  io: Io,
  signal: AbortSignal,
  previous: RunState | null,
): Promise<RunState | null> {
  const loaded = await loadConfig({
    ...args,
    configFile: args.config,
    repo: first.root,
    cwd: io.cwd,
    processEnv: io.env,
  });
  if (!loaded.ok) return complain(loaded.problems, io);
  const config = loaded.value;
  const plan = {
    config,
    mode: args.mode,
    gates: args.gates,
    skips: args.skips,
    checks: null,
    processEnv: io.env,
  };
  const prepared = await prepare(plan);
  if (!prepared.ok) return complain(prepared.problems, io);
  const result = await run(
    {
      ...plan,
      command: ["meta-orch", ...args.argv],
      concurrency: args.concurrency ?? null,
      failMode: args.failMode ?? config.run.failMode,
      timeoutMs: args.timeoutMs ?? config.run.timeoutMs,
      useCache: true,
      resumed: null,
      signal,
      onStart: () => {},
      onWait: (sentence) => void io.stderr.write(`meta-orch: ${sentence}\n`),
      onTask: () => {},
    },
    onlyFileBased(prepared.value),
  );
  if (!result.ok) return complain(result.problems, io);
  // A round per save would otherwise fill the folder with journals.
  applyRetention(join(config.root, "modsquad", "logs"), config.run.keepRuns);
  if (!signal.aborted)
    for (const line of describe(diffRuns(previous, result.value.state))) io.stdout.write(`${line}\n`);
  return result.value.state;
}

function complain(problems: Parameters<typeof printProblems>[0], io: Io): null {
  printProblems(problems, io);
  return null;
}

/** Live gates depend on more than files: a change of a file says nothing about when to run them again. */
function onlyFileBased(prepared: Prepared): Prepared {
  const isFileBased = (id: string) => {
    const spec = prepared.specs.get(id);
    const inputs = spec?.source.kind === "command" ? spec.source.command.inputs : prepared.inputs.get(id);
    return Array.isArray(inputs);
  };
  const gates = prepared.gates.map((gate) =>
    gate.decision === "run" && !isFileBased(gate.id)
      ? { ...gate, decision: "out_of_scope" as const, reason: "not file-based, so not watched" }
      : gate,
  );
  return { ...prepared, gates, jobs: prepared.jobs.filter((job) => isFileBased(job.id)) };
}

function describe(differences: readonly GateDifference[]): string[] {
  const lines: string[] = [];
  for (const { gate, before, after, cached, appeared, gone } of differences) {
    if (before === after && appeared.length + gone.length === 0) continue;
    const status = before === null || before === after ? after : `${before} -> ${after}`;
    lines.push(`${gate}: ${status}${cached ? " (cached)" : ""}`);
    for (const one of appeared) lines.push(`  + ${one.severity} ${placeOf(one)} ${one.message}`);
    for (const one of gone) lines.push(`  - ${one.severity} ${placeOf(one)} ${one.message}`);
  }
  return lines.length > 0 ? lines : ["no difference"];
}

interface Changes {
  /** Resolves when something changed since the last call and nothing more has for a moment. */
  next(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Watches the tree, and in quick mode the index as well: staging is the change that counts there. */
async function watchTree(root: string, index: boolean): Promise<Changes> {
  let dirty = false;
  let wake = () => {};
  const onChange = (name: string | null) => {
    const parts = (name ?? "").split(sep);
    if (parts.some((part) => IGNORED.has(part)) || OURS.test(name ?? "")) return;
    dirty = true;
    wake();
  };
  const watchers: FSWatcher[] = [watchFolder(root, { recursive: true }, (_event, name) => onChange(name))];
  if (index) {
    const repository = await openRepository(root);
    if (repository.ok && repository.value) {
      const { gitDir } = repository.value;
      watchers.push(watchFolder(gitDir, (_event, name) => name === "index" && onChange(join("index"))));
    }
  }
  for (const watcher of watchers) watcher.on("error", () => {});
  const woken = (signal: AbortSignal, ms: number | null) =>
    new Promise<void>((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener("abort", wake, { once: true });
    });
  return {
    next: async (signal) => {
      if (!dirty) await woken(signal, null);
      while (dirty && !signal.aborted) {
        dirty = false;
        await woken(signal, SETTLE_MS);
      }
    },
    close: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
}
