/** Which packages a module imports. */
import { builtinModules } from "node:module";
import type { SourceFile } from "../../source.ts";
import { isNode, lastName, type Node, parseScript, stringValue, walk } from "../../tree.ts";

const BUILT_IN = new Set(builtinModules);
/** Anything that may be an import of a package; what is in comments too, which the parse sorts out. */
const SPECIFIER = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["']([^"'\s]+)["']/g;
/** Given by a runtime or a bundler, or a path by another name; the two styles are made by plugins of Vite. */
const NOT_A_PACKAGE =
  /^(?:[./~#$]|@\/|@@|\w+:|virtual|vscode$|electron$|cloudflare|https?|k6(?:$|\/)|(?:uno|unfonts)\.css$)/;
const PACKAGE = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~][\w.~-]*/;

/** The package of a specifier, or null when it names none. */
export function packageOf(specifier: string): string | null {
  if (NOT_A_PACKAGE.test(specifier)) return null;
  const name = PACKAGE.exec(specifier)?.[0];
  if (!name || BUILT_IN.has(name) || (name.length < specifier.length && specifier[name.length] !== "/"))
    return null;
  return name;
}

/** Names of packages the text may import. */
export function mentioned(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, specifier] of text.matchAll(SPECIFIER)) {
    const name = packageOf(specifier!);
    if (name) names.add(name);
  }
  return names;
}

export interface ImportedPackage {
  name: string;
  start: number;
  end: number;
}

const isRequire = (node: unknown): boolean => isNode(node) && node.name === "require";

/** A `require` that is handed in, or made for another place than this file, finds other packages than those here. */
function bringsRequire(node: Node): boolean {
  if (Array.isArray(node.params) && node.params.some(isRequire)) return true;
  if (node.type !== "VariableDeclarator" || !isRequire(node.id) || !isNode(node.init)) return false;
  const { callee, arguments: given } = node.init;
  if (lastName(callee) !== "createRequire") return false;
  const [from] = given as Node[];
  return !(from?.name === "__filename" || (isNode(from?.object) && from.object.type === "MetaProperty"));
}

/** What the module does import when it runs; types vanish. Null when it does not parse. */
export function imported(file: SourceFile): ImportedPackage[] | null {
  const { program, errors } = parseScript(file);
  if (errors.some((error) => error.severity === "Error")) return null;
  const found: (ImportedPackage & { required: boolean })[] = [];
  let foreign = false;
  walk(program as unknown as Node, (node, above) => {
    foreign ||= bringsRequire(node);
    if (node.importKind === "type" || node.exportKind === "type") return;
    const required = node.type === "CallExpression" && isNode(node.callee) && node.callee.name === "require";
    // An optional package is loaded inside try.
    if (required && above.some(({ type }) => type === "TryStatement")) return;
    const source = required
      ? (node.arguments as unknown[])[0]
      : /^(?:Import|Export)\w*Declaration$/.test(node.type)
        ? node.source
        : null;
    const name = packageOf(stringValue(source) ?? ".");
    if (name && isNode(source)) found.push({ name, start: source.start, end: source.end, required });
  });
  return found.filter(({ required }) => !(required && foreign));
}
