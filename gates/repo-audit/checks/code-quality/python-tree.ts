/**
 * Cognitive complexity (Campbell 2018) and cyclomatic complexity of Python, over ast-grep's tree: the nodes that
 * count are asked for by kind, and what is nested in what is told from where they begin and end. Runs of `and` and
 * of `or` both count, as SonarPython has it. A function inside another is scored by itself.
 */
import type { PyNode } from "../../python.ts";
import { span } from "../../python.ts";

export interface PythonFunction {
  name: string;
  /** UTF-16 offsets. */
  start: number;
  end: number;
  cognitive: number;
}

export interface PythonMeasures {
  functions: PythonFunction[];
  /** Of the whole file. */
  cyclomatic: number;
}

/** +1 for the break, and +1 for each level it is nested in. */
const NESTED = new Set([
  "if_statement",
  "for_statement",
  "while_statement",
  "except_clause",
  "match_statement",
  "conditional_expression",
]);
/** +1 wherever it stands. */
const FLAT = new Set(["elif_clause", "else_clause"]);
const DECISIONS = new Set([
  "if_statement",
  "elif_clause",
  "for_statement",
  "while_statement",
  "except_clause",
  "case_clause",
  "conditional_expression",
  "boolean_operator",
  "for_in_clause",
  "if_clause",
  "function_definition",
  "lambda",
]);
const KINDS = [...new Set([...NESTED, ...FLAT, ...DECISIONS])];

/** A node that counts, while what is inside it is gone through. */
interface Open {
  kind: string;
  end: number;
  /** What begins here or later is nested in it: its condition is not. */
  from: number;
}

/** Where the body of a node begins. */
function bodyStart(node: PyNode, start: number): number {
  const body = node.field("consequence") ?? node.field("body");
  return body ? span(body).start : start;
}

/** The next operator of a run of `and` or `or` is free; parentheses do not end a run. */
class Runs {
  readonly #operators: { at: number; word: string }[] = [];

  add(node: PyNode): void {
    const operator = node.field("operator");
    if (operator) this.#operators.push({ at: span(operator).start, word: operator.text() });
  }

  get count(): number {
    const words = this.#operators.sort((a, b) => a.at - b.at).map(({ word }) => word);
    return words.filter((word, index) => word !== words[index - 1]).length;
  }
}

class Scorer {
  readonly functions: PythonFunction[] = [];
  readonly #open: Open[] = [];
  readonly #owners: PythonFunction[] = [];
  /** The expression of the boolean operators gone through, and whose it is. */
  #runs: { runs: Runs; end: number; owner: PythonFunction | undefined } | null = null;

  /** In the order they begin; what is outside before what is inside. */
  visit(node: PyNode, kind: string, start: number, end: number): void {
    this.#closeBefore(start);
    const owner = this.#owners.at(-1);
    if (kind === "boolean_operator") {
      this.#runs ??= { runs: new Runs(), end, owner };
      this.#runs.runs.add(node);
      return;
    }
    if (kind === "function_definition") {
      const name = node.field("name")?.text() ?? "function";
      const made = { name, start, end, cognitive: 0 };
      this.functions.push(made);
      this.#owners.push(made);
    } else if (owner && NESTED.has(kind)) owner.cognitive += 1 + this.#nesting(start);
    else if (owner && FLAT.has(kind)) owner.cognitive += 1;
    if (kind === "function_definition" || kind === "lambda" || NESTED.has(kind))
      this.#open.push({ kind, end, from: bodyStart(node, start) });
  }

  /** How many nodes of the same function a place is inside of. */
  #nesting(start: number): number {
    const inside = this.#open.slice(
      this.#open.findLastIndex(({ kind }) => kind === "function_definition") + 1,
    );
    return inside.filter(({ from }) => start >= from).length;
  }

  #closeBefore(start: number): void {
    if (this.#runs && this.#runs.end <= start) this.#closeRuns();
    while (this.#open.length > 0 && this.#open.at(-1)!.end <= start) this.#open.pop();
    while (this.#owners.length > 0 && this.#owners.at(-1)!.end <= start) this.#owners.pop();
  }

  #closeRuns(): void {
    if (this.#runs?.owner) this.#runs.owner.cognitive += this.#runs.runs.count;
    this.#runs = null;
  }

  finish(): PythonFunction[] {
    this.#closeRuns();
    return this.functions;
  }
}

export function measurePython(root: PyNode): PythonMeasures {
  const nodes = root
    .findAll({ rule: { any: KINDS.map((kind) => ({ kind })) } })
    .map((node) => ({ node, kind: String(node.kind()), ...span(node) }))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const scorer = new Scorer();
  for (const { node, kind, start, end } of nodes) scorer.visit(node, kind, start, end);
  const cyclomatic = 1 + nodes.filter(({ kind }) => DECISIONS.has(kind)).length;
  return { functions: scorer.finish(), cyclomatic };
}
