import { describe, expect, it } from "vitest";
import { readJsonTokens, resolverModes } from "../../../gates/design-dna/dna/json-tokens.ts";
import { find, judge, places, repository, rules, TOKENS, written } from "./helpers.ts";

const value = (checks: { id: string; message: string }[], id: string) =>
  checks.find((one) => one.id === id)?.message ?? "";

describe("where the DNA is read from", () => {
  it("SCSS variables, when nothing stronger speaks", async () => {
    const root = repository({
      "scss/_variables.scss":
        "$brand: #0b5fbd !default;\n$ink: #16212b;\n$line: #c8d1d9;\n$spacer: 8px;\n$spacer-2: $spacer * 2;\n$spacer-3: $spacer * 3;\n$spacer-4: $spacer * 4;\n",
      "scss/a.scss":
        '@use "variables" as v;\n.a { color: $brand; padding: v.$spacer-2; margin: -$spacer; }\n.b { color: #0b5fbd; padding: 1rem; margin: -8px; }\n',
    });
    const { findings } = await judge(root);
    const own = findings.filter((one) => !one.ruleId.startsWith("dead"));
    expect(places(own)).toEqual([
      "palette/literal scss/a.scss:3",
      "spacing/literal scss/a.scss:3",
      "spacing/literal scss/a.scss:3",
    ]);
    expect(own.map(written)).toEqual(["$brand", "$spacer-2", "-$spacer"]);
  });

  it("custom properties speak before SCSS variables, which then count by what they come to", async () => {
    const root = repository({
      "tokens.css": TOKENS,
      "_vars.scss": "$gap: 13px;\n$ok: var(--space-2);\n$deep: $gap;\n",
      "a.scss": ".a { padding: $ok; margin: $deep; gap: map-get((a: 1px), a) }\n",
    });
    const { findings } = await judge(root);
    expect(places(findings.filter((one) => one.ruleId.startsWith("spacing")))).toEqual([
      "spacing/off-scale a.scss:1",
    ]);
  });

  it("loops over a map are right when the map holds tokens, wrong when it holds literals", async () => {
    const root = repository({
      "tokens.css": TOKENS,
      "_maps.scss": "$good: (1: var(--space-1), 2: var(--space-2));\n$bad: (1: 3px, 2: 5px);\n",
      "a.scss": "@each $k, $size in $good { .a-#{$k} { margin: $size } }\n",
      "b.scss":
        "@each $k, $size in $bad { .b-#{$k} { margin: $size } }\n@mixin m($size: 9px) { padding: $size }\n",
    });
    const { findings } = await judge(root);
    expect(places(findings.filter((one) => one.ruleId.startsWith("spacing")))).toEqual([]);
    const alone = repository({
      "tokens.css": TOKENS,
      "_maps.scss": "$bad: (1: 3px, 2: 5px);\n",
      "b.scss": "@each $k, $size in $bad { .b-#{$k} { margin: $size } }\n",
    });
    expect(places((await judge(alone)).findings.filter((one) => one.ruleId.startsWith("spacing")))).toEqual([
      "spacing/off-scale b.scss:1",
    ]);
  });

  it("Tailwind 4: @theme, its utilities, arbitrary values and stock colours", async () => {
    const root = repository({
      "app.css":
        '@import "tailwindcss";\n:root { --background: oklch(1 0 0); --foreground: oklch(0.2 0 0); --primary: oklch(0.6 0.2 250); --muted: oklch(0.97 0 0); --destructive: oklch(0.58 0.24 27); --radius: 10px }\n@theme inline { --color-background: var(--background); --color-foreground: var(--foreground); --color-primary: var(--primary); --color-muted: var(--muted); --color-destructive: var(--destructive); --radius-lg: var(--radius) }\n',
      "a.tsx":
        'const a = <p className="bg-background text-foreground p-4 rounded-lg hover:bg-[oklch(0.6_0.2_250)] mt-[16px] text-[13px] ring-[3px] text-red-600" />;\nconst b = <p className="bg-muted border-primary" />;\nconst c = <p className="text-destructive" />;\n',
    });
    const { findings } = await judge(root);
    expect(places(findings)).toEqual([
      "palette/literal a.tsx:1",
      "palette/stock-color a.tsx:1",
      "radius-shadow/literal a.tsx:1",
      "spacing/literal a.tsx:1",
      "typography/off-scale a.tsx:1",
    ]);
    expect(written(find(findings, "palette/literal"))).toBe("hover:bg-primary");
    expect(written(find(findings, "palette/stock-color"))).toBe("text-destructive");
    expect(written(find(findings, "spacing/literal"))).toBe("mt-4");
    expect(written(find(findings, "radius-shadow/literal"))).toBe("ring-3");
  });

  it("Tailwind 3: the config with channel triples", async () => {
    const root = repository({
      "tailwind.config.js":
        'module.exports = { theme: { extend: { colors: { brand: { DEFAULT: "hsl(var(--brand))", soft: "#eef4ff" } } } } };\n',
      "base.css": ":root { --brand: 210 90% 40%; --ink: 210 30% 12%; --line: 210 15% 80% }\n",
      "a.jsx":
        'const a = <p className="bg-brand-soft p-[16px] bg-[#eef4ff]" style={{ color: "hsl(210 90% 40%)" }} />;\n',
    });
    const { findings } = await judge(root);
    const own = findings.filter((one) => !one.ruleId.startsWith("dead"));
    expect(rules(own)).toEqual(["palette/literal", "palette/literal", "spacing/literal"]);
    expect(own.map(written).sort()).toEqual(["bg-brand-soft", "hsl(var(--brand))", "p-4"]);
  });

  it("design-token JSON of 2025.10 with aliases, groups, modes and a reference", () => {
    const tokens = readJsonTokens(
      "tokens.json",
      JSON.stringify({
        color: {
          $type: "color",
          base: { blue: { $value: { colorSpace: "srgb", components: [0, 0.5, 1] } } },
          brand: { $value: "{color.base.blue}", $extensions: { mode: { dark: "#ffffff" } } },
          link: { $ref: "#/color/brand" },
        },
        space: { $type: "dimension", small: { $value: { value: 4, unit: "px" } } },
        shadow: {
          $type: "shadow",
          one: {
            $value: {
              offsetX: { value: 0, unit: "px" },
              offsetY: { value: 1, unit: "px" },
              blur: { value: 2, unit: "px" },
              spread: { value: 0, unit: "px" },
              color: "#000000",
            },
          },
        },
      }),
    );
    const by = Object.fromEntries(tokens.map((one) => [one.name, one]));
    expect(by["color.base.blue"]?.raw[""]).toBe("rgb(0 128 255 / 1)");
    expect(by["color.brand"]?.raw).toEqual({ "": "{color.base.blue}", dark: "#ffffff" });
    expect(by["color.link"]?.raw[""]).toBe("{color.brand}");
    expect(by["space.small"]).toMatchObject({ css: "var(--space-small)", raw: { "": "4px" } });
    expect(by["shadow.one"]?.raw[""]).toBe("0px 1px 2px 0px #000000");
  });

  it("a resolver document gives its contexts as modes", () => {
    const tokens = readJsonTokens(
      "theme.resolver.json",
      JSON.stringify({
        sets: { base: { sources: [{ ink: { $type: "color", $value: "#111111" } }] } },
        modifiers: {
          theme: {
            default: "light",
            contexts: { light: [], dark: [{ ink: { $type: "color", $value: "#eeeeee" } }] },
          },
        },
        resolutionOrder: [],
      }),
    );
    expect(tokens.map((one) => one.raw)).toEqual([{ "": "#111111" }, { dark: "#eeeeee" }]);
    const refs = {
      modifiers: {
        theme: {
          default: "day",
          contexts: { day: [{ $ref: "day.json" }], night: [{ $ref: "../x/night.json" }] },
        },
      },
    };
    expect([...resolverModes("t/r.json", JSON.stringify(refs))]).toEqual([
      ["t/day.json", ""],
      ["x/night.json", "night"],
    ]);
  });

  it("style-dictionary's older form, written with the prefix the code uses", async () => {
    const root = repository({
      "tokens/color.json": JSON.stringify({
        color: { brand: { value: "#0b5fbd" }, ink: { value: "#16212b" }, line: { value: "#c8d1d9" } },
      }),
      "a.css": ".a { color: #0b5fbd }\n.b { color: #c8d1da }\n",
    });
    const { findings } = await judge(root);
    expect(written(find(findings, "palette/literal"))).toBe("var(--color-brand)");
    expect(find(findings, "palette/off-palette")?.message).toContain("color.line");
  });

  it("theme modules: constants are tokens, other modules' literals are not", async () => {
    const root = repository({
      "theme/colors.ts": 'export const colors = { brand: "#0b5fbd", ink: "#16212b", line: "#c8d1d9" };\n',
      "lib/odd.ts": 'export const ODD = "#abcdef"; export const gap = 3;\n',
      "a.tsx":
        'import { colors } from "./theme/colors";\nimport { ODD } from "./lib/odd";\nconst a = <p style={{ color: colors.brand, backgroundColor: ODD, borderColor: "#c8d1d9" }} />;\n',
    });
    const { findings } = await judge(root);
    expect(places(findings)).toEqual(["palette/literal a.tsx:3", "palette/off-palette a.tsx:3"]);
    expect(find(findings, "palette/off-palette")?.message).toContain("ODD = #abcdef");
  });

  it("token packages in node_modules, over imports and over the dependency's name", async () => {
    const css = ":root { --acme-ink: #16212b; --acme-line: #c8d1d9; --acme-brand: #0b5fbd }\n";
    const files = {
      "package.json": '{"dependencies":{"@acme/tokens":"1"}}',
      "node_modules/@acme/tokens/package.json": "{}",
      "node_modules/@acme/tokens/dist/light.css": css,
      "a.css": ".a { color: #0b5fbd }\n",
    };
    const root = repository(files);
    const { findings, metrics } = await judge(root, { state: root });
    expect(written(find(findings, "palette/literal"))).toBe("var(--acme-brand)");
    expect(metrics.sources).toEqual(["node_modules/@acme/tokens/dist/light.css"]);
    expect(rules(findings)).toEqual(["palette/literal"]);
  });

  it("design-dna.yaml, and says so when it is faulty", async () => {
    const yaml =
      'tokens:\n  color: { ink: "#16212b", brand: { value: "#0b5fbd", roles: [brand] }, line: "#c8d1d9" }\n';
    const good = await judge(repository({ "design-dna.yaml": yaml, "a.css": ".a { color: #0b5fbd }\n" }));
    expect(written(find(good.findings, "palette/literal"))).toBe("var(--color-brand)");
    const bad = await judge(
      repository({ "design-dna.yaml": `${yaml}colour: 1\n`, "a.css": ".a { color: #0b5fbd }\n" }),
    );
    expect(bad.checks.every((one) => one.status === "errored" && one.failureClass === "bad-dna")).toBe(true);
    expect(value(bad.checks, "palette")).toContain('unknown key "colour"');
  });

  it("is errored, never passed, when there is no design at all", async () => {
    const { checks } = await judge(repository({ "a.css": ".a { color: red }\n" }));
    expect(new Set(checks.map((one) => `${one.status} ${one.failureClass}`))).toEqual(
      new Set(["errored no-dna"]),
    );
  });
});

describe("allow-list", () => {
  it("takes every form a token has, and what paints nothing", async () => {
    const root = repository({
      "tokens.css": TOKENS,
      "a.css":
        ".a { color: var(--color-text, #000); margin: 0 auto; padding: calc(var(--space-2) * -1); inset: 10%; width: 37px; border: 1px solid currentColor; background: transparent url(x.png#fff) no-repeat; outline: 1px solid transparent }\n.sr-only { margin: -1px }\n@font-face { font-family: X; src: url(x) }\n",
    });
    expect(places((await judge(root)).findings.filter((one) => !one.ruleId.startsWith("dead")))).toEqual([]);
  });

  it("names a token that is one slip away, and leaves unknown ones of others alone", async () => {
    const root = repository({
      "tokens.css": TOKENS,
      "a.css": ".a { color: var(--color-txet); background: var(--radix-x) }\n",
    });
    const { findings } = await judge(root);
    expect(rules(findings.filter((one) => !one.ruleId.startsWith("dead")))).toEqual([
      "palette/unknown-token",
    ]);
    expect(written(find(findings, "palette/unknown-token"))).toBe("var(--color-text)");
  });

  it("does not judge the copied stylesheet of another project", async () => {
    const root = repository({
      "tokens.css": TOKENS,
      "normalize.css":
        "/*! normalize.css v8.0.1 | MIT License */\nh1 { font-size: 2em; margin: 3px; color: #123456 }\n",
    });
    expect(places((await judge(root)).findings.filter((one) => !one.ruleId.startsWith("dead")))).toEqual([]);
  });
});
