/** The built dashboard as a user meets it: in a terminal, in a pipe, and while runs come to a bad end. */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { repositoryWithRun, tryExit } from "../../prove/lib/dashboard-exits.mjs";
import { chaosRun } from "../../prove/lib/dashboard-honest.mjs";
import { ensureTools } from "../../scripts/tools.mjs";

describe("the dashboard", () => {
  it("gives the terminal back with the exit code that tells how it ended", async () => {
    expect(ensureTools(["tmux"])).toEqual([]);
    const repository = await repositoryWithRun();
    for (const name of ["q", "SIGHUP", "Ctrl-Z and fg"])
      expect([name, await tryExit(name, repository)]).toEqual([name, null]);
    repository.remove();
    expect(existsSync(repository.dir)).toBe(false);
  });

  it("never shows a run that was killed as running or green", async () => {
    const faults = await Promise.all([0, 1, 2, 3, 4].map((seed) => chaosRun(seed)));
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });
});
