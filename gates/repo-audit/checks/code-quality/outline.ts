/**
 * A syntax tree as a list: what looks at every node runs along it, without a list of children for each node, and
 * several measures of a file share one walk.
 */
import { isFunction, isLoop, isNode, type Node } from "../../tree.ts";

/** What the measures ask of every node; most of them need not be asked themselves after that. */
export interface Kind {
  /** One text for all nodes of a type. */
  type: string;
  /** Types of TypeScript, which vanish. */
  isTypeScript: boolean;
  isLoop: boolean;
  /** With a body: declarations without one have a kind of their own. */
  isFunction: boolean;
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

const kinds = new Map<string, Kind>();
const functions = new Map<string, Kind>();

function kindOf(node: Node): Kind {
  const { type } = node;
  const isOne = isFunction(node);
  const known = isOne ? functions : kinds;
  let kind = known.get(type);
  if (!kind) {
    kind = { type, isTypeScript: type.startsWith("TS"), isLoop: isLoop(node), isFunction: isOne };
    known.set(type, kind);
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

/** Indexes of what is around a node, from the inside out, up to the function it is in. */
export function* withinFunction({ kinds, parents }: Outline, index: number): Generator<number> {
  for (let at = parents[index]!; at !== -1 && !kinds[at]!.isFunction; at = parents[at]!) yield at;
}
