// Runs that come to a bad end at odd moments, and what the dashboard says of each.
import { execFile } from "node:child_process";
import { appendFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { promisify } from "node:util";
import { configOf, makeRepository, seeded, start } from "./scratch.mjs";
import { DASHBOARD } from "./terminal.mjs";

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const newest = (repository) => repository.journals().at(-1);

/** What befalls the journal once the run was killed. */
const AFTERMATHS = {
  nothing: () => {},
  "torn last line": (file, random) =>
    truncateSync(file, Math.max(1, statSync(file).size - 1 - Math.floor(random() * 400))),
  "half a line more": (file) => appendFileSync(file, '{"task_id":"a","status":"completed","kind":"task"'),
  "a broken line": (file) => appendFileSync(file, "\u0000\u0000 garbage\n"),
  deleted: (file) => rmSync(file),
};

/** One run killed at a moment of chance. Resolves to a fault, or null. */
export async function chaosRun(seed) {
  const random = seeded(seed);
  const gates = Object.fromEntries(
    Array.from({ length: 5 }, (_, i) => [`gate-${i}`, { run: `sleep ${(0.1 + random() * 1.5).toFixed(2)}` }]),
  );
  gates.last = { run: "sleep 30" };
  const repository = makeRepository({ "modsquad.config.json": configOf(gates, { run: { concurrency: 3 } }) });
  const run = start(repository.dir, ["--mode", "full"]);
  try {
    while (newest(repository) === undefined) await sleep(20);
    await sleep(random() * 2000);
    run.child.kill("SIGKILL");
    await run.ended;
    const names = Object.keys(AFTERMATHS);
    const aftermath = names[seed % names.length];
    AFTERMATHS[aftermath](newest(repository), random);
    const shown = await picture(repository.dir);
    const right = aftermath === "deleted" ? /UNKNOWN/ : /CRASHED|UNKNOWN/;
    if (/RUNNING|\blive,|APPROVED|HOLD/.test(shown)) return `seed ${seed}, ${aftermath}: ${head(shown)}`;
    return right.test(shown)
      ? null
      : `seed ${seed}, ${aftermath}: says neither crashed nor unknown: ${head(shown)}`;
  } finally {
    run.child.kill("SIGKILL");
    repository.remove();
  }
}

function head(shown) {
  return shown.split("\n").slice(0, 4).join(" | ").slice(0, 200);
}

async function picture(dir) {
  const args = [DASHBOARD, "--once", "--columns", "100", "--rows", "24"];
  // Exit code 2 when there is nothing to show; the picture counts all the same.
  const done = await promisify(execFile)(process.execPath, args, {
    cwd: dir,
    env: { PATH: process.env.PATH },
  }).catch((error) => error);
  return done.stdout;
}
