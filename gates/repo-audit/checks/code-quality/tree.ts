/** The syntax tree as oxc-parser delivers it, and the few ways it is walked here. */

export interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

/** Direct children in source order of the fields. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const key in node) {
    if (key === "type" || key === "start" || key === "end") continue;
    const value = node[key];
    if (Array.isArray(value)) for (const each of value) isNode(each) && found.push(each);
    else if (isNode(value)) found.push(value);
  }
  return found;
}

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
/** A function with a body; declarations without one have nothing to measure. */
export const isFunction = (node: Node): boolean => FUNCTIONS.has(node.type) && isNode(node.body);

const LOOPS = new Set([
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
]);
export const isLoop = (node: Node): boolean => LOOPS.has(node.type);

/** What a function is called where it stands; "function" when it has no name. */
export function functionName(node: Node, parent: Node | null): string {
  for (const named of [node.id, parent?.id, parent?.key, parent?.left]) {
    if (isNode(named) && typeof named.name === "string") return named.name;
  }
  return "function";
}
