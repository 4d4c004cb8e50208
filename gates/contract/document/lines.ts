/** Lines of places in a document, for findings. */
import type { Json } from "../../../modsquad/contracts/words.ts";
import { keysOf } from "../json.ts";
import type { ApiDocument } from "../types.ts";

/** Beyond this a second parse costs more than a line number is worth. */
const MAX_JSON = 4 * 1024 * 1024;
const MAX_YAML = 512 * 1024;

export type LineOf = (pointer: string) => { line: number; column: number };

/** Looks up the line of a pointer, or of the nearest thing around it that is there. */
export async function linesOf({ text }: ApiDocument): Promise<LineOf> {
  const offsetOf = /^\s*\{/.test(text) ? await inJson(text) : await inYaml(text);
  return (pointer) => {
    let keys = keysOf(pointer);
    let offset = offsetOf(keys);
    while (offset === null && keys.length > 0) {
      keys = keys.slice(0, -1);
      offset = offsetOf(keys);
    }
    const before = text.slice(0, offset ?? 0);
    const line = before.split("\n").length;
    return { line, column: before.length - before.lastIndexOf("\n") };
  };
}

type OffsetOf = (keys: readonly string[]) => number | null;

async function inJson(text: string): Promise<OffsetOf> {
  if (text.length > MAX_JSON) return () => null;
  const { findNodeAtLocation, parseTree } = await import("jsonc-parser");
  const tree = parseTree(text);
  return (keys) => {
    let node = tree;
    for (const key of keys) {
      if (!node) return null;
      node = findNodeAtLocation(node, [node.type === "array" ? Number(key) : key]);
    }
    return node ? (node.parent?.type === "property" ? node.parent.offset : node.offset) : null;
  };
}

async function inYaml(text: string): Promise<OffsetOf> {
  if (text.length > MAX_YAML) return () => null;
  const { isNode, parseDocument } = await import("yaml");
  const parsed = parseDocument(text, { uniqueKeys: false });
  return (keys) => {
    const node = parsed.getIn(keys.map(numeric), true);
    return isNode(node) && node.range ? node.range[0] : null;
  };
}

const numeric = (key: string): Json => key;

/** The line and two around it, with numbers. */
export function frameAt(text: string, line: number): string {
  const lines = text.split("\n");
  const from = Math.max(1, line - 2);
  return lines
    .slice(from - 1, line + 2)
    .map(
      (content, index) => `${from + index === line ? ">" : " "} ${from + index} | ${content.slice(0, 120)}`,
    )
    .join("\n");
}
