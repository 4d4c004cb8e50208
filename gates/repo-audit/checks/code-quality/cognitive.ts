/**
 * Cognitive complexity (G. A. Campbell, "Cognitive Complexity: a new way of measuring understandability",
 * SonarSource 2018): +1 for each break in the linear flow, +1 more for each level it is nested in.
 */
import { children, functionName, isFunction, isLoop, isNode, type Node } from "../../tree.ts";

export interface FunctionScore {
  name: string;
  node: Node;
  score: number;
}

interface Tally {
  score: number;
  /** Part of the score that came from nesting structures, not from operators. */
  structural: number;
}

/** What a nested function adds is asked for, so that the caller decides whether it counts here. */
type OnNested = (node: Node, parent: Node, nesting: number) => void;

class Counter {
  readonly tally: Tally = { score: 0, structural: 0 };
  readonly #onNested: OnNested;
  readonly #counted = new Set<Node>();

  constructor(onNested: OnNested) {
    this.#onNested = onNested;
  }

  #add(points: number, structural: boolean): void {
    this.tally.score += points;
    if (structural) this.tally.structural += points;
  }

  all(parent: Node, nodes: unknown[], nesting: number): void {
    for (const node of nodes) if (isNode(node)) this.node(node, parent, nesting);
  }

  node(node: Node, parent: Node, nesting: number): void {
    if (isFunction(node)) this.#onNested(node, parent, nesting);
    else if (node.type === "IfStatement") this.#if(node, parent, nesting);
    else if (isLoop(node)) this.#loop(node, nesting);
    else if (node.type === "SwitchStatement" || node.type === "CatchClause") {
      this.#add(1 + nesting, true);
      for (const child of children(node)) {
        this.node(child, node, child === node.discriminant ? nesting : nesting + 1);
      }
    } else if (node.type === "ConditionalExpression") {
      this.#add(1 + nesting, true);
      this.all(node, [node.test], nesting);
      this.all(node, [node.consequent, node.alternate], nesting + 1);
    } else {
      if ((node.type === "BreakStatement" || node.type === "ContinueStatement") && isNode(node.label)) {
        this.#add(1, true);
      }
      if (node.type === "LogicalExpression" && !this.#counted.has(node)) this.#add(this.#runs(node), false);
      for (const child of children(node)) this.node(child, node, nesting);
    }
  }

  #if(node: Node, parent: Node, nesting: number): void {
    const isElse = parent.type === "IfStatement" && parent.alternate === node;
    this.#add(isElse ? 1 : 1 + nesting, true);
    this.all(node, [node.test], nesting);
    this.all(node, [node.consequent], nesting + 1);
    if (!isNode(node.alternate)) return;
    if (node.alternate.type === "IfStatement") {
      this.node(node.alternate, node, nesting);
    } else {
      this.#add(1, true);
      this.node(node.alternate, node, nesting + 1);
    }
  }

  #loop(node: Node, nesting: number): void {
    this.#add(1 + nesting, true);
    for (const child of children(node)) this.node(child, node, child === node.body ? nesting + 1 : nesting);
  }

  /** Runs of like operators in one expression: a && b && c is one, a && b || c two. */
  #runs(root: Node): number {
    const operators: unknown[] = [];
    const flatten = (node: Node): void => {
      this.#counted.add(node);
      const { left, right } = node;
      if (isNode(left) && left.type === "LogicalExpression") flatten(left);
      operators.push(node.operator);
      if (isNode(right) && right.type === "LogicalExpression") flatten(right);
    };
    flatten(root);
    return operators.filter((each, index) => each !== operators[index - 1]).length;
  }
}

/** Score of a function with everything nested in it. */
function whole(node: Node): number {
  const counter = new Counter((nested, _parent, nesting) => {
    counter.all(nested, children(nested), nesting + 1);
  });
  counter.all(node, children(node), 0);
  return counter.tally.score;
}

/**
 * A function that only holds others (a module, a component) is not blamed for them: each is scored by itself.
 * As soon as it has structure of its own, what is nested in it counts as part of it.
 */
function scoreOutermost(node: Node, parent: Node | null, into: FunctionScore[]): void {
  const nested: [Node, Node][] = [];
  const own = new Counter((inner, holder) => nested.push([inner, holder]));
  own.all(node, children(node), 0);
  const name = functionName(node, parent);
  if (own.tally.structural > 0) {
    into.push({ name, node, score: whole(node) });
    return;
  }
  into.push({ name, node, score: own.tally.score });
  for (const [inner, holder] of nested) {
    into.push({ name: functionName(inner, holder), node: inner, score: whole(inner) });
  }
}

/** The cognitive complexity of every function of a program that is judged by itself. */
export function cognitiveScores(program: Node): FunctionScore[] {
  const scores: FunctionScore[] = [];
  const visit = (node: Node, parent: Node | null): void => {
    if (isFunction(node)) scoreOutermost(node, parent, scores);
    else for (const child of children(node)) visit(child, node);
  };
  visit(program, null);
  return scores;
}
