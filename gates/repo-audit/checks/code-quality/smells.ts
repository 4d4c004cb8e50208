/** What no engine here looks for: SQL put together from strings, and a loop in a loop over the same collection. */
import { isNode, type Node } from "../../tree.ts";
import { type Kind, type Outline, outlineOf, withinFunction } from "./outline.ts";

export interface Smell {
  rule: "sql-from-strings" | "nested-loop";
  node: Node;
  /** What it is about, for message and fingerprint. */
  subject: string;
}

const SQL = /^\s*(select\s[\s\S]*\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s)/i;
const RUNNERS =
  /^(query|execute|exec|run|all|get|prepare|raw|queryRaw|\$queryRawUnsafe|\$executeRawUnsafe|unsafe)$/;

/** A value stands where it is compared or stored; names of tables and columns cannot be parameters. */
const VALUE = /(?:[=<>]|\blike|\bin\s*\(|\bvalues\s*\([^)]*?)\s*['"%]{0,2} \? /i;

function calleeName(node: Node): string {
  const { callee } = node;
  if (!isNode(callee)) return "";
  const named = callee.type === "MemberExpression" ? callee.property : callee;
  return isNode(named) && typeof named.name === "string" ? named.name : "";
}

/** The fixed text of an expression, when a value is put into it; null otherwise. */
function assembled(node: Node): string | null {
  if (node.type === "TemplateLiteral" && Array.isArray(node.expressions) && node.expressions.length > 0) {
    const quasis = (node.quasis as Node[]).map((each) => (each.value as { cooked?: string }).cooked ?? "");
    return `${quasis.join(" ? ")} `;
  }
  if (node.type !== "BinaryExpression" || node.operator !== "+") return null;
  const { left, right } = node;
  if (!isNode(left) || !isNode(right)) return null;
  const before = typeof left.value === "string" ? left.value : assembled(left);
  return before === null ? null : `${before} ? `;
}

function sqlSmell(node: Node): Smell | null {
  if (!RUNNERS.test(calleeName(node))) return null;
  const [first, values] = node.arguments as unknown[];
  // Where values are passed beside the text, what is put into it is its structure.
  if (!isNode(first) || (isNode(values) && values.type === "ArrayExpression")) return null;
  const text = assembled(first);
  if (text === null || !SQL.test(text) || !VALUE.test(text)) return null;
  return { rule: "sql-from-strings", node: first, subject: text.replace(/\s+/g, " ").trim().slice(0, 120) };
}

/** The name a loop goes over, such as `this.items`; null for anything else. */
function loopsOver(node: Node, text: string): string | null {
  if (!isNode(node.right)) return null;
  const over = text.slice(node.right.start, node.right.end);
  return /^[\w.$]+$/.test(over) ? over : null;
}

const goesOver = ({ type }: Kind): boolean => type === "ForOfStatement" || type === "ForInStatement";

/** A loop in a loop over the same. */
function loopSmell(outline: Outline, index: number, text: string): Smell | null {
  const node = outline.nodes[index]!;
  const over = loopsOver(node, text);
  if (over === null) return null;
  for (const around of withinFunction(outline, index)) {
    if (goesOver(outline.kinds[around]!) && loopsOver(outline.nodes[around]!, text) === over)
      return { rule: "nested-loop", node, subject: over };
  }
  return null;
}

/** Every smell of a program. */
export function findSmells(program: Node, text: string): Smell[] {
  const outline = outlineOf(program);
  const found: Smell[] = [];
  for (const [index, kind] of outline.kinds.entries()) {
    let smell: Smell | null = null;
    if (kind.type === "CallExpression") smell = sqlSmell(outline.nodes[index]!);
    else if (goesOver(kind)) smell = loopSmell(outline, index, text);
    if (smell) found.push(smell);
  }
  return found;
}
