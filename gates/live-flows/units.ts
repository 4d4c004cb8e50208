/** Thresholds as people write them: "< 2000ms", "p95 <= 1.5s", "< 100kb", "> 0". */
import type { Comparison, LatencyStatistic, RelativeBound } from "./types.ts";

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const COMPARISON = new RegExp(String.raw`^(<=|>=|==|!=|<|>)\s*(${NUMBER})$`);
const LATENCY = /^(?:(p50|p95|p99|max)\s+)?(<=|<)\s*(\d+(?:\.\d+)?)\s*(ms|s)$/;
const RELATIVE =
  /^(?:(p50|p95|p99|max)\s+)?(<=|<)\s*\+\s*(\d+(?:\.\d+)?)\s*%\s+of\s+(median|min|max)\s+of\s+last\s+(\d+)$/;
const SIZE = /^(?:(<=|>=|==|!=|<|>)\s*)?(\d+(?:\.\d+)?)\s*(b|kb|mb|kib|mib)?$/i;
const BYTES: Record<string, number> = { b: 1, kb: 1000, mb: 1_000_000, kib: 1024, mib: 1_048_576 };

export interface Bound {
  comparison: Comparison;
  bound: number;
}

/** "> 0" → { ">", 0 }; null for any other text. */
export function parseComparison(text: string): Bound | null {
  const match = COMPARISON.exec(text.trim());
  return match ? { comparison: match[1] as Comparison, bound: Number(match[2]) } : null;
}

export interface LatencyBound {
  statistic: LatencyStatistic;
  comparison: "<" | "<=";
  boundMs: number;
  relative: RelativeBound | null;
}

/** "p95 <= +20% of median of last 10" */
function parseRelative(text: string): LatencyBound | null {
  const match = RELATIVE.exec(text.trim());
  if (!match) return null;
  const [, statistic = "p95", comparison, percent, of, last] = match;
  const relative = { percent: Number(percent), of: of as RelativeBound["of"], last: Number(last) };
  return {
    statistic: statistic as LatencyStatistic,
    comparison: comparison as "<" | "<=",
    boundMs: Number.POSITIVE_INFINITY,
    relative,
  };
}

/** "p95 < 2s" → p95, "<", 2000 ms. Without a statistic it is p95, which for one sample is that sample. */
export function parseLatency(text: string): LatencyBound | null {
  const match = LATENCY.exec(text.trim());
  if (!match) return parseRelative(text);
  const [, statistic = "p95", comparison, amount, unit] = match;
  const boundMs = Number(amount) * (unit === "s" ? 1000 : 1);
  return {
    statistic: statistic as LatencyStatistic,
    comparison: comparison as "<" | "<=",
    boundMs,
    relative: null,
  };
}

/** "< 100kb" → "<", 100000 bytes; a bare size means exactly that. */
export function parseSize(text: string): Bound | null {
  const match = SIZE.exec(text.trim());
  if (!match) return null;
  const [, comparison = "==", amount, unit = "b"] = match;
  return {
    comparison: comparison as Comparison,
    bound: Math.round(Number(amount) * BYTES[unit.toLowerCase()]!),
  };
}

export function compares(value: number, { comparison, bound }: Bound): boolean {
  switch (comparison) {
    case "<":
      return value < bound;
    case "<=":
      return value <= bound;
    case ">":
      return value > bound;
    case ">=":
      return value >= bound;
    case "==":
      return value === bound;
    case "!=":
      return value !== bound;
  }
}

/**
 * The q-quantile by nearest rank: the smallest sample that at least q of the samples do not exceed.
 * Empty input has none.
 */
export function quantile(samples: readonly number[], q: number): number | null {
  if (samples.length === 0) return null;
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
}

const SHARE: Record<LatencyStatistic, number> = { p50: 0.5, p95: 0.95, p99: 0.99, max: 1 };

export const statisticOf = (samples: readonly number[], statistic: LatencyStatistic) =>
  quantile(samples, SHARE[statistic]);

/** Milliseconds for people: one digit below ten, none above. */
export const showMs = (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
