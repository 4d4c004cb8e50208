/** Points in time as services write them. */
import type { Json } from "../../modsquad/contracts/words.ts";

/** Below this a number counts seconds since 1970, above it milliseconds: the year 2001 as one, 33658 as the other. */
const MILLISECONDS_FROM = 1e12;
const EARLIEST_SECONDS = 1e8;

/** Epoch milliseconds of an ISO text, an HTTP date, or a number of seconds or milliseconds; null for anything else. */
export function timeOf(value: Json | undefined): number | null {
  if (typeof value === "number") {
    if (!Number.isFinite(value) || value < EARLIEST_SECONDS) return null;
    return value >= MILLISECONDS_FROM ? value : value * 1000;
  }
  if (typeof value !== "string" || value.trim() === "") return null;
  const text = value.trim();
  if (/^\d{9,}(\.\d+)?$/.test(text)) return timeOf(Number(text));
  // A time without a zone is UTC, not the zone of the machine the check happens to run on.
  const zoneless = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text);
  const parsed = Date.parse(zoneless ? `${text.replace(" ", "T")}Z` : text);
  return Number.isNaN(parsed) ? null : parsed;
}

/** "3 min 20 s" for people. */
export function showSpan(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 100) / 10;
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min ${Math.round(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
