/**
 * What decides the result of a file-based gate, as named parts with a hash each: two runs with equal parts
 * give equal results, and where they differ the name says exactly which input changed.
 */
import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, normalize, resolve } from "node:path";
import type { TrackedFile } from "../contracts/gate.ts";
import type { Json } from "../contracts/words.ts";
import { blobIdOfFile, SHA1_HEX, SHA256_HEX } from "../git/blob-id.ts";

/** Part name → hash or short value, such as "file src/a.ts" → blob id, "option checks.secrets.limit" → hash. */
export type InputParts = Map<string, string>;

/** Larger programs are told apart by place, size and time instead of content. */
const MAX_HASHED_PROGRAM = 4 * 1024 * 1024;

export const shortHash = (data: string | Uint8Array): string =>
  createHash("sha256").update(data).digest("hex").slice(0, 32);

/** What decides one gate's result. */
export interface Inputs {
  /** One hash over all parts. */
  digest: string;
  /** All of them by name; put together when asked for. */
  parts(): InputParts;
}

const digestsOfFiles = new WeakMap<InputParts, string>();

/** `own` with `files`, which other gates may share: of these the hash is computed once. */
export function inputsFrom(own: InputParts, files: InputParts): Inputs {
  const digestOfFiles = digestsOfFiles.get(files) ?? digestOf(files);
  digestsOfFiles.set(files, digestOfFiles);
  return {
    digest: digestOf(new Map(own).set("matching files", digestOfFiles)),
    parts: () => new Map([...files, ...own]),
  };
}

/** One hash over all parts, in the order of their names. */
export function digestOf(parts: InputParts): string {
  const hash = createHash("sha256");
  for (const name of [...parts.keys()].sort()) hash.update(`${name}\0${parts.get(name)}\n`);
  return hash.digest("hex").slice(0, 40);
}

/** Names of the parts that differ, or exist on one side only, sorted. */
export function changedParts(before: InputParts, after: InputParts): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

/** The files that match the globs, by blob id; content is read only where git's id does not say what is on disk. */
export function addFiles(
  parts: InputParts,
  root: string,
  files: readonly TrackedFile[],
  matches: (path: string) => boolean,
): void {
  const idLength = files.some(({ oid }) => oid.length === SHA256_HEX) ? SHA256_HEX : SHA1_HEX;
  for (const file of files) {
    if (!matches(file.path)) continue;
    parts.set(
      `file ${file.path}`,
      `${file.mode} ${file.oid || idOnDisk(join(root, file.path), file, idLength)}`,
    );
  }
}

/** So that staging a file does not look like a change of it. */
function idOnDisk(path: string, { mode }: TrackedFile, idLength: number): string {
  try {
    return blobIdOfFile(path, mode, idLength);
  } catch {
    return "unreadable";
  }
}

function contentHash(path: string): string {
  try {
    return shortHash(readFileSync(path));
  } catch {
    return "unreadable";
  }
}

/** Every leaf of a JSON value as a part of its own, so that a changed option can be named. */
export function addValue(parts: InputParts, name: string, value: Json | undefined): void {
  if (value !== null && typeof value === "object") {
    // Keys that hold a dot are quoted and indexes bracketed: two different values never share a name.
    if (Array.isArray(value))
      for (const [at, inner] of value.entries()) addValue(parts, `${name}[${at}]`, inner);
    else for (const [key, inner] of Object.entries(value)) addValue(parts, `${name}.${keyName(key)}`, inner);
    // An empty object or list has no leaf to tell it from nothing at all.
    if (Object.keys(value).length === 0) parts.set(name, JSON.stringify(value));
  } else if (value !== undefined) parts.set(name, shortHash(JSON.stringify(value)));
}

const keyName = (key: string) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));

/**
 * What a command line runs, by content: another version under the same name is another tool. Its first word is
 * the program; any other word may be one too (behind `cd x &&`, or as the argument of `sh`, `env`, `xargs`), or
 * a script outside the globs. Files that are not `listed` are left out: commands name what they write as well.
 */
export function addPrograms(
  parts: InputParts,
  commandLine: string,
  { cwd, path, listed, programs }: CommandPlace,
): void {
  const words = [...new Set(commandLine.split(WORD_END).filter((word) => word !== ""))];
  for (const [at, word] of words.entries()) {
    if (word.startsWith("-")) continue;
    const found = programs.find(word, cwd, path) ?? (listed.has(normalize(word)) ? resolve(cwd, word) : null);
    if (found !== null) parts.set(`tool ${word}`, programs.hash(found));
    else if (at === 0) parts.set(`tool ${word}`, "missing");
  }
}

/** Absolute paths of the programs a command line names, as addPrograms finds them. */
export function namedPrograms(commandLine: string, { cwd, path }: { cwd: string; path: string }): string[] {
  const words = new Set(commandLine.split(WORD_END).filter((word) => word !== "" && !word.startsWith("-")));
  return [...words].flatMap((word) => findProgram(word, cwd, path) ?? []);
}

interface CommandPlace {
  cwd: string;
  /** Folders searched for programs, as in PATH. */
  path: string;
  listed: ReadonlySet<string>;
  programs: Programs;
}

/** Where programs lie and what they hold, looked up once per run as long as nobody changes them. */
export interface Programs {
  find(program: string, cwd: string, path: string): string | null;
  hash(file: string): string;
}

export function rememberPrograms(): Programs {
  const places = new Map<string, string>();
  const hashes = new Map<string, string>();
  return {
    find: (program, cwd, path) => {
      const key = `${path}\0${program}`;
      const known = places.get(key);
      if (known !== undefined) return known;
      const found = findProgram(program, cwd, path);
      // A path is relative to the folder, and a program that is missing may come with the next gate.
      if (found !== null && !program.includes("/")) places.set(key, found);
      return found;
    },
    hash: (file) => {
      const { size, mtimeMs, ctimeMs, ino } = statSync(file);
      const key = `${file}\0${size} ${mtimeMs} ${ctimeMs} ${ino}`;
      const hash = hashes.get(key) ?? programHash(file);
      hashes.set(key, hash);
      return hash;
    },
  };
}

const WORD_END = /[\s|&;<>()$`"'=,{}]+/;

/** Whether a word of the command line may stand for a file below the working folder. */
export function namesFile(commandLine: string, listed: ReadonlySet<string>): boolean {
  if (namesAny(commandLine, listed)) return true;
  return commandLine.split(WORD_END).some((word) => word.includes("/") && !isAbsolute(word));
}

/** Whether a word of the command line is one of these paths. */
export function namesAny(commandLine: string, paths: ReadonlySet<string>): boolean {
  return commandLine.split(WORD_END).some((word) => paths.has(normalize(word)));
}

function plainFile(path: string): string | null {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ? path : null;
  } catch {
    return null;
  }
}

/** What the package manager says it installed, of the first that says it. */
export function addInstalledPackages(parts: InputParts, root: string): void {
  for (const record of INSTALLED) {
    const file = plainFile(join(root, "node_modules", record));
    if (file === null) continue;
    parts.set("installed packages", contentHash(file));
    return;
  }
}

/** npm, pnpm, Yarn. */
export const INSTALLED = [".package-lock.json", ".pnpm/lock.yaml", ".yarn-state.yml", ".yarn-integrity"];

function findProgram(program: string, cwd: string, path: string): string | null {
  const candidates =
    isAbsolute(program) || program.includes("/")
      ? [resolve(cwd, program)]
      : path.split(delimiter).map((dir) => join(dir || cwd, program));
  for (const candidate of candidates) {
    try {
      // Asked first because a miss costs nothing here and an exception there.
      if (!statSync(candidate, { throwIfNoEntry: false })?.isFile()) continue;
      accessSync(candidate, constants.X_OK);
      return realpathSync(candidate);
    } catch {
      // Not here: the next place on the path.
    }
  }
  return null;
}

function programHash(file: string): string {
  const { size, mtimeMs, ino } = statSync(file);
  return size > MAX_HASHED_PROGRAM ? `${file} ${size} ${mtimeMs} ${ino}` : contentHash(file);
}
