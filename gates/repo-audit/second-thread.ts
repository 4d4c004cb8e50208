/** A second thread that looks at a share of the files: most of what this gate does needs nothing but the one file. */
import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { GateContext, TrackedFile } from "../../modsquad/contracts/gate.ts";
import type { CacheEntry } from "./cache.ts";
import type { NumberedNoter } from "./look.ts";

/** What the second thread has to know before it can look at anything. */
export interface SecondThreadStart {
  context: Omit<GateContext, "base" | "signal" | "exec" | "progress">;
  /** Id of a noter → the number that stands for it in an entry. */
  numbers: Map<string, number>;
}

/** A file, and one bit for each noter that need not be asked about it any more. */
export interface LookTask {
  file: TrackedFile;
  asked: number;
}

/** What the noters said of a file; one that is not in `asked` has to be asked in the first thread. */
export type Seen = Pick<CacheEntry, "skip" | "asked" | "notes">;

export class SecondThread {
  readonly #worker: Worker;
  readonly #open: ((seen: Seen[] | null) => void)[] = [];
  #isOver = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (seen: Seen[]) => this.#open.shift()?.(seen));
    // Whatever ends it, the first thread can do all of it.
    worker.on("error", () => this.#over());
    worker.on("exit", () => this.#over());
  }

  /** Null where the module has not been built: then the first thread does it all. */
  static start(module: URL, context: GateContext, noters: readonly NumberedNoter[]): SecondThread | null {
    if (!existsSync(module)) return null;
    const { base: _base, signal: _signal, exec: _exec, progress: _progress, ...data } = context;
    const workerData: SecondThreadStart = {
      // What others found, and what is secret, is nothing that single files are asked about.
      context: { ...data, upstream: {}, secrets: {}, history: [] },
      numbers: new Map(noters.map(({ noter, number }) => [noter.id, number])),
    };
    return new SecondThread(new Worker(module, { workerData }));
  }

  #over(): void {
    this.#isOver = true;
    for (const answer of this.#open.splice(0)) answer(null);
  }

  /** What the noters say of these files, in their order; null when the thread has failed. */
  look(tasks: LookTask[]): Promise<Seen[] | null> {
    if (this.#isOver) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#open.push(resolve);
      this.#worker.postMessage(tasks);
    });
  }

  end(): void {
    void this.#worker.terminate();
  }
}
