// Cold starts: --version, quick mode with 1, 10 and 100 commands that do nothing, ten cached ones, and a graph
// whose length is known.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { paired, peakMiB } from "./lib/paired.mjs";

export const title = "Start-up: ratios to `node -e 0` and to a bare Node spawner of the same commands";

const MANY_FILES = 20_000;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const binary = here("../dist/meta-orch.js");
const node = process.execPath;

const commands = (count, settings) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`gate-${at}`, settings]));

/** A git repository with these gates and no built-in one, and so many files in folders of a hundred. */
function repository(gates, files = 0) {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-bench-"));
  const manifest = JSON.parse(
    execFileSync(node, [binary, "list", "--json", "--repo", dir], { encoding: "utf8" }),
  );
  const off = Object.fromEntries(manifest.gates.map((gate) => [gate.id, "only commands are measured"]));
  writeFileSync(
    join(dir, "modsquad.config.json"),
    JSON.stringify({ run: { concurrency: 10 }, notApplicable: off, gates }),
  );
  const git = (...args) =>
    execFileSync("git", ["-c", "user.name=b", "-c", "user.email=b@b", ...args], { cwd: dir });
  for (let at = 0; at < files; at += 1) {
    const folder = join(dir, `part-${Math.floor(at / 100)}`);
    if (at % 100 === 0) mkdirSync(folder);
    writeFileSync(join(folder, `file-${at}.txt`), `${at}\n`);
  }
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "bench");
  return dir;
}

export function run() {
  const rounds = Number(process.env.BENCH_ROUNDS ?? 11);
  const lines = [];
  const start = paired({ node: [node, "-e", "0"], version: [node, binary, "--version"] }, rounds);
  lines.push(
    `--version: ${(start.version / start.node).toFixed(2)} x node -e 0 (${start.node.toFixed(0)} ms)`,
  );
  for (const count of [1, 10, 100]) {
    const dir = repository(commands(count, { run: "true" }));
    const quick = [binary, "--mode", "quick", "--repo", dir];
    const times = paired(
      {
        node: [node, "-e", "0"],
        bare: [node, here("lib/bare-spawner.mjs"), String(count), "true"],
        quick: [node, ...quick],
      },
      rounds,
    );
    const peak = peakMiB(quick);
    lines.push(
      `quick, ${count} no-op command gate(s): ${(times.quick / times.bare).toFixed(2)} x bare spawner, ` +
        `${(times.quick / times.node).toFixed(2)} x node -e 0 (bare ${(times.bare / times.node).toFixed(2)}), peak ${peak.toFixed(0)} MiB`,
    );
    rmSync(dir, { recursive: true, force: true });
  }
  lines.push(cachedLine(rounds), cachedLine(Math.ceil(rounds / 2), MANY_FILES), graphLine(rounds));
  return lines;
}

function cachedLine(rounds, files = 0) {
  const dir = repository(commands(10, { run: "true", inputs: ["**"] }), files);
  const quick = [node, binary, "--mode", "quick", "--repo", dir];
  // paired() warms up with a first round of its own, which fills the cache.
  const times = paired({ node: [node, "-e", "0"], quick }, rounds);
  rmSync(dir, { recursive: true, force: true });
  const where = files > 0 ? `, in ${files.toLocaleString("en")} files` : "";
  return `quick, 10 gates, all cached${where}: ${(times.quick / times.node).toFixed(2)} x node -e 0`;
}

/** 1 -> 8 -> 1 gates of `sleep 0.2` with 10 slots: the critical path is 600 ms. */
function graphLine(rounds) {
  const sleep = { run: "sleep 0.2" };
  const middle = commands(8, { ...sleep, needs: ["first"] });
  const dir = repository({ first: sleep, ...middle, last: { ...sleep, needs: Object.keys(middle) } });
  const full = [node, binary, "--mode", "full", "--repo", dir];
  const times = paired({ node: [node, "-e", "0"], full }, rounds);
  rmSync(dir, { recursive: true, force: true });
  const over = times.full - 600 - times.node;
  return `1 -> 8 -> 1 of sleep 0.2: critical path + one Node start + ${over.toFixed(0)} ms`;
}
