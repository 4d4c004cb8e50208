import { describe, expect, it } from "vitest";
import { FAULTS, provoke, SLOW_FAULTS } from "../../prove/lib/faults.mjs";

/** The table is in prove/lib/faults.mjs: files, how they are broken, exit code, cause and cure. */
describe.concurrent("nothing unchecked passes", () => {
  for (const [name, fault] of Object.entries({ ...SLOW_FAULTS, ...FAULTS })) {
    it(name, { timeout: 120_000 }, async () => {
      const { wrong, text } = await provoke(fault);
      expect(wrong, text).toEqual([]);
    });
  }

  it("covers at least thirty faults", () => {
    expect(Object.keys(FAULTS).length).toBeGreaterThanOrEqual(30);
  });
});
