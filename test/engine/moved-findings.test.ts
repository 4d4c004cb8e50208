import { describe, expect, it } from "vitest";
import { createContentKeys, oldFingerprints } from "../../modsquad/engine/moved-findings.ts";
import { folderWith } from "../config/temporary.ts";

const at = (fingerprint: string, path: string, line = 1, ruleId = "rule") => ({
  ruleId,
  fingerprint,
  location: { path, line },
});

/** The entry a baseline has of a finding. */
function entry(root: string, finding: ReturnType<typeof at>): string {
  return `${finding.fingerprint}@${createContentKeys(root)(finding)}`;
}

describe("a finding of the baseline", () => {
  const before = folderWith({ "a.js": "eval(one);\n", "b.js": "eval(two);\n" });
  const entries = [entry(before, at("fa", "a.js")), entry(before, at("fb", "b.js"))];

  it("stays old when its file is renamed, and when it moves within it", () => {
    const after = folderWith({ "c.js": "// new\n\n  eval(one);\n", "b.js": "eval(two);\n" });
    const old = oldFingerprints(entries, [at("fc", "c.js", 3), at("fb", "b.js")], after);
    expect(old.has("fc")).toBe(true);
  });

  it("makes no copy of it old, no other text at its place, and no other rule", () => {
    const copied = folderWith({ "a.js": "eval(one);\n", "c.js": "eval(one);\n" });
    expect(oldFingerprints(entries, [at("fa", "a.js"), at("fc", "c.js")], copied).has("fc")).toBe(false);
    const swapped = folderWith({ "a.js": "eval(other);\n" });
    expect(oldFingerprints(entries, [at("fx", "a.js")], swapped).has("fx")).toBe(false);
    const twice = folderWith({ "c.js": "eval(one);\neval(one);\n" });
    const both = oldFingerprints(entries, [at("fc", "c.js"), at("fd", "c.js", 2)], twice);
    expect([both.has("fc"), both.has("fd")]).toEqual([true, false]);
    const moved = folderWith({ "c.js": "eval(one);\n" });
    expect(oldFingerprints(entries, [at("fc", "c.js", 1, "other")], moved).has("fc")).toBe(false);
  });

  it("is known by its fingerprint alone when the file is of an older version or the text says nothing", () => {
    const root = folderWith({ "a.js": "}\n" });
    expect(createContentKeys(root)(at("f", "a.js"))).toBeNull();
    expect(createContentKeys(root)(at("f", "gone.js"))).toBeNull();
    expect([...oldFingerprints(["fa"], [at("fc", "a.js")], root)]).toEqual(["fa"]);
  });
});
