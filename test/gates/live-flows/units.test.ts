import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mismatch, readMatcher } from "../../../gates/live-flows/matcher.ts";
import { isSensitiveName, Secrets } from "../../../gates/live-flows/secrets.ts";
import {
  compares,
  parseComparison,
  parseLatency,
  parseSize,
  quantile,
} from "../../../gates/live-flows/units.ts";
import type { Json } from "../../../modsquad/contracts/words.ts";

const RUNS = { numRuns: 500, seed: 20261121 };

describe("thresholds", () => {
  test.each([
    ["< 2000ms", { statistic: "p95", comparison: "<", boundMs: 2000, relative: null }],
    ["p50 <= 1.5s", { statistic: "p50", comparison: "<=", boundMs: 1500, relative: null }],
    [" max < 3 s ", { statistic: "max", comparison: "<", boundMs: 3000, relative: null }],
    [
      "<= +20% of median of last 10",
      {
        statistic: "p95",
        comparison: "<=",
        boundMs: Number.POSITIVE_INFINITY,
        relative: { percent: 20, of: "median", last: 10 },
      },
    ],
  ])("%s", (text, expected) => expect(parseLatency(text)).toEqual(expected));
  test.each([
    "2000ms",
    "<= 20% of median of last 10",
    "<= +20% of mean of last 10",
    "> 5ms",
    "< 5",
    "p42 < 5ms",
    "< fast",
    "",
    "< 1h",
  ])("%j is none", (text) => expect(parseLatency(text)).toBeNull());

  test.each([
    ["< 100kb", { comparison: "<", bound: 100_000 }],
    [">= 1KiB", { comparison: ">=", bound: 1024 }],
    ["12", { comparison: "==", bound: 12 }],
    ["1.5 mb", { comparison: "==", bound: 1_500_000 }],
  ])("size %s", (text, expected) => expect(parseSize(text)).toEqual(expected));
  test.each(["", "kb", "< -1kb", "10 gb"])("size %j is none", (text) => expect(parseSize(text)).toBeNull());

  test("a comparison means what the operator says", () => {
    const operators = {
      "<": (a: number, b: number) => a < b,
      ">=": (a: number, b: number) => a >= b,
      "!=": (a: number, b: number) => a !== b,
    };
    fc.assert(
      fc.property(fc.constantFrom("<", ">=", "!="), fc.integer(), fc.integer(), (operator, value, bound) => {
        const parsed = parseComparison(`${operator} ${bound}`);
        expect(parsed && compares(value, parsed)).toBe(operators[operator as "<"](value, bound));
      }),
      RUNS,
    );
  });
});

describe("quantile", () => {
  test("known values", () => {
    const samples = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(quantile(samples, 0.5)).toBe(10);
    expect(quantile(samples, 0.95)).toBe(19);
    expect(quantile(samples, 1)).toBe(20);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });

  test("is a sample that at least q of the samples do not exceed", () => {
    const samples = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(samples, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, q) => {
        const found = quantile(values, q)!;
        expect(values).toContain(found);
        expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(
          q * values.length - 1e-9,
        );
      }),
      RUNS,
    );
  });
});

describe("matchers", () => {
  const matches = (values: Json[], expected: Json) => {
    const read = readMatcher(expected);
    if (!read.ok) throw new Error(read.message);
    return mismatch(values, read.matcher) === null;
  };

  test("any JSON value equals itself, whatever it looks like", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(matches([value as Json], { equals: value as Json })).toBe(true);
      }),
      RUNS,
    );
  });

  test("an assertion about no value holds only when absence was asked for", () => {
    const expected = fc.oneof(
      fc.constantFrom<Json[]>("> 0", "x", 3, null, true, [1]),
      fc.constantFrom<Json[]>(
        { type: "string" },
        { matches: "." },
        { length: 0 },
        { equals: {} },
        { exists: true },
        { lt: 3 },
      ),
    );
    fc.assert(
      fc.property(expected, (one) => {
        expect(matches([], one)).toBe(false);
      }),
      RUNS,
    );
    expect(matches([], { exists: false })).toBe(true);
    expect(matches([], { count: 0 })).toBe(true);
  });

  test("every value has to match, not just one", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1 }), (values) => {
        expect(matches(values, "> 0")).toBe(values.every((value) => value > 0));
      }),
      RUNS,
    );
  });
});

describe("secrets", () => {
  test("no form of an added value survives", () => {
    const value = fc
      .string({ minLength: 3, maxLength: 40 })
      .filter((text) => text.trim().length >= 3 && !"***".includes(text.trim()));
    fc.assert(
      fc.property(value, value, (one, other) => {
        const secrets = new Secrets();
        secrets.add(one);
        secrets.add(other);
        const text = `a ${one} b ${encodeURIComponent(one)} c ${JSON.stringify(one)} d ${other}`;
        const masked = secrets.mask(text);
        for (const secret of [one.trim(), other.trim()]) {
          // What is left may only be what the words around it and the mask themselves are made of.
          if (!'a *** b *** c "***" d ***'.includes(secret) && !/^[ abcd*"]*$/.test(secret))
            expect(masked).not.toContain(secret);
        }
      }),
      RUNS,
    );
  });

  test.each(["Authorization", "X-API-Key", "access_token", "password", "Cookie", "client_secret", "sig"])(
    "%s",
    (name) => expect(isSensitiveName(name)).toBe(true),
  );
  test.each(["accept", "content-type", "q", "page", "x-request-id", "monkey"])("not %s", (name) =>
    expect(isSensitiveName(name)).toBe(false),
  );
});
