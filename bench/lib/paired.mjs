// Paired timing of whole commands: every round runs each command once, in turn, so that load on the machine
// hits all of them alike. Medians of wall milliseconds, and of CPU milliseconds where the system tells.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** commands: { name: [file, ...args] }. Resolves to { name: median wall ms }. A command that fails is an error. */
export function paired(commands, rounds, options = {}) {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, [file, ...args]] of Object.entries(commands)) {
      const from = performance.now();
      const result = spawnSync(file, args, { stdio: ["ignore", "ignore", "pipe"], ...options });
      if (result.status !== 0) throw new Error(`${name} ended with ${result.status}: ${result.stderr}`);
      // Round -1 only warms the file cache.
      if (round >= 0) times[name].push(performance.now() - from);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

/** Peak resident memory of a Node command, MiB. */
export function peakMiB(args, options = {}) {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-peak-"));
  const preload = join(dir, "peak.cjs");
  const out = join(dir, "peak");
  writeFileSync(
    preload,
    `process.on("exit", () => require("fs").writeFileSync(${JSON.stringify(out)}, String(process.resourceUsage().maxRSS)));`,
  );
  spawnSync(process.execPath, ["--require", preload, ...args], { stdio: "ignore", ...options });
  const peak = Number(readFileSync(out, "utf8")) / 1024;
  rmSync(dir, { recursive: true });
  return peak;
}
