/** Judges class lists: arbitrary values, and colours of the stock palette where the design has its own. */
import { hexOf, parseColor } from "./color.ts";
import type { Place } from "./dna/match.ts";
import { stockColor } from "./dna/tailwind.ts";
import { judgeSite } from "./judge.ts";
import { type Bench, report } from "./judge-report.ts";
import { propertyUse } from "./properties.ts";
import {
  arbitraryOf,
  classesOf,
  colorUtility,
  isStockColor,
  propertyOfColorUtility,
  type UtilityClass,
} from "./scan/classes.ts";
import { wordsOf } from "./scan/text.ts";
import type { Block, Site } from "./types.ts";

/** Judges every utility of a class list. */
export function judgeClasses(bench: Bench, block: Block, at: number): void {
  const { classes, classesAt = 0 } = block;
  if (classes === undefined) return;
  const stock = bench.index.dna.tailwind?.stockForbidden ?? false;
  if (!classes.includes("[") && !stock) return;
  for (const utility of classesOf(classes)) {
    if (utility.text.includes("[")) judgeArbitrary(bench, utility, classesAt, at);
    else if (stock) judgeStock(bench, utility, classesAt, at);
  }
}

function judgeArbitrary(bench: Bench, utility: UtilityClass, classesAt: number, block: number): void {
  const arbitrary = arbitraryOf(utility);
  if (!arbitrary || arbitrary.value.includes("var(") || !/[#\d(]|^[a-z]+$/i.test(arbitrary.value)) return;
  const start = classesAt + utility.at + arbitrary.at;
  const site: Site = {
    prop: arbitrary.prop,
    value: arbitrary.value,
    start,
    end: start + arbitrary.value.length,
    syntax: "class",
    exact: true,
    block,
    classStart: classesAt + utility.at,
    classEnd: classesAt + utility.at + utility.text.length,
  };
  if (arbitrary.prefix !== "") site.utility = arbitrary.prefix;
  judgeSite(bench, site);
}

const NEUTRAL = /^(?:slate|gray|zinc|neutral|stone|mauve|olive|mist|taupe)-/;
/** Difference of the channels from which a colour is no shade of gray. */
const HUE_SPREAD = 40;

/** True for a token with a hue of its own: a pale blue is not meant as white. */
function hasHue(bench: Bench, name: string): boolean {
  const color = parseColor(bench.index.byName.get(name)?.values[""] ?? "");
  return (
    color !== null && Math.max(color.r, color.g, color.b) - Math.min(color.r, color.g, color.b) >= HUE_SPREAD
  );
}

/** A stock colour no own one comes near (CIEDE2000) says something the design has no word for: that is left alone. */
const LIKE = 8;

/** "text-red-500" where the product has colours of its own. */
function judgeStock(bench: Bench, utility: UtilityClass, classesAt: number, block: number): void {
  const parsed = colorUtility(utility.base);
  const tailwind = bench.index.dna.tailwind;
  if (!parsed || !tailwind || tailwind.colors.has(parsed.color) || !isStockColor(parsed.color)) return;
  const color = parseColor(stockColor(parsed.color) ?? "");
  const prop = propertyOfColorUtility(parsed.kind);
  const use = propertyUse(prop);
  if (!color || !use) return;
  const start = classesAt + utility.at;
  const words = new Set([...wordsOf(bench.facts.blocks[block]?.name ?? ""), ...bench.fileWords]);
  const lead = utility.text.slice(0, utility.text.indexOf(parsed.kind));
  const place: Place = {
    prop,
    role: use.role,
    categories: [],
    syntax: "class",
    words: () => words,
    mode: () => "",
    utility: `${lead}${parsed.kind}-`,
  };
  const isHue = !NEUTRAL.test(parsed.color);
  const fits = (name: string) => {
    if (isHue && !hasHue(bench, name)) return false;
    const painted =
      bench.index.byName
        .get(name)
        ?.roles.filter((role) => role === "surface" || role === "text" || role === "border") ?? [];
    return (
      painted.length === 0 ||
      painted.some((role) => role === use.role || (role === "text" && use.role === "icon"))
    );
  };
  const near = bench.index.forColor(color, place).filter((one) => !one.text.includes("[") && fits(one.token));
  const candidates = near.map((one) => ({
    ...one,
    distance: Math.max(1, one.distance),
    text: `${one.text}${parsed.modifier}`,
  }));
  if ((candidates[0]?.distance ?? 100) > LIKE) return;
  const site: Site = {
    prop,
    value: utility.text,
    start,
    end: start + utility.text.length,
    syntax: "js",
    exact: true,
    block,
  };
  report(bench, site, {
    check: "palette",
    rule: "stock-color",
    from: 0,
    to: utility.text.length,
    candidates,
    severity: "low",
    message: `${utility.text}: a colour of Tailwind's own palette (about ${hexOf(color)}) where the design has tokens; nearest: ${candidates.map((one) => one.token).join(", ")}`,
  });
}
