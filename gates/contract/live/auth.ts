/** Operations that declare security must refuse requests without credentials, and with forged ones. */
import { responseFor } from "../document/operations.ts";
import type { Answer, Fault, Operation } from "../types.ts";
import { SAFE } from "../types.ts";
import type { Session, Told } from "./session.ts";
import type { Credentials } from "./wire.ts";

export interface AuthOutcome {
  operation: Operation;
  judged: boolean;
  reason: string;
  faults: Told[];
}

const FORGED = "with forged credentials";

/** Whether an operation lets nobody in without credentials. */
export const isSecured = ({ security }: Operation) =>
  security.length > 0 && security.every((one) => Object.keys(one).length > 0);

function faultOf(operation: Operation, answer: Answer, how: string): Fault | "inconclusive" | null {
  const { status } = answer;
  const pointer = operation.node.security === undefined ? "#/security" : `${operation.pointer}/security`;
  const base = { subject: how, pointer, verdict: "server wrong" as const };
  if (status === 401 || status === 403) {
    if (responseFor(operation, status) !== null) return null;
    return {
      ...base,
      rule: "undocumented-refusal",
      verdict: "document wrong",
      severity: "low",
      subject: String(status),
      message: `${operation.id} refuses requests ${how} with ${status}, which is not documented`,
      advice: `Document ${status} as an answer.`,
    };
  }
  if (status >= 200 && status < 300) {
    return {
      ...base,
      rule: how === FORGED ? "forged-accepted" : "unprotected",
      severity: "critical",
      message: `${operation.id} declares security but answers ${status} ${how}`,
      advice: "Check credentials before anything else, or declare the operation open with security: [].",
    };
  }
  if (status >= 500) {
    return {
      ...base,
      rule: "server-error",
      severity: "high",
      message: `${operation.id} answers ${status} ${how}; 401 is what it should be`,
      advice: "Refuse with 401 before anything is looked up.",
    };
  }
  // A redirect leads to a sign-in page; anything else may be a refusal for another reason.
  return status >= 300 && status < 400 ? null : "inconclusive";
}

/** Asks one operation without credentials and with forged ones. */
export async function checkAuth(session: Session, operation: Operation): Promise<AuthOutcome> {
  const outcome: AuthOutcome = { operation, judged: false, reason: "", faults: [] };
  if (session.poisonedBy !== null)
    return { ...outcome, reason: `the service was left broken by ${session.poisonedBy}` };
  const fresh = session.inputs.prepare(operation);
  const good = SAFE.includes(operation.method) ? session.exercises.get(operation.id)?.good?.call : undefined;
  const call = good ?? (fresh.ok ? fresh.attempts[0]!.call : null);
  if (!call) return { ...outcome, reason: fresh.ok ? "" : fresh.why };
  const ways: [string, Credentials][] = [["without credentials", session.identity.stranger()]];
  // Only where real credentials are known to work does it mean something that others do not.
  if (session.identity.holds(operation)) ways.push([FORGED, session.identity.forged(operation)]);
  for (const [how, credentials] of ways) {
    const sent = await session.send(call, credentials);
    if (!sent.ok) {
      outcome.reason = sent.message;
      return outcome;
    }
    const fault = faultOf(operation, sent.answer, how);
    if (fault === "inconclusive") {
      outcome.reason = `answered ${sent.answer.status} ${how}: refused, but perhaps for another reason`;
      continue;
    }
    outcome.judged = true;
    if (fault && !outcome.faults.some((told) => told.rule === fault.rule))
      outcome.faults.push(session.tell(fault, call, sent.answer, credentials));
  }
  return outcome;
}
