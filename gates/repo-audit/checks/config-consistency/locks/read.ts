/** Reads what a manifest asks for and what its lockfile was made from. */
import { baseName, folderOf, resolvePath } from "../../../paths.ts";
import type { Place, SourceFile } from "../../../source.ts";
import type { Facts } from "../facts.ts";
import { pythonName } from "../python/read.ts";

export interface ManifestFact {
  path: string;
  /** Name → range as written, of everything an install brings. */
  dependencies: Record<string, string>;
  /** Names it expects of whoever installs it: some package managers lock them too. */
  peers: string[];
  /** Names whose ranges are changed elsewhere. */
  overridden: string[];
  /** Place of the first dependency list. */
  place: Place;
}

/** What a lockfile says of one manifest. */
export interface LockFact {
  path: string;
  kind: "npm" | "pnpm" | "yarn" | "bun" | "uv" | "poetry";
  manifest: string;
  /** Name → range it was made from; null when the lockfile keeps names only. */
  dependencies: Record<string, string | null>;
  /** yarn: every `name@range` it resolves. */
  keys?: string[];
  overridden: string[];
}

const LISTS = ["dependencies", "devDependencies", "optionalDependencies"];

type Json = Record<string, unknown>;

function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function parseJson(text: string): Json {
  try {
    // bun.lock has trailing commas.
    return object(JSON.parse(text));
  } catch {
    try {
      return object(JSON.parse(text.replace(/,(?=\s*[}\]])/g, "")));
    } catch {
      return {};
    }
  }
}

function rangesOf(section: Json): Record<string, string> {
  const ranges: Record<string, string> = {};
  for (const list of LISTS) {
    for (const [name, range] of Object.entries(object(section[list])))
      if (typeof range === "string") ranges[name] = range;
  }
  return ranges;
}

/** The package an override is about: `foo>bar@1` means bar. */
function overrideName(key: string): string {
  return key
    .split(">")
    .at(-1)!
    .trim()
    .replace(/(?<=.)@[^/]*$/, "");
}

function readPackage(file: SourceFile, facts: Facts): void {
  const manifest = parseJson(file.text);
  const at = file.text.search(/"(dependencies|devDependencies|optionalDependencies)"/);
  if (at === -1) return;
  const overrides = {
    ...object(manifest.overrides),
    ...object(object(manifest.pnpm).overrides),
    ...object(manifest.resolutions),
  };
  facts.manifests.push({
    path: file.path,
    dependencies: rangesOf(manifest),
    peers: Object.keys(object(manifest.peerDependencies)),
    overridden: Object.keys(overrides).map(overrideName),
    place: { file, start: at, end: file.text.indexOf(":", at) },
  });
}

/** `dependencies = ["requests>=2", …]` of [project]; requirements with markers or addresses are left out. */
function readPyproject(file: SourceFile, facts: Facts): void {
  const list = /^\[project\](?:(?!^\[)[\s\S])*?^(dependencies)\s*=\s*\[([\s\S]*?)^\s*\]/m.exec(file.text);
  if (!list) return;
  const dependencies: Record<string, string> = {};
  for (const line of list[2]!.split("\n")) {
    const name = /^\s*["']([A-Za-z][\w.-]*)\s*(?:\[[^\]]*\])?\s*[^;@]*["']\s*,?\s*(?:#.*)?$/.exec(line)?.[1];
    if (name) dependencies[pythonName(name)] = "";
  }
  const start = list.index + list[0].indexOf(list[1]!, list[0].search(/^dependencies/m));
  facts.manifests.push({
    path: file.path,
    dependencies,
    peers: [],
    overridden: [],
    place: { file, start, end: start + list[1]!.length },
  });
}

type Lock = Omit<LockFact, "path" | "kind" | "manifest">;

function push(file: SourceFile, facts: Facts, kind: LockFact["kind"], folder: string, lock: Lock): void {
  const below = resolvePath(folderOf(file.path), folder);
  if (below === null) return;
  const name = kind === "uv" || kind === "poetry" ? "pyproject.toml" : "package.json";
  facts.locks.push({ path: file.path, kind, manifest: below === "" ? name : `${below}/${name}`, ...lock });
}

function readNpm(file: SourceFile, facts: Facts): void {
  const lock = parseJson(file.text);
  for (const [folder, section] of Object.entries(object(lock.packages))) {
    if (folder.includes("node_modules/") || object(section).link === true) continue;
    push(file, facts, "npm", folder, { dependencies: rangesOf(object(section)), overridden: [] });
  }
}

function readBun(file: SourceFile, facts: Facts): void {
  const lock = parseJson(file.text);
  const overridden = Object.keys(object(lock.overrides));
  for (const [folder, section] of Object.entries(object(lock.workspaces)))
    push(file, facts, "bun", folder, { dependencies: rangesOf(object(section)), overridden });
}

const unquote = (text: string): string => text.trim().replace(/^(['"])(.*)\1$/, "$2");

/** The `importers:` of a pnpm lockfile, line by line: the rest of it may be megabytes. */
function readPnpm(file: SourceFile, facts: Facts): void {
  const head = file.text.slice(0, file.text.search(/^packages:/m) >>> 0);
  const overridden: string[] = [];
  const importers = new Map<string, Record<string, string>>();
  let section = "";
  let importer: Record<string, string> = {};
  let name = "";
  for (const line of head.split("\n")) {
    const indent = line.length - line.trimStart().length;
    const [, key = "", value = ""] = /^\s*(.+?):(?:\s+(.*))?$/.exec(line) ?? [];
    if (indent === 0 && key !== "") section = key;
    else if (section === "overrides" && indent === 2) overridden.push(overrideName(unquote(key)));
    else if (section === "importers") {
      if (indent === 2) {
        importer = {};
        importers.set(unquote(key), importer);
      } else if (indent === 6) name = unquote(key);
      else if (indent === 8 && key === "specifier") importer[name] = unquote(value);
    }
  }
  for (const [folder, dependencies] of importers)
    push(file, facts, "pnpm", folder === "." ? "" : folder, { dependencies, overridden });
}

function readYarn(file: SourceFile, facts: Facts): void {
  const keys: string[] = [];
  for (const line of file.text.matchAll(/^["']?((?:@[\w.-]+\/)?[\w.-]+@[^\r\n]*):\r?$/gm))
    for (const key of line[1]!.split(/,\s*/))
      keys.push(
        unquote(key)
          .replace(/^["']|["']$/g, "")
          .replace("@npm:", "@"),
      );
  push(file, facts, "yarn", "", { dependencies: {}, keys, overridden: [] });
}

function readPythonLock(file: SourceFile, facts: Facts, kind: "uv" | "poetry"): void {
  const dependencies: Record<string, null> = {};
  for (const match of file.text.matchAll(/^name = "([^"]+)"/gm)) dependencies[pythonName(match[1]!)] = null;
  push(file, facts, kind, "", { dependencies, overridden: [] });
}

const READERS: Record<string, (file: SourceFile, facts: Facts) => void> = {
  "package.json": readPackage,
  "pyproject.toml": readPyproject,
  "package-lock.json": readNpm,
  "npm-shrinkwrap.json": readNpm,
  "pnpm-lock.yaml": readPnpm,
  "yarn.lock": readYarn,
  "bun.lock": readBun,
  "uv.lock": (file, facts) => readPythonLock(file, facts, "uv"),
  "poetry.lock": (file, facts) => readPythonLock(file, facts, "poetry"),
};

export function readLocks(file: SourceFile, facts: Facts): void {
  READERS[baseName(file.path)]?.(file, facts);
}

/** Files that only this reader wants. */
export const isLockfile = (path: string): boolean =>
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|uv\.lock|poetry\.lock)$/.test(
    path,
  );
