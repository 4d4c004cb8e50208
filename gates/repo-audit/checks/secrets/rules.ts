/** The published token formats, read from data/secret-rules.json and compiled once. */
import { createHash } from "node:crypto";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import data from "../../data/secret-rules.json" with { type: "json" };
import { Keywords } from "../../keywords.ts";
import { CUE_WORDS, cuesWithin } from "./cues.ts";
import { NAMES, namesWithin } from "./names.ts";
import type { CheckName } from "./verify.ts";

/** A rule as it stands in the data file. */
export interface SecretRule {
  id: string;
  title: string;
  /** Literals, one of which begins (or, with `back`, is near the beginning of) every hit. */
  keywords?: string[];
  /** Instead of keywords: names (small letters) one of which stands before the value it is given. */
  names?: string[];
  /** Regular expression; its first group that matched is the secret, or else the whole match. With `names` the value alone. */
  pattern: string;
  severity: Severity;
  /** Where a person makes the leaked value worthless. */
  revoke: string;
  /** Name of the environment variable a fix reads instead. */
  variable: string;
  /** Test of the value beyond its form. */
  check?: CheckName;
  /** Shannon bits per character the secret must have. Default 3. */
  minEntropy?: number;
  /** The match may begin up to this many characters before the keyword. */
  back?: number;
  /** False: the match may follow (left) or precede (right) a letter or digit. */
  left?: boolean;
  right?: boolean;
  /** A run of this many letters or digits in order makes a value somebody's keyboard. Default 7; 11 with names. */
  sequence?: number;
  /** False: what looks made up is reported all the same, for formats too short to tell. */
  madeUp?: false;
}

export interface CompiledRule extends SecretRule {
  keywords: string[];
  /** Sticky. */
  regex: RegExp;
}

const DEFAULT_MIN_ENTROPY = 3;
const NAMED_SEQUENCE = 11;

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\-]/g, "\\$&");

/** A name as people write it: small, capitals, or the first letter large. */
function spellings(name: string): string[] {
  return [...new Set([name, name.toUpperCase(), name[0]!.toUpperCase() + name.slice(1)])];
}

/** The rest of the name, an assignment in any of a dozen languages, then the value as a word of its own. */
function namedPattern(names: string[], value: string): RegExp {
  const rest = "[ \\t\\w.-]{0,40}?[\"'\\]\\s]{0,3}(?:=>|\\?=|:{1,3}=|\\|\\||\\.=|[=:,>])[`\"'\\s=]{0,5}";
  return new RegExp(`(?:${names.map(literal).join("|")})${rest}(${value})(?![\\w.(/+-])`, "dy");
}

function compile(rule: SecretRule): CompiledRule {
  if (rule.names) {
    const keywords = rule.names.flatMap(spellings);
    const regex = namedPattern(keywords, rule.pattern);
    return { minEntropy: DEFAULT_MIN_ENTROPY, sequence: NAMED_SEQUENCE, ...rule, keywords, regex };
  }
  const left = rule.left === false ? "" : "(?<![A-Za-z0-9])";
  const right = rule.right === false ? "" : "(?![A-Za-z0-9])";
  const keywords = rule.keywords ?? [];
  const regex = new RegExp(`${left}(?:${rule.pattern})${right}`, "dy");
  return { minEntropy: DEFAULT_MIN_ENTROPY, ...rule, keywords, regex };
}

export const RULES: CompiledRule[] = (data.rules as SecretRule[]).map(compile);

const PUBLIC = new Set(data.public.map((each) => each.sha256));

/** Values the vendors themselves print in their manuals, such as the key of a local emulator. */
export function isPublic(secret: string): boolean {
  return PUBLIC.has(createHash("sha256").update(secret).digest("hex"));
}

/** What a keyword announces by itself; `place` is that of its first rule, for rules are tried in their order. */
const byKeyword = new Map<string, { place: number; rules: CompiledRule[] }>();
for (const rule of RULES) {
  for (const keyword of rule.keywords) {
    const known = byKeyword.get(keyword);
    if (known) known.rules.push(rule);
    else byKeyword.set(keyword, { place: byKeyword.size, rules: [rule] });
  }
}

/** The rules a keyword announces: its own, and those of the shorter keywords it begins with. */
export const RULES_BY_KEYWORD = new Map<string, CompiledRule[]>();
for (const keyword of new Set([...byKeyword.keys(), ...NAMES])) {
  const own = [...keyword]
    .map((_, at) => byKeyword.get(keyword.slice(0, at + 1)))
    .filter((one) => one !== undefined);
  const rules = own.sort((a, b) => a.place - b.place).flatMap((one) => one.rules);
  RULES_BY_KEYWORD.set(keyword, [...new Set(rules)]);
}

/** Two letters are too few to look for: what follows them in a name that is given a value. */
const announced = (name: string): string[] =>
  name.length > 2 ? [name] : [":", "=", " ", '"', "'"].map((next) => name + next);

const everything = new Set([...byKeyword.keys(), ...[...NAMES].flatMap(announced), ...CUE_WORDS]);

/** Keywords of formats and names of credentials: a text is gone through once for both. */
export const KEYWORDS = new Keywords(everything);

/** Keyword → the cue it begins with. */
export const CUE_OF = cuesWithin(everything);

/** Keyword → the name it begins with. */
export const NAME_OF = namesWithin(everything);
