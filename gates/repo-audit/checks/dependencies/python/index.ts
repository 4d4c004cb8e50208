/** What Python projects import and declare. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Finding, GateContext } from "../../../../../modsquad/contracts/gate.ts";
import type { Json } from "../../../../../modsquad/contracts/words.ts";
import { type AuditScope, changedPaths, type Noter } from "../../../audit.ts";
import { fingerprint, makeFinding, shellQuote } from "../../../findings.ts";
import { Keywords } from "../../../keywords.ts";
import {
  baseName,
  folderOf,
  isBelow,
  isDocPath,
  isExamplePath,
  isGeneratedPath,
  isPython,
  isTestPath,
  isToolingPath,
} from "../../../paths.ts";
import { loadPython } from "../../../python.ts";
import { SourceFile } from "../../../source.ts";
import {
  isPythonManifest,
  type PythonDependency,
  type PythonManifest,
  readPythonManifest,
} from "./declared.ts";
import { alwaysImported, installedBy, isInstallScript, mentionedModules, ownModules } from "./imports.ts";
import { type LockedPackages, readLock } from "./locked.ts";
import { areAlike, isLoadedByOthers, modulesOf, packageName, packagesOf, topOf } from "./names.ts";

/** Below this share of modules that lead to a package, there are names we cannot follow: nothing is called missing. */
const MIN_RESOLVED = 0.9;
/** As many may simply have been forgotten, however small the project. */
const FEW = 3;
/** Above this share a list of dependencies is what was installed once, not what somebody wrote. */
const MAX_UNUSED = 0.34;

interface Note {
  /** Modules that may be imported, those of Python left out. */
  modules?: string[];
  installs?: string[];
}

const isShipped = (name: string): boolean =>
  !isTestPath(name) &&
  !isExamplePath(name) &&
  !isDocPath(name) &&
  !isToolingPath(name) &&
  !isGeneratedPath(name);

export interface PythonDependencies {
  noters: Noter[];
  /** Reads the manifests; the noters are known afterwards. */
  prepare(): void;
  /** What is missing and unused. Throws when Python cannot be parsed. */
  finish(): Promise<Finding[]>;
}

export function pythonDependencies(
  scope: AuditScope,
  context: GateContext,
  gaveUp: Map<string, string>,
): PythonDependencies {
  const changed = changedPaths(context);
  const manifests: PythonManifest[] = [];
  const uses: { file: SourceFile; modules: string[] }[] = [];
  const installed = new Set<string>();
  /** Names that other files than manifests speak of, with the folder they were asked for. */
  const heard = new Set<string>();

  const declared = new Set<string>();
  const known = new Map<string, boolean>();
  /** Anywhere in the repository: who installs what for whom is not always to be seen. */
  function isDeclared(module: string): boolean {
    let answer = known.get(module);
    if (answer === undefined) {
      answer =
        packagesOf(module).some((name) => declared.has(name)) ||
        [...declared].some((name) => areAlike(module, name));
      known.set(module, answer);
    }
    return answer;
  }

  const governing = (file: string): PythonManifest | undefined =>
    manifests
      .filter((each) => each.names.size > 0 && isBelow(folderOf(file), each.folder))
      .sort((a, b) => b.folder.length - a.folder.length || b.main.length - a.main.length)[0];

  async function findMissing(own: Set<string>): Promise<Finding[]> {
    const isOpen = (module: string): boolean => !own.has(topOf(module)) && !isDeclared(module);
    const judged = uses.filter(({ file }) => isShipped(file.path) && governing(file.path));
    const open = judged.filter(({ modules }) => modules.some(isOpen));
    if (open.length === 0) return [];
    const total = judged.reduce(
      (sum, { modules }) => sum + modules.filter((each) => !own.has(topOf(each))).length,
      0,
    );
    const python = await loadPython();
    const findings: Finding[] = [];
    let unresolved = 0;
    for (const { file } of open) {
      context.signal.throwIfAborted();
      const root = python.parse(file);
      if (!root) gaveUp.set(file.path, "does not parse");
      for (const { module, start, end } of root
        ? alwaysImported(root).filter((each) => isOpen(each.module))
        : []) {
        unresolved += 1;
        if (!changed || changed.has(file.path)) findings.push(missing(module, { file, start, end }));
      }
    }
    return unresolved > FEW && unresolved / total > 1 - MIN_RESOLVED ? [] : findings;
  }

  let lockfiles: LockedPackages[] | null = null;
  /** Read when something depends on them. */
  const locks = (): LockedPackages[] => {
    const names = /^(?:poetry|uv|pdm|Pipfile)\.lock$/;
    lockfiles ??= scope.files
      .filter((each) => names.test(baseName(each.path)) && each.mode !== "120000")
      .map((each) => readLock(readFileSync(path.join(scope.root, each.path), "utf8")));
    return lockfiles;
  };

  function missing(module: string, place: { file: SourceFile; start: number; end: number }): Finding {
    const manifest = governing(place.file.path)!;
    const name = packagesOf(module)[0]!;
    return makeFinding({
      ruleId: "dependencies/missing",
      // Something else brings it; nobody promised that it will.
      severity: locks().some(({ names }) => names.has(name)) ? "low" : "medium",
      message: `${topOf(module)} is imported, and ${manifest.file.path} does not declare ${name}`,
      identity: [manifest.file.path, name],
      place,
      defectClass: "hygiene",
      effort: 5,
      fix: { description: `Declare ${name}.`, command: command(manifest, "add", name) },
    });
  }

  /** By the tool whose files lie beside the manifest. */
  function command({ file, folder }: PythonManifest, verb: "add" | "remove", name: string): string {
    const has = (other: string): boolean => scope.known.has(path.posix.join(folder, other));
    const inside = folder === "" ? "" : `cd ${shellQuote(folder)} && `;
    if (baseName(file.path) === "Pipfile")
      return `${inside}pipenv ${verb === "add" ? "install" : "uninstall"} ${name}`;
    if (baseName(file.path) !== "pyproject.toml")
      return verb === "add"
        ? `sed -i ${shellQuote(`$a${name}`)} ${shellQuote(file.path)}`
        : `sed -i ${shellQuote(`/^${name.replaceAll("-", "[-_.]")}\\b/Id`)} ${shellQuote(file.path)}`;
    return `${inside}${has("poetry.lock") ? "poetry" : has("pdm.lock") ? "pdm" : "uv"} ${verb} ${name}`;
  }

  /** What may be unused: dependency → its manifest. */
  const silent = new Map<PythonDependency, PythonManifest>();

  function unused(): Finding[] {
    const modules = new Set(uses.flatMap(({ modules: each }) => each));
    const isUsed = ({ name }: PythonDependency, { folder }: PythonManifest): boolean =>
      heard.has(`${folder}\0${name}`) ||
      [...modules].some((module) => packagesOf(module).includes(name) || areAlike(module, name));
    return manifests.flatMap((manifest) => {
      const idle = [...silent].filter(([each, of]) => of === manifest && !isUsed(each, manifest));
      if (idle.length > FEW && idle.length > manifest.main.length * MAX_UNUSED) return [];
      if (!uses.some(({ file }) => isBelow(file.path, manifest.folder))) return [];
      // What another package needs is declared for its version, and would be installed all the same.
      const judged = idle.filter(([{ name }]) => !locks().some(({ needed }) => needed.has(name)));
      return judged.map(([{ name, place }]) =>
        makeFinding({
          ruleId: "dependencies/unused",
          severity: "low",
          message: `${name} is declared, and no file below imports it or speaks of it`,
          identity: [manifest.file.path, name],
          place: place(),
          defectClass: "hygiene",
          effort: 5,
          fix: { description: `Take ${name} out.`, command: command(manifest, "remove", name) },
        }),
      );
    });
  }

  const noter: Noter = {
    id: "dependencies.python",
    isFor: (name) => isPython(name) || isInstallScript(name),
    note(file) {
      const note: Note = {};
      if (isPython(file.path)) {
        const modules = mentionedModules(file.text);
        if (modules.length > 0) note.modules = modules;
      }
      if (isInstallScript(file.path)) {
        const installs = installedBy(file.text);
        if (installs.length > 0) note.installs = installs;
      }
      return Object.keys(note).length > 0 ? (note as Json) : null;
    },
    take(note, file) {
      const { modules, installs = [] } = note as Note;
      if (modules) uses.push({ file, modules });
      for (const name of installs) installed.add(name);
    },
  };

  /** A package named in settings, a script or a document is in use there. */
  function listener(): Noter {
    const words = new Map<string, string[]>();
    for (const { name } of silent.keys())
      for (const word of [name, name.replaceAll("-", "_"), name.replaceAll("-", "."), ...modulesOf(name)])
        words.set(word, [...(words.get(word) ?? []), name]);
    const keywords = new Keywords([...words.keys()].sort());
    const own = new Set(manifests.map(({ file }) => file.path));
    const folders = new Set(manifests.map(({ folder }) => folder));
    return {
      id: `dependencies.python.names ${fingerprint(...[...words.keys()].sort())}`,
      isFor: (name) => !own.has(name) && !/\.lock$|(^|\/)(?:CHANGE|HISTORY|RELEASE)/i.test(name),
      note(file) {
        const said = new Set<string>();
        keywords.each(file.text.toLowerCase(), (word) => {
          for (const [each, names] of words)
            if (word.startsWith(each)) for (const name of names) said.add(name);
        });
        return said.size > 0 ? [...said] : null;
      },
      take(note, file) {
        for (const name of note as string[])
          for (const folder of folders) if (isBelow(file.path, folder)) heard.add(`${folder}\0${name}`);
      },
    };
  }

  const noters: Noter[] = [];
  return {
    noters,
    prepare() {
      for (const { path: name, mode } of scope.files) {
        if (mode === "120000" || !isPythonManifest(name)) continue;
        if (isTestPath(name) || isExamplePath(name) || isDocPath(folderOf(name))) continue;
        try {
          const text = readFileSync(path.join(scope.root, name), "utf8");
          manifests.push(readPythonManifest(new SourceFile(name, text)));
        } catch {
          gaveUp.set(name, "cannot be read");
        }
      }
      if (manifests.every(({ names }) => names.size === 0)) return;
      noters.push(noter);
      if (context.mode !== "full") return;
      for (const manifest of manifests)
        for (const each of manifest.main) if (!isLoadedByOthers(each.name)) silent.set(each, manifest);
      if (silent.size > 0) noters.push(listener());
    },
    async finish() {
      if (noters.length === 0) return [];
      for (const { names } of manifests) for (const name of names) declared.add(name);
      for (const name of installed) declared.add(packageName(name));
      return [...(await findMissing(ownModules(scope.known.all))), ...unused()];
    },
  };
}
