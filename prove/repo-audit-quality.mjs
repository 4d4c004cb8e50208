// Cyclomatic and cognitive complexity and the maintainability index against implementations nobody here wrote:
// ESLint, SonarJS, and the formula over the measures of typhonjs-escomplex and fta. They are installed into a
// temporary folder. The source is ESLint's own, as its package has it; REPO_AUDIT_QUALITY_SOURCE names another folder.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { bundled } from "./lib/bundle.mjs";

export const title = "repo-audit: complexity and maintainability against other implementations";

const ORACLES = [
  "eslint@10.15.0",
  "eslint-plugin-sonarjs@4.2.2",
  "@typescript-eslint/parser@8.74.0",
  "typhonjs-escomplex@0.1.0",
  "fta-cli@3.0.1",
];
const MIN_AGREEMENT = 0.98;
const MIN_FUNCTIONS = 1000;
const MIN_FILES = 200;
/** Points of 100 by which two counts of operators may differ. */
const MAX_DIFFERENCE = 5;
/** A function is reported at its name, its arrow or its first line: these lie near each other. */
const MAX_LINES_APART = 12;

/** The measures of this project, compiled. */
const ours = () =>
  bundled({
    "./gates/repo-audit/checks/code-quality/cognitive.ts": ["cognitiveScores"],
    "./gates/repo-audit/checks/code-quality/maintainability.ts": ["maintainability"],
    "./gates/repo-audit/checks/code-quality/oxlint.ts": ["engine", "Linter"],
    "./gates/repo-audit/source.ts": ["SourceFile"],
    "./gates/repo-audit/tree.ts": ["PARSE_OPTIONS"],
  });

function exec(file, args, { cwd, input } = {}) {
  const { status, signal, stdout, stderr } = spawnSync(file, args, {
    cwd,
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  return { code: status, signal, stdout, stderr, truncated: false };
}

/** Pairs values of two lists of [line, value] that mean the same function. */
function pair(theirs, mine) {
  const left = [...mine];
  let agree = 0;
  for (const [line, value] of theirs) {
    const at = left.findIndex((each) => each[1] === value && Math.abs(each[0] - line) <= MAX_LINES_APART);
    if (at === -1) continue;
    agree += 1;
    left.splice(at, 1);
  }
  return { agree, total: Math.max(theirs.length, mine.length) };
}

function sum(results) {
  return results.reduce((all, { agree, total }) => ({ agree: all.agree + agree, total: all.total + total }), {
    agree: 0,
    total: 0,
  });
}

async function linter(require, folder) {
  const { ESLint } = require("eslint");
  const sonarjs = require("eslint-plugin-sonarjs");
  const parser = require("@typescript-eslint/parser");
  return new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    allowInlineConfig: false,
    ignore: false,
    baseConfig: [
      {
        files: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"],
        plugins: { sonarjs: sonarjs.default ?? sonarjs },
        languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
        rules: { complexity: ["warn", 0], "sonarjs/cognitive-complexity": ["warn", 0] },
      },
    ],
  });
}

const numberIn = (pattern, message) => Number(pattern.exec(message)?.[1]);

/** Complexity of every function above 0, as [line, value] by file and rule. */
async function theirScores(eslint, file, text) {
  const [result] = await eslint.lintText(text, { filePath: file });
  const of = (rule, pattern) =>
    result.messages
      .filter(({ ruleId }) => ruleId === rule)
      .map(({ line, message }) => [line, numberIn(pattern, message)]);
  return {
    cyclomatic: of("complexity", /complexity of (\d+)/),
    cognitive: of("sonarjs/cognitive-complexity", /from (\d+)/),
  };
}

const index = (volume, cyclomatic, lines) => {
  const log = (value) => Math.log(Math.max(1, value));
  const raw = 171 - 5.2 * log(volume) - 0.23 * cyclomatic - 16.2 * log(lines);
  return Math.max(0, Math.min(100, (raw * 100) / 171));
};

const ranks = (values) => {
  const order = values.map((value, at) => [value, at]).sort((a, b) => a[0] - b[0]);
  const result = [];
  for (const [rank, [, at]] of order.entries()) result[at] = rank;
  return result;
};

function correlation(a, b) {
  const mean = (values) => values.reduce((total, each) => total + each, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, left, right] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    both += (value - meanA) * (b[at] - meanB);
    left += (value - meanA) ** 2;
    right += (b[at] - meanB) ** 2;
  }
  return both / Math.sqrt(left * right);
}

/** The index of each file, ours beside the one of independent measures; files their parser cannot read are left out. */
function indices(require, tool, files, root, read, bin) {
  const counted = exec(process.execPath, [bin, root, "--json"]);
  const lines = new Map(JSON.parse(counted.stdout).map((each) => [each.file_name, each.line_count]));
  const module = require("typhonjs-escomplex");
  const escomplex = module.default ?? module;
  const pairs = [];
  for (const file of files) {
    const length = lines.get(path.relative(root, file));
    if (length === undefined) continue;
    try {
      const { aggregate } = escomplex.analyzeModule(read(file));
      pairs.push([tool(file).index, index(aggregate.halstead.volume, aggregate.cyclomatic, length)]);
    } catch {
      // Younger syntax than it knows.
    }
  }
  return pairs;
}

async function compare(folder) {
  writeFileSync(path.join(folder, "package.json"), '{"private":true}\n');
  const npm = exec(
    "npm",
    ["install", "--no-audit", "--no-fund", "--legacy-peer-deps", "typescript@6.0.3", ...ORACLES],
    {
      cwd: folder,
    },
  );
  if (npm.code !== 0) throw new Error(`npm install: ${npm.stderr.trim().split("\n").at(-1)}`);
  const require = createRequire(path.join(folder, "package.json"));
  const root = path.resolve(
    process.env.REPO_AUDIT_QUALITY_SOURCE ?? path.join(folder, "node_modules/eslint/lib"),
  );
  const { cognitiveScores, maintainability, engine, Linter, SourceFile, PARSE_OPTIONS } = await ours();
  const { parseSync } = await import("oxc-parser");
  const files = readdirSync(root, { recursive: true })
    .filter((name) => /\.(?:[mc]?[jt]s|[jt]sx)$/.test(name) && !/\.d\.[mc]?ts$|node_modules/.test(name))
    .map((name) => path.join(root, name))
    .sort();
  const read = (file) => readFileSync(file, "utf8");
  const parse = (file) => parseSync(file, read(file), PARSE_OPTIONS);

  const context = {
    root,
    artifactsDir: folder,
    exec: async (file, args, options) => exec(file, args, options),
  };
  const bounds = { maxComplexity: 0, maxDepth: 1000, maxFunctionLines: 100_000 };
  const names = files.map((file) => path.relative(root, file));
  const oxlint = new Linter(context, engine(), bounds);
  for (const name of names) oxlint.add(name);
  const outcome = await oxlint.outcome();
  if (!outcome.ok) throw new Error(outcome.message);
  const cyclomatic = [];
  const cognitive = [];
  const eslint = await linter(require, root);
  for (const [at, file] of files.entries()) {
    const theirs = await theirScores(eslint, file, read(file));
    const hits = outcome.hits.filter((hit) => hit.rule === "complexity" && hit.path === names[at]);
    cyclomatic.push(
      pair(
        theirs.cyclomatic,
        hits.map(({ line, message }) => [line, numberIn(/complexity of (\d+)/, message)]),
      ),
    );
    const source = new SourceFile(file, read(file));
    const scored = cognitiveScores(parse(file).program).filter(({ score }) => score > 0);
    cognitive.push(
      pair(
        theirs.cognitive,
        scored.map(({ node, score }) => [source.position(node.start).line, score]),
      ),
    );
  }
  const measure = (file) => {
    const { program, comments } = parse(file);
    return maintainability(program, read(file), comments);
  };
  const bin = path.join(folder, "node_modules/fta-cli/index.js");
  return {
    cyclomatic: sum(cyclomatic),
    cognitive: sum(cognitive),
    pairs: indices(require, measure, files, root, read, bin),
  };
}

const percent = ({ agree, total }) =>
  `${agree} of ${total} functions agree (${((100 * agree) / total).toFixed(1)} %)`;

export async function run() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "proof-"));
  try {
    const { cyclomatic, cognitive, pairs } = await compare(folder);
    const [mine, theirs] = [pairs.map((each) => each[0]), pairs.map((each) => each[1])];
    const near = mine.filter((value, at) => Math.abs(value - theirs[at]) <= MAX_DIFFERENCE).length;
    const rank = correlation(ranks(mine), ranks(theirs));
    const enough = ({ agree, total }) => total >= MIN_FUNCTIONS && agree / total >= MIN_AGREEMENT;
    const share = near / Math.max(1, pairs.length);
    const ok = enough(cyclomatic) && enough(cognitive) && pairs.length >= MIN_FILES && share >= MIN_AGREEMENT;
    return {
      ok: ok && rank >= MIN_AGREEMENT,
      lines: [
        `cyclomatic, against eslint 10.15.0: ${percent(cyclomatic)}`,
        `cognitive, against eslint-plugin-sonarjs 4.2.2: ${percent(cognitive)}`,
        `maintainability index of ${pairs.length} files, against the formula over typhonjs-escomplex's volume and cyclomatic complexity and fta's lines: ${near} within ${MAX_DIFFERENCE} points (${(100 * share).toFixed(1)} %), rank correlation ${rank.toFixed(3)}`,
        "what remains of cognitive complexity: SonarJS carries the nesting of a choice whose branch is a function over to the code after it",
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
