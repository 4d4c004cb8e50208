/** CSS values: a flat list of atoms with offsets, and one normal form to compare values by. */
import { colorKey, namedColor, parseColor, type Rgba } from "./color.ts";
import { HOLE, isHole } from "./scan/text.ts";

export type AtomKind = "dim" | "num" | "color" | "word" | "string" | "ref" | "comma" | "slash" | "call";

export interface Atom {
  kind: AtomKind;
  start: number;
  end: number;
  text: string;
  /** Parenthesis depth; 0 = top level. */
  depth: number;
  /** Name of the innermost function around it, "" at the top level. */
  fn: string;
  /** Which top-level comma-separated layer it belongs to. */
  layer: number;
  value?: number;
  unit?: string;
  color?: Rgba;
  /** What a ref names: "--x", "$x", "@x", a token function's argument; "" when it cannot be told. */
  name?: string;
  ref?: "var" | "variable" | "hole" | "function";
  hole?: number;
  /** True directly behind a top-level or inner minus sign or in a product: a factor, not a length. */
  negative?: boolean;
}

const COLOR_FUNCTIONS = new Set([
  "rgb",
  "rgba",
  "hsl",
  "hsla",
  "hwb",
  "lab",
  "lch",
  "oklab",
  "oklch",
  "color",
]);
/** Functions whose arguments are not lengths of the design: conversion, images, easing, grid counting. */
const OPAQUE_FUNCTIONS = new Set([
  "url",
  "image-set",
  "attr",
  "counter",
  "counters",
  "cubic-bezier",
  "steps",
  "linear",
  "env",
  "format",
  "local",
  "map-get",
  "map.get",
  "nth",
  "list.nth",
  "if",
]);
const TOKEN_FUNCTIONS = new Set(["theme", "token", "--spacing", "--alpha", "--theme"]);
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/iy;
const UNIT = /%|[a-z]+/iy;
const WORD = /[a-z_\-\\\u0080-\udfff\uf900-\uffff][\w\-\\\u0080-\udfff\uf900-\uffff]*/iy;
const VARIABLE = /-?(?:[a-z][\w-]*\.)?\$[\w-]+|@@?[a-z][\w-]*/iy;

function sticky(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 34 || code === 39) {
      const close = text.indexOf(text[i] as string, i + 1);
      if (close < 0) return text.length;
      i = close;
    } else if (code === 40) depth += 1;
    else if (code === 41) {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return text.length;
}

class Reader {
  readonly atoms: Atom[] = [];
  private readonly text: string;
  private layer = 0;

  constructor(text: string) {
    this.text = text;
  }

  private push(kind: AtomKind, start: number, end: number, depth: number, fn: string): Atom {
    const atom: Atom = { kind, start, end, text: this.text.slice(start, end), depth, fn, layer: this.layer };
    this.atoms.push(atom);
    return atom;
  }

  read(from: number, to: number, depth: number, fn: string): void {
    const { text } = this;
    for (let i = from; i < to; ) {
      const code = text.charCodeAt(i);
      if (code <= 32) {
        i += 1;
      } else if (code === 44) {
        this.push("comma", i, i + 1, depth, fn);
        if (depth === 0) this.layer += 1;
        i += 1;
      } else if (code === 47) {
        if (text.charCodeAt(i + 1) === 42) {
          const close = text.indexOf("*/", i + 2);
          i = close < 0 ? to : close + 2;
        } else {
          this.push("slash", i, i + 1, depth, fn);
          i += 1;
        }
      } else if (code === 34 || code === 39) {
        let close = i + 1;
        while (close < to && text.charCodeAt(close) !== code) close += text.charCodeAt(close) === 92 ? 2 : 1;
        this.push("string", i, Math.min(to, close + 1), depth, fn);
        i = close + 1;
      } else if (isHole(code)) {
        let end = i + 1;
        while (end < to && text.charCodeAt(end) === code) end += 1;
        const atom = this.push("ref", i, end, depth, fn);
        atom.ref = "hole";
        atom.hole = code - HOLE;
        i = this.glued(atom, end, to);
      } else if (code === 35) {
        i = this.hash(i, to, depth, fn);
      } else {
        i = this.other(i, to, depth, fn);
      }
    }
  }

  /** "${x}px": a unit glued to an expression belongs to it. */
  private glued(atom: Atom, at: number, to: number): number {
    const unit = sticky(UNIT, this.text, at);
    if (unit === null || at + unit.length > to) return at;
    atom.end = at + unit.length;
    atom.text = this.text.slice(atom.start, atom.end);
    atom.unit = unit;
    return atom.end;
  }

  private hash(at: number, to: number, depth: number, fn: string): number {
    const { text } = this;
    if (text.charCodeAt(at + 1) === 123) {
      const close = text.indexOf("}", at);
      const end = close < 0 || close >= to ? to : close + 1;
      const inner = text.slice(at + 2, end - 1).trim();
      const atom = this.push("ref", at, end, depth, fn);
      atom.ref = "variable";
      atom.name = /^-?[\w.-]*\$[\w-]+$/.test(inner) ? inner.replace(/^-/, "") : "";
      return end;
    }
    let end = at + 1;
    while (end < to && /[\da-z]/i.test(text[end] ?? "")) end += 1;
    const color = parseColor(text.slice(at, end));
    const atom = this.push(color ? "color" : "word", at, end, depth, fn);
    if (color) atom.color = color;
    return Math.max(end, at + 1);
  }

  private other(at: number, to: number, depth: number, fn: string): number {
    const { text } = this;
    const variable = sticky(VARIABLE, text, at);
    if (variable !== null) {
      const atom = this.push("ref", at, at + variable.length, depth, fn);
      atom.ref = "variable";
      atom.negative = variable.startsWith("-");
      atom.name = variable.replace(/^-/, "").replace(/^[\w-]+\.(?=\$)/, "");
      return atom.end;
    }
    const number = sticky(NUMBER, text, at);
    if (number !== null) {
      const unit = sticky(UNIT, text, at + number.length) ?? "";
      const atom = this.push(unit === "" ? "num" : "dim", at, at + number.length + unit.length, depth, fn);
      atom.value = Number(number);
      atom.unit = unit.toLowerCase();
      return atom.end;
    }
    const word = sticky(WORD, text, at);
    if (word === null) return at + 1;
    const end = at + word.length;
    if (text.charCodeAt(end) === 40) return this.call(word, at, end, to, depth, fn);
    const color = word.includes("-") ? undefined : namedColor(word.toLowerCase());
    const atom = this.push(color ? "color" : "word", at, end, depth, fn);
    if (color) atom.color = color;
    return end;
  }

  private call(word: string, at: number, open: number, to: number, depth: number, fn: string): number {
    const { text } = this;
    const name = word.toLowerCase();
    const close = Math.min(closing(text, open), to);
    const end = Math.min(close + 1, to);
    const inner = text.slice(open + 1, close);
    if (name === "var" || TOKEN_FUNCTIONS.has(name)) {
      const atom = this.push("ref", at, end, depth, fn);
      atom.ref = name === "var" ? "var" : "function";
      const argument = inner.split(",")[0]?.trim() ?? "";
      atom.name = name === "var" ? argument : argument.replace(/^["']|["']$/g, "");
      return end;
    }
    if (COLOR_FUNCTIONS.has(name)) {
      const color = parseColor(text.slice(at, end));
      const atom = this.push(color ? "color" : "call", at, end, depth, fn);
      if (color) atom.color = color;
      else this.read(open + 1, close, depth + 1, name);
      return end;
    }
    this.push("call", at, end, depth, fn);
    if (!OPAQUE_FUNCTIONS.has(name)) this.read(open + 1, close, depth + 1, name);
    return end;
  }
}

/** Atoms of a CSS value in source order; a call is followed by what is inside it, one level deeper. */
export function atomsOf(value: string): Atom[] {
  const reader = new Reader(value);
  reader.read(0, value.length, 0, "");
  return reader.atoms;
}

const ABSOLUTE: Record<string, number> = {
  px: 1,
  rem: 16,
  pt: 96 / 72,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
};

/** A length in CSS px (1rem = 16px), or null for relative units. */
export function pxOf(value: number, unit: string): number | null {
  if (value === 0) return 0;
  const factor = ABSOLUTE[unit];
  return factor === undefined ? null : round(value * factor);
}

const round = (value: number) => Math.round(value * 10_000) / 10_000;

/** The normal spelling of one atom: px for absolute lengths, #rrggbbaa for colours, lower case for the rest. */
export function atomKey(atom: Atom): string {
  if (atom.kind === "color" && atom.color) return colorKey(atom.color);
  if (atom.kind === "dim") {
    const px = pxOf(atom.value ?? 0, atom.unit ?? "");
    return px === null ? `${round(atom.value ?? 0)}${atom.unit}` : px === 0 ? "0" : `${px}px`;
  }
  if (atom.kind === "num") return String(round(atom.value ?? 0));
  if (atom.kind === "string") return `"${atom.text.slice(1, -1)}"`;
  return atom.text.toLowerCase().replace(/\s+/g, " ");
}

/** The normal form of atoms: equal values give equal keys. */
export function keyOf(atoms: readonly Atom[]): string {
  const parts: string[] = [];
  let behindCall = -1;
  for (const atom of atoms) {
    if (atom.start < behindCall) continue;
    if (atom.kind === "call") {
      behindCall = atom.end;
      parts.push(
        atom.text
          .toLowerCase()
          .replace(/\s*([(),/])\s*/g, "$1")
          .replace(/\s+/g, " "),
      );
    } else parts.push(atomKey(atom));
  }
  return parts.join(" ").replaceAll(" ,", ",");
}

/** The normal form of a value. */
export const valueKey = (value: string): string => keyOf(atomsOf(value));
