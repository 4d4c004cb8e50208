/** Looks for programs. Only their version is asked; nothing else is run. */
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { Tool } from "./doctor-tools.ts";

const PROBE_TIMEOUT_MS = 10_000;
const MAX_OUTPUT = 64 * 1024;

export interface Found {
  path: string;
  /** As the program prints it: "156.0.8078.73"; null when it prints none. */
  version: string | null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Absolute path of a program on PATH, or null. A name with a slash is looked up from `cwd`. */
export function onPath(name: string, env: NodeJS.ProcessEnv, cwd: string): string | null {
  if (name.includes("/")) return isProgram(resolve(cwd, name)) ? resolve(cwd, name) : null;
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const path = join(isAbsolute(folder) ? folder : resolve(cwd, folder), name);
    if (folder !== "" && isProgram(path)) return path;
  }
  return null;
}

/** Exit code (null: not started, killed, or too slow) and what it printed. */
export function ask(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  return new Promise((done) => {
    let output = "";
    const child = spawn(path, args, {
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PROBE_TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    const keep = (chunk: Buffer) => {
      if (output.length < MAX_OUTPUT) output += chunk.toString("utf8");
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", () => done({ code: null, output }));
    child.on("close", (code) => done({ code, output }));
  });
}

/** The first version number in what a program printed. */
export function versionIn(output: string): string | null {
  return /\d+(?:\.\d+)+[\w.+-]*/.exec(output)?.[0] ?? null;
}

/** Where a tool is, or why it is not: `broken` is one that is there but does not answer. */
export async function findTool(
  tool: Tool,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<{ found: Found | null; broken: string | null }> {
  const places = typeof tool.places === "function" ? tool.places(env) : tool.places;
  const named = tool.variable === undefined ? undefined : env[tool.variable];
  const candidates = named
    ? [isProgram(resolve(cwd, named)) ? resolve(cwd, named) : null]
    : [...tool.names.map((name) => onPath(name, env, cwd)), ...places.filter(isProgram)];
  let broken = named && candidates[0] === null ? `${tool.variable} names no program: ${named}` : null;
  for (const path of candidates) {
    if (path === null) continue;
    const { code, output } = await ask(path, tool.versionArgs, env);
    if (code === 0) return { found: { path, version: versionIn(output) }, broken: null };
    broken ??= `${path} ${tool.versionArgs.join(" ")} ${code === null ? "gives no answer" : `ends with code ${code}`}`;
  }
  return { found: null, broken };
}
