/** A gate context for the gate's own commands, which run outside the engine in the user's terminal. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { ExecOptions, ExecResult, GateContext, TrackedFile } from "../../modsquad/contracts/gate.ts";
import { CHECK_IDS } from "./options.ts";

/** Runs a process and collects what it prints; never rejects. */
export function execute(file: string, args: string[], options: ExecOptions = {}): Promise<ExecResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.timeoutMs,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    const done = (code: number | null, signal: string | null, error?: string) =>
      resolve({
        code,
        signal,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
        truncated: false,
        ...(error ? { error } : {}),
      });
    child.on("error", (error: NodeJS.ErrnoException) => done(null, null, error.code ?? "error"));
    child.on("close", (code, signal) => done(code, signal));
  });
}

function walk(root: string, dir: string, found: string[]): string[] {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === "node_modules" || entry.name === ".git") continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) walk(root, path, found);
    else if (entry.isFile()) found.push(relative(root, path).split("\\").join("/"));
  }
  return found;
}

/** Tracked and untracked files that git does not ignore; every file where there is no git. */
export async function listFiles(root: string): Promise<TrackedFile[]> {
  const listed = await execute("git", ["ls-files", "-z", "-co", "--exclude-standard"], { cwd: root });
  const paths =
    listed.code === 0 ? listed.stdout.split("\0").filter((path) => path !== "") : walk(root, root, []);
  const files: TrackedFile[] = [];
  for (const path of [...new Set(paths)].sort()) {
    try {
      const stat = statSync(join(root, path));
      if (stat.isFile()) files.push({ path, oid: "", mode: "100644", size: stat.size });
    } catch {
      // Listed but deleted in the work tree: nothing to read.
    }
  }
  return files;
}

/** A context over a work tree, in full mode. */
export async function localContext(root: string, options: GateContext["options"] = {}): Promise<GateContext> {
  return {
    runId: "command",
    mode: "full",
    env: "workstation",
    root,
    dependenciesRoot: root,
    files: await listFiles(root),
    changed: null,
    base: null,
    options,
    checks: [...CHECK_IDS],
    upstream: {},
    history: [],
    secrets: {},
    artifactsDir: mkdtempSync(join(tmpdir(), "design-dna-")),
    signal: new AbortController().signal,
    exec: execute,
    progress: () => {},
  };
}
