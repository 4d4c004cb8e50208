/** The baseline as a set that can be compared, shrunk and written. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Baseline, Result } from "../contracts/config.ts";
import { BASELINE_FILE } from "./baseline.ts";
import type { BaselineFile } from "./config.generated.ts";

/** Gate id → fingerprints. */
export type Fingerprints = Record<string, string[]>;

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

/** `found` has an entry for each gate that looked; `whole` names those that looked at everything. */
export function compareBaseline(
  old: Fingerprints,
  found: Fingerprints,
  whole: ReadonlySet<string>,
): Difference {
  const difference: Difference = { kept: {}, gone: {}, fresh: {}, unknown: {} };
  for (const gate of new Set([...Object.keys(old), ...Object.keys(found)])) {
    const [before, now] = [new Set(old[gate] ?? []), new Set(found[gate] ?? [])];
    const missing = [...before].filter((one) => !now.has(one));
    put(
      difference.kept,
      gate,
      [...before].filter((one) => now.has(one)),
    );
    put(whole.has(gate) ? difference.gone : difference.unknown, gate, missing);
    put(
      difference.fresh,
      gate,
      [...now].filter((one) => !before.has(one)),
    );
  }
  return difference;
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
