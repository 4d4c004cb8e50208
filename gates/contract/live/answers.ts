/** What an answer says about the operation, the name it was given, and why nothing could be shown. */
import type { Answer, Operation, ResponseSpec } from "../types.ts";
import type { Identity } from "./credentials.ts";

const TAKEN = /already|exists|duplicate|unique|taken|in use/i;
/** Statuses with which an operation itself answers, once its address is found and the caller is let in. */
const OWN = new Set([400, 402, 409, 410, 412, 413, 415, 422, 423]);

/** Whether the operation itself, not what stands before it, has given this answer; one the document lacks is reported. */
export function isOwnAnswer({ security }: Operation, { status }: Answer, spec: ResponseSpec | null): boolean {
  if (OWN.has(status)) return true;
  if (spec === null || spec.status === "default") return false;
  // Where no credentials are asked for, judging some is what the operation is for, as in signing in.
  const isOpen = security.length === 0 || security.some((one) => Object.keys(one).length === 0);
  return status >= 500 || (isOpen && (status === 401 || status === 403));
}

/** Whether a service says that it has one of that name. */
export const isTaken = ({ status, text }: Answer) =>
  status === 409 || ((status === 400 || status === 422) && TAKEN.test(text.slice(0, 2000)));

/** Why an operation could not be exercised, from the statuses it was answered with. */
export function reasonOf(operation: Operation, statuses: readonly number[], identity: Identity): string {
  const last = statuses.at(-1);
  if (last === undefined) return "no request was sent";
  if (last === 401 || last === 403) {
    return identity.holds(operation)
      ? `answered ${last} with the given credentials`
      : `answered ${last}: it needs credentials (gates: contract: credentials or login)`;
  }
  if (last === 404) return "answered 404 for every id known: give one under gates: contract: parameters";
  return `answered ${[...new Set(statuses)].join(", ")}: no input was found that succeeds`;
}
