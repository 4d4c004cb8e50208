/** Latencies of earlier runs, as this gate's own metrics have them. */
import type { HistoryEntry } from "../../modsquad/contracts/gate.ts";
import type { JsonObject } from "../../modsquad/contracts/words.ts";
import { object } from "./read-values.ts";

/** Values of "p50", "p95", "p99" or "max" in milliseconds for a flow's step, newest run first. */
export function pastLatencies(
  history: readonly HistoryEntry[],
  flow: string,
  step: string,
  statistic: string,
): number[] {
  const values: number[] = [];
  for (const { metrics } of history) {
    const { latency } = object(metrics);
    const rows: JsonObject[] = Array.isArray(latency) ? latency.map(object) : [];
    const row = rows.find((one) => one.flow === flow && (one.step ?? "") === step);
    const value = row?.[`${statistic}Ms`];
    if (typeof value === "number") values.push(value);
  }
  return values;
}
