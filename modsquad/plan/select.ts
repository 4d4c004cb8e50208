/** Which gates and checks run, and why each of the others does not. Pure. */
import type { ResolvedConfig } from "../contracts/config.ts";
import type { Detection } from "../contracts/gate.ts";
import type { PlannedGate } from "../contracts/run-state.ts";
import type { Mode } from "../contracts/words.ts";
import type { GateSpec } from "./gates.ts";

export interface Selection {
  mode: Mode;
  /** Gate ids of --gate, or null. */
  scope: string[] | null;
  /** Gate ids of --skip. */
  skips: string[];
  /** Check ids of --check (one gate alone), or null. */
  checks: string[] | null;
}

/** What detection said, or why it could not say. */
export type DetectionOutcome = Detection | { applicable: true; reason: string; failed: string };

type Decision = Pick<PlannedGate, "decision" | "reason" | "confirmed">;

/** The checks of a gate that run in this mode, less what config cut away. */
export function checksInScope(spec: GateSpec, selection: Selection): string[] {
  return Object.entries(spec.checks)
    .filter(
      ([id, modes]) =>
        modes.includes(selection.mode) || (modes.length === 0 && selection.checks?.includes(id)),
    )
    .filter(([id]) => !(id in spec.config.scopeCuts))
    .map(([id]) => id)
    .filter((id) => selection.checks === null || selection.checks.includes(id));
}

/** A decision that needs no look into the repository, or null when the gate has to detect. */
function decideFromConfig(spec: GateSpec, config: ResolvedConfig, selection: Selection): Decision | null {
  const confirmed = config.notApplicable[spec.id];
  if (confirmed !== undefined) {
    return { decision: "not_applicable", reason: `config: ${confirmed}`, confirmed: true };
  }
  if (selection.scope && !selection.scope.includes(spec.id)) {
    return { decision: "out_of_scope", reason: "outside --gate" };
  }
  if (selection.skips.includes(spec.id)) return { decision: "skipped_by_user", reason: "--skip" };
  const modes = new Set(Object.values(spec.checks).flat());
  if (!modes.has(selection.mode)) {
    return { decision: "not_in_mode", reason: `runs in ${[...modes].join(", ")} mode only` };
  }
  if (checksInScope(spec, selection).length === 0) {
    const cuts = Object.entries(spec.config.scopeCuts).map(([id, why]) => `${id}: ${why}`);
    return {
      decision: "not_applicable",
      reason: `every check is cut away (${cuts.join("; ")})`,
      confirmed: true,
    };
  }
  return null;
}

/** The gates whose `detect` decides: built-in and plugged-in ones that nothing else ruled out. */
export function gatesToDetect(
  specs: readonly GateSpec[],
  config: ResolvedConfig,
  selection: Selection,
): GateSpec[] {
  return specs.filter(
    (spec) => spec.source.kind === "module" && decideFromConfig(spec, config, selection) === null,
  );
}

function decide(
  spec: GateSpec,
  config: ResolvedConfig,
  selection: Selection,
  detection: DetectionOutcome | undefined,
): Decision {
  const early = decideFromConfig(spec, config, selection);
  if (early) return early;
  if (spec.source.kind === "command") return { decision: "run", reason: "configured command" };
  if (!detection) return { decision: "run", reason: "not detected" };
  if (detection.applicable) return { decision: "run", reason: detection.reason };
  return { decision: "not_applicable", reason: detection.reason, confirmed: false };
}

/** One PlannedGate per known gate, whatever becomes of it. */
export function selectGates(
  specs: readonly GateSpec[],
  config: ResolvedConfig,
  selection: Selection,
  detections: ReadonlyMap<string, DetectionOutcome>,
  expectedSeconds: ReadonlyMap<string, number>,
): PlannedGate[] {
  return specs.map((spec) => ({
    id: spec.id,
    title: spec.title,
    agent: spec.agent,
    areas: spec.areas,
    reportName: spec.reportName,
    version: spec.version,
    checksInScope: checksInScope(spec, selection),
    needs: spec.needs.map((need) => need.gate),
    locks: spec.locks,
    expectedSeconds: expectedSeconds.get(spec.id) ?? null,
    defectClasses: spec.defectClasses,
    ...decide(spec, config, selection, detections.get(spec.id)),
    ...(spec.source.kind === "command" ? { command: spec.source.command.run } : {}),
  }));
}
