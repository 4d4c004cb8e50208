/** Runs gates on this machine: modules in worker threads, commands as children. */

import { gateEnvironment } from "./environment.ts";
import type { Executor } from "./executor.ts";
import type { ProcessHost } from "./processes.ts";
import { runCommandGate } from "./run-command.ts";
import { runInWorker } from "./run-worker.ts";

export function localExecutor(host: ProcessHost, processEnv: NodeJS.ProcessEnv): Executor {
  return {
    attempt: (attempt) => {
      const { spec } = attempt;
      const env = gateEnvironment(spec.config.env === "inherit" ? "inherit" : spec.env, processEnv);
      return spec.source.kind === "command"
        ? runCommandGate(attempt, spec.source.command, env, host)
        : runInWorker(attempt, spec.source.url, env, host);
    },
  };
}
