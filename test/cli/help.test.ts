import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../modsquad/cli/commands.ts";
import { commandHelp, helpCommand, versionCommand } from "../../modsquad/cli/help.ts";
import { fakeIo } from "./fake-io.ts";

const FROM_GATES = [{ name: "design learn", summary: "learn the design tokens" }];

/** The page of `risk` is that command's own and stands beside its code. */
const PAGES = COMMANDS.map(({ name }) => name).filter((name) => name !== "risk");

const TABLES = COMMANDS.flatMap(({ name, options }) => (options === null ? [] : [[name, options] as const]));

describe("the help", () => {
  it.each(PAGES)("of %s fits 100 columns and has examples", async (name) => {
    const text = (await commandHelp(name, FROM_GATES))!;
    const wide = text.split("\n").filter((line) => line.length > 100);
    expect(wide).toEqual([]);
    expect(text).toMatch(/Examples|meta-orch --version/);
    expect(text).not.toMatch(/\{(place|exits|commands)\}/);
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it.each(TABLES)("of %s names every option it takes, and no other", async (name, table) => {
    const text = (await commandHelp(name, []))!;
    const named = new Set(
      [...text.replaceAll(/Examples[\s\S]*?\n\n/g, "").matchAll(/--([a-z][a-z-]+)/g)].map(
        (match) => match[1]!,
      ),
    );
    const known = [...Object.keys(table), "help", "version"];
    const expected = name === "run" ? known : Object.keys(table).filter((option) => option !== "no-color");
    expect([...named].filter((option) => !known.includes(option))).toEqual([]);
    expect(expected.filter((option) => !named.has(option))).toEqual([]);
  });

  it("lists every command, those of gates too, and every exit code", async () => {
    const text = (await commandHelp("run", FROM_GATES))!;
    for (const { name, summary } of [...COMMANDS, ...FROM_GATES])
      expect(text).toContain(`  ${name.padEnd(20)}  ${summary}`);
    for (const code of ["0  safe to ship", "1  blocked", "2 ", "130 143", "129"])
      expect(text).toContain(code);
  });

  it("is printed on stdout with exit 0", async () => {
    const io = fakeIo();
    expect(await helpCommand(["doctor"], io)).toBe(0);
    expect(io.out()).toMatch(/^meta-orch doctor:/);
    expect(io.err()).toBe("");
  });

  it("of an unknown command suggests the nearest", async () => {
    const io = fakeIo();
    expect(await helpCommand(["docter"], io)).toBe(2);
    expect(io.err()).toMatch(/no command "docter"\n {2}next: Did you mean "doctor"\?/);
    expect(io.out()).toBe("");
  });

  it("of a gate's command shows it", async () => {
    expect(await commandHelp("design", FROM_GATES)).toContain("design learn");
    expect(await commandHelp("design learn", FROM_GATES)).toContain("learn the design tokens");
  });
});

it("the version is one line", async () => {
  const io = fakeIo();
  expect(await versionCommand([], io)).toBe(0);
  expect(io.out()).toBe("0.0.0-test\n");
});
