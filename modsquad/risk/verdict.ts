/** From numbers and evidence to a verdict and an exit code, with every clause that took part. */
import type { RiskPolicy, Verdict } from "../contracts/risk.ts";
import type { Clause, GateEvidence, RunStatus } from "./types.ts";

/** Verification evidence at or below this is too weak to pass in silence. */
const WEAK_EVIDENCE = 0.5;

/** Own statuses that say a gate tried and could not. */
const UNABLE: ReadonlySet<RunStatus> = new Set(["error", "timeout", "cancelled"]);

export interface VerdictInput {
  /** RISK, percent. */
  risk: number;
  /** Percent taken off by waivers. */
  waived: number;
  gates: readonly GateEvidence[];
  /** Gates under a live waiver of the whole gate. */
  excused: ReadonlySet<string>;
  expiredWaivers: number;
  policy: RiskPolicy;
}

/**
 * CRITICAL, WARNING, PASS_WITH_WAIVERS or PASS, and exit 1 or 0. The clause on gates that could not
 * check does not depend on the number on purpose: could not check is never a pass.
 */
export function judge(input: VerdictInput): { verdict: Verdict; exit: 0 | 1; clauses: Clause[] } {
  const clauses: Clause[] = [];
  for (const gate of input.gates) {
    if (gate.failed)
      clauses.push({ kind: "gate-failed", gate: gate.gate, blocks: true, text: `${gate.gate} failed` });
  }
  addRiskClauses(input, clauses);
  const critical = clauses.some(({ kind }) => kind === "gate-failed" || kind === "over-critical");
  addInabilityClauses(input, clauses);
  addWarningClauses(input, clauses);

  const exit = clauses.some((clause) => clause.blocks) ? 1 : 0;
  const warned = clauses.length > 0;
  if (input.waived > 0) {
    clauses.push({ kind: "waived", blocks: false, text: `${percent(input.waived)} of risk is waived` });
  }
  if (critical) return { verdict: "CRITICAL", exit: 1, clauses };
  if (warned) return { verdict: "WARNING", exit, clauses };
  return { verdict: input.waived > 0 ? "PASS_WITH_WAIVERS" : "PASS", exit, clauses };
}

/** Why a gate that must report did not prove anything, or null when it did or need not. */
export function couldNotCheck(gate: GateEvidence): string | null {
  if (!gate.required || gate.failed || gate.deferred) return null;
  if (UNABLE.has(gate.status)) return `${gate.gate} could not check: ${unableWord(gate.status)}`;
  if (gate.verification === 0) return `${gate.gate} is required and verified nothing`;
  if (gate.unableChecks.length > 0) return `${gate.gate} could not run ${gate.unableChecks.join(", ")}`;
  return null;
}

function addRiskClauses({ risk, policy }: VerdictInput, clauses: Clause[]): void {
  if (risk > policy.critical_pct) {
    const text = `risk ${percent(risk)} is above the critical line of ${percent(policy.critical_pct)}`;
    clauses.push({ kind: "over-critical", blocks: true, text });
  }
  if (risk > policy.target_pct) {
    const text = `risk ${percent(risk)} is above the target of ${percent(policy.target_pct)}`;
    clauses.push({ kind: "over-target", blocks: true, text });
  } else if (risk > policy.warn_pct) {
    const text = `risk ${percent(risk)} is above the warning line of ${percent(policy.warn_pct)}`;
    clauses.push({ kind: "over-warn", blocks: false, text });
  }
}

function addInabilityClauses({ gates, excused }: VerdictInput, clauses: Clause[]): void {
  for (const gate of gates) {
    const text = excused.has(gate.gate) ? null : couldNotCheck(gate);
    if (text !== null) clauses.push({ kind: "could-not-check", gate: gate.gate, blocks: true, text });
  }
}

function addWarningClauses(input: VerdictInput, clauses: Clause[]): void {
  const warning = input.gates.filter((gate) => gate.status === "warn").length;
  if (warning + input.expiredWaivers > input.policy.max_warnings) {
    const text = `${warning} gates warn and ${input.expiredWaivers} waivers have expired: more than ${input.policy.max_warnings}`;
    clauses.push({ kind: "warnings", blocks: false, text });
  }
  const unable = new Set(
    clauses.filter(({ kind }) => kind === "could-not-check").map((clause) => clause.gate),
  );
  for (const gate of input.gates) {
    if (gate.failed || gate.deferred || input.excused.has(gate.gate)) continue;
    if (gate.verification > WEAK_EVIDENCE || unable.has(gate.gate)) continue;
    const part = gate.verification === 0 ? "nothing" : `only ${Math.floor(gate.verification * 100)}%`;
    const text = `${gate.gate} verified ${part} of what it should`;
    clauses.push({ kind: "weak-evidence", gate: gate.gate, blocks: false, text });
  }
}

function unableWord(status: RunStatus): string {
  if (status === "timeout") return "it timed out";
  return status === "cancelled" ? "it was cancelled" : "it errored";
}

/** Enough digits that a value just above a line does not read as the line itself. */
function percent(value: number): string {
  if (value > 0 && value < 0.0001) return "<0.0001%";
  const digits = value === Number(value.toFixed(2)) ? 2 : 4;
  return `${value.toFixed(digits)}%`;
}
