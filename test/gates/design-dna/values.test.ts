import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  colorDistance,
  contrastRatio,
  hexOf,
  over,
  parseColor,
  parseTriple,
} from "../../../gates/design-dna/color.ts";
import { categoryOf, rolesOf } from "../../../gates/design-dna/dna/categories.ts";
import { evaluate } from "../../../gates/design-dna/dna/expression.ts";
import { wordsOf } from "../../../gates/design-dna/scan/text.ts";
import { atomsOf, valueKey } from "../../../gates/design-dna/values.ts";

const color = (text: string) => {
  const parsed = parseColor(text);
  if (!parsed) throw new Error(`no colour: ${text}`);
  return parsed;
};

describe("colours", () => {
  it.each(["#0b5fbd", "#0B5FBDFF", "rgb(11 95 189)", "rgba(11, 95, 189, 1)", "rgb(11, 95, 189, 100%)"])(
    "%s is one colour",
    (text) => {
      expect(hexOf(color(text))).toBe("#0b5fbd");
    },
  );

  it("reads every notation of CSS Color 4, and nothing else", () => {
    for (const text of [
      "hsl(210deg 50% 50%)",
      "oklch(0.6 0.1 250 / 50%)",
      "lab(50% 20 30)",
      "hwb(20 10% 10%)",
      "color(display-p3 1 0 0)",
      "rebeccapurple",
    ])
      expect(parseColor(text)).not.toBeNull();
    for (const text of ["#12345", "#ggg", "red1", "rgb(var(--x))", "url(#fff)"])
      expect(parseColor(text)).toBeNull();
  });

  it("measures contrast as WCAG does", () => {
    expect(contrastRatio(color("#000"), color("#fff"))).toBeCloseTo(21, 5);
    expect(contrastRatio(color("#777"), color("#fff"))).toBeCloseTo(4.48, 2);
  });

  it("is a distance: zero to itself, symmetric, larger for half the opacity", () => {
    const channel = fc.integer({ min: 0, max: 255 });
    const any = fc.record({ r: channel, g: channel, b: channel, a: fc.constantFrom(1, 0.5) });
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(colorDistance(a, a)).toBe(0);
        expect(colorDistance(a, b)).toBeCloseTo(colorDistance(b, a), 6);
      }),
      { seed: 3, numRuns: 200 },
    );
    expect(colorDistance(color("#00000080"), color("#000"))).toBeGreaterThan(20);
  });

  it("agrees with a published CIEDE2000 pair and composites as browsers do", () => {
    // Lab (50, 2.5, 0) and (50, 0, -2.5) of Sharma, Wu, Dalal (2005), table 1: 4.3065.
    expect(colorDistance(color("lab(50 2.5 0)"), color("lab(50 0 -2.5)"))).toBeCloseTo(4.3, 0);
    expect(hexOf(over(color("#00000080"), color("#ffffff")))).toBe("#7f7f7f");
  });

  it("reads channel triples", () => {
    expect(parseTriple("210 50% 50%")?.space).toBe("hsl");
    expect(parseTriple("255, 0, 10")?.space).toBe("rgb");
    expect(parseTriple("1px 2px 3px")).toBeNull();
  });
});

describe("values", () => {
  it("keeps exact offsets of every atom", () => {
    const values = [
      "0 1px 2px rgb(0 0 0 / 20%), inset 0 0 0 1px var(--x)",
      "calc(100% - #{$a} * 2)",
      "12px/1.5 'A B', serif",
      "-$x 4px",
      "${x}",
    ];
    for (const text of values)
      for (const atom of atomsOf(text)) expect(text.slice(atom.start, atom.end)).toBe(atom.text);
  });

  it.each([
    ["1rem", "16px"],
    ["0 1PX 2px #FFF", "0 1px 2px #ffffff"],
    ["rgba(0,0,0,.5)", "#00000080"],
    ["'A',B", '"A", B'],
    ["0px", "0"],
  ])("%s equals %s", (a, b) => {
    expect(valueKey(a)).toBe(valueKey(b));
  });

  it("does not look into url(), easing and map lookups", () => {
    expect(atomsOf("url(a.png#fff 3px)").filter((atom) => atom.kind === "dim")).toEqual([]);
    expect(atomsOf("map-get($a, 3px)").filter((atom) => atom.kind === "dim")).toEqual([]);
  });
});

describe("arithmetic", () => {
  it.each([
    ["8px * 2", "16px"],
    ["calc(1rem + 4px)", "20px"],
    ["(4px + 4px) / 2", "4px"],
    ["16px + 0.5rem * 2", "32px"],
  ])("%s is %s", (text, wanted) => {
    expect(evaluate(text)).toBe(wanted);
  });

  it("leaves alone what is no single length", () => {
    for (const text of ["1px 2px", "1px + 2em", "calc(100% - 2px)", "a * 2", "1px -2px", "4px"])
      expect(evaluate(text)).toBeNull();
  });

  it("sums as numbers do", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 2, maxLength: 6 }), (numbers) => {
        expect(evaluate(numbers.map((one) => `${one}px`).join(" + "))).toBe(
          `${numbers.reduce((a, b) => a + b, 0)}px`,
        );
      }),
      { seed: 9, numRuns: 100 },
    );
  });
});

describe("what a token is for", () => {
  it.each([
    ["--space-4", "16px", "spacing"],
    ["--borderRadius-medium", "0.375rem", "radius"],
    ["--border-width-thin", "1px", "borderWidth"],
    ["$font-size-small", "12px", "fontSize"],
    ["--base-text-weight-bold", "600", "fontWeight"],
    ["--line-height-tight", "1.25", "lineHeight"],
    ["--shadow-1", "0 1px 2px #000", "shadow"],
    ["--fontStack-mono", "Menlo, monospace", "fontFamily"],
    ["--bgColor-muted", "#f6f8fa", "color"],
    ["--breakpoint-md", "768px", "breakpoint"],
    ["--duration-fast", "80ms", "motion"],
  ])("%s is %s", (name, value, category) => {
    expect(categoryOf(wordsOf(name), value)).toBe(category);
  });

  it("takes roles from names and siblings", () => {
    const none = new Set<string>();
    expect(rolesOf(wordsOf("--fgColor-muted"), none)).toEqual(["text"]);
    expect(rolesOf(wordsOf("--button-primary-bgColor-hover"), none)).toEqual(["surface", "brand"]);
    expect(rolesOf(wordsOf("--borderColor-danger"), none)).toEqual(["border", "danger"]);
    expect(rolesOf(wordsOf("--primary"), new Set(["primary-foreground"]))).toEqual(["surface", "brand"]);
    expect(rolesOf(wordsOf("--color-on-brand"), none)).toContain("text");
  });
});
