/** How often files changed lately. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GateContext } from "../../modsquad/contracts/gate.ts";

/** Commits among the last 500 that touched each of the paths; empty without git. Kept per commit in `dir`. */
export async function churnOf(
  context: GateContext,
  paths: ReadonlySet<string>,
  dir: string,
): Promise<Map<string, number>> {
  const cwd = context.dependenciesRoot;
  const head = await context.exec("git", ["--no-optional-locks", "rev-parse", "HEAD"], {
    cwd,
    timeoutMs: 5000,
  });
  const commit = head.code === 0 ? head.stdout.trim() : "";
  if (commit === "") return new Map();
  const file = join(dir, "churn.json");
  try {
    const cached = JSON.parse(readFileSync(file, "utf8")) as {
      commit: string;
      counts: Record<string, number>;
    };
    if (cached.commit === commit) return new Map(Object.entries(cached.counts));
  } catch {
    // No counts for this commit yet: they are made below.
  }
  const log = await context.exec(
    "git",
    [
      "--no-optional-locks",
      "log",
      "-n",
      "500",
      "--format=",
      "--name-only",
      "--no-renames",
      "--relative",
      "HEAD",
    ],
    { cwd, timeoutMs: 20_000, maxOutputBytes: 32 << 20 },
  );
  const counts = new Map<string, number>();
  if (log.code !== 0) return counts;
  for (const path of log.stdout.split("\n"))
    if (paths.has(path)) counts.set(path, (counts.get(path) ?? 0) + 1);
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(file, JSON.stringify({ commit, counts: Object.fromEntries([...counts].sort()) }));
  } catch {
    return counts;
  }
  return counts;
}
