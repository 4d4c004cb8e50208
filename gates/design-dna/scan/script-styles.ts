/** Turns style expressions and class expressions of a script into sites with exact offsets. */
import { propertyUse, UNITLESS } from "../properties.ts";
import type { FileFacts, JsRef, Site } from "../types.ts";
import { addCssFacts, type Wanted } from "./facts-css.ts";
import { bare, isNode, keyOfProperty, literalOf, type Node, nodes, pathOf } from "./js-model.ts";
import { hole, kebab, type Lines } from "./text.ts";

interface StyleContext {
  element: string;
  /** Theme-aware objects (MUI): bare numbers are steps of the theme. */
  sx: boolean;
}

const DEPTH = 8;
const EXTRA = new Set(["backdrop-filter", "-webkit-backdrop-filter", "opacity", "min-height"]);
const PLAIN: StyleContext = { element: "", sx: false };

export class StyleReader {
  private readonly seen = new Set<string>();
  /** Paint attributes by the svg they stand in; dropped when the svg is an illustration. */
  private readonly svgSites = new Map<number, Site[]>();
  /** Offset added to nodes of an expression that was parsed on its own. */
  base = 0;
  private readonly facts: FileFacts;
  private readonly text: string;
  private readonly lines: Lines;
  private readonly wanted: Wanted;
  private readonly constants: ReadonlyMap<string, Node>;
  private readonly imported: ReadonlyMap<string, { from: string; name: string }>;

  constructor(
    facts: FileFacts,
    text: string,
    lines: Lines,
    wanted: Wanted,
    constants: ReadonlyMap<string, Node>,
    imported: ReadonlyMap<string, { from: string; name: string }>,
  ) {
    this.facts = facts;
    this.text = text;
    this.lines = lines;
    this.wanted = wanted;
    this.constants = constants;
    this.imported = imported;
  }

  private once(kind: string, node: Node): boolean {
    const key = `${kind}:${this.base + node.start}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }

  private block(kind: "object" | "classes" | "inline", name: string, element: string, node: Node): number {
    const { base } = this;
    this.facts.blocks.push({
      kind,
      name,
      element,
      start: base + node.start,
      end: base + node.end,
      condition: "",
    });
    return this.facts.blocks.length - 1;
  }

  /** Runs with a node another part of the file declares: constants of the script have no own base. */
  private resolved(path: string[], run: (node: Node) => void): boolean {
    let node = this.constants.get(path[0] ?? "") ?? null;
    for (const key of path.slice(1)) {
      const property =
        node?.type === "ObjectExpression"
          ? nodes(node.properties).find((one) => keyOfProperty(one) === key)
          : null;
      node = property ? bare(property.value) : null;
    }
    if (!node || node.type === "Ambiguous") return false;
    const was = this.base;
    this.base = 0;
    run(node);
    this.base = was;
    return true;
  }

  /** An object in a style position; also arrays, conditions, spreads and names that lead to one. */
  styles(node: Node | null, symbol: string, context: StyleContext, depth = 0, block?: number): void {
    if (!node || depth > DEPTH) return;
    switch (node.type) {
      case "ObjectExpression":
        this.object(node, symbol, context, depth, block);
        return;
      case "ArrayExpression":
        for (const item of nodes(node.elements)) this.styles(bare(item), symbol, context, depth + 1);
        return;
      case "ConditionalExpression":
        this.styles(bare(node.consequent), symbol, context, depth + 1, block);
        this.styles(bare(node.alternate), symbol, context, depth + 1, block);
        return;
      case "LogicalExpression":
        this.styles(bare(node.left), symbol, context, depth + 1, block);
        this.styles(bare(node.right), symbol, context, depth + 1, block);
        return;
      case "ArrowFunctionExpression":
        this.styles(bare(returned(node)), symbol, context, depth + 1);
        return;
      case "TaggedTemplateExpression":
        this.template(node.quasi as Node, symbol);
        return;
      case "TemplateLiteral":
        this.template(node, symbol);
        return;
      case "CallExpression":
        if (
          pathOf(bare(node.callee))?.join(".") === "Object.assign" ||
          pathOf(bare(node.callee))?.at(-1) === "useMemo"
        ) {
          for (const argument of nodes(node.arguments))
            this.styles(bare(argument), symbol, context, depth + 1);
        }
        return;
      default: {
        const path = pathOf(node);
        if (path) this.resolved(path, (found) => this.styles(found, path.join("."), context, depth + 1));
      }
    }
  }

  /** An argument of a style call: an object of styles, or of named styles, or a function returning one. */
  maybeStyles(node: Node | null, symbol: string): void {
    if (node?.type === "ObjectExpression" || node?.type === "ArrowFunctionExpression")
      this.styles(node, symbol, PLAIN);
  }

  private object(node: Node, symbol: string, context: StyleContext, depth: number, outer?: number): void {
    if (!this.once("o", node)) return;
    const block = outer ?? this.block("object", symbol, context.element, node);
    for (const property of nodes(node.properties)) {
      if (property.type === "SpreadElement") {
        this.styles(bare(property.argument), symbol, context, depth + 1, block);
        continue;
      }
      const key = keyOfProperty(property);
      const value = bare(property.value);
      if (key === null || !value) continue;
      const prop = kebab(key);
      const judged = propertyUse(prop) !== null || EXTRA.has(prop) || this.wanted.props.has(prop);
      if (value.type === "ObjectExpression" && !judged)
        this.object(value, `${symbol} ${key}`.trim(), context, depth + 1);
      else if (value.type === "ArrowFunctionExpression" && !judged)
        this.styles(value, `${symbol} ${key}`.trim(), context, depth + 1);
      else {
        this.facts.declarations += 1;
        if (judged || prop.startsWith("--")) this.value(prop, value, block, context, depth);
      }
    }
  }

  private site(prop: string, value: string, start: number, end: number, block: number): Site {
    const exact = this.text.slice(start, end) === value;
    const site: Site = { prop, value, start, end, syntax: "js", exact, block };
    if (prop.startsWith("--")) site.local = true;
    this.facts.sites.push(site);
    return site;
  }

  private value(prop: string, node: Node, block: number, context: StyleContext, depth: number): void {
    if (depth > DEPTH || !this.once(prop, node)) return;
    const { base } = this;
    const literal = literalOf(node);
    if (typeof literal === "number") {
      const themed = context.sx && !UNITLESS.has(prop);
      const text = UNITLESS.has(prop) || literal === 0 ? String(literal) : `${literal}px`;
      if (!themed) this.site(prop, text, base + node.start, base + node.end, block);
      return;
    }
    if (typeof literal === "string") {
      if (!context.sx || /[#(\d]/.test(literal))
        this.site(prop, literal, base + node.start + 1, base + node.end - 1, block);
      return;
    }
    switch (node.type) {
      case "ConditionalExpression":
        this.value(prop, bare(node.consequent) ?? node, block, context, depth + 1);
        this.value(prop, bare(node.alternate) ?? node, block, context, depth + 1);
        return;
      case "LogicalExpression":
      case "BinaryExpression":
        if (node.type === "LogicalExpression" || node.operator === "+") {
          this.value(prop, bare(node.left) ?? node, block, context, depth + 1);
          this.value(prop, bare(node.right) ?? node, block, context, depth + 1);
        }
        return;
      case "ArrayExpression":
        for (const item of nodes(node.elements))
          this.value(prop, bare(item) ?? item, block, context, depth + 1);
        return;
      case "ObjectExpression":
        for (const property of nodes(node.properties)) {
          const inner = bare(property.value);
          if (inner) this.value(prop, inner, block, context, depth + 1);
        }
        return;
      case "ArrowFunctionExpression": {
        const inner = bare(returned(node));
        if (inner) this.value(prop, inner, block, context, depth + 1);
        return;
      }
      case "TemplateLiteral": {
        const { text, refs } = this.holes(node, (inner) =>
          this.value(prop, inner, block, context, depth + 1),
        );
        const site = this.site(prop, text, base + node.start + 1, base + node.end - 1, block);
        site.refs = refs;
        site.exact = true;
        return;
      }
      default: {
        const path = pathOf(node);
        if (!path) return;
        const followed = this.resolved(path, (found) => this.value(prop, found, block, context, depth + 1));
        if (!followed) this.reference(prop, path, node, block);
      }
    }
  }

  private reference(prop: string, path: string[], node: Node, block: number): void {
    const source = this.imported.get(path[0] ?? "");
    if (!source) return;
    const start = this.base + node.start;
    const end = this.base + node.end;
    const site = this.site(prop, hole(0, end - start), start, end, block);
    site.refs = [this.ref(path)];
  }

  private ref(path: string[]): JsRef {
    const source = this.imported.get(path[0] ?? "");
    return {
      from: source?.from ?? null,
      name: source?.name ?? "",
      path: path.slice(1),
      text: path.join("."),
    };
  }

  /** Text of a template with its expressions replaced; constants of this file are followed where they stand. */
  private holes(node: Node, follow: (inner: Node) => void): { text: string; refs: JsRef[] } {
    const start = this.base + node.start + 1;
    let text = this.text.slice(start, this.base + node.end - 1);
    const refs: JsRef[] = [];
    for (const expression of nodes(node.expressions)) {
      const inner = bare(expression);
      let from = this.base + expression.start - start;
      let to = this.base + expression.end - start;
      from = text.lastIndexOf("${", from);
      to = text.indexOf("}", to) + 1;
      if (from < 0 || to <= from) continue;
      const path = pathOf(inner);
      refs.push(path ? this.ref(path) : { from: null, name: "", path: [], text: "" });
      text = text.slice(0, from) + hole(refs.length - 1, to - from) + text.slice(to);
      if (inner && (path ? this.constants.has(path[0] ?? "") : inner.type !== "ArrowFunctionExpression"))
        follow(inner);
    }
    return { text, refs };
  }

  /** CSS in a template. */
  template(node: Node, symbol: string): void {
    if (node?.type !== "TemplateLiteral" || !this.once("t", node)) return;
    const { text, refs } = this.holes(node, () => {});
    const start = this.base + node.start + 1;
    const padded = `${" ".repeat(start)}${text}`;
    addCssFacts(
      this.facts,
      { text: padded, from: start, to: start + text.length, syntax: "scss", symbol, refs },
      this.lines,
      this.wanted,
    );
  }

  /** fill, stroke and the like on an element. */
  paint(name: string, node: Node, symbol: string, element: string, svg: number): void {
    const literal = literalOf(node);
    if (typeof literal !== "string") return;
    if (name === "color" && !/^(?:#[\da-f]{3,8}$|(?:rgb|hsl|ok)[a-z]*\()/i.test(literal)) return;
    const prop = name === "color" ? "color" : kebab(name);
    const block = this.block("inline", symbol, element, node);
    const start = this.base + node.start + 1;
    const site: Site = {
      prop,
      value: literal,
      start,
      end: start + literal.length,
      syntax: "attribute",
      exact: true,
      block,
    };
    if (svg === 0) this.facts.sites.push(site);
    else this.svgSites.set(svg, [...(this.svgSites.get(svg) ?? []), site]);
  }

  /** Class lists anywhere below an expression. */
  classes(node: Node | null, symbol: string, element: string, depth = 0): void {
    if (!node || depth > DEPTH) return;
    const literal = literalOf(node);
    if (typeof literal === "string") {
      this.classList(literal, node.start + 1, node, symbol, element);
      return;
    }
    switch (node.type) {
      case "TemplateLiteral":
        if (!this.once("c", node)) return;
        for (const quasi of nodes(node.quasis)) {
          const raw = this.text.slice(this.base + quasi.start, this.base + quasi.end);
          const trimmed = raw.startsWith("`") || raw.startsWith("}") ? 1 : 0;
          this.classList((quasi.value as { raw: string }).raw, quasi.start + trimmed, quasi, symbol, element);
        }
        for (const expression of nodes(node.expressions))
          this.classes(bare(expression), symbol, element, depth + 1);
        return;
      case "ConditionalExpression":
        this.classes(bare(node.consequent), symbol, element, depth + 1);
        this.classes(bare(node.alternate), symbol, element, depth + 1);
        return;
      case "LogicalExpression":
        this.classes(bare(node.right), symbol, element, depth + 1);
        if (node.operator !== "&&") this.classes(bare(node.left), symbol, element, depth + 1);
        return;
      case "BinaryExpression":
        if (node.operator !== "+") return;
        this.classes(bare(node.left), symbol, element, depth + 1);
        this.classes(bare(node.right), symbol, element, depth + 1);
        return;
      case "ArrayExpression":
        for (const item of nodes(node.elements)) this.classes(bare(item), symbol, element, depth + 1);
        return;
      case "CallExpression":
        for (const argument of nodes(node.arguments))
          this.classes(bare(argument), symbol, element, depth + 1);
        return;
      case "ObjectExpression":
        for (const property of nodes(node.properties)) {
          const value = bare(property.value);
          const key = isNode(property.key) ? property.key : null;
          if (
            value &&
            /^(?:Literal|TemplateLiteral|ObjectExpression|ArrayExpression|CallExpression)$/.test(
              value.type,
            ) &&
            typeof value.value !== "boolean"
          ) {
            this.classes(value, symbol, element, depth + 1);
          } else if (key?.type === "Literal") this.classes(key, symbol, element, depth + 1);
        }
        return;
      default: {
        const path = pathOf(node);
        if (path) this.resolved(path, (found) => this.classes(found, symbol, element, depth + 1));
      }
    }
  }

  private classList(list: string, at: number, node: Node, symbol: string, element: string): void {
    if (list.trim() === "" || !this.once("c", node)) return;
    const start = this.base + at;
    if (this.text.slice(start, start + list.length) !== list) return;
    this.facts.declarations += 1;
    const block = this.block("classes", symbol, element, node);
    const own = this.facts.blocks[block];
    if (own) {
      own.classes = list;
      own.classesAt = start;
    }
  }

  /** Icons of one or two colours are judged; illustrations keep their own. */
  finish(): void {
    for (const sites of this.svgSites.values()) {
      const colors = new Set(
        sites
          .map((site) => site.value.toLowerCase())
          .filter((value) => !/^(?:none|currentcolor|inherit|url)/.test(value)),
      );
      if (colors.size <= 2) this.facts.sites.push(...sites);
    }
  }
}

/** What an arrow function returns: its expression, or the argument of its last return. */
function returned(node: Node): unknown {
  const body = bare(node.body);
  if (body?.type !== "BlockStatement") return body;
  return nodes(body.body).findLast((statement) => statement.type === "ReturnStatement")?.argument;
}
