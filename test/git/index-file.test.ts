import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openRepository } from "../../modsquad/git/index.ts";
import { parseIndex, treeOf } from "../../modsquad/git/index-file.ts";
import { askStaged, readStaged } from "../../modsquad/git/staged.ts";
import { Scratch, scratch, value } from "./scratch.ts";

const NAMES = [
  "a.txt",
  "a/b",
  "a/c/d.txt",
  "a0",
  "with space",
  "ünï/cödé",
  "z-z/very/deep/down/file",
  "run.sh",
];

function withFiles(...init: string[]): Scratch {
  const s = new Scratch();
  s.git("init", "-q", "-b", "main", ...init);
  for (const name of NAMES) s.write(name, name.repeat(3));
  s.git("add", ".");
  s.git("update-index", "--chmod=+x", "run.sh");
  return s;
}

const indexOf = (s: Scratch) => readFileSync(path.join(s.dir, ".git/index"));

/** What git says of the same index. */
function listed(s: Scratch): string[] {
  return s.git("ls-files", "-s", "-z").split("\0").filter(Boolean);
}

function read(s: Scratch): string[] {
  return parseIndex(indexOf(s))!.entries.map(
    ({ mode, oid, stage, path: name }) => `${mode} ${oid} ${stage}\t${name}`,
  );
}

describe("the index file", () => {
  it.each(["2", "3", "4"])("of version %s is read as git reads it", (version) => {
    const s = withFiles();
    s.git("update-index", "--index-version", version);
    expect(read(s)).toEqual(listed(s));
    const index = parseIndex(indexOf(s))!;
    expect(index.trees.size).toBe(0);
    expect(treeOf(index)).toBe(s.git("write-tree").trim());
    // Writing the tree has left its id in the index, and those of its folders.
    const { trees } = parseIndex(indexOf(s))!;
    expect(trees.get("")).toEqual({ count: NAMES.length, oid: s.git("write-tree").trim() });
    expect(trees.get("a/c/")).toEqual({
      count: 1,
      oid: s.git("rev-parse", `${trees.get("a/")!.oid}:c`).trim(),
    });
  });

  it("of a sha-256 repository is recognised by its checksum", () => {
    const s = withFiles("--object-format=sha256");
    const index = parseIndex(indexOf(s))!;
    expect(index.algorithm).toBe("sha256");
    expect(read(s)).toEqual(listed(s));
    expect(treeOf(index)).toBe(s.git("write-tree").trim());
  });

  it("tells announced and sparse files, submodules and links", () => {
    const s = withFiles();
    s.commit();
    s.write("later", "x").git("add", "-N", "later");
    s.git("update-index", "--skip-worktree", "a0");
    s.git("update-index", "--add", "--cacheinfo", `160000,${s.git("rev-parse", "HEAD").trim()},sub`);
    const index = parseIndex(indexOf(s))!;
    const named = (name: string) => index.entries.find((entry) => entry.path === name)!;
    expect([named("later").announced, named("a0").sparse, named("sub").mode]).toEqual([true, true, "160000"]);
    expect(treeOf(index)).toBe(s.git("write-tree").trim());
  });

  it("gives the tree of any change to folders whose ids are known, and of those that are not", () => {
    const s = withFiles();
    s.commit();
    s.git("write-tree");
    const changes: (() => void)[] = [
      () => s.write("a/b", "other").git("add", "."),
      () => s.git("rm", "-q", "--cached", "z-z/very/deep/down/file"),
      () => s.write("a/c/e/new", "x").git("add", "."),
      () => s.write("a/announced", "x").git("add", "-N", "a/announced"),
      () => s.git("rm", "-rq", "--cached", "a"),
      () => s.git("read-tree", "--empty"),
    ];
    for (const change of changes) {
      change();
      const index = parseIndex(indexOf(s))!;
      const copy = path.join(scratch(), "index");
      writeFileSync(copy, indexOf(s));
      // Of a copy: git would leave what it has found out in the index.
      const { stdout } = spawnSync("git", ["write-tree"], {
        cwd: s.dir,
        env: { ...process.env, GIT_INDEX_FILE: copy },
        encoding: "utf8",
      });
      expect(treeOf(index)).toBe(stdout.trim());
    }
  });

  it("whose kept ids do not fit its entries is made from the entries", () => {
    const s = withFiles();
    s.git("write-tree");
    const index = parseIndex(indexOf(s))!;
    const trees = new Map([...index.trees].map(([name, tree]) => [name, { ...tree, count: tree.count + 1 }]));
    expect(treeOf({ ...index, trees })).toBe(s.git("write-tree").trim());
  });

  it("is left to git when it is split, cut off or changed, and git gives the same answer", async () => {
    const s = withFiles();
    s.commit();
    const whole = indexOf(s);
    expect(parseIndex(whole.subarray(0, whole.length - 30))).toBeNull();
    const changed = Buffer.from(whole);
    changed[100] = changed[100]! ^ 1;
    expect(parseIndex(changed)).toBeNull();
    const repository = value(await openRepository(s.dir))!;
    const known = value(readStaged(repository, whole)!);
    const dir = scratch();
    mkdirSync(path.join(dir, "objects"));
    writeFileSync(path.join(dir, "index"), whole);
    expect(value(await askStaged(repository, dir))).toEqual(known);
    s.git("update-index", "--split-index");
    expect(parseIndex(indexOf(s))).toBeNull();
  });
});
