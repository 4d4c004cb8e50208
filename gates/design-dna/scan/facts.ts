/** Facts of one file, whatever its language. */
import type { FileFacts } from "../types.ts";
import { classesOf } from "./classes.ts";
import { addCssFacts, emptyFacts, mentionsOf, type Wanted } from "./facts-css.ts";
import { MarkupFacts } from "./facts-markup.ts";
import { parseScript, ScriptScan } from "./script.ts";
import { Lines } from "./text.ts";
import { waiversOf } from "./waivers.ts";

export type FileKind = "css" | "scss" | "less" | "script" | "markup";

const KINDS: Record<string, FileKind> = {
  css: "css",
  pcss: "scss",
  postcss: "scss",
  scss: "scss",
  less: "less",
  tsx: "script",
  jsx: "script",
  ts: "script",
  js: "script",
  mjs: "script",
  cjs: "script",
  mts: "script",
  cts: "script",
  vue: "markup",
  svelte: "markup",
  html: "markup",
  htm: "markup",
  astro: "markup",
};

/** The kind of a file by its extension, or null when the gate does not read it. */
export function kindOf(path: string): FileKind | null {
  if (/\.d\.[cm]?ts$/.test(path)) return null;
  return KINDS[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? null;
}

/** A script without any of these paints nothing; parsing it would only cost time. */
const PAINTS =
  /class(?:Name|es|Names)?\s*[=:]|[cC]lass\b|style|styled|css|Style|\bsx=|cva\(|clsx|\bcn\(|\bcx\(|\btw`|(?:fill|stroke|[cC]olor|background)\s*[=:]|@apply|theme|Theme|token|colou?r|palette|export\s+(?:const|default)\b|module\.exports|import\s*\(|from\s*["']|require\(/;
const SHOWS =
  /className|class=|style|css|#[\da-fA-F]{3,8}\b|<[A-Z]?[a-z]+[\s/>]|rgba?\(|hsla?\(|\d(?:px|rem)\b/;

/** Reads one file. Never throws for content; what cannot be parsed is named in `problem`. */
export function factsOf(path: string, kind: FileKind, text: string, wanted: Wanted): FileFacts {
  const facts = emptyFacts();
  const lines = new Lines(text);
  if (kind === "script") {
    if (!SHOWS.test(text) || !PAINTS.test(text)) {
      importsOnly(facts, text);
      return facts;
    }
    const { program, broken } = parseScript(path, text);
    if (broken && (!Array.isArray(program.body) || program.body.length === 0))
      facts.problem = "not parseable as JavaScript or TypeScript";
    const scan = new ScriptScan(facts, wanted);
    scan.walk(program);
    scan.finish(text, lines);
  } else if (kind === "markup") new MarkupFacts(facts, text, lines, wanted).run();
  else addCssFacts(facts, { text, from: 0, to: text.length, syntax: kind }, lines, wanted);
  if (kind !== "script" && VENDOR.test(text.slice(0, 400))) facts.vendored = true;
  facts.mentions = mentionsOf(text, facts.definitions);
  facts.utilityNames = utilityNames(facts);
  facts.locals = [...new Set(facts.sites.filter((site) => site.local).map((site) => site.prop))];
  facts.waivers = waiversOf(text, lines);
  return facts;
}

/** "bg-card-foreground/50" → "card-foreground": all class lists of the file, each name once. */
function utilityNames(facts: FileFacts): string[] {
  const names = new Set<string>();
  for (const block of facts.blocks) {
    if (block.classes === undefined || !block.classes.includes("-")) continue;
    for (const { base } of classesOf(block.classes)) {
      const dash = base.indexOf("-");
      if (dash > 0 && !base.includes("[")) names.add(base.slice(dash + 1).replace(/\/.*$/, ""));
    }
  }
  return [...names];
}

const VENDOR =
  /^\s*(?:\/\/[^\n]*\s+|@charset[^;]*;\s*)*\/\*!?[\s*]*(?:github\.com\/)?(?:modern-)?(?:normalize|sanitize|reset|bootstrap|bulma|foundation|font ?awesome|animate|skeleton|pure|milligram|tailwindcss|swiper|slick|highlight|prism|leaflet|select2)(?:\.(?:s?css|js))?\s+v?\d/i;

const IMPORT = /(?:from|import|require\()\s*\(?["']([^"']+)["']/g;

function importsOnly(facts: FileFacts, text: string): void {
  if (!text.includes("import") && !text.includes("require(") && !text.includes("from")) return;
  for (const match of text.matchAll(IMPORT)) if (match[1]) facts.imports.push(match[1]);
}
