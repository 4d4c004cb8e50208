import type { Problem } from "../contracts/config.ts";
import { nearest } from "./nearest.ts";

type Plain = Record<string, unknown>;

/** Reads members of untrusted JSON and collects what is wrong with them, each with its path. */
export class Reader {
  readonly problems: Problem[] = [];

  /** An object, or null after a complaint. With `keys`, any other key is a complaint too. */
  object(value: unknown, at: string, keys?: readonly string[]): Plain | null {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.wrong(at, value, "an object");
      return null;
    }
    if (keys !== undefined) {
      for (const key of Object.keys(value)) this.known(key, `${at}.${key}`, keys);
    }
    return value as Plain;
  }

  /** Complains unless `name` is one of `names`. */
  known(name: string, at: string, names: readonly string[]): void {
    if (names.includes(name)) return;
    this.add(`${at} is not known`, at, `did you mean "${nearest(name, names)}"?`);
  }

  /** One of a closed set of words. Absent: the fallback, or a complaint when there is none. */
  word<T extends string>(value: unknown, at: string, words: readonly T[], fallback?: T): T {
    if ((value === undefined || value === null) && fallback !== undefined) return fallback;
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    const near = typeof value === "string" ? `did you mean "${nearest(value, words)}"? ` : "";
    this.add(`${at} is ${show(value)}`, at, `${near}expected one of ${words.join(", ")}`);
    return words[0]!;
  }

  text(value: unknown, at: string): string | null {
    if (value === undefined || value === null) return null;
    if (typeof value === "string" && value !== "") return value;
    this.wrong(at, value, "a text that is not empty");
    return null;
  }

  number(value: unknown, at: string, range: { min?: number; max?: number }): number | null {
    if (value === undefined || value === null) return null;
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
    if (typeof value === "number" && Number.isFinite(value) && value >= min && value <= max) return value;
    const low = range.min === undefined ? "" : `, ${range.min} or more`;
    const high = range.max === undefined ? "" : `, at most ${range.max}`;
    this.wrong(at, value, `a number${low}${high}`);
    return null;
  }

  flag(value: unknown, at: string): boolean | null {
    if (value === undefined || value === null) return null;
    if (typeof value === "boolean") return value;
    this.wrong(at, value, "true or false");
    return null;
  }

  /** A list, empty when absent. */
  list(value: unknown, at: string): unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.wrong(at, value, "a list");
    return [];
  }

  /** A list of names, null when absent. */
  names(value: unknown, at: string): string[] | null {
    if (value === undefined || value === null) return null;
    const names: string[] = [];
    for (const [i, name] of this.list(value, at).entries()) {
      const text = this.text(name ?? "", `${at}[${i}]`);
      if (text !== null) names.push(text);
    }
    return names;
  }

  /** Passes `read` on; complains when the member it came from was absent. */
  required<T>(read: T | null, value: unknown, at: string): T | null {
    if (value === undefined || value === null) this.add(`${at} is missing`, at, "give it a value");
    return read;
  }

  private wrong(at: string, value: unknown, expected: string): void {
    if (value === undefined) this.add(`${at} is missing`, at, `expected ${expected}`);
    else this.add(`${at} is ${show(value)}`, at, `expected ${expected}`);
  }

  private add(what: string, where: string, next: string): void {
    this.problems.push({ what, where, next });
  }
}

function show(value: unknown): string {
  if (typeof value === "number") return String(value);
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}
