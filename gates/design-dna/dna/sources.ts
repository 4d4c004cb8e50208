/** Turns what files define into raw tokens. */
import { wordsOf } from "../scan/text.ts";
import type { Definition } from "../types.ts";
import type { RawToken } from "./raw.ts";
import { themeUtility } from "./tailwind.ts";

export interface DefinitionFile {
  path: string;
  definitions: readonly Definition[];
  declarations: number;
  external: boolean;
}

const TOKEN_FILE =
  /(?:^|[/_.-])(?:variables?|vars|tokens?|theme|themes|settings|colou?rs?|palette|typography|spacing|abstracts|config|design|primitives|brand|foundations?)(?:[/_.-]|$)/i;

/** True for a file whose SCSS or Less variables are the design's: by its name, or because it defines little else. */
export function definesVariables(file: DefinitionFile): boolean {
  if (TOKEN_FILE.test(file.path)) return true;
  const global = file.definitions.filter((one) => one.global).length;
  return global >= 5 && global >= 0.7 * (global + file.declarations);
}

/** Custom properties and theme variables with product-wide scope; one token per name, modes merged, the repo's own last. */
export function cssTokens(files: readonly DefinitionFile[]): RawToken[] {
  const tokens = new Map<string, RawToken>();
  const inline: { utility: string; target: string }[] = [];
  for (const file of [...files].sort((a, b) => Number(b.external) - Number(a.external))) {
    for (const one of file.definitions) {
      if (!one.global || (one.kind !== "css" && one.kind !== "theme") || one.name.startsWith("--tw-"))
        continue;
      // Tailwind multiplies this one: it is the unit of the scale, not a step of it.
      if (one.name === "--spacing") continue;
      if (one.value === "initial" || /[{}]/.test(one.value)) continue;
      const theme = one.kind === "theme" ? themeUtility(one.name) : null;
      const target = /^(?:(?:hsl|rgb|oklch)a?\()?\s*var\(\s*(--[\w-]+)/.exec(one.value)?.[1];
      if (one.inline && theme && target) {
        inline.push({ utility: theme.utility, target });
        continue;
      }
      const token = tokens.get(one.name) ?? newToken(file, one);
      if (!file.external && token.source.external) token.source = sourceOf(file, one);
      token.raw[one.mode] = one.value;
      if (theme) {
        token.utility = theme.utility;
        token.category = theme.category;
      }
      tokens.set(one.name, token);
    }
  }
  for (const { utility, target } of inline) {
    const token = tokens.get(target);
    if (token && token.utility === undefined) token.utility = utility;
  }
  return [...tokens.values()];
}

function sourceOf(file: DefinitionFile, one: Definition): RawToken["source"] {
  const source: RawToken["source"] = { path: file.path, line: one.line, from: one.from, to: one.to };
  if (file.external) source.external = true;
  return source;
}

function newToken(file: DefinitionFile, one: Definition): RawToken {
  return {
    name: one.name,
    form: one.name.startsWith("--") ? "css" : one.kind === "less" ? "less" : "scss",
    raw: {},
    css: one.name.startsWith("--") ? `var(${one.name})` : one.name,
    source: sourceOf(file, one),
  };
}

/** SCSS and Less variables of the files that define the design's. */
export function variableTokens(files: readonly DefinitionFile[]): RawToken[] {
  const tokens = new Map<string, RawToken>();
  for (const file of files) {
    if (!definesVariables(file)) continue;
    for (const one of file.definitions) {
      if (!one.global || (one.kind !== "scss" && one.kind !== "less") || one.value.startsWith("(")) continue;
      if (tokens.has(one.name) && one.isDefault) continue;
      const token = newToken(file, one);
      token.raw[""] = one.value;
      tokens.set(one.name, token);
    }
  }
  return [...tokens.values()];
}

/** Every top-level variable, token or not: what a use comes to. The first non-default definition wins. */
export function allVariables(files: readonly DefinitionFile[]): Map<string, string> {
  const values = new Map<string, string>();
  const fixed = new Set<string>();
  for (const file of files) {
    for (const one of file.definitions) {
      if (!one.global || one.name.startsWith("--")) continue;
      if (values.has(one.name) && (one.isDefault || fixed.has(one.name))) continue;
      values.set(one.name, one.value);
      if (!one.isDefault) fixed.add(one.name);
    }
  }
  return values;
}

const THEME_MODULE =
  /(?:^|\/)(?:design-?)?(?:theme|themes|tokens|colou?rs|palette|typography|spacing)(?:\/index)?\.(?:[cm]?[jt]sx?)$/i;
const LENGTHS = /^(?:space|spacing|spacings|gap|radius|radii|size|sizes|fontsize|font|border)/i;

/** True for a module that holds the design's constants. */
export const isThemeModule = (path: string): boolean =>
  THEME_MODULE.test(path) && !/\.(?:test|spec|stories)\./.test(path);

/** Constants of a theme module, such as colors.primary → "#0a7". Bare numbers are px where the name says length. */
export function moduleTokens(path: string, exports: Readonly<Record<string, string | number>>): RawToken[] {
  const tokens: RawToken[] = [];
  for (const [key, value] of Object.entries(exports)) {
    const words = wordsOf(key);
    const length =
      typeof value === "number" &&
      words.some((word) => LENGTHS.test(word)) &&
      !words.some((word) => /weight|height|opacity|index/.test(word));
    const text = length && value !== 0 ? `${value}px` : String(value);
    tokens.push({
      name: key.replace(/^default\./, ""),
      form: "js",
      raw: { "": text },
      css: "",
      source: { path, line: 1 },
    });
  }
  return tokens;
}
