/** The named parts that decide one gate's result in this run: its files, options, versions and surroundings. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandConfig } from "../contracts/config.ts";
import type { TrackedFile, Upstream } from "../contracts/gate.ts";
import type { Json } from "../contracts/words.ts";
import { statFile } from "../git/files.ts";
import { walkFiles } from "../git/walk.ts";
import type { GateSpec } from "../plan/gates.ts";
import { VERSION } from "../version.ts";
import { decidingValues } from "./environment.ts";
import {
  addFiles,
  addInstalledPackages,
  addPrograms,
  addValue,
  type InputParts,
  type Inputs,
  inputsFrom,
  namesFile,
  type Programs,
  rememberPrograms,
  shortHash,
} from "./input-digest.ts";
import type { PlanRequest, Prepared } from "./prepare.ts";

export interface GateInputs extends Inputs {
  /** True when files decide the result: only then may it be cached. */
  fileBased: boolean;
}

/** What is the same for every gate, looked up once. */
interface Known {
  programs: Programs;
  variables: NodeJS.ProcessEnv;
  /** Paths of the workspace's files. */
  listed: ReadonlySet<string>;
}

/** Hands out the inputs of gates; what several gates share is computed once. */
export function createGateInputs(
  request: PlanRequest,
  prepared: Prepared,
  upstreamOf: (spec: GateSpec) => Record<string, Upstream>,
) {
  const { files, root } = prepared.workspace;
  let whole: string | undefined;
  /** One value for everything that is judged: of a live gate every file may matter. */
  const workspaceHash = () => {
    whole ??= hashAll(files, root);
    return whole;
  };
  const shared: InputParts = new Map();
  addShared(shared, request, prepared);
  const programs = rememberPrograms();
  // process.env asks the system for every value, every time.
  const variables = { ...request.processEnv };
  const listed = new Set(files.map((file) => file.path));
  const noFiles: InputParts = new Map();
  const remembered = new Map<string, Promise<InputParts>>();
  const matching = (globs: readonly string[]): Promise<InputParts> => {
    // In the work tree the gate before may have written files.
    if (!prepared.workspace.frozen) return matchingFiles(globs, prepared);
    const key = globs.join("\0");
    const known = remembered.get(key) ?? matchingFiles(globs, prepared);
    remembered.set(key, known);
    return known;
  };

  return async (spec: GateSpec): Promise<GateInputs> => {
    const globs = spec.source.kind === "command" ? spec.source.command.inputs : prepared.inputs.get(spec.id);
    const parts: InputParts = new Map(shared);
    const fileBased = Array.isArray(globs);
    const matched = fileBased ? await matching(globs) : noFiles;
    if (!fileBased) parts.set("workspace", workspaceHash());
    // A snapshot holds what git lists and nothing else.
    if (fileBased && spec.source.kind === "command" && !prepared.workspace.frozen)
      await addIgnored(parts, globs, prepared);
    await addOwn(parts, spec, request, prepared, { programs, variables, listed });
    for (const [id, upstream] of Object.entries(upstreamOf(spec))) {
      parts.set(`needed gate ${id}`, shortHash(JSON.stringify(upstream)));
    }
    return { fileBased, ...inputsFrom(parts, matched) };
  };
}

async function matchingFiles(globs: readonly string[], { workspace }: Prepared): Promise<InputParts> {
  const { files, root } = workspace;
  const parts: InputParts = new Map();
  const matches = globs.includes("**") ? () => true : (await import("../globs.ts")).matcher(globs);
  addFiles(parts, root, files, matches);
  return parts;
}

/** A glob that matches nothing git lists means files that git ignores, such as build output: read from disk. */
async function addIgnored(
  parts: InputParts,
  globs: readonly string[],
  { workspace }: Prepared,
): Promise<void> {
  const { files, root } = workspace;
  if (globs.includes("**")) return;
  const { baseOf, matcher } = await import("../globs.ts");
  for (const glob of globs) {
    const matches = matcher(glob);
    if (glob.startsWith("!") || files.some(({ path }) => matches(path))) continue;
    const base = baseOf(glob);
    const found = base === glob ? oneFile(root, glob) : walkFiles(join(root, base)).files;
    const prefix = base === "" || base === glob ? "" : `${base}/`;
    addFiles(
      parts,
      root,
      found.map((file) => ({ ...file, path: `${prefix}${file.path}` })),
      matches,
    );
  }
}

function oneFile(root: string, path: string): TrackedFile[] {
  const stat = statFile(root, path);
  return stat ? [{ path, oid: "", ...stat }] : [];
}

function hashAll(files: readonly TrackedFile[], root: string): string {
  const parts: InputParts = new Map();
  addFiles(parts, root, files, () => true);
  return shortHash([...parts].map(([name, value]) => `${name}\0${value}`).join("\n"));
}

/** What decides the result of every gate. */
function addShared(parts: InputParts, request: PlanRequest, prepared: Prepared): void {
  const { config, mode } = request;
  parts.set("meta-orch version", VERSION);
  parts.set("node version", process.versions.node);
  parts.set("mode", mode);
  parts.set("env", config.env);
  parts.set("policy", config.risk.policyDigest);
  addInstalledPackages(parts, config.root);
  // What the change touches follows from the base and the files, so the two say it all.
  parts.set("base", prepared.workspace.baseCommit ?? "none");
  if (config.baseUrl !== undefined) parts.set("base URL", shortHash(config.baseUrl));
}

async function addOwn(
  parts: InputParts,
  spec: GateSpec,
  request: PlanRequest,
  prepared: Prepared,
  known: Known,
): Promise<void> {
  const planned = prepared.gates.find((gate) => gate.id === spec.id);
  parts.set("gate version", spec.version);
  addValue(parts, "checks", planned?.checksInScope as Json);
  addValue(parts, "option", spec.config.options);
  const declared = spec.config.env === "inherit" ? "inherit" : spec.env;
  for (const [name, value] of Object.entries(decidingValues(declared, known.variables))) {
    parts.set(`variable ${name}`, shortHash(value));
  }
  if (spec.code !== undefined) parts.set("gate code", spec.code);
  else if (spec.source.kind === "module") addCode(parts, spec.source.url);
  if (spec.source.kind === "command") await addCommand(parts, spec.source.command, request, prepared, known);
}

/** All files of a plugin: whoever writes one changes it many times before its version. */
function addCode(parts: InputParts, url: string): void {
  const folder = dirname(fileURLToPath(url));
  parts.set("gate code", hashAll(walkFiles(folder).files, folder));
}

async function addCommand(
  parts: InputParts,
  command: CommandConfig,
  { config, processEnv }: PlanRequest,
  { workspace }: Prepared,
  { programs, listed }: Known,
): Promise<void> {
  // The change as such is told to gate modules only: a command sees nothing but files.
  parts.delete("base");
  parts.delete("base URL");
  parts.set("command", shortHash(command.run));
  parts.set("parse", command.parse);
  parts.set("report", command.report ?? "stdout");
  if (command.envFile !== undefined)
    addFiles(parts, config.root, oneFile(config.root, command.envFile), () => true);
  // A program of the repository itself is read from the files; that they cannot be had, the gate will tell.
  if (namesFile(command.run, listed)) await workspace.ready();
  addPrograms(parts, command.run, { cwd: workspace.root, path: processEnv.PATH ?? "", listed, programs });
}
