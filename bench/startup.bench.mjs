// Cold starts: --version, and quick mode with 1, 10 and 100 commands that do nothing.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { paired, peakMiB } from "./lib/paired.mjs";

export const title = "Start-up: ratios to `node -e 0` and to a bare Node spawner of the same commands";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const binary = here("../dist/meta-orch.js");
const node = process.execPath;

/** A git repository whose config has `count` gates that do nothing, and no built-in gate. */
function repository(count) {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-bench-"));
  const gates = Object.fromEntries(Array.from({ length: count }, (_, at) => [`noop-${at}`, { run: "true" }]));
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
    const dir = repository(count);
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
  return lines;
}
