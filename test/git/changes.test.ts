import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHunks, unquotePath } from "../../modsquad/git/changes.ts";
import {
  changedFiles,
  changedLines,
  mergeBase,
  type Repository,
  readBase,
  stagedBase,
  WHOLE_FILE,
} from "../../modsquad/git/index.ts";
import { Scratch, value } from "./scratch.ts";

const lines = (n: number, word = "line"): string =>
  Array.from({ length: n }, (_, i) => `${word} ${i}\n`).join("");

describe("changedFiles", () => {
  it("sees added, changed, deleted and renamed files among the staged", async () => {
    const s = new Scratch().init().write("edit", lines(3)).write("gone", "x\n").write("old name", lines(20));
    s.commit();
    s.git("mv", "old name", "new\tname");
    s.git("rm", "-q", "gone");
    s.write("edit", `${lines(3)}more\n`)
      .write("fresh", "1\n2\n")
      .git("add", "-A");
    s.write("edit", "unstaged");
    const repo = await s.open();
    const before = s.fingerprint();
    const { files, size } = value(await changedFiles(repo, { kind: "staged" }));
    expect(files).toEqual([
      { path: "edit", status: "M" },
      { path: "fresh", status: "A" },
      { path: "gone", status: "D" },
      { path: "new\tname", status: "R", from: "old name" },
    ]);
    expect(size).toEqual({ la: 3, ld: 1, nf: 4 });
    expect(s.fingerprint()).toBe(before);
  });

  it("compares with nothing before the first commit", async () => {
    const s = new Scratch().init().write("a", "1\n2\n");
    s.git("add", "a");
    const { files, size } = value(await changedFiles(await s.open(), { kind: "staged" }));
    expect(files).toEqual([{ path: "a", status: "A" }]);
    expect(size).toEqual({ la: 2, ld: 0, nf: 1 });
  });

  it("compares the work tree with a commit, untracked files as added", async () => {
    const s = new Scratch().init().write("a", lines(3));
    const base = s.commit();
    s.write("a", lines(4)).commit();
    s.write("a", lines(5))
      .write("u", "new\n")
      .write("bin", Buffer.from([0, 1, 2]));
    s.git("add", "bin");
    const { files, size } = value(await changedFiles(await s.open(), { kind: "since", commit: base }));
    expect(files).toEqual([
      { path: "a", status: "M" },
      { path: "bin", status: "A" },
      { path: "u", status: "A" },
    ]);
    expect(size).toEqual({ la: 2, ld: 0, nf: 2 });
  });

  it("counts only what lies below its root", async () => {
    const s = new Scratch().init().write("top", "1\n").write("pkg/in", "1\n");
    const base = s.commit();
    s.write("top", "2\n").write("pkg/in", "2\n");
    const { files } = value(await changedFiles(await s.open("pkg"), { kind: "since", commit: base }));
    expect(files).toEqual([{ path: "in", status: "M" }]);
  });

  it("passes git's words on when a commit is not there", async () => {
    const s = new Scratch().init().write("a", "1");
    s.commit();
    const result = await changedFiles(await s.open(), { kind: "since", commit: "1".repeat(40) });
    expect(JSON.stringify(result)).toMatch(/"ok":false.*git could not compare: bad object/);
  });
});

describe("changedLines", () => {
  it("gives the touched ranges on the new side", async () => {
    const s = new Scratch().init().write("a", lines(10)).write("b", lines(5));
    const base = s.commit();
    const text = lines(10).replace("line 2\n", "two\nand a half\n").replace("line 7\n", "seven\n");
    s.write("a", text).write("b", lines(4)).write("new", lines(2)).write('odd "name"\té', "x\n");
    s.write("bin", Buffer.from([0, 1])).git("add", "bin", 'odd "name"\té');
    const ranges = value(await changedLines(await s.open(), { kind: "since", commit: base }));
    expect(Object.fromEntries(ranges)).toEqual({
      a: [
        [3, 4],
        [9, 9],
      ],
      b: [],
      new: [WHOLE_FILE],
      bin: [WHOLE_FILE],
      'odd "name"\té': [WHOLE_FILE],
    });
  });

  it("reads a changed file with an odd name, and content that looks like a patch", async () => {
    const name = 'a "b"\té \\ c';
    const s = new Scratch().init().write(name, "1\n2\n3\n");
    s.commit();
    s.write(name, "1\n++ b/evil\n-- a/evil\n@@ -1 +99,5 @@\n3\n");
    s.git("add", "-A");
    s.git("config", "diff.noprefix", "true");
    const ranges = value(await changedLines(await s.open(), { kind: "staged" }));
    expect(Object.fromEntries(ranges)).toEqual({ [name]: [[2, 4]] });
  });

  it("agrees with a line-by-line comparison for random edits", () => {
    // Reference: rebuild a -U0 patch from known hunks and read it back.
    const hunk = fc.record({ gap: fc.integer({ min: 1, max: 9 }), old: fc.nat(4), fresh: fc.nat(4) });
    const word = fc.constantFrom("x", "++ b/y", "@@ -1 +1 @@", "diff --git a/x b/x", "");
    fc.assert(
      fc.property(fc.array(hunk, { maxLength: 8 }), word, (hunks, content) => {
        let patch = "diff --git a/f b/f\n--- a/f\n+++ b/f\n";
        const expected: [number, number][] = [];
        let at = 0;
        for (const { gap, old, fresh } of hunks) {
          at += gap;
          patch += `@@ -1,${old} +${at},${fresh} @@ context\n`;
          patch += `-${content}\n`.repeat(old) + `+${content}\n`.repeat(fresh);
          if (fresh > 0) expected.push([at, at + fresh - 1]);
          at += fresh;
        }
        expect(parseHunks(Buffer.from(patch)).get("f")).toEqual(expected);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("unquotes what git quotes", () => {
    expect(unquotePath('"b/a\\tb\\"c\\\\ \\303\\251"')).toBe('b/a\tb"c\\ é');
    expect(unquotePath("b/plain")).toBe("b/plain");
  });
});

describe("mergeBase", () => {
  const base = async (repo: Repository, options: Parameters<typeof mergeBase>[1] = {}) =>
    value(await mergeBase(repo, { env: {}, ...options }));

  it("has none before the first commit", async () => {
    expect(await base(await new Scratch().init().open())).toEqual({ base: null, reason: "no commit yet" });
  });

  it("takes main for a branch that left it", async () => {
    const s = new Scratch().init().write("a", "1");
    const fork = s.commit();
    s.git("checkout", "-q", "-b", "work");
    s.write("a", "2").commit();
    s.git("checkout", "-q", "main");
    s.write("b", "later").commit();
    s.git("checkout", "-q", "work");
    expect(await base(await s.open())).toEqual({ base: { ref: "main", commit: fork } });
  });

  it("prefers the remote's default branch over local ones", async () => {
    const origin = new Scratch().init("trunk").write("a", "1");
    const first = origin.commit();
    const s = new Scratch();
    s.git("clone", "-q", origin.dir, ".");
    s.git("checkout", "-q", "-b", "work");
    s.write("a", "2").commit();
    expect(await base(await s.open())).toEqual({ base: { ref: "origin/trunk", commit: first } });
  });

  it("takes unpushed commits on main as the change", async () => {
    const origin = new Scratch().init().write("a", "1");
    const first = origin.commit();
    const s = new Scratch();
    s.git("clone", "-q", origin.dir, ".");
    s.write("a", "2").commit();
    s.write("a", "3").commit();
    expect(await base(await s.open())).toEqual({ base: { ref: "origin/main", commit: first } });
  });

  it("on the base branch takes uncommitted work, or else the last commit", async () => {
    const s = new Scratch().init().write("a", "1");
    const first = s.commit();
    expect(await base(await s.open())).toMatchObject({ base: null, reason: /first commit/ });
    const second = s.write("a", "2").commit();
    expect(await base(await s.open())).toEqual({ base: { ref: "HEAD~1", commit: first } });
    s.write("a", "3");
    expect(await base(await s.open())).toEqual({ base: { ref: "HEAD", commit: second } });
  });

  it("does not compare main with a leftover master", async () => {
    const s = new Scratch().init("master").write("a", "1");
    s.commit();
    s.git("checkout", "-q", "-b", "main");
    const second = s.write("a", "2").commit();
    s.write("a", "3").commit();
    expect(await base(await s.open())).toEqual({ base: { ref: "HEAD~1", commit: second } });
  });

  it("follows the target branch a CI system names, or says it is missing", async () => {
    const s = new Scratch().init().write("a", "1");
    const fork = s.commit();
    s.git("branch", "release/1");
    s.git("checkout", "-q", "-b", "work");
    s.write("a", "2").commit();
    const repo = await s.open();
    const env = { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "release/1" };
    expect(await base(repo, { env })).toEqual({ base: { ref: "release/1", commit: fork } });
    const missing = await base(repo, { env: { GITHUB_BASE_REF: "gone" } });
    expect(missing).toEqual({
      base: null,
      reason: "the target branch gone is not in this clone: git fetch origin gone",
    });
  });

  it("uses a configured base, and calls a wrong one a problem", async () => {
    const s = new Scratch().init().write("a", "1");
    const first = s.commit();
    s.git("tag", "-m", "t", "v1");
    s.write("a", "2").commit();
    const repo = await s.open();
    expect(await base(repo, { configured: "v1" })).toEqual({ base: { ref: "v1", commit: first } });
    expect(await mergeBase(repo, { configured: "--all", env: {} })).toMatchObject({ ok: false });
  });

  it("says what a shallow clone lacks", async () => {
    const origin = new Scratch().init().write("a", "1");
    origin.commit();
    origin.write("a", "2").commit();
    const s = new Scratch();
    s.git("clone", "-q", "--depth=1", `file://${origin.dir}`, ".");
    expect(await base(await s.open())).toMatchObject({
      base: null,
      reason: expect.stringContaining("shallow clone"),
    });
  });

  it("says when histories have nothing in common", async () => {
    const s = new Scratch().init().write("a", "1");
    s.commit();
    s.git("checkout", "-q", "--orphan", "island");
    s.commit("another beginning");
    expect(await base(await s.open())).toEqual({ base: null, reason: "HEAD and main have no common commit" });
  });
});

describe("readBase", () => {
  it("reads bytes, and null for what was not there", async () => {
    const s = new Scratch().init().write("pkg/é b.bin", Buffer.from([0, 255, 10, 13]));
    const commit = s.commit();
    s.remove("pkg/é b.bin");
    const repo = await s.open("pkg");
    const bytes = value(await readBase(repo, commit, "é b.bin"));
    expect(bytes && [...bytes]).toEqual([0, 255, 10, 13]);
    expect(value(await readBase(repo, commit, "gone"))).toBeNull();
    expect(value(await readBase(await s.open(), commit, "pkg"))).toBeNull();
    expect(stagedBase(repo)).toEqual({ ref: "HEAD", commit });
  });

  it("does not call a commit that is not there a file that is not there", async () => {
    const s = new Scratch().init().write("a", "1");
    s.commit();
    expect(await readBase(await s.open(), "1".repeat(40), "a")).toMatchObject({ ok: false });
  });

  it("does not call lost content a file that is not there", async () => {
    const s = new Scratch().init().write("a", "1");
    const commit = s.commit();
    const oid = s.git("rev-parse", "HEAD:a").trim();
    s.remove(`.git/objects/${oid.slice(0, 2)}/${oid.slice(2)}`);
    expect(await readBase(await s.open(), commit, "a")).toMatchObject({ ok: false });
  });
});
