/**
 * The checked-out snapshot is kept between runs, so that the next one writes only what changed. What lies there
 * may have been touched by what ran in it: a file is reused only when the system says nobody has changed it
 * since it was checked out, and whatever else is found is removed.
 */
import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { blobIdOfFile } from "./blob-id.ts";

/** The form of contents.json. */
const FORM = 2;
/** Times of files are this coarse, milliseconds. */
const CLOCK_GRAIN_MS = 20;

/** Mode, blob id, size, inode, change time (ms) of a file as it was checked out. */
type Mark = [mode: string, oid: string, size: number, inode: number, changed: number];

interface Contents {
  form: number;
  /** When the marks were taken, ms since the epoch. */
  noted: number;
  /** What decides, beside the blob, what a checkout writes. */
  conversion: string;
  files: Record<string, Mark>;
}

const contentsFile = (dir: string): string => path.join(dir, "contents.json");

/** What was noted, or null when it says nothing: then everything is checked out anew. */
function readContents(dir: string, conversion: string): Contents | null {
  try {
    const contents = JSON.parse(readFileSync(contentsFile(dir), "utf8")) as Contents;
    return contents.form === FORM && contents.conversion === conversion ? contents : null;
  } catch {
    return null;
  }
}

/**
 * Nobody has changed the file since its mark was taken. One written just before that could have been written
 * again within the same tick of the clock, so its content has to speak for it.
 */
function isUntouched(file: string, [mode, oid, size, inode, changed]: Mark, noted: number): boolean {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat?.size !== size || stat.ino !== inode || stat.ctimeMs !== changed) return false;
  return changed < noted - CLOCK_GRAIN_MS || blobIdOfFile(file, mode, oid.length) === oid;
}

/** Makes a kept snapshot folder this run's own; false when there is none, or another run has it. */
export function claimKept(kept: string, dir: string): boolean {
  try {
    renameSync(kept, dir);
    return true;
  } catch {
    return false;
  }
}

/**
 * Removes from the tree of `dir` all that is not wanted or was touched; returns the paths that are still right.
 * `wanted` is path → [mode, blob id], paths relative to the tree.
 */
export function pruneKept(
  dir: string,
  wanted: ReadonlyMap<string, readonly [mode: string, oid: string]>,
  conversion: string,
): Set<string> {
  const known = readContents(dir, conversion);
  const marks = known?.files ?? {};
  const tree = path.join(dir, "tree");
  const right = new Set<string>();
  const stays = (name: string): boolean => {
    const want = wanted.get(name);
    const mark = Object.hasOwn(marks, name) ? marks[name] : undefined;
    if (!known || !want || mark?.[0] !== want[0] || mark[1] !== want[1]) return false;
    return isUntouched(path.join(tree, name), mark, known.noted);
  };
  /** True when something in the folder stays. */
  const prune = (folder: string): boolean => {
    let any = false;
    for (const entry of readdirSync(path.join(tree, folder), { withFileTypes: true })) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() ? prune(name) : stays(name)) {
        any = true;
        if (!entry.isDirectory()) right.add(name);
      } else rmSync(path.join(tree, name), { recursive: true, force: true });
    }
    return any;
  };
  prune("");
  return right;
}

/**
 * Looks at what a finished checkout wrote and notes it, before anything can touch it. Returns the size of every
 * wanted file, or the name of one that is not there.
 */
export function noteContents(
  dir: string,
  wanted: ReadonlyMap<string, readonly [mode: string, oid: string]>,
  conversion: string,
): { sizes: Map<string, number> } | { missing: string } {
  const files: Contents["files"] = {};
  const sizes = new Map<string, number>();
  const noted = Date.now();
  for (const [name, [mode, oid]] of wanted) {
    const stat = lstatSync(path.join(dir, "tree", name), { throwIfNoEntry: false });
    if (!stat?.isFile() && !stat?.isSymbolicLink()) return { missing: name };
    sizes.set(name, stat.size);
    files[name] = [mode, oid, stat.size, stat.ino, stat.ctimeMs];
  }
  const contents: Contents = { form: FORM, noted, conversion, files };
  writeFileSync(contentsFile(dir), JSON.stringify(contents));
  return { sizes };
}

/** Leaves the snapshot for the next run; removes it where another one is kept already. */
export function keepTree(dir: string, kept: string): void {
  try {
    renameSync(dir, kept);
  } catch {
    rmSync(dir, { recursive: true, force: true });
  }
}
