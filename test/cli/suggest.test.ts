import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didYouMean, editDistance, suggest } from "../../modsquad/suggest.ts";

const word = fc.string({ unit: fc.constantFrom(..."abcd-"), maxLength: 8 });

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["tiemout", "timeout", 1],
    ["ca", "abc", 3],
    ["quikc", "quick", 1],
  ])("%j to %j is %d", (from, to, distance) => expect(editDistance(from, to)).toBe(distance));

  it("is symmetric, zero only for equal words, and bounded by the longer one", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
      { seed: 5 },
    );
  });
});

describe("suggest", () => {
  const gates = ["repo-audit", "live-flows", "design-dna", "browser", "contract", "infra-health"];

  it.each([
    ["repo-audti", "repo-audit"],
    ["repo_audit", "repo-audit"],
    ["RepoAudit", "repo-audit"],
    ["liveflow", "live-flows"],
    ["brwser", "browser"],
    ["infra", "infra-health"],
    ["design", "design-dna"],
    ["contracts", "contract"],
  ])("takes %s for %s", (typed, meant) => expect(suggest(typed, gates)).toBe(meant));

  it.each(["", "x", "zzz", "kubernetes", "a-completely-other-thing"])("takes %j for nothing", (typed) =>
    expect(suggest(typed, gates)).toBeNull(),
  );

  it("finds the word behind any single slip in a name of six letters or more", () => {
    const slip = fc.tuple(fc.constantFrom(...gates), fc.nat(), fc.constantFrom("drop", "double", "swap"));
    fc.assert(
      fc.property(slip, ([name, position, kind]) => {
        const at = position % (name.length - 1);
        const typed = {
          drop: name.slice(0, at) + name.slice(at + 1),
          double: name.slice(0, at) + name[at] + name.slice(at),
          swap: name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2),
        }[kind];
        expect(suggest(typed, gates)).toBe(name);
      }),
      { seed: 6, numRuns: 500 },
    );
  });

  it("writes a sentence, or nothing", () => {
    expect(didYouMean("brwser", gates)).toBe('Did you mean "browser"? ');
    expect(didYouMean("zzz", gates)).toBe("");
  });
});
