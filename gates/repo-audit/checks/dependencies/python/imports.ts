/** Which modules a Python file imports, and what scripts install beside the manifests. */
import { type PyNode, span } from "../../../python.ts";
import { isStandard, packageName } from "./names.ts";

const IMPORT = /^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([A-Za-z_][^\n#;]*))/gm;
/** A module further down than this tells no more about its package. */
const DEPTH = 3;

const shortened = (module: string): string => module.split(".", DEPTH).join(".");

/** Modules the text may import, in strings too, which the parse sorts out. Those of Python itself are left out. */
export function mentionedModules(text: string): string[] {
  const modules = new Set<string>();
  for (const [, from, list] of text.matchAll(IMPORT)) {
    const names = from ? [from] : list!.split(",").map((each) => /^\s*([\w.]+)/.exec(each)?.[1] ?? "");
    for (const name of names) if (name !== "" && !isStandard(name)) modules.add(shortened(name));
  }
  return [...modules];
}

const INSTALL = /\bpip3?[ \t]+install[ \t]+((?:[^\n&|;\\]|\\\r?\n)+)|\bpython3-([a-z][\w.-]*)/g;

/** Packages that a Dockerfile, a script or a workflow installs by name. */
export function installedBy(text: string): string[] {
  const names = new Set<string>();
  for (const [, list, system] of text.matchAll(INSTALL)) {
    for (const word of system ? [system] : list!.split(/[\s"'\\]+/)) {
      const name = /^[A-Za-z][\w.-]*/.exec(word)?.[0];
      if (name) names.add(packageName(name));
    }
  }
  return [...names];
}

export interface ImportedModule {
  module: string;
  start: number;
  end: number;
}

/**
 * What is imported whenever the module is: statements of the file itself. One inside of `try`, a condition or a
 * function may be for something that need not be there.
 */
export function alwaysImported(root: PyNode): ImportedModule[] {
  const found: ImportedModule[] = [];
  const add = (node: PyNode | null): void => {
    if (node?.kind() === "dotted_name" && !isStandard(node.text()))
      found.push({ module: shortened(node.text()), ...span(node) });
  };
  for (const statement of root.children()) {
    if (statement.kind() === "import_from_statement") add(statement.field("module_name"));
    if (statement.kind() !== "import_statement") continue;
    for (const each of statement.children())
      add(each.kind() === "aliased_import" ? each.field("name") : each);
  }
  return found;
}

/** Names of everything in a repository that may be imported as a module of its own. */
export function ownModules(paths: Iterable<string>): Set<string> {
  const own = new Set<string>();
  for (const path of paths) {
    if (!/\.(?:pyi?|pyx|pxd|so|proto)$/.test(path)) continue;
    for (const part of path.split("/")) own.add(part.replace(/\..*$/, ""));
  }
  return own;
}

export const isInstallScript = (path: string): boolean =>
  /(^|\/)(?:[\w.-]*Dockerfile[\w.-]*|Containerfile|Makefile|tox\.ini|noxfile\.py|Justfile)$|\.(?:sh|ya?ml|dockerfile)$/.test(
    path,
  );
