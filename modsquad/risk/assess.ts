/** `assess(RunState) → RiskReport`: the model on a run, with words. Pure. */
import type { Problem } from "../contracts/config.ts";
import type {
  AppliedWaiver,
  LedgerLine,
  Readiness,
  RiskPolicy,
  RiskReport,
  Verdict,
} from "../contracts/risk.ts";
import type { RunState } from "../contracts/run-state.ts";
import { counterfactuals } from "./counterfactuals.ts";
import { policyDigest } from "./digest.ts";
import { explain, gateStories } from "./explain.ts";
import { type MappedRun, mapRun } from "./from-run-state.ts";
import { type Contribution, ledgerLines } from "./ledger.ts";
import { conclude, measureRisk } from "./model.ts";
import { printLimit, printPct } from "./rounding.ts";
import type { ModelResult } from "./types.ts";
import { couldNotCheck } from "./verdict.ts";

export interface AssessOptions {
  /** Leave the what-if steps out: with thousands of gates they cost far more than all the rest. */
  withoutSteps?: boolean;
}

/**
 * Assesses a run. `policy` replaces the run's own, its target included, for what-if questions. A state
 * the model cannot work with (a broken header, numbers that are none) never passes: it is reported as
 * CRITICAL with every percentage at 100 and the problem in `why`.
 */
export function assess(state: RunState, policy?: RiskPolicy, options: AssessOptions = {}): RiskReport {
  const mapped = mapRun(state, policy);
  if (!mapped.ok) return unusable(state, mapped.problems);
  const { input } = mapped.value;
  const measure = measureRisk(input);
  const result = conclude(input, measure);
  if (!Number.isFinite(result.total) || !Number.isFinite(result.risk)) {
    const problem = { what: "the run state holds numbers that are none", next: "run it again" };
    return unusable(state, [problem]);
  }
  const { verdict, exit, why } = withNothingChecked(state, result);
  return {
    riskPct: result.risk,
    releasePct: result.release,
    waivedPct: result.waived,
    deferredPct: result.deferred,
    totalAvoidablePct: result.totalAvoidable,
    floorPct: result.floor,
    totalPct: result.total,
    intervalPct: result.interval,
    floorIntervalPct: result.floorInterval,
    exposure: result.x,
    targetPct: input.policy.target_pct,
    criticalPct: input.policy.critical_pct,
    warnPct: input.policy.warn_pct,
    verdict,
    exit,
    readiness: readinessOf(exit, verdict, state),
    why: why.length > 0 ? why : [withinTarget(result, input.policy.target_pct)],
    ledger: ledger(state, result),
    steps: options.withoutSteps ? [] : counterfactuals(input, measure),
    waivers: appliedWaivers(mapped.value, result),
    evidence: evidenceByGate(result),
    policyDigest: policy === undefined ? state.header.policyDigest : policyDigest(policy),
  };
}

/** BLOCKED iff exit 1; HOLD for a warning and for a run that did not look at everything; else APPROVED. */
function readinessOf(exit: 0 | 1, verdict: Verdict, { header }: RunState): Readiness {
  if (exit === 1) return "BLOCKED";
  const partial = header.mode === "quick" || header.scope !== null;
  return verdict === "WARNING" || partial ? "HOLD" : "APPROVED";
}

/** A run in which no gate looked at anything proves nothing, although nothing was lost either. */
function withNothingChecked(
  { header }: RunState,
  { gates, verdict, exit, clauses }: ModelResult,
): { verdict: Verdict; exit: 0 | 1; why: string[] } {
  const why = clauses.map((clause) => clause.text);
  if (verdict === "CRITICAL" || gates.some((gate) => !gate.deferred)) return { verdict, exit, why };
  return { verdict: "WARNING", exit: header.mode === "full" ? 1 : exit, why: ["no gate was run", ...why] };
}

function withinTarget({ risk }: ModelResult, target: number): string {
  return `risk ${printPct(risk)}% is within the target of ${printLimit(target)}%`;
}

function ledger(state: RunState, result: ModelResult): LedgerLine[] {
  const stories = gateStories(state, result.gates);
  return ledgerLines(linesOf(result), result.totalAvoidable).map((line) =>
    Object.assign(line, explain(line.reason, stories.get(line.gate)!)),
  );
}

/** One line per gate and reason; the items of a gate follow one another. */
function linesOf({ items, mu, totalAvoidable }: ModelResult): Contribution[] {
  const lines: Contribution[] = [];
  let ofGate: Contribution[] = [];
  for (const item of items) {
    if (ofGate[0]?.gate !== item.gate) ofGate = [];
    const pct = (totalAvoidable * item.mu) / mu;
    const known = ofGate.find((line) => line.reason === item.reason);
    if (known) known.pct += pct;
    else {
      const line = { gate: item.gate, reason: item.reason, pct };
      ofGate.push(line);
      lines.push(line);
    }
  }
  return lines;
}

function appliedWaivers({ waivers, input }: MappedRun, result: ModelResult): AppliedWaiver[] {
  const effects = new Map(input.waivers.map((waiver, i) => [waiver, result.waivers[i]!]));
  return waivers.map(({ waiver, state, message, model }) => {
    const matched = model.reduce((sum, one) => sum + (effects.get(one)?.matched ?? 0), 0);
    const matchedPct = result.mu > 0 ? (result.totalAvoidable * matched) / result.mu : 0;
    const idle = state === "live" && matched === 0 && waiver.fingerprint === undefined;
    const stale = idle ? idleMessage(waiver.gate ?? "", result) : null;
    return {
      gate: waiver.gate,
      ...(waiver.fingerprint === undefined ? {} : { fingerprint: waiver.fingerprint }),
      owner: waiver.owner,
      reason: waiver.reason,
      until: waiver.until,
      ...(waiver.env === undefined ? {} : { env: waiver.env }),
      state: stale === null ? state : "stale",
      matchedPct,
      message: stale ?? (message || `covers ${printPct(matchedPct)}% of risk`),
    };
  });
}

/** Why a live gate waiver is not needed, or null when it excuses something that has no number. */
function idleMessage(gate: string, { gates }: ModelResult): string | null {
  const evidence = gates.find((one) => one.gate === gate);
  if (evidence === undefined) return "this run knows of no such gate, or it does not apply: remove it";
  if (evidence.deferred || couldNotCheck(evidence) !== null) return null;
  return evidence.failed ? "a failed gate cannot be waived" : "nothing to waive in this run";
}

function evidenceByGate({ gates }: ModelResult): RiskReport["evidence"] {
  // A gate may be called "__proto__", which an assignment would not take for a name.
  const byGate: RiskReport["evidence"] = Object.create(null);
  for (const { gate, e, verification, factors } of gates) byGate[gate] = { e, verification, factors };
  return byGate;
}

/** Unknown is not safe: every percentage at its worst, the exit code 1, and the problem in words. */
function unusable({ header }: RunState, problems: readonly Problem[]): RiskReport {
  const why = problems.map(({ what, next }) => `the risk could not be computed: ${what} (${next})`);
  return {
    riskPct: 100,
    releasePct: 100,
    waivedPct: 0,
    deferredPct: 0,
    totalAvoidablePct: 100,
    floorPct: 100,
    totalPct: 100,
    intervalPct: [100, 100],
    floorIntervalPct: [100, 100],
    exposure: 1,
    targetPct: header.targetPct,
    criticalPct: header.policy?.critical_pct ?? 0,
    warnPct: header.policy?.warn_pct ?? 0,
    verdict: "CRITICAL",
    exit: 1,
    readiness: "BLOCKED",
    why,
    ledger: [],
    steps: [],
    waivers: [],
    evidence: {},
    policyDigest: header.policyDigest,
  };
}
