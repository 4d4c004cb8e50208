// The gate on a real repository: BENCH_REPO names a checkout, best one of more than 20,000 files. Without it the text
// of installed packages stands in. Every figure is a ratio within this run; CPU is that of this process and of the
// programs it starts. The warm run has a process of its own, as a person has one: this one has compiled everything.
import { execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import os, { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const title = "repo-audit: own checks against a plain read, the gate against its engines, a warm run";

const GATE = "dist/esm/gates/repo-audit.js";
const OWN = ["secrets", "config-consistency"];
const ALL = [...OWN, "auth", "deprecated-patterns", "dependencies", "code-quality", "hygiene"];
const CHANGED = 10;
/** What the process of a warm run is told it is. */
const WARM = "--warm";
const ROUNDS = 3;

function git(cwd, ...args) {
  return execFileSync("git", args, { cwd, maxBuffer: 2 ** 30, encoding: "utf8" });
}

/** A repository of installed packages, when none is given. */
function standIn(folder) {
  for (const name of ["undici", "yaml", "vitest", "ajv", "pg", "@types", "rolldown"]) {
    try {
      cpSync(path.join("node_modules", name), path.join(folder, name), {
        recursive: true,
        dereference: true,
      });
    } catch {
      // Not installed in this version: the others are enough.
    }
  }
  git(folder, "init", "-q");
  git(folder, "add", "-A", "-f");
  return folder;
}

function tracked(root) {
  const files = [];
  for (const line of git(root, "ls-files", "-z", "-s").split("\0")) {
    const match = /^(\d+) (\w+) \d\t(.*)$/s.exec(line);
    // What stands for another repository is no file.
    if (!match || match[1] === "160000") continue;
    const size = lstatSync(path.join(root, match[3]), { throwIfNoEntry: false })?.size;
    if (size !== undefined) files.push({ path: match[3], oid: match[2], mode: match[1], size });
  }
  return files;
}

function context(root, dependenciesRoot, files, checks, options = {}) {
  return {
    runId: "bench",
    mode: "full",
    env: "ci",
    root,
    dependenciesRoot,
    files,
    changed: null,
    base: null,
    options,
    checks,
    upstream: {},
    history: [],
    secrets: {},
    artifactsDir: dependenciesRoot,
    signal: new AbortController().signal,
    exec,
    progress() {},
  };
}

function exec(command, args, { cwd, env }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.on("close", (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(chunks).toString("utf8"), stderr: "", truncated: false }),
    );
  });
}

/** Ticks of the kernel's clock in a second, as /proc counts. */
const TICKS = 100;

/** CPU seconds of the programs started so far that have ended; Linux says. */
function childCpu() {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

async function measure(work) {
  const before = process.cpuUsage();
  const children = childCpu();
  const start = performance.now();
  const value = await work();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { value, wall, cpu: (user + system) / 1e6 + childCpu() - children };
}

/** The fastest of a few rounds, by CPU. */
async function best(work) {
  let fastest = await measure(work);
  for (let round = 1; round < ROUNDS; round += 1) {
    const next = await measure(work);
    if (next.cpu < fastest.cpu) fastest = next;
  }
  return fastest;
}

/** What the engines cost by themselves: each over the files that the gate gives to it, as plainly as it can be used. */
async function engines(root, scratch, files) {
  const { parseSync } = await import("oxc-parser");
  const sg = await import("@ast-grep/napi");
  const { default: python } = await import("@ast-grep/lang-python");
  const { Workspace, PositionEncoding } = await import("@astral-sh/ruff-wasm-nodejs");
  sg.registerDynamicLanguage({ python });
  const scores = path.join(scratch, "code-quality.json");
  const judged = existsSync(scores) ? JSON.parse(readFileSync(scores, "utf8")).map((each) => each.path) : [];
  const snakes = files.map((file) => file.path).filter((name) => name.endsWith(".py") && !/test/i.test(name));
  const patterns = JSON.parse(readFileSync("gates/repo-audit/data/deprecated-patterns.json", "utf8"));
  const anyOf = (language) => ({
    rule: {
      any: patterns
        .filter((each) => each.language === language && each.pattern)
        .map(({ pattern }) => ({ pattern })),
    },
  });
  const lang = (name) =>
    name.endsWith(".tsx") ? sg.Lang.Tsx : /\.[mc]?ts$/.test(name) ? sg.Lang.TypeScript : sg.Lang.JavaScript;
  const text = (name) => readFileSync(path.join(root, name), "utf8");
  const oxlint = path.join(
    path.dirname(createRequire(import.meta.url).resolve("oxlint/package.json")),
    "bin/oxlint",
  );
  const config = path.join(scratch, "oxlint.json");
  return best(async () => {
    for (let at = 0; at < judged.length; at += 400) {
      const batch = judged.slice(at, at + 400);
      await exec(process.execPath, [oxlint, "-c", config, "-f", "json", "--no-ignore", "--", ...batch], {
        cwd: root,
      });
    }
    for (const name of judged) parseSync(name, text(name), { preserveParens: false }).program;
    for (const name of judged) sg.parse(lang(name), text(name)).root().findAll(anyOf("javascript"));
    const ruff = new Workspace(
      { lint: { select: ["C901", "S102", "S307", "S602", "S605", "S608"] } },
      PositionEncoding.Utf16,
    );
    for (const name of snakes) {
      ruff.check(text(name));
      sg.parse("python", text(name)).root().findAll(anyOf("python"));
    }
    return { scripts: judged.length, python: snakes.length };
  });
}

const ms = (seconds) => `${(seconds * 1000).toFixed(0)} ms`;

/** The gate over ten changed files, in a process of its own each time; every time with what the cold run kept. */
function warmRuns(scratch, root, kept, files) {
  const task = path.join(scratch, "warm.json");
  const answer = path.join(scratch, "answer.json");
  return Array.from({ length: ROUNDS }, (_, round) => {
    const own = path.join(scratch, `warm-${round}`);
    cpSync(kept, own, { recursive: true, preserveTimestamps: true });
    writeFileSync(task, JSON.stringify({ root, own, files, answer }));
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), WARM, task], { stdio: "inherit" });
    return JSON.parse(readFileSync(answer, "utf8"));
  });
}

/** What such a process does. The clock starts when it knows what to do, before it loads anything of the gate. */
async function warmRun(task) {
  const { root, own, files, answer } = JSON.parse(readFileSync(task, "utf8"));
  let load = 0;
  const measured = await measure(async () => {
    const start = performance.now();
    const { default: gate } = await import(pathToFileURL(path.resolve(GATE)).href);
    load = (performance.now() - start) / 1000;
    return gate.run(context(root, own, files, ALL));
  });
  writeFileSync(answer, JSON.stringify({ ...measured, load }));
}

const verdict = (isMet) => (isMet ? "met" : "NOT MET");

export async function run() {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "repo-audit-bench-"));
  try {
    const root = process.env.BENCH_REPO ?? standIn(path.join(mkdirs(scratch, "packages")));
    const { default: gate } = await import(pathToFileURL(path.resolve(GATE)).href);
    const files = tracked(root);
    let bytes = 0;
    const plain = await best(() => {
      bytes = 0;
      for (const { path: name, mode } of files)
        if (mode !== "120000") bytes += readFileSync(path.join(root, name)).length;
    });
    const cold = (checks) =>
      best(() => gate.run(context(root, mkdtempSync(path.join(scratch, "cold-")), files, checks)));
    const secrets = await cold(["secrets"]);
    const own = await cold(OWN);
    const text = own.value.metrics.bytesRead / 1e6;

    let warmRoot = "";
    const whole = await best(() => {
      warmRoot = mkdtempSync(path.join(scratch, "whole-"));
      return gate.run(context(root, warmRoot, files, ALL));
    });
    const threads = (count) =>
      best(() =>
        gate.run(context(root, mkdtempSync(path.join(scratch, "threads-")), files, ALL, { threads: count })),
      );
    const [one, two] = [await threads(1), await threads(2)];
    const alone = await engines(root, warmRoot, files);
    const times = (part, whole) => (part / whole).toFixed(1);
    const rate = text / (secrets.cpu - plain.cpu);
    const ratio = whole.cpu / alone.cpu;
    const { scripts, python } = alone.value;
    return [
      `${files.length} files, ${(bytes / 1e6).toFixed(0)} MB, ${text.toFixed(0)} MB of it text${process.env.BENCH_REPO ? "" : " (installed packages: BENCH_REPO=DIR names a repository)"}`,
      `secrets: ${rate.toFixed(0)} MB per CPU second, the reading left out; at least 40: ${verdict(rate >= 40)}`,
      `secrets and config-consistency, cold: ${times(own.wall, plain.wall)} x a plain read by the clock, ${times(own.cpu, plain.cpu)} x by CPU; at most 12: ${verdict(own.wall <= 12 * plain.wall)}`,
      `the whole gate, cold: ${whole.cpu.toFixed(1)} CPU seconds, ${ratio.toFixed(2)} x its engines alone (${alone.cpu.toFixed(1)}: oxlint, oxc-parser and ast-grep on ${scripts} files, ruff and ast-grep on ${python}); at most 1.25: ${verdict(ratio <= 1.25)}`,
      `with two threads ${two.wall.toFixed(1)} s by the clock and ${two.cpu.toFixed(1)} of CPU, with one ${one.wall.toFixed(1)} and ${one.cpu.toFixed(1)}; ${availableParallelism()} cores`,
      ...(await warmLines("spread evenly", evenly, gate, scratch, root, warmRoot, files)),
      ...(await warmLines("the first", first, gate, scratch, root, warmRoot, files)),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function mkdirs(...parts) {
  const folder = path.join(...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

const isCode = ({ path: name, mode }) => mode === "100644" && /\.(ts|js|mjs|py|go)$/.test(name);
const first = (files) => files.slice(0, CHANGED);
const evenly = (files) => {
  const step = files.length / CHANGED;
  return first(files.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step)));
};

/** The warm run over ten of the files of code, and whether it says what a cold one says. */
async function warmLines(which, pick, gate, scratch, root, kept, files) {
  const { edited, size, undo } = edit(root, files, pick(files.filter(isCode)));
  try {
    const warm = warmRuns(scratch, root, kept, edited);
    const again = await gate.run(context(root, mkdtempSync(path.join(scratch, "again-")), edited, ALL));
    const report = ({ artifacts: _paths, ...rest }) => JSON.stringify(rest);
    const same = warm.every(({ value }) => report(value) === report(again));
    const [quickest] = [...warm].sort((a, b) => a.wall - b.wall);
    const failed = again.checks.filter(({ status }) => status === "errored").map(({ id }) => id);
    return [
      `ten changed files, ${which} (${(size / 1e3).toFixed(0)} kB), warm, all checks, in a process of its own, the quickest of ${ROUNDS}: ${ms(quickest.wall)} by the clock with the loading of the gate's modules (${ms(quickest.load)}), ${ms(quickest.cpu)} of CPU; at most 400: ${verdict(quickest.wall <= 0.4)}`,
      `the report of the warm run is ${same ? "identical to" : "DIFFERENT FROM"} a cold one's${failed.length > 0 ? `; errored: ${failed.join(", ")}` : ""}`,
    ];
  } finally {
    undo();
  }
}

/** A line more in each of these files, and the list of all files after it; `undo` puts them back. */
function edit(root, files, chosen) {
  const before = chosen.map(({ path: name }) => [name, readFileSync(path.join(root, name))]);
  const names = new Set(chosen.map(({ path: name }) => name));
  const line = "\n// one line more\n";
  for (const name of names) appendFileSync(path.join(root, name), line);
  return {
    edited: files.map((file) =>
      names.has(file.path) ? { ...file, oid: "", size: file.size + line.length } : file,
    ),
    size: chosen.reduce((sum, { size }) => sum + size, 0),
    undo: () => {
      for (const [name, content] of before) writeFileSync(path.join(root, name), content);
    },
  };
}

if (process.argv[2] === WARM) await warmRun(process.argv[3]);
