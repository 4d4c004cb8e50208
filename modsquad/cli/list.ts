/** `meta-orch list`: every gate, its checks, and whether it would run here. Nothing is run. */
import { loadConfig } from "../config/load.ts";
import type { ResolvedConfig } from "../contracts/config.ts";
import type { PlannedGate } from "../contracts/run-state.ts";
import { EXIT } from "../contracts/words.ts";
import { type Prepared, prepare } from "../engine/prepare.ts";
import type { GateSpec } from "../plan/gates.ts";
import type { Io } from "./io.ts";
import { printProblems } from "./problems.ts";
import type { ListArguments } from "./usage/list.ts";

/** One gate as `list --json` shows it. */
function describe(spec: GateSpec, planned: PlannedGate, required: readonly string[]) {
  return {
    id: spec.id,
    title: spec.title,
    summary: spec.summary,
    origin: spec.origin,
    version: spec.version,
    areas: spec.areas,
    modes: [...new Set(Object.values(spec.checks).flat())],
    checks: spec.checks,
    scopeCuts: spec.config.scopeCuts,
    needs: spec.needs,
    locks: spec.locks,
    timeoutMs: spec.timeoutMs,
    required: required.includes(spec.id),
    configured: spec.configured,
    would: planned.decision,
    reason: planned.reason,
  };
}

export type ListedGate = ReturnType<typeof describe>;

const WOULD: Record<PlannedGate["decision"], string> = {
  run: "runs",
  not_applicable: "not applicable",
  out_of_scope: "outside the scope",
  skipped_by_user: "skipped",
  not_in_mode: "not in full mode",
};

function renderGate(gate: ListedGate): string {
  const checks = Object.entries(gate.checks).map(([id, modes]) => {
    const cut = gate.scopeCuts[id];
    return cut === undefined
      ? `${id} (${modes.join(", ") || "when named or configured"})`
      : `${id} (cut: ${cut})`;
  });
  const needs = gate.needs.map((need) => (need.required ? `${need.gate} (required)` : need.gate));
  const notes = [gate.origin, gate.required ? "required" : "not required"];
  const rows = [
    ["here", `${WOULD[gate.would]}: ${gate.reason}`],
    ["checks", checks.join(", ")],
    ["needs", needs.join(", ")],
    ["locks", gate.locks.join(", ")],
  ].filter(([, value]) => value !== "");
  return [
    `${gate.id}  ${gate.title} (${notes.join(", ")})`,
    ...rows.map(([name, value]) => `  ${name!.padEnd(8)}${value}`),
  ].join("\n");
}

/** The list for people. */
export function renderList(config: ResolvedConfig, gates: readonly ListedGate[]): string {
  const file = config.file ?? "no config file: each gate detects for itself";
  const runs = gates.filter((gate) => gate.would === "run").length;
  return [
    `${config.root}`,
    `environment ${config.env}, ${file}`,
    "",
    ...gates.map((gate) => `${renderGate(gate)}\n`),
    `${runs} of ${gates.length} gates would run in full mode.`,
    "",
  ].join("\n");
}

function listed({ specs, gates, required }: Prepared): ListedGate[] {
  return gates.map((planned) => describe(specs.get(planned.id)!, planned, required));
}

/** Exit 0 when the list could be made, 2 when config or usage is wrong. */
export async function listCommand(args: ListArguments, io: Io): Promise<number> {
  const { config: configFile, ...place } = args;
  const config = await loadConfig({
    ...place,
    configFile,
    mode: "full",
    lenient: true,
    cwd: io.cwd,
    processEnv: io.env,
  });
  if (!config.ok) return printProblems(config.problems, io);
  const prepared = await prepare({
    config: config.value,
    mode: "full",
    gates: [],
    skips: [],
    checks: null,
    processEnv: io.env,
  });
  if (!prepared.ok) return printProblems(prepared.problems, io);
  prepared.value.workspace.release();
  const gates = listed(prepared.value);
  const { root, env, file } = config.value;
  for (const warning of config.value.warnings) io.stderr.write(`warning: ${warning}\n`);
  io.stdout.write(
    args.json
      ? `${JSON.stringify({ schema: "meta-orch/list@1", root, env, configFile: file, gates })}\n`
      : renderList(config.value, gates),
  );
  return EXIT.safe;
}
