/** Check `dependencies`: what is declared, and what is used. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Finding, GateContext } from "../../../../modsquad/contracts/gate.ts";
import type { Json } from "../../../../modsquad/contracts/words.ts";
import { type AuditCheck, type AuditScope, changedPaths, type Noter } from "../../audit.ts";
import { counted, fingerprint, makeFinding, shellQuote } from "../../findings.ts";
import { Keywords } from "../../keywords.ts";
import {
  baseName,
  folderOf,
  isBelow,
  isDocPath,
  isExamplePath,
  isGeneratedPath,
  isScript,
  isTestPath,
  isToolingPath,
} from "../../paths.ts";
import { SourceFile } from "../../source.ts";
import { loadParser } from "../../tree.ts";
import { type ImportedPackage, imported, mentioned } from "./imports.ts";
import { type Dependency, type Manifest, readManifest } from "./manifest.ts";
import { pythonDependencies } from "./python/index.ts";
import {
  isLockfile,
  judgeLicences,
  judgeLocks,
  judgeManifest,
  judgeNpmLock,
  judgeRequirements,
  peersIn,
} from "./rules.ts";

const isManifest = (file: string): boolean =>
  file.endsWith("package.json") && baseName(file) === "package.json" && !isGeneratedPath(file);
const isJudgedManifest = (file: string): boolean =>
  isManifest(file) && !isTestPath(file) && !isExamplePath(file);
const isRequirements = (file: string): boolean =>
  /(^|\/)requirements[\w.-]*\.(txt|in)$/.test(file) && file.endsWith(".txt");
/** Names of modules that are paths in disguise; what is in them is not ours to tell. */
const ALIASES = /"paths"\s*:\s*\{([^}]*)\}/;

/** Below this share of imports that lead to a package, there are names we cannot follow: nothing is called missing. */
const MIN_RESOLVED = 0.95;

/** As many may simply have been forgotten, however small the project. */
const FEW = 3;

/** Files in which bundlers and compilers are told other names of paths. */
const TOOL_CONFIG =
  /(^|\/)(vite|vitest|webpack|rollup|rspack|rsbuild|next|nuxt|metro|babel|esbuild|tsup)[\w.-]*\.config\.\w+$|(^|\/)\.babelrc/;

/** Loaded by another package, by its name or not at all in code. */
const LOADED_BY_OTHERS =
  /^(?:@types\/|@swc\/|@babel\/|@esbuild\/|eslint|prettier|stylelint|babel-|webpack|postcss|tailwindcss|autoprefixer|typescript$|ts-node$|tslib$|tsx$|react-dom$|react$|core-js|regenerator-runtime|reflect-metadata|sharp$|pg$|pg-|mysql2?$|sqlite3$|better-sqlite3$|pino-pretty$|bufferutil$|utf-8-validate$|encoding$|sass|less$|graphql$|rxjs$|zone\.js$|@angular\/|husky$|dotenv-cli$)/;

interface Use {
  file: SourceFile;
  names: string[];
}

/** What one file has to do with packages. */
interface Note {
  lock?: true;
  requirements?: true;
  /** Names of paths a tsconfig gives. */
  aliases?: string[];
  /** Settings of a tool that may give names to paths. */
  tool?: true;
  /** Packages a shipped module may import. */
  names?: string[];
}

function noteOf(file: SourceFile): Note | null {
  const { path: name } = file;
  const note: Note = {};
  const isShipped = !isTestPath(name) && !isExamplePath(name);
  if (isLockfile(name)) return isShipped ? { lock: true } : null;
  if (/(^|\/)tsconfig[\w.-]*\.json$/.test(name)) {
    const listed = (ALIASES.exec(file.text)?.[1] ?? "").matchAll(/"([^"]+)"\s*:/g);
    note.aliases = [...listed].map(([, alias]) => alias!.replace(/\/?\*$/, ""));
  }
  if (isRequirements(name) && isShipped && !isDocPath(folderOf(name))) note.requirements = true;
  if (TOOL_CONFIG.test(name)) note.tool = true;
  if (isScript(name) && isShipped && !isGeneratedPath(name) && !isDocPath(name) && !isToolingPath(name)) {
    const names = file.isMinified ? [] : [...mentioned(file.text)];
    if (names.length > 0) note.names = names;
  }
  return Object.keys(note).length > 0 ? note : null;
}

function commandsOf(name: string): string[] {
  const [scope, inner] = name.startsWith("@") ? name.slice(1).split("/") : [undefined, name];
  return scope && inner ? [name, scope, inner, `${scope}-${inner}`] : [name];
}

export function dependenciesCheck(scope: AuditScope, context: GateContext): AuditCheck {
  const changed = changedPaths(context);
  const manifests: Manifest[] = [];
  const uses: Use[] = [];
  const aliases: string[] = [];
  const toolConfigs: string[] = [];
  const locks = new Map<string, SourceFile>();
  const requirements: SourceFile[] = [];
  const gaveUp = new Map<string, string>();
  /** What may be unused, with the folder of its manifest. */
  const silent = new Map<Dependency, string>();
  /** Folder and name of what some file below does speak of. */
  const heard = new Set<string>();
  /** The packages of this repository. */
  const own = new Set<string>();

  async function readManifests(): Promise<void> {
    const json = await import("jsonc-parser");
    for (const { path: name, mode } of scope.files) {
      if (!isManifest(name) || mode === "120000") continue;
      try {
        const text = readFileSync(path.join(scope.root, name), "utf8");
        const read = readManifest(new SourceFile(name, text), json);
        if (!read) continue;
        manifests.push(read);
        own.add(read.name);
      } catch {
        gaveUp.set(name, "cannot be read");
      }
    }
  }

  const aboveFolder = new Map<string, Manifest[]>();
  /** Manifests from the folder of a file up to the root. */
  function above(file: string): Manifest[] {
    const folder = folderOf(file);
    let list = aboveFolder.get(folder);
    if (!list) {
      list = manifests.filter((each) => isBelow(folder, each.folder));
      aboveFolder.set(folder, list);
    }
    return list;
  }

  function declares(list: Manifest[], name: string): boolean {
    if (list.some((each) => each.name === name || each.names.has(name))) return true;
    const types = `@types/${name.replace(/^@/, "").replace("/", "__")}`;
    return list.some((each) => each.names.has(types));
  }

  const modules = new Map<string, boolean>();
  /** A file of this name, or a folder, in a folder or its `src`. */
  function isModuleIn(folder: string, name: string): boolean {
    const key = `${folder}\0${name}`;
    let is = modules.get(key);
    if (is === undefined) {
      const within = folder === "" ? "" : `${folder}/`;
      const endings = ["", ".ts", ".tsx", ".js"];
      is = [within, `${within}src/`].some((root) =>
        endings.some((end) => scope.known.has(root + name + end)),
      );
      modules.set(key, is);
    }
    return is;
  }

  /** A path by another name: an alias of a compiler or bundler, or a folder that imports start from. */
  function isPath(name: string, file: string): boolean {
    const isBehind = (alias: string): boolean =>
      alias === "" || name === alias || name.startsWith(`${alias}/`) || alias.startsWith(`${name}/`);
    if (aliases.some(isBehind)) return true;
    if (toolConfigs.some((text) => text.includes(`"${name}`) || text.includes(`'${name}`))) return true;
    return above(file).some(({ folder }) => isModuleIn(folder, name)) || isOfMix(name, file);
  }

  /** Elixir's package manager brings the scripts of Phoenix, where the bundler looks for them. */
  function isOfMix(name: string, file: string): boolean {
    if (!/^phoenix(?:_|$)/.test(name)) return false;
    const folders = file.split("/").map((_, depth, parts) => parts.slice(0, depth).join("/"));
    return folders.some((folder) => scope.known.has(path.posix.join(folder, "mix.exs")));
  }

  async function findMissing(): Promise<Finding[]> {
    const open = uses.filter(({ file, names }) => {
      const list = above(file.path);
      return list.length > 0 && names.some((name) => !declares(list, name) && !isPath(name, file.path));
    });
    const known = uses.reduce((sum, { names }) => sum + names.length, 0);
    const findings: Finding[] = [];
    let unresolved = 0;
    for (const { file } of open) {
      context.signal.throwIfAborted();
      const found = await importsOf(file);
      if (!found) gaveUp.set(file.path, "does not parse");
      for (const { name, start, end } of found ?? []) {
        if (declares(above(file.path), name) || own.has(name) || isPath(name, file.path)) continue;
        unresolved += 1;
        if (!changed || changed.has(file.path)) findings.push(missing(name, file, start, end));
      }
    }
    const resolved = known === 0 ? 1 : 1 - unresolved / known;
    check.metrics = {
      dependencies: {
        manifests: manifests.length,
        imports: known,
        resolved: Math.round(resolved * 1000) / 1000,
      },
    };
    return resolved < MIN_RESOLVED && unresolved > FEW ? [] : findings;
  }

  /** What a file imports when it runs, parsed once as long as it does not change; null when it does not parse. */
  async function importsOf(file: SourceFile): Promise<ImportedPackage[] | null> {
    const known = parsed.get(file.path);
    if (known) return known.imports;
    await loadParser();
    const found = imported(file);
    imports.late.set(file.path, { imports: found } as unknown as Json);
    return found;
  }

  function missing(name: string, file: SourceFile, start: number, end: number): Finding {
    const nearest = [...above(file.path)].sort((a, b) => b.folder.length - a.folder.length)[0]!;
    const prefix = nearest.folder === "" ? "" : ` --prefix ${shellQuote(nearest.folder)}`;
    return makeFinding({
      ruleId: "dependencies/missing",
      // What another package of the repository declares is often installed for all; not everywhere, and not for long.
      severity: declares(manifests, name) ? "low" : "medium",
      message: `${name} is imported, and ${nearest.file.path} does not declare it`,
      identity: [nearest.file.path, name],
      place: { file, start, end },
      defectClass: "hygiene",
      effort: 5,
      fix: { description: `Declare ${name}.`, command: `npm install${prefix} ${name}` },
    });
  }

  /** Without a lockfile that tells what other packages want beside them, nothing is called unused. */
  function unused(): Finding[] {
    const peers = [...locks].map(([name, lock]) => ({ folder: folderOf(name), names: peersIn(lock) }));
    const isJudged = (folder: string, name: string): boolean => {
      const governing = peers.filter((each) => isBelow(folder, each.folder));
      return governing.length > 0 && governing.every(({ names }) => names !== null && !names.has(name));
    };
    return [...silent]
      .filter(([{ name }, folder]) => !heard.has(`${folder}\0${name}`) && isJudged(folder, name))
      .map(([{ name, place }, folder]) => {
        const prefix = folder === "" ? "" : ` --prefix ${shellQuote(folder)}`;
        return makeFinding({
          ruleId: "dependencies/unused",
          severity: "low",
          message: `${name} is declared, and no file below speaks of it`,
          identity: [path.posix.join(folder, "package.json"), name],
          place: place(),
          defectClass: "hygiene",
          effort: 5,
          fix: { description: `Take ${name} out.`, command: `npm uninstall${prefix} ${name}` },
        });
      });
  }

  const parsed = new Map<string, { imports: ImportedPackage[] | null }>();
  const imports: Noter & { late: Map<string, Json> } = {
    id: "dependencies.imports",
    isOnDemand: true,
    late: new Map(),
    note: () => undefined,
    take: (note, file) => parsed.set(file.path, note as unknown as { imports: ImportedPackage[] | null }),
  };

  const noter: Noter = {
    id: "dependencies",
    note: (file) => noteOf(file) as Json,
    take(note, file) {
      const { lock, requirements: listed, aliases: given, tool, names } = note as Note;
      if (lock) locks.set(file.path, file);
      if (listed) requirements.push(file);
      if (tool) toolConfigs.push(file.text);
      if (names) uses.push({ file, names });
      aliases.push(...(given ?? []));
    },
  };

  /** A name anywhere in a text is a use: settings, scripts and styles name packages too. */
  function listener(): Noter {
    const folders = new Map<string, string[]>();
    for (const [{ name }, folder] of silent) folders.set(name, [...(folders.get(name) ?? []), folder]);
    const names = [...folders.keys()].sort();
    const keywords = new Keywords(names);
    const own = new Set(manifests.map(({ file }) => file.path));
    return {
      id: `dependencies.names ${fingerprint(...names)}`,
      note(file) {
        if (own.has(file.path) || isLockfile(file.path)) return null;
        const said = keywords.within(file.text);
        return said.size > 0 ? [...said] : null;
      },
      take(note, { path: from }) {
        for (const name of note as string[]) {
          const open = folders.get(name);
          const isHere = (folder: string): boolean => isBelow(from, folder);
          if (!open?.some(isHere)) continue;
          for (const folder of open.filter(isHere)) heard.add(`${folder}\0${name}`);
          // What was heard once is not listened for again.
          folders.set(
            name,
            open.filter((folder) => !isHere(folder)),
          );
        }
      },
    };
  }

  const python = pythonDependencies(scope, context, gaveUp);

  const check: AuditCheck = {
    id: "dependencies",
    gaveUp,
    noters: [noter, imports],
    async prepare() {
      await readManifests();
      python.prepare();
      check.noters.push(...python.noters);
      if (context.mode !== "full") return;
      for (const manifest of manifests.filter(({ file }) => isJudgedManifest(file.path))) {
        for (const each of manifest.dependencies) {
          if (each.section === "dependencies" && !LOADED_BY_OTHERS.test(each.name))
            silent.set(each, manifest.folder);
        }
      }
      for (const manifest of manifests) {
        const nearby = [...silent].filter(([, folder]) => isBelow(manifest.folder, folder));
        const rest = nearby.length > 0 ? manifest.rest() : "";
        for (const [{ name }, folder] of nearby) {
          // Scripts call a package by its command: @react-router/serve is react-router-serve, @svgr/cli is svgr.
          if (commandsOf(name).some((word) => rest.includes(word))) heard.add(`${folder}\0${name}`);
        }
      }
      if (silent.size > 0) check.noters.push(listener());
    },
    async finish() {
      const judged = manifests.filter(({ file }) => isJudgedManifest(file.path));
      for (const each of manifests) aliases.push(...each.aliases);
      const findings = [
        ...judged.flatMap((manifest) => judgeManifest(manifest, own)),
        ...judged.flatMap((manifest) => judgeLicences(manifest, context.dependenciesRoot)),
        ...judgeLocks([...locks.keys()]),
        ...requirements.flatMap(judgeRequirements),
      ];
      for (const manifest of judged) {
        const lock = locks.get(path.posix.join(manifest.folder, "package-lock.json"));
        if (lock) findings.push(...judgeNpmLock(lock, manifest));
      }
      let engine = "oxc-parser";
      try {
        findings.push(...(await findMissing()));
        engine = "ast-grep";
        findings.push(...(await python.finish()));
      } catch (error) {
        context.signal.throwIfAborted();
        const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
        check.failure = { failureClass: "missing-tool", message: `${engine} could not be run: ${why}` };
        check.unexamined = uses.length;
      }
      return counted([...findings, ...unused()]);
    },
  };
  return check;
}
