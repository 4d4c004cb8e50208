/**
 * Findings of the baseline that moved. A fingerprint may hold the path of its file, so a renamed file would make
 * old findings new. Each entry of a baseline therefore also knows the text it was found in: a finding with that
 * text, of the same rule, whose old place is gone, is the old one. Another text, such as another secret, is new.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprintOf, keyOf } from "../config/baseline-file.ts";
import type { Finding } from "../contracts/gate.ts";

type Placed = Pick<Finding, "ruleId" | "fingerprint" | "location">;

/** More lines than this say no more about a finding. */
const MAX_LINES = 20;
/** Text as short as a closing brace could be anywhere. */
const MIN_TEXT = 4;

/** Hands out the key of a finding's text, or null when it has no place or the text says nothing. */
export function createContentKeys(root: string): (finding: Placed) => string | null {
  const files = new Map<string, string[]>();
  const linesOf = (path: string): string[] => {
    const known = files.get(path);
    if (known) return known;
    const lines = readLines(join(root, path));
    files.set(path, lines);
    return lines;
  };
  return ({ ruleId, location }) => {
    if (!location) return null;
    const last = Math.min(location.endLine ?? location.line, location.line + MAX_LINES);
    const text = linesOf(location.path)
      .slice(location.line - 1, last)
      .join(" ")
      .replaceAll(/\s+/g, " ")
      .trim();
    if (text.length < MIN_TEXT) return null;
    return createHash("sha256").update(`${ruleId}\0${text}`).digest("hex").slice(0, 12);
  };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}

/** Fingerprints that count as old among these findings: those of the baseline, and those that only moved. */
export function oldFingerprints(
  entries: readonly string[],
  findings: readonly Placed[],
  root: string,
): ReadonlySet<string> {
  const old = new Set(entries.map(fingerprintOf));
  const fresh = findings.filter(({ fingerprint }) => !old.has(fingerprint));
  if (fresh.length === 0) return old;
  const here = new Set(findings.map(({ fingerprint }) => fingerprint));
  const gone = new Map<string, number>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key !== null && !here.has(fingerprintOf(entry))) gone.set(key, (gone.get(key) ?? 0) + 1);
  }
  if (gone.size === 0) return old;
  const contentKey = createContentKeys(root);
  for (const finding of fresh) {
    const key = contentKey(finding);
    const left = key === null ? 0 : (gone.get(key) ?? 0);
    if (left === 0 || old.has(finding.fingerprint)) continue;
    gone.set(key!, left - 1);
    old.add(finding.fingerprint);
  }
  return old;
}
