import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Repository, type Snapshot, snapshotIndex } from "../../modsquad/git/index.ts";
import { Scratch, value } from "./scratch.ts";

async function checkedOut(repository: Repository): Promise<Snapshot> {
  const snapshot = value(await snapshotIndex(repository));
  value(await snapshot.checkOut());
  return snapshot;
}

/** A snapshot that was kept and taken up again. */
async function kept(s: Scratch): Promise<Snapshot> {
  const repository = await s.open();
  (await checkedOut(repository)).release();
  return checkedOut(repository);
}

const filesOf = (s: Scratch, names: string[]) => {
  for (const name of names) s.write(name, `${name}\n`);
  s.commit();
  return s;
};

describe("a kept snapshot", () => {
  it("writes only what changed since", async () => {
    const s = filesOf(new Scratch().init(), ["a", "dir/b", "dir/c"]);
    const first = await kept(s);
    const before = lstatSync(path.join(first.root, "a")).ino;
    first.release();
    expect(lstatSync(path.join((await s.open()).snapshotDir, "kept/tree/a")).ino).toBe(before);
    s.write("dir/b", "other\n").git("add", ".");
    s.git("rm", "-q", "--cached", "dir/c");
    const second = await checkedOut(await s.open());
    expect(lstatSync(path.join(second.root, "a")).ino).toBe(before);
    expect(readFileSync(path.join(second.root, "dir/b"), "utf8")).toBe("other\n");
    expect(existsSync(path.join(second.root, "dir/c"))).toBe(false);
    expect(second.files.map(({ path: name, size }) => [name, size])).toEqual([
      ["a", 2],
      ["dir/b", 6],
    ]);
    second.release();
  });

  it("repairs whatever a gate did to it, down to a restored time", async () => {
    const s = filesOf(new Scratch().init(), ["a", "dir/b", "gone"]);
    const first = await kept(s);
    const { atime, mtime } = lstatSync(path.join(first.root, "a"));
    writeFileSync(path.join(first.root, "a"), "b\n");
    utimesSync(path.join(first.root, "a"), atime, mtime);
    rmSync(path.join(first.root, "gone"));
    rmSync(path.join(first.root, "dir"), { recursive: true });
    symlinkSync("/", path.join(first.root, "dir"));
    mkdirSync(path.join(first.root, "build/out"), { recursive: true });
    writeFileSync(path.join(first.root, "build/out/x"), "x");
    first.release();
    const second = await checkedOut(await s.open());
    for (const name of ["a", "dir/b", "gone"])
      expect(readFileSync(path.join(second.root, name), "utf8")).toBe(`${name}\n`);
    expect(lstatSync(path.join(second.root, "dir")).isDirectory()).toBe(true);
    expect(existsSync(path.join(second.root, "build"))).toBe(false);
    second.release();
  });

  it("is made anew when its contents cannot be read, or attributes decide otherwise", async () => {
    const s = filesOf(new Scratch().init(), ["a"]);
    const first = await kept(s);
    first.release();
    const repository = await s.open();
    writeFileSync(path.join(repository.snapshotDir, "kept", "contents.json"), "{");
    const second = await checkedOut(repository);
    expect(readFileSync(path.join(second.root, "a"), "utf8")).toBe("a\n");
    second.release();
    s.write(".gitattributes", "a text eol=crlf\n").git("add", ".gitattributes");
    const third = await checkedOut(repository);
    expect(readFileSync(path.join(third.root, "a"), "utf8")).toBe("a\r\n");
    third.release();
  });
});
