/** What git answered before is believed only as long as git would answer it again. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { openRepository } from "../../modsquad/git/index.ts";
import { Scratch, scratch, value } from "./scratch.ts";

const answerFile = (dir: string) => path.join(dir, ".git/meta-orch/repository.json");

/** The repository of a folder, without what was answered before. */
async function asked(folder: string, top = folder) {
  rmSync(answerFile(top), { force: true });
  return openRepository(folder);
}

/** A repository with two commits, the second on a branch. */
function repository(): Scratch {
  const s = new Scratch().init();
  s.write("a.txt", "a").write("sub/b.txt", "b").commit();
  s.git("checkout", "-q", "-b", "work");
  s.write("a.txt", "aa").commit();
  return s;
}

const CHANGES: Record<string, (s: Scratch) => void> = {
  "nothing at all": () => {},
  "a file is staged": (s) => s.write("new.txt", "x").git("add", "."),
  "somebody commits": (s) => s.write("a.txt", "aaa").commit(),
  "somebody goes to another branch": (s) => s.git("checkout", "-q", "main"),
  "HEAD is detached": (s) => s.git("checkout", "-q", "--detach"),
  "a branch without a commit is begun": (s) => s.git("checkout", "-q", "--orphan", "empty"),
  "the last commit is taken back": (s) => s.git("reset", "-q", "--hard", "HEAD~1"),
  "the branch is renamed": (s) => s.git("branch", "-m", "other"),
  "the branches are packed": (s) => s.git("pack-refs", "--all"),
  "the branch moves after it was packed": (s) => {
    s.git("pack-refs", "--all");
    s.write("a.txt", "packed").commit();
  },
  "a packed branch is packed again where it was moved to": (s) => {
    s.git("pack-refs", "--all");
    s.git("update-ref", "refs/heads/work", "main");
    s.git("pack-refs", "--all");
  },
  "another commit stands in for that of HEAD": (s) => s.git("replace", "HEAD", "HEAD~1"),
  "the repository is said to be bare": (s) => s.git("config", "core.bare", "true"),
  "the work tree is said to be elsewhere": (s) => s.git("config", "core.worktree", path.join(s.dir, "sub")),
  "the branch is a name for another": (s) => s.git("symbolic-ref", "refs/heads/work", "refs/heads/main"),
  "HEAD leads nowhere": (s) => writeFileSync(path.join(s.dir, ".git/HEAD"), "0".repeat(40)),
};

describe("an answer of git's", () => {
  it("is not asked for twice", async () => {
    const s = repository();
    const first = value(await openRepository(s.dir));
    vi.stubEnv("PATH", "");
    expect(value(await openRepository(s.dir))).toEqual(first);
  });

  it.each(Object.entries(CHANGES))("is what git says after this: %s", async (_name, change) => {
    const s = repository();
    for (const folder of [s.dir, path.join(s.dir, "sub")]) await openRepository(folder);
    await openRepository(s.dir);
    expect(existsSync(answerFile(s.dir))).toBe(true);
    change(s);
    const known = await openRepository(s.dir);
    expect(known).toEqual(await asked(s.dir));
  });

  it("is of one folder, and of the repository that lies there", async () => {
    const s = repository();
    const sub = path.join(s.dir, "sub");
    await openRepository(s.dir);
    expect(value(await openRepository(sub))).toMatchObject({ prefix: "sub/" });
    new Scratch(sub).init("inner");
    expect(value(await openRepository(sub))).toMatchObject({ branch: "inner", topLevel: sub });
    const moved = path.join(scratch(), "moved");
    await openRepository(s.dir);
    renameSync(s.dir, moved);
    expect(await openRepository(moved)).toEqual(await asked(moved));
  });

  it("is asked for anew with an index of a hook's, or other words of git's own", async () => {
    const s = repository();
    await openRepository(s.dir);
    const index = path.join(s.dir, ".git/other-index");
    vi.stubEnv("GIT_INDEX_FILE", index);
    expect(value(await openRepository(s.dir))).toMatchObject({ indexFile: index });
    vi.unstubAllEnvs();
    const shallow = path.join(scratch(), "shallow");
    writeFileSync(shallow, s.git("rev-parse", "HEAD"));
    vi.stubEnv("GIT_SHALLOW_FILE", shallow);
    expect(value(await openRepository(s.dir))).toMatchObject({ shallow: true });
  });

  it("is not kept of a linked work tree, nor of a folder that somebody else owns", async () => {
    const s = repository();
    const linked = path.join(scratch(), "linked");
    s.git("worktree", "add", "-q", linked, "main");
    expect(value(await openRepository(linked))).toMatchObject({ branch: "main" });
    s.git("-C", linked, "checkout", "-q", "-b", "third");
    expect(value(await openRepository(linked))).toMatchObject({ branch: "third" });
    vi.spyOn(process, "getuid").mockReturnValue(12_345);
    await openRepository(s.dir);
    vi.restoreAllMocks();
    expect(existsSync(answerFile(s.dir))).toBe(false);
  });

  it("is asked for anew when what was kept is damaged", async () => {
    const s = repository();
    const first = value(await openRepository(s.dir));
    const { about } = JSON.parse(readFileSync(answerFile(s.dir), "utf8"));
    for (const broken of [
      "",
      "{",
      "null",
      JSON.stringify({ about }),
      JSON.stringify({ about, lines: ["false"] }),
    ]) {
      writeFileSync(answerFile(s.dir), broken);
      expect(value(await openRepository(s.dir))).toEqual(first);
    }
  });

  it("is not kept where nothing may be written", async () => {
    const s = repository();
    mkdirSync(path.dirname(answerFile(s.dir)), { recursive: true });
    mkdirSync(answerFile(s.dir));
    expect(value(await openRepository(s.dir))).toMatchObject({ branch: "work" });
    expect(execFileSync("ls", [path.dirname(answerFile(s.dir))], { encoding: "utf8" })).toBe(
      "repository.json\n",
    );
  });
});
