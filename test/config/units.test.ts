import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration, parsePercent } from "../../modsquad/config/units.ts";

describe("parseDuration", () => {
  it.each([
    ["500ms", 500],
    ["60s", 60_000],
    ["2m", 120_000],
    ["1.5h", 5_400_000],
    ["9999h", 2_147_483_647],
  ])("%s is %d ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(["", "60", "0s", "0.0m", "-5s", "5 s", "5S", "s", "1e3s", "1d", "Infinityms"])(
    "%j is none",
    (text) => expect(parseDuration(text)).toBeNull(),
  );

  it("gives every whole number of milliseconds back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_147_483_647 }), (ms) => parseDuration(`${ms}ms`) === ms),
      { seed: 1 },
    );
  });
});

describe("parsePercent", () => {
  it.each([
    ["30%", 30],
    [12.5, 12.5],
    ["0%", 0],
    ["100.0 %", 100],
  ])("%s is %d", (value, percent) => expect(parsePercent(value)).toBe(percent));

  it.each(["30", "101%", "-1%", "%", 101, -1, Number.NaN])("%s is none", (value) =>
    expect(parsePercent(value)).toBeNull(),
  );
});
