/** Check `code-quality`: complexity, size and dangerous calls of JavaScript, TypeScript and Python. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Artifact, Finding, GateContext } from "../../../../modsquad/contracts/gate.ts";
import type { Json } from "../../../../modsquad/contracts/words.ts";
import { type AuditCheck, type AuditScope, changedPaths, type Noter } from "../../audit.ts";
import { byPlace, counted } from "../../findings.ts";
import type { QualityBounds } from "../../options.ts";
import { isExamplePath, isGeneratedPath, isPython, isTestPath } from "../../paths.ts";
import { loadPython, type PythonParser, tryPython, whenPython } from "../../python.ts";
import type { SourceFile } from "../../source.ts";
import { loadParser, type Node, parseScript, tryParser, whenParsed } from "../../tree.ts";
import { cognitiveScores } from "./cognitive.ts";
import {
  cognitiveFinding,
  extractor,
  fromLint,
  fromPython,
  fromSmell,
  maintainabilityFinding,
  pythonCognitiveFinding,
  pythonMaintainabilityFinding,
} from "./findings.ts";
import { maintainability, maintainabilityIndex } from "./maintainability.ts";
import { engine, Linter, type LintHit } from "./oxlint.ts";
import { loadRuff } from "./python.ts";
import { measurePython } from "./python-tree.ts";
import { pythonVolume } from "./python-volume.ts";
import { findSmells } from "./smells.ts";

const SCRIPT = /\.(?:ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;

/** Written by people and shipped: what tests, samples and tools hold is not judged by these bounds. */
function isJudged(file: SourceFile): boolean {
  const { path } = file;
  if (!(SCRIPT.test(path) || isPython(path)) || /\.d\.[mc]?ts$/.test(path)) return false;
  return !isTestPath(path) && !isExamplePath(path) && !isGeneratedPath(path) && !file.isMinified;
}

/** What is known of one file. */
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

/** What one engine says of one file. */
interface Said {
  findings: Finding[];
  score?: Omit<FileScore, "path">;
  unparsed?: true;
}

/** Cognitive complexity, maintainability and smells of one file. */
function judgeTree(file: SourceFile, bounds: QualityBounds): Said {
  const { program, errors, comments } = parseScript(file);
  if (errors.some((error) => error.severity === "Error")) return { findings: [], unparsed: true };
  const root = program as unknown as Node;
  const { maxCognitive, minMaintainability } = bounds;
  const findings: Finding[] = [];
  let worst = 0;
  for (const { name, node, score } of cognitiveScores(root)) {
    worst = Math.max(worst, score);
    if (score > maxCognitive) findings.push(cognitiveFinding(name, score, maxCognitive, file, node));
  }
  for (const smell of findSmells(root, file.text)) findings.push(fromSmell(smell, file));
  const { index, lines, cyclomatic, volume } = maintainability(root, file.text, comments);
  if (index < minMaintainability)
    findings.push(maintainabilityFinding(index, minMaintainability, file, root));
  const score = { score: round(index), cyclomatic, cognitive: worst, lines, volume: round(volume) };
  return { findings, score };
}

/** The same of Python, where ruff has the rest. */
function judgePythonTree(file: SourceFile, parser: PythonParser, bounds: QualityBounds): Said {
  const root = parser.parse(file);
  if (!root) return { findings: [], unparsed: true };
  const { functions, cyclomatic } = measurePython(root);
  const { volume, lines } = pythonVolume(file.text);
  const index = maintainabilityIndex(volume, cyclomatic, lines);
  const findings = functions
    .filter(({ cognitive }) => cognitive > bounds.maxCognitive)
    .map((each) => pythonCognitiveFinding(each, bounds.maxCognitive, file));
  if (index < bounds.minMaintainability)
    findings.push(pythonMaintainabilityFinding(index, bounds.minMaintainability, file, functions));
  const cognitive = Math.max(0, ...functions.map((each) => each.cognitive));
  const score = { score: round(index), cyclomatic, cognitive, lines, volume: round(volume) };
  return { findings, score };
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

/** One engine: the files it has to look at, and what it says of each. */
class Part {
  readonly pending: SourceFile[] = [];
  readonly late = new Map<string, Json>();
  readonly noter: Noter;
  /** How many files are known from an earlier run. */
  known = 0;
  readonly #add: (path: string, said: Said) => void;

  constructor(
    id: string,
    isFor: (file: SourceFile) => boolean,
    judges: AuditCheck["judges"],
    add: (path: string, said: Said) => void,
    /** What it says at once; undefined when it has to wait for its engine. */
    atOnce: (file: SourceFile) => Said | undefined = () => undefined,
  ) {
    this.#add = add;
    this.noter = {
      id,
      isFor: judges,
      late: this.late,
      note: (file) => {
        if (!isFor(file)) return null;
        const said = atOnce(file);
        if (said) return said as unknown as Json;
        this.pending.push(file);
        return undefined;
      },
      take: (note, { path: name }) => {
        this.known += 1;
        add(name, note as unknown as Said);
      },
    };
  }

  get planned(): number {
    return this.known + this.pending.length;
  }

  keep(name: string, said: Said): void {
    this.late.set(name, said as unknown as Json);
    this.#add(name, said);
  }
}

/** Quick mode judges the files of the change, full mode every file; either says how many. */
export function codeQualityCheck(scope: AuditScope, context: GateContext): AuditCheck {
  const changed = context.changed ? new Set(context.changed.map((each) => each.path)) : null;
  const judged = changedPaths(context);
  const judges = judged ? (name: string): boolean => judged.has(name) : undefined;
  const gaveUp = new Map<string, string>();
  const findings: Finding[] = [];
  const scores: FileScore[] = [];
  const bounds = scope.options.quality;
  const oxlint = engine();
  const linter = new Linter(context, oxlint, bounds);

  const add = (name: string, said: Said): void => {
    if (said.unparsed) gaveUp.set(name, "does not parse");
    findings.push(...said.findings);
    if (said.score) scores.push({ path: name, ...said.score });
  };
  const isScriptFile = (file: SourceFile): boolean => SCRIPT.test(file.path) && isJudged(file);
  const isPythonFile = (file: SourceFile): boolean => isPython(file.path) && isJudged(file);
  const setting = JSON.stringify(bounds);
  const trees = new Part(`code-quality.trees ${setting}`, isScriptFile, judges, add, (file) =>
    whenParsed(() => judgeTree(file, bounds)),
  );
  const lints = new Part(`code-quality.lint ${oxlint?.version} ${setting}`, isScriptFile, judges, add);
  lints.noter.later = ({ path: name }) => linter.add(name);
  const pythonTrees = new Part(`code-quality.python-trees ${setting}`, isPythonFile, judges, add, (file) =>
    whenPython((parser) => judgePythonTree(file, parser, bounds)),
  );
  const python = new Part(`code-quality.python ${setting}`, isPythonFile, judges, add);
  // ruff is loaded in the end, in the first thread alone.
  python.noter.later = () => {};

  const missing = (name: string, error: unknown): void => {
    context.signal.throwIfAborted();
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    check.failure ??= { failureClass: "missing-tool", message: `${name} could not be run: ${why}` };
  };

  async function judgeTrees(): Promise<void> {
    if (trees.pending.length === 0) return;
    await loadParser();
    for (const file of trees.pending) {
      context.signal.throwIfAborted();
      trees.keep(file.path, judgeTree(file, bounds));
    }
  }

  /** How many files oxlint did examine, those of earlier runs included. */
  async function judgeScripts(): Promise<number> {
    const byPath = new Map(lints.pending.map((file) => [file.path, file]));
    // The linter has been at work in processes of its own.
    const linting = linter.outcome();
    try {
      await judgeTrees();
    } catch (error) {
      await linting;
      missing("oxc-parser", error);
      return 0;
    }
    const outcome = await linting;
    check.tool = { tool: "oxlint", version: outcome.version };
    if (!outcome.ok) {
      check.failure = { failureClass: outcome.failureClass, message: outcome.message };
      return outcome.examined;
    }
    const extract = extractor(bounds);
    const hits = new Map<string, LintHit[]>();
    for (const hit of outcome.hits) hits.set(hit.path, [...(hits.get(hit.path) ?? []), hit]);
    for (const file of lints.pending) {
      const own = hits.get(file.path) ?? [];
      lints.keep(file.path, { findings: own.flatMap((hit) => fromLint(hit, byPath, extract)) });
    }
    return lints.planned;
  }

  async function judgePython(): Promise<number> {
    if (python.pending.length + pythonTrees.pending.length === 0) return python.planned;
    try {
      if (pythonTrees.pending.length > 0) {
        const parser = await loadPython();
        for (const file of pythonTrees.pending)
          pythonTrees.keep(file.path, judgePythonTree(file, parser, bounds));
      }
      // Not sooner: V8 compiles all of it a second time beside us as long as we run.
      const ruff = await loadRuff(bounds.maxComplexity);
      for (const file of python.pending) {
        context.signal.throwIfAborted();
        const { hits, isParsed } = ruff(file);
        python.keep(file.path, { findings: hits.map(fromPython), ...(!isParsed && { unparsed: true }) });
      }
      return python.planned;
    } catch (error) {
      missing("ruff or the Python parser", error);
      return python.known;
    }
  }

  const check: AuditCheck = {
    id: "code-quality",
    waits: true,
    gaveUp,
    judges,
    noters: [trees.noter, lints.noter, pythonTrees.noter, python.noter],
    async load(paths) {
      const own = judges ? paths.filter(judges) : paths;
      if (own.some((name) => SCRIPT.test(name))) await tryParser();
      if (own.some(isPython)) await tryPython();
    },
    begin: (areAll) => linter.begin(areAll),
    async finish() {
      const planned = trees.planned + python.planned;
      if (planned === 0) return [];
      const counts = { planned, examined: 0 };
      check.counts = counts;
      if (trees.planned > 0) counts.examined += await judgeScripts();
      if (python.planned > 0) counts.examined += await judgePython();
      counts.examined = Math.max(0, counts.examined - gaveUp.size);
      // What one engine cannot read is not judged by what the other made of it.
      const isRead = (name = ""): boolean => !gaveUp.has(name);
      const own = scores.filter((each) => isRead(each.path)).sort((a, b) => (a.path < b.path ? -1 : 1));
      check.metrics = metricsOf(own, changed);
      if (own.length > 0) check.artifacts = writeScores(own, context.artifactsDir);
      return counted(findings.filter(({ location }) => isRead(location?.path)).sort(byPlace));
    },
  };
  return check;
}
