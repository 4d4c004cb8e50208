/** Utility classes: splitting, what property an arbitrary value stands for, and the stock palette. */

export interface UtilityClass {
  /** The whole class and its offset in the list. */
  text: string;
  at: number;
  /** Variants with their colon, such as "hover:dark:". */
  variants: string;
  /** Without variants, "!" and "-". */
  base: string;
  negative: boolean;
}

export interface ArbitraryValue {
  prop: string;
  value: string;
  /** Offset of the value in the class. */
  at: number;
  /** The class up to the bracket, such as "hover:bg-". */
  prefix: string;
}

const CLASS = /[^\s"'`]+/g;

/** Splits a class list; offsets are relative to the list. Holes and template leftovers are left out. */
export function* classesOf(list: string): Generator<UtilityClass> {
  for (const match of list.matchAll(CLASS)) {
    const text = match[0];
    const colon = variantEnd(text);
    let base = text.slice(colon);
    if (base.startsWith("!")) base = base.slice(1);
    if (base.endsWith("!")) base = base.slice(0, -1);
    const negative = base.startsWith("-");
    yield {
      text,
      at: match.index,
      variants: text.slice(0, colon),
      base: negative ? base.slice(1) : base,
      negative,
    };
  }
}

/** Offset behind the last variant: colons inside brackets do not count. */
function variantEnd(text: string): number {
  let depth = 0;
  let end = 0;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i];
    if (letter === "[" || letter === "(") depth += 1;
    else if (letter === "]" || letter === ")") depth -= 1;
    else if (letter === ":" && depth === 0) end = i + 1;
  }
  return end;
}

const SIDES = "(?:[trblxyse]|tl|tr|bl|br|ss|se|ee|es)";
const COLOR_PROPS: Record<string, string> = {
  bg: "background-color",
  text: "color",
  border: "border-color",
  divide: "border-color",
  outline: "outline-color",
  ring: "border-color",
  "ring-offset": "border-color",
  fill: "fill",
  stroke: "stroke",
  caret: "caret-color",
  accent: "accent-color",
  decoration: "text-decoration-color",
  from: "background-image",
  via: "background-image",
  to: "background-image",
  placeholder: "color",
  shadow: "box-shadow",
};
const LENGTH_PROPS: [RegExp, string][] = [
  [/^p[trblxyse]?$/, "padding"],
  [/^m[trblxyse]?$/, "margin"],
  [/^gap(?:-[xy])?$/, "gap"],
  [/^space-[xy]$/, "margin"],
  [/^(?:inset|inset-[xy]|top|right|bottom|left|start|end)$/, "inset"],
  [/^scroll-[mp][trblxyse]?$/, "scroll-margin"],
  [/^(?:w|h|size|min-w|min-h|max-w|max-h|basis|indent|translate-[xyz])$/, "width"],
  [new RegExp(`^rounded(?:-${SIDES})?$`), "border-radius"],
  [/^(?:border|divide|outline|ring|ring-offset)(?:-[trblxyse])?$/, "border-width"],
  [/^text$/, "font-size"],
  [/^leading$/, "line-height"],
  [/^tracking$/, "letter-spacing"],
  [/^font$/, "font-weight"],
  [/^(?:shadow|drop-shadow|inset-shadow)$/, "box-shadow"],
  [/^(?:blur|backdrop-blur)$/, "backdrop-filter"],
];

const looksLikeColor = (value: string) =>
  /^(?:#|(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\(|[a-z]+$)/i.test(value);

/** CSS property of a utility with the given value, or null when it paints nothing we judge. */
export function propertyOfUtility(name: string, value: string): string | null {
  const bare = name.replace(/^(border|divide)-(?:[trblxyse])$/, "$1");
  const color = COLOR_PROPS[bare];
  if (color && looksLikeColor(value)) return color;
  if (bare === "bg" && value.includes("gradient(")) return "background-image";
  if (bare === "font" && !/^\d/.test(value)) return "font-family";
  for (const [pattern, prop] of LENGTH_PROPS) if (pattern.test(name)) return prop;
  return null;
}

/** "p-[13px]" → padding 13px; "[color:#fff]" → color #fff; null for classes without an arbitrary value. */
export function arbitraryOf(utility: UtilityClass): ArbitraryValue | null {
  const { text, variants, base } = utility;
  const open = text.indexOf("[", variants.length);
  if (open < 0) return null;
  const close = text.lastIndexOf("]");
  if (close <= open) return null;
  const name = base.slice(0, Math.max(0, base.indexOf("["))).replace(/-$/, "");
  let inner = text.slice(open + 1, close);
  let at = open + 1;
  if (name === "") {
    const colon = inner.indexOf(":");
    if (colon <= 0) return null;
    return {
      prop: inner.slice(0, colon),
      value: spaced(inner.slice(colon + 1)),
      at: at + colon + 1,
      prefix: "",
    };
  }
  const hint =
    /^(?:length|color|size|number|percentage|image|url|family-name|shadow|position|weight):/.exec(
      inner,
    )?.[0] ?? "";
  inner = inner.slice(hint.length);
  at += hint.length;
  const prop = propertyOfUtility(name, inner);
  return prop === null ? null : { prop, value: spaced(inner), at, prefix: text.slice(0, open) };
}

/** Underscores are spaces in arbitrary values; the length stays. */
const spaced = (value: string) => value.replace(/\\_|_/g, (found) => (found === "_" ? " " : found));

const STOCK =
  "slate|gray|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose|mauve|olive|mist|taupe";
const COLOR_UTILITY =
  /^(bg|text|border(?:-[trblxyse])?|divide|outline|ring|ring-offset|fill|stroke|caret|accent|decoration|from|via|to|placeholder|shadow|inset-shadow|inset-ring)-([a-z][\w-]*?)(?:\/(?:\d+(?:\.\d+)?|\[[^\]]*\]))?$/;
const STOCK_COLOR = new RegExp(`^(?:${STOCK})-(?:50|[1-9]00|950)$`);

export interface ColorUtility {
  kind: string;
  color: string;
  /** "/50" and the like, "" without. */
  modifier: string;
}

/** "bg-red-500/50" → { bg, red-500, /50 }; null when it is no colour utility by its form. */
export function colorUtility(base: string): ColorUtility | null {
  const match = COLOR_UTILITY.exec(base);
  if (!match) return null;
  const slash = base.indexOf("/");
  return { kind: match[1] ?? "", color: match[2] ?? "", modifier: slash < 0 ? "" : base.slice(slash) };
}

/** True for a colour of Tailwind's own palette, such as "red-500". */
export const isStockColor = (color: string): boolean => STOCK_COLOR.test(color);

/** The CSS property a colour utility sets. */
export function propertyOfColorUtility(kind: string): string {
  return COLOR_PROPS[kind.replace(/^border-[trblxyse]$/, "border").replace(/^inset-/, "")] ?? "color";
}
