import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { substitute } from "../../modsquad/config/substitute.ts";

const env = { HOST: "db", PORT: "5432", EMPTY: "" };

describe("substitute", () => {
  it.each([
    ["${HOST}", "db"],
    ["http://${HOST}:${PORT}/", "http://db:5432/"],
    ["${NONE:-local}", "local"],
    ["${EMPTY:-local}", "local"],
    ["${NONE:-}", ""],
    ["${HOST:-local}", "db"],
    ["$${HOST}", "${HOST}"],
    ["$HOST and ${}", "$HOST and ${}"],
    ["${1}", "${1}"],
  ])("%s becomes %s", (text, filled) => {
    const result = substitute(text, [], env);
    expect(result.value).toBe(filled);
    expect(result.faults).toEqual([]);
  });

  it.each([
    ["${NONE}", /needs the environment variable NONE, which is not set/],
    ["${EMPTY}", /EMPTY, which is empty/],
    ["${HOST:?must}", /cannot be read: \$\{HOST:\?must\}/],
    ["${HOST-x}", /cannot be read/],
  ])("%s is a fault", (text, what) => {
    const { faults } = substitute({ a: [text] }, ["gates"], env);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.what).toMatch(what);
    expect(faults[0]?.path).toEqual(["gates", "a", 0]);
  });

  it("fills values only once: what a variable holds is not read again", () => {
    expect(substitute("${A}", [], { A: "${B}", B: "no" }).value).toBe("${B}");
  });

  it("leaves keys, numbers and skipped subtrees alone, and names what it used", () => {
    const value = { "${HOST}": 1, kept: { url: "${NONE}" }, url: "${HOST}" };
    const result = substitute(value, [], env, (path) => path[0] === "kept");
    expect(result.value).toEqual({ "${HOST}": 1, kept: { url: "${NONE}" }, url: "db" });
    expect([...result.used]).toEqual(["HOST"]);
    expect(result.faults).toEqual([]);
  });

  it("gives any value without references back unchanged", () => {
    const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("$"));
    fc.assert(
      fc.property(plain, (value) => {
        const json = JSON.parse(JSON.stringify(value));
        expect(substitute(json, [], {}).value).toEqual(json);
      }),
      { seed: 4 },
    );
  });
});
