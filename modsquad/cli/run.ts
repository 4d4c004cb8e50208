/** `meta-orch run`: config, plan, run, reports, one exit code. */
import { type LoadRequest, loadConfig } from "../config/load.ts";
import type { Problem, ResolvedConfig, Result } from "../contracts/config.ts";
import type { RunState } from "../contracts/run-state.ts";
import { EXIT } from "../contracts/words.ts";
import type { PlanRequest, Prepared } from "../engine/prepare.ts";
import type { RunRequest, RunResult } from "../engine/run.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { RunArguments } from "./usage/run.ts";

export async function runCommand(args: RunArguments, io: Io): Promise<number> {
  const request: LoadRequest = {
    repo: args.repo,
    configFile: args.config,
    env: args.env,
    mode: args.mode,
    baseUrl: args.baseUrl,
    liveData: args.liveData,
    riskTarget: args.riskTarget,
    gates: args.gates,
    skips: args.skips,
    cwd: io.cwd,
    processEnv: io.env,
  };
  const loaded = await loadConfig(request);
  if (!loaded.ok) return printProblems(loaded.problems, io);
  if (args.report) return (await import("./rebuild-report.ts")).rebuildReport(args, loaded.value, io);
  if (args.why) return (await import("./why.ts")).explainLatest(args, loaded.value, io);
  if (args.watch) return (await import("./watch.ts")).watch(args, loaded.value, io);
  if (args.resume) return (await import("./resume.ts")).resume(args, loaded.value, io);
  return execute(args, loaded.value, request, io, null);
}

/** The closing sentences of what went wrong beside the verdict; they never change it to a pass. */
function complain(problems: readonly Problem[], io: Io): void {
  for (const { what, where, next } of problems) {
    io.stderr.write(`meta-orch: ${where ? `${where}: ` : ""}${what}\n  next: ${next}\n`);
  }
}

/**
 * The plan by the settings that are judged: where a snapshot holds other ones than the work tree, those become
 * the config of `plan`, with a warning that says so.
 */
async function prepareJudged(plan: PlanRequest, load: LoadRequest): Promise<Result<Prepared>> {
  const { prepare } = await import("../engine/prepare.ts");
  const prepared = await prepare(plan);
  if (!prepared.ok || !prepared.value.workspace.frozen) return prepared;
  const { settingsThatDiffer } = await import("../config/judged-settings.ts");
  const { workspace } = prepared.value;
  const differing = settingsThatDiffer(plan.config, workspace.files, load.configFile !== undefined);
  if (differing.length === 0) return prepared;
  const ready = await workspace.ready();
  const settingsFrom = { folder: workspace.root, names: differing };
  const loaded = ready.ok ? await loadConfig({ ...load, settingsFrom }) : ready;
  workspace.release();
  if (!loaded.ok) return loaded;
  const what = plan.view?.kind === "range" ? "in the commit that is judged" : "staged";
  const told = `${differing.join(", ")}: read as ${what}, not as in the work tree`;
  plan.config = { ...loaded.value, warnings: [...loaded.value.warnings, told] };
  return prepare(plan);
}

/** One run from plan to exit code; `resumed` is the unfinished run it continues, or null. */
export async function execute(
  args: RunArguments,
  loaded: ResolvedConfig,
  load: LoadRequest,
  io: Io,
  resumed: RunState | null,
): Promise<number> {
  const { trapSignals } = await import("../engine/signals.ts");
  let force = () => {};
  const trap = trapSignals(() => force());
  const plan: PlanRequest = {
    config: loaded,
    mode: args.mode,
    view: args.view,
    all: args.all,
    gates: args.gates,
    skips: args.skips,
    checks: null,
    processEnv: io.env,
  };
  const prepared = await Promise.race([prepareJudged(plan, load), aborted(trap.signal)]);
  // Nothing has started yet: what is still being asked ends with this process.
  if (prepared === null) return trap.exitCode() ?? EXIT.interrupted;
  if (!prepared.ok) return printProblems(prepared.problems, io);
  if (args.plan) return showPlan(args, plan, prepared.value, io);
  if (args.mode === "full" && prepared.value.jobs.length === 0) {
    prepared.value.workspace.release();
    return printProblems([nothingToRun(prepared.value.gates)], io);
  }
  const { config } = plan;
  const { run } = await import("../engine/run.ts");
  const progress = await openProgress(args, io);
  try {
    const request: RunRequest = {
      ...plan,
      command: ["meta-orch", ...args.argv],
      concurrency: args.concurrency ?? null,
      failMode: args.failMode ?? config.run.failMode,
      timeoutMs: args.timeoutMs ?? config.run.timeoutMs,
      useCache: args.useCache,
      resumed,
      signal: trap.signal,
      onStart: (header, forceAll) => {
        force = () => {
          progress.stop();
          forceAll();
        };
        const attempts = (id: string) => prepared.value.specs.get(id)?.retry.attempts;
        progress.onPlan(header.gates.map((gate) => ({ ...gate, attempts: attempts(gate.id) })));
      },
      onWait: (sentence) => void io.stderr.write(`meta-orch: ${sentence}\n`),
      onTask: (task) => progress.onRecord(task),
    };
    const result = await run(request, prepared.value);
    if (!result.ok) {
      progress.stop();
      const code = printProblems(result.problems, io);
      return trap.exitCode() ?? code;
    }
    progress.onFinish(result.value.state, result.value.risk);
    await writeOutputs(args, config, result.value, io);
    if (io.env.META_ORCH_HOOK !== undefined && result.value.exitCode === EXIT.safe) {
      const { remember } = await import("../git/hooks/remember.ts");
      remember(io.env.META_ORCH_HOOK, request, prepared.value, result.value.state);
    }
    // A signal that came after the last line of the journal still is how this process ended.
    return trap.exitCode() ?? result.value.exitCode;
  } finally {
    progress.stop();
    trap.release();
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(null), { once: true }));
}

function nothingToRun(gates: readonly { id: string; reason: string }[]): Problem {
  const reasons = gates.map(({ id, reason }) => `${id} (${reason})`).join(", ");
  return {
    what: `No gate applies, so nothing would be checked: ${reasons || "there are no gates"}`,
    next: "Configure a gate (see docs/configuration/gates.md), or ask with meta-orch --plan what each needs.",
  };
}

async function showPlan(args: RunArguments, plan: PlanRequest, prepared: Prepared, io: Io): Promise<number> {
  const { renderPlan, viewPlan } = await import("../plan/explain.ts");
  const { slots } = await import("../engine/run.ts");
  prepared.workspace.release();
  const view = viewPlan({
    mode: plan.mode,
    env: plan.config.env,
    concurrency: slots(args.concurrency ?? plan.config.run.concurrency),
    gates: prepared.gates,
    jobs: prepared.jobs,
    required: prepared.required,
  });
  io.stdout.write(args.json ? `${JSON.stringify(view, null, 2)}\n` : `${renderPlan(view).join("\n")}\n`);
  return EXIT.safe;
}

async function openProgress(args: RunArguments, io: Io) {
  const { createProgress } = await import("./progress/index.ts");
  const live = io.isTTY && !io.env.CI && io.env.TERM !== "dumb";
  const silent = args.json || args.quiet || (io.env.META_ORCH_HOOK !== undefined && !live);
  return createProgress({
    kind: silent ? "silent" : live ? "tty" : "plain",
    io: { out: io.stdout as NodeJS.WriteStream, err: io.stderr as NodeJS.WriteStream },
    columns: io.columns,
    color: io.color,
  });
}

/** Reports, the closing summary, history, retention. What fails here is said and leaves the verdict as it is. */
async function writeOutputs(
  args: RunArguments,
  config: ResolvedConfig,
  result: RunResult,
  io: Io,
): Promise<void> {
  const { writeReports } = await import("../report/index.ts");
  const { recordRun } = await import("../engine/record-run.ts");
  const { state, risk } = result;
  const reports = writeReports(config.root, config.reports, state, risk);
  if (args.json) {
    const { renderJson } = await import("../report/json.ts");
    io.stdout.write(renderJson(state, risk, reports.written));
  } else if (io.env.META_ORCH_HOOK !== undefined) {
    const { renderHookSummary } = await import("./progress/hook-summary.ts");
    const { supportsUnicode } = await import("./progress/look.ts");
    const unicode = supportsUnicode(io.env, process.platform);
    const what = args.view?.kind === "range" ? "push" : "commit";
    const text = renderHookSummary(state, risk, { color: io.color, unicode, columns: io.columns, what });
    io.stdout.write(text);
  } else {
    const { renderSummary } = await import("./progress/summary.ts");
    const { supportsUnicode } = await import("./progress/look.ts");
    io.stdout.write(
      renderSummary(state, risk, {
        verbosity: args.quiet ? "quiet" : args.verbose ? "verbose" : "normal",
        color: io.color,
        unicode: supportsUnicode(io.env, process.platform),
        columns: io.columns,
        reports: reports.written,
      }),
    );
  }
  complain([...reports.problems, ...recordRun(config, result)], io);
}
