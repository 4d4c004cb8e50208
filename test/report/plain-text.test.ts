import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ascii,
  clip,
  foldLine,
  oneLine,
  printable,
  shortenMiddle,
} from "../../modsquad/report/plain-text.ts";
import { anyText } from "./arbitrary.ts";

const ASCII = /^[\x20-\x7e]*$/;

describe("ascii", () => {
  it.each([
    ["café", "cafe"],
    ["cafe\u0301", "cafe"],
    ["a – b — c", "a - b - c"],
    ["“x” → ‘y’…", "\"x\" -> 'y'..."],
    ["\x1b[1;31mfailed\x1b[0m", "failed"],
    ["\x1b]8;;https://evil\x1b\\label\x1b]8;;\x1b\\", "label"],
    ["\x9b31mC1", "C1"],
    ["nul\0bell\x07", "nulbell"],
    ["two\r\nlines\tand\u2028more", "two lines and\\u{2028}more"],
    ["漢字", "\\u{6f22}\\u{5b57}"],
    ["\ud83d\ude00", "\\u{1f600}"],
    ["\ud83d alone", "\\u{d83d} alone"],
    ["file\u202etxt.exe", "file\\u{202e}txt.exe"],
    ["Łódź straße ½ ＦＵＬＬ", "Lodz strasse 1/2 FULL"],
  ])("%j is printed as %j", (text, printed) => {
    expect(ascii(text)).toBe(printed);
  });

  it("keeps text after an unterminated escape sequence: nothing may hide a message", () => {
    expect(ascii("before \x1b]0;title and the message")).toContain("title and the message");
    expect(ascii("before \x1b[")).toBe("before [");
  });

  it("tells how long it was when it cuts", () => {
    expect(ascii("x".repeat(1000), 100)).toBe(`${"x".repeat(100)} ... (1000 characters in all)`);
  });

  it("is printable ASCII for any text, quickly", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(ascii(text)).toMatch(ASCII);
        expect(printable(text.slice(0, 5000))).toMatch(ASCII);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe("oneLine", () => {
  it("keeps other scripts and shows what is invisible", () => {
    expect(oneLine("品質 \x1b[31mred\x1b[0m\nzero\u200bwidth \u{e0041}")).toBe(
      "品質 red zero\\u{200b}width \\u{e0041}",
    );
  });

  it("has no control character left for any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(oneLine(text)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/);
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});

describe("clip", () => {
  it("never cuts a surrogate pair in two", () => {
    expect(clip("ab\u{1f600}cd", 3)).toBe("ab ... (6 characters in all)");
  });
});

describe("shortenMiddle", () => {
  it("keeps both ends", () => {
    const short = shortenMiddle("packages/storefront/src/pages/checkout/steps/payment.ts:120", 30);
    expect(short).toHaveLength(30);
    expect(short).toMatch(/^packages.*\.\.\..*payment\.ts:120$/);
  });

  it("never exceeds the width, however small", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat({ max: 40 }), (text, max) => {
        expect(shortenMiddle(text, max).length).toBeLessThanOrEqual(max);
      }),
      { seed: 3 },
    );
  });
});

describe("foldLine", () => {
  it("folds at spaces and indents what follows", () => {
    expect(foldLine("  a  bb ccc dddd", 9, 4)).toEqual(["  a  bb", "    ccc", "    dddd"]);
  });

  it("loses no character but spaces and stays within the width", () => {
    const line = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 200 });
    fc.assert(
      fc.property(line, fc.integer({ min: 10, max: 60 }), fc.nat({ max: 8 }), (text, width, hang) => {
        const folded = foldLine(text, width, hang);
        expect(folded.every((one) => one.length <= width)).toBe(true);
        expect(folded.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      }),
      { numRuns: 500, seed: 4 },
    );
  });
});
