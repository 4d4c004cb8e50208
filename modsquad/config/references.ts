/** What a schema cannot say of a config: whether the gates and defect classes it names exist. */

import type { Problem, ResolvedConfig } from "../contracts/config.ts";
import { didYouMean, suggest } from "../suggest.ts";
import type { ModsquadConfig } from "./config.generated.ts";
import type { Rule } from "./explain.ts";
import { type Fault, type KeyPath, printPath } from "./places.ts";
import { BUILTIN_GATES } from "./schema-facts.generated.ts";

/** The id of the run itself in the journal. */
const RESERVED = "meta-orchestrator";

/** Ids a config may name; null when plugins bring gates whose ids only the plan will know. */
export function nameableGates(config: ModsquadConfig | null): string[] | null {
  if ((config?.plugins ?? []).length > 0) return null;
  return [...new Set([...BUILTIN_GATES, ...Object.keys(config?.gates ?? {})])];
}

/** The words for a gate id that means nothing. */
export function unknownGate(
  id: string,
  known: readonly string[],
  what = `There is no gate "${id}"`,
): { what: string; next: string } {
  return { what, next: `${didYouMean(id, known)}Known gates: ${known.join(", ") || "none"}.` };
}

/** Parameters of the model that have a shorter name in the config. */
const SHORT_NAMES: Record<string, string> = {
  target_pct: "risk.target",
  warn_pct: "risk.warn",
  critical_pct: "risk.critical",
  max_warnings: "risk.maxWarnings",
};

/** Words for what the schema only knows as a missing `run` or an unknown key. */
export const configRule: Rule = (fault, path) => {
  const short = SHORT_NAMES[String(fault.params.additionalProperty)];
  if (short && printPath(path).startsWith("risk.policy.")) {
    return { what: `${printPath(path)} is set in another place`, next: `Write it as ${short}.` };
  }
  return gateWithoutRun(fault, path);
};

/** A gate that has a section but neither is built in nor runs a command. */
const gateWithoutRun: Rule = (fault, path) => {
  const asksForRun = fault.keyword === "required" && fault.params.missingProperty === "run";
  if (!asksForRun || path.length !== 2 || path[0] !== "gates") return null;
  const id = String(path[1]);
  const typo = suggest("run", Object.keys((fault.data ?? {}) as object));
  const nearest = suggest(id, BUILTIN_GATES);
  const builtin = nearest ? `Did you mean "${nearest}"? ` : "";
  const rename = typo ? `Rename "${typo}" to "run". ` : "";
  return {
    what: `gates.${id} is no built-in gate and has no command`,
    next: `${rename}${builtin}Give it \`run: <command>\`, or name the plugin that brings it under plugins. Built in: ${BUILTIN_GATES.join(", ") || "none"}.`,
  };
};

function needsOf(gate: unknown): { id: string; path: KeyPath }[] {
  const needs = (gate as { needs?: (string | { gate: string })[] } | null)?.needs ?? [];
  return needs.map((need, index) =>
    typeof need === "string"
      ? { id: need, path: ["needs", index] }
      : { id: need.gate, path: ["needs", index, "gate"] },
  );
}

/** Faults of a valid config that follow from the config alone. */
export function referenceFaults(config: ModsquadConfig): Fault[] {
  const faults: Fault[] = [];
  const known = nameableGates(config);
  const check = (id: string, path: KeyPath, part: "key" | "value") => {
    if (known && !known.includes(id)) faults.push({ path, part, ...unknownGate(id, known) });
  };
  for (const [index, id] of (config.required ?? []).entries()) check(id, ["required", index], "value");
  for (const id of Object.keys(config.notApplicable ?? {})) check(id, ["notApplicable", id], "key");
  for (const [id, gate] of Object.entries(config.gates ?? {})) {
    for (const need of needsOf(gate)) check(need.id, ["gates", id, ...need.path], "value");
    if (id === RESERVED) {
      const what = `The gate id "${RESERVED}" is taken by the run itself`;
      faults.push({ path: ["gates", id], part: "key", what, next: "Choose another id." });
    }
  }
  return faults;
}

/** Defect classes a gate declares that the risk policy gives no rate: they would weigh nothing. */
export function defectClassFaults(config: ModsquadConfig, classes: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  for (const [id, gate] of Object.entries(config.gates ?? {})) {
    const declared = (gate as { defectClasses?: Record<string, number> }).defectClasses ?? {};
    for (const name of Object.keys(declared)) {
      if (classes.includes(name) || name.startsWith("custom:")) continue;
      faults.push({
        path: ["gates", id, "defectClasses", name],
        part: "key",
        what: `gates.${id}.defectClasses names the class "${name}", which the risk policy does not have`,
        next: `${didYouMean(name, classes)}Known classes: ${classes.join(", ")}. A new one needs a rate in risk.policy.lambda.`,
      });
    }
  }
  return faults;
}

/**
 * For the plan, once plugins are known: gates named by config and waivers that nobody brings.
 * Places are not repeated here; the key is.
 */
export function unknownGates(config: ResolvedConfig, known: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const check = (id: string, key: string) => {
    if (!known.includes(id)) problems.push({ ...unknownGate(id, known), where: key });
  };
  for (const id of config.required ?? []) check(id, "required");
  for (const id of Object.keys(config.notApplicable)) check(id, "notApplicable");
  for (const [id, gate] of Object.entries(config.gates)) {
    if (!gate.command) check(id, "gates");
    for (const need of gate.needs ?? []) check(need.gate, `gates.${id}.needs`);
  }
  for (const waiver of config.waivers) {
    const id = waiver.gate ?? waiver.fingerprint?.split(":")[0];
    if (id) check(id, "modsquad.waivers.yaml");
  }
  return problems;
}
