import { createHash } from "node:crypto";

/** A short digest of what a finding is about: names and rules, never what was measured. */
export function fingerprint(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
