/** Follows aliases between custom properties, variables and token references, mode by mode. */
import { evaluate } from "./expression.ts";
import type { RawToken } from "./raw.ts";

const DEPTH = 12;
/** var(--x), var(--x, fallback), $x, #{$x}, {a.b}, theme("x"). */
const REFERENCE =
  /var\(\s*(--[\w-]+)\s*(?:,([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*))?\)|#\{\s*(\$[\w-]+)\s*\}|((?:[a-z][\w-]*\.)?\$[a-z_][\w-]*)|(@[a-z][\w-]*)|(\{[\w.$ -]+\})/gi;

/** Picks the value of a mode: the mode itself, the default, light, else the first one written. */
export function valueIn(raw: Readonly<Record<string, string>>, mode: string): string | undefined {
  return raw[mode] ?? raw[""] ?? raw.light ?? Object.values(raw)[0];
}

export class Resolver {
  private readonly byName = new Map<string, Record<string, string>>();
  private readonly memo = new Map<string, string>();

  constructor(tokens: readonly RawToken[], variables: ReadonlyMap<string, string>) {
    for (const [name, value] of variables) this.byName.set(name, { "": value });
    for (const token of tokens) {
      if (token.form === "css" || token.form === "scss" || token.form === "less")
        this.byName.set(token.name, token.raw);
      for (const alias of token.aliases ?? []) if (!this.byName.has(alias)) this.byName.set(alias, token.raw);
    }
  }

  /** Value text with every reference replaced that can be; arithmetic is carried out. */
  resolve(text: string, mode: string, depth = 0): string {
    if (depth > DEPTH || !/[$@{]|var\(/.test(text)) return evaluate(text) ?? text;
    const key = `${mode}\0${text}`;
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const replaced = text.replace(
      REFERENCE,
      (whole, custom, fallback, interpolated, variable, less, alias) => {
        const name: string =
          custom ??
          interpolated ??
          (variable as string | undefined)?.replace(/^[\w-]+\./, "") ??
          less ??
          alias;
        const raw = this.byName.get(name);
        const value = raw && valueIn(raw, mode);
        if (value !== undefined) return this.resolve(value, mode, depth + 1);
        return fallback === undefined ? whole : this.resolve(String(fallback).trim(), mode, depth + 1);
      },
    );
    const result = evaluate(replaced) ?? replaced;
    this.memo.set(key, result);
    return result;
  }

  /** The token a definition stands for when it is nothing but a reference. */
  static aliasOf(text: string): string | undefined {
    const match =
      /^\s*(?:var\(\s*(--[\w-]+)\s*(?:,[\s\S]*)?\)|(\$[\w-]+)|\{([\w. -]+)\}|(?:hsl|rgb|oklch)a?\(\s*var\(\s*(--[\w-]+)\s*\)[^)]*\))\s*$/.exec(
        text,
      );
    return match ? (match[1] ?? match[2] ?? match[3] ?? match[4]) : undefined;
  }
}
