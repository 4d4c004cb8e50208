import { describe, expect, it } from "vitest";
import { numberIn } from "../../../gates/browser/live-data/numbers.ts";

describe("numbers as pages write them", () => {
  it.each([
    ["$49.00", 49, 0.005],
    ["$1,234.50", 1234.5, 0.005],
    ["1.234,50 €", 1234.5, 0.005],
    ["1 234,5 kr", 1234.5, 0.05],
    ["1,234", 1234, 0.5],
    ["12,5 %", 12.5, 0.05],
    ["1.234.567", 1234567, 0.5],
    ["−0.83%", -0.83, 0.005],
    ["-3 pieces", -3, 0.5],
    ["+0.20%", 0.2, 0.005],
    ["CHF 1’250.00", 1250, 0.005],
    ["0 in your cart", 0, 0.5],
    ["You have 7.", 7, 0.5],
  ])("%s is %d", (text, value, half) => {
    const read = numberIn(text);
    expect(read?.value).toBeCloseTo(value, 9);
    expect(read?.half).toBeCloseTo(half, 9);
  });
  it.each(["", "no price", "–", "."])("%j holds none", (text) => expect(numberIn(text)).toBeNull());
});
