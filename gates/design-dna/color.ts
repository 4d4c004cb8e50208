/** Colours: reading every CSS notation, distance, compositing and contrast. */
import {
  colorsNamed,
  converter,
  differenceCiede2000,
  type Lab65,
  modeHsl,
  modeHwb,
  modeLab,
  modeLab65,
  modeLch,
  modeOklab,
  modeOklch,
  modeP3,
  modeRgb,
  parse,
  useMode,
} from "culori/fn";

useMode(modeRgb);
useMode(modeHsl);
useMode(modeHwb);
useMode(modeLab);
useMode(modeLab65);
useMode(modeLch);
useMode(modeOklab);
useMode(modeOklch);
useMode(modeP3);

const toRgb = converter("rgb");
const toLab = converter("lab65");
const ciede = differenceCiede2000();

/** sRGB, channels 0–255 (rounded), alpha 0–1 (rounded to 1/1000). */
export interface Rgba {
  r: number;
  g: number;
  b: number;
  a: number;
}

const byte = (value: number) => Math.min(255, Math.max(0, Math.round(value * 255)));
const named = new Map<string, Rgba>(
  Object.entries(colorsNamed).map(([name, hex]) => [
    name,
    { r: (hex >> 16) & 255, g: (hex >> 8) & 255, b: hex & 255, a: 1 },
  ]),
);
named.set("transparent", { r: 0, g: 0, b: 0, a: 0 });

/** The named colour, or undefined. `name` in lower case. */
export function namedColor(name: string): Rgba | undefined {
  return named.get(name);
}

function fromHex(text: string): Rgba | null {
  const digits = text.slice(1);
  if (!/^(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i.test(digits)) return null;
  const full = digits.length <= 4 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const channel = (at: number) => Number.parseInt(full.slice(at, at + 2), 16);
  const alpha = full.length === 8 ? Math.round((channel(6) / 255) * 1000) / 1000 : 1;
  return { r: channel(0), g: channel(2), b: channel(4), a: alpha };
}

/** SCSS and older CSS write "rgb(0, 0, 0, 0.4)" and "rgba(0 0 0 / 40%)"; both are brought to one form. */
function tidyFunction(text: string): string {
  const match = /^(rgb|hsl)a?\(([^)]*)\)$/i.exec(text);
  if (!match) return text;
  const parts = (match[2] ?? "").split(/[\s,/]+/).filter((part) => part !== "");
  if (parts.length < 3) return text;
  const alpha = parts[3] === undefined ? "" : ` / ${parts[3]}`;
  return `${match[1]}(${parts[0]} ${parts[1]} ${parts[2]}${alpha})`;
}

const cache = new Map<string, Rgba | null>();

/** Reads a colour literal; null when it is none. */
export function parseColor(text: string): Rgba | null {
  const known = cache.get(text);
  if (known !== undefined) return known;
  let color: Rgba | null = null;
  if (text.startsWith("#")) color = fromHex(text);
  else {
    const lower = text.toLowerCase();
    color = named.get(lower) ?? null;
    if (!color && lower.includes("(")) {
      const parsed = parse(tidyFunction(lower)) ?? parse(lower);
      const rgb = parsed && toRgb(parsed);
      if (rgb) {
        color = {
          r: byte(rgb.r),
          g: byte(rgb.g),
          b: byte(rgb.b),
          a: Math.round((rgb.alpha ?? 1) * 1000) / 1000,
        };
      }
    }
  }
  if (cache.size > 50_000) cache.clear();
  cache.set(text, color);
  return color;
}

/** "222 47% 11%" (hsl) or "255, 255, 255" (rgb), the channel triples that hsl(var(--x)) is built from. */
export function parseTriple(text: string): { color: Rgba; space: "hsl" | "rgb" } | null {
  const parts = text.trim().split(/[\s,]+(?:\/\s*)?/);
  if (parts.length !== 3) return null;
  if (parts[1]?.endsWith("%") && parts[2]?.endsWith("%") && /^-?[\d.]+(?:deg)?$/.test(parts[0] ?? "")) {
    const color = parseColor(`hsl(${parts.join(" ")})`);
    return color && { color, space: "hsl" };
  }
  if (parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) {
    const color = parseColor(`rgb(${parts.join(" ")})`);
    return color && { color, space: "rgb" };
  }
  return null;
}

/** One spelling per colour: "#rrggbbaa". */
export function colorKey(color: Rgba): string {
  const hex = (value: number) => value.toString(16).padStart(2, "0");
  return `#${hex(color.r)}${hex(color.g)}${hex(color.b)}${hex(Math.round(color.a * 255))}`;
}

/** The shortest hex spelling. */
export function hexOf(color: Rgba): string {
  const key = colorKey(color);
  return key.endsWith("ff") ? key.slice(0, 7) : key;
}

const labs = new Map<string, Lab65>();

function labOf(color: Rgba): Lab65 {
  const key = `${color.r},${color.g},${color.b}`;
  let lab = labs.get(key);
  if (!lab) {
    lab = toLab({ mode: "rgb", r: color.r / 255, g: color.g / 255, b: color.b / 255 });
    labs.set(key, lab);
  }
  return lab;
}

/**
 * CIEDE2000 of the opaque colours (Sharma, Wu, Dalal 2005), plus what the difference in alpha makes on
 * white and black: the larger of the two, so that 50 % black and 60 % black are not equal.
 */
export function colorDistance(a: Rgba, b: Rgba): number {
  if (a.a === 1 && b.a === 1) return ciede(labOf(a), labOf(b));
  const onto = (ground: Rgba) => ciede(labOf(over(a, ground)), labOf(over(b, ground)));
  return Math.max(onto({ r: 255, g: 255, b: 255, a: 1 }), onto({ r: 0, g: 0, b: 0, a: 1 }));
}

/** `top` painted over the opaque `ground` (source-over in sRGB, as browsers do). */
export function over(top: Rgba, ground: Rgba): Rgba {
  if (top.a >= 1) return top;
  const mix = (t: number, g: number) => Math.round(t * top.a + g * (1 - top.a));
  return { r: mix(top.r, ground.r), g: mix(top.g, ground.g), b: mix(top.b, ground.b), a: 1 };
}

/** Relative luminance, WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance). */
export function luminance({ r, g, b }: Rgba): number {
  const linear = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Contrast ratio of two opaque colours, 1–21 (WCAG 2.2, "contrast ratio"). */
export function contrastRatio(a: Rgba, b: Rgba): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
