/** Durations, sizes and shares as people write them. */
import type { Json } from "../../modsquad/contracts/words.ts";

const DURATION_UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SIZE_UNITS: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** "500ms", "60s", "2m" → milliseconds; null for any other value. */
export function parseDuration(value: Json | undefined): number | null {
  const match = typeof value === "string" ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value.trim()) : null;
  return match ? Number(match[1]) * DURATION_UNITS[match[2]!]! : null;
}

/** How much of a whole: a share in [0, 1] or an amount. */
export type Amount = { share: number } | { bytes: number };

/** "10%" → share 0.1, "5GB" → 5e9 bytes; null for any other value. */
export function parseAmount(value: Json | undefined): Amount | null {
  if (typeof value !== "string") return null;
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(value.trim());
  if (share) return { share: Number(share[1]) / 100 };
  const size = /^(\d+(?:\.\d+)?)\s*([kmgt]i?b|b)$/i.exec(value.trim());
  return size ? { bytes: Number(size[1]) * SIZE_UNITS[size[2]!.toLowerCase()]! } : null;
}

/** The amount in units of `total`. */
export const amountOf = (amount: Amount, total: number) =>
  "share" in amount ? amount.share * total : amount.bytes;

const STEPS: [string, number][] = [
  ["TB", 1e12],
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
];

/** 1500000 → "1.5 MB". */
export function showBytes(bytes: number): string {
  const step = STEPS.find(([, size]) => bytes >= size);
  return step ? `${(bytes / step[1]).toFixed(1)} ${step[0]}` : `${Math.round(bytes)} B`;
}

export const showMs = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

export const showShare = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
