/**
 * One pass over CSS, SCSS or Less that finds declarations, rules, at-statements and comments with exact offsets.
 * Written by hand because a full syntax tree costs more time than the whole gate may take (postcss-scss reads
 * about 4 MB per CPU-second); it never throws, so a broken file still gives what can be read.
 */
import { isHole } from "./text.ts";

export type CssSyntax = "css" | "scss" | "less";

export interface CssDeclaration {
  prop: string;
  value: string;
  /** Offset of the property name. */
  from: number;
  /** Offsets of the value, trimmed, without `!important` and `!default`. */
  start: number;
  end: number;
  /** Offset behind the semicolon. */
  to: number;
  rule: number;
  flags: string;
}

export interface CssRule {
  /** Selector or "@name params". */
  prelude: string;
  /** Name of the at-rule, "" for a style rule. */
  at: string;
  start: number;
  end: number;
  parent: number;
}

export interface CssStatement {
  name: string;
  params: string;
  start: number;
  rule: number;
}

export interface CssComment {
  start: number;
  end: number;
  text: string;
}

export interface CssScan {
  declarations: CssDeclaration[];
  rules: CssRule[];
  statements: CssStatement[];
  comments: CssComment[];
  /** Braces that do not match: the file is broken or not what it claims. */
  unbalanced: boolean;
}

const SPACE = /\s/;

function skipString(text: string, at: number, end: number): number {
  const quote = text.charCodeAt(at);
  for (let i = at + 1; i < end; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 92) i += 1;
    else if (code === quote) return i + 1;
    else if (code === 10) return i;
  }
  return end;
}

function skipInterpolation(text: string, at: number, end: number): number {
  let depth = 0;
  for (let i = at; i < end; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 123) depth += 1;
    else if (code === 125) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return end;
}

class Scanner {
  readonly result: CssScan = { declarations: [], rules: [], statements: [], comments: [], unbalanced: false };
  private readonly text: string;
  private readonly end: number;
  private readonly lineComments: boolean;
  private rule = -1;

  constructor(text: string, end: number, syntax: CssSyntax) {
    this.text = text;
    this.end = end;
    this.lineComments = syntax !== "css";
  }

  /** Offset behind a comment that starts at `at`, or -1. */
  private comment(at: number): number {
    const next = this.text.charCodeAt(at + 1);
    let end = -1;
    if (next === 42) {
      const close = this.text.indexOf("*/", at + 2);
      end = close < 0 || close + 2 > this.end ? this.end : close + 2;
    } else if (next === 47 && this.lineComments && this.text.charCodeAt(at - 1) !== 58) {
      const close = this.text.indexOf("\n", at);
      end = close < 0 || close > this.end ? this.end : close;
    }
    if (end >= 0) this.result.comments.push({ start: at, end, text: this.text.slice(at, end) });
    return end;
  }

  run(from: number): CssScan {
    const { text, end } = this;
    let start = from;
    let parens = 0;
    let colon = -1;
    for (let i = from; i < end; ) {
      const code = text.charCodeAt(i);
      switch (code) {
        case 34:
        case 39:
          i = skipString(text, i, end);
          continue;
        case 47: {
          const behind = this.comment(i);
          if (behind < 0) break;
          if (text.slice(start, i).trim() === "") start = behind;
          i = behind;
          continue;
        }
        case 35:
          if (text.charCodeAt(i + 1) === 123) {
            i = skipInterpolation(text, i + 1, end);
            continue;
          }
          break;
        case 64:
          if (this.lineComments && text.charCodeAt(i + 1) === 123) {
            i = skipInterpolation(text, i + 1, end);
            continue;
          }
          break;
        case 40:
          if (
            parens === 0 &&
            /url$/i.test(text.slice(Math.max(start, i - 3), i)) &&
            !/^\s*["']/.test(text.slice(i + 1, i + 4))
          ) {
            const close = text.indexOf(")", i);
            i = close < 0 || close >= end ? end : close + 1;
            continue;
          }
          parens += 1;
          break;
        case 41:
          if (parens > 0) parens -= 1;
          break;
        case 58:
          if (colon < 0 && parens === 0) colon = i;
          break;
        case 59:
          if (parens > 0 && !this.endsStatement(start, i)) break;
          this.statement(start, i, colon, i + 1);
          start = i + 1;
          colon = -1;
          parens = 0;
          break;
        case 123:
          this.open(start, i);
          start = i + 1;
          colon = -1;
          parens = 0;
          break;
        case 125:
          this.statement(start, i, colon, i);
          this.close(i);
          start = i + 1;
          colon = -1;
          parens = 0;
          break;
      }
      i += 1;
    }
    this.statement(start, end, colon, end);
    if (this.rule >= 0) this.result.unbalanced = true;
    for (let open = this.rule; open >= 0; open = this.result.rules[open]?.parent ?? -1) {
      const rule = this.result.rules[open];
      if (rule) rule.end = end;
    }
    return this.result;
  }

  /** A semicolon inside parentheses ends the statement only when the parenthesis is never closed. */
  private endsStatement(start: number, at: number): boolean {
    return !this.text.slice(start, at).includes("(") || this.text.indexOf(")", at) < 0;
  }

  private open(from: number, at: number): void {
    const prelude = this.text.slice(from, at).trim();
    const name = prelude.startsWith("@") ? (/^@([\w-]+)/.exec(prelude)?.[1] ?? "") : "";
    this.result.rules.push({
      prelude: prelude.includes("\n") ? prelude.replace(/\s+/g, " ") : prelude,
      at: name,
      start: at + 1,
      end: at + 1,
      parent: this.rule,
    });
    this.rule = this.result.rules.length - 1;
  }

  private close(at: number): void {
    const rule = this.result.rules[this.rule];
    if (!rule) {
      this.result.unbalanced = true;
      return;
    }
    rule.end = at;
    this.rule = rule.parent;
  }

  private statement(from: number, to: number, colon: number, behind: number): void {
    const { text } = this;
    let start = from;
    while (start < to && (SPACE.test(text[start] ?? "") || isHole(text.charCodeAt(start)))) start += 1;
    while (start < to && text.startsWith("/*", start)) {
      const close = text.indexOf("*/", start);
      start = close < 0 ? to : close + 2;
      while (start < to && SPACE.test(text[start] ?? "")) start += 1;
    }
    if (start >= to) return;
    const first = text.charCodeAt(start);
    if (first === 64 && !/^@[\w-]+\s*:/.test(text.slice(start, start + 80))) {
      const match = /^@([\w-]+)\s*([\s\S]*)$/.exec(text.slice(start, to));
      if (match) {
        const params = (match[2] ?? "").trim();
        this.result.statements.push({ name: match[1] ?? "", params, start, rule: this.rule });
      }
      return;
    }
    if (colon <= start || colon >= to) return;
    let propEnd = colon;
    while (propEnd > start && SPACE.test(text[propEnd - 1] ?? "")) propEnd -= 1;
    let valueStart = colon + 1;
    let valueEnd = to;
    while (valueStart < valueEnd && SPACE.test(text[valueStart] ?? "")) valueStart += 1;
    while (valueEnd > valueStart && SPACE.test(text[valueEnd - 1] ?? "")) valueEnd -= 1;
    let value = text.slice(valueStart, valueEnd);
    let flags = "";
    const bang = value.lastIndexOf("!");
    if (bang >= 0) {
      const match = /(?:\s*!\s*(?:important|default|global))+\s*(?:\/\*[\s\S]*)?$/.exec(value);
      if (match) {
        flags = match[0];
        value = value.slice(0, match.index);
      }
    }
    if (this.lineComments && value.includes("//")) value = value.replace(/\s*\/\/[^\n]*$/, "");
    this.result.declarations.push({
      prop: text.slice(start, propEnd),
      value,
      from: start,
      start: valueStart,
      end: valueStart + value.length,
      to: behind,
      rule: this.rule,
      flags,
    });
  }
}

/** Scans text[from, to) and returns offsets into `text`. Never throws. */
export function scanCss(text: string, syntax: CssSyntax, from = 0, to = text.length): CssScan {
  return new Scanner(text, to, syntax).run(from);
}

/** The whole selector of a rule with its parents, `&` kept, joined by a space; at-rules left out. */
export function selectorOf(scan: CssScan, rule: number): string {
  let selector = "";
  for (let at = rule; at >= 0; at = scan.rules[at]?.parent ?? -1) {
    const own = scan.rules[at];
    if (own && (own.at === "" || own.at === "mixin" || own.at === "utility" || own.at === "layer")) {
      if (own.at === "layer") continue;
      selector = selector === "" ? own.prelude : `${own.prelude} ${selector}`;
    }
  }
  return selector.replaceAll(" &", "");
}

/** Conditions (@media, @supports, @container) around a rule, outermost first. */
export function conditionOf(scan: CssScan, rule: number): string {
  const conditions: string[] = [];
  for (let at = rule; at >= 0; at = scan.rules[at]?.parent ?? -1) {
    const own = scan.rules[at];
    if (
      own &&
      (own.at === "media" || own.at === "supports" || own.at === "container" || own.at === "variant")
    ) {
      conditions.unshift(own.prelude);
    }
  }
  return conditions.join(" ");
}
