import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../../modsquad/contracts/words.ts";
import {
  addFiles,
  addInstalledPackages,
  addPrograms,
  addValue,
  changedParts,
  digestOf,
  type InputParts,
  inputsFrom,
  rememberPrograms,
} from "../../modsquad/engine/input-digest.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "meta-orch-digest-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const partsOf = (add: (parts: InputParts) => void): InputParts => {
  const parts: InputParts = new Map();
  add(parts);
  return parts;
};
const valueParts = (value: Json) => partsOf((parts) => addValue(parts, "option", value));
const file = (path: string, oid = "", mode = "100644") => ({ path, oid, mode, size: 1 });
const all = () => true;

describe("inputsFrom", () => {
  const parts = fc.dictionary(fc.string({ maxLength: 2 }), fc.string({ maxLength: 2 }), { maxKeys: 3 });
  it("gives equal digests to equal parts, and to no others", () => {
    fc.assert(
      fc.property(parts, parts, parts, parts, (own, files, otherOwn, otherFiles) => {
        const map = (values: Record<string, string>) => new Map(Object.entries(values));
        const one = inputsFrom(map(own), map(files));
        const other = inputsFrom(map(otherOwn), map(otherFiles));
        const sorted = (values: Record<string, string>) => Object.entries(values).sort();
        const same =
          JSON.stringify([sorted(own), sorted(files)]) ===
          JSON.stringify([sorted(otherOwn), sorted(otherFiles)]);
        expect(one.digest === other.digest).toBe(same);
        expect(one.digest).toBe(inputsFrom(map(own), map(files)).digest);
        expect(one.parts()).toEqual(new Map([...map(files), ...map(own)]));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe("digestOf", () => {
  it("does not depend on the order the parts came in", () => {
    const parts = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(parts, (values) => {
        const entries = Object.entries(values);
        expect(digestOf(new Map(entries.toReversed()))).toBe(digestOf(new Map(entries)));
      }),
      { seed: 1 },
    );
  });
});

describe("changedParts", () => {
  it("names what differs or is on one side only, sorted", () => {
    const before = new Map([
      ["same", "1"],
      ["b", "1"],
      ["gone", "1"],
    ]);
    const after = new Map([
      ["same", "1"],
      ["b", "2"],
      ["added", "1"],
    ]);
    expect(changedParts(before, after)).toEqual(["added", "b", "gone"]);
  });
});

describe("addValue", () => {
  it("names every leaf", () => {
    expect([
      ...valueParts({ checks: { secrets: { limit: 3 } }, list: ["a", { b: null }], none: {} }).keys(),
    ]).toEqual(["option.checks.secrets.limit", "option.list[0]", "option.list[1].b", "option.none"]);
  });

  it("gives different values different parts, whatever their keys look like", () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, value, (a, b) => {
        // Through JSON: -0 and 0 are the same input.
        const same = JSON.stringify(sorted(a as Json)) === JSON.stringify(sorted(b as Json));
        expect(digestOf(valueParts(a as Json)) === digestOf(valueParts(b as Json))).toBe(same);
      }),
      { seed: 2, numRuns: 500 },
    );
    const alike: Json[] = [
      { "a.b": 1 },
      { a: { b: 1 } },
      { "a[0]": 1 },
      { a: [1] },
      { a: { 0: 1 } },
      { '"a': 1 },
    ];
    expect(new Set(alike.map((one) => digestOf(valueParts(one)))).size).toBe(alike.length);
  });
});

/** With the keys of every object in one order. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner ?? null)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("addFiles", () => {
  it("trusts git's id, and otherwise computes the one git would give", () => {
    writeFileSync(join(dir, "a"), "content\n");
    symlinkSync("a", join(dir, "link"));
    const idOf = (input: string) =>
      execFileSync("git", ["hash-object", "--stdin"], { input, encoding: "utf8" }).trim();
    const parts = partsOf((one) =>
      addFiles(one, dir, [file("a"), file("known", "0".repeat(40)), file("link", "", "120000")], all),
    );
    expect(Object.fromEntries(parts)).toEqual({
      "file a": `100644 ${idOf("content\n")}`,
      "file known": `100644 ${"0".repeat(40)}`,
      "file link": `120000 ${idOf("a")}`,
    });
  });

  it("tells a file that became executable, and one that cannot be read", () => {
    writeFileSync(join(dir, "a"), "x");
    const plain = partsOf((parts) => addFiles(parts, dir, [file("a")], all));
    const executable = partsOf((parts) => addFiles(parts, dir, [file("a", "", "100755")], all));
    expect(changedParts(plain, executable)).toEqual(["file a"]);
    expect(partsOf((parts) => addFiles(parts, dir, [file("gone")], all)).get("file gone")).toMatch(
      /unreadable/,
    );
  });
});

describe("addPrograms", () => {
  const tool = (name: string, content: string) => {
    mkdirSync(join(dir, "bin"), { recursive: true });
    writeFileSync(join(dir, "bin", name), content);
    chmodSync(join(dir, "bin", name), 0o755);
  };
  const programs = (line: string, listed: string[] = []) =>
    partsOf((parts) =>
      addPrograms(parts, line, {
        cwd: dir,
        path: `${join(dir, "bin")}:/nowhere`,
        listed: new Set(listed),
        programs: rememberPrograms(),
      }),
    );

  it("finds the program and those behind it, whatever the shell does with them", () => {
    tool("lint", "1");
    tool("env", "1");
    expect([...programs("cd x && env CI=1 lint --all | grep -v lint").keys()]).toEqual([
      "tool cd",
      "tool env",
      "tool lint",
    ]);
    expect(programs("nothing-there").get("tool nothing-there")).toBe("missing");
  });

  it("notices another version of a tool", () => {
    tool("lint", "echo 1.0.0");
    const before = programs("lint");
    tool("lint", "echo 1.0.1");
    expect(changedParts(before, programs("lint"))).toEqual(["tool lint"]);
  });

  it("takes scripts that git lists for tools, and files the command writes for none", () => {
    tool("sh", "1");
    writeFileSync(join(dir, "check.sh"), "1");
    writeFileSync(join(dir, "out.txt"), "1");
    expect([...programs("sh ./check.sh > out.txt", ["check.sh"]).keys()]).toEqual([
      "tool sh",
      "tool ./check.sh",
    ]);
  });
});

describe("addInstalledPackages", () => {
  it("follows what the package manager installed, and says nothing without one", () => {
    const installed = () => partsOf((parts) => addInstalledPackages(parts, dir));
    expect(installed().size).toBe(0);
    mkdirSync(join(dir, "node_modules"));
    writeFileSync(join(dir, "node_modules/.package-lock.json"), "1");
    const before = installed();
    writeFileSync(join(dir, "node_modules/.package-lock.json"), "2");
    expect(changedParts(before, installed())).toEqual(["installed packages"]);
  });
});
