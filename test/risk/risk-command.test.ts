import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { riskCommand } from "../../modsquad/cli/risk.ts";
import golden from "./golden.json" with { type: "json" };

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "risk-command-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function* chunks(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function risk(args: string[], stdin: string | Uint8Array = "") {
  let out = "";
  let err = "";
  const code = await riskCommand(args, {
    stdin: chunks(typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin),
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    cwd: folder,
  });
  const isJson = out.startsWith("{");
  return {
    code,
    out,
    err,
    lines: !isJson
      ? []
      : out
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line)),
  };
}

const A = JSON.stringify({ runs: { contract: { status: "error" } } });
const B = JSON.stringify({ runs: {}, options: { required: ["one"] } });

describe("meta-orch risk assess", () => {
  it("prints the golden cases with the same keys and digits", async () => {
    const { code, err, lines } = await risk(
      ["assess", "-"],
      readFileSync(new URL("golden.json", import.meta.url)),
    );
    expect([code, err]).toEqual([0, ""]);
    expect(lines).toHaveLength(59);
    for (const [i, line] of lines.entries()) {
      const wanted = golden[i]!.expect as Record<string, unknown>;
      expect(Object.keys(line).sort()).toEqual(Object.keys(wanted).sort());
      for (const key of ["verdict", "exit", "x"]) expect(line[key]).toEqual(wanted[key]);
      for (const key of ["risk", "release", "waived", "deferred", "total_avoidable", "floor", "total"]) {
        expect(Math.abs(line[key] - (wanted[key] as number)), key).toBeLessThan(2e-9);
      }
      expect(Object.keys(line.contrib)).toEqual(Object.keys(wanted.contrib as object));
    }
  });

  it("reads one object, an array and JSONL alike, from a file too", async () => {
    const { out } = await risk(["assess", "-"], A);
    const pretty = JSON.stringify(JSON.parse(A), null, 2);
    for (const text of [pretty, `[${A}]`, `\uFEFF${A}\r\n`, `\n\n${A}\n\n`, `\uFEFF\n [\n${pretty}\n]\n`]) {
      expect(await risk(["assess", "-"], text)).toMatchObject({ code: 0, out, err: "" });
    }
    writeFileSync(join(folder, "states.jsonl"), `${A}\r\n\r\n${B}\r\n`);
    const both = await risk(["assess", "states.jsonl"]);
    expect(both.lines).toHaveLength(2);
    expect(both.out.startsWith(out)).toBe(true);
    expect(await risk(["assess", join(folder, "states.jsonl")])).toEqual(both);
  });

  it("names a broken line and prints the others in order", async () => {
    const { code, err, lines } = await risk(
      ["assess", "-"],
      `${A}\n\n{"runs": {\n${B}\n{"runs":{"a":{"status":"passd"}}}\n7\n${A}\n`,
    );
    expect(code).toBe(2);
    expect(lines.map((line) => Object.keys(line.contrib))).toEqual([
      expect.arrayContaining(["contract|not-run:error"]),
      ["one|not-run:missing"],
      expect.arrayContaining(["contract|not-run:error"]),
    ]);
    const told = err.trimEnd().split("\n");
    expect(told).toHaveLength(3);
    expect(told[0]).toMatch(/^\(standard input\):3: this line is not JSON: /);
    expect(told[1]).toMatch(/^\(standard input\):5: runs\.a\.status is "passd"; did you mean "pass"\?/);
    expect(told[2]).toMatch(/^\(standard input\):6: state is 7; expected an object/);
  });

  it("finds a broken first line of JSONL, and the broken state of an array", async () => {
    const first = await risk(["assess", "-"], `{"runs": \n${A}\n`);
    expect(first.lines).toHaveLength(1);
    expect(first.err).toMatch(/^\(standard input\):1: this line is not JSON/);
    const array = await risk(["assess", "-"], `[${A},{"rums":{}},${B}]`);
    expect([array.code, array.lines.length]).toEqual([2, 2]);
    expect(array.err).toMatch(/:1: \[1\] runs is missing; /);
  });

  it("takes one broken document for one", async () => {
    const text = `${JSON.stringify(JSON.parse(A), null, 2).slice(0, -2)},\n`;
    const { code, out, err } = await risk(["assess", "-"], text);
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).toMatch(/^\(standard input\):\d+: this is not JSON/);
  });

  it.each([
    ["", /it is empty/],
    ["  \n", /it is empty/],
    ["[]", /the array is empty/],
    ["null", /state is null/],
    ["hello", /not JSON/],
    ['{"runs":{"a":{"status":"pass","age_h":1e999}}}', /age_h is Infinity/],
  ])("refuses %j", async (text, message) => {
    const { code, out, err } = await risk(["assess", "-"], text);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
  });

  it("refuses what is not text, and a file that is not there", async () => {
    expect(await risk(["assess", "-"], new Uint8Array([0xff, 0xfe, 0x7b]))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/not UTF-8/),
    });
    expect(await risk(["assess", "nowhere.json"])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/there is no file nowhere\.json/),
    });
    expect(await risk(["assess", "."])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/cannot be read \(EISDIR\)/),
    });
  });

  it("helps, and says what is wrong with the command", async () => {
    for (const args of [["--help"], ["assess", "-h"], ["assess", "--help", "x"]]) {
      expect(await risk(args).catch((error) => error)).toMatchObject({ code: 0, err: "" });
    }
    const wrong: [string[], RegExp][] = [
      [[], /risk assess FILE/],
      [["asess", "-"], /Did you mean "assess"/],
      [["assess"], /Give a FILE/],
      [["assess", "a", "b"], /"b" is too much/],
      [["assess", "--hlep"], /no option --hlep.*"help"/],
    ];
    for (const [args, message] of wrong) {
      const { code, out, err } = await risk(args);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toMatch(message);
    }
  });
});
