/** Finds values of published formats: one pass for the keywords, then each rule's own expression at the hit. */

import type { Cue } from "./cues.ts";
import { entropy, isMadeUp } from "./judge.ts";
import { isPasswordName, type NameHit, nameAt } from "./names.ts";
import { type CompiledRule, CUE_OF, isPublic, KEYWORDS, NAME_OF, RULES_BY_KEYWORD } from "./rules.ts";
import { type Verification, verify } from "./verify.ts";

export interface SecretMatch {
  rule: CompiledRule;
  secret: string;
  /** UTF-16 offsets of the secret. */
  start: number;
  end: number;
  verification: Exclude<Verification, "drop">;
}

function matchAt(rule: CompiledRule, text: string, hit: number, keyword: string): RegExpExecArray | null {
  // With `back` the match begins somewhere before the keyword, and must reach beyond it.
  for (let at = Math.max(0, hit - (rule.back ?? 0)); at <= hit; at += 1) {
    rule.regex.lastIndex = at;
    const match = rule.regex.exec(text);
    if (match && at + match[0].length >= hit + keyword.length) return match;
  }
  return null;
}

function judge(rule: CompiledRule, match: RegExpExecArray): SecretMatch | null {
  const group = match.findIndex((text, index) => index > 0 && text !== undefined);
  const [start, end] = match.indices![group === -1 ? 0 : group]!;
  const secret = match[group === -1 ? 0 : group]!;
  // A name alone announces words and numbers as well.
  if (rule.names && !(/\d/.test(secret) && /[A-Za-z]/.test(secret))) return null;
  if (rule.madeUp !== false && isMadeUp(secret, rule.sequence)) return null;
  if (isPublic(secret) || entropy(secret) < (rule.minEntropy ?? 0)) return null;
  const verification = verify(rule.check, secret);
  return verification === "drop" ? null : { rule, secret, start, end, verification };
}

export interface Scan {
  /** Values of published formats, in order, one per place. */
  formats: SecretMatch[];
  /** Names that say their value is a credential. */
  names: NameHit[];
  /** Which shapes the text may hold. */
  cues: ReadonlySet<Cue>;
}

/** One pass over a text. */
export function scan(text: string): Scan {
  const formats: SecretMatch[] = [];
  const names: NameHit[] = [];
  const cues = new Set<Cue>();
  KEYWORDS.each(text, (keyword, offset) => {
    for (const rule of RULES_BY_KEYWORD.get(keyword) ?? []) {
      const match = matchAt(rule, text, offset, keyword);
      const secret = match && judge(rule, match);
      if (secret && !formats.some((other) => other.start < secret.end && secret.start < other.end)) {
        formats.push(secret);
      }
    }
    const cue = CUE_OF.get(keyword);
    if (cue) cues.add(cue);
    const name = NAME_OF.get(keyword);
    const hit = name === undefined ? null : nameAt(text, name, offset);
    if (!hit) return;
    names.push(hit);
    cues.add("name");
    if (isPasswordName(hit.word)) cues.add("password");
  });
  return { formats, names, cues };
}
