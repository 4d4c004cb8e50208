/** The published token formats, read from data/secret-rules.json and compiled once. */
import { createHash } from "node:crypto";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import data from "../../data/secret-rules.json" with { type: "json" };
import type { CheckName } from "./verify.ts";

/** A rule as it stands in the data file. */
export interface SecretRule {
  id: string;
  title: string;
  /** Literals, one of which begins (or, with `back`, is near the beginning of) every hit. */
  keywords: string[];
  /** Regular expression; its first group that matched is the secret, or else the whole match. */
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
}

export interface CompiledRule extends SecretRule {
  /** Sticky without `back`, global with it. */
  regex: RegExp;
}

const DEFAULT_MIN_ENTROPY = 3;

function compile(rule: SecretRule): CompiledRule {
  const left = rule.left === false ? "" : "(?<![A-Za-z0-9])";
  const right = rule.right === false ? "" : "(?![A-Za-z0-9])";
  const regex = new RegExp(`${left}(?:${rule.pattern})${right}`, rule.back ? "dg" : "dy");
  return { minEntropy: DEFAULT_MIN_ENTROPY, ...rule, regex };
}

export const RULES: CompiledRule[] = (data.rules as SecretRule[]).map(compile);

const PUBLIC = new Set(data.public.map((each) => each.sha256));

/** Values the vendors themselves print in their manuals, such as the key of a local emulator. */
export function isPublic(secret: string): boolean {
  return PUBLIC.has(createHash("sha256").update(secret).digest("hex"));
}

const byKeyword = new Map<string, CompiledRule[]>();
for (const rule of RULES) {
  for (const keyword of rule.keywords) byKeyword.set(keyword, [...(byKeyword.get(keyword) ?? []), rule]);
}

/** The rules a keyword announces: its own, and those of the shorter keywords it begins with. */
export const RULES_BY_KEYWORD = new Map<string, CompiledRule[]>();
for (const keyword of byKeyword.keys()) {
  const rules = [...byKeyword].flatMap(([other, own]) => (keyword.startsWith(other) ? own : []));
  RULES_BY_KEYWORD.set(keyword, [...new Set(rules)]);
}

/** One expression that finds every keyword; the longest first, so that a prefix never hides a longer one. */
export const KEYWORDS = new RegExp(
  [...byKeyword.keys()]
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .map((keyword) => keyword.replace(/[.*+?^${}()|[\]\\-]/g, "\\$&"))
    .join("|"),
  "g",
);
