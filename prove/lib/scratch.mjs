// A temporary repository with the built command run in it; shared by the proofs and the test suite.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const BINARY = fileURLToPath(new URL("../../dist/meta-orch.js", import.meta.url));
export const CONFIG = "modsquad.config.json";

const manifest = new URL("../../dist/gates/manifest.json", import.meta.url);

/** A config whose gates are these, with the built-in ones out of the way except those in `keep`. */
export function configOf(gates, more = {}, keep = []) {
  const builtIn = JSON.parse(readFileSync(manifest, "utf8")).map(({ id }) => id);
  const off = builtIn.filter((id) => !keep.includes(id));
  const notApplicable = Object.fromEntries(off.map((id) => [id, "not tested here"]));
  return JSON.stringify({ notApplicable, gates, ...more });
}

/** Makes the repository; `files` are committed. */
export function makeRepository(files) {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-proof-"));
  const write = (path, content) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  };
  const git = (...args) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.invalid", ...args], { cwd: dir });
  for (const [path, content] of Object.entries(files)) write(path, content);
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "state", "--allow-empty");
  const logs = join(dir, "modsquad", "logs");
  return {
    dir,
    logs,
    write,
    git,
    read: (path) => readFileSync(join(dir, path), "utf8"),
    /** Paths of the journals, oldest first. */
    journals: () => {
      try {
        return readdirSync(logs)
          .filter((name) => name.startsWith("execution_log_"))
          .sort()
          .map((name) => join(logs, name));
      } catch {
        return [];
      }
    },
    remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Starts the command in a folder. `ended` resolves to code, signal, stdout and stderr. */
export function start(dir, args, { env = {}, stdout = "pipe", shell } = {}) {
  const argv = shell
    ? ["sh", "-c", shell, "sh", process.execPath, BINARY, ...args]
    : [process.execPath, BINARY, ...args];
  const child = spawn(argv[0], argv.slice(1), {
    cwd: dir,
    env: { PATH: process.env.PATH, HOME: dir, ...env },
    stdio: ["ignore", stdout, "pipe"],
  });
  const out = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => (out.stdout += chunk));
  child.stderr.on("data", (chunk) => (out.stderr += chunk));
  const ended = new Promise((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal, ...out })),
  );
  return { child, ended, out };
}

/** Pseudo-random numbers in [0, 1) from a seed, so that a proof can be repeated (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs the jobs with at most `width` side by side; results in their order. */
export async function inParallel(jobs, width) {
  const results = new Array(jobs.length);
  let next = 0;
  const work = async () => {
    while (next < jobs.length) {
      const at = next++;
      results[at] = await jobs[at]();
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}
