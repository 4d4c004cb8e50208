/** Takes the events of a stream in as they come, with the times that say whether it flows. */
import type { StreamSpec } from "../types.ts";

export interface StreamEvent {
  /** performance.now() when it arrived. */
  at: number;
  data: string;
  /** SSE only. */
  id: string | null;
  type: string;
}

export type Ending =
  | { kind: "enough" }
  /** Nothing came for as long as may pass: before the first event, between two, or in all. */
  | { kind: "first" | "gap" | "within" }
  | { kind: "ended"; message: string }
  | { kind: "cancelled" };

export interface Collected {
  /** performance.now() when the stream was asked for: the wait for the first event begins there. */
  askedAt: number;
  events: StreamEvent[];
  ending: Ending;
}

type Limits = Pick<StreamSpec, "firstMs" | "gapMs" | "withinMs" | "type">;

/** Give it events and endings; `done` resolves with the first reason to stop. */
export class Collector {
  readonly done: Promise<Collected>;
  readonly #events: StreamEvent[] = [];
  readonly #askedAt: number;
  readonly #signal: AbortSignal;
  readonly #cancel = () => this.#stop({ kind: "cancelled" });
  readonly #limits: Limits;
  readonly #wanted: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #resolve: (collected: Collected) => void = () => {};
  #over = false;

  constructor(limits: Limits, wanted: number, askedAt: number, signal: AbortSignal) {
    this.#limits = limits;
    this.#askedAt = askedAt;
    this.#signal = signal;
    this.#wanted = wanted;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    signal.addEventListener("abort", this.#cancel, { once: true });
    this.#after(limits.withinMs, () => this.#stop({ kind: "within" }));
    const waited = performance.now() - askedAt;
    if (limits.firstMs !== null) this.#expectWithin(Math.max(0, limits.firstMs - waited), "first");
    if (signal.aborted) this.#cancel();
  }

  push(event: StreamEvent): void {
    if (this.#over || (this.#limits.type !== null && event.type !== this.#limits.type)) return;
    this.#events.push(event);
    if (this.#events.length >= this.#wanted) this.#stop({ kind: "enough" });
    else if (this.#limits.gapMs !== null) this.#expectWithin(this.#limits.gapMs, "gap");
  }

  end(message: string): void {
    this.#stop({ kind: "ended", message });
  }

  #expectWithin(ms: number, kind: "first" | "gap"): void {
    const seen = this.#events.length;
    this.#after(ms, () => {
      // What has already arrived but was not read yet, because this process was busy, is not late.
      setImmediate(() => {
        if (this.#events.length === seen) this.#stop({ kind });
      });
    });
  }

  #after(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }

  #stop(ending: Ending): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#signal.removeEventListener("abort", this.#cancel);
    this.#resolve({ askedAt: this.#askedAt, events: this.#events, ending });
  }
}
