/** The little of the ESTree shape the script scanner touches, and reading names and literals from it. */

/** A node as oxc-parser delivers it: type, UTF-16 offsets, and fields by type. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

export const nodes = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

/** Strips parentheses, `as`, `satisfies`, `!`. */
export function bare(node: unknown): Node | null {
  let at = isNode(node) ? node : null;
  while (
    at &&
    /^(?:TSAsExpression|TSSatisfiesExpression|TSNonNullExpression|ParenthesizedExpression|ChainExpression|JSXExpressionContainer)$/.test(
      at.type,
    )
  ) {
    at = isNode(at.expression) ? at.expression : null;
  }
  return at;
}

/** "a.b.c" as ["a", "b", "c"]; null for anything computed by more than a literal. */
export function pathOf(node: Node | null): string[] | null {
  if (!node) return null;
  if (node.type === "Identifier") return [String(node.name)];
  if (node.type === "ThisExpression") return null;
  if (node.type !== "MemberExpression") return null;
  const object = pathOf(bare(node.object));
  const property = bare(node.property);
  if (!object || !property) return null;
  if (!node.computed && property.type === "Identifier") return [...object, String(property.name)];
  if (node.computed && property.type === "Literal") return [...object, String(property.value)];
  return null;
}

/** The key of an object property, or null when it is computed. */
export function keyOfProperty(property: Node): string | null {
  const key = isNode(property.key) ? property.key : null;
  if (!key || property.computed) return null;
  if (key.type === "Identifier") return String(key.name);
  return key.type === "Literal" ? String(key.value) : null;
}

/** Value of a literal or of a template without expressions. */
export function literalOf(node: Node | null): string | number | null {
  if (!node) return null;
  if (node.type === "Literal" && (typeof node.value === "string" || typeof node.value === "number"))
    return node.value;
  if (node.type === "UnaryExpression" && node.operator === "-") {
    const value = literalOf(bare(node.argument));
    return typeof value === "number" ? -value : null;
  }
  if (node.type === "TemplateLiteral" && nodes(node.expressions).length === 0) {
    const quasi = nodes(node.quasis)[0]?.value as { cooked?: string } | undefined;
    return quasi?.cooked ?? null;
  }
  return null;
}

/** At most so many constants of one export are followed. */
const MAX_LITERALS = 2000;

/** Literals of an object, keys joined by dots, added to `into`; returns how many more may be added. */
export function flatten(
  node: Node | null,
  prefix: string,
  into: Record<string, string | number>,
  room = MAX_LITERALS,
): number {
  const value = literalOf(node);
  if (value !== null) {
    into[prefix] = value;
    return room - 1;
  }
  if (node?.type === "CallExpression") return flatten(bare(nodes(node.arguments)[0]), prefix, into, room);
  if (node?.type !== "ObjectExpression") return room;
  let left = room;
  for (const property of nodes(node.properties)) {
    const key = keyOfProperty(property);
    if (key === null || left <= 0) continue;
    left = flatten(bare(property.value), prefix === "" ? key : `${prefix}.${key}`, into, left);
  }
  return left;
}
