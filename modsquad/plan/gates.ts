/** Every gate this run knows of: built in, plugged in, or a command of the config. */
import { readFileSync } from "node:fs";
import type { CommandConfig, GateConfig, Problem, ResolvedConfig, Result } from "../contracts/config.ts";
import type { GateInfo } from "../contracts/gate.ts";
import { API_VERSION } from "../contracts/words.ts";
import { distFile } from "../paths.ts";

export type GateSource = { kind: "module"; url: string } | { kind: "command"; command: CommandConfig };

/** A gate with the user's settings applied. */
export interface GateSpec extends GateInfo {
  source: GateSource;
  config: GateConfig;
  /** Where it came from: "built-in", "command" or the plugin's name. */
  origin: string;
  /** True when the config has a section for it. */
  configured: boolean;
  /** Digest of the code of a built-in gate. */
  code?: string;
}

export interface ManifestEntry extends GateInfo {
  /** Digest of what the gate is built from. */
  code: string;
  hasFix: boolean;
  commands: { name: string; summary: string }[];
}

const NO_CONFIG: GateConfig = { options: {}, scopeCuts: {} };
const COMMAND_TIMEOUT_MS = 600_000;

/** The built-in gates as plain data, written by the build. */
export function readManifest(): ManifestEntry[] {
  return JSON.parse(readFileSync(distFile("gates", "manifest.json"), "utf8")) as ManifestEntry[];
}

function withConfig(info: GateInfo, source: GateSource, origin: string, config?: GateConfig): GateSpec {
  const own = config ?? NO_CONFIG;
  return {
    ...info,
    needs: own.needs ?? info.needs,
    locks: own.locks ?? info.locks,
    timeoutMs: own.timeoutMs ?? info.timeoutMs,
    retry: { ...info.retry, ...own.retry },
    env: Array.isArray(own.env) ? [...info.env, ...own.env] : info.env,
    defectClasses: own.defectClasses ?? info.defectClasses,
    source,
    origin,
    config: own,
    configured: config !== undefined,
  };
}

function commandInfo(id: string, command: CommandConfig): GateInfo {
  const check = command.parse === "exit-code" ? "command" : "results";
  return {
    apiVersion: API_VERSION,
    id,
    version: "1",
    title: command.title || id,
    summary: command.run,
    agent: `${id}-runner`,
    areas: [command.area],
    tier: 2,
    needs: [],
    locks: [],
    timeoutMs: COMMAND_TIMEOUT_MS,
    retry: { attempts: 1, backoffMs: 500, on: ["errored"] },
    env: [],
    defectClasses: {},
    checks: { [check]: command.modes },
    options: {},
    reportName: id.replaceAll("-", "_"),
  };
}

/**
 * Joins manifest, plugins and config. Problems: a gate id used twice, a plugin for another API version.
 * `plugins` are what the describing worker found; the config's command gates come from `config.gates`.
 */
export function knownGates(
  config: ResolvedConfig,
  manifest: readonly GateInfo[],
  plugins: readonly { info: GateInfo; url: string; name: string }[] = [],
): Result<GateSpec[]> {
  const specs: GateSpec[] = [];
  const problems: Problem[] = [];
  const add = (spec: GateSpec) => {
    const twin = specs.find((other) => other.id === spec.id);
    if (twin) {
      problems.push({
        what: `Two gates have the id "${spec.id}": ${twin.origin} and ${spec.origin}.`,
        next: "Rename one of them; ids are how config, waivers and history tell gates apart.",
      });
    } else if (spec.apiVersion !== API_VERSION) {
      problems.push({
        what: `Gate "${spec.id}" (${spec.origin}) is written for gate API ${spec.apiVersion}; this is ${API_VERSION}.`,
        next: "Install a version of the gate made for this meta-orch, or remove it from plugins.",
      });
    } else specs.push(spec);
  };
  const own = (id: string) => (config.gates[id]?.command ? undefined : config.gates[id]);
  for (const info of manifest) {
    const url = distFile("esm", "gates", `${info.id}.js`);
    add(withConfig(info, { kind: "module", url }, "built-in", own(info.id)));
  }
  for (const { info, url, name } of plugins) {
    add(withConfig(info, { kind: "module", url }, `plugin ${name}`, own(info.id)));
  }
  for (const [id, gate] of Object.entries(config.gates)) {
    if (gate.command) {
      add(
        withConfig(
          commandInfo(id, gate.command),
          { kind: "command", command: gate.command },
          "command",
          gate,
        ),
      );
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: specs };
}
