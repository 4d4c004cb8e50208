import { describe, expect, it } from "vitest";
import { killOnce, openSafety, STATES } from "../../prove/lib/hook-safety.mjs";
import { seeded } from "../../prove/lib/scratch.mjs";

/** A twentieth of `npm run prove hook-safety`: the same states, seeded. */
describe.concurrent("a hook that is killed changes nothing of the user's", () => {
  Object.keys(STATES).forEach((state, at) => {
    it(`in a repository with: ${state}`, { timeout: 120_000 }, async () => {
      const random = seeded(at + 1);
      const safety = await openSafety(state);
      for (let kill = 0; kill < 6; kill += 1) {
        const signal = random() < 0.5 ? "SIGTERM" : "SIGKILL";
        expect((await killOnce(safety, random() * safety.tookMs, signal)).changed).toEqual([]);
      }
      safety.repository.remove();
    });
  });
});
