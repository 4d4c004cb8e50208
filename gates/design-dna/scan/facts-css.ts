/** Facts of a stylesheet, a style element or a styled template: sites, blocks, definitions. */
import { propertyUse } from "../properties.ts";
import type { Block, Definition, FileFacts, JsRef, Site } from "../types.ts";
import { type CssScan, type CssSyntax, conditionOf, scanCss, selectorOf } from "./css.ts";
import { isRootSelector, modeOf } from "./modes.ts";
import type { Lines } from "./text.ts";

/** What a check of the DNA wants to see beyond the properties that always count. */
export interface Wanted {
  props: ReadonlySet<string>;
  texts: boolean;
}

/** Facts of a file nothing was found in yet. */
export function emptyFacts(): FileFacts {
  return {
    sites: [],
    blocks: [],
    definitions: [],
    mentions: [],
    imports: [],
    exports: {},
    texts: [],
    images: [],
    waivers: [],
    bound: [],
    loops: {},
    utilityNames: [],
    locals: [],
    declarations: 0,
  };
}

export interface CssPart {
  /** Source text, or the text with embedded expressions replaced by holes of the same length. */
  text: string;
  from: number;
  to: number;
  syntax: CssSyntax;
  /** Enclosing symbol of a styled template or a style attribute. */
  symbol?: string;
  element?: string;
  refs?: JsRef[];
  inline?: boolean;
}

const ALWAYS = new Set(["backdrop-filter", "-webkit-backdrop-filter", "opacity", "min-height", "composes"]);
/** Rules that hold only custom properties, and so many, are a theme whatever their selector is. */
const THEME_RULE = 30;
/** A mixin of that kind needs fewer. */
const THEME_MIXIN = 4;

interface RuleInfo {
  selector: string;
  condition: string;
  global: boolean;
  mode: string;
  block: number;
}

class CssFacts {
  private readonly rules = new Map<number, RuleInfo>();
  private readonly onlyDefinitions = new Set<number>();
  private readonly scan: CssScan;
  private readonly part: CssPart;
  private readonly facts: FileFacts;

  constructor(facts: FileFacts, part: CssPart) {
    this.facts = facts;
    this.part = part;
    this.scan = scanCss(part.text, part.syntax, part.from, part.to);
    this.findThemeRules();
  }

  private findThemeRules(): void {
    const counts = new Map<number, { definitions: number; others: number }>();
    for (const declaration of this.scan.declarations) {
      const count = counts.get(declaration.rule) ?? { definitions: 0, others: 0 };
      if (declaration.prop.startsWith("--")) count.definitions += 1;
      else if (declaration.prop !== "color-scheme") count.others += 1;
      counts.set(declaration.rule, count);
    }
    for (const [rule, count] of counts) {
      const least = this.scan.rules[rule]?.at === "mixin" ? THEME_MIXIN : THEME_RULE;
      if (count.definitions >= least && count.others === 0) this.onlyDefinitions.add(rule);
    }
  }

  private info(rule: number): RuleInfo {
    const known = this.rules.get(rule);
    if (known) return known;
    const own = this.scan.rules[rule];
    const selector = rule < 0 ? (this.part.symbol ?? "") : this.named(selectorOf(this.scan, rule));
    const condition = rule < 0 ? "" : conditionOf(this.scan, rule);
    const theme = own?.at === "theme";
    const isRoot = theme || isRootSelector(selector) || this.onlyDefinitions.has(rule);
    const info: RuleInfo = {
      selector: theme ? `@theme${own?.prelude.slice(6) ?? ""}` : selector,
      condition,
      global: rule >= 0 && isRoot && !this.part.inline,
      mode: theme ? "" : modeOf(isRootSelector(selector) ? selector : "", condition),
      block: -1,
    };
    if (this.onlyDefinitions.has(rule) && !isRootSelector(selector) && !theme)
      info.mode = themeOf(selector, info.mode);
    this.rules.set(rule, info);
    return info;
  }

  private named(selector: string): string {
    const { symbol } = this.part;
    return symbol ? `${symbol} ${selector}`.trim() : selector;
  }

  private block(rule: number): number {
    const info = this.info(rule);
    if (info.block >= 0) return info.block;
    const own = this.scan.rules[rule];
    const block: Block = {
      kind: this.part.inline ? "inline" : "rule",
      name: info.selector,
      element: this.part.element ?? "",
      start: own?.start ?? this.part.from,
      end: own?.end ?? this.part.to,
      condition: info.condition,
    };
    this.facts.blocks.push(block);
    info.block = this.facts.blocks.length - 1;
    return info.block;
  }

  run(lines: Lines, wanted: Wanted): void {
    const { facts, scan, part } = this;
    for (const { at, prelude } of scan.rules) if (BINDING.test(at)) bind(facts, at, prelude);
    for (const { name, params, start } of scan.statements) {
      if (
        name === "import" ||
        name === "use" ||
        name === "forward" ||
        name === "reference" ||
        name === "config" ||
        name === "plugin"
      ) {
        for (const match of params.matchAll(/["']([^"']+)["']/g)) {
          if (match[1]) facts.imports.push(match[1]);
          if (name !== "import") break;
        }
      } else if (name === "apply") this.apply(params, start);
    }
    for (const declaration of scan.declarations) {
      const { prop } = declaration;
      const first = prop.charCodeAt(0);
      const isVariable = first === 36 || (first === 64 && part.syntax === "less");
      const isCustom = first === 45 && prop.charCodeAt(1) === 45;
      if (isVariable || isCustom) {
        this.definition(declaration, isCustom, lines);
        continue;
      }
      facts.declarations += 1;
      if (scan.rules[declaration.rule]?.at === "font-face") continue;
      const name = prop.toLowerCase();
      if (!propertyUse(name) && !ALWAYS.has(name) && !wanted.props.has(name)) continue;
      facts.sites.push(this.site(declaration, name));
    }
  }

  private apply(params: string, start: number): void {
    const at = this.part.text.indexOf(params, start);
    const rule = this.scan.statements.find((one) => one.start === start)?.rule ?? -1;
    const info = this.info(rule);
    this.facts.blocks.push({
      kind: "classes",
      name: info.selector,
      element: "",
      start: at,
      end: at + params.length,
      classes: params.replace(/!important/g, "          "),
      classesAt: at,
      condition: info.condition,
    });
  }

  private site({ prop, value, start, end, rule }: CssScan["declarations"][number], name: string): Site {
    const { part } = this;
    const site: Site = {
      prop: name,
      value,
      start,
      end,
      syntax: part.syntax,
      exact: true,
      block: this.block(rule),
    };
    if (prop.startsWith("--")) site.local = true;
    if (part.refs) site.refs = part.refs;
    return site;
  }

  private definition(declaration: CssScan["declarations"][number], isCustom: boolean, lines: Lines): void {
    const { prop, value, from, start, end, to, rule, flags } = declaration;
    if (value === "" || prop.includes("#{")) return;
    const info = isCustom ? this.info(rule) : null;
    const isTheme = info?.selector.startsWith("@theme") ?? false;
    const global = info ? info.global : rule < 0;
    const definition: Definition = {
      name: prop,
      value,
      start,
      end,
      from,
      to,
      line: lines.lineAt(from),
      mode: info ? info.mode : "",
      global,
      kind: isTheme ? "theme" : isCustom ? "css" : this.part.syntax === "less" ? "less" : "scss",
    };
    if (flags.includes("default")) definition.isDefault = true;
    if (isTheme && info?.selector.includes("inline")) definition.inline = true;
    this.facts.definitions.push(definition);
    if (!global && isCustom) this.facts.sites.push(this.site(declaration, prop));
  }
}

const BINDING = /^(?:each|for|mixin|function|include)$/;

/** Notes which variables a loop or a parameter list binds. */
function bind(facts: FileFacts, at: string, prelude: string): void {
  let names = parameters(prelude);
  if (at === "include") names = /using\s*\((.*)\)/.exec(prelude)?.[1] ?? "";
  else if (at === "each" || at === "for") {
    const [left = "", right = ""] = prelude.split(/\s(?:in|from)\s/);
    names = left;
    const map = /^\s*((?:[\w-]+\.)?\$[\w-]+)\s*$/.exec(right)?.[1];
    const value = left.match(/\$[\w-]+/g)?.at(-1);
    if (at === "each" && map && value && (facts.loops[value] ?? map) === map) {
      facts.loops[value] = map.replace(/^[\w-]+\./, "");
      names = names.replace(value, "");
    } else if (value) delete facts.loops[value];
  }
  for (const match of names.matchAll(/\$[\w-]+/g)) facts.bound.push(match[0]);
}

/** Names in a parameter list, default values left out. */
const parameters = (prelude: string) =>
  prelude.replace(/:\s*[^,()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^,()]*)*/g, "");

/** `.spectrum--dark` → "dark": the last word of a theme's class; the default when it names no mode. */
function themeOf(selector: string, mode: string): string {
  const match = /(dark(?:est)?|light(?:est)?|black|high-?contrast|dim(?:med)?)[\w-]*(?:\(.*)?$/i.exec(
    selector.trim(),
  );
  return mode === "" && match ? (match[1] ?? "").toLowerCase() : mode;
}

/** Adds what one piece of CSS says to the facts of its file. */
export function addCssFacts(facts: FileFacts, piece: CssPart, lines: Lines, wanted: Wanted): void {
  new CssFacts(facts, piece).run(lines, wanted);
}

/** Names of custom properties and variables the text mentions, definitions of the same file not counted. */
export function mentionsOf(text: string, definitions: readonly Definition[]): string[] {
  const counts = new Map<string, number>();
  for (const match of text.matchAll(/--[a-z][\w-]*|[$@][a-z][\w-]*/gi))
    counts.set(match[0], (counts.get(match[0]) ?? 0) + 1);
  for (const { name } of definitions) counts.set(name, (counts.get(name) ?? 0) - 1);
  return [...counts].filter(([, count]) => count > 0).map(([name]) => name);
}
