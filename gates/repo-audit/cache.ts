/** What single files said in earlier runs, by content: a file that has not changed is not read again. */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { GateContext, TrackedFile } from "../../modsquad/contracts/gate.ts";
import type { Json } from "../../modsquad/contracts/words.ts";
import type { SkipReason } from "./audit.ts";

/** One file as it was. Never holds text of the file that may be a secret. */
export interface CacheEntry {
  oid: string;
  size: number;
  mtimeMs: number;
  /** Why it is shown to no check, when it is not. */
  skip?: SkipReason;
  /** Check → what it keeps of the file. A check that was not asked is absent. */
  notes: Record<string, Json>;
}

/** Below this, reading everything is as fast. Files. */
export const MIN_FILES = 500;
/** More changed entries than this and everything is written anew. */
const MAX_DELTAS = 400;
const PACK = "files.json";
const DELTA = "delta.jsonl";

/** Another build may see other things in the same file. */
function buildKey(): string {
  try {
    const { size, mtimeMs } = statSync(fileURLToPath(import.meta.url));
    return createHash("sha256").update(`1 ${process.version} ${size} ${mtimeMs}`).digest("hex").slice(0, 16);
  } catch {
    return "";
  }
}

function isEntry(value: unknown): value is CacheEntry {
  const entry = value as CacheEntry | null;
  return (
    typeof entry === "object" &&
    typeof entry?.oid === "string" &&
    typeof entry.notes === "object" &&
    entry.notes !== null
  );
}

export class FileCache {
  readonly #dir: string;
  readonly #root: string;
  readonly #trustIds: boolean;
  readonly #key = buildKey();
  readonly #old = new Map<string, CacheEntry>();
  readonly #now = new Map<string, CacheEntry>();
  #deltas = 0;

  constructor(context: Pick<GateContext, "dependenciesRoot" | "root" | "mode">) {
    this.#dir = path.join(context.dependenciesRoot, "modsquad", "logs", "cache", "repo-audit");
    this.#root = context.root;
    // A snapshot of the index is what its blob ids say; a work tree may have changed since.
    this.#trustIds = context.mode === "quick";
    this.#load();
  }

  #load(): void {
    try {
      const pack = JSON.parse(readFileSync(path.join(this.#dir, PACK), "utf8")) as {
        key: string;
        entries: Record<string, unknown>;
      };
      if (pack.key !== this.#key || this.#key === "") return;
      for (const [name, entry] of Object.entries(pack.entries))
        if (isEntry(entry)) this.#old.set(name, entry);
      for (const line of readFileSync(path.join(this.#dir, DELTA), "utf8").split("\n")) {
        if (line === "") continue;
        const delta = JSON.parse(line) as { key: string; path: string; entry: unknown };
        if (delta.key !== this.#key) return;
        if (isEntry(delta.entry)) this.#old.set(delta.path, delta.entry);
        else this.#old.delete(delta.path);
        this.#deltas += 1;
      }
    } catch {
      // A pack that is missing or torn is an empty one; what was read before it broke is whole.
    }
  }

  /** What is known of a file, when it is still the same. */
  current(file: TrackedFile): CacheEntry | null {
    const entry = this.#old.get(file.path);
    if (!entry || entry.size !== file.size) return null;
    if (this.#trustIds) return file.oid !== "" && entry.oid === file.oid ? entry : null;
    try {
      const { mtimeMs, size } = statSync(path.join(this.#root, file.path));
      return mtimeMs === entry.mtimeMs && size === entry.size ? entry : null;
    } catch {
      return null;
    }
  }

  /** A fresh entry for a file that is read now. */
  entryFor(file: TrackedFile): CacheEntry {
    let mtimeMs = 0;
    try {
      mtimeMs = this.#trustIds ? 0 : statSync(path.join(this.#root, file.path)).mtimeMs;
    } catch {
      // The reader says so.
    }
    return { oid: file.oid, size: file.size, mtimeMs, notes: {} };
  }

  keep(name: string, entry: CacheEntry): void {
    this.#now.set(name, entry);
  }

  /** A few changed entries are appended, else everything is replaced in one step. What cannot be written costs time, nothing else. */
  save(): void {
    const changed: [string, CacheEntry | null][] = [];
    for (const [name, entry] of this.#now) if (this.#old.get(name) !== entry) changed.push([name, entry]);
    for (const name of this.#old.keys()) if (!this.#now.has(name)) changed.push([name, null]);
    if (changed.length === 0 || this.#key === "") return;
    try {
      mkdirSync(this.#dir, { recursive: true });
      if (this.#old.size > 0 && changed.length + this.#deltas <= MAX_DELTAS) {
        const lines = changed.map(
          ([name, entry]) => `${JSON.stringify({ key: this.#key, path: name, entry })}\n`,
        );
        appendFileSync(path.join(this.#dir, DELTA), lines.join(""));
        return;
      }
      const temporary = path.join(this.#dir, `${PACK}.${process.pid}.tmp`);
      writeFileSync(temporary, JSON.stringify({ key: this.#key, entries: Object.fromEntries(this.#now) }));
      rmSync(path.join(this.#dir, DELTA), { force: true });
      renameSync(temporary, path.join(this.#dir, PACK));
    } catch {
      return;
    }
  }
}
