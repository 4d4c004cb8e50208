/**
 * What the hook's fast path needs to know: beside the index, which files and variables decided this green
 * verdict. Where that cannot be told, nothing is remembered and the next commit starts Node again.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { BASELINE_FILE } from "../../config/baseline.ts";
import { CONFIG_NAMES } from "../../config/root.ts";
import { WAIVERS_FILE } from "../../config/waivers.ts";
import type { RunState } from "../../contracts/run-state.ts";
import { INSTALLED, namedPrograms } from "../../engine/input-digest.ts";
import type { Prepared } from "../../engine/prepare.ts";
import type { RunRequest } from "../../engine/run.ts";
import { distFile } from "../../paths.ts";
import type { GateSpec } from "../../plan/gates.ts";
import type { Repository } from "../repository.ts";
import { quote } from "./script.ts";

/** More commits than anybody goes back and forth between. */
const KEEP = 200;

/** Variables that decide whatever the config says: environment, language, how git and Node behave. */
const ALWAYS = [
  "CI",
  "LANG",
  "LANGUAGE",
  "LC_ALL",
  "LC_COLLATE",
  "LC_CTYPE",
  "LC_MESSAGES",
  "LC_NUMERIC",
  "LC_TIME",
  "TZ",
  "SOURCE_DATE_EPOCH",
  "PATH",
  "HOME",
  "XDG_CONFIG_HOME",
  "NODE_OPTIONS",
  "NODE_PATH",
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_CONFIG_PARAMETERS",
  "GIT_CONFIG_COUNT",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_ATTR_NOSYSTEM",
];

/**
 * After a green run: tells the fast path what to look at. `folder` is what the hook gave us; "" = this system
 * has no fast path. Failing to write is no error, only slower.
 */
export function remember(
  folder: string,
  request: Pick<RunRequest, "config" | "processEnv">,
  prepared: Prepared,
  state: RunState,
): void {
  if (folder === "" || prepared.workspace.repository === null) return;
  const reason = whyNot(request, prepared, state);
  try {
    mkdirSync(path.join(folder, "green"), { recursive: true });
    replace(path.join(folder, "not-remembered"), reason ?? "");
    if (reason !== null) {
      rmSync(path.join(folder, "watch"), { force: true });
      return;
    }
    replace(path.join(folder, "watch"), watchText(request, prepared, prepared.workspace.repository));
    prune(path.join(folder, "green"));
  } catch {
    rmSync(path.join(folder, "watch"), { force: true });
  }
}

function replace(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

function prune(green: string): void {
  const names = readdirSync(green);
  if (names.length <= KEEP) return;
  const aged = names.map((name) => ({ name, at: statSync(path.join(green, name)).mtimeMs }));
  aged.sort((a, b) => b.at - a.at);
  for (const { name } of aged.slice(KEEP / 2)) rmSync(path.join(green, name), { force: true });
}

/** The gates that took part, in the order of the plan. */
function taking({ gates, specs }: Prepared): GateSpec[] {
  return gates.filter((gate) => gate.decision === "run").flatMap((gate) => specs.get(gate.id) ?? []);
}

/** Why this verdict may change though nothing we can look at does, or null. */
function whyNot({ config }: Pick<RunRequest, "config">, prepared: Prepared, state: RunState): string | null {
  if (config.file?.endsWith(".mjs")) return `${config.file} is a program: what it reads is not known`;
  if (prepared.workspace.warnings.some((text) => text.includes("(sparse)")))
    return "files that are not checked out were not judged";
  const again = state.tasks.find((task) => task.attempt > 1);
  if (again) return `${again.taskId} passed only when it was tried again`;
  for (const spec of taking(prepared)) {
    const reason = gateWhyNot(spec, prepared);
    if (reason !== null) return `${spec.id} ${reason}`;
  }
  return null;
}

function gateWhyNot(spec: GateSpec, { inputs, workspace }: Prepared): string | null {
  if (spec.config.env === "inherit") return "sees every environment variable (env: inherit)";
  if (spec.source.kind === "module") {
    if (spec.origin !== "built-in") return "is a plugin: what its code reads is not known";
    return Array.isArray(inputs.get(spec.id)) ? null : "looks at running services";
  }
  const { inputs: globs } = spec.source.command;
  if (!Array.isArray(globs)) return "does not say which files decide its result (inputs)";
  const listed = new Set(workspace.files.map((file) => file.path));
  const ignored = globs.find((glob) => !/[*?{[!]/.test(glob) && !listed.has(glob));
  return ignored === undefined ? null : `reads ${ignored}, which git does not track`;
}

function watchText(
  { config, processEnv }: Pick<RunRequest, "config" | "processEnv">,
  prepared: Prepared,
  repository: Repository,
): string {
  const gates = taking(prepared);
  const declared = gates.flatMap(({ env }) => (Array.isArray(env) ? env : []));
  const names = [...new Set([...ALWAYS, ...declared, ...(config.variables ?? [])])].filter(isName).sort();
  const files = watchedFiles(config.root, prepared, repository, processEnv, gates);
  const values = names.map((name) => `${quote(name)} "\${${name}+=}\${${name}-}"`).join(" \\\n  ");
  return `watched ${files.map(quote).join(" \\\n  ")}\ncommand -v node\nprintf '%s%s\\n' ${values}\n`;
}

const isName = (name: string) => /^[A-Za-z_]\w*$/.test(name);

function watchedFiles(
  root: string,
  prepared: Prepared,
  repository: Repository,
  processEnv: NodeJS.ProcessEnv,
  gates: readonly GateSpec[],
): string[] {
  const files = new Set<string>();
  const add = (...parts: string[]) => files.add(path.join(...parts));
  for (const name of [...CONFIG_NAMES, WAIVERS_FILE, BASELINE_FILE]) add(root, name);
  for (const name of INSTALLED) add(root, "node_modules", name);
  for (const name of ["cli.js", "meta-orch.js", "gates/manifest.json", "esm/gate-worker.js"])
    files.add(distFile(name));
  for (const gate of gates)
    if (gate.source.kind === "module") files.add(distFile("esm", "gates", `${gate.id}.js`));
  files.add(process.execPath);
  // What git makes of a file on its way out of the index.
  const common = path.dirname(repository.objectsDir);
  for (const name of ["config", "info/attributes", "info/sparse-checkout"]) add(common, name);
  for (const name of ["config.worktree", "info/sparse-checkout"]) add(repository.gitDir, name);
  const home = processEnv.HOME ?? homedir();
  for (const name of ["config", "attributes"])
    add(processEnv.XDG_CONFIG_HOME ?? path.join(home, ".config"), "git", name);
  add(home, ".gitconfig");
  add("/etc/gitconfig");
  // A program that appears earlier on PATH changes the folder it appears in.
  for (const folder of (processEnv.PATH ?? "").split(path.delimiter))
    if (folder) files.add(path.resolve(folder));
  for (const { source } of gates) {
    if (source.kind !== "command") continue;
    if (source.command.envFile !== undefined) add(root, source.command.envFile);
    const place = { cwd: prepared.workspace.root, path: processEnv.PATH ?? "" };
    for (const file of namedPrograms(source.command.run, place)) files.add(file);
  }
  return [...files].sort();
}
