import { EDITS, isExplained, openVisual } from "./lib/visual.mjs";

export const title =
  "Visual: a page that changes by itself stays the same; planted edits are found and explained";

const REPEATS = 100;
const MIN_FOUND = 38;
const MIN_EXPLAINED = 36;

export async function run() {
  const ground = await openVisual();
  try {
    const first = await ground.look();
    ground.approve();
    let wrong = 0;
    for (let at = 0; at < REPEATS; at += 1) wrong += (await ground.look()).status === "passed" ? 0 : 1;
    const missed = [];
    const unexplained = [];
    for (const [css, selector, property] of EDITS) {
      const outcome = await ground.look(css);
      if (outcome.status !== "failed") missed.push(css);
      else if (!isExplained(outcome, selector, property))
        unexplained.push(`${css}: ${outcome.message.slice(0, 160)}`);
    }
    const found = EDITS.length - missed.length;
    const explained = found - unexplained.length;
    return {
      ok: first.status === "skipped" && wrong === 0 && found >= MIN_FOUND && explained >= MIN_EXPLAINED,
      lines: [
        `without a baseline: ${first.status}`,
        `${REPEATS} looks at a page with a clock, chance, a fade and a spinner: ${wrong} false differences`,
        `${EDITS.length} planted edits of its style sheet: ${found} found, ${explained} explained by selector and property`,
        ...missed.map((css) => `missed: ${css}`),
        ...unexplained.map((one) => `not explained: ${one}`),
      ],
    };
  } finally {
    await ground.close();
  }
}
