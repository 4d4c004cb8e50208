/** Python syntax trees: ast-grep with the tree-sitter grammar that comes compiled with its package. */
import type { SgNode } from "@ast-grep/napi";
import type { SourceFile } from "./source.ts";

export type PyNode = SgNode;

export interface PythonParser {
  /** The tree of a file, or null when it does not parse. Offsets are UTF-16. */
  parse(file: SourceFile): PyNode | null;
}

let parser: PythonParser | null = null;

/** Throws when the engine or the grammar for this platform is missing. */
export async function loadPython(): Promise<PythonParser> {
  if (parser) return parser;
  const { parse, registerDynamicLanguage } = await import("@ast-grep/napi");
  const { default: grammar } = await import("@ast-grep/lang-python");
  registerDynamicLanguage({ python: grammar });
  /** The last file that was parsed: several checks look at one after the other. */
  let last: { file: SourceFile; tree: PyNode | null } | null = null;
  parser = {
    parse(file) {
      if (last?.file !== file) {
        const root = parse("python", file.text).root();
        last = { file, tree: root.find({ rule: { kind: "ERROR" } }) ? null : root };
      }
      return last.tree;
    },
  };
  return parser;
}

/** Makes the engine ready for a check that says only in the end that it is missing. */
export const tryPython = (): Promise<unknown> => loadPython().catch(() => null);

/** What a Python file says at once; undefined where that fails, which shows again in the end and is told there. */
export function whenPython<T>(read: (parser: PythonParser) => T): T | undefined {
  if (!parser) return undefined;
  try {
    return read(parser);
  } catch {
    return undefined;
  }
}

/** Offsets of a node. */
export function span(node: PyNode): { start: number; end: number } {
  const { start, end } = node.range();
  return { start: start.index, end: end.index };
}
