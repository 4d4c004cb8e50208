/** Reads a command's options from its table. Every wrong word becomes a Problem that names the nearest right one. */
import { parseArgs } from "node:util";
import { DURATION_EXAMPLES, parseDuration } from "../config/units.ts";
import type { Problem } from "../contracts/config.ts";
import { didYouMean } from "../suggest.ts";

export type OptionSpec =
  | { kind: "flag" }
  | { kind: "text" }
  /** Several values: repeated, comma-separated, or the words that follow. */
  | { kind: "list" }
  | { kind: "choice"; of: readonly string[] }
  | { kind: "duration" }
  | { kind: "percent" }
  | { kind: "count"; min: number; max: number };

/** Option name without dashes → what it takes. */
export type OptionTable = Record<string, OptionSpec>;

export type OptionValue = string | number | boolean | string[];

export interface ParsedOptions {
  values: Map<string, OptionValue>;
  positionals: string[];
  problems: Problem[];
}

type Reading = { value: OptionValue } | { wrong: string; next: string };

function readNumber(text: string, spec: Extract<OptionSpec, { kind: "count" | "percent" }>): Reading {
  const [min, max] = spec.kind === "count" ? [spec.min, spec.max] : [0, 100];
  const pattern = spec.kind === "count" ? /^-?\d+$/ : /^-?\d+(\.\d+)?%?$/;
  const number = pattern.test(text) ? Number(text.replace("%", "")) : Number.NaN;
  if (number >= min && number <= max) return { value: number };
  const kind = spec.kind === "count" ? "a whole number" : "a number";
  return {
    wrong: `must be ${kind} from ${min} to ${max}, not "${text}"`,
    next: `Write for example ${spec.kind === "count" ? min + 1 : 0.5}.`,
  };
}

function readDuration(text: string): Reading {
  const ms = parseDuration(text);
  if (ms !== null) return { value: ms };
  const hint = /^\d+(\.\d+)?$/.test(text) && Number(text) > 0 ? `Did you mean "${text}s"? ` : "";
  return {
    wrong: `must be a duration above zero with its unit, not "${text}"`,
    next: `${hint}Write for example ${DURATION_EXAMPLES}.`,
  };
}

function readValue(text: string, spec: OptionSpec): Reading {
  switch (spec.kind) {
    case "flag":
      return { value: true };
    case "text":
      return { value: text };
    case "list":
      return {
        value: text
          .split(",")
          .map((part) => part.trim())
          .filter((part) => part !== ""),
      };
    case "choice": {
      if (spec.of.includes(text)) return { value: text };
      const choices = spec.of.join(" or ");
      return {
        wrong: `must be ${choices}, not "${text}"`,
        next: didYouMean(text, spec.of).trim() || `Write ${choices}.`,
      };
    }
    case "duration":
      return readDuration(text);
    case "percent":
    case "count":
      return readNumber(text, spec);
  }
}

/** "-5" is a value that is wrong; "--json" is an option that stands where a value should. */
const looksLikeOption = (text: string): boolean => /^-[^\d.]/.test(text);

class Collector {
  readonly values = new Map<string, OptionValue>();
  readonly positionals: string[] = [];
  readonly problems: Problem[] = [];
  /** The list option that takes the words which follow. */
  private open: string | null = null;
  /** An option nobody knows came last: the word after it is its value, not one more problem. */
  private strange = false;
  private readonly table: OptionTable;
  private readonly elsewhere: (name: string) => string | null;

  constructor(table: OptionTable, elsewhere: (name: string) => string | null) {
    this.table = table;
    this.elsewhere = elsewhere;
  }

  option(name: string, rawName: string, value: string | undefined, inline: boolean): void {
    this.open = null;
    this.strange = false;
    const spec = Object.hasOwn(this.table, name) ? this.table[name]! : undefined;
    if (!spec) {
      this.unknown(name, rawName);
      this.strange = !inline;
      return;
    }
    if (spec.kind === "flag") {
      if (value !== undefined)
        this.problems.push({
          what: `${rawName} takes no value`,
          where: rawName,
          next: `Write ${rawName} alone.`,
        });
      this.values.set(name, true);
      return;
    }
    if (value === undefined || value.trim() === "" || (!inline && looksLikeOption(value))) {
      const after = value !== undefined && looksLikeOption(value) ? `, but ${value} follows` : "";
      this.problems.push({
        what: `${rawName} needs a value${after}`,
        where: rawName,
        next: `Write ${rawName} ${placeholder(spec)}.`,
      });
      return;
    }
    this.take(name, rawName, value, spec);
    if (spec.kind === "list") this.open = name;
  }

  word(text: string): void {
    if (this.strange) this.strange = false;
    else if (this.open === null) this.positionals.push(text);
    else this.take(this.open, `--${this.open}`, text, this.table[this.open]!);
  }

  close(): void {
    this.open = null;
  }

  private take(name: string, rawName: string, text: string, spec: OptionSpec): void {
    const reading = readValue(text, spec);
    if ("wrong" in reading) {
      this.problems.push({ what: `${rawName} ${reading.wrong}`, where: rawName, next: reading.next });
    } else if (Array.isArray(reading.value)) {
      if (reading.value.length === 0) {
        this.problems.push({
          what: `${rawName} names nothing: "${text}"`,
          where: rawName,
          next: `Write ${rawName} ID.`,
        });
      }
      const before = (this.values.get(name) ?? []) as string[];
      this.values.set(name, [...new Set([...before, ...reading.value])]);
    } else this.values.set(name, reading.value);
  }

  private unknown(name: string, rawName: string): void {
    const owner = this.elsewhere(name);
    const hint = didYouMean(
      rawName,
      Object.keys(this.table).map((known) => `--${known}`),
    );
    const next = owner ? `It belongs to: meta-orch ${owner}.` : `${hint}meta-orch --help lists the options.`;
    this.problems.push({ what: `There is no option ${rawName} here`, where: rawName, next });
  }
}

function placeholder(spec: OptionSpec): string {
  switch (spec.kind) {
    case "choice":
      return spec.of.join("|");
    case "duration":
      return "60s";
    case "percent":
      return "0.5";
    case "count":
      return String(spec.min + 1);
    case "list":
      return "ID";
    default:
      return "VALUE";
  }
}

/** `elsewhere` names the command another option belongs to, or null. Scalars: the last one wins. */
export function parseOptions(
  argv: readonly string[],
  table: OptionTable,
  elsewhere: (name: string) => string | null = () => null,
): ParsedOptions {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, spec]) => [
      name,
      { type: spec.kind === "flag" ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const collector = new Collector(table, elsewhere);
  for (const token of tokens) {
    if (token.kind === "option")
      collector.option(token.name, token.rawName, token.value, token.inlineValue === true);
    else if (token.kind === "positional") collector.word(token.value);
    else collector.close();
  }
  return collector;
}
