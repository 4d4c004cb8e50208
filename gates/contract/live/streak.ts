/**
 * Notices what canaries cannot: reads go on while unlike writes fail alike, one after the other, as in a service that
 * was put into maintenance. The write before the first of them is the culprit.
 */
import type { Answer, Call, Operation } from "../types.ts";

/** So many unlike operations answering alike are no coincidence. */
const LONG = 3;
/** Refusals that have nothing to do with what was sent. */
const ALIKE = new Set([401, 403, 423, 429]);

/** What an answer says, without what differs from one to the next. */
export function signatureOf({ status, text }: Answer): string {
  const plain = text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, "*").replace(/\d+/g, "*");
  return `${status} ${plain.slice(0, 300)}`;
}

export class Streak {
  #signature = "";
  #operations: Operation[] = [];
  /** Writes that went well, the last one first. */
  #good: Call[] = [];

  /** Notes what a write answered. */
  note(operation: Operation, answer: Answer, good: Call | null): void {
    if (good) this.#good = [good, ...this.#good].slice(0, 2);
    const counts = !good && (answer.status >= 500 || ALIKE.has(answer.status));
    const signature = counts ? signatureOf(answer) : "";
    if (!counts || signature !== this.#signature) this.#operations = [];
    this.#signature = signature;
    if (counts) this.#operations.push(operation);
  }

  /** The writes that fail alike, the one before them and an earlier one that went well; null while there is no cause for suspicion. */
  get suspicion(): { operations: Operation[]; culprit: Call; witness: Call; signature: string } | null {
    const [culprit, witness] = this.#good;
    if (this.#operations.length < LONG || !culprit || !witness) return null;
    return { operations: this.#operations, culprit, witness, signature: this.#signature };
  }

  reset(): void {
    this.#operations = [];
    this.#signature = "";
  }
}
