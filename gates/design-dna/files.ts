/** Which files of the repository the gate reads, and as what. */
import picomatch from "picomatch";
import { type FileKind, kindOf } from "./scan/facts.ts";

export interface SelectedFile {
  path: string;
  oid: string;
  size: number;
  kind: FileKind;
}

/** Folders and files that are never the product's own work. */
export const SKIPPED =
  /(?:^|\/)(?:node_modules|bower_components|\.yarn|\.git|modsquad\/logs)\/|\.min\.(?:css|js)$|(?:^|\/)(?:pnp|package-lock)\b/;
/** Beyond this a file is generated, whatever it says. */
export const MAX_FILE_BYTES = 2 * 1024 * 1024;
const JSON_TOKENS =
  /(?:^|\/)(?:[\w.-]*tokens?[\w.-]*|[\w.-]*design[\w.-]*|[\w.-]*theme[\w.-]*)\.json$|\.tokens$|(?:^|\/)(?:tokens|design-tokens|properties|style-dictionary)\/.*\.json5?$/i;

type Matcher = (path: string) => boolean;
const never: Matcher = () => false;

/** A matcher for globs; a bare folder name stands for everything in it. */
export function matcher(globs: readonly string[]): Matcher {
  if (globs.length === 0) return never;
  return picomatch(
    globs.flatMap((glob) => (/[*?[{]/.test(glob) ? [glob] : [glob, `${glob.replace(/\/$/, "")}/**`])),
    { dot: true },
  );
}

/** Files that paint or define, in path order. */
export function selectFiles(
  files: readonly { path: string; oid: string; size: number; mode: string }[],
  exclude: readonly string[],
): SelectedFile[] {
  const excluded = matcher(exclude);
  const selected: SelectedFile[] = [];
  for (const { path, oid, size, mode } of files) {
    if (mode === "120000" || mode === "160000" || SKIPPED.test(path) || size > MAX_FILE_BYTES) continue;
    const kind = kindOf(path);
    if (kind && !excluded(path)) selected.push({ path, oid, size, kind });
  }
  return selected.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** JSON files that may hold design tokens by their name. */
export function tokenJsonFiles(files: readonly { path: string; size: number }[]): string[] {
  return files
    .filter(
      ({ path, size }) =>
        JSON_TOKENS.test(path) &&
        !SKIPPED.test(path) &&
        size <= MAX_FILE_BYTES &&
        !/(?:^|\/)(?:package|tsconfig|composer)[\w.-]*\.json$/.test(path),
    )
    .map(({ path }) => path)
    .sort()
    .slice(0, 400);
}
