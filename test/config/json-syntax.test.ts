import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonFault } from "../../modsquad/config/json-syntax.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("findJsonFault", () => {
  it("accepts what JSON.stringify writes", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(undefined, 2, "\t"),
        (value, indent) => findJsonFault(JSON.stringify(value, null, indent)) === null,
      ),
      { seed: 2 },
    );
  });

  it("agrees with JSON.parse on broken texts", () => {
    const edited = fc
      .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom("", ",", "}", "]", '"', "0", "x", "\n", "\\", "{"))
      .map(([value, at, insert]) => {
        const text = JSON.stringify(value, null, 1);
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + insert + text.slice(insert === "" ? cut + 1 : cut);
      });
    fc.assert(
      fc.property(edited, (text) => {
        expect(findJsonFault(text) === null).toBe(isJson(text));
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  it.each([
    ['{"a" 1}', 5, '":"'],
    ["[1 2]", 3, '"," or "]"'],
    ["{} x", 3, "the end of the file"],
    ["[01]", 1, "a value"],
  ])("%s breaks at %d", (text, offset, expected) =>
    expect(findJsonFault(text)).toEqual({ offset, expected }),
  );

  it("survives nesting without end", () => {
    expect(findJsonFault("[".repeat(100_000))?.expected).toBe("less nesting");
  });
});
