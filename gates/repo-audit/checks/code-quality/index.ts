/** Check `code-quality`: complexity, size and dangerous calls of JavaScript, TypeScript and Python. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Artifact, Finding, GateContext } from "../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import type { AuditCheck, AuditScope } from "../../audit.ts";
import { makeFinding } from "../../findings.ts";
import { isExamplePath, isGeneratedPath, isPython, isTestPath } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";
import { type Node, PARSE_OPTIONS } from "../../tree.ts";
import { cognitiveScores } from "./cognitive.ts";
import { maintainability } from "./maintainability.ts";
import { type LintHit, lint } from "./oxlint.ts";
import { checkPython, type PythonHit } from "./python.ts";
import { findSmells, type Smell } from "./smells.ts";

const SCRIPT = /\.(?:ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;

interface Rule {
  id: string;
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
    advice: "Use JSON.parse for data and a lookup table for names.",
  },
  "no-new-func": {
    id: "dangerous-call",
    severity: "medium",
    effort: 30,
    advice: "Write the function out; text that becomes code can be anybody's.",
  },
  "no-script-url": { id: "dangerous-call", severity: "medium", effort: 10, advice: "Use an event handler." },
};

const PYTHON_RULES: Record<string, Rule> = {
  C901: LINT_RULES.complexity!,
  S102: { id: "dangerous-call", severity: "medium", effort: 30, advice: "Do not run text as code." },
  S307: { id: "dangerous-call", severity: "medium", effort: 10, advice: "Use ast.literal_eval for data." },
  S602: { id: "dangerous-call", severity: "medium", effort: 15, advice: "Pass a list and leave shell out." },
  S605: { id: "dangerous-call", severity: "medium", effort: 15, advice: "Use subprocess.run with a list." },
  S608: { id: "sql-from-strings", severity: "medium", effort: 20, advice: "Pass the values as parameters." },
};

/** Written by people and shipped: what tests, samples and tools hold is not judged by these bounds. */
function isJudged(file: SourceFile): boolean {
  const { path } = file;
  if (!(SCRIPT.test(path) || isPython(path)) || /\.d\.[mc]?ts$/.test(path)) return false;
  return !isTestPath(path) && !isExamplePath(path) && !isGeneratedPath(path) && !file.isMinified;
}

/** The text of a line, as far as it may stand in a fingerprint: no position, no white space. */
function lineText(file: SourceFile, line: number): string {
  const starts = file.lineStarts;
  return file.text
    .slice(starts[line - 1] ?? 0, starts[line] ?? file.text.length)
    .replace(/\s+/g, " ")
    .trim();
}

function atLine(rule: Rule, message: string, file: SourceFile, line: number): Finding {
  const start = file.lineStarts[line - 1] ?? 0;
  return makeFinding({
    ruleId: `code-quality/${rule.id}`,
    severity: rule.severity,
    message,
    identity: [file.path, lineText(file, line)],
    place: { file, start, end: start },
    defectClass: "hygiene",
    effort: rule.effort,
    fix: { description: rule.advice },
  });
}

function fromLint(hit: LintHit, byPath: Map<string, SourceFile>): Finding[] {
  const file = byPath.get(hit.path);
  const rule = LINT_RULES[hit.rule];
  // The scheme by itself is what code compares with to keep such addresses out.
  if (file && hit.rule === "no-script-url" && /["'`]javascript:["'`]/i.test(lineText(file, hit.line)))
    return [];
  return file && rule ? [atLine(rule, hit.message, file, hit.line)] : [];
}

const fromPython = (hit: PythonHit): Finding =>
  atLine(PYTHON_RULES[hit.code]!, hit.message, hit.file, hit.line);

const SMELLS: Record<Smell["rule"], { severity: Severity; message: string; advice: string }> = {
  "sql-from-strings": {
    severity: "medium",
    message: "SQL is put together from strings",
    advice: "Pass the values as parameters of the query.",
  },
  "nested-loop": {
    severity: "low",
    message: "a loop over a collection inside a loop over the same collection",
    advice: "Build a Map once, or say why every pair is needed.",
  },
};

function fromSmell({ rule, node, subject }: Smell, file: SourceFile): Finding {
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

/** What is known of one file of JavaScript or TypeScript. */
interface FileScore {
  path: string;
  /** Maintainability index, 0 to 100. */
  score: number;
  cyclomatic: number;
  /** Of its worst function. */
  cognitive: number;
  lines: number;
  /** Halstead volume. */
  volume: number;
}

interface Quality {
  findings: Finding[];
  scores: FileScore[];
}

type ParseSync = typeof import("oxc-parser").parseSync;

/** Cognitive complexity, maintainability and smells of one file; false when it does not parse. */
function judgeTree(file: SourceFile, parse: ParseSync, scope: AuditScope, into: Quality): boolean {
  const { program, errors, comments } = parse(file.path, file.text, PARSE_OPTIONS);
  if (errors.some((error) => error.severity === "Error")) return false;
  const root = program as unknown as Node;
  const { maxCognitive, minMaintainability } = scope.options.quality;
  let worst = 0;
  for (const { name, node, score } of cognitiveScores(root)) {
    worst = Math.max(worst, score);
    if (score <= maxCognitive) continue;
    const rule: Rule = {
      id: "cognitive",
      severity: score > 2 * maxCognitive ? "medium" : "low",
      effort: 40,
      advice: "Name conditions and inner blocks as functions of their own.",
    };
    const message = `${name} has a cognitive complexity of ${score}, above ${maxCognitive}`;
    into.findings.push(atLine(rule, message, file, file.position(node.start).line));
  }
  for (const smell of findSmells(root, file.text)) into.findings.push(fromSmell(smell, file));
  const { index, lines, cyclomatic, volume } = maintainability(root, file.text, comments);
  into.scores.push({
    path: file.path,
    score: round(index),
    cyclomatic,
    cognitive: worst,
    lines,
    volume: round(volume),
  });
  if (index < minMaintainability) {
    const message = `a maintainability index of ${index.toFixed(0)} of 100, below ${minMaintainability}`;
    const rule: Rule = {
      id: "maintainability",
      severity: "low",
      effort: 60,
      advice: "Split the file by subject.",
    };
    into.findings.push(atLine(rule, message, file, 1));
  }
  return true;
}

/** One finding for each text at its bound: several places of it are counted, not repeated. */
function merged(findings: Finding[]): Finding[] {
  const byPrint = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byPrint.get(finding.fingerprint);
    if (known) known.count = (known.count ?? 1) + 1;
    else byPrint.set(finding.fingerprint, finding);
  }
  return [...byPrint.values()];
}

/** How many of the worst files the metrics name. */
const WORST_NAMED = 10;

const round = (value: number): number => Math.round(value * 10) / 10;

/** The index of several files: each counts by its lines. null when there are none. */
function weighted(scores: FileScore[]): number | null {
  const lines = scores.reduce((sum, each) => sum + each.lines, 0);
  return lines === 0
    ? null
    : round(scores.reduce((sum, { score, lines: own }) => sum + score * own, 0) / lines);
}

function metricsOf(scores: FileScore[], changed: Set<string> | null): AuditCheck["metrics"] {
  const worst = [...scores].sort((a, b) => a.score - b.score || (a.path < b.path ? -1 : 1));
  const touched = changed && scores.filter(({ path }) => changed.has(path));
  return {
    quality: {
      files: scores.length,
      lines: scores.reduce((sum, each) => sum + each.lines, 0),
      score: weighted(scores),
      change: touched && { files: touched.length, score: weighted(touched) },
      worst: worst.slice(0, WORST_NAMED).map(({ path, score }) => ({ path, score })),
    },
  };
}

/** The measures of every file, for who wants to know more than the worst. */
function writeScores(scores: FileScore[], folder: string): Artifact[] {
  const file = path.join(folder, "code-quality.json");
  writeFileSync(file, `${JSON.stringify(scores)}\n`);
  return [{ path: file, mediaType: "application/json", title: "Quality of every file" }];
}

/** Quick mode judges the files of the change, full mode every file; either says how many. */
export function codeQualityCheck(scope: AuditScope, context: GateContext): AuditCheck {
  const changed = context.changed ? new Set(context.changed.map((each) => each.path)) : null;
  const judged = context.mode === "quick" ? changed : null;
  const files: SourceFile[] = [];
  const gaveUp = new Map<string, string>();
  const quality: Quality = { findings: [], scores: [] };
  const bounds = scope.options.quality;

  const missing = (engine: string, error: unknown): number => {
    context.signal.throwIfAborted();
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    check.failure ??= { failureClass: "missing-tool", message: `${engine} could not be run: ${why}` };
    return 0;
  };

  async function judgeTrees(scripts: SourceFile[]): Promise<void> {
    const { parseSync } = await import("oxc-parser");
    for (const file of scripts) {
      context.signal.throwIfAborted();
      if (!judgeTree(file, parseSync, scope, quality)) gaveUp.set(file.path, "does not parse");
    }
  }

  async function judgeScripts(scripts: SourceFile[]): Promise<number> {
    try {
      await judgeTrees(scripts);
    } catch (error) {
      return missing("oxc-parser", error);
    }
    const byPath = new Map(scripts.map((file) => [file.path, file]));
    const outcome = await lint(context, [...byPath.keys()], bounds);
    check.tool = { tool: "oxlint", version: outcome.version };
    if (!outcome.ok) check.failure = { failureClass: outcome.failureClass, message: outcome.message };
    else for (const hit of outcome.hits) quality.findings.push(...fromLint(hit, byPath));
    return outcome.examined;
  }

  async function judgePython(python: SourceFile[]): Promise<number> {
    try {
      const { hits, unparsed } = await checkPython(python, bounds.maxComplexity);
      for (const path of unparsed) gaveUp.set(path, "does not parse");
      quality.findings.push(...hits.map(fromPython));
      return python.length;
    } catch (error) {
      return missing("ruff", error);
    }
  }

  const check: AuditCheck = {
    id: "code-quality",
    gaveUp,
    visit(file) {
      if (isJudged(file) && (judged?.has(file.path) ?? true)) files.push(file);
    },
    async finish() {
      if (files.length === 0) return [];
      const scripts = files.filter((file) => SCRIPT.test(file.path));
      const python = files.filter((file) => isPython(file.path));
      const counts = { planned: files.length, examined: 0 };
      check.counts = counts;
      if (scripts.length > 0) counts.examined += await judgeScripts(scripts);
      if (python.length > 0) counts.examined += await judgePython(python);
      counts.examined = Math.max(0, counts.examined - gaveUp.size);
      check.metrics = metricsOf(quality.scores, changed);
      if (quality.scores.length > 0) check.artifacts = writeScores(quality.scores, context.artifactsDir);
      return merged(quality.findings);
    },
  };
  return check;
}
