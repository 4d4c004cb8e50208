/** Which paths exist in a repository: every file and every folder above one. */
import type { TrackedFile } from "../../modsquad/contracts/gate.ts";
import { folderOf } from "./paths.ts";

function everyPath(files: TrackedFile[]): Set<string> {
  const known = new Set<string>();
  let last = "";
  for (const { path } of files) {
    known.add(path);
    const folder = folderOf(path);
    // Neighbours come one after the other.
    if (folder === last) continue;
    last = folder;
    for (let above = folder; above !== "" && !known.has(above); above = folderOf(above)) known.add(above);
  }
  return known;
}

/** git lists files in order; nothing promises it for all lists. */
function areSorted(files: TrackedFile[]): boolean {
  for (let at = 1; at < files.length; at += 1) if (files[at - 1]!.path >= files[at]!.path) return false;
  return true;
}

/** Answers a few questions about ten thousands of files without an index of them; many, with one. */
export class KnownPaths {
  readonly #files: TrackedFile[];
  #all: Set<string> | null = null;
  #sorted: boolean | null = null;

  constructor(files: TrackedFile[]) {
    this.#files = files;
  }

  /** Every path. */
  get all(): Set<string> {
    this.#all ??= everyPath(this.#files);
    return this.#all;
  }

  has(path: string): boolean {
    this.#sorted ??= areSorted(this.#files);
    if (this.#all || !this.#sorted) return this.all.has(path);
    return this.#from(path) === path || this.#from(`${path}/`).startsWith(`${path}/`);
  }

  /** The first path that is not before this one; "" when there is none. */
  #from(path: string): string {
    let low = 0;
    let high = this.#files.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#files[middle]!.path < path) low = middle + 1;
      else high = middle;
    }
    return this.#files[low]?.path ?? "";
  }
}
