// PROVE_PATHS=repo:repo… npm run prove init, with clones of public repositories.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { BINARY } from "./lib/scratch.mjs";

export const title = "Adoption: init in public repositories";

const FIRST_VERDICT_S = 60;
const LEAST_GATES = 2;

function command(dir, args) {
  const from = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [BINARY, ...args], {
    cwd: dir,
    encoding: "utf8",
  });
  return { status, stdout, stderr, seconds: (performance.now() - from) / 1000 };
}

/** Everything init may write. */
function written(dir) {
  const names = [
    "modsquad.config.yaml",
    "modsquad.baseline.json",
    ".git/config",
    ".git/hooks/pre-commit",
    ".git/hooks/pre-push",
  ];
  const status = spawnSync("git", ["status", "--porcelain"], { cwd: dir, encoding: "utf8" }).stdout;
  return [
    status,
    ...names.map((name) => (existsSync(join(dir, name)) ? readFileSync(join(dir, name), "utf8") : null)),
  ].join("\0");
}

function adopt(path) {
  const dir = mkdtempSync(join(tmpdir(), "meta-orch-adopt-"));
  try {
    const cloned = spawnSync("git", ["clone", "-q", "--depth", "1", `file://${path}`, dir], {
      encoding: "utf8",
    });
    if (cloned.status !== 0) throw new Error(`${path} cannot be cloned: ${cloned.stderr}`);
    const first = command(dir, ["init", "--hook"]);
    const verdict = command(dir, ["--mode", "quick", "--quiet"]);
    const plan = command(dir, ["--mode", "full", "--plan", "--json"]);
    const before = written(dir);
    const second = command(dir, ["init", "--hook"]);
    const gates =
      plan.status === 0 ? JSON.parse(plan.stdout).gates.filter(({ decision }) => decision === "run") : [];
    const seconds = first.seconds + verdict.seconds;
    const wrong = [];
    if (first.status !== 0)
      wrong.push(`init ended with ${first.status}: ${first.stderr.trim().split("\n").at(-1)}`);
    if (second.status !== 0 || written(dir) !== before) wrong.push("the second init changed something");
    if (![0, 1].includes(verdict.status))
      wrong.push(`no verdict: exit ${verdict.status} ${verdict.stderr.trim().split("\n")[1] ?? ""}`);
    if (gates.length < LEAST_GATES) wrong.push(`${gates.length} gates apply`);
    if (seconds > FIRST_VERDICT_S) wrong.push(`the first verdict came after ${seconds.toFixed(0)} s`);
    const repository = basename(path) === "repo" ? path.split("/").at(-2).replace("+", "/") : basename(path);
    return { repository, gates: gates.map(({ id }) => id), seconds, exit: verdict.status, wrong };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export async function run() {
  const paths = (process.env.PROVE_PATHS ?? "").split(":").filter(Boolean);
  if (paths.length === 0)
    return { ok: false, lines: ["nothing was proven: give clones of repositories in PROVE_PATHS"] };
  const seen = paths.map(adopt);
  const bad = seen.filter(({ wrong }) => wrong.length > 0);
  return {
    ok: bad.length === 0,
    lines: [
      `${seen.length} repositories: ${bad.length} with a crash, fewer than ${LEAST_GATES} gates, a verdict after ${FIRST_VERDICT_S} s or a second init that changed something`,
      ...seen.map(
        ({ repository, gates, seconds, exit, wrong }) =>
          `${repository}: ${gates.join(", ")}; first verdict after ${seconds.toFixed(1)} s (exit ${exit})${wrong.map((one) => `; WRONG: ${one}`).join("")}`,
      ),
    ],
  };
}
