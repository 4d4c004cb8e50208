/** The first minute: config, baseline and hook from nothing, and a second time nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "./scratch.ts";

const PACKAGE = JSON.stringify({ name: "shop", scripts: { test: "node --test", lint: "no-such-linter ." } });

describe("init", { timeout: 120_000 }, () => {
  it("proposes a config with reasons, takes a baseline, installs the hook, and then changes nothing", async () => {
    const repo = scratch({ "package.json": PACKAGE, "yarn.lock": "", "data/one.json": '{ "a": [1,], }\n' });
    const first = await repo.run(["init", "--hook"]);
    expect(first.stderr).toMatch(/^meta-orch: looking with repo-audit/);
    expect(first.code).toBe(0);
    const config = repo.read("modsquad.config.yaml");
    expect(config).toContain('# package.json: script "test" (node --test)');
    expect(config).toMatch(/unit-tests: \{ run: "yarn run test", modes: \[full\] \}/);
    expect(config).toContain("#   repo-audit: ");
    expect(repo.read("modsquad.baseline.json")).toContain('"repo-audit": [');
    expect(readFileSync(join(repo.dir, ".git/hooks/pre-commit"), "utf8")).toContain("meta-orch hook");
    const before = repo.git("status", "--porcelain");
    expect(before.trim().split("\n")).toEqual(["?? modsquad.baseline.json", "?? modsquad.config.yaml"]);
    const second = await repo.run(["init", "--hook"]);
    expect(second.stdout).toMatch(/config +.*stays as it is[\s\S]*baseline +.*stays as it is/);
    expect(second.stdout).toMatch(/pre-commit +was installed already/);
    expect(repo.read("modsquad.config.yaml")).toBe(config);
    expect((await repo.run(["--mode", "quick"])).code).toBe(0);
  });

  it("asks nobody where nobody is, and leaves a config that is there alone", async () => {
    const repo = scratch({ "modsquad.config.json": "{}\n" });
    const { code, stdout } = await repo.run(["init"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/modsquad\.config\.json is there/);
    expect(stdout).toMatch(/hook +not installed; any time: meta-orch hook install/);
    expect(repo.git("status", "--porcelain")).toBe("?? modsquad.baseline.json\n");
  });

  it("proposes a target that old debt alone stays below, and new debt does not", async () => {
    const query = (at: number) =>
      `export const get${at} = (db, id) => db.query("SELECT ${at} FROM t WHERE id = " + id);\n`;
    const many = Array.from({ length: 80 }, (_, at) => query(at)).join("");
    const repo = scratch({ "package.json": PACKAGE, "src/old.js": many });
    const { stdout } = await repo.run(["init", "--no-hook"]);
    expect(stdout).toMatch(/^target {7}[\d.]+ % instead of 0\.5 %/m);
    repo.git("add", "-A");
    expect((await repo.run(["--mode", "quick", "--all"])).code).toBe(0);
    repo.write("src/new.js", `${"<".repeat(7)} HEAD\na\n${"=".repeat(7)}\nb\n${">".repeat(7)} side\n`);
    repo.git("add", "-A");
    expect((await repo.run(["--mode", "quick"])).code).toBe(1);
  });
});
