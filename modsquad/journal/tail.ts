/**
 * Tails journals: told of by the file system where it tells, looked at once a second where it does not
 * (network mounts, no watches left, a folder that does not exist yet).
 */
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { type FollowedBatch, type Follower, follow } from "./follow.ts";
import { parseJournalName } from "./names.ts";

export type { FollowedBatch } from "./follow.ts";

export interface TailOptions {
  /** Ends the tail. */
  signal: AbortSignal;
  /** Milliseconds between two looks; 1000 by default. */
  pollMs?: number;
  /** Bytes, by path, of which only what they come to is told: records that a later one replaces are left out. */
  backlog?: ReadonlyMap<string, number>;
  /** Of a folder: how many of the journals already there are told, newest first; all by default. */
  existing?: number;
}

export interface Tail {
  /** Looks now, at one slice of each file, for whoever cannot wait for the file system. */
  poll(): void;
  /** Resolves when the signal has ended the tail and its files are closed. */
  readonly done: Promise<void>;
}

class JournalTail implements Tail {
  readonly done: Promise<void>;
  readonly #dir: string;
  /** The one file to tail, or null for all journals of the folder. */
  readonly #only: string | null;
  readonly #tell: (batch: FollowedBatch) => void;
  readonly #existing: number;
  readonly #backlog: ReadonlyMap<string, number>;
  readonly #followers = new Map<string, Follower>();
  readonly #ignored = new Set<string>();
  readonly #due = new Set<string>();
  #watcher: FSWatcher | null = null;
  #watchedInode = -1;
  #draining: NodeJS.Immediate | null = null;
  #firstLook = true;
  #ended = false;

  constructor(target: string, tell: (batch: FollowedBatch) => void, options: TailOptions) {
    const isFile = extname(target) === ".jsonl";
    this.#dir = isFile ? dirname(target) : target;
    this.#only = isFile ? basename(target) : null;
    this.#tell = tell;
    this.#existing = options.existing ?? Number.POSITIVE_INFINITY;
    this.#backlog = options.backlog ?? new Map();
    const { promise, resolve } = settled();
    this.done = promise;
    if (options.signal.aborted) {
      this.#ended = true;
      resolve();
      return;
    }
    const timer = setInterval(() => this.poll(), options.pollMs ?? 1000);
    options.signal.addEventListener(
      "abort",
      () => {
        clearInterval(timer);
        this.#end();
        resolve();
      },
      { once: true },
    );
    this.poll();
  }

  poll(): void {
    if (this.#ended) return;
    this.#keepWatching();
    for (const name of this.#names()) this.#due.add(name);
    for (const name of this.#followers.keys()) this.#due.add(name);
    this.#drain();
  }

  #names(): string[] {
    if (this.#only) return [this.#only];
    const names = journalNames(this.#dir);
    if (this.#firstLook) {
      const old = names.sort().slice(0, Math.max(0, names.length - this.#existing));
      for (const name of old) this.#ignored.add(name);
      this.#firstLook = false;
    }
    return names.filter((name) => !this.#ignored.has(name));
  }

  /** Watches the folder, not the file: that survives replacement and shows new files. */
  #keepWatching(): void {
    const inode = inodeOf(this.#dir);
    if (this.#watcher && inode === this.#watchedInode) return;
    this.#unwatch();
    if (inode < 0) return;
    try {
      this.#watcher = watch(this.#dir, (_event, name) => this.#noticed(name));
      this.#watcher.on("error", () => this.#unwatch());
      this.#watchedInode = inode;
    } catch {
      this.#watcher = null;
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #noticed(name: string | null): void {
    if (this.#ended) return;
    if (name === null) {
      this.poll();
      return;
    }
    const wanted = this.#only ? name === this.#only : parseJournalName(name) && !this.#ignored.has(name);
    if (!wanted) return;
    this.#due.add(name);
    if (!this.#draining) this.#drain();
  }

  /** One slice of every file that is due, then the others' turn, until nothing is left to read. */
  #drain(): void {
    for (const name of [...this.#due]) {
      let follower = this.#followers.get(name);
      if (!follower) {
        const path = join(this.#dir, name);
        follower = follow(path, this.#tell, this.#backlog.get(path));
        this.#followers.set(name, follower);
      }
      const state = follower.step();
      if (this.#ended) return;
      if (state !== "more") this.#due.delete(name);
      // A journal's name is never used again; the one file we were asked for may come back.
      if (state === "gone" && !this.#only) this.#followers.delete(name);
    }
    if (this.#due.size === 0 || this.#draining) return;
    this.#draining = setImmediate(() => {
      this.#draining = null;
      this.#drain();
    });
  }

  #end(): void {
    this.#ended = true;
    if (this.#draining) clearImmediate(this.#draining);
    this.#unwatch();
    for (const follower of this.#followers.values()) follower.close();
    this.#followers.clear();
  }
}

function settled(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function journalNames(dir: string): string[] {
  try {
    return readdirSync(dir).filter((name) => parseJournalName(name) !== null);
  } catch {
    return [];
  }
}

function inodeOf(dir: string): number {
  try {
    return statSync(dir).ino;
  } catch {
    return -1;
  }
}

/**
 * Tells the records of a journal (`target` ends in .jsonl), or of every journal in a folder, now and as they
 * are written. Batches of one file come in order; a batch with `restarted` starts that file anew. Aborting from
 * inside `onRecords` is fine.
 */
export function tailJournal(
  target: string,
  onRecords: (batch: FollowedBatch) => void,
  options: TailOptions,
): Tail {
  return new JournalTail(target, onRecords, options);
}
