/** The repository as the gate sees it: facts of every file, the DNA, and the index to judge by. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BuiltDna, buildDna } from "./dna/build.ts";
import { TokenIndex } from "./dna/match.ts";
import { type ExternalFile, externalDefinitions } from "./dna/packages.ts";
import { type DefinitionFile, definesVariables, isThemeModule } from "./dna/sources.ts";
import type { DnaFile } from "./dna/yaml-dna.ts";
import type { Repository } from "./env.ts";
import { matcher, type SelectedFile } from "./files.ts";
import { ModuleGraph } from "./graph.ts";
import type { DesignOptions } from "./options.ts";
import type { FileFacts } from "./types.ts";

export interface FileEntry extends SelectedFile {
  facts: FileFacts;
}

export interface World {
  files: FileEntry[];
  built: BuiltDna;
  index: TokenIndex;
  repository: Repository;
  graph: ModuleGraph;
  external: ExternalFile[];
}

export interface WorldInput {
  root: string;
  dependenciesRoot: string;
  files: FileEntry[];
  /** All tracked paths. */
  paths: readonly string[];
  jsonPaths: readonly string[];
  dnaFile: DnaFile | null;
  options: DesignOptions;
}

/** Text of a file below a root, or null. */
export function readText(root: string, path: string): string | null {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return null;
  }
}

function dependenciesOf(text: string | null): string[] {
  if (text === null) return [];
  try {
    const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
    return ["dependencies", "devDependencies", "peerDependencies"].flatMap((key) =>
      Object.keys(manifest[key] ?? {}),
    );
  } catch {
    return [];
  }
}

function tailwindVersion(files: readonly FileEntry[], dependencies: readonly string[]): 3 | 4 | null {
  const four = files.some(
    (file) =>
      file.facts.definitions.some((one) => one.kind === "theme") ||
      file.facts.imports.some((one) => /^tailwindcss(?:\/|$)/.test(one)),
  );
  if (four) return 4;
  const config = files.some((file) => /(?:^|\/)tailwind\.config\.[cm]?[jt]s$/.test(file.path));
  return config || dependencies.includes("tailwindcss") ? 3 : null;
}

function countUtilities(files: readonly FileEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { facts } of files)
    for (const name of facts.utilityNames) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

interface Defined {
  path: string;
  value: string;
  isTokenFile: boolean;
}

/**
 * Top-level variables by name. Partials often use one name for different things, so what a file imports comes
 * first (three steps deep), then a single meaning, then the files that define the design's variables.
 */
function variableLookup(
  files: readonly DefinitionFile[],
  graph: ModuleGraph,
  byPath: ReadonlyMap<string, FileEntry>,
): (from: string, name: string) => string {
  const byName = new Map<string, Defined[]>();
  for (const file of files) {
    let isTokenFile: boolean | null = null;
    for (const one of file.definitions) {
      if (!one.global || one.name.startsWith("--")) continue;
      isTokenFile ??= definesVariables(file);
      const list = byName.get(one.name);
      const entry = { path: file.path, value: one.value, isTokenFile };
      if (list) list.push(entry);
      else byName.set(one.name, [entry]);
    }
  }
  const reached = (from: string) => {
    const seen = new Set<string>();
    let step = [from];
    for (let depth = 0; depth < 3; depth += 1) {
      step = step.flatMap((path) =>
        (byPath.get(path)?.facts.imports ?? [])
          .map((one) => graph.resolve(path, one))
          .filter((one) => one !== null),
      );
      for (const path of step) seen.add(path);
    }
    return seen;
  };
  return (from, name) => {
    const all = byName.get(name);
    if (!all) return "";
    if (new Set(all.map((one) => one.value)).size === 1) return all[0]?.value ?? "";
    const near = reached(from);
    const imported = all.find((one) => near.has(one.path));
    return imported?.value ?? all.find((one) => one.isTokenFile)?.value ?? "";
  };
}

const plainPackage = (source: string) => /^(?:@[\w.-]+\/)?[\w.-]+$/.test(source) && !/\.\w+$/.test(source);

/** Puts the world together. Reads package manifests, token JSON and installed style packages. */
export function buildWorld(input: WorldInput): World {
  const { files, options, dnaFile } = input;
  const sources = [...options.sources, ...(dnaFile?.sources ?? [])];
  const manifests = input.paths
    .filter((path) => /(?:^|\/)package\.json$/.test(path) && path.split("/").length <= 4)
    .slice(0, 200);
  const dependencies = [...new Set(manifests.flatMap((path) => dependenciesOf(readText(input.root, path))))];
  const styleImports = new Set(
    files.flatMap((file) =>
      file.kind === "script"
        ? file.facts.imports.filter((one) => /\.(?:css|scss)$/.test(one))
        : file.facts.imports,
    ),
  );
  const packages = sources.filter(
    (source) =>
      plainPackage(source) && !input.paths.some((path) => path.startsWith(`${source}/`) || path === source),
  );
  const external = externalDefinitions(input.dependenciesRoot, styleImports, dependencies, packages);
  const definitionFiles: DefinitionFile[] = [
    ...files.map(({ path, facts }) => ({
      path,
      definitions: facts.definitions,
      declarations: facts.declarations,
      external: false,
    })),
    ...external.map(({ path, definitions }) => ({ path, definitions, declarations: 0, external: true })),
  ];
  const version = tailwindVersion(files, dependencies);
  const chosen = matcher(sources.filter((source) => !packages.includes(source)));
  const built = buildDna({
    files: definitionFiles,
    modules: files
      .filter((file) => Object.keys(file.facts.exports).length > 0)
      .map(({ path, facts }) => ({ path, exports: facts.exports })),
    json: input.jsonPaths.map((path) => ({ path, text: readText(input.root, path) ?? "" })),
    file: dnaFile,
    isSource: (path) => sources.length === 0 || chosen(path),
    tailwind: version === null ? null : { version },
    stockPalette: options.stockPalette,
    utilityUses: countUtilities(files),
  });
  const graph = new ModuleGraph(input.paths, files);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const defined = new Set(definitionFiles.flatMap((file) => file.definitions.map((one) => one.name)));
  for (const { facts } of files) for (const name of facts.locals) defined.add(name);
  for (const { facts, kind } of files)
    if (kind !== "css" && kind !== "scss" && kind !== "less")
      for (const name of facts.mentions) defined.add(name);
  const repository: Repository = {
    resolver: built.resolver,
    variableOf: variableLookup(definitionFiles, graph, byPath),
    defined,
    moduleOf(from, specifier) {
      const path = graph.resolve(from, specifier);
      const entry = path === null ? undefined : byPath.get(path);
      return entry ? { path: entry.path, facts: entry.facts } : null;
    },
    isTokenModule: (path) => isThemeModule(path) && built.dna.definingFiles.has(path),
  };
  return { files, built, index: new TokenIndex(built.dna), repository, graph, external };
}
