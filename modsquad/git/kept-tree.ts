/**
 * The checked-out snapshot is kept between runs, so that the next one writes only what changed. What lies there
 * may have been touched by what ran in it: a file is reused only when the system says nobody has changed it
 * since it was checked out, and whatever else is found is removed.
 */
import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TrackedFile } from "../contracts/gate.ts";
import { blobIdOfFile } from "./blob-id.ts";

/** The form of contents.json. */
const FORM = 3;
/** Times of files are this coarse, milliseconds. */
const CLOCK_GRAIN_MS = 20;

/** Files or folders as they were after a checkout, column by column: thousands of small lists take long to read. */
interface Marks {
  /** Paths relative to the tree. */
  names: string[];
  inodes: number[];
  /** Change times, ms. That of a folder is the last time that something came, went or was renamed in it. */
  changes: number[];
}

interface FileMarks extends Marks {
  modes: string[];
  oids: string[];
  sizes: number[];
}

interface Contents {
  form: number;
  /** When the marks were taken, ms since the epoch. */
  noted: number;
  /** What decides, beside the blob, what a checkout writes. */
  conversion: string;
  files: FileMarks;
  /** The folders of the files, "" for the tree itself, each before those in it. */
  folders: Marks;
}

/** Path relative to the tree → the file that shall lie there. */
type Wanted = ReadonlyMap<string, TrackedFile>;

const contentsFile = (dir: string): string => path.join(dir, "contents.json");
const treeFolder = (dir: string): string => path.join(dir, "tree");

const FOLDER_COLUMNS = ["names", "inodes", "changes"] as const;
const FILE_COLUMNS = [...FOLDER_COLUMNS, "modes", "oids", "sizes"] as const;

/** Whether these are lists of one length. */
function areColumns<T extends string>(marks: Record<T, unknown[]>, columns: readonly T[]): boolean {
  return columns.every((column) => marks[column].length === marks[columns[0]!].length);
}

/** What was noted, or null when it says nothing: then everything is checked out anew. */
function readContents(dir: string, conversion: string): Contents | null {
  try {
    const contents = JSON.parse(readFileSync(contentsFile(dir), "utf8")) as Contents;
    const isWhole = areColumns(contents.files, FILE_COLUMNS) && areColumns(contents.folders, FOLDER_COLUMNS);
    return isWhole && contents.form === FORM && contents.conversion === conversion ? contents : null;
  } catch {
    return null;
  }
}

/** What changed just before it was noted could have changed again within the same tick of the clock. */
const isCertain = (changed: number, noted: number): boolean => changed < noted - CLOCK_GRAIN_MS;

/**
 * Whether nobody has changed a file since it was noted; where its time is not certain its content has to speak for
 * it: then "by-content".
 */
function isUntouched(tree: string, { files, noted }: Contents, at: number): boolean | "by-content" {
  const file = `${tree}/${files.names[at]}`;
  const stat = lstatSync(file, { throwIfNoEntry: false });
  const changed = files.changes[at]!;
  if (stat?.size !== files.sizes[at] || stat?.ino !== files.inodes[at] || stat?.ctimeMs !== changed)
    return false;
  if (isCertain(changed, noted)) return true;
  const oid = files.oids[at]!;
  return blobIdOfFile(file, files.modes[at]!, oid.length) === oid && "by-content";
}

/** The folder a path lies in; "" for the tree itself. */
const folderOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf("/")));

/** Each folder that holds one of these files, before those in it. */
function foldersOf(files: Iterable<string>): Set<string> {
  const folders = new Set([""]);
  const add = (folder: string): void => {
    if (folders.has(folder)) return;
    add(folderOf(folder));
    folders.add(folder);
  };
  for (const name of files) add(folderOf(name));
  return folders;
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

export interface Pruned {
  /** What was noted of the tree; null for nothing. */
  known: Contents | null;
  /** The files that are still right → their place among the marks. */
  files: ReadonlyMap<string, number>;
  /** Likewise the folders in which nothing came or went. */
  folders: ReadonlyMap<string, number>;
  /** True when contents.json says just that, so that it need not be written again. */
  isNoted: boolean;
}

/** Removes from the tree of `dir` all that is not wanted or was touched. */
export function pruneKept(dir: string, wanted: Wanted, conversion: string): Pruned {
  const tree = treeFolder(dir);
  const remove = (name: string): void => rmSync(`${tree}/${name}`, { recursive: true, force: true });
  const known = readContents(dir, conversion);
  if (known === null) {
    for (const name of readdirSync(tree)) remove(name);
    return { known, files: new Map(), folders: new Map(), isNoted: false };
  }
  const wantedFolders = foldersOf(wanted.keys());
  const folders = pruneFolders(tree, known, wanted, wantedFolders, remove);
  const files = new Map<string, number>();
  const { names, modes, oids } = known.files;
  let isNoted = true;
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at]!;
    const want = wanted.get(name);
    const isSame = want?.mode === modes[at] && want?.oid === oids[at];
    const untouched = isSame && isUntouched(tree, known, at);
    if (untouched) files.set(name, at);
    else {
      remove(name);
      folders.delete(folderOf(name));
    }
    if (untouched !== true) isNoted = false;
  }
  isNoted &&= files.size === wanted.size && folders.size === wantedFolders.size;
  return { known, files, folders, isNoted };
}

/** The folders in which nothing came or went, after what does not belong into the others is gone. */
function pruneFolders(
  tree: string,
  known: Contents,
  wanted: Wanted,
  wantedFolders: ReadonlySet<string>,
  remove: (name: string) => void,
): Map<string, number> {
  const untouched = new Map<string, number>();
  const { names, inodes, changes } = known.folders;
  const knownFolders = new Set(names);
  const lookInto = (folder: string): void => {
    for (const entry of readdirSync(`${tree}/${folder}`, { withFileTypes: true })) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      // What lies in a folder nobody noted is not known either. A wanted file is looked at after this.
      const belongs = entry.isDirectory()
        ? knownFolders.has(name) && wantedFolders.has(name)
        : wanted.has(name);
      if (!belongs) remove(name);
    }
  };
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at]!;
    const stat = lstatSync(`${tree}/${name}`, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (!stat.isDirectory() || !wantedFolders.has(name)) {
      remove(name);
      untouched.delete(folderOf(name));
    } else if (
      stat.ino === inodes[at] &&
      stat.ctimeMs === changes[at] &&
      isCertain(stat.ctimeMs, known.noted)
    ) {
      untouched.set(name, at);
    } else lookInto(name);
  }
  return untouched;
}

/**
 * Looks at what a finished checkout wrote and notes it, before anything can touch it. Fills in the size of every
 * wanted file; returns the name of one that is not there, or null.
 */
export function noteContents(dir: string, wanted: Wanted, conversion: string, pruned: Pruned): string | null {
  const tree = treeFolder(dir);
  const { known } = pruned;
  const noted = Date.now();
  const files: FileMarks = { names: [], inodes: [], changes: [], modes: [], oids: [], sizes: [] };
  const written: string[] = [];
  for (const [name, file] of wanted) {
    const at = pruned.files.get(name);
    if (at === undefined || known === null) {
      const stat = lstatSync(`${tree}/${name}`, { throwIfNoEntry: false });
      if (!stat?.isFile() && !stat?.isSymbolicLink()) return name;
      file.size = stat.size;
      files.inodes.push(stat.ino);
      files.changes.push(stat.ctimeMs);
      written.push(name);
    } else {
      file.size = known.files.sizes[at]!;
      files.inodes.push(known.files.inodes[at]!);
      files.changes.push(known.files.changes[at]!);
    }
    files.names.push(name);
    files.modes.push(file.mode);
    files.oids.push(file.oid);
    files.sizes.push(file.size);
  }
  if (pruned.isNoted) return null;
  const folders: Marks = { names: [...foldersOf(wanted.keys())], inodes: [], changes: [] };
  const changed = foldersOf(written);
  for (const name of folders.names) {
    const at = changed.has(name) ? undefined : pruned.folders.get(name);
    const stat = at === undefined || known === null ? lstatSync(`${tree}/${name}`) : null;
    folders.inodes.push(stat ? stat.ino : known!.folders.inodes[at!]!);
    folders.changes.push(stat ? stat.ctimeMs : known!.folders.changes[at!]!);
  }
  const contents: Contents = { form: FORM, noted, conversion, files, folders };
  writeFileSync(contentsFile(dir), JSON.stringify(contents));
  return null;
}

/** Leaves the snapshot for the next run; removes it where another one is kept already. */
export function keepTree(dir: string, kept: string): void {
  try {
    renameSync(dir, kept);
  } catch {
    rmSync(dir, { recursive: true, force: true });
  }
}
