// The checks secrets and config-consistency, and the gate over them, on a real repository: BENCH_REPO names a
// checkout, best one of more than 20,000 files. Without it the text of installed packages stands in.
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

export const title = "repo-audit: secrets and config-consistency against a plain read; a warm run";

const GATE = "dist/esm/gates/repo-audit.js";
const OWN = ["secrets", "config-consistency"];
const ALL = [...OWN, "hygiene"];
const CHANGED = 10;
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
    if (!match) continue;
    const size = lstatSync(path.join(root, match[3]), { throwIfNoEntry: false })?.size;
    if (size !== undefined) files.push({ path: match[3], oid: match[2], mode: match[1], size });
  }
  return files;
}

function context(root, dependenciesRoot, files, checks) {
  return {
    runId: "bench",
    mode: "quick",
    env: "ci",
    root,
    dependenciesRoot,
    files,
    changed: null,
    base: null,
    options: {},
    checks,
    upstream: {},
    history: [],
    secrets: {},
    artifactsDir: dependenciesRoot,
    signal: new AbortController().signal,
    exec: async () => ({ code: 1, signal: null, stdout: "", stderr: "", truncated: false }),
    progress() {},
  };
}

async function measure(work) {
  const before = process.cpuUsage();
  const start = performance.now();
  const value = await work();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { value, wall, cpu: (user + system) / 1e6 };
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

    const warmRoot = mkdtempSync(path.join(scratch, "warm-"));
    await gate.run(context(root, warmRoot, files, ALL));
    const { edited, undo } = editTen(root, files);
    try {
      const warm = await measure(() => gate.run(context(root, warmRoot, edited, ALL)));
      const again = await gate.run(context(root, mkdtempSync(path.join(scratch, "again-")), edited, ALL));
      const same = JSON.stringify(warm.value) === JSON.stringify(again);
      const ratio = (part) =>
        `${(part.wall / plain.wall).toFixed(1)} x by the clock, ${(part.cpu / plain.cpu).toFixed(1)} x by CPU`;
      return [
        `${files.length} files, ${(bytes / 1e6).toFixed(0)} MB, ${text.toFixed(0)} MB of it text${process.env.BENCH_REPO ? "" : " (installed packages: BENCH_REPO=DIR names a repository)"}`,
        `secrets: ${(text / (secrets.cpu - plain.cpu)).toFixed(0)} MB per CPU second, the reading left out`,
        `secrets and config-consistency, cold: ${ratio(own)} of a plain read (at most 12)`,
        `ten changed files, warm, with hygiene: ${(warm.wall * 1000).toFixed(0)} ms (at most 400), report ${same ? "identical to" : "DIFFERENT FROM"} a cold run's`,
      ];
    } finally {
      undo();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function mkdirs(...parts) {
  const folder = path.join(...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Ten text files with a line more, and the list of files after it; `undo` puts them back. */
function editTen(root, files) {
  const isCode = ({ path: name, mode }) => mode === "100644" && /\.(ts|js|mjs|py|go)$/.test(name);
  const chosen = files.filter(isCode).slice(0, CHANGED);
  const before = chosen.map(({ path: name }) => [name, readFileSync(path.join(root, name))]);
  const names = new Set(chosen.map(({ path: name }) => name));
  const line = "\n// one line more\n";
  for (const name of names) appendFileSync(path.join(root, name), line);
  return {
    edited: files.map((file) =>
      names.has(file.path) ? { ...file, oid: `changed-${file.oid}`, size: file.size + line.length } : file,
    ),
    undo: () => {
      for (const [name, content] of before) writeFileSync(path.join(root, name), content);
    },
  };
}
