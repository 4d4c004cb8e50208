/** How findings of code-quality are made: what each rule says, and the lines to write instead. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import { makeFinding } from "../../findings.ts";
import type { QualityBounds } from "../../options.ts";
import type { RULES } from "../../rules.ts";
import type { SourceFile } from "../../source.ts";
import { type Node, parseScript } from "../../tree.ts";
import { extraction, functionAt, longestFunction } from "./extract.ts";
import { decisions } from "./maintainability.ts";
import type { LintHit } from "./oxlint.ts";
import type { PythonHit } from "./python.ts";
import type { PythonFunction } from "./python-tree.ts";
import type { Smell } from "./smells.ts";

interface Rule {
  id: (typeof RULES)["code-quality"][number];
  severity: Severity;
  effort: number;
  advice: string;
}

const LINT_RULES: Record<string, Rule> = {
  complexity: {
    id: "cyclomatic",
    severity: "low",
    effort: 30,
    advice: "Split it: one function for each decision.",
  },
  "max-depth": { id: "depth", severity: "low", effort: 20, advice: "Return early, or name the inner block." },
  "max-lines-per-function": {
    id: "length",
    severity: "low",
    effort: 30,
    advice: "Name its steps as functions.",
  },
  "no-eval": {
    id: "dangerous-call",
    severity: "medium",
    effort: 30,
    advice: "Write `JSON.parse(text)` for data, `table[name]` for names.",
  },
  "no-new-func": {
    id: "dangerous-call",
    severity: "medium",
    effort: 30,
    advice: "Write it out, `(a, b) => a + b`: text that becomes code can be anybody's.",
  },
  "no-script-url": {
    id: "dangerous-call",
    severity: "medium",
    effort: 10,
    advice: 'Write `element.addEventListener("click", run);`.',
  },
};

const PYTHON_RULES: Record<string, Rule> = {
  C901: LINT_RULES.complexity!,
  S102: {
    id: "dangerous-call",
    severity: "medium",
    effort: 30,
    advice:
      "Write `importlib.import_module(name)` for modules, `table[name]()` for actions: text is no code.",
  },
  S307: {
    id: "dangerous-call",
    severity: "medium",
    effort: 10,
    advice: "Write `ast.literal_eval(text)` for data.",
  },
  S602: {
    id: "dangerous-call",
    severity: "medium",
    effort: 15,
    advice: "Write `subprocess.run([command, argument])`: a list, and no shell.",
  },
  S605: {
    id: "dangerous-call",
    severity: "medium",
    effort: 15,
    advice: "Write `subprocess.run([command, argument])`.",
  },
  S608: {
    id: "sql-from-strings",
    severity: "medium",
    effort: 20,
    advice: "Write `cursor.execute(sql, (value,))` with a placeholder for each value.",
  },
};

/** The text of a line, as far as it may stand in a fingerprint: no position, no white space. */
function lineText(file: SourceFile, line: number): string {
  const starts = file.lineStarts;
  return file.text
    .slice(starts[line - 1] ?? 0, starts[line] ?? file.text.length)
    .replace(/\s+/g, " ")
    .trim();
}

/** `identity`: what the finding is about, besides the file; by default what its line says. */
function atLine(
  rule: Rule,
  message: string,
  file: SourceFile,
  line: number,
  exact?: string | null,
  identity = lineText(file, line),
): Finding {
  const start = file.lineStarts[line - 1] ?? 0;
  return makeFinding({
    ruleId: `code-quality/${rule.id}`,
    severity: rule.severity,
    message,
    identity: [file.path, identity],
    place: { file, start, end: start },
    defectClass: "hygiene",
    effort: rule.effort,
    fix: { description: exact ? `${rule.advice} ${exact}` : rule.advice },
  });
}

export function fromLint(
  hit: LintHit,
  byPath: Map<string, SourceFile>,
  extract: (hit: LintHit, file: SourceFile) => string | null,
): Finding[] {
  const file = byPath.get(hit.path);
  const rule = LINT_RULES[hit.rule];
  // The scheme by itself is what code compares with to keep such addresses out.
  if (file && hit.rule === "no-script-url" && /["'`]javascript:["'`]/i.test(lineText(file, hit.line)))
    return [];
  return file && rule ? [atLine(rule, hit.message, file, hit.line, extract(hit, file))] : [];
}

/** What oxlint counts, per block. */
const LINT_WEIGHTS: Record<string, (block: Node, file: SourceFile) => number> = {
  complexity: (block) => decisions(block),
  "max-lines-per-function": (block, file) => file.position(block.end).line - file.position(block.start).line,
  "max-depth": (block) => decisions(block),
};

/** Tells from a finding which lines to move. The parser is loaded: the findings are of files it has read. */
export function extractor(bounds: QualityBounds): (hit: LintHit, file: SourceFile) => string | null {
  const above: Record<string, number> = {
    complexity: bounds.maxComplexity,
    "max-lines-per-function": bounds.maxFunctionLines,
  };
  return (hit, file) => {
    const weight = LINT_WEIGHTS[hit.rule];
    if (!weight) return null;
    const tree = parseScript(file).program as unknown as Node;
    const fn = functionAt(tree, file, hit.line);
    const bound = above[hit.rule];
    const measured = Number(/\b(\d+)\b/.exec(hit.message)?.[1] ?? 0);
    const excess = bound === undefined ? 1 : measured - bound;
    return fn && extraction(file, fn, (block) => weight(block, file), excess);
  };
}

export const fromPython = (hit: PythonHit): Finding => {
  const exact = hit.code === "C901" ? pythonBlock(hit.file, hit.line) : null;
  return atLine(PYTHON_RULES[hit.code]!, hit.message, hit.file, hit.line, exact);
};

const indentOf = (text: string): number => text.length - text.trimStart().length;

/** The longest statement with a body in a Python function, told by its indentation. */
function pythonBlock(file: SourceFile, line: number): string | null {
  const lines = file.text.trimEnd().split("\n");
  const base = indentOf(lines[line - 1] ?? "");
  let best: { from: number; to: number } | null = null;
  let from = 0;
  for (let at = line; at <= lines.length; at += 1) {
    const text = lines[at] ?? "";
    if (text.trim() === "" && at < lines.length) continue;
    const ends = at === lines.length || (indentOf(text) <= base && !/^\s*[)\]]/.test(text));
    const opens = /^\s*(?:for|while|if|with|try|match)\b/.test(text);
    if (ends || (opens && from > 0 && indentOf(text) <= indentOf(lines[from - 1]!))) {
      if (from > 0 && (!best || at - from > best.to - best.from)) best = { from, to: at };
      from = 0;
    }
    if (ends) break;
    if (opens && from === 0) from = at + 1;
  }
  const name = /def\s+(\w+)/.exec(lines[line - 1] ?? "")?.[1] ?? "step";
  return (
    best &&
    `Write \`_${name}_part(…)\` in place of lines ${best.from} to ${best.to}, and move them into that function.`
  );
}

const SMELLS: Record<Smell["rule"], { severity: Severity; message: string; advice: string }> = {
  "sql-from-strings": {
    severity: "medium",
    message: "SQL is put together from strings",
    advice: 'Write the query with a placeholder for each value, `query("… WHERE id = ?", [id])`.',
  },
  "nested-loop": {
    severity: "low",
    message: "a loop over a collection inside a loop over the same collection",
    advice:
      "Write `const byKey = new Map(list.map((each) => [each.id, each]));` before both, and look the inner one up.",
  },
};

export function fromSmell({ rule, node, subject }: Smell, file: SourceFile): Finding {
  const { severity, message, advice } = SMELLS[rule];
  return makeFinding({
    ruleId: `code-quality/${rule}`,
    severity,
    message: `${message}: ${subject}`,
    identity: [file.path, subject],
    place: { file, start: node.start, end: node.end },
    defectClass: "hygiene",
    effort: 20,
    fix: { description: advice },
  });
}

/** `exact`: the line to write in place of a block, and which lines to move. */
function tooCognitive(
  { name, start, score }: { name: string; start: number; score: number },
  bound: number,
  file: SourceFile,
  exact: string | null,
): Finding {
  const rule: Rule = {
    id: "cognitive",
    severity: score > 2 * bound ? "medium" : "low",
    effort: 40,
    advice: "Name conditions and inner blocks as functions of their own.",
  };
  const message = `${name} has a cognitive complexity of ${score}, above ${bound}`;
  return atLine(rule, message, file, file.position(start).line, exact);
}

export function cognitiveFinding(
  name: string,
  score: number,
  bound: number,
  file: SourceFile,
  node: Node,
): Finding {
  const exact = extraction(file, node, decisions, (score - bound) / 2);
  return tooCognitive({ name, start: node.start, score }, bound, file, exact);
}

export function pythonCognitiveFinding(
  { name, start, cognitive }: PythonFunction,
  bound: number,
  file: SourceFile,
): Finding {
  const exact = pythonBlock(file, file.position(start).line);
  return tooCognitive({ name, start, score: cognitive }, bound, file, exact);
}

function hardToMaintain(index: number, bound: number, file: SourceFile, exact: string | null): Finding {
  const rule: Rule = {
    id: "maintainability",
    severity: "low",
    effort: 60,
    advice: "Split the file by subject.",
  };
  const message = `a maintainability index of ${index.toFixed(0)} of 100, below ${bound}`;
  return atLine(rule, message, file, 1, exact, "");
}

export const maintainabilityFinding = (index: number, bound: number, file: SourceFile, root: Node): Finding =>
  hardToMaintain(index, bound, file, longestFunction(root, file));

export function pythonMaintainabilityFinding(
  index: number,
  bound: number,
  file: SourceFile,
  functions: PythonFunction[],
): Finding {
  const [longest] = [...functions].sort((a, b) => b.end - b.start - (a.end - a.start));
  const line = (offset: number): number => file.position(offset).line;
  const exact = longest
    ? `Write \`from .${longest.name} import ${longest.name}\` and move lines ${line(longest.start)} to ${line(longest.end)} into that file.`
    : null;
  return hardToMaintain(index, bound, file, exact);
}
