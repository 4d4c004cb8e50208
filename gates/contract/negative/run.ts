/** Sends inputs that are certainly invalid: each must be refused with a documented 4xx. */
import { responseFor } from "../document/operations.ts";
import { show } from "../json.ts";
import { sideBySide, watch } from "../live/exercise.ts";
import { inOrder } from "../live/order.ts";
import type { Session, Told } from "../live/session.ts";
import type { Answer, Fault, Operation } from "../types.ts";
import { declaredKinds, type Invalid, invalidInputs } from "./certify.ts";

export interface NegativeOutcome {
  operation: Operation;
  sent: number;
  refused: number;
  /** Why some or all could not be judged. */
  reason: string;
  faults: Told[];
}

export interface NegativeReport {
  outcomes: NegativeOutcome[];
  declaredKinds: string[];
  hitKinds: string[];
}

const LANES = 6;
const PER_OPERATION = 40;

/** Statuses that say nothing about the input. */
const SILENT = new Set([401, 403, 429]);

function faultOf({ kind, where, what, call }: Invalid, answer: Answer): Fault | null {
  const { operation } = call;
  const { status } = answer;
  const subject = `${kind} ${where}`;
  const pointer = operation.pointer;
  if (status >= 500) {
    return {
      rule: "server-error",
      verdict: "server wrong",
      severity: "high",
      subject,
      pointer,
      message: `${operation.id} answers ${status} when ${where} ${what} (${kind}): ${show(answer.text, 80)}`,
      advice: "Check the input before it is used, and refuse it with 400 or 422.",
    };
  }
  if (status < 400) {
    const severity = kind === "format" || kind === "nullable" ? "medium" : "high";
    return {
      rule: "accepted",
      verdict: "server wrong",
      severity,
      subject,
      pointer,
      message: `${operation.id} accepts what its document forbids: ${where} ${what} (${kind}) is answered ${status}`,
      advice: "Refuse it with a documented 4xx, or drop the constraint from the document.",
    };
  }
  if (responseFor(operation, status) === null) {
    return {
      rule: "undocumented-refusal",
      verdict: "document wrong",
      severity: "low",
      subject: String(status),
      pointer: `${pointer}/responses`,
      message: `${operation.id} refuses invalid input with ${status}, which is not documented (first seen when ${where} ${what})`,
      advice: `Document ${status} as an answer.`,
    };
  }
  return null;
}

/** Runs over every operation that could be exercised. */
export async function runNegative(
  session: Session,
  operations: readonly Operation[],
  disposable: boolean,
  onDone: () => void,
): Promise<NegativeReport> {
  const declared = new Set<string>();
  const hit = new Set<string>();
  const { reads, lookups, writes } = inOrder(operations, disposable);
  const outcomes: NegativeOutcome[] = [];
  const one = async (operation: Operation) => {
    if (session.signal.aborted || session.lost) return;
    for (const kind of declaredKinds(session.requests, operation)) declared.add(kind);
    outcomes.push(await probe(session, operation, hit));
    onDone();
  };
  await sideBySide([...reads, ...lookups], LANES, one);
  for (const operation of writes.flat()) await one(operation);
  return { outcomes, declaredKinds: [...declared].sort(), hitKinds: [...hit].sort() };
}

async function probe(session: Session, operation: Operation, hit: Set<string>): Promise<NegativeOutcome> {
  const outcome: NegativeOutcome = { operation, sent: 0, refused: 0, reason: "", faults: [] };
  if (session.poisonedBy !== null)
    return { ...outcome, reason: `the service was left broken by ${session.poisonedBy}` };
  if (session.poisonings.some(({ culprit }) => culprit === operation.id))
    return { ...outcome, reason: "it changes the service for everything else" };
  const exercise = session.exercises.get(operation.id);
  const fresh = session.inputs.prepare(operation);
  const base = exercise?.good?.call ?? (fresh.ok ? fresh.attempts[0]!.call : null);
  if (!base) return { ...outcome, reason: fresh.ok ? "" : fresh.why };
  const inputs = invalidInputs(session.requests, base, PER_OPERATION);
  if (inputs.length === 0) return { ...outcome, reason: "no constraint that can be broken for certain" };
  // Without credentials, or for a thing that does not exist, a refusal says nothing about the input.
  const usual = exercise?.statuses.at(-1);
  for (const invalid of inputs) {
    if (session.signal.aborted) break;
    const sent = await session.send(invalid.call);
    if (!sent.ok) {
      outcome.reason = sent.message;
      break;
    }
    const { answer } = sent;
    if (SILENT.has(answer.status) && (answer.status === usual || !exercise?.good)) {
      outcome.reason = `answered ${answer.status} to everything`;
      break;
    }
    outcome.sent += 1;
    hit.add(invalid.kind);
    const fault = faultOf(invalid, answer);
    if (fault === null || fault.rule === "undocumented-refusal") outcome.refused += 1;
    if (fault && !outcome.faults.some((told) => told.rule === fault.rule && told.subject === fault.subject)) {
      outcome.faults.push(session.tell(fault, invalid.call, answer));
    }
    if (answer.status < 400 && (await watch(session, operation, true))) break;
  }
  return outcome;
}
