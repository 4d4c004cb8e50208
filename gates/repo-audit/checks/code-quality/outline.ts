/**
 * A syntax tree as a list: what looks at every node runs along it, without a list of children for each node, and
 * several measures of a file share one walk.
 */
import { isFunction, isNode, type Node } from "../../tree.ts";

/** What the measures ask of the type of a node. */
export interface Kind {
  /** One text for all nodes of a type. */
  type: string;
  /** Types of TypeScript, which vanish. */
  isTypeScript: boolean;
  isLoop: boolean;
}

export interface Outline {
  /** Parents before children, in source order of the fields. */
  nodes: Node[];
  kinds: Kind[];
  /** Index of the parent; -1 for the root. */
  parents: number[];
  /** Index behind the last node below. */
  ends: number[];
}

const LOOPS = /^(?:For|ForIn|ForOf|While|DoWhile)Statement$/;
const kinds = new Map<string, Kind>();

function kindOf({ type }: Node): Kind {
  let kind = kinds.get(type);
  if (!kind) {
    kind = { type, isTypeScript: type.startsWith("TS"), isLoop: LOOPS.test(type) };
    kinds.set(type, kind);
  }
  return kind;
}

function add(node: Node, parent: number, into: Outline): void {
  const index = into.nodes.push(node) - 1;
  into.kinds.push(kindOf(node));
  into.parents.push(parent);
  into.ends.push(0);
  for (const key in node) {
    const value = node[key];
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) add(each, index, into);
    } else if (isNode(value)) add(value, index, into);
  }
  into.ends[index] = into.nodes.length;
}

let last: { program: Node; outline: Outline } | null = null;

/** The outline of a program, made once while it is the one everybody looks at. */
export function outlineOf(program: Node): Outline {
  if (last?.program !== program) {
    const outline: Outline = { nodes: [], kinds: [], parents: [], ends: [] };
    add(program, -1, outline);
    last = { program, outline };
  }
  return last.outline;
}

/** Nodes around one, from the inside out, up to the function it is in. */
export function* withinFunction({ nodes, parents }: Outline, index: number): Generator<Node> {
  for (let at = parents[index]!; at !== -1 && !isFunction(nodes[at]!); at = parents[at]!) yield nodes[at]!;
}
