/** Token definitions that live in installed packages: style imports are followed into node_modules. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { addCssFacts, emptyFacts } from "../scan/facts-css.ts";
import { Lines } from "../scan/text.ts";
import type { Definition } from "../types.ts";

const MAX_FILES = 300;
const MAX_BYTES = 2 * 1024 * 1024;
const TOKEN_PACKAGE = /(?:^|[/-])(?:design-)?(?:tokens?|primitives|css-variables|theme-variables)(?:$|-)/;

export interface ExternalFile {
  /** Path below node_modules, such as "node_modules/@acme/tokens/dist/light.css". */
  path: string;
  definitions: Definition[];
}

const isFile = (path: string) => {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

function candidates(base: string): string[] {
  const slash = base.lastIndexOf("/");
  const partial = `${base.slice(0, slash + 1)}_${base.slice(slash + 1)}`;
  return [
    base,
    `${base}.css`,
    `${base}.scss`,
    `${partial}.scss`,
    partial,
    `${base}/index.scss`,
    `${base}/_index.scss`,
    `${base}/index.css`,
  ];
}

function styleEntry(folder: string): string | null {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
      string,
      unknown
    >;
    for (const field of ["sass", "style", "css"]) {
      const value = manifest[field];
      if (typeof value === "string" && isFile(join(folder, value))) return join(folder, value);
    }
    const dot = (manifest.exports as Record<string, unknown> | undefined)?.["."] as
      | Record<string, unknown>
      | undefined;
    if (typeof dot?.style === "string") return join(folder, dot.style);
  } catch {
    return null;
  }
  return null;
}

/** File a bare style import stands for, or null. */
function resolveBare(root: string, specifier: string): string | null {
  const name = specifier.replace(/^~/, "").replace(/^npm:|^pkg:/, "");
  if (!/^(?:@[\w.-]+\/)?[\w.-]+(?:\/|$)/.test(name)) return null;
  const base = join(root, "node_modules", name);
  const direct = candidates(base).find((path) => /\.(?:css|scss)$/.test(path) && isFile(path));
  if (direct) return direct;
  return existsSync(join(base, "package.json")) ? styleEntry(base) : null;
}

function styleFiles(folder: string, found: string[], depth: number): void {
  if (depth > 6 || found.length >= MAX_FILES) return;
  let entries: import("node:fs").Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") styleFiles(path, found, depth + 1);
    else if (/(?<!\.min)\.(?:css|scss)$/.test(entry.name)) found.push(path);
  }
}

/**
 * Reads the style files that `imports` name in node_modules, what they import in turn, and the style files of
 * packages in `named` and of dependencies that are token packages by name. At most 300 files of at most 2 MiB.
 */
export function externalDefinitions(
  root: string,
  imports: ReadonlySet<string>,
  dependencies: readonly string[],
  named: readonly string[] = [],
): ExternalFile[] {
  const modules = join(root, "node_modules");
  if (!existsSync(modules)) return [];
  const queue: string[] = [];
  for (const specifier of [...imports].sort()) {
    if (specifier.startsWith(".") || specifier.startsWith("/")) continue;
    const path = resolveBare(root, specifier);
    if (path) queue.push(path);
  }
  for (const name of named) styleFiles(join(modules, name), queue, 0);
  for (const name of [...dependencies].sort())
    if (TOKEN_PACKAGE.test(name)) styleFiles(join(modules, name), queue, 0);
  const seen = new Set<string>();
  const files: ExternalFile[] = [];
  while (queue.length > 0 && files.length < MAX_FILES) {
    const path = queue.shift() as string;
    if (seen.has(path) || !isFile(path) || statSync(path).size > MAX_BYTES) continue;
    seen.add(path);
    const text = readFileSync(path, "utf8");
    const facts = emptyFacts();
    addCssFacts(
      facts,
      { text, from: 0, to: text.length, syntax: path.endsWith(".css") ? "css" : "scss" },
      new Lines(text),
      { props: new Set(), texts: false },
    );
    files.push({ path: path.slice(root.length + 1), definitions: facts.definitions });
    for (const specifier of facts.imports) {
      const local = candidates(join(dirname(path), specifier)).find(
        (one) => /\.(?:css|scss)$/.test(one) && isFile(one),
      );
      const next = local ?? resolveBare(root, specifier);
      if (next) queue.push(next);
    }
  }
  return files;
}
