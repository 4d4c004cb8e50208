/** Whether the machine had so much to do that what took too long says nothing about the page. */
import { availableParallelism, loadavg } from "node:os";
import type { PageOutcome } from "./page-check.ts";

/** Programs per core that want to run; beyond this each gets less than half of what it needs. */
const MAX_LOAD_PER_CORE = 2;

/** One-minute load divided by the number of cores; 0 where the system does not tell. */
export const loadPerCore = () => (loadavg()[0] ?? 0) / availableParallelism();

/** Why times are not to be trusted, or null. */
export function noiseOf(load: number): string | null {
  return load > MAX_LOAD_PER_CORE ? `${load.toFixed(1)} programs per core were waiting to run` : null;
}

/** In place of an outcome that blames a lack of time: neither passed nor failed when the machine was too busy. */
export function inconclusiveWhenBusy(outcome: PageOutcome, load: number): PageOutcome {
  const noise = noiseOf(load);
  if (noise === null || outcome.status !== "errored") return outcome;
  const message = `Inconclusive, the machine was too noisy: ${noise}. ${outcome.message}. Run it again on a quiet machine`;
  return { ...outcome, status: "skipped", failureClass: "inconclusive", message };
}
