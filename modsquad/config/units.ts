/** Durations and percentages as people write them in config and on the command line. */

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const PERCENT = /^(\d+(?:\.\d+)?)\s*%$/;

/** Longest time a Node timer can hold, milliseconds (24.8 days). */
const MAX_TIMER_MS = 2_147_483_647;

/** What a duration looks like, for messages. */
export const DURATION_EXAMPLES = '"500ms", "60s", "2m" or "1h"';

/** "500ms", "60s", "2m", "1.5h" → whole milliseconds, at most what a timer holds; null for anything else, zero included. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (!match) return null;
  const ms = Math.round(Number(match[1]) * UNIT_MS[match[2]!]!);
  return ms > 0 ? Math.min(ms, MAX_TIMER_MS) : null;
}

/** 30 or "30%" → 30; null when it is not a number from 0 to 100. */
export function parsePercent(value: string | number): number | null {
  const number = typeof value === "number" ? value : Number(PERCENT.exec(value)?.[1] ?? Number.NaN);
  return number >= 0 && number <= 100 ? number : null;
}
