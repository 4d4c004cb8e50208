// Cognitive complexity and the maintainability index of Python against implementations nobody here wrote: Debian's
// python3-cognitive-complexity, and the formula over radon's complexity and lines and the volume of Python's own
// tokenizer. REPO_AUDIT_PYTHON names a folder where `python3` finds both (PYTHONPATH); they may also be installed.
// The source is Python's own standard library; REPO_AUDIT_QUALITY_SOURCE names another folder.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundled } from "./lib/bundle.mjs";

export const title = "repo-audit: complexity and maintainability of Python against other implementations";

const MIN_AGREEMENT = 0.98;
const MIN_FUNCTIONS = 1000;
const MIN_FILES = 200;
const MAX_FILES = 400;
/** Points of 100. */
const MAX_DIFFERENCE = 5;

const ours = () =>
  bundled({
    "./gates/repo-audit/checks/code-quality/python-tree.ts": ["measurePython"],
    "./gates/repo-audit/checks/code-quality/python-volume.ts": ["pythonVolume"],
    "./gates/repo-audit/checks/code-quality/maintainability.ts": ["maintainabilityIndex"],
    "./gates/repo-audit/python.ts": ["loadPython"],
    "./gates/repo-audit/source.ts": ["SourceFile"],
  });

function python(args, input) {
  const found = process.env.REPO_AUDIT_PYTHON;
  const env = { ...process.env, ...(found ? { PYTHONPATH: found } : {}) };
  return spawnSync("python3", args, { input, env, encoding: "utf8", maxBuffer: 2 ** 30 });
}

function sources() {
  const folder =
    process.env.REPO_AUDIT_QUALITY_SOURCE ??
    python(["-c", "import os; print(os.path.dirname(os.__file__))"]).stdout.trim();
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".py"))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !/(^|\/)(tests?|site-packages|idlelib|lib2to3)\//.test(file))
    .sort()
    .slice(0, MAX_FILES);
}

function ranks(values) {
  const order = values.map((value, index) => [value, index]).sort((a, b) => a[0] - b[0]);
  const result = new Array(values.length);
  for (const [rank, [, index]] of order.entries()) result[index] = rank;
  return result;
}

/** Spearman's, without ties. */
function correlation(a, b) {
  const [left, right] = [ranks(a), ranks(b)];
  const squares = left.reduce((sum, rank, index) => sum + (rank - right[index]) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

export async function run() {
  const script = fileURLToPath(new URL("./lib/python-oracles.py", import.meta.url));
  const { stdout, status, stderr } = python([script], sources().join("\n"));
  if (status !== 0) {
    return {
      ok: false,
      lines: [
        `not measured: ${stderr.trim().split("\n").at(-1)}`,
        "apt-get install python3-cognitive-complexity radon, or name a folder that holds them in REPO_AUDIT_PYTHON",
      ],
    };
  }
  const { measurePython, pythonVolume, maintainabilityIndex, loadPython, SourceFile } = await ours();
  const parser = await loadPython();
  const functions = { agree: 0, total: 0 };
  const mine = [];
  const theirs = [];
  const radon = [];
  for (const line of stdout.trim().split("\n")) {
    const said = JSON.parse(line);
    const file = new SourceFile(said.path, readFileSync(said.path, "utf8"));
    const root = parser.parse(file);
    if (!root) continue;
    const { functions: found, cyclomatic } = measurePython(root);
    const byLine = new Map(
      found.map((each) => [`${each.name} ${file.position(each.start).line}`, each.cognitive]),
    );
    for (const [at, name, score] of said.functions) {
      functions.total += 1;
      if (byLine.get(`${name} ${at}`) === score) functions.agree += 1;
      else if (process.env.REPO_AUDIT_SHOW)
        console.log(`${said.path}:${at} ${name}: ${byLine.get(`${name} ${at}`)}, theirs ${score}`);
    }
    if (said.sloc === 0) continue;
    const { volume, lines } = pythonVolume(file.text);
    mine.push(maintainabilityIndex(volume, cyclomatic, lines));
    theirs.push(maintainabilityIndex(said.volume, said.complexity, said.sloc));
    radon.push(said.radon);
  }
  const near = mine.filter((value, index) => Math.abs(value - theirs[index]) <= MAX_DIFFERENCE).length;
  const percent = (part, whole) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
  return {
    ok:
      functions.total >= MIN_FUNCTIONS &&
      functions.agree / functions.total >= MIN_AGREEMENT &&
      mine.length >= MIN_FILES &&
      near / mine.length >= MIN_AGREEMENT,
    lines: [
      `cognitive, against cognitive_complexity, functions without try, match, elif and functions inside (it counts those its own way): ${functions.agree} of ${functions.total} agree (${percent(functions.agree, functions.total)})`,
      `maintainability index of ${mine.length} files, against the formula over radon's complexity and lines and the volume of Python's tokenizer: ${near} within ${MAX_DIFFERENCE} points (${percent(near, mine.length)}), rank correlation ${correlation(mine, theirs).toFixed(3)}; with radon's own index ${correlation(mine, radon).toFixed(3)}`,
    ],
  };
}
