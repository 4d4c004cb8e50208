import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { judge, places, temporary } from "./helpers.ts";

const SHOP = new URL("../../../examples/storefront/", import.meta.url).pathname;

function variant(name: string): string {
  const folder = join(temporary(), name);
  execFileSync(process.execPath, [join(SHOP, "variant.mjs"), name, folder], { stdio: "pipe" });
  return folder;
}

describe("the storefront", () => {
  it("is clean when healthy", async () => {
    const { checks, findings } = await judge(variant("healthy"));
    expect(places(findings)).toEqual([]);
    expect(checks.every((one) => one.status === "passed" && one.examined > 0)).toBe(true);
  });

  it("shows every seeded defect when broken", async () => {
    const { findings } = await judge(variant("broken"));
    const seeded = (
      JSON.parse(readFileSync(join(SHOP, "defects.json"), "utf8")) as {
        gate: string;
        rule: string;
        file: string;
      }[]
    ).filter((one) => one.gate === "design-dna");
    expect(seeded.length).toBeGreaterThanOrEqual(6);
    const found = new Set(findings.map((one) => `${one.ruleId} ${one.location?.path}`));
    expect(seeded.map((one) => `${one.rule} ${one.file}`).filter((one) => !found.has(one))).toEqual([]);
  });
});
