// A hundred runs killed at odd moments: none may be shown as running or green. One is watched while it is killed.
import { chaosRun } from "./lib/dashboard-honest.mjs";
import { configOf, inParallel, makeRepository, start } from "./lib/scratch.mjs";
import { dashboardLine, openTmux } from "./lib/terminal.mjs";

export const title = "The dashboard never shows a dead run as running or green";

const RUNS = Number(process.env.PROVE_RUNS ?? 100);

export async function run() {
  const jobs = Array.from({ length: RUNS }, (_, seed) => () => chaosRun(seed));
  const faults = (await inParallel(jobs, 2)).filter((fault) => fault !== null);
  const seconds = await watchedKill();
  const told =
    seconds === null
      ? "was NOT shown as crashed within 20 s"
      : `was shown as crashed after ${seconds.toFixed(1)} s`;
  return {
    ok: faults.length === 0 && seconds !== null && seconds <= 10,
    lines: [
      `${RUNS - faults.length} of ${RUNS} runs killed at random moments (journal whole, torn, with a broken line, deleted) are shown as crashed or unknown`,
      `a watched run that was killed ${told} (aim: 10 s)`,
      ...faults.slice(0, 10),
    ],
  };
}

/** Seconds from `kill -9` of a run to the word in a dashboard that watches it, or null. */
async function watchedKill() {
  const repository = makeRepository({ "modsquad.config.json": configOf({ long: { run: "sleep 60" } }) });
  const live = start(repository.dir, ["--mode", "full"]);
  const terminal = await openTmux(repository.dir);
  try {
    await terminal.until(() => repository.journals().length > 0);
    terminal.start(dashboardLine());
    if (!(await terminal.until(() => terminal.text().includes("RUNNING")))) return null;
    const killed = performance.now();
    live.child.kill("SIGKILL");
    const told = await terminal.until(() => terminal.text().includes("CRASHED"));
    return told ? (performance.now() - killed) / 1000 : null;
  } finally {
    live.child.kill("SIGKILL");
    terminal.keys("q");
    terminal.close();
    repository.remove();
  }
}
