/** The files of a folder that is in no git repository. */
import { readdirSync } from "node:fs";
import path from "node:path";
import type { TrackedFile } from "../contracts/gate.ts";
import { type FileListing, type LeftOut, statFile } from "./files.ts";

/** Folders that hold what tools install, never what people write. */
const SKIPPED_FOLDERS = new Set(["node_modules", ".git", ".hg", ".svn"]);

/**
 * Every file below `root`, sorted by path, without node_modules and version-control folders. oid is "".
 * Links are listed, never followed. Folders that cannot be read are in leftOut.
 */
export function walkFiles(root: string): FileListing {
  const files: TrackedFile[] = [];
  const leftOut: LeftOut[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    let entries: import("node:fs").Dirent[];
    try {
      entries = readdirSync(path.join(root, folder), { withFileTypes: true });
    } catch (error) {
      leftOut.push({ path: folder, reason: `unreadable folder (${(error as NodeJS.ErrnoException).code})` });
      continue;
    }
    for (const entry of entries) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name)) folders.push(name);
        continue;
      }
      const stat = statFile(root, name);
      if (stat) files.push({ path: name, oid: "", ...stat });
    }
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, leftOut };
}
