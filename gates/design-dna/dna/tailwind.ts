/** Tailwind: the config of version 3, the theme of version 4, and the scales utilities stand for by default. */
import { isStockColor } from "../scan/classes.ts";
import type { Category } from "../types.ts";
import type { RawToken } from "./raw.ts";

const SPACING_STEPS = [
  0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52,
  56, 60, 64, 72, 80, 96,
];

interface Scale {
  category: Category;
  /** Prefix of the theme variable in version 4. */
  variable: string;
  /** Suffix → value. */
  steps: Record<string, string>;
  /** The same where version 3 differs. */
  old?: Record<string, string>;
}

const SCALES: Scale[] = [
  {
    category: "fontSize",
    variable: "text",
    steps: {
      xs: "12px",
      sm: "14px",
      base: "16px",
      lg: "18px",
      xl: "20px",
      "2xl": "24px",
      "3xl": "30px",
      "4xl": "36px",
      "5xl": "48px",
      "6xl": "60px",
      "7xl": "72px",
      "8xl": "96px",
      "9xl": "128px",
    },
  },
  {
    category: "radius",
    variable: "radius",
    steps: {
      none: "0",
      xs: "2px",
      sm: "4px",
      md: "6px",
      lg: "8px",
      xl: "12px",
      "2xl": "16px",
      "3xl": "24px",
      full: "9999px",
    },
    old: {
      none: "0",
      sm: "2px",
      "": "4px",
      md: "6px",
      lg: "8px",
      xl: "12px",
      "2xl": "16px",
      "3xl": "24px",
      full: "9999px",
    },
  },
  { category: "borderWidth", variable: "border", steps: { 0: "0", "": "1px", 2: "2px", 4: "4px", 8: "8px" } },
  {
    category: "fontWeight",
    variable: "font-weight",
    steps: {
      thin: "100",
      extralight: "200",
      light: "300",
      normal: "400",
      medium: "500",
      semibold: "600",
      bold: "700",
      extrabold: "800",
      black: "900",
    },
  },
  {
    category: "lineHeight",
    variable: "leading",
    steps: { none: "1", tight: "1.25", snug: "1.375", normal: "1.5", relaxed: "1.625", loose: "2" },
  },
  {
    category: "letterSpacing",
    variable: "tracking",
    steps: {
      tighter: "-0.05em",
      tight: "-0.025em",
      normal: "0em",
      wide: "0.025em",
      wider: "0.05em",
      widest: "0.1em",
    },
  },
];

/**
 * Tokens of the default scales, written as utilities only. `replaced` holds what the project's own theme replaces:
 * scales ("radius") and single steps ("radius-md").
 */
export function defaultScale(version: 3 | 4, spacingPx: number, replaced: ReadonlySet<string>): RawToken[] {
  const tokens: RawToken[] = [];
  const add = (variable: string, step: string, value: string, category: Category) => {
    const name = step === "" ? variable : `${variable}-${step}`;
    if (replaced.has(variable) || replaced.has(name)) return;
    tokens.push({
      name,
      form: "tailwind",
      raw: { "": value },
      css: "",
      utility: step,
      category,
      source: { path: "tailwindcss", line: 1, external: true },
    });
  };
  for (const step of SPACING_STEPS)
    add("spacing", String(step), step === 0 ? "0" : `${step * spacingPx}px`, "spacing");
  for (const scale of SCALES) {
    const steps = version === 3 && scale.old ? scale.old : scale.steps;
    for (const [step, value] of Object.entries(steps)) add(scale.variable, step, value, scale.category);
  }
  return tokens;
}

const CONFIG_KEYS: Record<string, { category: Category; variable: string }> = {
  colors: { category: "color", variable: "color" },
  backgroundColor: { category: "color", variable: "color" },
  textColor: { category: "color", variable: "color" },
  borderColor: { category: "color", variable: "color" },
  spacing: { category: "spacing", variable: "spacing" },
  borderRadius: { category: "radius", variable: "radius" },
  fontSize: { category: "fontSize", variable: "text" },
  fontFamily: { category: "fontFamily", variable: "font" },
  fontWeight: { category: "fontWeight", variable: "font-weight" },
  lineHeight: { category: "lineHeight", variable: "leading" },
  letterSpacing: { category: "letterSpacing", variable: "tracking" },
  boxShadow: { category: "shadow", variable: "shadow" },
  borderWidth: { category: "borderWidth", variable: "border" },
};

/** Tokens of a tailwind.config file, from the constants it exports; `replaced` gets the scales it replaces. */
export function readTailwindConfig(
  path: string,
  exports: Readonly<Record<string, string | number>>,
  replaced: Set<string>,
): RawToken[] {
  const tokens: RawToken[] = [];
  for (const [key, value] of Object.entries(exports)) {
    const match = /^(?:\w+\.)?(?:theme|presets?)\.(extend\.)?(\w+)\.(.+)$/.exec(key);
    const known = match && CONFIG_KEYS[match[2] ?? ""];
    if (!match || !known) continue;
    if (!match[1]) replaced.add(known.variable);
    const utility = (match[3] ?? "").replace(/\.DEFAULT$|^DEFAULT$/, "").replaceAll(".", "-");
    if (known.category === "fontSize" && /-\d$/.test(utility) && match[3]?.includes(".")) continue;
    tokens.push({
      name: `${known.variable}.${utility}`,
      form: "tailwind",
      raw: { "": String(value).replace(/\s*\/\s*<alpha-value>/, "") },
      css: "",
      utility,
      category: known.category,
      source: { path, line: 1 },
    });
  }
  return tokens;
}

const VARIABLES: [RegExp, Category][] = [
  [/^--color-(.+)$/, "color"],
  [/^--spacing-(.+)$/, "spacing"],
  [/^--radius-(.+)$/, "radius"],
  [/^--text-((?:(?!--).)+)$/, "fontSize"],
  [/^--font-weight-(.+)$/, "fontWeight"],
  [/^--font-(.+)$/, "fontFamily"],
  [/^--leading-(.+)$/, "lineHeight"],
  [/^--tracking-(.+)$/, "letterSpacing"],
  [/^--shadow-(.+)$/, "shadow"],
];

/** What a variable of `@theme` is called in utilities, or null when it makes none. */
export function themeUtility(name: string): { utility: string; category: Category } | null {
  for (const [pattern, category] of VARIABLES) {
    const match = pattern.exec(name);
    if (match?.[1]) return { utility: match[1], category };
  }
  return null;
}

/** Hue (degrees) and chroma (OKLCH) of Tailwind's palette at step 500, rounded: only to rank own tokens by likeness. */
const HUES: Record<string, [number, number]> = {
  slate: [257, 0.045],
  gray: [264, 0.03],
  zinc: [286, 0.015],
  neutral: [0, 0],
  stone: [60, 0.013],
  mauve: [320, 0.02],
  olive: [110, 0.02],
  mist: [220, 0.02],
  taupe: [50, 0.02],
  red: [25, 0.235],
  orange: [48, 0.21],
  amber: [70, 0.19],
  yellow: [86, 0.18],
  lime: [131, 0.23],
  green: [150, 0.22],
  emerald: [162, 0.17],
  teal: [182, 0.14],
  cyan: [215, 0.14],
  sky: [237, 0.17],
  blue: [260, 0.21],
  indigo: [277, 0.23],
  violet: [293, 0.25],
  purple: [304, 0.26],
  fuchsia: [322, 0.29],
  pink: [354, 0.24],
  rose: [16, 0.245],
};
const LIGHTNESS: Record<string, number> = {
  50: 0.98,
  100: 0.95,
  200: 0.9,
  300: 0.83,
  400: 0.74,
  500: 0.65,
  600: 0.57,
  700: 0.49,
  800: 0.42,
  900: 0.37,
  950: 0.26,
};

/** Roughly what a stock colour looks like, as oklch(); null when it is none. */
export function stockColor(color: string): string | null {
  if (!isStockColor(color)) return null;
  const dash = color.lastIndexOf("-");
  const [hue, chroma] = HUES[color.slice(0, dash)] ?? [0, 0];
  const light = LIGHTNESS[color.slice(dash + 1)] ?? 0.65;
  const edge = Math.min(1, (1 - Math.abs(light - 0.62)) * 1.1 - (light > 0.9 ? 0.55 : 0));
  return `oklch(${light} ${Math.max(0, chroma * edge).toFixed(3)} ${hue})`;
}
