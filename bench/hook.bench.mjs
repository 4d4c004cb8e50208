// The pre-commit hook: CPU of real git commits with nothing new to check in a repository of 5,000 files, and one
// changed TypeScript file under three quick gates.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./lib/paired.mjs";

export const title = "The commit hook: CPU over a hook-less commit, and ratio to `node -e 0`";

const FILES = 5000;
const PER_ROUND = 10;
const node = process.execPath;
const binary = fileURLToPath(new URL("../dist/meta-orch.js", import.meta.url));

/** CPU of ended children so far, milliseconds; null where the system does not tell. */
function childCpu() {
  try {
    const fields = readFileSync("/proc/self/stat", "latin1").split(") ").at(-1).split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return null;
  }
}

/** Medians per command of CPU (wall where CPU is not told), milliseconds; every round runs each in turn. */
function measure(commands, rounds, { cwd, before = () => {} }) {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, [file, ...args]] of Object.entries(commands)) {
      before(name);
      const [from, cpu] = [performance.now(), childCpu()];
      for (let at = 0; at < PER_ROUND; at += 1) {
        const result = spawnSync(file, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
        if (result.status !== 0) throw new Error(`${name} ended with ${result.status}: ${result.stderr}`);
      }
      const took = cpu === null ? performance.now() - from : childCpu() - cpu;
      if (round >= 0) times[name].push(took / PER_ROUND);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

function repository() {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-hook-bench-"));
  for (let at = 0; at < FILES; at += 1) {
    const folder = join(dir, "src", `part-${at % 50}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${at}.ts`), `export const value${at} = ${at};\n`);
  }
  const quick = { run: "true", modes: ["quick"], inputs: ["src/**"] };
  writeFileSync(join(dir, "modsquad.config.json"), JSON.stringify({ gates: { types: quick, lint: quick } }));
  const git = (...args) => execFileSync("git", args, { cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
  git("init", "-q");
  for (const [key, value] of [
    ["user.name", "b"],
    ["user.email", "b@example.invalid"],
    ["gc.auto", "0"],
  ])
    git("config", key, value);
  git("add", ".");
  git("commit", "-qm", "bench");
  execFileSync(node, [binary, "hook", "install"], { cwd: dir, stdio: "ignore" });
  const empty = mkdtempSync(join(tmpdir(), "meta-orch-hook-empty-"));
  writeFileSync(join(empty, "pre-commit"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  return { dir, empty, git };
}

export function run() {
  const rounds = Number(process.env.BENCH_ROUNDS ?? 11);
  const { dir, empty, git } = repository();
  const commit = (hooks) => [
    "git",
    "-c",
    `core.hooksPath=${hooks}`,
    "commit",
    "-q",
    "--allow-empty",
    "-m",
    "x",
  ];
  const cost = measure(
    { none: commit("/nonexistent"), empty: commit(empty), ours: commit(".git/hooks") },
    rounds,
    { cwd: dir },
  );
  const said = spawnSync("git", commit(".git/hooks").slice(1), { cwd: dir, encoding: "utf8" }).stderr;
  if (!said.includes("already judged")) throw new Error(`the hook looked again: ${said}`);

  // One changed file, staged: the hook has to judge it. A new value each time, so that nothing is remembered.
  let change = 0;
  const stage = () => {
    change += 1;
    writeFileSync(join(dir, "src", "part-0", "file-0.ts"), `export const value0 = ${-change};\n`);
    git("add", "src/part-0/file-0.ts");
  };
  const ratios = [];
  for (let round = -1; round < rounds; round += 1) {
    stage();
    const [from, cpu] = [performance.now(), childCpu()];
    spawnSync(node, ["-e", "0"], { cwd: dir });
    const [middle, bare] = [performance.now(), childCpu()];
    const hook = spawnSync("sh", [".git/hooks/pre-commit"], { cwd: dir, encoding: "utf8" });
    if (hook.status !== 0 || !/clean, 3 gates/.test(hook.stdout))
      throw new Error(`the hook said: ${hook.stdout}${hook.stderr}`);
    const [to, all] = [performance.now(), childCpu()];
    if (round >= 0)
      ratios.push({
        wall: (to - middle) / (middle - from),
        cpu: cpu === null ? 0 : (all - bare) / Math.max(bare - cpu, 10),
      });
  }
  rmSync(dir, { recursive: true, force: true });
  rmSync(empty, { recursive: true, force: true });
  const over = (name) => `+${(cost[name] - cost.none).toFixed(1)} ms`;
  return [
    `git commit with nothing new, ${FILES} files: ${over("ours")} CPU over a hook-less commit (${cost.none.toFixed(1)} ms); an empty hook costs ${over("empty")}`,
    `one changed TypeScript file, three quick gates: ${median(ratios.map(({ wall }) => wall)).toFixed(2)} x node -e 0 in time, ${median(ratios.map(({ cpu }) => cpu)).toFixed(2)} x in CPU`,
  ];
}
