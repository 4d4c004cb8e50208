import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import {
  type Repository,
  type Snapshot,
  snapshotIndex,
  trackedFiles,
  walkFiles,
} from "../../modsquad/git/index.ts";
import { Scratch, scratch, value } from "./scratch.ts";

describe("trackedFiles of the work tree", () => {
  it("lists what is on disk, untracked included, ignored and deleted left out", async () => {
    const s = new Scratch()
      .init()
      .write(".gitignore", "*.log\n")
      .write("kept.txt", "1")
      .write("gone.txt", "2");
    s.write("edited.txt", "3").commit();
    s.remove("gone.txt").write("edited.txt", "longer").write("new.txt", "n").write("x.log", "l");
    const repo = await s.open();
    const listing = value(await trackedFiles(repo, "worktree"));
    expect(listing.files.map((file) => [file.path, file.size])).toEqual([
      [".gitignore", 6],
      ["edited.txt", 6],
      ["kept.txt", 1],
      ["new.txt", 1],
    ]);
    expect(listing.leftOut).toEqual([{ path: "gone.txt", reason: "deleted" }]);
    const kept = listing.files.find((file) => file.path === "kept.txt");
    expect(kept?.oid).toBe(s.git("rev-parse", "HEAD:kept.txt").trim());
    // The oid is a cache key: it must not vouch for other content.
    expect(listing.files.find((file) => file.path === "edited.txt")?.oid).toBe("");
    expect(listing.files.find((file) => file.path === "new.txt")?.oid).toBe("");
  });

  it("keeps odd names, modes and links", async () => {
    const s = new Scratch().init().write("a b\tc\n.txt", "1").write("ünï.txt", "2").write("run.sh", "3");
    chmodSync(path.join(s.dir, "run.sh"), 0o755);
    symlinkSync("run.sh", path.join(s.dir, "link"));
    s.commit();
    const { files } = value(await trackedFiles(await s.open(), "worktree"));
    expect(files.map((file) => [file.path, file.mode])).toEqual([
      ["a b\tc\n.txt", "100644"],
      ["link", "120000"],
      ["run.sh", "100755"],
      ["ünï.txt", "100644"],
    ]);
  });

  it("lists a conflicted file once", async () => {
    const s = conflicted();
    const { files } = value(await trackedFiles(await s.open(), "worktree"));
    expect(files.map((file) => [file.path, file.oid])).toEqual([["a.txt", ""]]);
  });

  it("stays below a root that is not the top level", async () => {
    const s = new Scratch().init().write("top.txt", "1").write("pkg/in.txt", "2");
    s.commit();
    const { files } = value(await trackedFiles(await s.open("pkg"), "worktree"));
    expect(files.map((file) => file.path)).toEqual(["in.txt"]);
  });

  it("says which submodules and nested repositories it leaves out", async () => {
    const inner = new Scratch().init().write("i", "i");
    inner.commit();
    const s = new Scratch().init().write("a", "a");
    s.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.dir, "sub");
    s.commit();
    mkdirSync(path.join(s.dir, "nested"));
    new Scratch(path.join(s.dir, "nested")).init().write("x", "x").commit();
    const { files, leftOut } = value(await trackedFiles(await s.open(), "worktree"));
    expect(files.map((file) => file.path)).toEqual([".gitmodules", "a"]);
    expect(leftOut).toEqual([
      { path: "nested/", reason: "nested repository" },
      { path: "sub", reason: "submodule" },
    ]);
  });
});

describe("walkFiles", () => {
  it("lists everything but node_modules and .git, links unfollowed", () => {
    const s = new Scratch().write("b/c.txt", "1").write("a.txt", "22").write("node_modules/x/i.js", "3");
    s.write("b/node_modules/y.js", "4").write(".git/HEAD", "5");
    symlinkSync("b", path.join(s.dir, "z"));
    expect(walkFiles(s.dir)).toEqual({
      files: [
        { path: "a.txt", oid: "", mode: "100644", size: 2 },
        { path: "b/c.txt", oid: "", mode: "100644", size: 1 },
        { path: "z", oid: "", mode: "120000", size: 1 },
      ],
      leftOut: [],
    });
  });
});

function conflicted(): Scratch {
  const s = new Scratch().init().write("a.txt", "base\n");
  s.commit();
  s.git("checkout", "-q", "-b", "side");
  s.write("a.txt", "side\n").commit();
  s.git("checkout", "-q", "main");
  s.write("a.txt", "main\n").commit();
  expect(() => s.git("merge", "side")).toThrow();
  return s;
}

async function checkedOut(repository: Repository): Promise<Snapshot> {
  const snapshot = value(await snapshotIndex(repository));
  value(await snapshot.checkOut());
  return snapshot;
}

describe("snapshotIndex", () => {
  it("holds the staged content, not the work tree's, and touches nothing of the user's", async () => {
    const s = new Scratch().init().write("a.txt", "committed").write("dir/b.txt", "b");
    s.commit();
    s.write("a.txt", "staged").write("new.txt", "new");
    s.git("add", "a.txt", "new.txt");
    s.write("a.txt", "unstaged").write("untracked.txt", "u");
    const repo = await s.open();
    const before = s.fingerprint();
    const snapshot = await checkedOut(repo);
    expect(snapshot.files.map((file) => [file.path, file.size])).toEqual([
      ["a.txt", 6],
      ["dir/b.txt", 1],
      ["new.txt", 3],
    ]);
    expect(readFileSync(path.join(snapshot.root, "a.txt"), "utf8")).toBe("staged");
    expect(s.fingerprint()).toBe(before);
    snapshot.release();
    snapshot.release();
    expect(readdirSync(repo.snapshotDir)).toEqual(["kept"]);
    expect(snapshot.tree).toBe(s.git("write-tree").trim());
  });

  it("works before the first commit, and with an index that was never written", async () => {
    const s = new Scratch().init();
    const empty = await checkedOut(await s.open());
    expect(empty.files).toEqual([]);
    empty.release();
    s.write("a", "a").git("add", "a");
    const snapshot = await checkedOut(await s.open());
    expect(snapshot.files.map((file) => file.path)).toEqual(["a"]);
    snapshot.release();
  });

  it("leaves out a file that is only announced (git add -N)", async () => {
    const s = new Scratch().init().write("a", "a");
    s.commit();
    s.write("later", "x").git("add", "-N", "later");
    const snapshot = await checkedOut(await s.open());
    expect(snapshot.files.map((file) => file.path)).toEqual(["a"]);
    expect(existsSync(path.join(snapshot.root, "later"))).toBe(false);
    snapshot.release();
  });

  it("names the files of an unfinished merge", async () => {
    const s = conflicted();
    const repo = await s.open();
    const result = await snapshotIndex(repo);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).toContain("unfinished merge: a.txt");
    expect(existsSync(repo.snapshotDir)).toBe(false);
  });

  it("checks out links and says which submodules it skipped", async () => {
    const inner = new Scratch().init().write("i", "i");
    inner.commit();
    const s = new Scratch().init().write("a", "a");
    symlinkSync("a", path.join(s.dir, "link"));
    s.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.dir, "sub");
    s.commit();
    const snapshot = await checkedOut(await s.open());
    expect(readlinkSync(path.join(snapshot.root, "link"))).toBe("a");
    expect(snapshot.leftOut).toEqual([{ path: "sub", reason: "submodule" }]);
    snapshot.release();
  });

  it("judges the index a hook was given", async () => {
    const s = new Scratch().init().write("a", "1");
    s.commit();
    s.write("a", "staged").git("add", "a");
    const other = path.join(s.dir, ".git/other-index");
    vi.stubEnv("GIT_INDEX_FILE", other);
    s.write("a", "given");
    s.git("read-tree", "HEAD");
    s.git("add", "a");
    const snapshot = await checkedOut(await s.open());
    expect(readFileSync(path.join(snapshot.root, "a"), "utf8")).toBe("given");
    snapshot.release();
  });

  it("judges only what lies below a root that is not the top level", async () => {
    const s = new Scratch().init().write("top", "1").write("pkg/in", "2");
    s.commit();
    const snapshot = await checkedOut(await s.open("pkg"));
    expect(snapshot.files.map((file) => file.path)).toEqual(["in"]);
    expect(readFileSync(path.join(snapshot.root, "in"), "utf8")).toBe("2");
    snapshot.release();
  });

  it("runs no filter the repository configures", async () => {
    const s = new Scratch().init().write(".gitattributes", "*.bin filter=evil\n").write("x.bin", "pointer");
    s.commit();
    const trace = path.join(scratch(), "ran");
    s.git("config", "filter.evil.smudge", `touch ${trace}; cat`);
    s.git("config", "filter.evil.required", "true");
    const snapshot = await checkedOut(await s.open());
    expect(readFileSync(path.join(snapshot.root, "x.bin"), "utf8")).toBe("pointer");
    expect(existsSync(trace)).toBe(false);
    snapshot.release();
  });

  it("keeps snapshots of living processes and removes those of dead ones", async () => {
    const s = new Scratch().init().write("a", "a");
    s.commit();
    const repo = await s.open();
    const host = os.hostname().replace(/[^A-Za-z0-9.]/g, "_");
    // Linux and macOS never hand out a pid this large.
    const dead = path.join(repo.snapshotDir, `${host}-99999999-00000000`);
    const alive = path.join(repo.snapshotDir, `${host}-${process.ppid}-00000000`);
    const foreign = path.join(repo.snapshotDir, "elsewhere-99999999-00000000");
    for (const folder of [dead, alive, foreign]) mkdirSync(folder, { recursive: true });
    const [one, two] = await Promise.all([checkedOut(repo), checkedOut(repo)]);
    expect(existsSync(dead)).toBe(false);
    expect(existsSync(alive)).toBe(true);
    expect(existsSync(foreign)).toBe(true);
    one.release();
    expect(readFileSync(path.join(two.root, "a"), "utf8")).toBe("a");
    two.release();
  });

  it("copes with a split index without writing beside the real one", async () => {
    const s = new Scratch().init().write("a", "a");
    s.commit();
    s.git("update-index", "--split-index");
    s.write("b", "b").git("add", "b");
    const repo = await s.open();
    const before = s.fingerprint();
    const snapshot = await checkedOut(repo);
    expect(snapshot.files.map((file) => file.path)).toEqual(["a", "b"]);
    expect(s.fingerprint()).toBe(before);
    snapshot.release();
  });

  it("says which files a sparse checkout keeps away", async () => {
    const s = new Scratch().init().write("in/a", "a").write("out/b", "b");
    s.commit();
    s.git("sparse-checkout", "set", "--cone", "in");
    const snapshot = await checkedOut(await s.open());
    expect(snapshot.files.map((file) => file.path)).toEqual(["in/a"]);
    expect(snapshot.leftOut).toEqual([{ path: "out/b", reason: "not checked out (sparse)" }]);
    snapshot.release();
  });
});
