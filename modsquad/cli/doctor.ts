/** `meta-orch doctor`: what is installed, what is missing, which gate needs it, and the command that installs it. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { release } from "node:os";
import { loadConfig } from "../config/load.ts";
import { BUILTIN_GATES } from "../config/schema-facts.generated.ts";
import type { Problem, ResolvedConfig } from "../contracts/config.ts";
import { EXIT } from "../contracts/words.ts";
import { VERSION } from "../version.ts";
import { programOf } from "./doctor-commands.ts";
import { findTool, onPath } from "./doctor-probe.ts";
import { renderDoctor } from "./doctor-text.ts";
import { TOOLS, type Tool } from "./doctor-tools.ts";
import type { Io } from "./io.ts";
import type { DoctorArguments } from "./usage/doctor.ts";

/** What decides how a tool is installed, and who runs the command. */
export interface System {
  debian: boolean;
  root: boolean;
  /** Runs a shell command with its output on `output`; the exit code, null when it was not started. */
  install(command: string, io: Io): Promise<number | null>;
}

export interface ToolReport {
  id: string;
  title: string;
  state: "found" | "missing";
  path: string | null;
  version: string | null;
  /** Gates of this project that use it; empty = nothing here does. */
  neededBy: string[];
  required: boolean;
  /** Why it does not count although something is there. */
  note: string | null;
  /** The exact command, or null when there is none for this system. */
  install: string | null;
  /** True when --fix runs that command. */
  fixable: boolean;
  manual: string;
}

export interface DoctorReport {
  schema: "meta-orch/doctor@1";
  version: string;
  node: { version: string; ok: boolean; needs: string };
  system: string;
  configFile: string | null;
  problems: Problem[];
  tools: ToolReport[];
  ok: boolean;
}

const NODE_NEEDS = ">=20.19";

/** Debian's way as root; else one that works anywhere; else Debian's with sudo for the person to run; else none. */
export function installCommand(
  tool: Tool,
  system: Pick<System, "debian" | "root">,
): { command: string | null; fixable: boolean } {
  const packages = system.debian ? tool.debian.join(" ") : "";
  if (packages && system.root)
    return { command: `apt-get update && apt-get install -y ${packages}`, fixable: true };
  if (tool.anywhere) return { command: tool.anywhere, fixable: true };
  const sudo = packages ? `sudo apt-get update && sudo apt-get install -y ${packages}` : null;
  return { command: sudo, fixable: false };
}

/** True for Node 20.19 and later. */
export function nodeIsRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.replace("v", "").split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}

async function reportTool(
  tool: Tool,
  gatesHere: readonly string[],
  io: Io,
  system: System,
): Promise<ToolReport> {
  const { found, broken } = await findTool(tool, io.env, io.cwd);
  const { command, fixable } = installCommand(tool, system);
  return {
    id: tool.id,
    title: tool.title,
    state: found ? "found" : "missing",
    path: found?.path ?? null,
    version: found?.version ?? null,
    neededBy: tool.gates.filter((gate) => gate === "meta-orch" || gatesHere.includes(gate)),
    required: tool.required,
    note: broken,
    install: found ? null : command,
    fixable: !found && fixable,
    manual: tool.manual,
  };
}

/** The programs command gates start, one report each. */
function reportCommands(config: ResolvedConfig | null, io: Io): ToolReport[] {
  const users = new Map<string, string[]>();
  for (const [id, gate] of Object.entries(config?.gates ?? {})) {
    const program = gate.command && programOf(gate.command.run);
    if (program) users.set(program, [...(users.get(program) ?? []), id]);
  }
  return [...users].map(([program, gates]) => {
    const path = onPath(program, io.env, config!.root);
    return {
      id: `command:${program}`,
      title: program,
      state: path ? "found" : "missing",
      path,
      version: null,
      neededBy: gates,
      required: true,
      note: null,
      install: null,
      fixable: false,
      manual: `Install ${program}, or correct run: under ${gates.map((gate) => `gates.${gate}`).join(", ")}`,
    };
  });
}

/** Looks at everything once. */
export async function examine(args: DoctorArguments, io: Io, system: System): Promise<DoctorReport> {
  const loaded = await loadConfig({
    repo: args.repo,
    configFile: args.config,
    env: args.env,
    mode: "full",
    lenient: true,
    cwd: io.cwd,
    processEnv: io.env,
  });
  const config = loaded.ok ? loaded.value : null;
  const excused = Object.keys(config?.notApplicable ?? {});
  const gatesHere = BUILTIN_GATES.filter((id) => !excused.includes(id));
  const tools = await Promise.all(TOOLS.map((tool) => reportTool(tool, gatesHere, io, system)));
  tools.push(...reportCommands(config, io));
  const node = { version: process.version, ok: nodeIsRecent(process.version), needs: NODE_NEEDS };
  const lacking = tools.some((tool) => tool.state === "missing" && tool.required && tool.neededBy.length > 0);
  return {
    schema: "meta-orch/doctor@1",
    version: VERSION,
    node,
    system: `${process.platform} ${release()} ${process.arch}`,
    configFile: config?.file ?? null,
    problems: loaded.ok ? [] : loaded.problems,
    tools,
    ok: node.ok && loaded.ok && !lacking,
  };
}

/** The commands --fix runs: those printed for what is missing and used here, each once. */
export function fixCommands(report: DoctorReport): string[] {
  const wanted = report.tools.filter(
    (tool) => tool.fixable && tool.install !== null && tool.neededBy.length > 0,
  );
  return [...new Set(wanted.map((tool) => tool.install!))];
}

function installHere(command: string, io: Io): Promise<number | null> {
  return new Promise((done) => {
    const env = { ...io.env, DEBIAN_FRONTEND: "noninteractive" };
    // Standard output may be reserved for --json: what the installer says goes to stderr.
    const child = spawn("/bin/sh", ["-c", command], { env, cwd: io.cwd, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (chunk) => io.stderr.write(chunk));
    child.stderr.on("data", (chunk) => io.stderr.write(chunk));
    child.on("error", () => done(null));
    child.on("close", (code) => done(code));
  });
}

function thisSystem(io: Io): System {
  return {
    debian: existsSync("/etc/debian_version") && onPath("apt-get", io.env, io.cwd) !== null,
    root: process.getuid?.() === 0,
    install: installHere,
  };
}

/** Exit 0 when nothing required is missing and the config is sound, else 1. */
export async function doctorCommand(
  args: DoctorArguments,
  io: Io,
  system: System = thisSystem(io),
): Promise<number> {
  let report = await examine(args, io, system);
  const print = () =>
    io.stdout.write(args.json ? `${JSON.stringify(report)}\n` : renderDoctor(report, args.fix));
  if (!args.fix) {
    print();
    return report.ok ? EXIT.safe : EXIT.blocked;
  }
  const commands = fixCommands(report);
  if (!args.json) print();
  for (const command of commands) {
    io.stderr.write(`running: ${command}\n`);
    const code = await system.install(command, io);
    if (code !== 0)
      io.stderr.write(`that command ${code === null ? "did not start" : `ended with code ${code}`}\n`);
  }
  if (commands.length > 0 || args.json) {
    if (commands.length > 0) report = await examine(args, io, system);
    print();
  }
  return report.ok ? EXIT.safe : EXIT.blocked;
}
