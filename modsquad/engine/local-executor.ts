/** Runs gates on this machine: modules in worker threads, commands as children. */

import { gateEnvironment } from "./environment.ts";
import type { Executor } from "./executor.ts";
import type { ProcessHost } from "./processes.ts";

export function localExecutor(host: ProcessHost, processEnv: NodeJS.ProcessEnv): Executor {
  // process.env asks the system for every value, every time.
  const variables = { ...processEnv };
  return {
    attempt: async (attempt) => {
      const { spec } = attempt;
      const env = gateEnvironment(spec.config.env === "inherit" ? "inherit" : spec.env, variables);
      if (spec.source.kind === "command") {
        const { runCommandGate } = await import("./run-command.ts");
        return runCommandGate(attempt, spec.source.command, env, host);
      }
      const { runInWorker } = await import("./run-worker.ts");
      return runInWorker(attempt, spec.source.url, env, host);
    },
  };
}
