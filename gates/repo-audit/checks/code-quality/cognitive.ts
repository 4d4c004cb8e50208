/**
 * Cognitive complexity (G. A. Campbell, "Cognitive Complexity: a new way of measuring understandability",
 * SonarSource 2018) as SonarJS counts it today: +1 for each break in the linear flow, +1 more for each level it is
 * nested in; of logical operators only runs of && count, since || and ?? mostly give a default. Every function is
 * scored by itself: what is nested in it has a score of its own.
 */
import { children, functionName, isFunction, isLoop, isNode, type Node } from "../../tree.ts";

export interface FunctionScore {
  name: string;
  node: Node;
  score: number;
}

/** One operator all through, and no choice among the operands. */
function isUniform(node: Node, operator: unknown): boolean {
  if (node.type === "ConditionalExpression") return false;
  if (node.type !== "LogicalExpression") return true;
  const sides = [node.left, node.right].filter(isNode);
  return node.operator === operator && sides.every((side) => isUniform(side, operator));
}

class Counter {
  score = 0;
  readonly #counted = new Set<Node>();
  /** Functions met on the way, with what holds each. */
  readonly nested: [Node, Node][] = [];

  all(parent: Node, nodes: unknown[], nesting: number): void {
    for (const node of nodes) if (isNode(node)) this.node(node, parent, nesting);
  }

  node(node: Node, parent: Node, nesting: number): void {
    if (isFunction(node)) {
      this.nested.push([node, parent]);
    } else if (node.type === "IfStatement") {
      this.#if(node, parent, nesting);
    } else if (isLoop(node) || node.type === "CatchClause") {
      this.score += 1 + nesting;
      this.#withBody(node, node.body, nesting);
    } else if (node.type === "SwitchStatement") {
      this.score += 1 + nesting;
      this.all(node, [node.discriminant], nesting);
      this.all(node, node.cases as Node[], nesting + 1);
    } else if (node.type === "ConditionalExpression") {
      this.score += 1 + nesting;
      this.all(node, [node.test], nesting);
      this.all(node, [node.consequent, node.alternate], nesting + 1);
    } else {
      this.#flat(node, parent);
      this.all(node, children(node), nesting);
    }
  }

  #withBody(node: Node, body: unknown, nesting: number): void {
    for (const child of children(node)) this.node(child, node, child === body ? nesting + 1 : nesting);
  }

  #if(node: Node, parent: Node, nesting: number): void {
    const isElse = parent.type === "IfStatement" && parent.alternate === node;
    this.score += isElse ? 1 : 1 + nesting;
    this.all(node, [node.test], nesting);
    this.all(node, [node.consequent], nesting + 1);
    if (!isNode(node.alternate)) return;
    if (node.alternate.type === "IfStatement") {
      this.node(node.alternate, node, nesting);
    } else {
      this.score += 1;
      this.node(node.alternate, node, nesting + 1);
    }
  }

  /** What costs one wherever it stands. */
  #flat(node: Node, parent: Node): void {
    const jumps = node.type === "BreakStatement" || node.type === "ContinueStatement";
    if (jumps && isNode(node.label)) this.score += 1;
    if (node.type === "LogicalExpression" && !this.#counted.has(node)) this.score += this.#runs(node, parent);
  }

  /** Runs of && in one expression. `{ok && <b/>}` is how JSX says "if". */
  #runs(root: Node, parent: Node): number {
    const operators: unknown[] = [];
    const flatten = (node: Node): void => {
      this.#counted.add(node);
      const { left, right } = node;
      if (isNode(left) && left.type === "LogicalExpression") flatten(left);
      operators.push(node.operator);
      if (isNode(right) && right.type === "LogicalExpression") flatten(right);
    };
    flatten(root);
    if (parent.type === "JSXExpressionContainer" && isUniform(root, root.operator)) return 0;
    return operators.filter((each, index) => each === "&&" && operators[index - 1] !== "&&").length;
  }
}

/** The cognitive complexity of every function of a program, outer ones first. */
export function cognitiveScores(program: Node): FunctionScore[] {
  const scores: FunctionScore[] = [];
  const score = (node: Node, parent: Node): void => {
    const counter = new Counter();
    counter.all(node, children(node), 0);
    scores.push({ name: functionName(node, parent), node, score: counter.score });
    for (const [inner, holder] of counter.nested) score(inner, holder);
  };
  const top = new Counter();
  top.all(program, children(program), 0);
  for (const [inner, holder] of top.nested) score(inner, holder);
  return scores;
}
