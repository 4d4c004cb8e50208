/** Findings of the browser gate: one per culprit and page, however many variants show it. */
import { createHash } from "node:crypto";
import type { Finding, Fix } from "../../modsquad/contracts/gate.ts";
import type { Severity } from "../../modsquad/contracts/words.ts";

export interface Culprit {
  /** `<check>/<rule>`. */
  rule: string;
  severity: Severity;
  /** Name of the page. */
  page: string;
  message: string;
  /** What is at fault, without anything that changes by itself: a selector, an address, a text. */
  subject: string;
  fix: Fix;
  location?: Finding["location"];
  defectClass?: string;
  effort?: number;
}

/** Run-time parts of addresses and messages: hashes, ports, long numbers. */
export function steady(text: string): string {
  return text
    .replace(/\bhttps?:\/\/[^/\s"')]+/g, "")
    .replace(/\b[0-9a-f]{8,}\b/gi, "#")
    .replace(/\d{3,}/g, "#")
    .replace(/\s+/g, " ")
    .trim();
}

export function browserFinding(culprit: Culprit): Finding {
  const { rule, severity, page, message, subject, fix, location, defectClass, effort } = culprit;
  const fingerprint = createHash("sha256")
    .update(JSON.stringify([rule, page, steady(subject)]))
    .digest("hex")
    .slice(0, 16);
  return {
    ruleId: rule,
    severity,
    message,
    fingerprint,
    target: page,
    fix,
    ...(location ? { location } : {}),
    ...(defectClass ? { defectClass } : {}),
    ...(effort ? { effort } : {}),
  };
}

/** Joins what several variants show of one culprit; `variants` are listed when not all show it. */
export function joinFindings(
  seen: readonly { finding: Finding; variant: string }[],
  variantCount: number,
): Finding[] {
  const joined = new Map<string, { finding: Finding; variants: Set<string> }>();
  for (const { finding, variant } of seen) {
    const key = `${finding.ruleId} ${finding.fingerprint}`;
    const known = joined.get(key);
    if (known) known.variants.add(variant);
    else joined.set(key, { finding, variants: new Set([variant]) });
  }
  return [...joined.values()].map(({ finding, variants }) =>
    variants.size < variantCount
      ? { ...finding, message: `${finding.message} (${[...variants].join(", ")})` }
      : finding,
  );
}
