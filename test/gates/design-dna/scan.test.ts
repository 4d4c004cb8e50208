import fc from "fast-check";
import type postcss from "postcss";
import scss from "postcss-scss";
import { describe, expect, it } from "vitest";
import { arbitraryOf, classesOf, colorUtility } from "../../../gates/design-dna/scan/classes.ts";
import { scanCss, selectorOf } from "../../../gates/design-dna/scan/css.ts";
import { factsOf } from "../../../gates/design-dna/scan/facts.ts";
import { scanMarkup } from "../../../gates/design-dna/scan/markup.ts";
import { modeOf } from "../../../gates/design-dna/scan/modes.ts";
import { Lines } from "../../../gates/design-dna/scan/text.ts";
import { isWaived, waiversOf } from "../../../gates/design-dna/scan/waivers.ts";

const NOTHING = { props: new Set<string>(), texts: false };
const siteList = (path: string, kind: Parameters<typeof factsOf>[1], text: string) =>
  factsOf(path, kind, text, NOTHING).sites.map((site) => `${site.prop}: ${site.value}`);

/** Stylesheets with the shapes that trip scanners: comments, strings, interpolation, nesting, url(). */
const value = fc.constantFrom(
  "#fff",
  "1px solid red",
  "url(data:image/png;base64,ab//cd==)",
  '"a;b}"',
  "calc(1px + (2px * 3))",
  "var(--a, rgb(0 0 0 / 10%))",
  "$x * 2",
  "#{$a}px",
  "a, b /* c; */",
  "1px // no\n  2px",
);
const declaration = fc
  .tuple(fc.constantFrom("color", "margin-top", "--x", "$var", "background", "-webkit-mask"), value)
  .map(([prop, text]) => `${prop}: ${text};`);
const sheet = fc.letrec<{ rule: string; item: string }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 3 },
    declaration,
    fc.constant("/* a { b: c; } */"),
    fc.constant("// d: e;\n"),
    fc.constant("@include x($a: 1);"),
    tie("rule"),
  ),
  rule: fc
    .tuple(
      fc.constantFrom("a:hover", "&:not(.b)", ".c > d", "@media (min-width: 1px)", ".#{$n}-x"),
      fc.array(tie("item"), { maxLength: 4 }),
    )
    .map(([head, items]) => `${head} {\n${items.join("\n")}\n}`),
})).rule;

describe("the stylesheet scanner", () => {
  it("sees the declarations postcss-scss sees, at the same offsets", () => {
    fc.assert(
      fc.property(fc.array(sheet, { maxLength: 3 }), (rules) => {
        const text = rules.join("\n");
        const want: string[] = [];
        (scss.parse as unknown as typeof postcss.parse)(text).walkDecls((one) => {
          want.push(`${one.source?.start?.offset}|${one.prop}`);
        });
        const scan = scanCss(text, "scss");
        expect(scan.declarations.map((one) => `${one.from}|${one.prop}`)).toEqual(want);
        expect(scan.unbalanced).toBe(false);
        for (const one of scan.declarations) expect(text.slice(one.start, one.end)).toBe(one.value);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it("never throws and says when braces do not match", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("{", "}", "(", ")", ":", ";", '"', "/", "*", "a", "#", "\n", " "),
        }),
        (text) => {
          expect(scanCss(text, "scss").declarations.length).toBeGreaterThanOrEqual(0);
        },
      ),
      { seed: 5, numRuns: 500 },
    );
    expect(scanCss("a { color: red", "css").unbalanced).toBe(true);
  });

  it("joins nested selectors and leaves layers out", () => {
    const scan = scanCss("@layer base { .a { &:hover { color: red } } }", "css");
    expect(selectorOf(scan, scan.declarations[0]?.rule ?? -1)).toBe(".a:hover");
  });
});

describe("modes of definitions", () => {
  it.each([
    [":root", "", ""],
    [".dark", "", "dark"],
    [":root, .light", "", ""],
    ['[data-theme="high_contrast"]', "", "high-contrast"],
    [".theme-blue .dark", "", "dark"],
    [":root", "@media (prefers-color-scheme: dark)", "dark"],
    [":root", "@media (prefers-contrast: more)", "high-contrast"],
    [":root:not(.dark)", "", ""],
  ])("%s %s is %j", (selector, condition, mode) => {
    expect(modeOf(selector, condition)).toBe(mode);
  });
});

describe("scripts", () => {
  it("follows constants, spreads, conditions, templates and style functions", () => {
    const text = `
      const tone = "#111111"; const base = { paddingTop: 3 };
      const Box = styled.div\`margin: 5px; color: \${tone};\`;
      const sheet = StyleSheet.create({ row: { marginTop: 7, borderRadius: 9 } });
      export const A = ({ on }) => <p style={{ ...base, color: on ? tone : "#222222", lineHeight: 1.5 }} sx={{ p: 2, color: "primary.main" }} />;`;
    expect(siteList("a.tsx", "script", text).sort()).toEqual(
      [
        "border-radius: 9px",
        "color: #111111",
        "color: #222222",
        "color: \ue000\ue000\ue000\ue000\ue000\ue000\ue000",
        "line-height: 1.5",
        "margin-top: 7px",
        "margin: 5px",
        "padding-top: 3px",
      ].sort(),
    );
  });

  it("reads class lists of clsx, cva, arrays, conditions and constants, each once", () => {
    const text = `const shared = "p-[3px]";
      const button = cva("m-[1px]", { variants: { size: { sm: "gap-[2px]" } } });
      const x = <a className={clsx(shared, on && "top-[4px]", { "left-[5px]": off }, ["right-[6px]"])} />;`;
    const facts = factsOf("a.tsx", "script", text, NOTHING);
    const lists = facts.blocks.filter((block) => block.classes !== undefined);
    expect(lists.map((block) => block.classes).sort()).toEqual([
      "gap-[2px]",
      "left-[5px]",
      "m-[1px]",
      "p-[3px]",
      "right-[6px]",
      "top-[4px]",
    ]);
    for (const block of lists)
      expect(text.slice(block.classesAt, (block.classesAt ?? 0) + (block.classes?.length ?? 0))).toBe(
        block.classes,
      );
  });

  it("judges icons of one colour and leaves illustrations alone", () => {
    const path = (color: string) => `<path fill="${color}" />`;
    const icon = `const a = <svg className="i">${path("#111111")}</svg>`;
    const picture = `const a = <svg className="i">${path("#111111")}${path("#222222")}${path("#333333")}</svg>`;
    expect(siteList("a.jsx", "script", icon)).toEqual(["fill: #111111"]);
    expect(siteList("a.jsx", "script", picture)).toEqual([]);
  });

  it("says when a file is not what it claims to be", () => {
    expect(factsOf("a.tsx", "script", 'export {className: "}}"', NOTHING).problem).toContain("not parseable");
  });
});

describe("markup", () => {
  it("keeps braces, quotes and template marks together", () => {
    const text = `<div class="a {on ? 'b' : 'c'}" style={{ x: '}' }} data-x='<b>' @click="go(1 > 2)"><% if (a > b) { %><p :style="{ top: '1px' }">t</p></div>`;
    const names = scanMarkup(text, false).tags.map(
      (tag) => `${tag.name}:${tag.attributes.map((one) => one.name).join(",")}`,
    );
    expect(names).toEqual(["div:class,style,data-x,@click", "p::style"]);
  });

  it("reads style elements, bindings and directives of Vue and Svelte", () => {
    const vue = `<template><p :style="{ marginTop: '6px' }" :class="['p-[1px]']" style="gap: 2px"/></template><style lang="scss">p { a { top: 3px } }</style>`;
    expect(siteList("a.vue", "markup", vue).sort()).toEqual(["gap: 2px", "margin-top: 6px", "top: 3px"]);
    const svelte = `<p style:left="4px" style="color: {on ? '#123456' : x}" />`;
    expect(siteList("a.svelte", "markup", svelte)).toContain("color: #123456");
    expect(siteList("a.svelte", "markup", svelte)).toContain("left: 4px");
  });
});

describe("utility classes", () => {
  it.each([
    ["hover:bg-[#fff]", "background-color", "#fff"],
    ["!-mt-[13px]", "margin", "13px"],
    ["[color:red]", "color", "red"],
    ["shadow-[0_1px_2px_#000]", "box-shadow", "0 1px 2px #000"],
    ["text-[length:var(--x)]", "font-size", "var(--x)"],
    ["data-[a=b]:rounded-t-[3px]", null, null],
  ])("%s", (text, prop, wanted) => {
    const [utility] = [...classesOf(text)];
    const found = utility && arbitraryOf(utility);
    if (prop === null) expect(found?.prop ?? null).toBe("border-radius");
    else expect(found).toMatchObject({ prop, value: wanted });
  });

  it("tells colours by form", () => {
    expect(colorUtility("bg-red-500/50")).toEqual({ kind: "bg", color: "red-500", modifier: "/50" });
    expect(colorUtility("flex")).toBeNull();
  });
});

describe("waiver comments", () => {
  it("cover the line, the next line, or until they are enabled, for the checks they speak of", () => {
    const text = [
      "/* stylelint-disable color-no-hex */",
      "a { color: #fff }",
      "/* stylelint-enable color-no-hex */",
      "// stylelint-disable-next-line primer/spacing -- legacy",
      "b { margin: 3px }",
      "c { top: 1px } // stylelint-disable-line",
      "// eslint-disable-next-line no-console",
      "d { left: 1px }",
    ].join("\n");
    const waivers = waiversOf(text, new Lines(text));
    expect(isWaived(waivers, "palette", 2)).toBe(true);
    expect(isWaived(waivers, "spacing", 2)).toBe(false);
    expect(isWaived(waivers, "palette", 4)).toBe(false);
    expect(isWaived(waivers, "spacing", 5)).toBe(true);
    expect(isWaived(waivers, "palette", 5)).toBe(false);
    expect(isWaived(waivers, "components", 6)).toBe(true);
    expect(isWaived(waivers, "spacing", 8)).toBe(false);
  });
});
