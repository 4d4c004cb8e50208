/** From what the config file says to what plan and engine read: units, defaults, no surprises. Pure. */
import type { CommandConfig, GateConfig, ResolvedConfig } from "../contracts/config.ts";
import type { Need, Options, RetryPolicy } from "../contracts/gate.ts";
import type { Json, JsonObject } from "../contracts/words.ts";
import type { CommandGate, ModsquadConfig, PluginGate } from "./config.generated.ts";
import { parseDuration, parsePercent } from "./units.ts";

const DEFAULT_RUN_TIMEOUT_MS = 600_000;
const DEFAULT_KEEP_RUNS = 50;

/** Every key any gate may have; what is not listed here belongs to the gate. */
type GateSection = Partial<CommandGate> & PluginGate;

const COMMAND_KEYS = ["run", "parse", "report", "inputs", "envFile", "modes", "area", "title"] as const;
const COMMON_KEYS = [
  "timeout",
  "retry",
  "needs",
  "locks",
  "env",
  "priority",
  "failOn",
  "defectClasses",
] as const;

/** Milliseconds of a duration the schema has already accepted. */
function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === null)
    throw new Error(`Internal error: the schema let the duration ${JSON.stringify(text)} pass`);
  return ms;
}

function commandOf(id: string, section: GateSection): CommandConfig | undefined {
  if (section.run === undefined) return undefined;
  return {
    run: section.run,
    parse: section.parse ?? "exit-code",
    ...(section.report === undefined ? {} : { report: section.report }),
    inputs: Array.isArray(section.inputs) ? section.inputs : "live",
    ...(section.envFile === undefined ? {} : { envFile: section.envFile }),
    modes: section.modes ?? ["quick", "full"],
    area: section.area ?? "quality",
    title: section.title ?? id,
  };
}

function retryOf(retry: NonNullable<GateSection["retry"]>): Partial<RetryPolicy> {
  return {
    ...(retry.attempts === undefined ? {} : { attempts: retry.attempts }),
    ...(retry.backoff === undefined ? {} : { backoffMs: milliseconds(retry.backoff) }),
    ...(retry.on === undefined ? {} : { on: retry.on }),
  };
}

/** The gate's own options, and the checks that config says do not apply. */
function optionsOf(
  section: GateSection,
  isCommand: boolean,
): { options: Options; scopeCuts: Record<string, string> } {
  const taken: readonly string[] = isCommand ? [...COMMON_KEYS, ...COMMAND_KEYS] : COMMON_KEYS;
  const own = Object.entries(section).filter(([key]) => !taken.includes(key));
  const scopeCuts: [string, string][] = [];
  const options = own.map(([key, value]): [string, Json] => {
    if (key !== "checks") return [key, value as Json];
    const checks = Object.entries(value as Record<string, JsonObject>).map(([id, settings]) => {
      const { notApplicable, ...rest } = settings;
      if (typeof notApplicable === "string") scopeCuts.push([id, notApplicable]);
      return [id, rest] as const;
    });
    return [key, Object.fromEntries(checks)];
  });
  return { options: Object.fromEntries(options), scopeCuts: Object.fromEntries(scopeCuts) };
}

const needOf = (need: string | Need): Need => (typeof need === "string" ? { gate: need } : need);

/** One gate's section. */
export function resolveGate(id: string, section: GateSection): GateConfig {
  const command = commandOf(id, section);
  return {
    ...optionsOf(section, command !== undefined),
    ...(section.timeout === undefined ? {} : { timeoutMs: milliseconds(section.timeout) }),
    ...(section.retry === undefined ? {} : { retry: retryOf(section.retry) }),
    ...(section.needs === undefined ? {} : { needs: (section.needs as (string | Need)[]).map(needOf) }),
    ...(section.locks === undefined ? {} : { locks: section.locks }),
    ...(section.env === undefined ? {} : { env: section.env as string[] | "inherit" }),
    ...(section.priority === undefined ? {} : { priority: section.priority }),
    ...(section.failOn === undefined ? {} : { failOn: section.failOn }),
    ...(section.defectClasses === undefined ? {} : { defectClasses: section.defectClasses }),
    ...(command === undefined ? {} : { command }),
  };
}

/** All gates of a config whose references are filled in. */
export function resolveGates(gates: JsonObject): Record<string, GateConfig> {
  return Object.fromEntries(
    Object.entries(gates).map(([id, section]) => [id, resolveGate(id, section as GateSection)]),
  );
}

/** The `run` section with its defaults. */
export function resolveRun(run: ModsquadConfig["run"]): ResolvedConfig["run"] {
  return {
    concurrency: run?.concurrency ?? null,
    failMode: run?.failMode ?? "continue",
    abortAbovePct: parsePercent(run?.abortAbove ?? 100) ?? 100,
    timeoutMs: run?.timeout === undefined ? DEFAULT_RUN_TIMEOUT_MS : milliseconds(run.timeout),
    keepRuns: run?.keepRuns ?? DEFAULT_KEEP_RUNS,
  };
}
