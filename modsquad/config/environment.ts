/** Which environment a run is for. It is also the stage: workstation, ci, staging, production. */

import type { Problem } from "../contracts/config.ts";
import { didYouMean } from "../suggest.ts";
import type { ModsquadConfig, WaiverEntry } from "./config.generated.ts";

export const STAGES: readonly string[] = ["workstation", "ci", "staging", "production"];

/** The flag, else "ci" when CI is set and neither "false", "0" nor empty, else "workstation". */
export function resolveEnv(flag: string | undefined, processEnv: NodeJS.ProcessEnv): string {
  if (flag !== undefined) return flag;
  const ci = (processEnv.CI ?? "").toLowerCase();
  return ci === "" || ci === "false" || ci === "0" ? "workstation" : "ci";
}

function collectEnvironments(value: unknown, into: Set<string>): void {
  if (value === null || typeof value !== "object") return;
  for (const [key, item] of Object.entries(value)) {
    if (key === "environments" && Array.isArray(item)) {
      for (const name of item) if (typeof name === "string") into.add(name);
    } else collectEnvironments(item, into);
  }
}

/** The stages, and every other environment that config or waivers mention. */
export function knownEnvironments(config: ModsquadConfig, waivers: readonly WaiverEntry[]): string[] {
  const names = new Set(STAGES);
  if (config.baseUrl && typeof config.baseUrl === "object")
    for (const name of Object.keys(config.baseUrl)) names.add(name);
  collectEnvironments(config.gates, names);
  for (const waiver of waivers) if (waiver.env) names.add(waiver.env);
  return [...names];
}

/** A Problem when nothing knows the environment: a typo would silently select other settings. */
export function checkEnvironment(env: string, known: readonly string[]): Problem[] {
  if (known.includes(env)) return [];
  const next = `${didYouMean(env, known)}Known environments: ${known.join(", ")}. A new one becomes known when the config mentions it, for example under baseUrl.`;
  return [{ what: `Unknown environment "${env}"`, where: "--env", next }];
}
