/** Numbers and times for people. */
import type { Tone } from "../view.ts";

export function seconds(value: number | null): string {
  if (value === null) return "–";
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 60) return `${Math.round(value)} s`;
  const minutes = Math.floor(value / 60);
  if (minutes < 60) return `${minutes} m ${String(Math.floor(value % 60)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
}

/** Never "0 %" for what is above nothing. */
export function percent(value: number): string {
  if (value > 0 && value < 0.01) return "<0.01 %";
  return `${value >= 10 ? value.toFixed(1) : value.toFixed(2)} %`;
}

export function clock(iso: string | null): string {
  const at = new Date(iso ?? "");
  return Number.isNaN(at.getTime()) ? "–" : at.toLocaleTimeString([], { hour12: false });
}

export function dateTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "–";
  const day = at.toLocaleDateString([], { month: "short", day: "numeric" });
  return `${day}, ${at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false })}`;
}

export const count = (value: number, one: string, many = `${one}s`) =>
  `${value.toLocaleString("en")} ${value === 1 ? one : many}`;

/** Colour is never the only sign. */
export const GLYPHS: Record<Tone, string> = {
  good: "✓",
  warn: "▲",
  bad: "✕",
  unknown: "?",
  busy: "◔",
  quiet: "–",
};
