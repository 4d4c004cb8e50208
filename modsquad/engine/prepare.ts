/** Everything decided before the first gate starts: the gates, the workspace, the plan. Nothing is executed. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { unknownGates } from "../config/references.ts";
import type { Problem, ResolvedConfig, Result } from "../contracts/config.ts";
import type { PlannedGate } from "../contracts/run-state.ts";
import type { Mode } from "../contracts/words.ts";
import type { View } from "../git/view.ts";
import { durations, type HistoryRun, readHistory, readTimings } from "../journal/history.ts";
import { concernsAll, leaveOutUnaffected } from "../plan/affected.ts";
import { type GateSpec, knownGates, readManifest } from "../plan/gates.ts";
import { type Job, orderJobs } from "../plan/order.ts";
import { gatesToDetect, type Selection, selectGates } from "../plan/select.ts";
import { didYouMean, suggest } from "../suggest.ts";
import { namesAny } from "./input-digest.ts";
import { beginDetecting, describePlugins } from "./plan-worker.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

export interface PlanRequest {
  config: ResolvedConfig;
  mode: Mode;
  /** What to judge; null or absent = what the mode does. */
  view?: View | null;
  /** Nothing counts as old, and every check runs. */
  all?: boolean;
  /** Gate ids of --gate; empty = all. */
  gates: string[];
  skips: string[];
  /** Check ids for one gate alone, or null. */
  checks: string[] | null;
  processEnv: NodeJS.ProcessEnv;
}

export interface Prepared {
  specs: Map<string, GateSpec>;
  workspace: Workspace;
  gates: PlannedGate[];
  jobs: Job[];
  /** Gates whose detection failed: id → message. They run, and are errored without being started. */
  undetected: Map<string, string>;
  /** Gate id → globs of the files that decide its result, or "live". Module gates only. */
  inputs: ReadonlyMap<string, string[] | "live">;
  /** Gate ids that must report. */
  required: string[];
  /** Milliseconds since the epoch, just before the files were listed. */
  listedAtMs: number;
  /** Finished runs of this repository, oldest first; read when first asked for. */
  history(): readonly HistoryRun[];
}

/** Absolute file URLs of the configured plugins: a folder pattern "./gates/*" or a package name. */
function pluginUrls(config: ResolvedConfig): { urls: string[]; missing: string[] } {
  const urls: string[] = [];
  const missing: string[] = [];
  const addFolder = (folder: string, name: string) => {
    const file = ["index.js", "index.mjs"]
      .map((entry) => join(folder, entry))
      .find((path) => existsSync(path));
    if (file) urls.push(pathToFileURL(file).href);
    else missing.push(name);
  };
  for (const plugin of config.plugins) {
    if (plugin.endsWith("/*")) {
      const parent = join(config.root, plugin.slice(0, -2));
      const folders = existsSync(parent) ? readdirSync(parent, { withFileTypes: true }) : [];
      for (const entry of folders) if (entry.isDirectory()) addFolder(join(parent, entry.name), plugin);
      if (folders.length === 0) missing.push(plugin);
    } else if (plugin.startsWith(".")) addFolder(join(config.root, plugin), plugin);
    else addFolder(join(config.root, "node_modules", plugin), plugin);
  }
  return { urls, missing };
}

/** All gates with config applied. A plugin that cannot be loaded is a Problem: its gate would silently not run. */
export async function loadGates(
  config: ResolvedConfig,
  processEnv: NodeJS.ProcessEnv,
): Promise<Result<GateSpec[]>> {
  const { urls, missing } = pluginUrls(config);
  const { described, failed } = await describePlugins(urls, processEnv);
  const problems: Problem[] = [
    ...missing.map((name) => ({
      what: `The plugin "${name}" was not found.`,
      where: "plugins, in the config",
      next: "Install it beside the project, correct its name, or remove it from plugins.",
    })),
    ...failed.map(({ url, message }) => ({
      what: `A plugin could not be loaded: ${message}`,
      where: url,
      next: "Mend or remove the plugin; without it one of your gates would silently not run.",
    })),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return knownGates(
    config,
    readManifest(),
    described.map(({ url, info }) => ({ url, info, name: info.id })),
  );
}

function unknownIds(asked: readonly string[], option: string, specs: readonly GateSpec[]): Problem[] {
  const known = specs.map((spec) => spec.id);
  return asked
    .filter((id) => !known.includes(id))
    .map((id) => {
      const near = suggest(id, known);
      return {
        what: `There is no gate "${id}".`,
        where: option,
        next: near ? `Did you mean "${near}"?` : `Known gates: ${known.join(", ")} (see meta-orch list).`,
      };
    });
}

function unknownChecks(checks: readonly string[] | null, gate: GateSpec | undefined): Problem[] {
  if (!checks || !gate) return [];
  const known = Object.keys(gate.checks);
  return checks
    .filter((id) => !known.includes(id))
    .map((id) => ({
      what: `The gate ${gate.id} has no check "${id}".`,
      where: "--check",
      next: `${didYouMean(id, known)}Its checks: ${known.join(", ")}.`,
    }));
}

function once<T>(read: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

/**
 * Every gate there is, unless config names the list: whoever puts a gate under plugins wants it to count, and
 * one that breaks must not leave the verdict to the others.
 */
function requiredGates(config: ResolvedConfig, specs: readonly GateSpec[]): string[] {
  return config.required ?? specs.map((spec) => spec.id);
}

/** Whether what the gate itself is made of is among these paths: its script, or its folder as a plugin. */
function codeIsAmong({ source, origin }: GateSpec, paths: ReadonlySet<string>, root: string): boolean {
  if (source.kind === "command") return namesAny(source.command.run, paths);
  if (origin === "built-in") return false;
  const folder = `${dirname(fileURLToPath(source.url))}${sep}`;
  return [...paths].some((path) => join(root, path).startsWith(folder));
}

/**
 * Of the gates that quick mode would run, those that the change can touch. A gate asked for by name runs anyway,
 * and a release check never leaves anything out.
 */
async function affectedOf(
  { mode, all, gates: asked }: PlanRequest,
  gates: PlannedGate[],
  specs: ReadonlyMap<string, GateSpec>,
  inputs: ReadonlyMap<string, string[] | "live">,
  { changed, files, repository }: Workspace,
): Promise<PlannedGate[]> {
  if (mode === "full" || all || asked.length > 0 || concernsAll(changed)) return gates;
  const paths = new Set(changed?.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])));
  const inputsOf = (id: string) => {
    const spec = specs.get(id);
    if (!spec || codeIsAmong(spec, paths, repository?.root ?? "")) return undefined;
    return spec.source.kind === "command" ? spec.source.command.inputs : inputs.get(id);
  };
  return leaveOutUnaffected(gates, inputsOf, changed ?? [], files);
}

/** All gates, when what was asked for exists among them. */
async function planGates(request: PlanRequest): Promise<Result<GateSpec[]>> {
  const { config, gates, skips, checks } = request;
  const loaded = await loadGates(config, request.processEnv);
  if (!loaded.ok) return loaded;
  const specs = loaded.value;
  const ids = specs.map(({ id }) => id);
  const asked = specs.find(({ id }) => id === gates[0]);
  const wrong = [
    ...unknownGates(config, ids),
    ...unknownIds(gates, "--gate", specs),
    ...unknownIds(skips, "--skip", specs),
    ...unknownChecks(checks, asked),
  ];
  return wrong.length > 0 ? { ok: false, problems: wrong } : loaded;
}

/** From so many on V8 is asked to wait. */
const MANY_COMMANDS = 20;

function commandsOf({ gates }: ResolvedConfig): number {
  return Object.values(gates).filter(({ command }) => command !== undefined).length;
}

/**
 * V8 optimises what has run about fifteen times as long as it waits for by itself. A run of many commands just reaches
 * that point near its end, for nothing, and every child's start copies the memory. What really works, in gates, gets
 * there all the same.
 */
async function optimizeLater(): Promise<void> {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--interrupt-budget=2000000");
}

/** The plan, or every Problem found on the way. The caller must release the workspace. */
export async function prepare(request: PlanRequest): Promise<Result<Prepared>> {
  const { config, mode } = request;
  if (commandsOf(config) >= MANY_COMMANDS) await optimizeLater();
  const listedAtMs = Date.now();
  // Git looks at the repository while we look at the gates.
  const opening = openWorkspace(config.root, mode, request.view ?? null, request.all ?? false);
  const planned = await planGates(request);
  const selection: Selection = {
    mode,
    scope: request.gates.length > 0 ? request.gates : null,
    skips: request.skips,
    checks: request.checks,
  };
  const detected = planned.ok ? gatesToDetect(planned.value, config, selection) : [];
  const detecting = await beginDetecting(detected, request.processEnv);
  const opened = await opening;
  if (!planned.ok) {
    if (opened.ok) opened.value.release();
    return planned;
  }
  if (!opened.ok) {
    detecting.release();
    return opened;
  }
  const specs = planned.value;
  const byId = new Map(specs.map((spec) => [spec.id, spec]));
  const workspace = opened.value;
  const repo = {
    root: workspace.root,
    files: workspace.files,
    mode,
    env: config.env,
    baseUrl: config.baseUrl,
  };
  // What a plugin makes of the sizes of files is not known: they are those of the written ones.
  if (detected.some(({ origin }) => origin !== "built-in")) await workspace.ready();
  const { outcomes: detections, inputs, ready } = await detecting.detect({ ...repo, ready: workspace.ready });
  if (ready?.ok === false) {
    workspace.release();
    return ready;
  }
  const logs = join(config.root, "modsquad", "logs");
  const expected = new Map(Object.entries(durations(readTimings(logs), mode)));
  const selected = selectGates(specs, config, selection, detections, expected);
  const gates = await affectedOf(request, selected, byId, inputs, workspace);
  const settings = specs.map(
    ({ id, needs, config: own }) => [id, { needs, priority: own.priority ?? 0 }] as const,
  );
  const jobs = orderJobs(gates, new Map(settings));
  if (!jobs.ok) {
    workspace.release();
    return jobs;
  }
  const undetected = new Map<string, string>();
  for (const [id, outcome] of detections) if ("failed" in outcome) undetected.set(id, outcome.failed);
  // What detection proposes is the base; what the user wrote wins.
  for (const [id, outcome] of detections) {
    const spec = byId.get(id);
    if (spec && outcome.applicable && "options" in outcome && outcome.options) {
      spec.config = { ...spec.config, options: { ...outcome.options, ...spec.config.options } };
    }
  }
  return {
    ok: true,
    value: {
      specs: byId,
      workspace,
      gates,
      jobs: jobs.value,
      undetected,
      inputs,
      required: requiredGates(config, specs),
      listedAtMs,
      history: once(() => readHistory(logs).values),
    },
  };
}
