import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXACT_LIMIT, splitLoss } from "../../modsquad/risk/attribution.ts";
import { survivors } from "../../modsquad/risk/survivors.ts";
import { fullSize } from "../full-size.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const losing = (max: number) =>
  fc.array(
    fc.tuple(share, share).map(([a, b]) => ({ actual: Math.max(a, b), full: Math.min(a, b) })),
    { minLength: 1, maxLength: max },
  );
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

function lossOf(
  gates: readonly { actual: number; full: number }[],
  intact: readonly number[],
  rho: number,
): number {
  const all = (pick: "actual" | "full") => survivors([...intact, ...gates.map((gate) => gate[pick])], rho);
  return all("actual") - all("full");
}

describe("survivors", () => {
  it("are everything without a gate, and between independence and the best gate alone otherwise", () => {
    expect(survivors([], 0.2)).toBe(1);
    expect(survivors([0.5, 0.4], 0)).toBeCloseTo(0.2, 12);
    expect(survivors([0.5, 0.4], 1)).toBeCloseTo(0.4, 12);
    expect(survivors([0.5, 0.4], 0.2)).toBeCloseTo(0.8 * 0.2 + 0.2 * 0.4, 12);
  });
});

describe("the split of a loss", () => {
  it("sums to the loss, exact or proportional", () => {
    fc.assert(
      fc.property(losing(15), fc.array(share, { maxLength: 3 }), share, (gates, intact, rho) => {
        const parts = splitLoss(gates, intact, rho);
        expect(parts).toHaveLength(gates.length);
        expect(sum(parts)).toBeCloseTo(lossOf(gates, intact, rho), 10);
        for (const part of parts) expect(part).toBeGreaterThanOrEqual(-1e-12);
      }),
      { numRuns: fullSize(1000), seed: 20261121 },
    );
  });

  it("is by hand, for two gates: half of what each adds first and last", () => {
    // ρ = 0: v(a) = 1·0.4 − 0.2, v(b) = 0.5·1 − 0.2, v(ab) = 1 − 0.2.
    const parts = splitLoss(
      [
        { actual: 1, full: 0.5 },
        { actual: 1, full: 0.4 },
      ],
      [],
      0,
    );
    expect(parts[0]).toBeCloseTo((0.2 + (0.8 - 0.3)) / 2, 12);
    expect(parts[1]).toBeCloseTo((0.3 + (0.8 - 0.2)) / 2, 12);
  });

  it("treats equal gates alike and gives a gate without loss nothing", () => {
    const same = splitLoss(
      [
        { actual: 0.9, full: 0.4 },
        { actual: 0.9, full: 0.4 },
        { actual: 0.7, full: 0.7 },
      ],
      [0.8],
      0.2,
    );
    expect(same[0]).toBeCloseTo(same[1]!, 12);
    expect(
      splitLoss(
        [
          { actual: 0.9, full: 0.4 },
          { actual: 0.7, full: 0.7 },
        ],
        [],
        0,
      )[1],
    ).toBeCloseTo(0, 12);
  });

  it("goes beyond the limit by what each would cost alone", () => {
    const many = Array.from({ length: EXACT_LIMIT + 1 }, (_, i) => ({
      actual: 1,
      full: i === 0 ? 0.5 : 0.9,
    }));
    const parts = splitLoss(many, [], 0);
    const base = 0.5 * 0.9 ** EXACT_LIMIT;
    const alone = [0.9 ** EXACT_LIMIT - base, base / 0.9 - base];
    expect(parts[0]! / parts[1]!).toBeCloseTo(alone[0]! / alone[1]!, 9);
    expect(sum(parts)).toBeCloseTo(1 - base, 10);
  });

  it("divides evenly when every gate alone would cost nothing", () => {
    const blind = Array.from({ length: EXACT_LIMIT + 1 }, () => ({ actual: 1, full: 0 }));
    for (const part of splitLoss(blind, [], 0)) expect(part).toBeCloseTo(1 / blind.length, 12);
  });
});
