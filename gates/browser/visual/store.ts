/** Where baselines and candidates lie. */
import type { Visit } from "../page-check.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Baseline {
  png: Uint8Array;
  snapshot: Snapshot | null;
}

/** What `visual approve` reads: which artifact becomes which file of the repository. */
export interface Candidate {
  schema: "meta-orch/visual-candidate@1";
  page: string;
  variant: string;
  /** Path below the root, without extension. */
  target: string;
  /** File names beside this one. */
  png: string;
  snapshot: string;
}

export const CANDIDATE_SUFFIX = "-visual-candidate.json";

/** Path below the root, without extension. */
export function baselinePath(folder: string, key: string, visit: Pick<Visit, "slug" | "variant">): string {
  return `${folder}/${key}/${visit.slug}-${visit.variant.id}`;
}

export async function readBaseline(visit: Visit, path: string): Promise<Baseline | null> {
  const png = await visit.readFile(`${path}.png`);
  if (!png) return null;
  const text = await visit.readFile(`${path}.json`);
  return { png, snapshot: text ? parseSnapshot(Buffer.from(text).toString("utf8")) : null };
}

/** Null when the text is no snapshot of this version: then the pixels have to do. */
function parseSnapshot(text: string): Snapshot | null {
  try {
    const value = JSON.parse(text) as Snapshot;
    return value.version === 1 && Array.isArray(value.rows) && Array.isArray(value.styles) ? value : null;
  } catch {
    return null;
  }
}
