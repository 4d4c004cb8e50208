/** What goes over the wire, to the page and to machines alike. JSON in camelCase; a record is as the journal has it. */
import type { Verdict } from "../contracts/risk.ts";
import type { JsonObject, Mode, TaskStatus } from "../contracts/words.ts";
import type { DashboardView, TrendPoint, ViewRunRow } from "../dashboard/view.ts";
import type { AnyRecord } from "../journal/record.ts";

/** A run as the relay tells it: the dashboard's view without what belongs to the repository. */
export type WireView = Omit<DashboardView, "runs" | "trend">;

/** One column of the heat map. */
export interface WireHistoryRun {
  runId: string;
  finishedAt: string;
  mode: Mode;
  env: string;
  verdict: Verdict;
  gates: Record<string, { status: TaskStatus; warnings: boolean; seconds: number | null; cached: boolean }>;
}

export interface WireRepository {
  /** Short name, unique in this relay. */
  id: string;
  root: string;
  /** The latest run, or null when there is none yet. */
  latest: string | null;
  /** Newest first. */
  runs: ViewRunRow[];
  /** Oldest first; runs of the same mode and environment as the latest. */
  trend: TrendPoint[];
  /** Oldest first. */
  history: WireHistoryRun[];
  /** Why its logs cannot be read, or null. */
  problem: string | null;
}

export interface WireSnapshot {
  /** Of the relay. */
  version: string;
  /** Whether requests to running engines are passed on. */
  allowControl: boolean;
  repositories: (WireRepository & { view: WireView | null })[];
}

export function wireView({ runs: _runs, trend: _trend, ...rest }: DashboardView): WireView {
  return rest;
}

/** A record no larger than its line in the journal: what lies in a side file stays there. */
export function asWritten(record: AnyRecord): JsonObject {
  const spill = (record as { spill?: { fields: string[] } }).spill;
  if (!spill) return record as unknown as JsonObject;
  const line: Record<string, unknown> = { ...record };
  for (const field of spill.fields) {
    if (Array.isArray(line[field])) line[field] = [];
    else if (field === "description") line[field] = String(line[field]).slice(0, 200);
    else if (field === "metrics") line[field] = {};
    else delete line[field];
  }
  return line as JsonObject;
}
