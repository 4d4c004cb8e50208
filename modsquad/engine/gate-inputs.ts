/** The named parts that decide one gate's result in this run: its files, options, versions and surroundings. */
import type { TrackedFile } from "../contracts/gate.ts";
import type { Json } from "../contracts/words.ts";
import type { GateSpec } from "../plan/gates.ts";
import { VERSION } from "../version.ts";
import { plainWords } from "./command-line.ts";
import { declaredValues } from "./environment.ts";
import { addFiles, addProgram, addValue, type InputParts, shortHash } from "./input-digest.ts";
import type { PlanRequest, Prepared } from "./prepare.ts";

export interface GateInputs {
  /** True when files decide the result: only then may it be cached. */
  fileBased: boolean;
  parts: InputParts;
}

type Matcher = (path: string) => boolean;

/** Hands out the inputs of gates; what several gates share is computed once. */
export function createGateInputs(request: PlanRequest, prepared: Prepared) {
  const { files, root } = prepared.workspace;
  let whole: string | undefined;
  const programs: InputParts = new Map();
  /** One value for everything that is judged: of a live gate every file may matter. */
  const workspaceHash = () => {
    whole ??= hashAll(files, root);
    return whole;
  };

  return async (spec: GateSpec): Promise<GateInputs> => {
    const globs = spec.source.kind === "command" ? spec.source.command.inputs : prepared.inputs.get(spec.id);
    const parts: InputParts = new Map();
    const fileBased = Array.isArray(globs);
    if (fileBased) addFiles(parts, root, files, await matcherOf(globs));
    else parts.set("workspace", workspaceHash());
    addSurroundings(parts, spec, request, prepared);
    if (spec.source.kind === "command") addProgramOf(spec.source.command.run, parts, programs, request);
    return { fileBased, parts };
  };
}

async function matcherOf(globs: readonly string[]): Promise<Matcher> {
  if (globs.includes("**")) return () => true;
  const { default: picomatch } = await import("picomatch");
  return picomatch([...globs], { dot: true });
}

function hashAll(files: readonly TrackedFile[], root: string): string {
  const parts: InputParts = new Map();
  addFiles(parts, root, files, () => true);
  return shortHash([...parts].map(([name, value]) => `${name}\0${value}`).join("\n"));
}

function addSurroundings(parts: InputParts, spec: GateSpec, request: PlanRequest, prepared: Prepared): void {
  const { config, mode, processEnv } = request;
  const planned = prepared.gates.find((gate) => gate.id === spec.id);
  parts.set("meta-orch version", VERSION);
  parts.set("node version", process.versions.node);
  parts.set("gate version", spec.version);
  parts.set("mode", mode);
  parts.set("env", config.env);
  parts.set("policy", config.risk.policyDigest);
  addValue(parts, "checks", planned?.checksInScope as Json);
  addValue(parts, "option", spec.config.options);
  for (const [name, value] of Object.entries(declaredValues(spec.env, processEnv))) {
    parts.set(`variable ${name}`, shortHash(value));
  }
  if (spec.source.kind === "command") addCommand(parts, spec, config.root);
  else {
    // What the change touches follows from the base and the files, so the two say it all.
    parts.set("base", prepared.workspace.baseCommit ?? "none");
    if (config.baseUrl !== undefined) parts.set("base URL", shortHash(config.baseUrl));
  }
}

function addCommand(parts: InputParts, spec: GateSpec, cwd: string): void {
  if (spec.source.kind !== "command") return;
  const { command } = spec.source;
  parts.set("command", command.run);
  addValue(parts, "option", {
    parse: command.parse,
    report: command.report ?? null,
    envFile: command.envFile ?? null,
  });
  if (command.envFile !== undefined) {
    addFiles(parts, cwd, [{ path: command.envFile, oid: "", mode: "", size: 0 }], () => true);
  }
}

/** Of a line that only a shell can read the first word is still its main program, as far as one can tell. */
function addProgramOf(
  run: string,
  parts: InputParts,
  known: InputParts,
  { config, processEnv }: PlanRequest,
): void {
  const program = plainWords(run)?.[0] ?? run.trim().split(/\s+/)[0];
  if (!program) return;
  const name = `tool ${program}`;
  if (!known.has(name)) addProgram(known, program, config.root, processEnv.PATH ?? "");
  parts.set(name, known.get(name) ?? "");
}
