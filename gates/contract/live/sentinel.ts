/**
 * Notices when one of our own calls has changed the service so that unlike operations fail alike. Operations that
 * answered well before (canaries) are asked again; the call after which they stop answering is the culprit.
 */
import type { Answer, Call } from "../types.ts";
import { pause } from "./client.ts";

export interface Canary {
  call: Call;
  status: number;
  /** Whether its body held anything: a wiped service still answers 200. */
  full: boolean;
}

export interface Poisoning {
  culprit: string;
  /** What the canaries answer now. */
  symptom: string;
  recovered: string | null;
}

type Ask = (call: Call) => Promise<Answer | null>;

const MAX_CANARIES = 3;
const RECHECK_MS = 60;

/** Whether a JSON body holds at least one item where it has a list. */
export function isFull(text: string): boolean {
  return !/^\s*\[\s*\]\s*$/.test(text) && !/"(?:items|data|results|[a-z]+s)"\s*:\s*\[\s*\]/.test(text);
}

export class Sentinel {
  readonly #canaries: Canary[] = [];
  readonly #ask: Ask;
  readonly #signal: AbortSignal;

  constructor(ask: Ask, signal: AbortSignal) {
    this.#ask = ask;
    this.#signal = signal;
  }

  get armed(): boolean {
    return this.#canaries.length > 0;
  }

  /** Offers a call that went well. Unlike ones are kept: other resource, secured and open, with and without a list. */
  offer(call: Call, answer: Answer): void {
    if (answer.cut || answer.status >= 300 || call.operation.method !== "get" || answer.ms > 500) return;
    // A single thing may rightly be changed or deleted by what comes.
    if (call.operation.path.includes("{")) return;
    const kind = (one: Call) =>
      `${one.operation.security.length > 0} ${one.operation.path.split("/").slice(0, 3).join("/")}`;
    if (this.#canaries.length >= MAX_CANARIES || this.#canaries.some((one) => kind(one.call) === kind(call)))
      return;
    this.#canaries.push({ call, status: answer.status, full: isFull(answer.text) });
  }

  /** What is wrong with the service now; null when the canaries answer as before. */
  async symptom(): Promise<string | null> {
    const first = await this.#look();
    if (first === null) return null;
    // A single hiccup is no poisoning.
    await pause(RECHECK_MS, this.#signal);
    return this.#look();
  }

  async #look(): Promise<string | null> {
    const answers = await Promise.all(this.#canaries.map(({ call }) => this.#ask(call)));
    for (const [index, { call, status, full }] of this.#canaries.entries()) {
      const answer = answers[index];
      if (!answer) return `${call.operation.id} gives no answer`;
      if (answer.status !== status)
        return `${call.operation.id} answered ${status} before, ${answer.status} now`;
      if (full && !isFull(answer.text)) return `${call.operation.id} held data before, holds none now`;
    }
    return null;
  }
}

/** Splits suspects until one is left. `poisons` runs a part from a clean state and tells whether the symptom came back. */
export async function bisect<T>(
  suspects: readonly T[],
  poisons: (part: readonly T[]) => Promise<boolean>,
): Promise<T | null> {
  let left = [...suspects];
  while (left.length > 1) {
    const half = left.slice(0, Math.ceil(left.length / 2));
    left = (await poisons(half)) ? half : left.slice(half.length);
  }
  const [last] = left;
  return last !== undefined && (await poisons([last])) ? last : null;
}
