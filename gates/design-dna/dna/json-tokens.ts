/** Design-token JSON: the W3C community group's format (2025.10) and style-dictionary's older `value` form. */
import { posix } from "node:path";
import type { Category } from "../types.ts";
import type { RawToken } from "./raw.ts";

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const CATEGORIES: Record<string, Category> = {
  color: "color",
  fontFamily: "fontFamily",
  fontWeight: "fontWeight",
  shadow: "shadow",
  border: "border",
  typography: "font",
  duration: "motion",
  cubicBezier: "motion",
  transition: "motion",
};

/** True for JSON that holds tokens: some object in it has a `$value`, or a `value` beside nothing but token fields. */
export function looksLikeTokens(json: unknown): boolean {
  return findKey(json, "$value", 0) || (isObject(json) && findLegacy(json, 0));
}

function findKey(json: unknown, key: string, depth: number): boolean {
  if (!isObject(json) || depth > 8) return false;
  return key in json || Object.values(json).some((value) => findKey(value, key, depth + 1));
}

function findLegacy(json: unknown, depth: number): boolean {
  if (!isObject(json) || depth > 8) return false;
  if (isLegacy(json)) return true;
  return Object.values(json).some((value) => findLegacy(value, depth + 1));
}

const LEGACY_FIELDS = new Set([
  "value",
  "type",
  "comment",
  "description",
  "themeable",
  "attributes",
  "name",
  "original",
  "path",
  "darkValue",
  "group",
  "key",
  "filePath",
  "isSource",
]);

function isLegacy(json: Fields): boolean {
  const { value } = json;
  if (typeof value !== "string" && typeof value !== "number") return false;
  return Object.keys(json).every((key) => LEGACY_FIELDS.has(key));
}

function dimension(value: unknown): string | null {
  if (isObject(value) && typeof value.value === "number")
    return `${value.value}${typeof value.unit === "string" ? value.unit : ""}`;
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function colorText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (!isObject(value)) return null;
  const alpha = typeof value.alpha === "number" ? value.alpha : 1;
  const parts = Array.isArray(value.components)
    ? value.components.map((part) => (part === "none" ? 0 : Number(part)))
    : [];
  const space = String(value.colorSpace ?? "srgb");
  if (parts.length === 3 && parts.every(Number.isFinite)) {
    const list = parts.join(" ");
    if (space === "srgb") return `rgb(${parts.map((part) => Math.round(part * 255)).join(" ")} / ${alpha})`;
    if (space === "hsl" || space === "hwb")
      return `${space}(${parts[0]} ${parts[1]}% ${parts[2]}% / ${alpha})`;
    if (/^(?:lab|lch|oklab|oklch)$/.test(space)) return `${space}(${list} / ${alpha})`;
    return `color(${space} ${list} / ${alpha})`;
  }
  return typeof value.hex === "string" ? value.hex : null;
}

function shadowText(value: unknown): string | null {
  const layers = Array.isArray(value) ? value : [value];
  const texts = layers.map((layer) => {
    if (typeof layer === "string") return layer;
    if (!isObject(layer)) return null;
    const pieces = [layer.offsetX, layer.offsetY, layer.blur, layer.spread].map(
      (piece) => dimension(piece) ?? "0",
    );
    const color = colorText(layer.color);
    return color === null ? null : `${layer.inset === true ? "inset " : ""}${pieces.join(" ")} ${color}`;
  });
  return texts.includes(null) ? null : texts.join(", ");
}

function valueText(value: unknown, type: string): string | null {
  if (typeof value === "string") return value;
  if (type === "color") return colorText(value);
  if (type === "shadow") return shadowText(value);
  if (type === "fontFamily" && Array.isArray(value))
    return value.map((name) => (/\s/.test(String(name)) ? `"${name}"` : name)).join(", ");
  if (type === "cubicBezier" && Array.isArray(value)) return `cubic-bezier(${value.join(", ")})`;
  if (type === "border" && isObject(value))
    return `${dimension(value.width)} ${value.style} ${colorText(value.color)}`;
  if (isObject(value) && "colorSpace" in value) return colorText(value);
  return dimension(value);
}

interface Walk {
  path: string;
  lineOf(key: string): number;
  mode: string;
  tokens: RawToken[];
}

/** "#/color/brand/$value" or "#/color/brand" → "{color.brand}". */
function reference(node: Fields): string | null {
  if (typeof node.$ref !== "string" || !node.$ref.startsWith("#/")) return null;
  return `{${node.$ref
    .slice(2)
    .replace(/\/\$value$/, "")
    .replaceAll("/", ".")}}`;
}

function visit(node: Fields, names: string[], inherited: string, walk: Walk): void {
  const type =
    typeof node.$type === "string" ? node.$type : typeof node.type === "string" ? node.type : inherited;
  const own = "$value" in node ? node.$value : isLegacy(node) ? node.value : undefined;
  const alias = isObject(own) ? reference(own) : own === undefined ? reference(node) : null;
  const text = alias ?? (own === undefined ? null : valueText(own, type));
  if (text !== null) {
    const parts = names.filter((name) => name !== "$root");
    const name = parts.join(".");
    const token: RawToken = {
      name,
      form: "named",
      raw: { [walk.mode]: text },
      css: `var(--${parts
        .map((part) =>
          part
            .replace(/([a-z\d])([A-Z])/g, "$1-$2")
            .toLowerCase()
            .replace(/[^a-z\d]+/g, "-"),
        )
        .join("-")})`,
      aliases: [`{${name}}`, `{${name}.value}`, `{${names.join(".")}}`],
      source: { path: walk.path, line: walk.lineOf(names.at(-1) ?? "") },
    };
    const category = CATEGORIES[type];
    if (category) token.category = category;
    if (node.$deprecated !== undefined && node.$deprecated !== false) token.deprecated = true;
    const modes = isObject(node.$extensions) ? (node.$extensions as Fields).mode : undefined;
    if (isObject(modes)) {
      for (const [mode, value] of Object.entries(modes)) {
        const modeText = valueText(value, type);
        if (modeText !== null && /^[\w-]+$/.test(mode)) token.raw[mode.toLowerCase()] = modeText;
      }
    }
    if (typeof node.darkValue === "string") token.raw.dark = node.darkValue;
    walk.tokens.push(token);
    if (!isObject(own)) return;
  }
  for (const [key, value] of Object.entries(node)) {
    if ((key.startsWith("$") && key !== "$root") || !isObject(value) || key === "value") continue;
    visit(value, [...names, key], type, walk);
  }
}

/** "tokens.dark.json", "dark/colors.json" → "dark"; "" when the file name tells no mode. */
export function modeOfFile(path: string): string {
  const match = /(?:^|[/._-])(dark|light|high-contrast|hc|dim)(?:[-_][a-z]+)*(?=[/._-])/i.exec(path);
  const mode = (match?.[1] ?? "").toLowerCase();
  return mode === "hc" ? "high-contrast" : mode === "light" ? "" : mode;
}

/** Tokens of one JSON text; [] when it holds none. A resolver document (2025.10) gives its contexts as modes. */
export function readJsonTokens(path: string, text: string, mode = modeOfFile(path)): RawToken[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isObject(json)) return [];
  const lineOf = (key: string) => {
    const at = text.indexOf(`"${key}"`);
    return at < 0 ? 1 : text.slice(0, at).split("\n").length;
  };
  const walk: Walk = { path, lineOf, mode, tokens: [] };
  if (isObject(json.modifiers) && Array.isArray(json.resolutionOrder)) {
    for (const set of Object.values(isObject(json.sets) ? json.sets : {})) inline(set, walk);
    for (const modifier of Object.values(json.modifiers)) {
      if (!isObject(modifier) || !isObject(modifier.contexts)) continue;
      for (const [context, sources] of Object.entries(modifier.contexts)) {
        const mode = context === modifier.default ? "" : context.toLowerCase();
        inline({ sources }, { ...walk, mode });
      }
    }
    return walk.tokens;
  }
  if (!looksLikeTokens(json)) return [];
  visit(json, [], "", walk);
  return walk.tokens;
}

/** Files a resolver document names in the contexts of its modifiers, with the mode that stands for. */
export function resolverModes(path: string, text: string): Map<string, string> {
  const modes = new Map<string, string>();
  if (!text.includes('"modifiers"')) return modes;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return modes;
  }
  const modifiers = isObject(json) && isObject(json.modifiers) ? Object.values(json.modifiers) : [];
  for (const modifier of modifiers) {
    if (!isObject(modifier) || !isObject(modifier.contexts)) continue;
    for (const [context, sources] of Object.entries(modifier.contexts)) {
      for (const source of Array.isArray(sources) ? sources : []) {
        if (!isObject(source) || typeof source.$ref !== "string" || source.$ref.startsWith("#")) continue;
        const file = posix.join(posix.dirname(path), source.$ref.replace(/#.*$/, ""));
        modes.set(file, context === modifier.default ? "" : context.toLowerCase());
      }
    }
  }
  return modes;
}

function inline(set: unknown, walk: Walk): void {
  const sources = isObject(set) && Array.isArray(set.sources) ? set.sources : [];
  for (const source of sources) if (isObject(source) && !("$ref" in source)) visit(source, [], "", walk);
}
