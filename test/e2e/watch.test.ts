import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

const count = (name: string, then: string) => `sh -c 'echo x >> ${name}.runs; ${then}'`;
const FILES = {
  "modsquad.config.json": commandConfig({
    words: { run: count("words", "! grep -q bad src/a.txt"), inputs: ["src/**"] },
    documents: { run: count("documents", "true"), inputs: ["docs/**"] },
    live: { run: count("live", "true") },
  }),
  ".gitignore": "*.runs\n",
  "src/a.txt": "good\n",
  "docs/a.md": "text\n",
};

const runsOf = (repo: Scratch, gate: string) => {
  const file = join(repo.dir, `${gate}.runs`);
  return existsSync(file) ? readFileSync(file, "utf8").length / 2 : 0;
};

/** The output round by round: a round ends with the line that it is watching. */
function rounds(child: ReturnType<Scratch["start"]>["child"]) {
  let text = "";
  let wake = () => {};
  child.stdout?.on("data", (chunk) => {
    text += chunk;
    wake();
  });
  return async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf("watching for changes");
      if (end >= 0) {
        const round = text.slice(0, end);
        text = text.slice(text.indexOf("\n", end) + 1);
        return round;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}

describe("--watch", () => {
  it("runs what a change affects, prints the difference, and ends with 130", async () => {
    const repo = scratch(FILES);
    const { child, ended } = repo.start(["--watch"]);
    const round = rounds(child);
    const first = await round();
    expect(first).toMatch(/words: completed/);
    expect(first).not.toMatch(/^live:/m);

    repo.write("src/a.txt", "bad\n");
    const second = await round();
    expect(second).toMatch(/words: completed -> failed/);
    expect(second).toMatch(/\+ high/);
    expect(second).not.toMatch(/documents/);

    repo.write("src/a.txt", "good again\n");
    const third = await round();
    expect(third).toMatch(/words: failed -> completed/);
    expect(third).toMatch(/- high/);

    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect([runsOf(repo, "words"), runsOf(repo, "documents"), runsOf(repo, "live")]).toEqual([3, 1, 0]);
  });

  it("goes on when the config is broken for a while", async () => {
    const repo = scratch(FILES);
    const { child, ended } = repo.start(["--watch"]);
    const round = rounds(child);
    await round();
    repo.write("modsquad.config.json", "{ broken");
    await round();
    repo.write("modsquad.config.json", FILES["modsquad.config.json"]);
    expect(await round()).toMatch(/no difference/);
    child.kill("SIGTERM");
    const { code, stderr } = await ended;
    expect(code).toBe(143);
    expect(stderr).toMatch(/modsquad\.config\.json/);
  });

  it("in quick mode staging is the change that counts", async () => {
    const repo = scratch(FILES);
    const { child, ended } = repo.start(["--watch", "--mode", "quick"]);
    const round = rounds(child);
    await round();
    repo.write("src/a.txt", "bad\n");
    expect(await round()).toMatch(/no difference/);
    repo.git("add", "-A");
    expect(await round()).toMatch(/words: completed -> failed/);
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
  });
});
