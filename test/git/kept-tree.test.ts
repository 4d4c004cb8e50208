import {
  type Dirent,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Repository, type Snapshot, snapshotIndex } from "../../modsquad/git/index.ts";
import { fullSize } from "../full-size.ts";
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

interface Change {
  kind: "stage" | "unstage" | "write" | "remove" | "add" | "link" | "move" | "empty";
  name: string;
  content: string;
}

/** What a person does to the repository, or a gate to the tree it judges. What cannot be done is left out. */
function apply(s: Scratch, tree: string, { kind, name, content }: Change): void {
  const file = path.join(tree, name);
  const folder = path.dirname(file);
  try {
    if (kind === "stage") s.write(name, content).git("add", name);
    else if (kind === "unstage") s.git("rm", "-q", "--cached", name);
    else if (kind === "write") writeFileSync(file, content);
    else if (kind === "remove") rmSync(file);
    else if (kind === "add") writeFileSync(`${file}.extra`, content);
    else if (kind === "empty") mkdirSync(`${file}.folder/within`, { recursive: true });
    else if (folder === tree.replace(/\/$/, "")) return;
    else if (kind === "move") {
      renameSync(folder, `${folder}-away`);
      renameSync(`${folder}-away`, folder);
    } else {
      rmSync(folder, { recursive: true });
      symlinkSync("/", folder);
    }
  } catch {
    // Not there, or not any more.
  }
}

/** As if the files had been written long before they were noted: then their times alone are believed. */
function settle({ snapshotDir }: Repository): void {
  const file = path.join(snapshotDir, "kept/contents.json");
  const contents = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...contents, noted: Date.now() + 60_000 }));
}

/** Until what is changed now has another time than what was changed before. */
function untilTheClockMoves(dir: string): void {
  const probe = path.join(dir, ".git/probe");
  const touch = (content: string): number => {
    writeFileSync(probe, content);
    return lstatSync(probe).ctimeMs;
  };
  for (const before = touch("a"); touch("b") === before; );
}

const filesBelow = (root: string): string[] =>
  (readdirSync(root, { recursive: true, withFileTypes: true }) as Dirent[])
    .filter(
      (entry) => !entry.isDirectory() || readdirSync(path.join(entry.parentPath, entry.name)).length === 0,
    )
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();

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

  it("is right after any change to what is staged, whatever a gate left behind in between", async () => {
    const names = ["top", "a/one", "a/b/two", "a/b/c/three", "d/four", "d/e/five", "f/six"];
    const name = fc.constantFrom(...names, "a/new", "a/b/c/d/deep", "g/h/i");
    const change = fc.record({
      kind: fc.constantFrom("stage", "unstage", "write", "remove", "add", "link", "move", "empty"),
      name,
      content: fc.constantFrom("x\n", "y\n"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 4 }), async (rounds) => {
        const s = filesOf(new Scratch().init(), names);
        for (const round of rounds) {
          const snapshot = await checkedOut(await s.open());
          untilTheClockMoves(s.dir);
          for (const one of round) apply(s, snapshot.root, one);
          snapshot.release();
          settle(await s.open());
        }
        const last = await checkedOut(await s.open());
        const staged = s.git("ls-files", "-z").split("\0").filter(Boolean).sort();
        expect(filesBelow(last.root)).toEqual(staged);
        for (const path of staged)
          expect(readFileSync(`${last.root}/${path}`, "utf8")).toBe(s.git("show", `:${path}`));
        expect(last.files.map(({ size }) => size)).toEqual(
          staged.map((path) => lstatSync(`${last.root}/${path}`).size),
        );
        last.release();
      }),
      { numRuns: fullSize(120) },
    );
  }, 120_000);

  it("holds nothing else in a folder that a gate made and that came to be staged", async () => {
    const s = filesOf(new Scratch().init(), ["a"]);
    const first = await checkedOut(await s.open());
    untilTheClockMoves(s.dir);
    mkdirSync(path.join(first.root, "new"));
    writeFileSync(path.join(first.root, "new/extra"), "x");
    first.release();
    settle(await s.open());
    s.write("new/b", "b\n").git("add", ".");
    const second = await checkedOut(await s.open());
    expect(filesBelow(second.root)).toEqual(["a", "new/b"]);
    second.release();
  });

  it("is not noted again when it is as it was noted", async () => {
    const s = filesOf(new Scratch().init(), ["a", "dir/b"]);
    (await kept(s)).release();
    const noted = path.join((await s.open()).snapshotDir, "kept/contents.json");
    const longAgo = Date.now() - 60_000;
    settle(await s.open());
    utimesSync(noted, longAgo / 1000, longAgo / 1000);
    (await checkedOut(await s.open())).release();
    expect(Math.round(lstatSync(noted).mtimeMs / 1000)).toBe(Math.round(longAgo / 1000));
    s.write("dir/b", "other\n").git("add", ".");
    (await checkedOut(await s.open())).release();
    expect(lstatSync(noted).mtimeMs).toBeGreaterThan(longAgo + 30_000);
  });

  it("is made anew when its contents cannot be read, or attributes decide otherwise", async () => {
    const s = filesOf(new Scratch().init(), ["a"]);
    const first = await kept(s);
    first.release();
    const repository = await s.open();
    const noted = path.join(repository.snapshotDir, "kept", "contents.json");
    const whole = JSON.parse(readFileSync(noted, "utf8"));
    for (const broken of [
      "{",
      "null",
      { ...whole, files: {} },
      { ...whole, folders: { names: ["", "x"] } },
    ]) {
      writeFileSync(noted, typeof broken === "string" ? broken : JSON.stringify(broken));
      const second = await checkedOut(repository);
      expect(readFileSync(path.join(second.root, "a"), "utf8")).toBe("a\n");
      second.release();
    }
    s.write(".gitattributes", "a text eol=crlf\n").git("add", ".gitattributes");
    const third = await checkedOut(repository);
    expect(readFileSync(path.join(third.root, "a"), "utf8")).toBe("a\r\n");
    third.release();
  });
});
