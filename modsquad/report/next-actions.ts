/** What to do next, in the order that lowers the risk most. */
import type { LedgerLine, RiskReport } from "../contracts/risk.ts";
import type { RunState } from "../contracts/run-state.ts";
import type { RankedFinding } from "./findings.ts";
import { fixOf, placeOf, rankFindings } from "./findings.ts";
import { byText, percent } from "./numbers.ts";

export interface NextAction {
  /** Gate id, or null for an action on the run as a whole. */
  gate: string | null;
  /** What the gate's ledger lines cost together, percent. */
  costsPct: number;
  /** RISK when only this gate is put right, percent; null when the model gave no such step. */
  riskAfterPct: number | null;
  /** What is wrong. */
  what: string;
  /** What to do about it. */
  how: string;
}

/**
 * One action per gate in the ledger, dearest first, then what concerns the whole run: expired waivers, and the
 * full run a deferred or narrowed one still owes. Empty when there is nothing left to do.
 */
export function nextActions(
  state: RunState,
  risk: RiskReport,
  ranked: RankedFinding[] = rankFindings(state),
): NextAction[] {
  const worst = new Map<string, RankedFinding>();
  for (const one of ranked) {
    if (one.finding.waiver === undefined && !worst.has(one.gate)) worst.set(one.gate, one);
  }
  const steps = new Map<string, number>();
  for (const step of risk.steps.toReversed())
    if (step.gates.length === 1) steps.set(step.gates[0]!, step.riskPct);
  const byGate = new Map<string, LedgerLine[]>();
  for (const line of risk.ledger) {
    if (line.reason === "deferred") continue;
    const known = byGate.get(line.gate);
    if (known) known.push(line);
    else byGate.set(line.gate, [line]);
  }
  const actions = [...byGate].map(([gate, lines]) =>
    gateAction(gate, lines, steps.get(gate) ?? null, worst.get(gate)),
  );
  actions.sort((a, b) => b.costsPct - a.costsPct || byText(a.gate ?? "", b.gate ?? ""));
  return [...actions, ...runActions(state, risk)];
}

/** The cheapest combination of gates that gets under the target when no single one does, in words, or null. */
export function combination(risk: RiskReport): string | null {
  const step = risk.steps.find((one) => one.gates.length > 1 && one.underTarget);
  return step ? `${step.gates.join(" + ")} -> ${percent(step.riskPct)}, under the target` : null;
}

function gateAction(
  gate: string,
  lines: LedgerLine[],
  riskAfterPct: number | null,
  worst: RankedFinding | undefined,
): NextAction {
  const ordered = [...lines].sort((a, b) => b.pct - a.pct || byText(a.reason, b.reason));
  const hows = new Set(ordered.map((line) => line.action).filter((action) => action !== ""));
  return {
    gate,
    costsPct: ordered.reduce((sum, line) => sum + line.pct, 0),
    riskAfterPct,
    what: ordered[0]!.detail || ordered[0]!.reason,
    how: hows.size > 0 ? [...hows].join("; ") : howFromFinding(gate, worst),
  };
}

function howFromFinding(gate: string, worst: RankedFinding | undefined): string {
  const fix = worst ? fixOf(worst.finding) : "";
  if (!worst || fix === "") return `meta-orch gate ${gate}`;
  const place = placeOf(worst.finding);
  return place === "" ? fix : `${place}: ${fix}`;
}

function runActions(state: RunState, risk: RiskReport): NextAction[] {
  const actions: NextAction[] = [];
  const add = (what: string, how: string) =>
    actions.push({ gate: null, costsPct: 0, riskAfterPct: null, what, how });
  for (const waiver of risk.waivers) {
    if (waiver.state !== "expired") continue;
    const of = waiver.gate ?? waiver.fingerprint ?? "a finding";
    add(`the waiver of ${of} expired on ${waiver.until}`, "renew it in modsquad.waivers.yaml or remove it");
  }
  if (state.status !== "finished") add("this run did not finish", "run it again");
  if (state.header.mode === "quick") {
    add("quick mode defers what a release needs", "before a release: meta-orch --mode full");
  } else if (state.header.scope !== null) {
    add("this run was narrowed with --gate", "before a release: run it without --gate");
  }
  return actions;
}
