/** The bench a file is judged on, and how a violation becomes an issue with its edit. */
import type { Place, TokenIndex } from "./dna/match.ts";
import type { Environment } from "./env.ts";
import type { PropertyUse } from "./properties.ts";
import { modeOf } from "./scan/modes.ts";
import { Lines, wordsOf } from "./scan/text.ts";
import type { Candidate, FileFacts, Issue, Site } from "./types.ts";

/** What every judging function needs. */
export interface Bench {
  path: string;
  text: string;
  lines: Lines;
  facts: FileFacts;
  index: TokenIndex;
  env: Environment;
  issues: Issue[];
  checks: ReadonlySet<string>;
  fileWords: readonly string[];
}

/** A new bench for a file. */
export function benchFor(
  path: string,
  text: string,
  facts: FileFacts,
  index: TokenIndex,
  env: Environment,
  checks: ReadonlySet<string>,
): Bench {
  const file = path.slice(path.lastIndexOf("/") + 1).replace(/\.[a-z]+$/, "");
  return {
    path,
    text,
    lines: new Lines(text),
    facts,
    index,
    env,
    issues: [],
    checks,
    fileWords: wordsOf(file),
  };
}

/** The place of a site, with the words around it. */
export function placeOf(bench: Bench, site: Site, use: PropertyUse): Place {
  const block = bench.facts.blocks[site.block];
  const name = block?.name ?? "";
  // Most sites are right, and then nobody asks for the words around them.
  let words: ReadonlySet<string> | null = null;
  let mode: string | null = null;
  const place: Place = {
    prop: site.prop,
    role: use.role,
    categories: use.categories,
    syntax: site.syntax,
    words: () => {
      words ??= new Set([...wordsOf(name), ...bench.fileWords, ...wordsOf(site.prop)]);
      return words;
    },
    mode: () => {
      mode ??= modeHint(name, block?.condition ?? "", bench.index.dna.modes);
      return mode;
    },
  };
  if (site.utility !== undefined) place.utility = site.utility;
  return place;
}

function modeHint(selector: string, condition: string, modes: readonly string[]): string {
  if (modes.length === 0) return "";
  const mode = modeOf("", condition);
  if (mode !== "" && modes.includes(mode)) return mode;
  return modes.find((one) => patternOf(one).test(selector)) ?? "";
}

const patterns = new Map<string, RegExp>();

/** A mode's name as a class, an attribute's value or a word of a selector. */
function patternOf(mode: string): RegExp {
  let pattern = patterns.get(mode);
  if (!pattern) {
    pattern = new RegExp(`(?:^|[\\s.\\["'=-])${mode.replace(/[^\w-]/g, "\\$&")}(?:["'\\]\\s:.]|$)`);
    patterns.set(mode, pattern);
  }
  return pattern;
}

interface Violation {
  check: string;
  rule: string;
  from: number;
  to: number;
  candidates: Candidate[];
  severity: Issue["severity"];
  message: string;
  /** True for a negative length, which a token replaces by its negation. */
  negative?: boolean;
  /** Text to put there instead, when it is not simply the candidate's. */
  replacement?: string;
  advice?: string;
}

/** Records a violation of a part [from, to) of a site's value. */
export function report(bench: Bench, site: Site, violation: Violation): void {
  const { check, rule, from, to, candidates } = violation;
  if (!bench.checks.has(check)) return;
  const whole = site.start === site.end || !site.exact;
  const start = whole ? site.start : site.start + from;
  const end = whole ? site.end : site.start + to;
  const issue: Issue = {
    check,
    rule,
    severity: violation.severity,
    value: readable(site.value.slice(from, to)),
    prop: site.prop,
    message: readable(violation.message),
    start,
    end,
    line: bench.lines.lineAt(start),
    column: bench.lines.columnAt(start),
    symbol: bench.facts.blocks[site.block]?.name ?? "",
    candidates,
  };
  if (violation.advice) issue.advice = violation.advice;
  const best = candidates[0];
  if (best) {
    const edit = editFor(
      bench,
      site,
      from,
      to,
      violation.replacement ?? best.text,
      violation.negative ?? false,
    );
    if (edit) issue.edit = { ...edit, safe: best.distance === 0 };
  }
  bench.issues.push(issue);
}

/** Embedded expressions as people write them, white space folded. */
const readable = (text: string) => text.replace(/[\uE000-\uF7FF]+/g, "${…}").replace(/\s+/g, " ");

function editFor(
  bench: Bench,
  site: Site,
  from: number,
  to: number,
  text: string,
  negative: boolean,
): { start: number; end: number; text: string } | null {
  if (site.syntax === "class" && site.classStart !== undefined && site.classEnd !== undefined) {
    const whole = from === 0 && to === site.value.length;
    if (whole) {
      const minus = negative && !text.includes("[") ? minusClass(text) : text;
      return {
        start: site.classStart,
        end: site.classEnd,
        text: `${minus}${bench.text.slice(site.end + 1, site.classEnd)}`,
      };
    }
    const inner = /\[(.*)\]$/.exec(text)?.[1];
    return inner ? { start: site.start + from, end: site.start + to, text: inner } : null;
  }
  const signed = negative
    ? text.startsWith("$") || text.startsWith("@")
      ? `-${text}`
      : `calc(${text} * -1)`
    : text;
  if (site.syntax === "js" && !site.exact) {
    const raw = bench.text.slice(site.start, site.end);
    return /^-?[\d.]+$/.test(raw) ? { start: site.start, end: site.end, text: JSON.stringify(signed) } : null;
  }
  if (!site.exact) return null;
  return { start: site.start + from, end: site.start + to, text: signed };
}

const minusClass = (text: string) => {
  const colon = text.lastIndexOf(":") + 1;
  return `${text.slice(0, colon)}-${text.slice(colon)}`;
};

/** Candidates with their distances, for messages. */
export const listed = (candidates: readonly Candidate[], unit: string) =>
  candidates
    .map((one) => (one.distance === 0 ? `${one.token} (equal)` : `${one.token} (${unit}${one.distance})`))
    .join(", ");
