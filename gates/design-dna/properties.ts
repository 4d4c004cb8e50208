/** Which CSS property paints what: the kinds of tokens that belong there and the role of its colours. */
import type { Category, Role } from "./types.ts";

export interface PropertyUse {
  /** Kind of the lengths and numbers in it, strongest first; [] = none is judged. */
  categories: Category[];
  /** Role of the colours in it; null = it takes none. */
  role: Role | null;
  /** Lengths there are often layout, not rhythm: only a literal spelled exactly as the token counts. */
  weak: boolean;
  /** The check its lengths and numbers belong to. */
  check: "spacing" | "typography" | "radius-shadow" | "palette";
}

const use = (
  check: PropertyUse["check"],
  categories: Category[],
  role: Role | null = null,
  weak = false,
): PropertyUse => ({ check, categories, role, weak });

const SPACING = use("spacing", ["spacing", "size"]);
const OFFSET = use("spacing", ["spacing", "size"]);
const LAYOUT = use("spacing", ["size", "spacing"], null, true);
const RADIUS = use("radius-shadow", ["radius"]);
const BORDER = use("radius-shadow", ["borderWidth"], "border");
const TEXT = use("palette", [], "text");
const ICON = use("palette", [], "icon");
const SURFACE = use("palette", [], "surface");

const EXACT: Record<string, PropertyUse> = {
  gap: SPACING,
  "row-gap": SPACING,
  "column-gap": SPACING,
  "grid-gap": SPACING,
  "grid-row-gap": SPACING,
  "grid-column-gap": SPACING,
  top: OFFSET,
  right: OFFSET,
  bottom: OFFSET,
  left: OFFSET,
  "text-indent": LAYOUT,
  transform: LAYOUT,
  translate: LAYOUT,
  width: LAYOUT,
  height: LAYOUT,
  "block-size": LAYOUT,
  "inline-size": LAYOUT,
  "flex-basis": LAYOUT,
  "outline-offset": LAYOUT,
  color: TEXT,
  "-webkit-text-fill-color": TEXT,
  "-webkit-text-stroke-color": TEXT,
  "text-decoration-color": TEXT,
  "text-decoration": TEXT,
  "text-emphasis-color": TEXT,
  "caret-color": TEXT,
  "accent-color": TEXT,
  fill: ICON,
  stroke: ICON,
  "stop-color": ICON,
  "flood-color": ICON,
  "background-color": SURFACE,
  background: SURFACE,
  "background-image": SURFACE,
  "mask-image": use("palette", []),
  "-webkit-tap-highlight-color": SURFACE,
  "scrollbar-color": SURFACE,
  "border-spacing": SPACING,
  "column-rule": BORDER,
  "column-rule-color": BORDER,
  "column-rule-width": BORDER,
  outline: BORDER,
  "outline-color": BORDER,
  "outline-width": BORDER,
  "box-shadow": use("radius-shadow", ["shadow"], "shadow"),
  "text-shadow": use("radius-shadow", ["shadow"], "shadow"),
  filter: use("radius-shadow", [], "shadow"),
  "font-size": use("typography", ["fontSize"]),
  "line-height": use("typography", ["lineHeight"]),
  "font-weight": use("typography", ["fontWeight"]),
  "font-family": use("typography", ["fontFamily"]),
  "letter-spacing": use("typography", ["letterSpacing"]),
  font: use("typography", ["font", "fontSize"]),
};

const known = new Map<string, PropertyUse | null>();

function find(prop: string): PropertyUse | null {
  const exact = EXACT[prop];
  if (exact) return exact;
  if (/^(?:margin|padding|inset|scroll-margin|scroll-padding)(?:-|$)/.test(prop)) return SPACING;
  if (/^(?:-webkit-|-moz-)?border(?:-[a-z#{}$]+)*-radius$/.test(prop)) return RADIUS;
  if (/^(?:min|max)-(?:width|height|block-size|inline-size)$/.test(prop)) return LAYOUT;
  if (
    /^border(?:-(?:top|right|bottom|left|block|inline|block-start|block-end|inline-start|inline-end|width|color))*$/.test(
      prop,
    )
  ) {
    return BORDER;
  }
  const bare = prop.replace(/^-(?:webkit|moz|ms|o)-/, "");
  return bare === prop ? null : (EXACT[bare] ?? null);
}

/** What the property paints, or null when the DNA has nothing to say about it. */
export function propertyUse(prop: string): PropertyUse | null {
  let found = known.get(prop);
  if (found === undefined) {
    found = find(prop.includes("#{") ? prop.replace(/#\{[^}]*\}/g, "x") : prop);
    known.set(prop, found);
  }
  return found;
}

/** Names that only occur as CSS properties, which is how a style object is told from any other object. */
export function isStyleKey(key: string): boolean {
  return STYLE_KEYS.has(key);
}

const STYLE_KEYS = new Set(
  (
    "backgroundColor backgroundImage borderColor borderTopColor borderBottomColor borderLeftColor borderRightColor " +
    "borderRadius borderWidth borderTop borderBottom borderLeft borderRight boxShadow textShadow fontSize fontWeight fontFamily " +
    "lineHeight letterSpacing paddingTop paddingBottom paddingLeft paddingRight paddingInline paddingBlock marginTop " +
    "marginBottom marginLeft marginRight marginInline marginBlock textDecoration flexDirection alignItems justifyContent " +
    "zIndex minHeight maxHeight minWidth maxWidth textAlign whiteSpace overflowX overflowY gridTemplateColumns " +
    "columnGap rowGap outlineColor textTransform pointerEvents userSelect objectFit backdropFilter"
  ).split(" "),
);

/** React writes these numbers without px (CSS properties that take a bare number). */
export const UNITLESS = new Set([
  "line-height",
  "font-weight",
  "opacity",
  "z-index",
  "flex",
  "flex-grow",
  "flex-shrink",
  "order",
  "zoom",
  "fill-opacity",
  "stroke-opacity",
  "scale",
  "aspect-ratio",
  "column-count",
  "tab-size",
]);
