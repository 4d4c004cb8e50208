/** Puts the DNA together from everything the repository has. */
import { parseColor, parseTriple } from "../color.ts";
import { isStockColor } from "../scan/classes.ts";
import { isColorMode } from "../scan/modes.ts";
import { wordsOf } from "../scan/text.ts";
import type { Category, Dna, GlassRule, TailwindFacts, Token, TokenForm } from "../types.ts";
import { categoryOf, ENOUGH, rolesOf } from "./categories.ts";
import { readJsonTokens, resolverModes } from "./json-tokens.ts";
import type { RawToken } from "./raw.ts";
import { Resolver, valueIn } from "./resolve.ts";
import {
  allVariables,
  cssTokens,
  type DefinitionFile,
  definesVariables,
  isThemeModule,
  moduleTokens,
  variableTokens,
} from "./sources.ts";
import { defaultScale, readTailwindConfig } from "./tailwind.ts";
import type { DnaFile } from "./yaml-dna.ts";

export interface DnaInput {
  files: DefinitionFile[];
  /** Constants modules export, by path. */
  modules: { path: string; exports: Readonly<Record<string, string | number>> }[];
  json: { path: string; text: string }[];
  file: DnaFile | null;
  /** True for paths the DNA may be read from. */
  isSource(path: string): boolean;
  tailwind: { version: 3 | 4 } | null;
  /** "auto" decides by how often own and stock colours are used. */
  stockPalette: "allow" | "forbid" | "auto";
  /** What utility classes end in → number of files. */
  utilityUses: ReadonlyMap<string, number>;
}

export interface BuiltDna {
  dna: Dna;
  resolver: Resolver;
}

/** Which sources speak for a category when several do: own custom properties before SCSS before constants. */
const PRECEDENCE: TokenForm[][] = [["css", "named"], ["scss", "less"], ["js"]];
/** A stronger source speaks alone when it has at least this share of what the weaker one has. */
const SHARE = 0.4;

function themeSpacing(files: readonly DefinitionFile[]): number {
  for (const file of files) {
    const one = file.definitions.find(
      (definition) => definition.kind === "theme" && definition.name === "--spacing",
    );
    const match = one && /^([\d.]+)(rem|px)$/.exec(one.value);
    if (match) return Number(match[1]) * (match[2] === "rem" ? 16 : 1);
  }
  return 4;
}

/** JSON tokens are written as custom properties; a common prefix of the generated names is found and used. */
function adoptPrefix(tokens: RawToken[], names: ReadonlySet<string>): RawToken[] {
  const prefixes = new Map<string, number>();
  const nameOf = (token: RawToken) => token.css.slice(4, -1);
  for (const token of tokens) {
    const own = nameOf(token).slice(1);
    for (const name of names) {
      if (name.endsWith(own) && name.length > own.length + 1) {
        const prefix = name.slice(0, -own.length);
        prefixes.set(prefix, (prefixes.get(prefix) ?? 0) + 1);
      }
    }
  }
  const best = [...prefixes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
  const exact = tokens.filter((token) => names.has(nameOf(token))).length;
  if (best && best[1] > exact && best[1] >= tokens.length / 2) {
    for (const token of tokens) token.css = `var(${best[0]}${nameOf(token).slice(1)})`;
  }
  return tokens;
}

function mergeJson(json: readonly RawToken[]): RawToken[] {
  const merged = new Map<string, RawToken>();
  for (const token of json) {
    const known = merged.get(token.name);
    if (known) Object.assign(known.raw, token.raw);
    else merged.set(token.name, token);
  }
  return [...merged.values()];
}

function rawTokens(input: DnaInput, replaced: Set<string>): RawToken[] {
  const files = input.files.filter((file) => file.external || input.isSource(file.path));
  const css = cssTokens(files);
  const names = new Set(css.map((token) => token.name));
  const jsonModes = new Map(input.json.flatMap((one) => [...resolverModes(one.path, one.text)]));
  const json = mergeJson(
    input.json
      .filter((one) => input.isSource(one.path))
      .flatMap((one) => readJsonTokens(one.path, one.text, jsonModes.get(one.path))),
  );
  const adopted = json.length > 0 ? adoptPrefix(json, names) : [];
  const fresh = adopted.filter((token) => !names.has(token.css.slice(4, -1)));
  for (const token of adopted) {
    const twin = css.find((one) => one.css === token.css);
    if (twin && token.category) twin.category = token.category;
  }
  const declared = (input.file?.tokens ?? []).filter((token) => !names.has(token.css.slice(4, -1)));
  for (const token of input.file?.tokens ?? []) {
    const twin = css.find((one) => one.css === token.css);
    if (twin && token.category) twin.category = token.category;
    if (twin && token.roles) twin.roles = token.roles;
    if (twin && token.aliases) twin.aliases = token.aliases;
  }
  const modules = input.modules
    .filter((one) => isThemeModule(one.path) && input.isSource(one.path))
    .flatMap((one) => moduleTokens(one.path, one.exports));
  const config = input.modules
    .filter((one) => /(?:^|\/)tailwind\.config\.[cm]?[jt]s$/.test(one.path))
    .flatMap((one) => readTailwindConfig(one.path, one.exports, replaced));
  return [...css, ...declared, ...fresh, ...variableTokens(files), ...config, ...modules];
}

function toToken(raw: RawToken, resolver: Resolver, words: readonly string[]): Token {
  const values: Record<string, string> = {};
  let triple: "hsl" | "rgb" | null = null;
  for (const mode of new Set(["", ...Object.keys(raw.raw)])) {
    const written = valueIn(raw.raw, mode);
    if (written === undefined) continue;
    let value = resolver.resolve(written, mode);
    const three = parseTriple(value);
    if (three) {
      triple = three.space;
      value = `${three.space}(${value})`;
    }
    values[mode] = value;
  }
  const value = values[""] ?? "";
  const category =
    raw.category === "color" && !parseColor(value) ? "other" : (raw.category ?? categoryOf(words, value));
  const token: Token = {
    name: raw.name,
    form: raw.form,
    category: triple && category === "other" ? "color" : category,
    roles: raw.roles ?? [],
    words,
    values,
    css: triple && raw.css !== "" ? `${triple}(${raw.css})` : raw.css,
    source: raw.source,
  };
  const alias = Resolver.aliasOf(valueIn(raw.raw, "") ?? "");
  if (alias !== undefined) token.alias = alias;
  if (raw.utility !== undefined) token.utility = raw.utility;
  if (raw.deprecated) token.deprecated = true;
  return token;
}

/** A mode inherits: a token that is an alias changes with its target even if only the target names the mode. */
function spreadModes(
  tokens: Token[],
  raws: readonly RawToken[],
  resolver: Resolver,
  modes: readonly string[],
): void {
  for (const [at, token] of tokens.entries()) {
    const raw = raws[at];
    if (token.category !== "color" || !raw) continue;
    for (const mode of modes) {
      if (token.values[mode] !== undefined) continue;
      const value = resolver.resolve(valueIn(raw.raw, mode) ?? "", mode);
      const three = parseTriple(value);
      token.values[mode] = three ? `${three.space}(${value})` : value;
    }
  }
}

const groupOf = (token: Token) => PRECEDENCE.findIndex((forms) => forms.includes(token.form));

/** Drops tokens of a weaker source where a stronger one speaks for the category. */
function bySpeaker(tokens: readonly Token[]): Token[] {
  const counts = new Map<string, number>();
  for (const token of tokens) {
    for (const category of [token.category, "all"]) {
      const key = `${groupOf(token)}:${category}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const speaks = (group: number, token: Token) => {
    // What cannot be told by its name alone follows the source that says most.
    const category = token.category === "other" ? "all" : token.category;
    const count = counts.get(`${group}:${category}`) ?? 0;
    const enough = token.category === "other" ? 3 : (ENOUGH[token.category] ?? 1);
    return count >= enough && count >= SHARE * (counts.get(`${groupOf(token)}:${category}`) ?? 0);
  };
  return tokens.filter((token) => {
    for (let stronger = 0; stronger < groupOf(token); stronger += 1)
      if (speaks(stronger, token)) return false;
    return true;
  });
}

const BORDER_WORDS =
  /^(?:border|width|size|stroke|outline|divider|thin|thick|thicker|default|focus|ring|p|ds|t|global|[a-z]?\d+x?|[a-z]{0,2}[sml]|none|hairline|regular|medium|large|small|strong|base|sys|ref|color)$/;

/** "$button-border-width" speaks for the button, not for the scale. */
const isComponentToken = (token: Token) =>
  token.words.filter((word) => !BORDER_WORDS.test(word)).length > 1 ||
  (token.form !== "css" && token.words.some((word) => !BORDER_WORDS.test(word)));

function governedBy(tokens: readonly Token[], declared: readonly Category[]): Set<Category> {
  const counts = new Map<Category, Set<string>>();
  for (const token of tokens) {
    if (token.form === "tailwind" || (token.category === "borderWidth" && isComponentToken(token))) continue;
    const names = counts.get(token.category) ?? new Set();
    counts.set(token.category, names.add(token.values[""] ?? ""));
  }
  const governed = new Set<Category>(declared);
  for (const [category, values] of counts) {
    const enough = ENOUGH[category];
    if (enough !== undefined && values.size >= enough) governed.add(category);
  }
  return governed;
}

/** What a DNA file has tokens for, it governs, however few they are. */
function declaredCategories(file: DnaFile | null, tokens: readonly Token[]): Category[] {
  if (!file) return [];
  const declared = new Set(file.tokens.map((token) => token.css));
  const own = tokens.filter((token) => declared.has(token.css)).map((token) => token.category);
  return [...file.govern, ...own.filter((category) => category !== "other")];
}

/** A DNA with a glass surface and a blur for it demands the one wherever the other is. */
function glassOf(tokens: readonly Token[]): GlassRule | null {
  const glass = (token: Token) => token.words.some((word) => word === "glass" || word === "frosted");
  const surface = tokens.find(
    (token) => token.category === "color" && glass(token) && (parseColor(token.values[""] ?? "")?.a ?? 1) < 1,
  );
  const blur = tokens.find((token) => glass(token) && token.words.includes("blur"));
  const px = Number.parseFloat(/([\d.]+)px/.exec(blur?.values[""] ?? "")?.[1] ?? "");
  if (!surface || !Number.isFinite(px)) return null;
  const names = tokens
    .filter((token) => token.category === "color" && glass(token) && !token.words.includes("border"))
    .map((token) => token.name);
  return { tokens: names, from: 0.05, below: 1, blurPx: px, except: [] };
}

function tailwindFacts(input: DnaInput, tokens: readonly Token[], spacingPx: number): TailwindFacts | null {
  if (!input.tailwind) return null;
  const colors = new Set(
    tokens
      .filter((token) => token.category === "color" && token.utility !== undefined)
      .map((token) => token.utility as string),
  );
  let own = 0;
  let stock = 0;
  for (const [name, count] of input.utilityUses) {
    if (colors.has(name)) own += count;
    else if (isStockColor(name)) stock += count;
  }
  const forbidden =
    input.stockPalette === "forbid" ||
    (input.stockPalette === "auto" && colors.size >= 5 && own >= 3 * stock);
  return { version: input.tailwind.version, spacingPx, colors, stockForbidden: forbidden };
}

/** A token that only one theme has is no token of the product: it may be used there and is proposed nowhere. */
function withoutPartial(tokens: Token[], raws: readonly RawToken[]): void {
  const whole = (raw: RawToken | undefined) =>
    raw !== undefined && Object.keys(raw.raw).some((mode) => mode === "" || /light/.test(mode));
  const share = raws.filter(whole).length / Math.max(1, raws.length);
  if (share < 0.5) return;
  for (const [at, token] of tokens.entries()) {
    if (!whole(raws[at]) && Object.keys(raws[at]?.raw ?? {}).length === 1) token.category = "other";
  }
}

/** Modes that say at least a third of what the default says about colours: the rest are patches of it. */
function wholeModes(raws: readonly RawToken[], tokens: readonly Token[]): string[] {
  const counts = new Map<string, number>();
  for (const [at, token] of tokens.entries()) {
    if (token.category !== "color") continue;
    for (const mode of Object.keys(raws[at]?.raw ?? {})) counts.set(mode, (counts.get(mode) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  return [...counts]
    .filter(
      ([mode, count]) =>
        mode !== "" && isColorMode(mode) && 3 * count >= Math.min(most, counts.get("") ?? most),
    )
    .map(([mode]) => mode)
    .sort();
}

/** Builds the DNA. Pure: reads no file. */
export function buildDna(input: DnaInput): BuiltDna {
  const replaced = new Set<string>();
  const raws = rawTokens(input, replaced);
  const spacingPx = themeSpacing(input.files);
  for (const file of input.files) {
    for (const one of file.definitions)
      if (one.kind === "theme") replaced.add(one.name.slice(2).replace(/-\*$/, ""));
  }
  if (input.tailwind) raws.push(...defaultScale(input.tailwind.version, spacingPx, replaced));
  const resolver = new Resolver(raws, allVariables(input.files));
  const words = raws.map((raw) => wordsOf(raw.name));
  const all = raws.map((raw, at) => toToken(raw, resolver, words[at] ?? []));
  withoutPartial(all, raws);
  const modes = wholeModes(raws, all);
  spreadModes(all, raws, resolver, modes);
  const siblings = new Set(words.map((one) => one.join("-")));
  for (const token of all)
    if (token.roles.length === 0 && token.category === "color") token.roles = rolesOf(token.words, siblings);
  const tokens = bySpeaker(all);
  const definingFiles = new Set(
    tokens.filter((token) => !token.source.external).map((token) => token.source.path),
  );
  for (const file of input.files)
    if (definesVariables(file) && file.declarations === 0) definingFiles.add(file.path);
  const sources = [...new Set(tokens.map((token) => token.source.path))].sort();
  const dna: Dna = {
    tokens,
    modes,
    glass: input.file?.glass ?? glassOf(tokens),
    branding: input.file?.branding ?? null,
    components: input.file?.components ?? [],
    pairs: input.file?.pairs ?? [],
    definingFiles,
    tailwind: tailwindFacts(input, tokens, spacingPx),
    sources,
    governed: governedBy(tokens, declaredCategories(input.file, tokens)),
  };
  return { dna, resolver };
}
