/**
 * Reads git's index file, so that listing what is staged starts no process. The format is the one of git's
 * Documentation/gitformat-index: versions 2 to 4, sha-1 and sha-256. What this reader does not know for sure
 * (a split or sparse index, a checksum that is not there or does not fit) it leaves to git.
 */
import { createHash } from "node:crypto";

export interface IndexEntry {
  /** Relative to the top level, POSIX; U+FFFD stands where the name is not UTF-8. */
  path: string;
  /** The name's bytes, one character each. */
  bytes: string;
  /** Six octal digits. */
  mode: string;
  oid: string;
  /** 0, or 1 to 3 in an unfinished merge. */
  stage: number;
  /** Kept out of the work tree by a sparse checkout. */
  sparse: boolean;
  /** Only announced (git add -N): not part of the tree. */
  announced: boolean;
}

export type Algorithm = "sha1" | "sha256";

/** A folder whose tree id git has kept, and how many entries of the index lie in it. */
interface KnownTree {
  count: number;
  oid: string;
}

export interface IndexFile {
  algorithm: Algorithm;
  /** In git's order: by the bytes of the name, then by stage. */
  entries: IndexEntry[];
  /** Bytes of a folder's name with a "/" at its end, "" for the top level → its tree, where git says it still holds. */
  trees: ReadonlyMap<string, KnownTree>;
}

const HEADER = 12;
/** Times, device, inode, mode, owner and size before the object id. */
const STAT_BYTES = 40;
const MODE_AT = 24;
const EXTENDED = 0x4000;
const SKIP_WORKTREE = 0x4000;
const INTENT_TO_ADD = 0x2000;
const OID_BYTES: Record<Algorithm, number> = { sha1: 20, sha256: 32 };

/** The algorithm whose checksum stands at the end; null when none does. */
function checkedWith(bytes: Buffer): Algorithm | null {
  for (const algorithm of ["sha1", "sha256"] as const) {
    const end = bytes.length - OID_BYTES[algorithm];
    if (end < HEADER) continue;
    const digest = createHash(algorithm).update(bytes.subarray(0, end)).digest();
    if (digest.equals(bytes.subarray(end))) return algorithm;
  }
  return null;
}

/** The number at `at` in the offset encoding of version 4, and where it ends. */
function readOffset(bytes: Buffer, at: number): { value: number; end: number } {
  let end = at;
  let byte = bytes[end++]!;
  let value = byte & 127;
  while (byte & 128) {
    byte = bytes[end++]!;
    value = (value + 1) * 128 + (byte & 127);
  }
  return { value, end };
}

/** One entry from `start`; `previous` is the name before it, which version 4 shortens the next one by. */
function readEntry(bytes: Buffer, start: number, version: number, oidBytes: number, previous: string) {
  const flagsAt = start + STAT_BYTES + oidBytes;
  const flags = bytes.readUInt16BE(flagsAt);
  const more = version >= 3 && (flags & EXTENDED) !== 0 ? bytes.readUInt16BE(flagsAt + 2) : 0;
  let at = flagsAt + (version >= 3 && (flags & EXTENDED) !== 0 ? 4 : 2);
  let kept = "";
  if (version === 4) {
    const { value, end } = readOffset(bytes, at);
    kept = previous.slice(0, previous.length - value);
    at = end;
  }
  const nul = bytes.indexOf(0, at);
  const name = kept + bytes.toString("latin1", at, nul);
  const length = nul + 1 - start;
  const entry: IndexEntry = {
    path: /[\x80-\xff]/.test(name) ? Buffer.from(name, "latin1").toString("utf8") : name,
    bytes: name,
    mode: bytes
      .readUInt32BE(start + MODE_AT)
      .toString(8)
      .padStart(6, "0"),
    oid: bytes.toString("hex", start + STAT_BYTES, flagsAt),
    stage: (flags >> 12) & 3,
    sparse: (more & SKIP_WORKTREE) !== 0,
    announced: (more & INTENT_TO_ADD) !== 0,
  };
  // Up to version 3 an entry is padded with NULs to a multiple of eight bytes.
  return { entry, end: start + (version === 4 ? length : Math.ceil(length / 8) * 8) };
}

/** What the TREE extension holds: each folder before the folders in it, those that git no longer vouches for without an id. */
function readTrees(data: Buffer, oidBytes: number): Map<string, KnownTree> {
  const trees = new Map<string, KnownTree>();
  let at = 0;
  const readFolder = (parent: string): void => {
    const nul = data.indexOf(0, at);
    const line = data.indexOf(10, nul);
    const numbers = /^(-?\d+) (\d+)$/.exec(data.toString("latin1", nul + 1, line));
    if (nul === -1 || !numbers) throw new Error("no TREE extension");
    const name = data.toString("latin1", at, nul);
    const folder = name === "" ? parent : `${parent}${name}/`;
    const count = Number(numbers[1]);
    at = line + 1;
    if (count >= 0) {
      trees.set(folder, { count, oid: data.toString("hex", at, at + oidBytes) });
      at += oidBytes;
    }
    for (let left = Number(numbers[2]); left > 0; left -= 1) readFolder(folder);
  };
  try {
    readFolder("");
  } catch {
    // A form we do not know costs time, not the answer: every tree is then made from its entries.
    trees.clear();
  }
  return trees;
}

/** The index in these bytes; null when only git itself can tell. */
export function parseIndex(bytes: Buffer): IndexFile | null {
  const version =
    bytes.length > HEADER && bytes.toString("latin1", 0, 4) === "DIRC" ? bytes.readUInt32BE(4) : 0;
  if (version < 2 || version > 4) return null;
  const algorithm = checkedWith(bytes);
  if (algorithm === null) return null;
  const oidBytes = OID_BYTES[algorithm];
  const entries: IndexEntry[] = [];
  let at = HEADER;
  for (let left = bytes.readUInt32BE(8); left > 0; left -= 1) {
    const { entry, end } = readEntry(bytes, at, version, oidBytes, entries.at(-1)?.bytes ?? "");
    entries.push(entry);
    at = end;
  }
  let trees: IndexFile["trees"] = new Map();
  for (const end = bytes.length - oidBytes; at + 8 <= end; ) {
    const name = bytes.toString("latin1", at, at + 4);
    // A small letter first: whoever does not know this extension must not go on.
    if (!/^[A-Z]/.test(name)) return null;
    const size = bytes.readUInt32BE(at + 4);
    if (name === "TREE") trees = readTrees(bytes.subarray(at + 8, at + 8 + size), oidBytes);
    at += 8 + size;
  }
  return { algorithm, entries, trees };
}

/** The id `git write-tree` gives an index without unfinished merges; nothing is written. */
export function treeOf({ entries, algorithm, trees }: IndexFile): string {
  const staged = entries.filter((entry) => !entry.announced);

  /** Where the entries of this folder end, and its id, when git has kept that; they begin at `from`. */
  const known = (folder: string, from: number): { end: number; oid: string } | null => {
    const tree = trees.get(folder);
    if (!tree || tree.count === 0) return null;
    const end = from + tree.count;
    const isWhole = staged[end - 1]?.bytes.startsWith(folder) && !staged[end]?.bytes.startsWith(folder);
    return isWhole ? { end, oid: tree.oid } : null;
  };

  /** Entries from `from` up to `to` share their first `skip` characters, which name the folder they lie in. */
  const hash = (from: number, to: number, skip: number): string => {
    const lines: Buffer[] = [];
    for (let at = from; at < to; ) {
      const { bytes, mode, oid } = staged[at]!;
      const slash = bytes.indexOf("/", skip);
      if (slash === -1) {
        lines.push(Buffer.from(`${mode} ${bytes.slice(skip)}\0`, "latin1"), Buffer.from(oid, "hex"));
        at += 1;
        continue;
      }
      const folder = bytes.slice(0, slash + 1);
      const tree = known(folder, at) ?? made(folder, at, to);
      lines.push(Buffer.from(`40000 ${bytes.slice(skip, slash)}\0`, "latin1"), Buffer.from(tree.oid, "hex"));
      at = tree.end;
    }
    const content = Buffer.concat(lines);
    return createHash(algorithm).update(`tree ${content.length}\0`).update(content).digest("hex");
  };

  const made = (folder: string, from: number, to: number): { end: number; oid: string } => {
    let end = from + 1;
    while (end < to && staged[end]!.bytes.startsWith(folder)) end += 1;
    return { end, oid: hash(from, end, folder.length) };
  };

  const whole = trees.get("");
  return whole?.count === staged.length ? whole.oid : hash(0, staged.length, 0);
}
