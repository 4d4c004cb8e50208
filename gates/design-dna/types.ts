/** The words of the gate: what a file says (sites, blocks, definitions) and what the DNA is (tokens, rules). */

/** Where a piece of styling stands, which decides how a token is written there. */
export type Syntax = "css" | "scss" | "less" | "js" | "class" | "attribute";

/** One value in a style position: a declaration, a property of a style object, an arbitrary utility class. */
export interface Site {
  /** CSS property in kebab-case, such as "margin-top"; "--x" or "$x" for a definition. */
  prop: string;
  /** CSS text; private-use characters stand for embedded expressions, one character per `refs` entry. */
  value: string;
  /** UTF-16 offsets of the value in the file. */
  start: number;
  end: number;
  syntax: Syntax;
  /** True when file.slice(start, end) is exactly `value`, so that offsets inside the value are exact. */
  exact: boolean;
  /** Index into FileFacts.blocks. */
  block: number;
  /** Embedded expressions of JavaScript, by private-use character (0xE000 + index). */
  refs?: JsRef[];
  /** For a utility class: what precedes the value, such as "hover:bg-". */
  utility?: string;
  /** Offsets of the whole class. */
  classStart?: number;
  classEnd?: number;
  /** A definition of a custom property or variable with block scope. */
  local?: boolean;
}

/** A constant another module exports, or null when it cannot be told. */
export interface JsRef {
  from: string | null;
  name: string;
  path: string[];
  /** Source text, for messages. */
  text: string;
}

/** What is painted together: one rule, one style object, one class list. */
export interface Block {
  kind: "rule" | "object" | "classes" | "inline";
  /** Selector, component or element: the enclosing symbol. */
  name: string;
  /** Element or component name of markup; "" elsewhere. */
  element: string;
  start: number;
  end: number;
  /** The class list of kind "classes", with its offset in the file. */
  classes?: string;
  classesAt?: number;
  /** At-rule conditions around it, joined by " ". */
  condition: string;
}

/** A definition of a custom property, SCSS or Less variable. */
export interface Definition {
  name: string;
  value: string;
  start: number;
  end: number;
  /** Offsets of the whole definition with its semicolon. */
  from: number;
  to: number;
  line: number;
  /** "" for the default mode, else such as "dark". */
  mode: string;
  /** Outermost scope: :root, a theme selector, @theme, the top level of SCSS. */
  global: boolean;
  kind: "css" | "scss" | "less" | "theme";
  /** SCSS `!default`. */
  isDefault?: boolean;
  /** `@theme inline`: the variable itself does not reach the browser. */
  inline?: boolean;
}

export interface TextSite {
  text: string;
  start: number;
  where: "text" | "attribute";
  name: string;
}

export interface ImageSite {
  src: string;
  start: number;
  end: number;
  alt: string | null;
  width: number | null;
  height: number | null;
}

export interface Waiver {
  /** First and last line it covers. */
  from: number;
  to: number;
  /** Rule names it lists; [] = all. */
  rules: string[];
  tool: "stylelint" | "eslint";
}

export interface FileFacts {
  sites: Site[];
  blocks: Block[];
  definitions: Definition[];
  /** Names of custom properties and variables it mentions outside their definition. */
  mentions: string[];
  /** Module specifiers it imports, in order. */
  imports: string[];
  /** Exported constants: "colors.primary" → literal. */
  exports: Record<string, string | number>;
  texts: TextSite[];
  images: ImageSite[];
  waivers: Waiver[];
  /** What its utility classes end in, such as "primary" of bg-primary: each once. */
  utilityNames: string[];
  /** Custom properties with block scope it sets. */
  locals: string[];
  /** Variables bound in the file by loops and parameters: nobody can tell their value. */
  bound: string[];
  /** Value variables of loops over a map: variable → map. */
  loops: Record<string, string>;
  /** A stylesheet of another project, copied with its banner. */
  vendored?: boolean;
  /** Declarations or class lists seen, right or wrong. */
  declarations: number;
  /** Set when the file could not be read as what it claims to be. */
  problem?: string;
}

export type Category =
  | "color"
  | "spacing"
  | "size"
  | "radius"
  | "borderWidth"
  | "fontSize"
  | "lineHeight"
  | "fontWeight"
  | "fontFamily"
  | "letterSpacing"
  | "shadow"
  | "border"
  | "font"
  | "blur"
  | "opacity"
  | "zIndex"
  | "motion"
  | "breakpoint"
  | "other";

export type Role = "surface" | "text" | "border" | "brand" | "danger" | "icon" | "shadow";

/** Where a token may be written and how. */
export type TokenForm = "css" | "scss" | "less" | "tailwind" | "js" | "named";

export interface Token {
  name: string;
  form: TokenForm;
  category: Category;
  /** Roles its name or the DNA gives it. */
  roles: Role[];
  /** Words of the name, lower case. */
  words: readonly string[];
  /** Mode → literal after aliases; "" is the default mode. */
  values: Record<string, string>;
  /** Name of the token it stands for, if it is an alias. */
  alias?: string;
  /** What is written in CSS, such as "var(--x)" or "hsl(var(--x))". */
  css: string;
  /** Name of the utility suffix it is bound to in Tailwind, such as "primary" in bg-primary. */
  utility?: string;
  source: { path: string; line: number; from?: number; to?: number; external?: boolean };
  deprecated?: boolean;
}

export interface ContrastPair {
  text: string;
  surface: string;
  /** Least ratio. */
  least: number;
  why: string;
}

export interface ComponentRule {
  name: string;
  /** Selectors or component names; default: `.name`, `name` and kebab-case forms. */
  match: string[];
  /** Property → condition, such as ">= 40px", "token", "one of a, b", "!= none". */
  rules: Record<string, string>;
}

export interface GlassRule {
  /** Tokens (globs) of glass; [] = every translucent surface. */
  tokens: string[];
  /** Alpha from which something is a surface rather than a tint. */
  from: number;
  /** Alpha below which a surface counts as translucent. */
  below: number;
  /** Least blur in px the backdrop has to have. */
  blurPx: number;
  /** Selectors, components or tokens it does not hold for. */
  except: string[];
}

export interface BrandingRule {
  names: { right: string; wrong: string[] }[];
  forbidden: { text: string; reason: string }[];
  logo: { files: string[]; minHeightPx: number; alt: string | null } | null;
}

export interface Dna {
  tokens: Token[];
  /** Names of all modes but the default. */
  modes: string[];
  glass: GlassRule | null;
  branding: BrandingRule | null;
  components: ComponentRule[];
  pairs: ContrastPair[];
  /** Paths whose literals are definitions. */
  definingFiles: Set<string>;
  /** Spacing step of Tailwind in px, when utilities multiply it. */
  tailwind: TailwindFacts | null;
  /** What it was read from, for messages. */
  sources: string[];
  /** Categories the DNA governs. */
  governed: Set<Category>;
}

export interface TailwindFacts {
  version: 3 | 4;
  spacingPx: number;
  /** Utility suffixes of own colours, such as "primary". */
  colors: Set<string>;
  /** True when stock palette utilities count as off the DNA. */
  stockForbidden: boolean;
}

/** One token proposed for a value. */
export interface Candidate {
  token: string;
  /** What to write at this place. */
  text: string;
  /** CIEDE2000 for colours, px (or plain units) for sizes; 0 = equal. */
  distance: number;
}

/** A violation before it becomes a Finding. */
export interface Issue {
  check: string;
  rule: string;
  severity: "critical" | "high" | "medium" | "low" | "info";
  /** The offending text, normalised by whitespace. */
  value: string;
  prop: string;
  message: string;
  start: number;
  end: number;
  line: number;
  column: number;
  symbol: string;
  candidates: Candidate[];
  /** An exact edit, and whether a codemod may apply it unseen (no visual change). */
  edit?: { start: number; end: number; text: string; safe: boolean };
  advice?: string;
  waived?: boolean;
  /** Issues of one group have one cause: the first is reported, with their number. */
  group?: string;
  count?: number;
  /** A definition to change, whose place is looked up when the finding is written. */
  replace?: { name: string; mode: string; text: string };
  /** Definitions to take out. */
  removals?: { path: string; start: number; end: number }[];
}
