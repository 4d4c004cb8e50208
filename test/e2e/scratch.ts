/** A temporary git repository and the built command run in it, as a user would. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

export const BINARY = fileURLToPath(new URL("../../dist/meta-orch.js", import.meta.url));

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Scratch {
  dir: string;
  write(path: string, content: string): void;
  git(...args: string[]): string;
  commit(): void;
  /** Runs meta-orch to its end. */
  run(args: string[], env?: Record<string, string>): Promise<Ended>;
  /** Starts meta-orch; the test ends it. */
  start(args: string[], env?: Record<string, string>): { child: ChildProcess; ended: Promise<Ended> };
  /** Records of the latest journal. */
  journal(): Record<string, unknown>[];
  /** Reports by file name. */
  reports(): string[];
  read(path: string): string;
}

/** A repository with these files committed. */
export function scratch(files: Record<string, string> = {}): Scratch {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-e2e-"));
  made.push(dir);
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.invalid", ...args], {
      cwd: dir,
      encoding: "utf8",
    });
  const commit = () => {
    git("add", "-A");
    git("commit", "-qm", "state", "--allow-empty");
  };
  const start = (args: string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [BINARY, ...args], {
      cwd: dir,
      env: { PATH: process.env.PATH ?? "", HOME: dir, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise<Ended>((resolve) =>
      child.on("close", (code) => resolve({ code, stdout, stderr })),
    );
    return { child, ended };
  };
  const logs = join(dir, "modsquad", "logs");
  for (const [path, content] of Object.entries(files)) write(path, content);
  git("init", "-q", "-b", "main");
  commit();
  return {
    dir,
    write,
    git,
    commit,
    start,
    run: (args, env) => start(args, env).ended,
    read: (path) => readFileSync(join(dir, path), "utf8"),
    reports: () => readdirSync(join(dir, "reports")).filter((name) => !name.startsWith(".")),
    journal: () => {
      const newest = readdirSync(logs)
        .filter((name) => name.startsWith("execution_log_"))
        .sort()
        .at(-1);
      return readFileSync(join(logs, newest ?? ""), "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

/** A config whose gates are these commands, with the built-in gates out of the way. */
export function commandConfig(gates: Record<string, unknown>, more: Record<string, unknown> = {}): string {
  const off = "only commands are tested here";
  const notApplicable = Object.fromEntries(BUILT_IN.map((id) => [id, off]));
  return JSON.stringify({ notApplicable, gates, ...more });
}

const manifest = new URL("../../dist/gates/manifest.json", import.meta.url);
const BUILT_IN = (JSON.parse(readFileSync(manifest, "utf8")) as { id: string }[]).map(({ id }) => id);
