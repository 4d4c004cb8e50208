/** What a token is for, told by the words of its name and the shape of its value. */
import type { Category, Role } from "../types.ts";
import { type Atom, atomsOf } from "../values.ts";

const has = (words: readonly string[], pattern: RegExp) => words.some((word) => pattern.test(word));
const joined = (words: readonly string[]) => `-${words.join("-")}-`;

const LENGTH_WORDS: [RegExp, Category][] = [
  [/-(?:breakpoints?|screens?|viewport|media|bp|mq)-/, "breakpoint"],
  [/-(?:radius|radii|rounded|rounding|corners?|curve)-/, "radius"],
  [
    /-(?:border|stroke|outline|divider|ring|hairline)-(?:[a-z]+-)*(?:width|size|thin|thick|thicker|weight|default)-|-(?:borderwidth|border-width)-/,
    "borderWidth",
  ],
  [/-(?:letter-spacing|tracking|kerning|letterspacing)-/, "letterSpacing"],
  [/-(?:line-height|leading|lh|lineheight)-/, "lineHeight"],
  [
    /-(?:font-size|fontsize|text-size|type-size|type-scale)-|-(?:h\d+|body|title|display|caption|subtitle|code|heading|text|font|headline|label)-(?:[a-z\d]+-)*size-|-fs-/,
    "fontSize",
  ],
  [/-(?:text|type|font)-(?:\d?xs|sm|md|base|lg|\d?xl|\d+|small|medium|large)-$/, "fontSize"],
  [/-(?:blur|backdrop)-/, "blur"],
  [/-(?:space|spacing|spacer|spacers|gap|padding|margin|inset|gutter|indent)-/, "spacing"],
  [/-(?:size|sizes|sizing|width|height|container|dimension|unit|scale|target)-/, "size"],
  [/-(?:paddingblock|paddinginline|offset)-/, "spacing"],
];

function lengthCategory(words: readonly string[], unitless: boolean): Category {
  const name = joined(words);
  if (unitless) {
    if (/-(?:font-weight|weight|fw)-/.test(name)) return "fontWeight";
    if (/-(?:line-height|leading|lh|lineheight)-/.test(name)) return "lineHeight";
    if (/-(?:z|zindex|z-index|layer|elevation|stack)-/.test(name)) return "zIndex";
    if (/-(?:opacity|alpha)-/.test(name)) return "opacity";
    return "other";
  }
  for (const [pattern, category] of LENGTH_WORDS) if (pattern.test(name)) return category;
  return "other";
}

const isLength = (atom: Atom) => atom.kind === "dim" || (atom.kind === "num" && atom.value === 0);

/** The category of a resolved value under a name; `other` is proposed nowhere. */
export function categoryOf(words: readonly string[], value: string): Category {
  const atoms = atomsOf(value);
  const top = atoms.filter((atom) => atom.depth === 0);
  const first = top[0];
  if (!first) return "other";
  if (top.length === 1) {
    if (first.kind === "color") return "color";
    if (first.kind === "dim")
      return /^(?:m?s)$/.test(first.unit ?? "") ? "motion" : lengthCategory(words, false);
    if (first.kind === "num") {
      if (first.value === 0 && has(words, /^(?:space|spacing|spacer|radius|gap|rounded)$/))
        return lengthCategory(words, false);
      return lengthCategory(words, true);
    }
    if (first.kind === "call") return first.text.startsWith("cubic-bezier") ? "motion" : "other";
  }
  if (
    has(words, /^(?:shadow|shadows|elevation|depth|ring|glow)$/) ||
    top.some((atom) => atom.text === "inset")
  ) {
    if (top.filter(isLength).length >= 2) return "shadow";
  }
  const lengths = top.filter(isLength).length;
  const colors = atoms.filter((atom) => atom.kind === "color").length;
  if (lengths >= 2 && colors >= 1 && !top.some((atom) => atom.kind === "slash")) return "shadow";
  if (/-(?:font-family|family|fontstack|font-stack|typeface|fontfamily)-/.test(joined(words)))
    return "fontFamily";
  const style = top.some((atom) => /^(?:solid|dashed|dotted|double|inset|none)$/.test(atom.text));
  if (style && lengths === 1) return "border";
  if (top.some((atom) => atom.kind === "slash") && lengths >= 1) return "font";
  if (top.length === 1 && /^(?:swap|block|fallback|optional|auto)$/.test(first.text)) return "other";
  const families = top.every(
    (atom) => atom.kind === "word" || atom.kind === "string" || atom.kind === "comma",
  );
  if (
    families &&
    !has(words, /^(?:path|url|feature|settings|prefix|style|smoothing|import|format|variant)$/) &&
    has(words, /^(?:font|fonts|stack|mono|monospace|sans|serif|type|typography)$/)
  )
    return "fontFamily";
  return "other";
}

const PAINT_ROLES: [RegExp, Role][] = [
  [/^(?:shadow|elevation)$/, "shadow"],
  [/^(?:icon|icons|glyph)$/, "icon"],
  [/^(?:border|borders|outline|stroke|divider|separator|ring|rule|line|hairline|input)$/, "border"],
  [/^(?:fg|foreground|text|content|ink|link|heading|caption|placeholder|typography|copy|on)$/, "text"],
  [
    /^(?:bg|background|backgrounds|surface|canvas|backdrop|overlay|card|popover|panel|layer|page|paper|sheet|sidebar|fill|field|body)$/,
    "surface",
  ],
];

/** Roles of a colour token by its name: the last word that names a place counts; brand and danger come on top. */
export function rolesOf(words: readonly string[], siblings: ReadonlySet<string>): Role[] {
  const roles: Role[] = [];
  for (let at = words.length - 1; at >= 0 && roles.length === 0; at -= 1) {
    const word = words[at] ?? "";
    if (word === "color" || word === "on") continue;
    for (const [pattern, role] of PAINT_ROLES) {
      if (pattern.test(word)) roles.push(role);
      if (roles.length > 0) break;
    }
  }
  if (words[0] === "on" || words.includes("on")) roles.splice(0, roles.length, "text");
  if (siblings.has(`${words.join("-")}-foreground`) || siblings.has(`on-${words.join("-")}`))
    roles.splice(0, roles.length, "surface");
  if (has(words, /^(?:brand|primary|accent)$/)) roles.push("brand");
  if (has(words, /^(?:danger|error|destructive|critical|negative|invalid)$/)) roles.push("danger");
  return roles;
}

/** How many tokens of a category make it a rule rather than a coincidence, when nobody declared the DNA. */
export const ENOUGH: Partial<Record<Category, number>> = {
  color: 3,
  spacing: 4,
  size: 6,
  radius: 2,
  borderWidth: 2,
  fontSize: 3,
  lineHeight: 2,
  fontWeight: 2,
  fontFamily: 1,
  letterSpacing: 2,
  shadow: 1,
  border: 1,
  font: 1,
};
