/**
 * Cognitive complexity (G. A. Campbell, "Cognitive Complexity: a new way of measuring understandability",
 * SonarSource 2018) as SonarJS counts it today: +1 for each break in the linear flow, +1 more for each level it is
 * nested in; of logical operators only runs of && count, since || and ?? mostly give a default. Every function is
 * scored by itself: what is nested in it has a score of its own.
 */
import { functionName, isNode, type Node } from "../../tree.ts";
import { type Kind, outlineOf } from "./outline.ts";

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

/** Runs of && in one expression. `{ok && <b/>}` is how JSX says "if". */
function runs(root: Node, parent: Node): number {
  const operators: unknown[] = [];
  const flatten = ({ left, right, operator }: Node): void => {
    if (isNode(left) && left.type === "LogicalExpression") flatten(left);
    operators.push(operator);
    if (isNode(right) && right.type === "LogicalExpression") flatten(right);
  };
  flatten(root);
  if (parent.type === "JSXExpressionContainer" && isUniform(root, root.operator)) return 0;
  return operators.filter((each, index) => each === "&&" && operators[index - 1] !== "&&").length;
}

/** What a node adds to the score of the function it is in. */
function costOf(node: Node, { type, isLoop }: Kind, parent: Node, nesting: number): number {
  if (isLoop) return 1 + nesting;
  switch (type) {
    case "IfStatement": {
      const isElseIf = parent.type === "IfStatement" && parent.alternate === node;
      const hasElse = isNode(node.alternate) && node.alternate.type !== "IfStatement";
      return (isElseIf ? 1 : 1 + nesting) + Number(hasElse);
    }
    case "CatchClause":
    case "SwitchStatement":
    case "ConditionalExpression":
      return 1 + nesting;
    case "BreakStatement":
    case "ContinueStatement":
      return isNode(node.label) ? 1 : 0;
    case "LogicalExpression":
      // The outermost counts for all.
      return parent.type === "LogicalExpression" ? 0 : runs(node, parent);
    default:
      return 0;
  }
}

/** How much deeper than its parent a node is nested. */
function deeper(node: Node, parent: Node, { type, isLoop }: Kind): number {
  if (isLoop || type === "CatchClause") return Number(parent.body === node);
  if (type === "SwitchStatement") return Number(parent.discriminant !== node);
  if (type === "ConditionalExpression") return Number(parent.test !== node);
  if (type !== "IfStatement" || parent.test === node) return 0;
  return Number(parent.consequent === node || node.type !== "IfStatement");
}

/** The cognitive complexity of every function of a program, outer ones first. */
export function cognitiveScores(program: Node): FunctionScore[] {
  const { nodes, kinds, parents } = outlineOf(program);
  const scores: FunctionScore[] = [];
  /** By node: how deep it is nested in its function, and the score it adds to. */
  const nestings = [0];
  const owners: (FunctionScore | null)[] = [null];
  for (let index = 1; index < nodes.length; index += 1) {
    const above = parents[index]!;
    const kind = kinds[index]!;
    const around = kinds[above]!;
    const node = nodes[index]!;
    const parent = nodes[above]!;
    if (kind.isFunction) {
      const own: FunctionScore = { name: functionName(node, parent), node, score: 0 };
      scores.push(own);
      owners.push(own);
      nestings.push(0);
      continue;
    }
    const owner = owners[above]!;
    const nesting = around.isFunction ? 0 : nestings[above]! + deeper(node, parent, around);
    owners.push(owner);
    nestings.push(nesting);
    if (owner) owner.score += costOf(node, kind, parent, nesting);
  }
  return scores;
}
