import { createHash } from "node:crypto";
import type { RiskPolicy } from "../contracts/risk.ts";

/** JSON with the keys of every object in alphabetical order and no white space. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
}

/** First 12 hex digits of the sha-256 of the policy's canonical JSON: names the parameters in every report. */
export function policyDigest(policy: RiskPolicy): string {
  return createHash("sha256").update(canonicalJson(policy)).digest("hex").slice(0, 12);
}
