// PROVE_PATHS=repo npm run prove baseline, with a clone of a public repository and its history.
import { openReplay } from "./lib/baseline.mjs";

export const title = "The baseline over the history of a repository";

const COMMITS = Number(process.env.PROVE_COMMITS ?? 300);
const SWAPS = 100;

export async function run() {
  const [path] = (process.env.PROVE_PATHS ?? "").split(":").filter(Boolean);
  if (path === undefined)
    return { ok: false, lines: ["nothing was proven: give a clone of a repository in PROVE_PATHS"] };
  const replay = openReplay(path, COMMITS);
  try {
    const history = replay.walk();
    const planted = replay.plant(SWAPS);
    const moved = replay.move();
    const swapped = replay.swap();
    const masked = SWAPS - swapped.fresh;
    return {
      ok: history.resurrected.length === 0 && planted === SWAPS && moved.fresh === 0 && masked === 0,
      lines: [
        `${history.commits} commits, ${history.fresh} findings appeared and ${history.gone} went; ${history.resurrected.length} were new in a file that the commit did not touch, and there before it`,
        `${moved.files} files renamed and their findings moved down by ${moved.lines} lines: ${moved.fresh} new findings`,
        `${SWAPS} planted secrets swapped for others in place: ${masked} masked by the baseline`,
        ...history.resurrected.slice(0, 5),
      ],
    };
  } finally {
    replay.remove();
  }
}
