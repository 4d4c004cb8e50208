import { killOnce, openSafety, STATES } from "./lib/hook-safety.mjs";
import { inParallel, seeded } from "./lib/scratch.mjs";

export const title = "Work safety: the pre-commit hook killed at random instants";

const KILLS = 500;

/** One state of a repository, killed until its share of the kills has hit a running hook. */
async function series(state, kills, seed) {
  const random = seeded(seed);
  const safety = await openSafety(state);
  const seen = [];
  for (let tries = 0; seen.length < kills && tries < 3 * kills; tries += 1) {
    const signal = random() < 0.5 ? "SIGTERM" : "SIGKILL";
    const one = await killOnce(safety, random() * safety.tookMs, signal);
    if (one.changed.length > 0 || one.killed) seen.push({ ...one, state, signal });
  }
  safety.repository.remove();
  return seen;
}

export async function run() {
  const states = Object.keys(STATES);
  const jobs = states.map((state, at) => () => series(state, KILLS / states.length, at + 1));
  const seen = (await inParallel(jobs, 2)).flat();
  const bad = seen.filter((one) => one.changed.length > 0);
  const by = (signal) => seen.filter((one) => one.signal === signal).length;
  return {
    ok: seen.length === KILLS && bad.length === 0,
    lines: [
      `${seen.length} running hooks killed (${by("SIGTERM")} SIGTERM, ${by("SIGKILL")} SIGKILL) in ${states.join(", ")}, each with partially staged, unstaged, untracked, renamed and deleted files and a stash`,
      `${bad.length} of them changed a byte of work tree, index, stash, refs or object store`,
      ...bad.slice(0, 5).map((one) => `${one.state}, ${one.signal}: ${one.changed.slice(0, 5).join(", ")}`),
    ],
  };
}
