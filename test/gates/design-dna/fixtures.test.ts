import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../gates/design-dna/fixes.ts";
import { scanCss } from "../../../gates/design-dna/scan/css.ts";
import { parseScript } from "../../../gates/design-dna/scan/script.ts";
import type { FixEdit } from "../../../modsquad/contracts/gate.ts";
import { find, judge, places, rules, temporary, written } from "./helpers.ts";

const FIXTURES = new URL("../../../gates/design-dna/fixtures/", import.meta.url).pathname;

function copy(name: string): string {
  const root = temporary();
  cpSync(join(FIXTURES, name), root, { recursive: true });
  return root;
}

function apply(root: string, edits: readonly FixEdit[]): void {
  const byPath = new Map<string, FixEdit[]>();
  for (const edit of edits) {
    const own = byPath.get(edit.path) ?? [];
    if (!own.some((one) => edit.start < one.end && one.start < edit.end)) own.push(edit);
    byPath.set(edit.path, own);
  }
  for (const [path, own] of byPath)
    writeFileSync(join(root, path), applyEdits(readFileSync(join(root, path), "utf8"), own));
}

describe("the fixtures", () => {
  it("finds nothing in the good one and examines every check", async () => {
    const { checks, findings } = await judge(join(FIXTURES, "good"));
    expect(places(findings)).toEqual([]);
    expect(checks).toHaveLength(9);
    for (const check of checks) expect(check).toMatchObject({ status: "passed", planned: 4, examined: 4 });
  });

  it("finds every defect of the bad one, in every language", async () => {
    const { findings, metrics } = await judge(join(FIXTURES, "bad"));
    const found = places(findings.filter((one) => !one.ruleId.startsWith("dead-tokens")));
    expect(found).toEqual([
      "branding/forbidden src/card.jsx:19",
      "branding/logo-alt src/card.jsx:18",
      "branding/logo-size src/card.jsx:18",
      "branding/name index.html:3",
      "branding/name src/card.jsx:19",
      "components/button-min-height src/app.scss:22",
      "contrast/token-pair src/tokens.css:8",
      "glass/missing-backdrop src/app.scss:28",
      "palette/literal src/app.scss:10",
      "palette/literal src/card.jsx:17",
      "palette/literal src/card.jsx:21",
      "palette/off-palette index.html:4",
      "palette/off-palette src/app.scss:12",
      "palette/off-palette src/card.jsx:10",
      "palette/off-palette src/card.jsx:12",
      "palette/off-palette src/card.jsx:6",
      "palette/off-palette src/panel.vue:2",
      "palette/off-palette src/panel.vue:8",
      "palette/off-palette src/row.svelte:4",
      "palette/off-palette src/row.svelte:6",
      "palette/unknown-token src/app.scss:32",
      "radius-shadow/off-scale src/app.scss:11",
      "radius-shadow/off-scale src/app.scss:9",
      "radius-shadow/off-scale src/card.jsx:17",
      "radius-shadow/off-scale src/card.jsx:7",
      "spacing/literal src/app.scss:7",
      "spacing/off-scale src/app.scss:8",
      "spacing/off-scale src/card.jsx:11",
      "spacing/off-scale src/card.jsx:17",
      "spacing/off-scale src/card.jsx:7",
      "spacing/off-scale src/panel.vue:5",
      "spacing/off-scale src/panel.vue:5",
      "spacing/off-scale src/row.svelte:4",
      "spacing/off-scale src/row.svelte:4",
      "spacing/unknown-token src/app.scss:33",
      "typography/off-family src/app.scss:13",
      "typography/off-scale src/app.scss:14",
      "typography/off-scale src/app.scss:15",
    ]);
    expect(metrics.waived).toBe(1);
    expect(findings.every((one) => (one.fix?.edits?.length ?? 0) > 0)).toBe(true);
  });

  it("proposes the equal token first, else the nearest with its distance", async () => {
    const { findings } = await judge(join(FIXTURES, "bad"));
    expect(written(find(findings, "palette/literal", "$brand"))).toBe("var(--color-brand)");
    expect(written(find(findings, "spacing/literal", "16px"))).toBe("var(--space-4)");
    expect(find(findings, "palette/off-palette", "#0c60be")?.message).toContain("--color-brand (ΔE 0.36)");
    expect(written(find(findings, "contrast/token-pair"))).toBe("#c8def8");
  });

  it("gives edits that leave none of those findings, no parse error, and nothing to do the second time", async () => {
    const root = copy("bad");
    for (let round = 0; round < 6; round += 1) {
      const { findings } = await judge(root);
      const edits = findings
        .filter((one) => !one.ruleId.startsWith("dead-tokens"))
        .flatMap((one) => one.fix?.edits ?? []);
      if (edits.length === 0) break;
      apply(root, edits);
    }
    const { findings } = await judge(root);
    expect(rules(findings.filter((one) => !one.ruleId.startsWith("dead-tokens")))).toEqual([]);
    expect(scanCss(readFileSync(join(root, "src/app.scss"), "utf8"), "scss").unbalanced).toBe(false);
    const script = readFileSync(join(root, "src/card.jsx"), "utf8");
    expect(parseScript("card.jsx", script).broken).toBe(false);
  });

  it("reports the same bytes twice, and the same from the cache", async () => {
    const state = temporary();
    const cold = await judge(join(FIXTURES, "bad"), { state });
    const warm = await judge(join(FIXTURES, "bad"), { state });
    const apart = await judge(join(FIXTURES, "bad"));
    expect(JSON.stringify(warm.findings)).toBe(JSON.stringify(cold.findings));
    expect(JSON.stringify(apart.findings)).toBe(JSON.stringify(cold.findings));
  });
});
