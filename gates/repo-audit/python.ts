/** Python syntax trees: ast-grep with the tree-sitter grammar that comes compiled with its package. */
import type { SgNode } from "@ast-grep/napi";
import type { SourceFile } from "./source.ts";

export type PyNode = SgNode;

export interface PythonParser {
  /** The tree of a file, or null when it does not parse. Offsets are UTF-16. */
  parse(file: SourceFile): PyNode | null;
}

/** Throws when the engine or the grammar for this platform is missing. */
export async function loadPython(): Promise<PythonParser> {
  const { parse, registerDynamicLanguage } = await import("@ast-grep/napi");
  const { default: grammar } = await import("@ast-grep/lang-python");
  registerDynamicLanguage({ python: grammar });
  return {
    parse(file) {
      const root = parse("python", file.text).root();
      return root.find({ rule: { kind: "ERROR" } }) ? null : root;
    },
  };
}

/** Offsets of a node. */
export function span(node: PyNode): { start: number; end: number } {
  const { start, end } = node.range();
  return { start: start.index, end: end.index };
}
