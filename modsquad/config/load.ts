/** Loads everything committed that steers a run: config, waivers, baseline. Nothing is executed but a config in .mjs. */
import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import type { Problem, ResolvedConfig, Result } from "../contracts/config.ts";
import type { Json, JsonObject, Mode } from "../contracts/words.ts";
import { type BaseUrl, checkBaseUrlFlag, configuredBaseUrl } from "./base-url.ts";
import { BASELINE_FILE, baselineKind } from "./baseline.ts";
import type { BaselineFile, ModsquadConfig, WaiversFile } from "./config.generated.ts";
import { type CheckedFile, type Kind, readChecked } from "./document.ts";
import { checkEnvironment, knownEnvironments, resolveEnv } from "./environment.ts";
import type { Fault } from "./places.ts";
import { resolveRisk } from "./policy.ts";
import { configRule, defectClassFaults, nameableGates, referenceFaults } from "./references.ts";
import { resolveGates, resolveRun } from "./resolve.ts";
import { CONFIG_NAMES, cacheFolder, findRoot, type Root } from "./root.ts";
import { type Skip, type Substitution, substitute } from "./substitute.ts";
import { toWaivers, WAIVERS_FILE, waiverGateFaults, waiversKind } from "./waivers.ts";

export interface LoadRequest {
  /** Folder to judge; relative to cwd. Default cwd. */
  repo?: string;
  /** --config; relative to cwd. */
  configFile?: string;
  /** --env. Default: ci when CI is set, else workstation. */
  env?: string;
  mode: Mode;
  baseUrl?: string;
  /** --live-data: the gate browser then may not leave the comparison out. */
  liveData?: boolean;
  /** --risk-target, percent. */
  riskTarget?: number;
  /** --gate and --skip: variables of gates that will not run need not be set. */
  gates?: readonly string[];
  skips?: readonly string[];
  /** For commands that only look (list, doctor): a variable that is not set is a warning. Default false. */
  lenient?: boolean;
  /** Of config, waivers and baseline, those of these names (relative to the root) are read below this folder. */
  settingsFrom?: { folder: string; names: readonly string[] };
  cwd: string;
  processEnv: NodeJS.ProcessEnv;
}

export const configKind: Kind<ModsquadConfig> = {
  name: "config",
  validator: async () => (await import("./validate-config.generated.mjs")).config,
  check: referenceFaults,
  rule: configRule,
  empty: {},
};

interface Files {
  config: CheckedFile<ModsquadConfig> | null;
  waivers: CheckedFile<WaiversFile> | null;
  baseline: CheckedFile<BaselineFile> | null;
}

/** A path as messages show it: relative when it lies below the root. */
function shownPath(root: string, file: string): string {
  const short = relative(root, file);
  return short.startsWith("..") || isAbsolute(short) ? file : short.split(sep).join("/");
}

const isThere = (file: string) => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

async function readFiles(
  { root, configFile }: Root,
  settingsFrom: LoadRequest["settingsFrom"],
): Promise<Result<Files>> {
  const cache = cacheFolder(root);
  const optional = async <T>(file: string | null, kind: Kind<T>): Promise<Result<CheckedFile<T> | null>> => {
    if (file === null) return { ok: true, value: null };
    const name = relative(root, file);
    const path = settingsFrom?.names.includes(name) ? join(settingsFrom.folder, name) : file;
    return isThere(path) ? readChecked(path, shownPath(root, file), kind, cache) : { ok: true, value: null };
  };
  const [config, waivers, baseline] = await Promise.all([
    optional(configFile, configKind),
    optional(join(root, WAIVERS_FILE), waiversKind),
    optional(join(root, BASELINE_FILE), baselineKind),
  ]);
  const problems = [config, waivers, baseline].flatMap((result) => (result.ok ? [] : result.problems));
  if (!config.ok || !waivers.ok || !baseline.ok) return { ok: false, problems };
  return { ok: true, value: { config: config.value, waivers: waivers.value, baseline: baseline.value } };
}

/** The config that was deleted from the work tree but is still judged. */
function judgedConfig(root: string, settingsFrom: LoadRequest["settingsFrom"]): string | null {
  const name = settingsFrom?.names.find((one) => CONFIG_NAMES.includes(one));
  return name ? join(root, name) : null;
}

/** sha-256 over the three files, or null when there is none of them. */
function digestOf(files: Files, configFile: string | null): string | null {
  const hash = createHash("sha256");
  let any = false;
  for (const [name, file] of Object.entries(files) as [string, CheckedFile<unknown> | null][]) {
    if (!file) continue;
    any = true;
    hash.update(`${name}\0${file.bytes.length}\0`).update(file.bytes);
  }
  // A module may import others: what it says belongs to its digest as much as its own bytes.
  if (configFile?.endsWith(".mjs")) hash.update(JSON.stringify(files.config?.value));
  return any ? hash.digest("hex") : null;
}

/** References in gates that do not run here, in other environments, or in what a shell expands, stay as they are. */
function skipIn(request: LoadRequest, config: ModsquadConfig, env: string): Skip {
  const runs = (id: string, modes: unknown) =>
    !Object.hasOwn(config.notApplicable ?? {}, id) &&
    !(request.skips ?? []).includes(id) &&
    (!request.gates || request.gates.length === 0 || request.gates.includes(id)) &&
    (!Array.isArray(modes) || modes.includes(request.mode));
  return (path, value) => {
    if (path.length === 3 && path[2] === "run") return true;
    if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
    if (path.length === 2) return !runs(String(path[1]), value.modes);
    return Array.isArray(value.environments) && !value.environments.includes(env);
  };
}

interface Filled {
  baseUrl: BaseUrl;
  gates: Substitution<JsonObject>;
  plugins: Substitution<Json[]>;
}

function fillIn(request: LoadRequest, config: ModsquadConfig, env: string): Filled {
  const { processEnv } = request;
  const skip = skipIn(request, config, env);
  const flag: BaseUrl = { baseUrl: request.baseUrl, variables: [], faults: [], warnings: [] };
  return {
    baseUrl: request.baseUrl === undefined ? configuredBaseUrl(config.baseUrl, env, processEnv) : flag,
    gates: substitute((config.gates ?? {}) as JsonObject, ["gates"], processEnv, skip),
    plugins: substitute((config.plugins ?? []) as Json[], ["plugins"], processEnv),
  };
}

/** What the command line asks of the browser is one of its options. */
function demandLiveData(gates: ResolvedConfig["gates"], demanded: boolean): ResolvedConfig["gates"] {
  if (!demanded) return gates;
  const browser = gates.browser ?? { options: {}, scopeCuts: {} };
  return { ...gates, browser: { ...browser, options: { ...browser.options, requireLiveData: true } } };
}

function sectionsOf({ extensions, review, schedule, channels }: ModsquadConfig): JsonObject {
  const sections = { extensions, review, schedule, channels };
  return Object.fromEntries(
    Object.entries(sections).filter(([, value]) => value !== undefined),
  ) as JsonObject;
}

/**
 * The configuration of a run. No config at all is fine; a config, waivers or baseline file that is there
 * and wrong never is. All problems of one step are reported together, in the order of the file.
 */
export async function loadConfig(request: LoadRequest): Promise<Result<ResolvedConfig>> {
  const { cwd, processEnv } = request;
  const found = await findRoot(request.repo ?? ".", request.configFile, cwd, processEnv);
  if (!found.ok) return found;
  const { root } = found.value;
  const configFile = found.value.configFile ?? judgedConfig(root, request.settingsFrom);
  const read = await readFiles({ root, configFile }, request.settingsFrom);
  if (!read.ok) return read;
  const files = read.value;
  const config = files.config?.value ?? {};
  const waivers = files.waivers?.value ?? [];
  const env = resolveEnv(request.env, processEnv);

  const filled = fillIn(request, config, env);
  const unset = [...filled.baseUrl.faults, ...filled.gates.faults, ...filled.plugins.faults];
  const risk = resolveRisk(config.risk, request.riskTarget);
  const classes = Object.keys(risk.ok ? risk.value.policy.lambda : {});
  const faults: Fault[] = [
    ...(request.lenient ? [] : unset),
    ...(risk.ok ? defectClassFaults(config, classes) : []),
  ];
  const problems: Problem[] = [
    ...(request.baseUrl === undefined ? [] : checkBaseUrlFlag(request.baseUrl)),
    ...checkEnvironment(env, knownEnvironments(config, waivers)),
  ];
  if (!risk.ok) {
    for (const problem of risk.problems) {
      if (problem.where?.startsWith("risk."))
        faults.push({
          path: problem.where.split("."),
          part: "value",
          what: problem.what,
          next: problem.next,
        });
      else problems.push(problem);
    }
  }
  const waiverFaults = waiverGateFaults(waivers, nameableGates(config));
  if (faults.length > 0) problems.push(...((await files.config?.locate(faults)) ?? []));
  if (waiverFaults.length > 0) problems.push(...((await files.waivers?.locate(waiverFaults)) ?? []));
  if (problems.length > 0 || !risk.ok) return { ok: false, problems };

  return {
    ok: true,
    value: {
      root,
      file: configFile === null ? null : shownPath(root, configFile),
      digest: digestOf(files, configFile),
      env,
      risk: risk.value,
      ...(filled.baseUrl.baseUrl === undefined ? {} : { baseUrl: filled.baseUrl.baseUrl }),
      required: config.required ?? null,
      notApplicable: (config.notApplicable ?? {}) as Record<string, string>,
      run: resolveRun(config.run),
      gates: demandLiveData(resolveGates(filled.gates.value), request.liveData ?? false),
      reports: config.reports ?? ["text", "json"],
      plugins: filled.plugins.value as string[],
      waivers: toWaivers(waivers),
      baseline: files.baseline
        ? { created: files.baseline.value.created, findings: files.baseline.value.findings }
        : null,
      sections: sectionsOf(config),
      // Of the base URL only a password in it is secret, and that the redactor knows by its form.
      variables: [...new Set([...filled.gates.used, ...filled.plugins.used])],
      warnings: [...filled.baseUrl.warnings, ...(request.lenient ? unset.map((fault) => fault.what) : [])],
    },
  };
}

/**
 * One of `config.sections` with its references filled in: done by the part that reads it, when it reads it,
 * so that secrets of what is not used are never needed and never held.
 */
export function resolveSection(
  config: ResolvedConfig,
  name: string,
  processEnv: NodeJS.ProcessEnv,
): Result<Json> {
  const filled = substitute(config.sections[name] ?? null, [name], processEnv);
  if (filled.faults.length === 0) return { ok: true, value: filled.value };
  const problems = filled.faults.map(({ what, next }) => ({ what, next, where: config.file ?? name }));
  return { ok: false, problems };
}
