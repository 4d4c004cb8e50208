/**
 * Notices what canaries cannot: reads go on while unlike writes fail alike, one after the other, as in a service that
 * was put into maintenance. The write before the first of them is the culprit.
 */
import type { Answer, Call, Operation } from "../types.ts";

/** So many unlike operations answering alike are no coincidence. */
const LONG = 3;
/** Refusals that have nothing to do with what was sent. */
const ALIKE = new Set([401, 403, 423, 429]);

/** Whether an answer refuses whatever is sent. */
export const isShut = ({ status }: Answer) => status >= 500 || ALIKE.has(status);

/** What an answer says, without what differs from one to the next. */
export function signatureOf({ status, text }: Answer): string {
  const plain = text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, "*").replace(/\d+/g, "*");
  return `${status} ${plain.slice(0, 300)}`;
}

export class Streak {
  #signature = "";
  #operations: Operation[] = [];
  /** The last write that went well. */
  #last: Call | null = null;
  /** Whether it may be sent again without harm to the whole. */
  #lastIsHarmless = false;
  #witness: Call | null = null;

  /** Notes what a write answered, and whether it acts on the service as a whole. */
  note(operation: Operation, answer: Answer, good: Call | null, isGlobal: boolean): void {
    if (good) {
      if (this.#lastIsHarmless) this.#witness = this.#last;
      this.#last = good;
      this.#lastIsHarmless = !isGlobal;
    }
    const counts = !good && isShut(answer);
    const signature = counts ? signatureOf(answer) : "";
    if (!counts || signature !== this.#signature) this.#operations = [];
    this.#signature = signature;
    if (counts) this.#operations.push(operation);
  }

  /** The writes that fail alike, the one before them and an earlier one that went well; null while there is no cause for suspicion. */
  get suspicion(): { operations: Operation[]; culprit: Call; witness: Call; signature: string } | null {
    if (this.#operations.length < LONG || !this.pair) return null;
    return { ...this.pair, operations: this.#operations, signature: this.#signature };
  }

  /** The last write that went well and a harmless one before it; null while there are no two. */
  get pair(): { culprit: Call; witness: Call } | null {
    return this.#last && this.#witness ? { culprit: this.#last, witness: this.#witness } : null;
  }

  /** Begins anew; what was under suspicion is no witness. */
  reset(): void {
    this.#lastIsHarmless = false;
    this.#operations = [];
    this.#signature = "";
  }
}
