/** The baseline as a set that can be compared, shrunk and written. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Baseline, Result } from "../contracts/config.ts";
import { BASELINE_FILE } from "./baseline.ts";
import type { BaselineFile } from "./config.generated.ts";

/** Gate id → entries: fingerprints, each with "@" and the key of the text it was found in when there is one. */
export type Fingerprints = Record<string, string[]>;

const ENTRY = /^(.*)@([0-9a-f]{12})$/;

/** The fingerprint of an entry. */
export const fingerprintOf = (entry: string): string => ENTRY.exec(entry)?.[1] ?? entry;

/** The key of the text an entry was found in, or null. */
export const keyOf = (entry: string): string | null => ENTRY.exec(entry)?.[2] ?? null;

export interface Difference {
  /** In both. */
  kept: Fingerprints;
  /** Old ones that are not there any more. */
  gone: Fingerprints;
  /** Found, and not in the baseline. */
  fresh: Fingerprints;
  /** Old ones of gates that did not look at everything: nobody knows whether they are still there. */
  unknown: Fingerprints;
}

const countOf = (all: Fingerprints) => Object.values(all).reduce((sum, list) => sum + list.length, 0);

export { countOf as fingerprintCount };

/**
 * `found` has an entry for each gate that looked; `whole` names those that looked at everything. What has only
 * moved is kept, under its new fingerprint.
 */
export function compareBaseline(
  old: Fingerprints,
  found: Fingerprints,
  whole: ReadonlySet<string>,
): Difference {
  const difference: Difference = { kept: {}, gone: {}, fresh: {}, unknown: {} };
  for (const gate of new Set([...Object.keys(old), ...Object.keys(found)])) {
    const { kept, missing, fresh } = pair(old[gate] ?? [], found[gate] ?? []);
    put(difference.kept, gate, kept);
    put(whole.has(gate) ? difference.gone : difference.unknown, gate, missing);
    put(difference.fresh, gate, fresh);
  }
  return difference;
}

/** Pairs entries by fingerprint, then what is left by the text it was found in. */
function pair(old: readonly string[], found: readonly string[]) {
  const before = new Map(old.map((entry) => [fingerprintOf(entry), entry]));
  const now = new Map(found.map((entry) => [fingerprintOf(entry), entry]));
  const kept = [...now].flatMap(([fingerprint, entry]) => (before.has(fingerprint) ? [entry] : []));
  const fresh: string[] = [];
  const missing = [...before].flatMap(([fingerprint, entry]) => (now.has(fingerprint) ? [] : [entry]));
  for (const [fingerprint, entry] of now) {
    if (before.has(fingerprint)) continue;
    const key = keyOf(entry);
    const moved = key === null ? -1 : missing.findIndex((one) => keyOf(one) === key);
    if (moved < 0) fresh.push(entry);
    else {
      missing.splice(moved, 1);
      kept.push(entry);
    }
  }
  return { kept, missing, fresh };
}

function put(into: Fingerprints, gate: string, list: string[]): void {
  if (list.length > 0) into[gate] = list.sort();
}

/** Several sets as one, sorted: two people who take the same baseline write the same bytes. */
export function unite(...sets: Fingerprints[]): Fingerprints {
  const all: Fingerprints = {};
  for (const gate of [...new Set(sets.flatMap(Object.keys))].sort()) {
    all[gate] = [...new Set(sets.flatMap((set) => set[gate] ?? []))].sort();
  }
  return all;
}

export interface Acceptance {
  /** YYYY-MM-DD. */
  date: string;
  reason: string;
  /** How many findings were taken in. */
  findings: number;
}

/** The whole baseline file as text. */
export function baselineText(
  created: string,
  findings: Fingerprints,
  accepted: readonly Acceptance[],
): string {
  const file: BaselineFile = {
    schema: "meta-orch/baseline@1",
    created,
    ...(accepted.length > 0 ? { accepted: [...accepted] } : {}),
    findings,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Writes it beside the config, whole or not at all. */
export function writeBaseline(root: string, text: string): Result<string> {
  const file = join(root, BASELINE_FILE);
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, file);
    return { ok: true, value: file };
  } catch (error) {
    rmSync(temporary, { force: true });
    const what = `The baseline cannot be written: ${(error as Error).message}`;
    return { ok: false, problems: [{ what, where: file, next: "Make the folder writable." }] };
  }
}

/** What is in the file, as a set. */
export const fingerprintsOf = (baseline: Baseline | null): Fingerprints => baseline?.findings ?? {};
