/** Runs a command gate as a child of the runner and turns its output into a gate result. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { CommandConfig } from "../contracts/config.ts";
import type { ExecResult, GateResult } from "../contracts/gate.ts";
import { plainWords } from "./command-line.ts";
import { readEnvFile } from "./environment.ts";
import type { Attempt, AttemptOutcome } from "./executor.ts";
import { parseExitCode } from "./parse/exit-code.ts";
import type { CommandOutput } from "./parse/types.ts";
import type { ProcessHost } from "./processes.ts";

interface Report {
  text: string | null;
  mtimeMs: number | null;
}

function readReport(root: string, path: string | undefined): Report {
  if (!path) return { text: null, mtimeMs: null };
  try {
    const file = resolve(root, path);
    return { text: readFileSync(file, "utf8"), mtimeMs: statSync(file).mtimeMs };
  } catch {
    return { text: null, mtimeMs: null };
  }
}

function start(
  attempt: Attempt,
  command: CommandConfig,
  env: Record<string, string>,
  host: ProcessHost,
  signal: AbortSignal,
) {
  const words = plainWords(command.run);
  const options = { cwd: attempt.context.root, env, signal, timeoutMs: attempt.timeoutMs };
  return words
    ? host.run(words[0] ?? "", words.slice(1), options)
    : host.run(command.run, [], { ...options, shell: true });
}

function couldNotStart(command: CommandConfig, result: ExecResult, root: string): AttemptOutcome {
  // The system says the same of a program and of a working folder that is not there.
  const missing = result.error === "ENOENT" && existsSync(root);
  const program = command.run.trim().split(/\s+/)[0];
  return {
    kind: "broke",
    class: missing ? "missing-tool" : "could-not-start",
    message: missing
      ? `the program "${program}" was not found; install it or correct "run: ${command.run}" in the config`
      : `"${command.run}" could not be started: ${result.error}`,
  };
}

/** The parsers of report formats are loaded by the gates that have a report. */
async function parseOutput(output: CommandOutput): Promise<GateResult> {
  if (output.format === "exit-code") return parseExitCode(output);
  return (await import("./parse/index.ts")).parseCommandOutput(output);
}

/** The environment with the gate's env file below it, or null when that cannot be read. */
function withFile(
  { context }: Attempt,
  { envFile }: CommandConfig,
  env: Record<string, string>,
): Record<string, string> | null {
  if (envFile === undefined) return env;
  // Beside the config, not in what is judged: such files are often kept out of git.
  const values = readEnvFile(resolve(context.dependenciesRoot, envFile));
  return values && { ...values, ...env };
}

function missingEnvFile({ envFile }: CommandConfig): AttemptOutcome {
  const message = `the env file "${envFile}" cannot be read; make it or correct envFile in the config`;
  return { kind: "broke", class: "missing-env-file", message };
}

/** One attempt at a command gate. */
export async function runCommandGate(
  attempt: Attempt,
  command: CommandConfig,
  env: Record<string, string>,
  host: ProcessHost,
): Promise<AttemptOutcome> {
  const complete = withFile(attempt, command, env);
  if (complete === null) return missingEnvFile(command);
  const startedMs = Date.now();
  const result = await start(attempt, command, complete, host, attempt.signal);
  if (attempt.signal.aborted) return { kind: "cancelled" };
  if (result.timedOut) return { kind: "timed_out" };
  if (result.error) return couldNotStart(command, result, attempt.context.root);
  const report = readReport(attempt.context.root, command.report);
  return {
    kind: "returned",
    result: await parseOutput({
      format: command.parse,
      command: command.run,
      gateId: attempt.spec.id,
      root: attempt.context.root,
      stdout: result.stdout,
      stderr: result.stderr,
      code: result.code,
      signal: result.signal,
      truncated: result.truncated,
      reportPath: command.report,
      reportText: report.text,
      reportMtimeMs: report.mtimeMs,
      startedMs,
    }),
  };
}
