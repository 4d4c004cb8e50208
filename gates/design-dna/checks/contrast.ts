/** contrast: text and the surface it stands on, against WCAG 2.2 (1.4.3 and 1.4.11), in every mode of the DNA. */
import { colorDistance, contrastRatio, hexOf, over, parseColor, type Rgba } from "../color.ts";
import { type Bench, report } from "../judge-report.ts";
import { colorIn, lastOf, pxIn, sitesByBlock, tokenOf } from "../paint.ts";
import { classesOf, colorUtility } from "../scan/classes.ts";
import type { Dna, Issue, Site, Token } from "../types.ts";

/** What a pair comes to in one mode. */
interface Measured {
  mode: string;
  ratio: number;
}

const WHITE: Rgba = { r: 255, g: 255, b: 255, a: 1 };
const INACTIVE =
  /disabled|:placeholder|inactive|\[aria-disabled|:disabled|readonly|visually-hidden|sr-only|::selection/i;

function valueIn(token: Token, mode: string): Rgba | null {
  return parseColor(token.values[mode] ?? token.values[""] ?? "");
}

/** The product's page: what shows through translucent surfaces. */
function pageOf(dna: Dna, mode: string): Rgba | null {
  const names = [
    "--background",
    "--color-background",
    "--bgColor-default",
    "--color-surface",
    "--surface",
    "--color-bg",
    "--bg",
  ];
  const token = names
    .map((name) => dna.tokens.find((one) => one.name === name))
    .find((one) => one !== undefined);
  const color = token ? valueIn(token, mode) : null;
  if (color && color.a >= 1) return color;
  return mode === "" || /light/.test(mode) ? WHITE : null;
}

/** Ratio of two colours in a mode; null when the ground below a translucent surface cannot be told. */
function ratioIn(dna: Dna, text: Rgba | null, surface: Rgba | null, mode: string): number | null {
  if (!text || !surface || text.a === 0 || surface.a === 0) return null;
  const page = surface.a >= 1 ? surface : pageOf(dna, mode);
  if (!page) return null;
  const ground = over(surface, page);
  return Math.round(contrastRatio(over(text, ground), ground) * 100) / 100;
}

/** Modes in which a pair of tokens falls short. */
export function shortfalls(dna: Dna, text: Token, surface: Token, least: number): Measured[] {
  const found: Measured[] = [];
  for (const mode of ["", ...dna.modes]) {
    const ratio = ratioIn(dna, valueIn(text, mode), valueIn(surface, mode), mode);
    if (ratio !== null && ratio < least) found.push({ mode, ratio });
  }
  return found;
}

const modeNames = (found: readonly Measured[]) =>
  found.map(({ mode, ratio }) => `${ratio}:1${mode === "" ? "" : ` in ${mode}`}`).join(", ");

/** Text tokens that reach the ratio in every mode, nearest to the given colour first. */
function alternatives(bench: Bench, text: Token, surface: Token, least: number) {
  const { dna } = bench.index;
  const own = valueIn(text, "");
  if (!own) return [];
  return dna.tokens
    .filter(
      (one) =>
        one.category === "color" &&
        one.form === "css" &&
        one.roles.includes("text") &&
        shortfalls(dna, one, surface, least).length === 0,
    )
    .map((token) => ({ token, color: valueIn(token, "") }))
    .filter((one): one is { token: Token; color: Rgba } => one.color !== null && one.color.a === 1)
    .map(({ token, color }) => ({
      token: token.name,
      text: token.css,
      distance: Math.round(colorDistance(own, color) * 100) / 100,
    }))
    .sort((a, b) => a.distance - b.distance || (a.token < b.token ? -1 : 1))
    .slice(0, 3);
}

/** Least ratio for the type of a block: 3:1 from 24 px, or 18.66 px bold; else 4.5:1. */
function leastFor(bench: Bench, sites: readonly Site[], level: number): number {
  const size = lastOf(sites, "font-size");
  const px = size ? pxIn(bench, size.value) : null;
  const weight = lastOf(sites, "font-weight")?.value ?? "";
  const token = tokenOf(bench, weight);
  const bold = Number.parseInt(token?.values[""] ?? weight, 10) >= 700 || weight === "bold";
  const large = px !== null && (px >= 24 || (bold && px >= 18.66));
  return large ? level - 1.5 : level;
}

function judgePair(bench: Bench, site: Site, text: Token, surface: Token, least: number, name: string): void {
  if (INACTIVE.test(name) || INACTIVE.test(text.name)) return;
  const { dna } = bench.index;
  if (isNamed(dna, text, surface)) return;
  const found = shortfalls(dna, text, surface, least);
  if (found.length === 0) return;
  const candidates = alternatives(bench, text, surface, least);
  report(bench, site, {
    check: "contrast",
    rule: "pair",
    from: 0,
    to: site.value.length,
    candidates,
    severity: "high",
    message: `${name}: ${text.name} on ${surface.name} has ${modeNames(found)}; WCAG 2.2 AA asks for ${least}:1`,
    advice: "Take a text token that stands out enough on this surface.",
  });
  const mode = found[0]?.mode ?? "";
  const better =
    candidates.length === 0 && !text.source.external ? strongerColor(dna, text, surface, least, mode) : null;
  const issue = bench.issues.at(-1);
  if (issue?.check === "contrast") issue.group = `${text.name} on ${surface.name} ${least}`;
  if (better && issue?.check === "contrast") {
    issue.replace = { name: text.name, mode, text: better };
    issue.advice = `Set ${text.name}${mode ? ` in ${mode}` : ""} to ${better}.`;
  }
}

const named = new WeakMap<Dna, Set<string>>();

/** True for a pair that is judged once, where its text token is defined. */
function isNamed(dna: Dna, text: Token, surface: Token): boolean {
  let pairs = named.get(dna);
  if (!pairs) {
    pairs = new Set(
      namedPairs(dna, 4.5, true).pairs.map((pair) => `${pair.text.name}\0${pair.surface.name}`),
    );
    named.set(dna, pairs);
  }
  return pairs.has(`${text.name}\0${surface.name}`);
}

/** Pairs that stand in one rule, style object or class list. */
export function checkContrast(bench: Bench, level: number): void {
  if (!bench.checks.has("contrast") || bench.index.dna.tokens.length === 0) return;
  const groups = sitesByBlock(bench);
  for (const [at, sites] of groups) {
    const block = bench.facts.blocks[at];
    const text = lastOf(sites, "color");
    const ground = lastOf(sites, "background-color", "background");
    if (!text || !ground || !block) continue;
    const textToken = tokenOf(bench, text.value);
    const groundToken = tokenOf(bench, ground.value);
    if (textToken && groundToken)
      judgePair(bench, text, textToken, groundToken, leastFor(bench, sites, level), block.name);
    else literalPair(bench, text, ground, leastFor(bench, sites, level), block.name);
  }
  for (const [at, block] of bench.facts.blocks.entries())
    if (block.classes !== undefined) classPair(bench, at, level);
}

/** A pair with a literal in it: judged in the default mode only, where its colours are known. */
function literalPair(bench: Bench, text: Site, ground: Site, least: number, name: string): void {
  if (INACTIVE.test(name)) return;
  const below = colorIn(bench, ground.value, "");
  if (!below || below.a < 1 || /dark/i.test(name)) return;
  const ratio = ratioIn(bench.index.dna, colorIn(bench, text.value, ""), below, "");
  if (ratio === null || ratio >= least) return;
  const surface = tokenOf(bench, ground.value);
  const own = colorIn(bench, text.value, "");
  const stand: Token | null = own && {
    name: text.value,
    form: "css",
    category: "color",
    roles: [],
    words: [],
    values: { "": hexOf(own) },
    css: "",
    source: { path: "", line: 1 },
  };
  report(bench, text, {
    check: "contrast",
    rule: "pair",
    from: 0,
    to: text.value.length,
    candidates: surface && stand ? alternatives(bench, stand, surface, least) : [],
    severity: "high",
    message: `${name}: ${text.value} on ${ground.value} has ${ratio}:1; WCAG 2.2 AA asks for ${least}:1`,
    advice: "Take a text colour that stands out enough on this surface.",
  });
}

function classPair(bench: Bench, at: number, level: number): void {
  const block = bench.facts.blocks[at];
  const { dna } = bench.index;
  if (!block?.classes?.includes("bg-") || !block.classes.includes("text-")) return;
  const own = new Map<string, { text: string; start: number; token: Token }>();
  const byUtility = (name: string) =>
    dna.tokens.find((one) => one.category === "color" && one.utility === name);
  for (const utility of classesOf(block.classes)) {
    const color = utility.variants === "" ? colorUtility(utility.base) : null;
    if (color?.modifier !== "" || (color.kind !== "bg" && color.kind !== "text")) continue;
    const token = byUtility(color.color);
    if (token) own.set(color.kind, { text: utility.text, start: (block.classesAt ?? 0) + utility.at, token });
  }
  const text = own.get("text");
  const ground = own.get("bg");
  if (!text || !ground) return;
  const site: Site = {
    prop: "color",
    value: text.text,
    start: text.start,
    end: text.start + text.text.length,
    syntax: "class",
    exact: false,
    block: at,
  };
  judgePair(bench, site, text.token, ground.token, level, block.name);
}

export interface NamedPair {
  text: Token;
  surface: Token;
  least: number;
  why: string;
}

/** Pairs the DNA declares, and pairs its names promise: `x-foreground` on `x`, `on-x` on `x`. */
export function namedPairs(
  dna: Dna,
  level: number,
  derive: boolean,
): { pairs: NamedPair[]; unknown: string[] } {
  const pairs: NamedPair[] = [];
  const unknown: string[] = [];
  const find = (name: string) =>
    dna.tokens.find(
      (one) => one.name === name || one.name === `--${name}` || one.name === name.replace(/^\$?/, "$"),
    );
  for (const { text, surface, least, why } of dna.pairs) {
    const [textToken, surfaceToken] = [find(text), find(surface)];
    if (textToken && surfaceToken) pairs.push({ text: textToken, surface: surfaceToken, least, why });
    else unknown.push(`${textToken ? surface : text}`);
  }
  if (!derive) return { pairs, unknown };
  const byWords = new Map<string, Token>();
  for (const token of dna.tokens) {
    const key = token.words.join("-");
    if (token.category === "color" && token.form !== "tailwind" && !byWords.has(key)) byWords.set(key, token);
  }
  for (const [key, token] of byWords) {
    if (INACTIVE.test(key)) continue;
    for (const surface of surfacesFor(key)) {
      const ground = byWords.get(surface);
      if (!ground || ground === token) continue;
      pairs.push({ text: token, surface: ground, least: level, why: "its name promises it" });
      break;
    }
  }
  return { pairs, unknown };
}

function surfacesFor(key: string): string[] {
  if (key === "foreground" || key.endsWith("-foreground")) {
    const base = key.slice(0, -"-foreground".length);
    return key === "foreground" ? ["background"] : [base, `${base}-background`];
  }
  const on = /^(.*?)(?:text-|fg-)?on-(.+)$/.exec(key);
  return on ? [`${on[1]}${on[2]}`, `${on[1]}bg-${on[2]}`, `${on[1]}surface-${on[2]}`, on[2] ?? ""] : [];
}

/** Findings about named pairs, at the definition of the text token. */
export function checkNamedPairs(
  dna: Dna,
  level: number,
  derive: boolean,
): { issues: (Issue & { path: string })[]; pairs: number; unknown: string[] } {
  const { pairs, unknown } = namedPairs(dna, level, derive);
  const issues: (Issue & { path: string })[] = [];
  for (const { text, surface, least, why } of pairs) {
    const found = shortfalls(dna, text, surface, least);
    if (found.length === 0 || text.source.external) continue;
    const better = strongerColor(dna, text, surface, least, found[0]?.mode ?? "");
    const issue: Issue & { path: string } = {
      path: text.source.path,
      check: "contrast",
      rule: "token-pair",
      severity: "high",
      value: `${text.name} on ${surface.name}`,
      prop: text.name,
      message: `${text.name} on ${surface.name} (${why}) has ${modeNames(found)}; WCAG 2.2 AA asks for ${least}:1${better ? `; ${better} would do` : ""}`,
      start: text.source.from ?? 0,
      end: text.source.to ?? 0,
      line: text.source.line,
      column: 1,
      symbol: text.name,
      candidates: [],
      advice: better
        ? `Set ${text.name}${found[0]?.mode ? ` in ${found[0].mode}` : ""} to ${better}.`
        : "Choose colours further apart.",
    };
    if (better) issue.replace = { name: text.name, mode: found[0]?.mode ?? "", text: better };
    issues.push(issue);
  }
  return { issues, pairs: pairs.length, unknown };
}

/** The text colour moved towards black or white just far enough; null when neither end suffices. */
function strongerColor(dna: Dna, text: Token, surface: Token, least: number, mode: string): string | null {
  const own = valueIn(text, mode);
  const ground = valueIn(surface, mode);
  if (!own || !ground || own.a < 1) return null;
  for (const end of [{ r: 0, g: 0, b: 0, a: 1 }, WHITE]) {
    for (let share = 0.02; share <= 1; share += 0.02) {
      const mix = (a: number, b: number) => Math.round(a * (1 - share) + b * share);
      const color: Rgba = { r: mix(own.r, end.r), g: mix(own.g, end.g), b: mix(own.b, end.b), a: 1 };
      const ratio = ratioIn(dna, color, ground, mode);
      if (ratio !== null && ratio >= least) return hexOf(color);
    }
  }
  return null;
}
