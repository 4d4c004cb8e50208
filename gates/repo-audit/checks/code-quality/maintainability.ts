/**
 * Maintainability index of a file on the scale 0 to 100 (Oman and Hagemeister 1992, rescaled as Visual Studio does):
 * max(0, 171 - 5.2 ln V - 0.23 G - 16.2 ln L) * 100 / 171 with the Halstead volume V, the cyclomatic complexity G and
 * the lines of code L of the whole file. V = N log2 n over all operators and operands.
 */
import { children, isLoop, type Node } from "../../tree.ts";
import { outlineOf } from "./outline.ts";

export interface Maintainability {
  /** 0 (nobody dares) to 100. */
  index: number;
  volume: number;
  /** Cyclomatic complexity of the whole file. */
  cyclomatic: number;
  /** Lines with anything but white space and comments. */
  lines: number;
}

const OPERANDS = new Set([
  "Identifier",
  "Literal",
  "TemplateElement",
  "ThisExpression",
  "JSXIdentifier",
  "JSXText",
  "PrivateIdentifier",
]);

const bump = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

function decides(node: Node, kind: { type: string }): boolean {
  const { type } = kind;
  if (type === "SwitchCase") return node.test !== null;
  return (
    type === "IfStatement" || type === "ConditionalExpression" || type === "LogicalExpression" || isLoop(kind)
  );
}

/** How many decisions are made below and including a node. */
export function decisions(node: Node): number {
  return children(node).reduce((sum, child) => sum + decisions(child), decides(node, node) ? 1 : 0);
}

/** A node as it is written. A name stands in the tree already, and mostly as it is written. */
function written({ name, start, end }: Node, text: string): string {
  return typeof name === "string" && name.length === end - start ? name : text.slice(start, end);
}

/** Lines that hold code: comments are blanked by their offsets, so that strings with slashes stay. */
export function codeLines(text: string, comments: { start: number; end: number }[]): number {
  let code = "";
  let at = 0;
  for (const { start, end } of comments) {
    code += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, "");
    at = end;
  }
  code += text.slice(at);
  return code.split("\n").filter((line) => line.trim() !== "").length;
}

function total(map: Map<string, number>): number {
  let sum = 0;
  for (const each of map.values()) sum += each;
  return sum;
}

/** From 0 to 100; the volume of Halstead, the complexity and the lines of code of a whole file. */
export function maintainabilityIndex(volume: number, cyclomatic: number, lines: number): number {
  const log = (value: number): number => Math.log(Math.max(1, value));
  const raw = 171 - 5.2 * log(volume) - 0.23 * cyclomatic - 16.2 * log(lines);
  return Math.max(0, Math.min(100, (raw * 100) / 171));
}

/** The measures of one parsed file. */
export function maintainability(
  program: Node,
  text: string,
  comments: { start: number; end: number }[],
): Maintainability {
  const operators = new Map<string, number>();
  const operands = new Map<string, number>();
  let cyclomatic = 1;
  const { nodes, kinds, ends } = outlineOf(program);
  for (let index = 0; index < nodes.length; index += 1) {
    const kind = kinds[index]!;
    if (kind.isTypeScript) {
      index = ends[index]! - 1;
      continue;
    }
    const node = nodes[index]!;
    if (OPERANDS.has(kind.type)) bump(operands, written(node, text));
    else bump(operators, typeof node.operator === "string" ? node.operator : kind.type);
    if (kind.isFunction || decides(node, kind)) cyclomatic += 1;
  }
  const length = total(operators) + total(operands);
  const vocabulary = operators.size + operands.size;
  const volume = vocabulary < 2 ? 0 : length * Math.log2(vocabulary);
  const lines = codeLines(text, comments);
  return { index: maintainabilityIndex(volume, cyclomatic, lines), volume, cyclomatic, lines };
}
