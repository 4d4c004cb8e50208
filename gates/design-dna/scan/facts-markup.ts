/** Facts of HTML, Vue and Svelte files: style elements, style and class attributes, scripts, texts, images. */
import type { FileFacts, JsRef, Site } from "../types.ts";
import { addCssFacts, type Wanted } from "./facts-css.ts";
import { bare, type Node, nodes } from "./js-model.ts";
import { type Attribute, scanMarkup, type Tag } from "./markup.ts";
import { parseScript, ScriptScan } from "./script.ts";
import { StyleReader } from "./script-styles.ts";
import { hole, isHole, kebab, type Lines } from "./text.ts";

const PAINT = /^(?:fill|stroke|stop-color|flood-color|bgcolor|color)$/;
const STATIC_CLASS = /^(?:class|:?[\w-]+-class|[\w]+Class)$/;

export class MarkupFacts {
  private readonly facts: FileFacts;
  private readonly text: string;
  private readonly lines: Lines;
  private readonly wanted: Wanted;
  private readonly svgSites = new Map<number, Site[]>();
  private reader: StyleReader;

  constructor(facts: FileFacts, text: string, lines: Lines, wanted: Wanted) {
    this.facts = facts;
    this.text = text;
    this.lines = lines;
    this.wanted = wanted;
    this.reader = new StyleReader(facts, text, lines, wanted, new Map(), new Map());
  }

  run(): void {
    const markup = scanMarkup(this.text, this.wanted.texts);
    for (const tag of markup.tags) if (tag.name === "script") this.script(tag);
    for (const tag of markup.tags) {
      if (tag.name === "style") this.style(tag);
      else if (tag.name !== "script") this.tag(tag);
    }
    for (const { start, text } of markup.texts)
      this.facts.texts.push({ text, start, where: "text", name: "" });
    for (const sites of this.svgSites.values()) {
      const colors = new Set(
        sites
          .map((site) => site.value.toLowerCase())
          .filter((value) => !/^(?:none|currentcolor|inherit|url|var)/.test(value)),
      );
      if (colors.size <= 2) this.facts.sites.push(...sites);
    }
  }

  private script(tag: Tag): void {
    const src = attribute(tag, "src");
    if (src) this.facts.imports.push(src.value);
    const type = attribute(tag, "type")?.value ?? "";
    if (!tag.raw || (type !== "" && !/javascript|module|babel|typescript/.test(type))) return;
    const [from, to] = tag.raw;
    const body = this.text.slice(from, to);
    if (body.trim() === "") return;
    const { program } = parseScript("script.tsx", `${" ".repeat(from)}${body}`);
    const scan = new ScriptScan(this.facts, this.wanted);
    scan.walk(program);
    scan.finish(this.text, this.lines);
    this.reader = new StyleReader(
      this.facts,
      this.text,
      this.lines,
      this.wanted,
      scan.constants,
      scan.imported,
    );
  }

  private style(tag: Tag): void {
    if (!tag.raw) return;
    const lang = attribute(tag, "lang")?.value ?? "";
    const syntax =
      lang === "scss" || lang === "sass" || lang === "postcss" ? "scss" : lang === "less" ? "less" : "css";
    const [from, to] = tag.raw;
    addCssFacts(this.facts, { text: this.text, from, to, syntax }, this.lines, this.wanted);
  }

  private tag(tag: Tag): void {
    if (tag.name === "link") {
      const href = attribute(tag, "href");
      if (href) this.facts.imports.push(href.value);
    }
    for (const one of tag.attributes) this.attribute(tag, one);
    if (this.wanted.texts && tag.name === "img") this.image(tag);
  }

  private image(tag: Tag): void {
    const number = (name: string) => {
      const value = Number.parseFloat(attribute(tag, name)?.value ?? "");
      return Number.isFinite(value) ? value : null;
    };
    this.facts.images.push({
      src: attribute(tag, "src")?.value ?? "",
      start: tag.start,
      end: tag.end,
      alt: attribute(tag, "alt")?.value ?? null,
      width: number("width"),
      height: number("height"),
    });
  }

  private attribute(tag: Tag, one: Attribute): void {
    const { name } = one;
    if (name === "style" && !one.braced) this.styleText(tag, one);
    else if (
      /^(?::style|v-bind:style|\[style\]|\[ngStyle\])$/.test(name) ||
      (name === "style" && one.braced)
    ) {
      this.expression(one, (node) => this.reader.styles(node, tag.name, { element: tag.name, sx: false }));
    } else if (name.startsWith("style:")) this.styleDirective(tag, one);
    else if (
      /^(?::class|v-bind:class|\[class\]|\[ngClass\]|class:list)$/.test(name) ||
      (name === "class" && one.braced)
    ) {
      this.expression(one, (node) => this.reader.classes(node, tag.name, tag.name));
    } else if (STATIC_CLASS.test(name) && !one.braced) this.classText(tag, one);
    else if (PAINT.test(name) && !one.braced) this.paint(tag, one);
    else if (
      this.wanted.texts &&
      /^(?:alt|title|aria-label|placeholder|content)$/.test(name) &&
      !one.braced
    ) {
      this.facts.texts.push({ text: one.value, start: one.start, where: "attribute", name });
    }
  }

  private expression(one: Attribute, read: (node: Node | null) => void): void {
    const { program, broken } = parseScript("expression.tsx", `(${one.value})`);
    if (broken) return;
    const statement = nodes(program.body)[0];
    this.reader.base = one.start - 1;
    read(statement ? bare(statement.expression) : null);
    this.reader.base = 0;
  }

  /** `style="color: red; width: {w}px"`: declarations with holes. */
  private styleText(tag: Tag, one: Attribute): void {
    const refs: JsRef[] = [];
    const text = one.value.replace(/\{\{[\s\S]*?\}\}|\$?\{[^{}]*\}|<%[\s\S]*?%>/g, (found) => {
      refs.push({ from: null, name: "", path: [], text: found });
      return hole(refs.length - 1, found.length);
    });
    const padded = refs.length === 0 ? this.text : `${" ".repeat(one.start)}${text}`;
    const piece = {
      text: padded,
      from: one.start,
      to: one.end,
      syntax: "css" as const,
      symbol: tag.name,
      element: tag.name,
      refs,
      inline: true,
    };
    const known = this.facts.sites.length;
    addCssFacts(this.facts, piece, this.lines, this.wanted);
    if (refs.length > 0) this.literalsInHoles(this.facts.sites.slice(known));
  }

  /** `color: {on ? 'red' : tone}`: the strings inside an expression are values of the property too. */
  private literalsInHoles(sites: readonly Site[]): void {
    for (const site of sites) {
      const source = this.text.slice(site.start, site.end);
      if (source === site.value) continue;
      for (const match of source.matchAll(/(["'])([^"'`]*)\1/g)) {
        const value = match[2] ?? "";
        const start = site.start + match.index + 1;
        if (!isHole(site.value.charCodeAt(match.index))) continue;
        this.facts.sites.push({
          ...site,
          value,
          start,
          end: start + value.length,
          exact: true,
          refs: undefined,
        });
      }
    }
  }

  private styleDirective(tag: Tag, one: Attribute): void {
    if (one.braced) return;
    const prop = kebab(one.name.slice(6).split("|")[0] ?? "");
    this.push({
      prop,
      value: one.value,
      start: one.start,
      end: one.end,
      syntax: "css",
      exact: true,
      block: this.block(tag, one, "inline"),
    });
  }

  private paint(tag: Tag, one: Attribute): void {
    if (one.name === "color" && !/^#/.test(one.value) && tag.name !== "font") return;
    const prop = one.name === "bgcolor" ? "background-color" : one.name;
    const site: Site = {
      prop,
      value: one.value,
      start: one.start,
      end: one.end,
      syntax: "attribute",
      exact: true,
      block: this.block(tag, one, "inline"),
    };
    if (tag.svg === 0) this.push(site);
    else this.svgSites.set(tag.svg, [...(this.svgSites.get(tag.svg) ?? []), site]);
  }

  private push(site: Site): void {
    this.facts.declarations += 1;
    this.facts.sites.push(site);
  }

  private block(tag: Tag, one: Attribute, kind: "inline" | "classes"): number {
    this.facts.blocks.push({
      kind,
      name: tag.name,
      element: tag.name,
      start: one.start,
      end: one.end,
      condition: "",
    });
    return this.facts.blocks.length - 1;
  }

  private classText(tag: Tag, one: Attribute): void {
    if (one.value.trim() === "") return;
    this.facts.declarations += 1;
    const block = this.facts.blocks[this.block(tag, one, "classes")];
    if (!block) return;
    block.classes = one.value.replace(/\{[^{}]*\}|<%[\s\S]*?%>/g, (found) => " ".repeat(found.length));
    block.classesAt = one.start;
    for (const match of one.value.matchAll(/\{([^{}]*)\}/g)) {
      const value = match[1] ?? "";
      if (!/["'`]/.test(value)) continue;
      const inner = {
        ...one,
        value,
        start: one.start + match.index + 1,
        end: one.start + match.index + 1 + value.length,
      };
      this.expression(inner, (node) => this.reader.classes(node, tag.name, tag.name));
    }
  }
}

function attribute(tag: Tag, name: string): Attribute | undefined {
  return tag.attributes.find((one) => one.name === name);
}
