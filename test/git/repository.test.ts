import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { findDotGit, repositoryEnvironment } from "../../modsquad/git/environment.ts";
import { openRepository } from "../../modsquad/git/index.ts";
import { Scratch, scratch } from "./scratch.ts";

describe("openRepository", () => {
  it("answers null outside any repository", async () => {
    expect(await openRepository(scratch())).toEqual({ ok: true, value: null });
  });

  it("says so when the folder is not there", async () => {
    const result = await openRepository(path.join(scratch(), "gone"));
    expect(result).toMatchObject({ ok: false, problems: [{ what: "no such folder" }] });
  });

  it("opens a repository without commits", async () => {
    const repo = await new Scratch().init("trunk").open();
    expect(repo).toMatchObject({ commit: null, tree: null, branch: "trunk", shallow: false, prefix: "" });
  });

  it("reads head, tree and branch", async () => {
    const s = new Scratch().init().write("a.txt", "a");
    const commit = s.commit();
    const repo = await s.open();
    expect(repo.commit).toBe(commit);
    expect(repo.tree).toBe(s.git("rev-parse", "HEAD^{tree}").trim());
    expect(repo.branch).toBe("main");
    expect(repo.topLevel).toBe(s.dir);
    expect(repo.indexFile).toBe(path.join(s.dir, ".git/index"));
  });

  it("reads a branch whose name has slashes", async () => {
    const s = new Scratch().init("feature/a-b").write("a", "a");
    s.commit();
    expect((await s.open()).branch).toBe("feature/a-b");
  });

  it("has no branch when HEAD is detached", async () => {
    const s = new Scratch().init().write("a", "a");
    const commit = s.commit();
    s.git("checkout", "-q", "--detach");
    expect(await s.open()).toMatchObject({ branch: null, commit });
  });

  it("knows where below the top level its root is", async () => {
    const s = new Scratch().init().write("packages/web/a.txt", "a");
    s.commit();
    const repo = await s.open("packages/web");
    expect(repo).toMatchObject({ topLevel: s.dir, prefix: "packages/web/" });
    expect(repo.snapshotDir).toBe(path.join(s.dir, ".git/meta-orch/snapshot"));
  });

  it("gives a linked worktree its own git folder, index and snapshot folder", async () => {
    const s = new Scratch().init().write("a", "a");
    s.commit();
    const dir = path.join(scratch(), "linked");
    s.git("worktree", "add", "-q", "-b", "side", dir);
    const repo = await new Scratch(dir).open();
    expect(repo.branch).toBe("side");
    expect(repo.gitDir).toBe(path.join(s.dir, ".git/worktrees/linked"));
    expect(repo.indexFile).toBe(path.join(repo.gitDir, "index"));
    expect(repo.snapshotDir).toBe(path.join(repo.gitDir, "meta-orch/snapshot"));
  });

  it("refuses a bare repository with what to do next", async () => {
    const s = new Scratch();
    s.git("init", "-q", "--bare");
    const result = await openRepository(s.dir);
    expect(result).toMatchObject({
      ok: false,
      problems: [{ what: "a bare repository has no files to judge" }],
    });
  });

  it("refuses the inside of a .git folder", async () => {
    const s = new Scratch().init();
    expect(await openRepository(path.join(s.dir, ".git"))).toMatchObject({ ok: false });
  });

  it("does not take a broken .git for no repository", async () => {
    const dir = scratch();
    mkdirSync(path.join(dir, ".git"));
    const result = await openRepository(dir);
    expect(result.ok).toBe(false);
  });

  it("knows a shallow clone", async () => {
    const s = new Scratch().init().write("a", "1");
    s.commit();
    s.write("a", "2").commit();
    const clone = new Scratch();
    clone.git("clone", "-q", "--depth=1", `file://${s.dir}`, ".");
    expect((await clone.open()).shallow).toBe(true);
  });
});

describe("the variables of a hook", () => {
  function two() {
    const mine = new Scratch().init().write("sub/a", "a");
    const other = new Scratch().init().write("b", "b");
    mine.commit();
    other.commit();
    return { mine, other };
  }

  it("changes nothing when none is set", () => {
    expect(repositoryEnvironment(scratch(), {}, "/")).toEqual({});
  });

  it("makes a relative GIT_INDEX_FILE absolute for its own repository", () => {
    const { mine } = two();
    const env = repositoryEnvironment(
      path.join(mine.dir, "sub"),
      { GIT_INDEX_FILE: ".git/next.lock" },
      mine.dir,
    );
    expect(env.GIT_INDEX_FILE).toBe(path.join(mine.dir, ".git/next.lock"));
  });

  it("drops variables that belong to another repository", () => {
    const { mine, other } = two();
    for (const set of [{ GIT_INDEX_FILE: ".git/index" }, { GIT_DIR: ".git", GIT_INDEX_FILE: ".git/index" }]) {
      const env = repositoryEnvironment(other.dir, set, mine.dir);
      expect(Object.keys(env)).toEqual(
        expect.arrayContaining(["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"]),
      );
      expect(Object.values(env).every((each) => each === undefined)).toBe(true);
    }
  });

  it("keeps the top level when GIT_DIR is set and root is a folder below it", () => {
    const { mine } = two();
    const env = repositoryEnvironment(path.join(mine.dir, "sub"), { GIT_DIR: ".git" }, mine.dir);
    expect(env).toMatchObject({ GIT_DIR: path.join(mine.dir, ".git"), GIT_WORK_TREE: mine.dir });
  });

  it("judges the other repository when --repo is typed inside a hook", async () => {
    const { mine, other } = two();
    vi.stubEnv("GIT_DIR", path.join(mine.dir, ".git"));
    vi.stubEnv("GIT_INDEX_FILE", path.join(mine.dir, ".git/index"));
    const repo = await other.open();
    expect(repo.gitDir).toBe(path.join(other.dir, ".git"));
    expect(repo.indexFile).toBe(path.join(other.dir, ".git/index"));
  });

  it("finds .git through the link file of a submodule or worktree", () => {
    const target = scratch();
    const dir = scratch();
    writeFileSync(path.join(dir, ".git"), `gitdir: ${target}\n`);
    expect(findDotGit(dir)).toEqual({ top: dir, gitDir: target });
  });
});
