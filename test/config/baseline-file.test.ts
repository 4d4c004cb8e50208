import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareBaseline,
  type Fingerprints,
  fingerprintCount,
  unite,
} from "../../modsquad/config/baseline-file.ts";

const ids = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));
const sets: fc.Arbitrary<Fingerprints> = fc.dictionary(fc.constantFrom("g", "h", "i"), ids);

describe("comparing with the baseline", () => {
  it("puts every fingerprint in exactly one place", () => {
    fc.assert(
      fc.property(sets, sets, fc.subarray(["g", "h", "i"]), (old, found, whole) => {
        const { kept, gone, fresh, unknown } = compareBaseline(old, found, new Set(whole));
        expect(fingerprintCount(kept) + fingerprintCount(gone) + fingerprintCount(unknown)).toBe(
          fingerprintCount(old),
        );
        expect(fingerprintCount(kept) + fingerprintCount(fresh)).toBe(fingerprintCount(found));
        for (const gate of Object.keys(gone)) expect(whole).toContain(gate);
      }),
    );
  });

  it("never grows without what is new, and is stable", () => {
    fc.assert(
      fc.property(sets, sets, (old, found) => {
        const whole = new Set(["g", "h", "i"]);
        const { kept, unknown } = compareBaseline(old, found, whole);
        const next = unite(kept, unknown);
        for (const [gate, list] of Object.entries(next))
          for (const one of list) expect(old[gate]).toContain(one);
        const again = compareBaseline(next, found, whole);
        expect(unite(again.kept, again.unknown)).toEqual(next);
        expect(unite(next, next)).toEqual(unite(next));
      }),
    );
  });
});
