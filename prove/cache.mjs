import { mutateAndRun, openCache } from "./lib/cache.mjs";
import { inParallel, seeded } from "./lib/scratch.mjs";

export const title = "Result cache: random one-byte mutations of everything a result depends on";

const MUTATIONS = 1000;
const SIDE_BY_SIDE = 2;

async function series(seed, mutations) {
  const random = seeded(seed);
  const experiment = await openCache(random);
  const seen = [];
  for (let at = 0; at < mutations; at += 1) seen.push(await mutateAndRun(experiment, random));
  experiment.close();
  return seen;
}

export async function run() {
  const jobs = Array.from(
    { length: SIDE_BY_SIDE },
    (_, at) => () => series(at + 1, MUTATIONS / SIDE_BY_SIDE),
  );
  const seen = (await inParallel(jobs, SIDE_BY_SIDE)).flat();
  const bad = seen.filter((one) => one.wrong.length > 0);
  const kinds = new Map();
  for (const { kind } of seen) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return {
    ok: bad.length === 0,
    lines: [
      `${seen.length} mutations (seeds 1 and 2): ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(", ")}`,
      `${seen.reduce((sum, one) => sum + one.falseHits, 0)} false hits; ${bad.length} times --why did not name exactly the mutated input, or a gate ran that the mutation does not concern`,
      ...bad.slice(0, 5).map((one) => `${one.key}: ${one.wrong.join("; ")}`),
    ],
  };
}
