import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mutateAndRun, openCache } from "../../prove/lib/cache.mjs";
import { seeded } from "../../prove/lib/scratch.mjs";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

const CONFIG = "modsquad.config.json";
const MUTATIONS = 50;

interface Explained {
  gate: string;
  decision: string;
  because: string;
  changed: string[];
}

async function why(repo: Scratch, env?: Record<string, string>): Promise<Record<string, Explained>> {
  const { stdout } = await repo.run(["--why", "--json"], env);
  return Object.fromEntries((JSON.parse(stdout) as Explained[]).map((one) => [one.gate, one]));
}

const LINT = { run: "sh check.sh", inputs: ["src/**"] };
const FILES = {
  [CONFIG]: commandConfig({ lint: LINT, live: { run: "true" } }),
  "check.sh": "grep -q bad src/a.txt && exit 1; exit 0\n",
  "src/a.txt": "good\n",
};

describe("the result cache", () => {
  it(`survives ${MUTATIONS} one-byte mutations without a false hit, and --why names each`, {
    timeout: 240_000,
  }, async () => {
    const random = seeded(50);
    const experiment = await openCache(random);
    for (let at = 0; at < MUTATIONS; at += 1) {
      const { key, wrong } = await mutateAndRun(experiment, random);
      expect(wrong, key).toEqual([]);
    }
    experiment.close();
  });

  it("gives the verdict of the earlier run, shows its age, and never caches a live gate", async () => {
    const repo = scratch(FILES);
    await repo.run([]);
    const { code, stdout } = await repo.run([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/lint\s.*cached/);
    const explained = await why(repo);
    expect(explained.lint).toMatchObject({ decision: "cached", changed: [] });
    expect(explained.live).toMatchObject({ decision: "run" });
    expect(explained.live?.because).toMatch(/never cached/);
  });

  it("keeps a failure too", async () => {
    const repo = scratch({ ...FILES, "src/a.txt": "bad\n" });
    expect((await repo.run([])).code).toBe(1);
    expect((await repo.run([])).code).toBe(1);
    expect((await why(repo)).lint).toMatchObject({ decision: "cached" });
  });

  it("does not confuse the two sides of the index in quick mode", async () => {
    const repo = scratch(FILES);
    await repo.run(["--mode", "quick"]);
    repo.write("src/a.txt", "bad\n");
    expect((await repo.run(["--mode", "quick"])).code).toBe(0);
    expect((await why(repo)).lint).toMatchObject({ decision: "cached" });
    repo.git("add", "-A");
    expect((await repo.run(["--mode", "quick"])).code).toBe(1);
    expect((await why(repo)).lint).toMatchObject({ decision: "run", changed: ["file src/a.txt"] });
  });

  it("sees the script that is staged, not the one that lies in the work tree", async () => {
    const repo = scratch(FILES);
    await repo.run(["--mode", "quick"]);
    repo.write("check.sh", "exit 1\n");
    repo.git("add", "-A");
    repo.write("check.sh", FILES["check.sh"]);
    expect((await repo.run(["--mode", "quick"])).code).toBe(1);
    expect((await why(repo)).lint?.changed).toEqual(["tool check.sh"]);
  });

  it("keeps nothing when an input was saved while the gate ran", async () => {
    const gate = { run: "sh -c 'touch up; while [ ! -e go ]; do sleep 0.02; done; sh check.sh'" };
    const repo = scratch({ ...FILES, [CONFIG]: commandConfig({ lint: { ...LINT, ...gate } }) });
    const first = repo.start([]);
    while (!existsSync(join(repo.dir, "up"))) await new Promise((resolve) => setTimeout(resolve, 10));
    repo.write("src/a.txt", "bad\n");
    repo.write("go", "");
    expect((await first.ended).code).toBe(1);
    // Back to what was there when the run began: its result was made from something else.
    repo.write("src/a.txt", "good\n");
    expect((await repo.run([])).code).toBe(0);
    expect((await why(repo)).lint).toMatchObject({ decision: "run" });
  });

  it("compares with the result in use, not with the one stored last", async () => {
    const repo = scratch(FILES);
    await repo.run([]);
    repo.write("src/a.txt", "other\n");
    await repo.run([]);
    repo.write("src/a.txt", "good\n");
    await repo.run([]);
    expect((await why(repo)).lint).toMatchObject({ decision: "cached" });
    repo.write("src/b.txt", "new\n");
    await repo.run([]);
    expect((await why(repo)).lint?.changed).toEqual(["file src/b.txt"]);
  });

  it("takes every variable for an input when the gate inherits them all", async () => {
    const gate = { ...LINT, run: "sh -c 'test \"$FLAVOUR\" = sweet'", env: "inherit" };
    const repo = scratch({ ...FILES, [CONFIG]: commandConfig({ lint: gate }) });
    expect((await repo.run([], { FLAVOUR: "sweet" })).code).toBe(0);
    expect((await repo.run([], { FLAVOUR: "sour" })).code).toBe(1);
    expect((await why(repo)).lint?.changed).toEqual(["variable FLAVOUR"]);
  });

  it("takes what a needed gate came to for an input", async () => {
    const build = { run: "sh -c 'test ! -e broken'" };
    const gates = { build, lint: { ...LINT, needs: ["build"] } };
    const repo = scratch({ ...FILES, [CONFIG]: commandConfig(gates), ".gitignore": "broken\n" });
    await repo.run([]);
    repo.write("broken", "");
    await repo.run([]);
    expect((await why(repo)).lint?.changed).toEqual(["needed gate build"]);
  });

  it("passes an env file on and notices its change", async () => {
    const gate = { ...LINT, run: "sh -c 'test \"$WORD\" = one'", envFile: ".env.test" };
    const repo = scratch({ ...FILES, [CONFIG]: commandConfig({ lint: gate }), ".env.test": "WORD=one\n" });
    expect((await repo.run([])).code).toBe(0);
    repo.write(".env.test", "WORD=two\n");
    expect((await repo.run([])).code).toBe(1);
    expect((await why(repo)).lint?.changed).toEqual(["file .env.test"]);
  });

  it("holds no secret on disk", async () => {
    const secret = "s3cr3t-value-of-nobody";
    const gate = { ...LINT, run: "sh -c 'echo leaked $TOKEN_OF_TEST; exit 1'", env: ["TOKEN_OF_TEST"] };
    const repo = scratch({ ...FILES, [CONFIG]: commandConfig({ lint: gate }) });
    await repo.run([], { TOKEN_OF_TEST: secret });
    const folder = join(repo.dir, "modsquad/logs/cache/results/lint");
    const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(kept.join()).toContain("leaked");
    expect(kept.join()).not.toContain(secret);
  });

  it("is left alone with --no-cache", async () => {
    const repo = scratch(FILES);
    await repo.run([]);
    await repo.run(["--no-cache"]);
    expect((await why(repo)).lint).toMatchObject({ decision: "run" });
    expect((await why(repo)).lint?.because).toMatch(/the cache is off/);
  });
});
