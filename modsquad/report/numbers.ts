/** Numbers for people; the same in every report. */
import { printLimit, printPct } from "../risk/rounding.ts";

/** Percent with two decimals, as in the ledger: "0.00%" only when it is exactly 0. */
export function percent(pct: number): string {
  return Number.isFinite(pct) ? `${printPct(pct)}%` : "unknown";
}

/** A target or limit, with as many decimals as somebody gave it. */
export function limit(pct: number): string {
  return Number.isFinite(pct) ? `${printLimit(pct)}%` : "unknown";
}

/** Seconds as "12ms", "2.1s", "1m 02s", "1h 02m"; "-" when unknown. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return "-";
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)}ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
}

/** "1 check", "3 checks". */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** Compares by UTF-16 units: the same order on every machine, whatever its locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Milliseconds since the epoch of an ISO time, or null when it is absent or no time. */
export function millis(iso: string | null): number | null {
  if (iso === null) return null;
  const value = Date.parse(iso);
  return Number.isNaN(value) ? null : value;
}
