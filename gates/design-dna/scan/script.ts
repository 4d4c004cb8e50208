/** Finds what a script paints: style props and objects, styled templates, class lists, and constants they use. */
import { parseSync } from "oxc-parser";
import { isStyleKey } from "../properties.ts";
import type { FileFacts } from "../types.ts";
import type { Wanted } from "./facts-css.ts";
import { bare, flatten, isNode, keyOfProperty, literalOf, type Node, nodes, pathOf } from "./js-model.ts";
import { StyleReader } from "./script-styles.ts";
import type { Lines } from "./text.ts";

const SKIPPED = new Set([
  "typeAnnotation",
  "typeArguments",
  "typeParameters",
  "returnType",
  "superTypeArguments",
  "implements",
]);
const CLASS_CALLS = new Set([
  "clsx",
  "cn",
  "cx",
  "cva",
  "tv",
  "tw",
  "twMerge",
  "twJoin",
  "classNames",
  "classnames",
  "classList",
]);
const STYLE_CALLS =
  /^(?:css|style|styles|makeStyles|createStyles|createUseStyles|keyframes|globalStyle|styleVariants|recipe|sva|create)$/;
const STYLE_NAME = /(?:^|[a-z])(?:[sS]tyles?|Css|Sx)$|^(?:css|sx)$/;
const CLASS_ATTRIBUTE = /^(?:class|className|classNames|.+ClassName|.+ClassNames|.+Class)$/;

/** What the walk collects before anything is judged, because constants may stand below their use. */
interface Found {
  attributes: { attribute: Node; element: string; svg: number }[];
  calls: Node[];
  templates: Node[];
  objects: { name: string; node: Node }[];
}

/** A name that cannot be followed because it is declared more than once. */
const AMBIGUOUS: Node = { type: "Ambiguous", start: 0, end: 0 };

export class ScriptScan {
  readonly constants = new Map<string, Node>();
  readonly imported = new Map<string, { from: string; name: string }>();
  private readonly found: Found = { attributes: [], calls: [], templates: [], objects: [] };
  private readonly scopes: string[] = [];
  private svg = 0;
  private svgs = 0;
  private readonly facts: FileFacts;
  private readonly wanted: Wanted;

  constructor(facts: FileFacts, wanted: Wanted) {
    this.facts = facts;
    this.wanted = wanted;
  }

  /** Walks a program; `symbol` of everything found is the nearest named function, class or constant. */
  walk(node: Node): void {
    const scoped = this.enter(node);
    const wasSvg = this.svg;
    if (node.type === "JSXElement" && elementName(node.openingElement) === "svg") {
      this.svgs += 1;
      this.svg = this.svgs;
    }
    for (const key in node) {
      const value = node[key];
      if (typeof value !== "object" || value === null || SKIPPED.has(key)) continue;
      if (Array.isArray(value)) {
        for (const item of value) if (isNode(item)) this.walk(item);
      } else if (isNode(value)) this.walk(value);
    }
    this.svg = wasSvg;
    if (scoped) this.scopes.pop();
  }

  private enter(node: Node): boolean {
    switch (node.type) {
      case "ImportDeclaration":
        this.import(node);
        return false;
      case "ExportAllDeclaration":
      case "ExportNamedDeclaration":
        this.export(node);
        return false;
      case "ExportDefaultDeclaration":
        flatten(bare(node.declaration), "default", this.facts.exports);
        return false;
      case "AssignmentExpression":
        if (pathOf(bare(node.left))?.join(".") === "module.exports")
          flatten(bare(node.right), "default", this.facts.exports);
        return false;
      case "VariableDeclarator":
        return this.declarator(node);
      case "FunctionDeclaration":
      case "ClassDeclaration":
        this.scopes.push(isNode(node.id) ? String(node.id.name) : "default");
        return true;
      case "JSXOpeningElement":
        this.element(node);
        return false;
      case "JSXText":
        if (this.wanted.texts) this.text(node);
        return false;
      case "TaggedTemplateExpression":
        node.symbol = this.symbol();
        this.found.templates.push(node);
        return false;
      case "CallExpression":
      case "ImportExpression":
        this.call(node);
        return false;
      default:
        return false;
    }
  }

  private symbol(): string {
    return this.scopes.at(-1) ?? "";
  }

  private import(node: Node): void {
    const from = String((node.source as Node).value);
    this.facts.imports.push(from);
    for (const specifier of nodes(node.specifiers)) {
      const local = isNode(specifier.local) ? String(specifier.local.name) : "";
      const remote = isNode(specifier.imported)
        ? String(specifier.imported.name ?? specifier.imported.value)
        : "";
      const name =
        specifier.type === "ImportDefaultSpecifier"
          ? "default"
          : specifier.type === "ImportNamespaceSpecifier"
            ? "*"
            : remote;
      this.imported.set(local, { from, name });
    }
  }

  private export(node: Node): void {
    if (isNode(node.source)) this.facts.imports.push(String(node.source.value));
    const declaration = isNode(node.declaration) ? node.declaration : null;
    if (declaration?.type !== "VariableDeclaration") return;
    for (const one of nodes(declaration.declarations)) {
      if (isNode(one.id) && one.id.type === "Identifier")
        flatten(bare(one.init), String(one.id.name), this.facts.exports);
    }
  }

  private declarator(node: Node): boolean {
    const id = isNode(node.id) && node.id.type === "Identifier" ? node.id : null;
    const init = bare(node.init);
    if (!id || !init) return false;
    const name = String(id.name);
    this.constants.set(name, this.constants.has(name) ? AMBIGUOUS : init);
    if (
      init.type === "ObjectExpression" &&
      (STYLE_NAME.test(name) || typedAsStyle(node) || isStyleObject(init))
    ) {
      this.found.objects.push({ name, node: init });
    }
    const names =
      init.type === "ArrowFunctionExpression" ||
      init.type === "FunctionExpression" ||
      init.type === "CallExpression";
    if (names || init.type === "TaggedTemplateExpression") this.scopes.push(name);
    return names || init.type === "TaggedTemplateExpression";
  }

  private element(node: Node): void {
    const element = elementName(node);
    for (const attribute of nodes(node.attributes)) {
      attribute.symbol = this.symbol();
      this.found.attributes.push({ attribute, element, svg: this.svg });
    }
    if (this.wanted.texts && /^(?:img|image|Image|Img)$/.test(element)) this.image(node);
  }

  private attribute(node: Node, name: string): string | number | null {
    const attribute = nodes(node.attributes).find((one) => isNode(one.name) && one.name.name === name);
    return attribute ? literalOf(bare(attribute.value)) : null;
  }

  private image(node: Node): void {
    const src = this.attribute(node, "src");
    const alt = this.attribute(node, "alt");
    const number = (name: string) => {
      const value = Number.parseFloat(String(this.attribute(node, name) ?? ""));
      return Number.isFinite(value) ? value : null;
    };
    this.facts.images.push({
      src: src === null ? "" : String(src),
      start: node.start,
      end: node.end,
      alt: alt === null ? null : String(alt),
      width: number("width"),
      height: number("height"),
    });
  }

  private text(node: Node): void {
    const text = String(node.value);
    if (text.trim() !== "")
      this.facts.texts.push({ text, start: node.start, where: "text", name: this.symbol() });
  }

  private call(node: Node): void {
    if (node.type === "ImportExpression") {
      const source = literalOf(bare(node.source));
      if (typeof source === "string") this.facts.imports.push(source);
      return;
    }
    const callee = pathOf(bare(node.callee));
    const first = bare(nodes(node.arguments)[0]);
    if (callee?.join(".") === "require" && first) {
      const source = literalOf(first);
      if (typeof source === "string") this.facts.imports.push(source);
      return;
    }
    const name = callee?.at(-1) ?? "";
    const styled = isStyledCallee(bare(node.callee));
    if (CLASS_CALLS.has(name) || styled || (STYLE_CALLS.test(name) && first)) {
      node.symbol = this.symbol();
      this.found.calls.push(node);
    }
  }

  /** Turns what the walk found into sites; call it once, after the walk. */
  finish(text: string, lines: Lines): void {
    const reader = new StyleReader(this.facts, text, lines, this.wanted, this.constants, this.imported);
    for (const { attribute, element, svg } of this.found.attributes)
      this.readAttribute(reader, attribute, element, svg);
    for (const node of this.found.templates) {
      const tag = bare(node.tag);
      const name = pathOf(tag)?.at(-1) ?? "";
      if (name === "tw")
        reader.classes(isNode(node.quasi) ? node.quasi : null, String(node.symbol ?? ""), "");
      else if (
        isStyledCallee(tag) ||
        /^(?:css|keyframes|createGlobalStyle|injectGlobal|styled)$/.test(name)
      ) {
        reader.template(node.quasi as Node, String(node.symbol ?? ""));
      }
    }
    for (const node of this.found.calls) {
      const name = pathOf(bare(node.callee))?.at(-1) ?? "";
      const symbol = String(node.symbol ?? "");
      if (CLASS_CALLS.has(name)) reader.classes(node, symbol, "");
      else for (const argument of nodes(node.arguments)) reader.maybeStyles(bare(argument), symbol);
    }
    for (const { name, node } of this.found.objects) reader.maybeStyles(node, name);
    reader.finish();
  }

  private readAttribute(reader: StyleReader, attribute: Node, element: string, svg: number): void {
    if (attribute.type !== "JSXAttribute") return;
    const nameNode = attribute.name as Node;
    const name = nameNode.type === "JSXNamespacedName" ? "" : String(nameNode.name);
    const symbol = String(attribute.symbol ?? "") || element;
    const value = bare(attribute.value);
    if (!value) return;
    if (name === "style" || name === "css" || name === "contentStyle" || name === "contentContainerStyle") {
      if (literalOf(value) === null) reader.styles(value, symbol, { element, sx: false });
    } else if (name === "sx") reader.styles(value, symbol, { element, sx: true });
    else if (CLASS_ATTRIBUTE.test(name)) reader.classes(value, symbol, element);
    else if (/^(?:fill|stroke|stopColor|floodColor|color|bgcolor)$/.test(name))
      reader.paint(name, value, symbol, element, svg);
    else if (this.wanted.texts && /^(?:alt|title|aria-label|placeholder|label|content)$/.test(name)) {
      const text = literalOf(value);
      if (typeof text === "string")
        this.facts.texts.push({ text, start: value.start + 1, where: "attribute", name });
    }
  }
}

function elementName(node: unknown): string {
  const name = isNode(node) && isNode(node.name) ? node.name : null;
  if (!name) return "";
  if (name.type === "JSXMemberExpression") return String((name.property as Node).name);
  return String(name.name ?? "");
}

/** styled.div, styled(Button), styled.div.attrs({...}), styled("a", {...}). */
function isStyledCallee(node: Node | null): boolean {
  if (!node) return false;
  if (node.type === "Identifier") return node.name === "styled";
  if (node.type === "MemberExpression") return isStyledCallee(bare(node.object));
  return node.type === "CallExpression" && isStyledCallee(bare(node.callee));
}

function typedAsStyle(node: Node): boolean {
  const id = node.id as Node;
  const annotation = isNode(id.typeAnnotation)
    ? id.typeAnnotation
    : isNode(node.init)
      ? (node.init as Node).typeAnnotation
      : null;
  if (!isNode(annotation)) return false;
  return JSON.stringify(annotation, ["type", "typeAnnotation", "typeName", "left", "right", "name"]).includes(
    "CSSProperties",
  );
}

/** Two names that only CSS has, or one and nothing but strings and numbers. */
function isStyleObject(node: Node): boolean {
  const keys = nodes(node.properties).map(keyOfProperty);
  const telling = keys.filter((key) => key !== null && isStyleKey(key)).length;
  return telling >= 2 || (telling === 1 && keys.length <= 3);
}

/** Parses a module; null when it is not parseable. */
export function parseScript(path: string, text: string): { program: Node; broken: boolean } {
  const lang = /\.(?:c|m)?tsx?$/.test(path) ? (path.endsWith("x") ? "tsx" : "ts") : "jsx";
  const result = parseSync(path, text, { lang, sourceType: "unambiguous" });
  return { program: result.program as unknown as Node, broken: result.errors.length > 0 };
}
