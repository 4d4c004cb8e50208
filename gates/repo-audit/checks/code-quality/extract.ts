/** Which lines of a function are best moved into one of their own, and the call to write in their place. */
import type { SourceFile } from "../../source.ts";
import { children, functionName, isFunction, isLoop, isNode, lastName, type Node, walk } from "../../tree.ts";

const BLOCKS = new Set(["IfStatement", "SwitchStatement", "TryStatement", "BlockStatement"]);
const isBlock = (node: Node): boolean => BLOCKS.has(node.type) || isLoop(node);

/** Statements of a function that could stand by themselves, nested ones too; functions within it are let be. */
function blocksOf(fn: Node): Node[] {
  const found: Node[] = [];
  const visit = (node: Node, parent: Node): void => {
    if (isFunction(node)) return;
    // An `else if` is no statement of its own, and a body goes with its head.
    const stands = parent.type === "BlockStatement" || parent.type === "SwitchCase";
    if (stands && isBlock(node)) found.push(node);
    for (const child of children(node)) visit(child, node);
  };
  for (const child of children(fn.body as Node)) visit(child, fn.body as Node);
  return found;
}

/** Names used below a node; properties are none. */
function used(node: Node): Set<string> {
  const names = new Set<string>();
  walk(node, (each, above) => {
    if (each.type !== "Identifier" || typeof each.name !== "string") return;
    const parent = above.at(-1);
    const isProperty =
      (parent?.type === "MemberExpression" && parent.property === each && !parent.computed) ||
      (parent?.type === "Property" && parent.key === each && !parent.shorthand);
    if (!isProperty) names.add(each.name);
  });
  return names;
}

/** Names bound by a pattern such as `{ a, b: [c] }`. */
function bound(pattern: unknown, into: Set<string>): void {
  if (!isNode(pattern)) return;
  if (pattern.type === "Identifier") into.add(pattern.name as string);
  else if (pattern.type === "Property") bound(pattern.value, into);
  else if (pattern.type === "AssignmentPattern") bound(pattern.left, into);
  else for (const child of children(pattern)) bound(child, into);
}

/** Names a function declares outside of the block, and those of them the block assigns. */
function shared(fn: Node, block: Node): { names: Set<string>; assigned: Set<string> } {
  const names = new Set<string>();
  for (const parameter of fn.params as unknown[]) bound(parameter, names);
  const assigned = new Set<string>();
  walk(fn.body as Node, (node) => {
    const inside = node.start >= block.start && node.end <= block.end;
    if (node.type === "VariableDeclarator" && !inside) bound(node.id, names);
    if (inside && node.type === "AssignmentExpression") bound(node.left, assigned);
    if (inside && node.type === "UpdateExpression") bound(node.argument, assigned);
  });
  return { names, assigned: new Set([...assigned].filter((name) => names.has(name))) };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function nameOf(block: Node): string {
  if (isLoop(block)) return `each${capital(lastName(block.right) || "Step")}`;
  if (block.type === "SwitchStatement") return `by${capital(lastName(block.discriminant) || "Case")}`;
  if (block.type === "TryStatement") return "attempt";
  const test = isNode(block.test) ? [...used(block.test)] : [];
  return `when${capital(test.at(-1) ?? "Due")}`;
}

function has(block: Node, type: string): boolean {
  let found = false;
  walk(block, (node, above) => {
    if (node.type === type && !above.some((each) => each !== block && isFunction(each))) found = true;
  });
  return found;
}

function callOf(fn: Node, block: Node): string {
  const { names, assigned } = shared(fn, block);
  const arguments_ = [...used(block)].filter((name) => names.has(name));
  const call = `${has(block, "AwaitExpression") ? "await " : ""}${nameOf(block)}(${arguments_.join(", ")})`;
  const [first] = assigned;
  if (has(block, "ReturnStatement")) return `return ${call};`;
  if (assigned.size > 1) return `({ ${[...assigned].join(", ")} } = ${call});`;
  return first ? `${first} = ${call};` : `${call};`;
}

/** What a function without blocks does first. */
function firstHalf(fn: Node): Node | null {
  const body = (fn.body as Node).body;
  if (!Array.isArray(body) || body.length < 2) return null;
  const half = (body as Node[]).slice(0, Math.ceil(body.length / 2));
  return { type: "BlockStatement", body: half, start: half[0]!.start, end: half.at(-1)!.end };
}

/**
 * The smallest block whose weight is at least `excess`, or else the heaviest. Null when the function has no block
 * to move.
 */
export function extraction(
  file: SourceFile,
  fn: Node,
  weight: (block: Node) => number,
  excess: number,
): string | null {
  const blocks = blocksOf(fn)
    .map((block) => ({ block, weight: weight(block) }))
    .sort((a, b) => a.weight - b.weight || a.block.start - b.block.start);
  const best = blocks.find((each) => each.weight >= excess)?.block ?? blocks.at(-1)?.block ?? firstHalf(fn);
  if (!best) return null;
  const [from, to] = [file.position(best.start).line, file.position(best.end).line];
  return `Write \`${callOf(fn, best)}\` in place of lines ${from} to ${to}, and move them into that function.`;
}

/** The innermost function around a line. */
export function functionAt(program: Node, file: SourceFile, line: number): Node | null {
  const start = file.lineStarts[line - 1] ?? 0;
  const end = file.lineStarts[line] ?? file.text.length + 1;
  let found: Node | null = null;
  const visit = (node: Node): void => {
    if (node.start >= end || node.end < start) return;
    if (isFunction(node) && (!found || node.end - node.start <= found.end - found.start)) found = node;
    for (const child of children(node)) visit(child);
  };
  visit(program);
  return found;
}

/** The longest function of a program that has a name, and what to write where it was. */
export function longestFunction(program: Node, file: SourceFile): string | null {
  let longest: { name: string; start: number; end: number } | null = null;
  walk(program, (node, above) => {
    if (!isFunction(node)) return;
    const name = functionName(node, above.at(-1) ?? null);
    const { start, end } = node;
    if (name !== "function" && (!longest || end - start > longest.end - longest.start))
      longest = { name, start, end };
  });
  if (!longest) return null;
  const { name, start, end } = longest as { name: string; start: number; end: number };
  return `Write \`import { ${name} } from "./${name}";\` and move lines ${file.position(start).line} to ${file.position(end).line} into that file.`;
}
