/** glass: a translucent surface has the backdrop the DNA demands, and a backdrop stands behind glass only. */
import type { Rgba } from "../color.ts";
import { matcher } from "../files.ts";
import { type Bench, report } from "../judge-report.ts";
import { colorIn, lastOf, sitesByBlock, tokenOf } from "../paint.ts";
import { classesOf, colorUtility } from "../scan/classes.ts";
import type { Block, GlassRule, Site } from "../types.ts";

const SURFACE = ["background-color", "background"];
const BACKDROP = ["backdrop-filter", "-webkit-backdrop-filter"];

function blurOf(bench: Bench, value: string): number | null {
  const inner = /blur\(([^()]*(?:\([^()]*\))?[^()]*)\)/.exec(value)?.[1];
  if (inner === undefined) return /none/.test(value) ? 0 : null;
  const token = tokenOf(bench, inner);
  const number = Number.parseFloat(token ? (token.values[""] ?? "") : inner);
  return Number.isFinite(number) ? (/rem/.test(token?.values[""] ?? inner) ? number * 16 : number) : null;
}

function isGlass(
  bench: Bench,
  rule: GlassRule,
  site: Site,
  color: Rgba,
  named: (path: string) => boolean,
): boolean {
  if (color.a < rule.from || color.a >= rule.below) return false;
  const token = tokenOf(bench, site.value);
  if (rule.tokens.length === 0) return true;
  return token
    ? named(token.name)
    : bench.index.forColor(color, PLACE).some((one) => one.distance === 0 && named(one.token));
}

const NO_WORDS: ReadonlySet<string> = new Set();
const PLACE = {
  prop: "background-color",
  role: "surface" as const,
  categories: [],
  syntax: "css" as const,
  words: () => NO_WORDS,
  mode: () => "",
};

function judgeBlock(
  bench: Bench,
  rule: GlassRule,
  block: Block,
  sites: readonly Site[],
  named: (name: string) => boolean,
): void {
  const surface = lastOf(sites, ...SURFACE);
  const backdrop = lastOf(sites, ...BACKDROP);
  if (!surface) return;
  const color = colorIn(bench, surface.value, "");
  if (!color) return;
  const blur = backdrop ? blurOf(bench, backdrop.value) : 0;
  if (isGlass(bench, rule, surface, color, named)) {
    if (blur === null || blur >= rule.blurPx) return;
    const what = backdrop ? `has a backdrop of ${blur}px` : "has no backdrop";
    report(bench, backdrop ?? surface, {
      check: "glass",
      rule: "missing-backdrop",
      from: 0,
      to: (backdrop ?? surface).value.length,
      candidates: [],
      severity: "high",
      message: `${block.name}: the translucent surface ${surface.value} ${what}; the DNA demands blur(${rule.blurPx}px)`,
      advice: `Set backdrop-filter: blur(${rule.blurPx}px).`,
    });
    addEdit(bench, backdrop, surface, rule);
  } else if (backdrop && color.a >= 1 && blur !== 0) {
    report(bench, backdrop, {
      check: "glass",
      rule: "opaque-surface",
      from: 0,
      to: backdrop.value.length,
      candidates: [],
      severity: "medium",
      message: `${block.name}: a backdrop behind the opaque surface ${surface.value} is never seen and costs a layer`,
      advice: "Remove the backdrop-filter, or take a translucent surface of the DNA.",
    });
    const issue = bench.issues.at(-1);
    if (issue?.check === "glass" && backdrop.exact && backdrop.syntax !== "js")
      issue.edit = { start: backdrop.start, end: backdrop.end, text: "none", safe: true };
  }
}

/** The blur the DNA has a token for, else the number. */
function wanted(bench: Bench, rule: GlassRule): string {
  const token = bench.index.dna.tokens.find(
    (one) =>
      one.form === "css" &&
      one.words.includes("blur") &&
      Number.parseFloat(one.values[""] ?? "") === rule.blurPx,
  );
  return `blur(${token ? token.css : `${rule.blurPx}px`})`;
}

function addEdit(bench: Bench, backdrop: Site | undefined, surface: Site, rule: GlassRule): void {
  const issue = bench.issues.at(-1);
  if (issue?.rule !== "missing-backdrop") return;
  const text = wanted(bench, rule);
  if (backdrop?.exact && backdrop.syntax !== "js")
    issue.edit = { start: backdrop.start, end: backdrop.end, text, safe: false };
  else if (surface.syntax === "css" || surface.syntax === "scss" || surface.syntax === "less") {
    issue.edit = { start: surface.end, end: surface.end, text: `; backdrop-filter: ${text}`, safe: false };
  }
}

function judgeClassList(bench: Bench, rule: GlassRule, block: Block, at: number): void {
  const { classes = "", classesAt = 0 } = block;
  if (!classes.includes("/") || classes.includes("backdrop-blur")) return;
  for (const utility of classesOf(classes)) {
    const color = utility.variants === "" ? colorUtility(utility.base) : null;
    const alpha =
      color?.kind === "bg" ? Number.parseFloat(color.modifier.replace(/[^\d.]/g, "")) / 100 : Number.NaN;
    if (!(alpha >= rule.from && alpha < rule.below)) continue;
    const start = classesAt + utility.at;
    const site: Site = {
      prop: "background-color",
      value: utility.text,
      start,
      end: start + utility.text.length,
      syntax: "js",
      exact: true,
      block: at,
    };
    report(bench, site, {
      check: "glass",
      rule: "missing-backdrop",
      from: 0,
      to: utility.text.length,
      candidates: [],
      severity: "high",
      message: `${block.name}: ${utility.text} is translucent and has no backdrop; the DNA demands blur(${rule.blurPx}px)`,
    });
    const issue = bench.issues.at(-1);
    if (issue?.check === "glass")
      issue.edit = { start: site.end, end: site.end, text: ` backdrop-blur-[${rule.blurPx}px]`, safe: false };
  }
}

/** Judges every block of the file. Without a rule in the DNA there is nothing to judge. */
export function checkGlass(bench: Bench): void {
  const rule = bench.index.dna.glass;
  if (!rule || !bench.checks.has("glass")) return;
  const named = matcher(rule.tokens);
  const excepted =
    rule.except.length === 0 ? () => false : (name: string) => rule.except.some((one) => name.includes(one));
  const groups = sitesByBlock(bench);
  for (const [at, block] of bench.facts.blocks.entries()) {
    if (excepted(block.name)) continue;
    if (block.classes !== undefined) {
      if (rule.tokens.length === 0) judgeClassList(bench, rule, block, at);
    } else judgeBlock(bench, rule, block, groups.get(at) ?? [], named);
  }
}
