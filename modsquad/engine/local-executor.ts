/** Runs gates on this machine: modules in worker threads, commands as children. */

import type { CommandConfig } from "../contracts/config.ts";
import { gateEnvironment } from "./environment.ts";
import type { Begun, Executor } from "./executor.ts";
import type { ProcessHost } from "./processes.ts";

export function localExecutor(host: ProcessHost, processEnv: NodeJS.ProcessEnv): Executor {
  // process.env asks the system for every value, every time.
  const variables = { ...processEnv };
  return {
    begin: async (spec) => {
      const env = gateEnvironment(spec.config.env === "inherit" ? "inherit" : spec.env, variables);
      const { source } = spec;
      return source.kind === "command"
        ? beginCommand(source.command, env, host)
        : beginModule(source.url, env, host);
    },
  };
}

async function beginCommand(
  command: CommandConfig,
  env: Record<string, string>,
  host: ProcessHost,
): Promise<Begun> {
  const { runCommandGate } = await import("./run-command.ts");
  return { attempt: (attempt) => runCommandGate(attempt, command, env, host), release: () => {} };
}

/** Every attempt has a thread of its own; that of the first one is started now. */
async function beginModule(url: string, env: Record<string, string>, host: ProcessHost): Promise<Begun> {
  const { runInThread, startThread } = await import("./run-worker.ts");
  const start = () => startThread([url], env);
  let waiting: ReturnType<typeof start> | null = start();
  return {
    attempt: (attempt) => {
      const thread = waiting ?? start();
      waiting = null;
      return runInThread(attempt, url, thread, env, host);
    },
    release: () => {
      void waiting?.terminate();
      waiting = null;
    },
  };
}
