/** design-dna.yaml: tokens and rules a team writes down, or `design learn` proposes. */
import type { BrandingRule, Category, ComponentRule, ContrastPair, GlassRule, Role } from "../types.ts";
import type { RawToken } from "./raw.ts";

export interface DnaFile {
  /** Globs and package names the DNA is read from; [] = found by itself. */
  sources: string[];
  tokens: RawToken[];
  glass: GlassRule | null;
  branding: BrandingRule | null;
  components: ComponentRule[];
  pairs: ContrastPair[];
  archived: string[];
  entries: string[];
  /** Categories it forbids literals in even if it has few tokens for them. */
  govern: Category[];
  problems: string[];
}

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const strings = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((one) => typeof one === "string")
    : typeof value === "string"
      ? [value]
      : [];

const KINDS: Record<string, Category> = {
  color: "color",
  colors: "color",
  colour: "color",
  colours: "color",
  spacing: "spacing",
  space: "spacing",
  size: "size",
  sizes: "size",
  radius: "radius",
  radii: "radius",
  border: "borderWidth",
  borderWidth: "borderWidth",
  fontSize: "fontSize",
  fontWeight: "fontWeight",
  fontFamily: "fontFamily",
  lineHeight: "lineHeight",
  letterSpacing: "letterSpacing",
  shadow: "shadow",
  shadows: "shadow",
  typography: "fontSize",
};
const TOP = new Set([
  "version",
  "sources",
  "tokens",
  "glass",
  "contrast",
  "branding",
  "components",
  "archived",
  "entries",
  "govern",
  "name",
]);
const ROLES = new Set(["surface", "text", "border", "brand", "danger", "icon", "shadow"]);

/** Names that stand for the file: the root, or one level down. */
export const DNA_FILES = /^(?:\.?config\/)?design-dna\.ya?ml$/;

const px = (value: unknown, fallback: number): number => {
  const number = Number.parseFloat(String(value ?? ""));
  return Number.isFinite(number) ? (String(value).endsWith("rem") ? number * 16 : number) : fallback;
};

function tokensOf(path: string, text: string, section: unknown, problems: string[]): RawToken[] {
  const tokens: RawToken[] = [];
  if (section === undefined) return tokens;
  if (!isObject(section)) {
    problems.push("`tokens` is not a mapping of kinds to names");
    return tokens;
  }
  for (const [kind, entries] of Object.entries(section)) {
    const category = KINDS[kind];
    if (!category || !isObject(entries)) {
      problems.push(`tokens.${kind} is not one of ${[...new Set(Object.values(KINDS))].join(", ")}`);
      continue;
    }
    for (const [name, entry] of Object.entries(entries)) {
      const fields: Fields = isObject(entry) ? entry : { value: entry };
      if (typeof fields.value !== "string" && typeof fields.value !== "number") {
        problems.push(`tokens.${kind}.${name} has no value`);
        continue;
      }
      const raw: Record<string, string> = { "": String(fields.value) };
      if (isObject(fields.modes))
        for (const [mode, value] of Object.entries(fields.modes)) raw[mode] = String(value);
      const line = text
        .slice(
          0,
          Math.max(0, text.search(new RegExp(`^\\s+["']?${name.replace(/[^\w-]/g, "\\$&")}["']?:`, "m"))),
        )
        .split("\n").length;
      const token: RawToken = {
        name: `${kind}.${name}`,
        form: "named",
        raw,
        css:
          typeof fields.css === "string"
            ? fields.css
            : `var(--${kind === "colors" ? "color" : kind.replace(/[A-Z]/g, (l) => `-${l.toLowerCase()}`)}-${name})`,
        category,
        aliases: [`{${kind}.${name}}`, `{${name}}`],
        source: { path, line },
      };
      const roles = strings(fields.roles).filter((role) => ROLES.has(role)) as Role[];
      if (roles.length > 0) token.roles = roles;
      if (typeof fields.utility === "string") token.utility = fields.utility;
      tokens.push(token);
    }
  }
  return tokens;
}

const LEVELS: Record<string, number> = { AA: 4.5, "AA-large": 3, "AA-ui": 3, AAA: 7, "AAA-large": 4.5 };

function pairsOf(section: unknown, problems: string[]): ContrastPair[] {
  const pairs: ContrastPair[] = [];
  for (const entry of Array.isArray(section) ? section : []) {
    if (!isObject(entry) || typeof entry.text !== "string" || typeof entry.surface !== "string") {
      problems.push("an entry of `contrast` has no `text` and `surface`");
      continue;
    }
    const least =
      typeof entry.level === "number" ? entry.level : (LEVELS[String(entry.level ?? "AA")] ?? 4.5);
    pairs.push({ text: entry.text, surface: entry.surface, least, why: "declared in the DNA" });
  }
  return pairs;
}

function brandingOf(section: unknown): BrandingRule | null {
  if (!isObject(section)) return null;
  const names = (Array.isArray(section.names) ? section.names : [])
    .filter(isObject)
    .map((one) => ({ right: String(one.right ?? ""), wrong: strings(one.wrong) }));
  const forbidden = (Array.isArray(section.forbidden) ? section.forbidden : []).map((one) =>
    isObject(one)
      ? { text: String(one.text ?? ""), reason: String(one.reason ?? "it is not said here") }
      : { text: String(one), reason: "the DNA forbids it" },
  );
  const logo = isObject(section.logo)
    ? {
        files: strings(section.logo.files),
        minHeightPx: px(section.logo.minHeight, 0),
        alt: typeof section.logo.alt === "string" ? section.logo.alt : null,
      }
    : null;
  return {
    names: names.filter((one) => one.right !== ""),
    forbidden: forbidden.filter((one) => one.text !== ""),
    logo,
  };
}

function componentsOf(section: unknown, problems: string[]): ComponentRule[] {
  const rules: ComponentRule[] = [];
  for (const [name, entry] of Object.entries(isObject(section) ? section : {})) {
    if (!isObject(entry)) {
      problems.push(`components.${name} is not a mapping`);
      continue;
    }
    const own = isObject(entry.rules)
      ? entry.rules
      : Object.fromEntries(Object.entries(entry).filter(([key]) => key !== "match"));
    const wanted = Object.fromEntries(Object.entries(own).map(([prop, rule]) => [prop, String(rule)]));
    const dashed = name.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase();
    const match = strings(entry.match);
    rules.push({
      name,
      match: match.length > 0 ? match : [...new Set([`.${name}`, `.${dashed}`, name, dashed])],
      rules: wanted,
    });
  }
  return rules;
}

/** Reads the file. Anything it cannot use is a sentence in `problems`, which makes the gate errored. */
export async function readDnaFile(path: string, text: string): Promise<DnaFile> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  const problems = document.errors.map((error) => error.message.split("\n")[0] ?? "");
  const json: unknown = problems.length > 0 ? {} : document.toJS();
  const fields = isObject(json) ? json : {};
  for (const key of Object.keys(fields)) {
    if (!TOP.has(key)) problems.push(`unknown key "${key}"; known are ${[...TOP].join(", ")}`);
  }
  const glass = isObject(fields.glass)
    ? {
        tokens: strings(fields.glass.tokens),
        from: Number(fields.glass.from ?? 0.4),
        below: Number(fields.glass.below ?? 1),
        blurPx: px(fields.glass.blur, 1),
        except: strings(fields.glass.except),
      }
    : null;
  return {
    sources: strings(fields.sources),
    tokens: tokensOf(path, text, fields.tokens, problems),
    glass,
    branding: brandingOf(fields.branding),
    components: componentsOf(fields.components, problems),
    pairs: pairsOf(fields.contrast, problems),
    archived: strings(fields.archived),
    entries: strings(fields.entries),
    govern: strings(fields.govern)
      .map((kind) => KINDS[kind])
      .filter((kind): kind is Category => kind !== undefined),
    problems,
  };
}
