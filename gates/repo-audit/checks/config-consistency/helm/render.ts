/**
 * A template of a chart as the manifest it most likely becomes: values put in, conditions taken as met, helpers
 * expanded. What cannot be told without running it becomes a word that is the same wherever the same is written.
 */
import type { Place, SourceFile } from "../../../source.ts";

/** Looks a path of `.Values` up; null when it is not there, a scalar or JSON text when it is. */
export interface Values {
  scalar(path: string): { text: string; place: Place } | null;
  json(path: string): string | null;
}

/** One reading of a value. */
export interface ValueRead {
  path: string;
  place: Place;
  /** A default, a condition or a helper looks after its absence. */
  guarded: boolean;
}

interface Piece {
  /** Where the text stands in what was rendered. */
  at: number;
  length: number;
  /** Where it came from; literal text keeps its offsets, a value has its place in the values file. */
  source: number;
  literal: boolean;
  value: Place | null;
}

interface Frame {
  condition: string;
  emits: boolean;
}

const ACTION = /\{\{(-?)\s*(\/\*[\s\S]*?\*\/|(?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^"`])*?)\s*(-?)\}\}/g;
const VALUE = /\$?(?:root|top)?\.Values((?:\.[A-Za-z_]\w*)+)/g;
const LOOKS_AFTER =
  /\b(?:default|coalesce|required|empty|hasKey|dig|get|ternary|lookup|and|or|not|eq|ne|tpl|kindIs|typeIs)\b/;
const OPENS = /^(if|range|with|define|block)\b\s*(.*)$/s;

/** A chart has few helpers inside helpers; one that calls itself is not followed for ever. */
const MAX_DEPTH = 8;

/** The same word for the same expression: `helm-app-fullname`. */
function stand(expression: string): string {
  return `helm-${expression
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 48)
    .toLowerCase()}`;
}

/**
 * What stands on lines of its own: labels, which are compared, as one of them; anything else may be entries of a list
 * as well as of a map, so it is left open.
 */
const standLine = (expression: string): string =>
  /label|selector/i.test(expression) ? `${stand(expression)}: ""` : `# ${stand(expression)}`;

const unquote = (text: string): string | null =>
  /^"([^"\\]*)"$|^`([^`]*)`$/.exec(text)?.slice(1).find(Boolean) ?? null;

/** Parts between bars that are not inside quotes or brackets. */
function pipeline(expression: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const token of expression.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|[()|]|[^"`()|]+/g) ?? []) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (token === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += token;
  }
  return parts.map((part) => part.trim());
}

interface Output {
  text: string;
  value: Place | null;
}

function isGuarded(expression: string, frames: Frame[]): boolean {
  const path = /\.Values[\w.]*/.exec(expression)?.[0];
  return path !== undefined && frames.some(({ condition }) => condition.includes(path));
}

/**
 * A helper that takes the line break before it away and is not indented by a filter writes lines of its own: labels,
 * annotations, rules for scheduling. What they are depends on what it is given.
 */
function bringsItsLines(expression: string, source: string, at: number): boolean {
  const before = source.slice(source.lastIndexOf("\n", at - 1) + 1, at);
  return (
    at > 0 &&
    before.trim() === "" &&
    /^(?:include|template)\b/.test(expression) &&
    !/\bn?indent\b/.test(expression)
  );
}

export class Renderer {
  readonly #values: Values;
  /** Name → the text of the helper. */
  readonly #helpers = new Map<string, string>();
  readonly reads: ValueRead[] = [];

  constructor(values: Values, templates: SourceFile[]) {
    this.#values = values;
    for (const { text } of templates) {
      for (const [, name, body] of text.matchAll(
        /\{\{-?\s*define\s+"([^"]+)"\s*-?\}\}([\s\S]*?)\{\{-?\s*end\s*-?\}\}(?=\s*(?:\{\{-?\s*(?:define|\/\*)|$))/g,
      ))
        this.#helpers.set(name!, body!);
    }
  }

  render(file: SourceFile): RenderedTemplate {
    const pieces: Piece[] = [];
    const text = this.#run(file.text, 0, (piece) => pieces.push(piece), file);
    return new RenderedTemplate(file, text, pieces);
  }

  /** `file` is null inside a helper, whose readings are collected where it stands. */
  #run(source: string, depth: number, note: (piece: Piece) => void, file: SourceFile | null): string {
    const frames: Frame[] = [];
    let out = "";
    let at = 0;
    let trims = false;
    const literal = (to: number, trimEnd: boolean): void => {
      let text = source.slice(at, to);
      let from = at;
      if (trims) {
        const kept = text.trimStart();
        from += text.length - kept.length;
        text = kept;
      }
      if (trimEnd) text = text.trimEnd();
      if (text === "" || frames.some(({ emits }) => !emits)) return;
      note({ at: out.length, length: text.length, source: from, literal: true, value: null });
      out += text;
    };
    for (const match of source.matchAll(ACTION)) {
      const [whole, left, expression, right] = match as unknown as [string, string, string, string];
      literal(match.index, left === "-");
      at = match.index + whole.length;
      trims = right === "-";
      if (file) this.#collect(file, match.index, expression, frames);
      if (expression.startsWith("/*") || /^\$\w*\s*:?=/.test(expression)) continue;
      if (this.#moves(expression, frames)) continue;
      if (frames.some(({ emits }) => !emits)) continue;
      if (left === "-" && out.trim() !== "" && bringsItsLines(expression, source, match.index)) continue;
      const alone = /(?:^|\n)[ \t]*$/.test(out) && /^[ \t]*(?:\r?\n|$)/.test(source.slice(at, at + 200));
      const { text, value } = this.#evaluate(expression, depth, alone);
      // A condition taken as met is not met by an empty list: what it guards is left out, as Helm does.
      if (/^\s*(?:\[\]|\{\})\s*$/.test(text) && isGuarded(expression, frames)) continue;
      note({ at: out.length, length: text.length, source: match.index, literal: false, value });
      out += text;
    }
    literal(source.length, false);
    return out;
  }

  /** Follows the blocks: the first branch of a condition is taken, loops and helpers are left out. */
  #moves(expression: string, frames: Frame[]): boolean {
    const opens = OPENS.exec(expression);
    if (opens) frames.push({ condition: opens[2]!, emits: opens[1] === "if" });
    else if (/^else\b/.test(expression)) {
      const frame = frames.at(-1);
      if (frame) frame.emits = false;
    } else if (expression === "end") frames.pop();
    else return false;
    return true;
  }

  #collect(file: SourceFile, start: number, expression: string, frames: Frame[]): void {
    const above = frames.map(({ condition }) => condition).join(" ");
    const isCondition = OPENS.test(expression) || /^else\b/.test(expression);
    for (const match of expression.matchAll(VALUE)) {
      const path = match[1]!.slice(1);
      const from = file.text.indexOf(match[0], start);
      const parent = path.replace(/\.?[^.]*$/, "");
      const guarded =
        isCondition ||
        LOOKS_AFTER.test(expression) ||
        /^(?:toYaml|range|include)\b/.test(expression) ||
        above.includes(`.Values.${path}`) ||
        (parent !== "" && above.includes(`.Values.${parent}`));
      this.reads.push({
        path,
        place: { file, start: from, end: from + match[0].length },
        guarded,
      });
    }
  }

  /** `alone`: nothing but white space stands before it on its line, so that a helper may be a block. */
  #evaluate(expression: string, depth: number, alone: boolean): Output {
    const [first, ...filters] = pipeline(expression);
    let { text, value } = this.#source(first ?? "", depth, alone || /\bn?indent\b/.test(expression));
    for (const filter of filters) {
      const [name, ...rest] = filter.split(/\s+/);
      const argument = rest.join(" ");
      if (name === "default") text ??= unquote(argument) ?? argument;
      else if (name === "quote") text = JSON.stringify(text ?? "");
      else if (name === "nindent" || name === "indent")
        text = this.#indent(text ?? "", Number(argument), name);
      else if (name !== "int" && name !== "toString" && name !== "toYaml" && name !== "squote") {
        text = stand(expression);
        value = null;
      }
    }
    return { text: text ?? "", value };
  }

  #source(first: string, depth: number, block: boolean): { text: string | null; value: Place | null } {
    const call = /^(?:quote|int|int64|toString|default\s+(?:"[^"]*"|\S+))\s+(\$?\.Values[\w.]+)$/.exec(first);
    const path = /^\$?(?:root|top)?\.Values\.([\w.]+)$/.exec(call?.[1] ?? first)?.[1];
    if (path) {
      const found = this.#values.scalar(path);
      const fallback = /^default\s+("[^"]*"|\S+)/.exec(first)?.[1];
      if (found) return { text: found.text, value: found.place };
      return { text: fallback ? (unquote(fallback) ?? fallback) : null, value: null };
    }
    const yaml = /^toYaml\s+\$?\.Values\.([\w.]+)$/.exec(first)?.[1];
    if (yaml) return { text: this.#values.json(yaml) ?? "{}", value: null };
    const helper = /^(?:include|template)\s+"([^"]+)"/.exec(first)?.[1];
    const body = helper === undefined ? undefined : this.#helpers.get(helper);
    if (body !== undefined && block && /^[ \t]*[\w./-]+:|\binclude\b/m.test(body) && depth < MAX_DEPTH)
      return { text: this.#run(body, depth + 1, () => {}, null).trim(), value: null };
    if (/^fail\b/.test(first)) return { text: null, value: null };
    return { text: unquote(first) ?? (block ? standLine(first) : stand(first)), value: null };
  }

  #indent(text: string, by: number, kind: string): string {
    const space = " ".repeat(by);
    const lines = text.split("\n").map((line) => (line.trim() === "" ? "" : space + line));
    return (kind === "nindent" ? "\n" : "") + lines.join("\n");
  }
}

/** The text of a rendered template, and where each part of it came from. */
export class RenderedTemplate {
  readonly text: string;
  readonly #file: SourceFile;
  readonly #pieces: Piece[];

  constructor(file: SourceFile, text: string, pieces: Piece[]) {
    this.#file = file;
    this.text = text;
    this.#pieces = pieces;
  }

  /** Where a stretch of the rendered text is written: in the template, or in the values when it is one of them. */
  place(start: number, end: number): Place {
    const piece = this.#pieces.findLast((each) => each.at <= start) ?? this.#pieces[0];
    if (!piece) return { file: this.#file, start: 0, end: 0 };
    if (piece.value && start >= piece.at && end <= piece.at + piece.length) return piece.value;
    if (!piece.literal) return { file: this.#file, start: piece.source, end: piece.source };
    const from = piece.source + Math.min(start - piece.at, piece.length);
    return { file: this.#file, start: from, end: from + (end <= piece.at + piece.length ? end - start : 0) };
  }
}
