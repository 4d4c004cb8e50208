import { expect, it } from "vitest";
import { openReplay } from "../../prove/lib/baseline.mjs";
import { makeRepository } from "../../prove/lib/scratch.mjs";

const LENIENT = '{ "a": [1, 2,], }\n';

/** A twentieth of `npm run prove baseline`, on a history made for it. */
it("a baseline follows a history: nothing resurrected, nothing masked, no churn from moves", {
  timeout: 180_000,
}, () => {
  const repository = makeRepository({ "data/one.json": LENIENT, "notes.txt": "one\n" });
  const { git, write } = repository;
  git("mv", "data/one.json", "data/renamed.json");
  git("commit", "-qm", "move");
  write("data/renamed.json", "{}\n");
  git("commit", "-qam", "fix");
  write("data/renamed.json", LENIENT);
  git("commit", "-qam", "back");
  const replay = openReplay(repository.dir, 3);
  // The finding goes with the fix, and is new when it comes back.
  expect(replay.walk()).toMatchObject({ commits: 3, gone: 2, fresh: 2, resurrected: [] });
  expect(replay.plant(5)).toBe(5);
  expect(replay.move()).toMatchObject({ files: 5, fresh: 0 });
  expect(replay.swap()).toEqual({ fresh: 5 });
  replay.remove();
  repository.remove();
});
