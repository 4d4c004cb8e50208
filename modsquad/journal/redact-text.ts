/** Takes secrets out of one text: declared values first, then what looks like a credential. */
import { createHash } from "node:crypto";
import { findLiterals, type LiteralFinder } from "./literals.ts";
import {
  COOKIE_ATTRIBUTES,
  COOKIE_LINE,
  COOKIE_PAIR,
  COOKIE_TRIGGERS,
  SECRET_PATTERNS,
  type SecretPattern,
} from "./secret-patterns.ts";
import { spellings } from "./spellings.ts";

/** A shorter declared value is a word of everyday language more often than a secret. */
export const SHORTEST = 6;
/** From this length on, four characters and a hash tell which secret it was without helping to guess it. */
export const LONG = 16;

const REDACTED = /^\s{0,4}[^\s]{0,4}\[redacted/;

/**
 * What stands in for a secret: `ghp_[redacted-1a2b3c4d]`, the first four characters and the beginning of its
 * sha-256. Of a short one that could be guessed from that, nothing: `[redacted]`. What was masked stays.
 */
export function mask(secret: string, shown = secret): string {
  if (REDACTED.test(secret)) return secret;
  if (secret.length < LONG) return "[redacted]";
  const digest = createHash("sha256").update(secret).digest("hex").slice(0, 8);
  return `${/^[\w.-]{4}/.test(shown) ? shown.slice(0, 4) : ""}[redacted-${digest}]`;
}

/** Every spelling of the declared values of at least `from` characters → its mask. */
export function maskedSpellings(values: Iterable<string>, from: number): Map<string, string> {
  const masks = new Map<string, string>();
  for (const value of values) {
    if (value.length < Math.max(from, SHORTEST)) continue;
    for (const spelling of spellings(value)) masks.set(spelling, mask(value, spelling));
  }
  return masks;
}

/** A function that replaces these literals by their masks. */
export function literalCleaner(masks: Map<string, string>): (text: string) => string {
  if (masks.size === 0) return (text) => text;
  const finder = findLiterals(masks.keys());
  return (text) => {
    let hit = finder.next(text, 0);
    if (!hit) return text;
    let out = "";
    let from = 0;
    for (; hit; hit = finder.next(text, from)) {
      out += text.slice(from, hit.start) + masks.get(hit.literal);
      from = hit.end;
    }
    return out + text.slice(from);
  };
}

function replacePattern(text: string, expression: RegExp): string {
  return text.replace(expression, (match: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Record<string, string> | string | undefined;
    const secret = typeof groups === "object" ? groups.secret : match;
    if (!secret) return match;
    const at = match.lastIndexOf(secret);
    return match.slice(0, at) + mask(secret) + match.slice(at + secret.length);
  });
}

function replaceCookies(text: string): string {
  return text.replace(COOKIE_LINE, (line) =>
    line.replace(COOKIE_PAIR, (pair, name: string, value: string) =>
      COOKIE_ATTRIBUTES.test(name) ? pair : `${name}=${mask(value)}`,
    ),
  );
}

type Rule = SecretPattern | "cookie";

/** Trigger → the rules that may match where it stands, those of its own beginnings included. */
function rulesByTrigger(): Map<string, Rule[]> {
  const rules = new Map<string, Rule[]>(COOKIE_TRIGGERS.map((trigger) => [trigger, ["cookie"]]));
  for (const pattern of SECRET_PATTERNS) {
    for (const trigger of pattern.triggers) rules.set(trigger, [...(rules.get(trigger) ?? []), pattern]);
  }
  const own = new Map(rules);
  for (const [trigger, known] of own) {
    const beginnings = Array.from({ length: trigger.length }, (_, length) => trigger.slice(0, length));
    const theirs = beginnings.flatMap((beginning) => own.get(beginning) ?? []);
    if (theirs.length > 0) rules.set(trigger, [...known, ...theirs]);
  }
  return rules;
}

const RULES = rulesByTrigger();
const TRIGGERS: LiteralFinder = findLiterals(RULES.keys());

/** The text without what looks like a credential; `extra` are the caller's own expressions, global ones. */
export function withoutCredentials(text: string, extra: readonly RegExp[]): string {
  let out = text;
  let hit = TRIGGERS.next(text, 0);
  if (hit) {
    const due = new Set<Rule>();
    for (; hit; hit = TRIGGERS.next(text, hit.end)) for (const rule of RULES.get(hit.literal)!) due.add(rule);
    for (const pattern of SECRET_PATTERNS)
      if (due.has(pattern)) out = replacePattern(out, pattern.expression);
    if (due.has("cookie")) out = replaceCookies(out);
  }
  for (const expression of extra) out = replacePattern(out, expression);
  return out;
}
