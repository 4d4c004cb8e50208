/** The syntax tree as oxc-parser delivers it, and the few ways it is walked here. */

import type { SourceFile } from "./source.ts";

export interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

/** Parentheses say nothing that the tree does not; without them an operand is where one looks for it. */
export const PARSE_OPTIONS = { preserveParens: false } as const;

export type ParseSync = typeof import("oxc-parser").parseSync;
export type Parsed = ReturnType<ParseSync>;

let parser: ParseSync | null = null;
/** The last file that was parsed: several checks look at one after the other. */
let last: { file: SourceFile; parsed: Parsed } | null = null;

/** Makes `parseScript` ready. Throws when the engine is missing. */
export async function loadParser(): Promise<void> {
  parser ??= (await import("oxc-parser")).parseSync;
}

/** The same for a check that says only in the end that the engine is missing. */
export const tryParser = (): Promise<void> => loadParser().catch(() => {});

/** What a parsed file says at once; undefined where that fails, which shows again in the end and is told there. */
export function whenParsed<T>(read: () => T): T | undefined {
  if (!parser) return undefined;
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The tree of a file, made once while it is the file everybody looks at. */
export function parseScript(file: SourceFile): Parsed {
  if (last?.file !== file) last = { file, parsed: parser!(file.path, file.text, PARSE_OPTIONS) };
  return last.parsed;
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
export const isLoop = ({ type }: { type: string }): boolean => LOOPS.has(type);

/** What a function is called where it stands; "function" when it has no name. */
export function functionName(node: Node, parent: Node | null): string {
  for (const named of [node.id, parent?.id, parent?.key, parent?.left]) {
    if (isNode(named) && typeof named.name === "string") return named.name;
  }
  return "function";
}

/** Calls `see` for every node below and including `node`, parents first, with the way down to it. */
export function walk(node: Node, see: (node: Node, ancestors: readonly Node[]) => void): void {
  const ancestors: Node[] = [];
  const visit = (at: Node): void => {
    see(at, ancestors);
    ancestors.push(at);
    for (const child of children(at)) visit(child);
    ancestors.pop();
  };
  visit(node);
}

/** The text of a string literal or of a template without expressions; null otherwise. */
export function stringValue(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type !== "TemplateLiteral" || !Array.isArray(node.quasis) || node.quasis.length !== 1) return null;
  const { cooked } = (node.quasis[0] as Node).value as { cooked?: string };
  return cooked ?? null;
}

/** `name` of an identifier, or of the property at the end of a member expression; "" when there is none. */
export function lastName(node: unknown): string {
  if (!isNode(node)) return "";
  if (node.type === "MemberExpression")
    return node.computed ? (stringValue(node.property) ?? "") : lastName(node.property);
  if (node.type === "ChainExpression") return lastName(node.expression);
  return typeof node.name === "string" ? node.name : "";
}

/** Name of the key of a property, quoted or not. */
export const keyName = (property: Node): string =>
  lastName(property.key) || (stringValue(property.key) ?? "");

/** The value an object literal gives to a key. */
export function propertyOf(object: unknown, key: string): Node | null {
  if (!isNode(object) || object.type !== "ObjectExpression") return null;
  for (const each of object.properties as Node[]) {
    if (each.type === "Property" && keyName(each) === key && isNode(each.value)) return each.value;
  }
  return null;
}
