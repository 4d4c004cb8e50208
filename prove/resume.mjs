import { killAndResume, openResume } from "./lib/resume.mjs";
import { inParallel, seeded } from "./lib/scratch.mjs";

export const title = "Crash and resume: kill -9 at random instants of a 20-gate run";

const KILLS = 300;
const SIDE_BY_SIDE = 2;

/** One repository, killed until its share of the kills has happened; a run that was quicker does not count. */
async function series(seed, kills) {
  const random = seeded(seed);
  const experiment = await openResume(random);
  const seen = [];
  let missed = 0;
  while (seen.length < kills && missed < kills) {
    const one = await killAndResume(experiment, random() * experiment.tookMs);
    if (one.killed) seen.push(one);
    else missed += 1;
  }
  experiment.repository.remove();
  return seen;
}

export async function run() {
  const jobs = Array.from({ length: SIDE_BY_SIDE }, (_, at) => () => series(at + 1, KILLS / SIDE_BY_SIDE));
  const seen = (await inParallel(jobs, SIDE_BY_SIDE)).flat();
  const bad = seen.filter((one) => one.wrong.length > 0);
  const finished = seen.reduce((sum, one) => sum + one.finished, 0);
  const midway = seen.filter((one) => one.finished > 0 && one.finished < 20).length;
  return {
    ok: seen.length === KILLS && bad.length === 0,
    lines: [
      `${seen.length} runs killed (seeds 1 and 2), ${midway} of them with some of the gates finished`,
      `${finished} finished gates carried over, ${bad.length} runs in which a line was broken, a finished gate ran again or the verdict differed`,
      ...bad.slice(0, 5).map((one) => one.wrong.join("; ").slice(0, 400)),
    ],
  };
}
