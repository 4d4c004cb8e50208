/** Every safe edit as one patch: shown, applied when asked, never mixed with what is not staged. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type Scratch, scratch } from "./scratch.ts";

/** Trailing commas: the audit knows the exact edit. */
const LENIENT = '{\n  "a": [1, 2,],\n}\n';
const STRICT = '{\n  "a": [1, 2]\n}\n';
const project = (): Scratch => scratch({ "data/one.json": LENIENT, "data/two.json": LENIENT });

describe("fix", { timeout: 120_000 }, () => {
  it("prints a patch that git apply takes, and changes nothing", async () => {
    const repo = project();
    const { code, stdout } = await repo.run(["fix"]);
    expect(code).toBe(0);
    expect(repo.git("status", "--porcelain")).toBe("");
    execFileSync("git", ["apply", "-"], { cwd: repo.dir, input: stdout });
    expect(repo.read("data/one.json")).toBe(STRICT);
    expect(repo.read("data/two.json")).toBe(STRICT);
  });

  it("applies to the work tree with a way back, and finds nothing more", async () => {
    const repo = project();
    const index = repo.git("ls-files", "-s");
    const { code, stderr } = await repo.run(["fix", "--apply"]);
    expect(code).toBe(0);
    expect(repo.read("data/one.json")).toBe(STRICT);
    expect(repo.git("ls-files", "-s")).toBe(index);
    const back = /the way back: git (restore --source refs\/meta-orch\/backup\/\S+ -- .*)/.exec(stderr)![1]!;
    expect((await repo.run(["fix", "--apply"])).stderr).toContain("nothing to fix");
    repo.git(...back.split(" "));
    expect(repo.read("data/one.json")).toBe(LENIENT);
  });

  it("leaves a file alone that has changes which are not staged", async () => {
    const repo = project();
    repo.write("data/one.json", `${LENIENT}\n`);
    const { stderr } = await repo.run(["fix", "--apply"]);
    expect(stderr).toMatch(/left alone, because of changes that are not staged: data\/one\.json/);
    expect(repo.read("data/one.json")).toBe(`${LENIENT}\n`);
    expect(repo.read("data/two.json")).toBe(STRICT);
    repo.git("checkout", "data/two.json");
    repo.git("add", "data/one.json");
    repo.write("data/two.json", `${LENIENT}\n`);
    expect((await repo.run(["fix", "--apply"])).stderr).toContain("applied to the work tree");
    expect((await repo.run(["fix", "--apply"])).code).toBe(1);
    expect(repo.read("data/two.json")).toBe(`${LENIENT}\n`);
  });
});
