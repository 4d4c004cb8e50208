/** Runs git as a child process: no shell, no locks, no prompts, output as bytes. */
import type { Problem } from "../contracts/config.ts";
import { spawn } from "../spawn.ts";

export interface GitOutput {
  /** Exit code; null when git could not be started or a signal ended it. */
  code: number | null;
  stdout: Buffer;
  stderr: string;
  /** Set when git could not be started, such as "ENOENT". */
  error?: string;
}

interface GitOptions {
  cwd: string;
  /** Laid over this process's environment; undefined removes a variable. */
  env?: Record<string, string | undefined>;
  input?: string | Buffer;
}

/** Nothing a repository's own configuration says may start a program or take a lock while we look at it. */
const FIXED_ARGS = [
  "--no-optional-locks",
  "-c",
  "core.quotepath=off",
  "-c",
  "core.fsmonitor=false",
  // A copied index must not make git write a shared one beside the real index.
  "-c",
  "core.splitIndex=false",
];

/** The C locale keeps git's messages recognisable; the rest keeps it from waiting for a person or a network. */
const FIXED_ENV = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_PAGER: "cat",
  GIT_LFS_SKIP_SMUDGE: "1",
  GIT_LITERAL_PATHSPECS: "1",
  LC_ALL: "C",
};

/** Runs `git ...args`. Never rejects: a failure is in code, error and stderr. */
export function git(args: string[], options: GitOptions): Promise<GitOutput> {
  return new Promise((resolve) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const done = (code: number | null, error?: string): void =>
      resolve({ code, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString("utf8"), error });
    const child = spawn("git", [...FIXED_ARGS, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env, ...FIXED_ENV },
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", (error: NodeJS.ErrnoException) => done(null, error.code ?? error.message));
    child.on("close", (code) => done(code));
    // git may end before it has read its input; its exit code says why, a broken pipe would only hide it.
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input);
  });
}

/** What git said, without its "fatal: " and hints, for people. */
function gitMessage(output: GitOutput): string {
  if (output.error === "ENOENT") return "git could not be started: it is not installed or not on PATH";
  if (output.error) return `git could not be started: ${output.error}`;
  const lines = output.stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("hint:"));
  const text = lines.map((line) => line.replace(/^(fatal|error): /, "")).join("; ");
  return text || `git ended with code ${output.code ?? "none (a signal)"}`;
}

/** A failed git command as a Problem. */
export function gitProblem(doing: string, output: GitOutput, next: string, where?: string): Problem {
  const problem: Problem = { what: `${doing}: ${gitMessage(output)}`, next };
  if (where !== undefined) problem.where = where;
  return problem;
}
