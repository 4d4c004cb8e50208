import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { killAndResume, openResume } from "../../prove/lib/resume.mjs";
import { seeded } from "../../prove/lib/scratch.mjs";
import { commandConfig, type Scratch, scratch } from "./scratch.ts";

const CONFIG = "modsquad.config.json";
const KILLS = 15;

/** Resolves when the file is there: the gate says how far it is. */
async function appears(repo: Scratch, path: string): Promise<void> {
  while (!existsSync(join(repo.dir, path))) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A first gate that ends at once and a second one that waits for the file "go". */
const TWO_GATES = {
  first: { run: "sh -c 'echo x >> first.runs; grep -c fine src/a.txt'" },
  second: { run: "sh -c 'echo x > second.up; while [ ! -e go ]; do sleep 0.02; done'", needs: ["first"] },
};
const FILES = {
  [CONFIG]: commandConfig(TWO_GATES),
  ".gitignore": "*.runs\n*.up\ngo\n",
  "src/a.txt": "fine\n",
};

const RESULT = {
  ruleId: "r",
  level: "error",
  message: { text: "found" },
  locations: [{ physicalLocation: { artifactLocation: { uri: "src/a.txt" }, region: { startLine: 1 } } }],
};

/** A run killed while its second gate ran. */
async function killedMidway(): Promise<Scratch> {
  const repo = scratch(FILES);
  const { child, ended } = repo.start(["--mode", "full"]);
  await appears(repo, "second.up");
  child.kill("SIGKILL");
  await ended;
  repo.write("go", "");
  return repo;
}

const runsOf = (repo: Scratch) => readFileSync(join(repo.dir, "first.runs"), "utf8").length / 2;

describe("--resume", () => {
  it(`after kill -9 at ${KILLS} instants: every line parses, nothing finished runs again, the same verdict`, {
    timeout: 240_000,
  }, async () => {
    const random = seeded(15);
    const experiment = await openResume(random);
    let killed = 0;
    for (let tries = 0; killed < KILLS && tries < 3 * KILLS; tries += 1) {
      const seen = await killAndResume(experiment, random() * experiment.tookMs);
      expect(seen.wrong).toEqual([]);
      if (seen.killed) killed += 1;
    }
    experiment.repository.remove();
    expect(killed).toBe(KILLS);
  });

  it("carries a finished gate over and says so", async () => {
    const repo = await killedMidway();
    expect((await repo.run(["--resume"])).code).toBe(0);
    expect(runsOf(repo)).toBe(1);
    const { stdout } = await repo.run(["--why", "first"]);
    expect(stdout).toMatch(/first\s+resumed: run \S+ had finished it/);
  });

  it("runs a finished gate again when what it judges has changed", async () => {
    const repo = await killedMidway();
    repo.write("src/a.txt", "broken\n");
    expect((await repo.run(["--resume"])).code).toBe(1);
    expect(runsOf(repo)).toBe(2);
  });

  it("judges what was carried over by the waivers of today", async () => {
    const report = { version: "2.1.0", runs: [{ tool: { driver: { name: "t" } }, results: [RESULT] }] };
    const first = { run: "cat src/found.sarif", parse: "sarif", inputs: ["src/**"] };
    const repo = scratch({
      ...FILES,
      [CONFIG]: commandConfig({ ...TWO_GATES, first }),
      "src/found.sarif": JSON.stringify(report),
    });
    const { child, ended } = repo.start([]);
    await appears(repo, "second.up");
    child.kill("SIGKILL");
    await ended;
    repo.write("go", "");
    const task = repo.journal().findLast((record) => record.task_id === "first");
    expect(task?.status).toBe("failed");
    const [found] = (task?.findings ?? []) as { fingerprint: string }[];
    const waiver = `{ fingerprint: "first:${found?.fingerprint}", owner: ana, reason: known, until: 2099-01-01 }`;
    repo.write("modsquad.waivers.yaml", `- ${waiver}\n`);
    await repo.run(["--resume"]);
    const resumed = repo.journal().findLast((record) => record.task_id === "first");
    expect(resumed).toMatchObject({ status: "completed", metrics: { cache: { state: "resumed" } } });
  });

  it("can itself be killed and resumed", async () => {
    const repo = scratch(FILES);
    for (const args of [["--mode", "full"], ["--resume"]]) {
      const { child, ended } = repo.start(args);
      await appears(repo, "second.up");
      child.kill("SIGKILL");
      await ended;
      await repo.run(["--why"]);
      rmSync(join(repo.dir, "second.up"));
    }
    repo.write("go", "");
    expect((await repo.run(["--resume"])).code).toBe(0);
    expect(runsOf(repo)).toBe(1);
  });
});

/** What was done before → what --resume has to say; exit 2 each time. */
const NOTHING_TO_RESUME: Record<string, [string[][], RegExp]> = {
  "there never was a run": [[], /no run to resume/],
  "the latest run finished": [[["--mode", "full"]], /finished; there is nothing to resume/],
};

describe("--resume when there is nothing to resume", () => {
  for (const [name, [before, sentence]] of Object.entries(NOTHING_TO_RESUME)) {
    it(name, async () => {
      const repo = scratch({ [CONFIG]: commandConfig({ ok: { run: "true" } }) });
      for (const args of before) await repo.run(args);
      const { code, stderr } = await repo.run(["--resume"]);
      expect(code).toBe(2);
      expect(stderr).toMatch(sentence);
      expect(stderr).toContain("next:");
    });
  }

  it("the latest run is still running", async () => {
    const repo = scratch(FILES);
    const { ended } = repo.start([]);
    await appears(repo, "second.up");
    const { code, stderr } = await repo.run(["--resume"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/still running \(process \d+\)/);
    repo.write("go", "");
    expect((await ended).code).toBe(0);
  });

  it("the latest run was one gate alone", async () => {
    const repo = scratch(FILES);
    const { child, ended } = repo.start(["gate", "second"]);
    await appears(repo, "second.up");
    child.kill("SIGKILL");
    await ended;
    const { code, stderr } = await repo.run(["--resume"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/meta-orch gate second.*one gate alone is not resumed/);
  });
});
