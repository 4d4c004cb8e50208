/** Runs a gate over a folder with a real context and no engine: what every gate's own tests start from. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type {
  ChangedFile,
  ExecOptions,
  ExecResult,
  Gate,
  GateContext,
  GateResult,
  Options,
  RepoView,
  TrackedFile,
} from "../../modsquad/contracts/gate.ts";
import type { Mode } from "../../modsquad/contracts/words.ts";
import { openRepository, trackedFiles, walkFiles } from "../../modsquad/git/index.ts";

export interface RunGateOptions {
  mode?: Mode;
  env?: string;
  baseUrl?: string;
  /** The gate's own options, as the config file would give them. */
  options?: Options;
  /** Default: every check the gate has in this mode. */
  checks?: string[];
  changed?: ChangedFile[] | null;
  base?: GateContext["base"];
  secrets?: Record<string, string>;
  upstream?: GateContext["upstream"];
  history?: GateContext["history"];
  dependenciesRoot?: string;
  signal?: AbortSignal;
  /** Default: a temporary folder, removed when the gate is done. Pass one to look at the artifacts. */
  artifactsDir?: string;
  /** Default: the git listing of the folder's work tree if it is a repository's top, or else every file. */
  files?: TrackedFile[];
}

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const MAX_READ_TEXT_BYTES = 2 * 1024 * 1024;

/** `exec` as the contract describes it: never rejects, kills on timeout and on abort, caps the output. */
export function makeExec(cwd: string, signal: AbortSignal): GateContext["exec"] {
  return (file: string, args: string[], options: ExecOptions = {}) =>
    new Promise<ExecResult>((resolve) => {
      const limit = options.maxOutputBytes ?? MAX_OUTPUT_BYTES;
      const result: ExecResult = { code: null, signal: null, stdout: "", stderr: "", truncated: false };
      const chunks: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
      const sizes = { stdout: 0, stderr: 0 };
      const child = spawn(file, args, {
        cwd: options.cwd ?? cwd,
        env: { ...process.env, ...options.env },
        signal,
        stdio: "pipe",
      });
      for (const name of ["stdout", "stderr"] as const) {
        child[name].on("data", (chunk: Buffer) => {
          const room = limit - sizes[name];
          if (chunk.length > room) result.truncated = true;
          if (room > 0) chunks[name].push(chunk.subarray(0, room));
          sizes[name] += chunk.length;
        });
      }
      let timer: NodeJS.Timeout | undefined;
      if (options.timeoutMs !== undefined) {
        timer = setTimeout(() => {
          result.timedOut = true;
          child.kill("SIGKILL");
        }, options.timeoutMs);
      }
      const finish = (): void => {
        clearTimeout(timer);
        result.stdout = Buffer.concat(chunks.stdout).toString("utf8");
        result.stderr = Buffer.concat(chunks.stderr).toString("utf8");
        resolve(result);
      };
      child.on("error", (error: NodeJS.ErrnoException) => {
        result.error = error.code ?? error.message;
        finish();
      });
      child.on("close", (code, name) => {
        result.code = code;
        result.signal = name;
        finish();
      });
      child.stdin.on("error", () => {});
      child.stdin.end(options.input ?? "");
    });
}

/** The files a run over this folder would judge. A fixture inside our own repository is listed as it lies. */
export async function listFiles(dir: string): Promise<TrackedFile[]> {
  if (!existsSync(path.join(dir, ".git"))) return walkFiles(dir).files;
  const opened = await openRepository(dir);
  if (!opened.ok || !opened.value) throw new Error(`not a readable repository: ${dir}`);
  const listing = await trackedFiles(opened.value, "worktree");
  if (!listing.ok) throw new Error(listing.problems.map((problem) => problem.what).join("; "));
  return listing.value.files;
}

/** A RepoView of a folder, for testing `detect`. */
export async function repoView(dir: string, options: RunGateOptions = {}): Promise<RepoView> {
  return {
    root: dir,
    files: options.files ?? (await listFiles(dir)),
    mode: options.mode ?? "full",
    env: options.env ?? "workstation",
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
    options: options.options ?? {},
    async readText(file) {
      const full = path.join(dir, file);
      const stat = statSync(full, { throwIfNoEntry: false });
      if (!stat?.isFile() || stat.size > MAX_READ_TEXT_BYTES) return null;
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(full));
      } catch {
        return null;
      }
    },
  };
}

/** Builds the context, runs the gate, and checks that its result survives the way to the runner as JSON. */
export async function runGate(gate: Gate, dir: string, options: RunGateOptions = {}): Promise<GateResult> {
  const mode = options.mode ?? "full";
  const signal = options.signal ?? new AbortController().signal;
  const artifactsDir = options.artifactsDir ?? mkdtempSync(path.join(os.tmpdir(), "meta-orch-artifacts-"));
  const inMode = Object.entries(gate.checks).filter(([, modes]) => modes.includes(mode));
  const context: GateContext = {
    runId: "test-run",
    mode,
    env: options.env ?? "workstation",
    root: dir,
    dependenciesRoot: options.dependenciesRoot ?? dir,
    files: options.files ?? (await listFiles(dir)),
    changed: options.changed ?? null,
    base: options.base ?? null,
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
    options: options.options ?? {},
    checks: options.checks ?? inMode.map(([id]) => id),
    upstream: options.upstream ?? {},
    history: options.history ?? [],
    secrets: options.secrets ?? {},
    artifactsDir,
    signal,
    exec: makeExec(dir, signal),
    progress: () => {},
  };
  try {
    const result = await gate.run(context);
    return JSON.parse(JSON.stringify(result)) as GateResult;
  } finally {
    if (options.artifactsDir === undefined) rmSync(artifactsDir, { recursive: true, force: true });
  }
}
