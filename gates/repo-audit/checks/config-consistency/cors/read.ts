/** Reads which origins a server lets in, in any language: by the words every framework uses. */
import { isEnvFile } from "../../../paths.ts";
import type { Place, SourceFile } from "../../../source.ts";
import type { Facts, UrlFact } from "../facts.ts";
import { findLocalPorts } from "../urls.ts";

export interface CorsFact {
  /** Local addresses one list of origins lets in. */
  origins: UrlFact[];
  /** `*` together with credentials: the place of the star. */
  star: Place | null;
  place: Place;
}

const WORDS = /[cC]ors|CORS|llow(?:-O|_o|ed_o|O|edO|AnyO)rigin|LLOWED_ORIGIN/;

const STAR =
  /Access-Control-Allow-Origin["'`]?\s*[,:=]?\s*["'`]?(\*)(?=["'`\s;,])|\b(?:allow(?:ed)?_?origins?|origins?)["']?\s*[=:(]\s*\[?\s*["'`](\*)["'`]|\bAllow(AnyOrigin)\(\)/dgi;
const CREDENTIALS =
  /Access-Control-Allow-Credentials["'`]?\s*[,:=]?\s*["'`]?true|\b(?:allow_?|supports_?)?credentials["']?\s*[=:(]\s*true\b|\bAllowCredentials\(\)/gi;

/** Both belong to one statement or block when they stand close and no bracket between them closes an outer one. UTF-16 units. */
const NEAR = 700;

function sameBlock(between: string): boolean {
  let depth = 0;
  for (const char of between) {
    if ("([{".includes(char)) depth += 1;
    // One level may close: the array the star stands in.
    else if (")]}".includes(char) && --depth < -1) return false;
  }
  return !/\n\s*\n\s*(?:export|def|function|class|public)\b/.test(between);
}

function isComment(file: SourceFile, at: number): boolean {
  const { start } = file.lineAround(at);
  return (
    /^\s*(\/\/|#|\*|\/\*|--|;)/.test(file.text.slice(start, at)) ||
    /\s(\/\/|#)\s/.test(file.text.slice(start, at))
  );
}

/** A variable that is given the star: `origins = ["*"]`. */
const ASSIGNED = /\b([A-Za-z_]\w*)\s*(?::[^=\n]{1,40})?=\s*\[?\s*["'](\*)["']\s*\]?/dg;

function stars(file: SourceFile): { at: number; length: number; name: string | null }[] {
  const found: { at: number; length: number; name: string | null }[] = [];
  for (const match of file.text.matchAll(STAR)) {
    const group = [1, 2, 3].find((index) => match[index] !== undefined)!;
    found.push({ at: match.indices![group]![0], length: match[group]!.length, name: null });
  }
  for (const match of file.text.matchAll(ASSIGNED))
    if (/origin/i.test(match[1]!)) found.push({ at: match.indices![2]![0], length: 1, name: match[1]! });
  return found.filter(({ at }) => !isComment(file, at));
}

/** Where a variable is handed over as the list of origins. */
function usesOf(text: string, name: string): number[] {
  const use = new RegExp(`\\b(?:allow(?:ed)?_?origins?|origins?)["']?\\s*[=:(]\\s*${name}\\b`, "gi");
  return [...text.matchAll(use)].map((match) => match.index);
}

function readStar(file: SourceFile): Place | null {
  const credentials = [...file.text.matchAll(CREDENTIALS)]
    .map((match) => match.index)
    .filter((at) => !isComment(file, at));
  for (const star of stars(file)) {
    const places = star.name === null ? [star.at] : usesOf(file.text, star.name);
    for (const at of places) {
      const near = credentials.find((other) => {
        const [from, to] = at < other ? [at, other] : [other, at];
        return to - from <= NEAR && sameBlock(file.text.slice(from, to));
      });
      if (near !== undefined) return { file, start: star.at, end: star.at + star.length };
    }
  }
  return null;
}

const LIST =
  /\b[\w.-]*(?:cors|allow(?:ed)?)[\w.-]*origins?\w*["'\]]?\s*(?::[^=\n]{1,60})?[=:(]|\bcors\w*\(|\bcors["']?\s*:|\borigins?["']?\s*[:=]/gi;

/** The text of a value that begins here: up to the bracket that closes it, or the end of the line. */
function valueEnd(text: string, from: number): number {
  let depth = 0;
  const limit = Math.min(text.length, from + NEAR);
  for (let at = from; at < limit; at += 1) {
    const char = text[at]!;
    if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char) && --depth <= 0) return at;
    else if (char === "\n" && depth <= 0) return at;
  }
  return limit;
}

/** Local addresses in lists of origins, one fact for each list. */
function readOrigins(file: SourceFile, facts: Facts): void {
  let after = 0;
  for (const match of file.text.matchAll(LIST)) {
    const from = match.index + match[0].length - (match[0].endsWith("(") ? 1 : 0);
    if (match.index < after || isComment(file, match.index)) continue;
    const end = valueEnd(file.text, from);
    const origins = findLocalPorts(file, file.text.slice(from, end), from).filter((url) =>
      /^https?$/.test(url.scheme),
    );
    if (origins.length === 0) continue;
    after = end;
    facts.cors.push({ origins, star: null, place: origins[0]!.place });
  }
}

export function readCors(file: SourceFile, facts: Facts): void {
  if (!WORDS.test(file.text)) return;
  if (!isEnvFile(file.path)) {
    const star = readStar(file);
    if (star) facts.cors.push({ origins: [], star, place: star });
  }
  if (/localhost|127\.0\.0\.1/.test(file.text)) readOrigins(file, facts);
}
