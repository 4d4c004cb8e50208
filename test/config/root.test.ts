import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cacheFolder, findRoot, gitFolder } from "../../modsquad/config/root.ts";
import { folderWith } from "./temporary.ts";

async function rootFrom(cwd: string, folder = ".", configFile?: string, env: NodeJS.ProcessEnv = {}) {
  const found = await findRoot(folder, configFile, cwd, env);
  return found.ok ? found.value : found.problems.map(({ what }) => what).join();
}

describe("findRoot", () => {
  it("takes the nearest folder with a config, below the top of the work tree", async () => {
    const top = folderWith({
      "modsquad.config.yaml": "",
      "packages/a/modsquad.config.json": "{}",
      "packages/a/src/x.ts": "",
    });
    const nearest = join(top, "packages/a");
    expect(await rootFrom(join(nearest, "src"))).toEqual({
      root: nearest,
      configFile: join(nearest, "modsquad.config.json"),
    });
    expect(await rootFrom(join(top, "packages"))).toEqual({
      root: top,
      configFile: join(top, "modsquad.config.yaml"),
    });
  });

  it("takes a link that leads nowhere for a config, so that it is reported and not passed over", async () => {
    const top = folderWith({});
    const configFile = join(top, "modsquad.config.yaml");
    symlinkSync("gone.yaml", configFile);
    expect(await rootFrom(top)).toEqual({ root: top, configFile });
  });

  it("takes the top of the work tree when there is no config, and never looks above it", async () => {
    const outer = folderWith(
      { "modsquad.config.yaml": "", "clone/.git/HEAD": "", "clone/src/x": "" },
      { git: false },
    );
    expect(await rootFrom(join(outer, "clone/src"))).toEqual({
      root: join(outer, "clone"),
      configFile: null,
    });
    expect(await rootFrom(outer, "clone")).toEqual({ root: join(outer, "clone"), configFile: null });
  });

  it("takes the folder itself outside git", async () => {
    const folder = folderWith({ "a/x": "" }, { git: false });
    expect(await rootFrom(join(folder, "a"))).toEqual({ root: join(folder, "a"), configFile: null });
  });

  it("leaves the root alone when a config is named", async () => {
    const top = folderWith({ "ci/strict.yaml": "", "modsquad.config.yaml": "" });
    expect(await rootFrom(top, ".", "ci/strict.yaml")).toEqual({
      root: top,
      configFile: join(top, "ci/strict.yaml"),
    });
  });

  it("refuses two configs side by side unless one is named", async () => {
    const top = folderWith({ "modsquad.config.yaml": "", "modsquad.config.json": "{}" });
    expect(await rootFrom(top)).toMatch(
      /Two config files side by side: modsquad.config.yaml and modsquad.config.json/,
    );
    expect(await rootFrom(top, ".", "modsquad.config.json")).toEqual({
      root: top,
      configFile: join(top, "modsquad.config.json"),
    });
  });

  it("asks git when only the environment knows the repository", async () => {
    const folder = realpathSync(folderWith({ "tree/sub/x": "" }, { git: false }));
    execFileSync("git", ["init", "-q", "--bare", join(folder, "bare")]);
    const env = { ...process.env, GIT_DIR: join(folder, "bare"), GIT_WORK_TREE: join(folder, "tree") };
    expect(await rootFrom(join(folder, "tree/sub"), ".", undefined, env)).toEqual({
      root: join(folder, "tree"),
      configFile: null,
    });
  });
});

describe("gitFolder", () => {
  it("agrees with git, linked work trees included", () => {
    const repo = realpathSync(folderWith({ x: "1" }, { git: false }));
    const git = (cwd: string, ...args: string[]) =>
      execFileSync("git", args, { cwd, encoding: "utf8" }).trim();
    git(repo, "init", "-q", "main");
    const main = join(repo, "main");
    writeFileSync(join(main, "x"), "1");
    git(main, "add", ".");
    git(main, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x");
    git(main, "worktree", "add", "-q", join(repo, "linked"));
    for (const tree of [main, join(repo, "linked")]) {
      expect(gitFolder(tree)).toBe(git(tree, "rev-parse", "--absolute-git-dir"));
      expect(cacheFolder(tree)).toBe(
        join(git(tree, "rev-parse", "--absolute-git-dir"), "meta-orch/config-cache"),
      );
    }
  });

  it("keeps the cache beside the logs outside git, once there are logs", () => {
    const folder = folderWith({ x: "" }, { git: false });
    expect(cacheFolder(folder)).toBeNull();
    mkdirSync(join(folder, "modsquad/logs"), { recursive: true });
    expect(cacheFolder(folder)).toBe(join(folder, "modsquad/logs/.cache"));
  });
});
