import { describe, expect, it } from "vitest";
import { parseCondition } from "../../../gates/design-dna/checks/components.ts";
import { find, judge, places, repository, rules, TOKENS, written } from "./helpers.ts";

const only = (check: string) => ({ checks: [check] });

describe("glass", () => {
  const dna = "glass: { below: 0.95, blur: 8px, except: [.tint] }\n";
  it("demands the backdrop, and the reverse", async () => {
    const root = repository({
      "tokens.css": TOKENS,
      "design-dna.yaml": dna,
      "a.css":
        ".ok { background: rgb(255 255 255 / 60%); backdrop-filter: blur(10px) }\n.none { background: rgb(255 255 255 / 60%) }\n.weak { background: rgb(255 255 255 / 60%); backdrop-filter: blur(2px) }\n.solid { background: #fff; backdrop-filter: blur(9px) }\n.tint { background: rgb(0 0 0 / 50%) }\n.faint { background: rgb(0 0 0 / 4%) }\n",
    });
    const { findings } = await judge(root, only("glass"));
    expect(places(findings)).toEqual([
      "glass/missing-backdrop a.css:2",
      "glass/missing-backdrop a.css:3",
      "glass/opaque-surface a.css:4",
    ]);
    expect(written(find(findings, "glass/missing-backdrop", ".none"))).toBe("; backdrop-filter: blur(8px)");
  });

  it("looked and found no rule: passed, and says so", async () => {
    const { checks } = await judge(
      repository({ "tokens.css": TOKENS, "a.css": "a { color: var(--color-text) }" }),
      only("glass"),
    );
    expect(checks[0]).toMatchObject({ status: "passed", planned: 2, examined: 2 });
    expect(checks[0]?.message).toContain("no rule for glass");
  });
});

describe("typography", () => {
  it("compares line heights in pixels with such, and factors with factors", async () => {
    const root = repository({
      "tokens.css":
        ":root { --leading-tight: 1.25; --leading-loose: 2; --leading-button: 20px; --leading-input: 40px }",
      "a.css": ".a { line-height: 44px }\n.b { line-height: 1.3 }\n",
    });
    const { findings } = await judge(root, only("typography"));
    expect(findings.map(({ message }) => message.replace(/^.* is no token; /, ""))).toEqual([
      "nearest: --leading-input (px off by 4), --leading-button (px off by 24)",
      "nearest: --leading-tight (off by 0.05), --leading-loose (off by 0.7)",
    ]);
  });
});

describe("contrast", () => {
  const tokens =
    ":root { --surface: #ffffff; --text: #767676; --text-soft: #999999; --brand: #0b5fbd; --on-brand: #ffffff }\n.dark { --surface: #111111; --text: #eeeeee; --text-soft: #777777; --brand: #7db4f5; --on-brand: #ffffff }\n";
  it("judges pairs in one rule and pairs names promise, in every mode", async () => {
    const root = repository({
      "tokens.css": tokens,
      "a.css":
        ".ok { color: var(--text); background: var(--surface) }\n.bad { color: var(--text-soft); background-color: var(--surface) }\n.large { color: var(--text-soft); background: var(--surface); font-size: 32px }\n.off:disabled { color: var(--text-soft); background: var(--surface) }\n",
    });
    const { findings } = await judge(root, only("contrast"));
    expect(places(findings)).toEqual(
      ["contrast/pair a.css:2", "contrast/pair a.css:3", "contrast/token-pair tokens.css:2"]
        .sort((a, b) => (a < b ? -1 : 1))
        .map((one) => one.replace("tokens.css:2", "tokens.css:1")),
    );
    expect(find(findings, "contrast/pair", ".bad")?.message).toMatch(/2\.85:1, 4\.22:1 in dark/);
    expect(find(findings, "contrast/pair", ".large")?.message).toContain("3:1");
    expect(find(findings, "contrast/token-pair")?.message).toContain("in dark");
  });

  it("is errored when the DNA declares a pair of tokens it does not have", async () => {
    const root = repository({
      "tokens.css": tokens,
      "design-dna.yaml": "contrast: [{ text: --text, surface: --nowhere }]\n",
    });
    const { checks } = await judge(root, only("contrast"));
    expect(checks[0]).toMatchObject({ status: "errored", failureClass: "unknown-token" });
  });
});

describe("dead-tokens", () => {
  const files = {
    "tokens.css": `${TOKENS}:root.dark { --color-brand: #7db4f5 }\n`,
    "a.css":
      ".a { color: var(--color-text); border-color: var(--color-border); background: var(--color-surface); margin: var(--space-1) var(--space-2) var(--space-3) var(--space-4) }\n",
    "b.php": "<b style='gap: var(--space-5)'>",
  };
  it("names what nothing uses, other languages included, and takes every mode out", async () => {
    const { findings } = await judge(repository(files), only("dead-tokens"));
    expect(findings.map((one) => one.message.split(" ")[0])).toEqual([
      "--color-brand",
      "--radius-sm",
      "--radius-lg",
      "--text-sm",
      "--text-md",
      "--text-lg",
    ]);
    expect(find(findings, "dead-tokens/unused", "--color-brand")?.fix?.edits).toHaveLength(2);
  });

  it("abstains where others may use the tokens, and keeps what it is told to keep", async () => {
    const published = await judge(
      repository({ ...files, "package.json": '{"name":"x","exports":"./tokens.css"}' }),
      only("dead-tokens"),
    );
    expect(published.findings).toEqual([]);
    expect(published.checks[0]?.message).toContain("abstained");
    const kept = await judge(repository(files), {
      ...only("dead-tokens"),
      options: { checks: { "dead-tokens": { keep: ["--text-*", "--radius-*"] } } },
    });
    expect(kept.findings).toHaveLength(1);
  });
});

describe("components", () => {
  it("reads conditions", () => {
    expect(parseCondition(">= 2.5rem")).toEqual({ kind: "least", px: 40 });
    expect(parseCondition("one of a, b")).toEqual({ kind: "is", values: ["a", "b"] });
    expect(parseCondition("token(radius-*)")).toEqual({ kind: "token", glob: "radius-*" });
    expect(parseCondition("!= none")).toEqual({ kind: "not", values: ["none"] });
  });

  it("holds a Button to 40 px, wherever it is written", async () => {
    const root = repository({
      "tokens.css": TOKENS,
      "design-dna.yaml":
        'components:\n  Button: { match: [.btn, Button], rules: { min-height: ">= 40px", border-radius: "token(radius-*)" } }\n  Chip: { match: [.chip], rules: { height: ">= 24px" } }\n',
      "a.css":
        ".btn { min-height: 44px; border-radius: var(--radius-sm) }\n.btn.small { height: 32px }\n.x .btn:hover { border-radius: 3px }\n.chip { color: var(--color-text) }\n.btn-group { height: 1px }\n",
      "b.tsx":
        'const a = <Button style={{ height: 30 }} />; const b = <Button className="h-8" />; const c = <Button className="h-10" />; const d = <Other className="h-8" />;\n',
      "tailwind.config.js": "module.exports = { theme: {} };",
    });
    const { findings } = await judge(root, only("components"));
    expect(places(findings)).toEqual([
      "components/button-border-radius a.css:3",
      "components/button-min-height a.css:2",
      "components/button-min-height b.tsx:1",
      "components/button-min-height b.tsx:1",
      "components/chip-height a.css:4",
    ]);
    expect(written(find(findings, "components/button-min-height", "h-8"))).toBe("h-10");
    expect(written(find(findings, "components/chip-height"))).toBe(" height: 24px;");
  });
});

describe("branding", () => {
  it("spells names right in text and attributes, not in addresses", async () => {
    const root = repository({
      "tokens.css": TOKENS,
      "design-dna.yaml":
        "branding: { names: [{ right: GitBox }], logo: { files: [brand/logo.svg], alt: GitBox } }\n",
      "index.html":
        '<a href="https://gitbox.example">Gitbox and GitBox at gitbox.example/x</a><img src="/brand/logo.svg" alt="GitBox"><img src="/img/logo-old.png" alt="GITBOX">',
    });
    const { findings } = await judge(root, only("branding"));
    expect(rules(findings)).toEqual(["branding/logo-file", "branding/name", "branding/name"]);
    expect(findings.filter((one) => one.ruleId === "branding/name").map(written)).toEqual([
      "GitBox",
      "GitBox",
    ]);
  });
});

describe("waiver comments", () => {
  const files = {
    "tokens.css": TOKENS,
    "a.css": "/* stylelint-disable-next-line color-no-hex */\n.a { color: #ff00aa }\n.b { color: #ff00ab }\n",
  };
  it("are honoured and counted, or ignored on request", async () => {
    const honoured = await judge(repository(files), only("palette"));
    expect(places(honoured.findings)).toEqual(["palette/off-palette a.css:3"]);
    expect(honoured.metrics.waived).toBe(1);
    const ignored = await judge(repository(files), {
      ...only("palette"),
      options: { waiverComments: "ignore" },
    });
    expect(places(ignored.findings)).toEqual(["palette/off-palette a.css:2", "palette/off-palette a.css:3"]);
  });
});

describe("fingerprints", () => {
  it("stay when lines move and files move, and change with the value", async () => {
    const prints = async (files: Record<string, string>) =>
      (await judge(repository({ "tokens.css": TOKENS, ...files }), only("palette"))).findings.map(
        (one) => one.fingerprint,
      );
    const first = await prints({ "a.css": ".a { color: #ff00aa }\n" });
    expect(await prints({ "deep/a.css": "\n\n.a { top: 0; color: #FF00AA }\n" })).toEqual(first);
    expect(await prints({ "a.css": ".a { color: #ff00ab }\n" })).not.toEqual(first);
    const twice = await prints({ "a.css": ".a { color: #ff00aa; fill: #ff00aa }\n.a { color: #ff00aa }\n" });
    expect(new Set(twice).size).toBe(3);
  });
});
