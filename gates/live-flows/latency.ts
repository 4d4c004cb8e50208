/** Latency of all samples of a step against its thresholds, absolute or relative to earlier runs. */
import type { Wrong } from "./assert.ts";
import type { LatencyAssertion, Phases, RelativeBound } from "./types.ts";
import { compares, quantile, showMs, statisticOf } from "./units.ts";

/** Fewer earlier runs than this say nothing about what is usual. */
const FEWEST_RUNS = 3;
/** A relative threshold never asks for less than this above the usual value: timers and schedulers are no better. */
const NOISE_MS = 5;

/** The slowest phase, to say where the time went. */
function phasesText(phases: Phases): string {
  const parts = (["dns", "tcp", "tls", "firstByte", "body"] as const).filter((name) => phases[name] >= 0.5);
  const words = { dns: "DNS", tcp: "TCP", tls: "TLS", firstByte: "first byte", body: "body" };
  return parts.map((name) => `${words[name]} ${showMs(phases[name])}`).join(", ");
}

const PICK: Record<RelativeBound["of"], (values: readonly number[]) => number> = {
  median: (values) => quantile(values, 0.5)!,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};

export type Past = (statistic: string) => number[];

/** The bound in milliseconds; for a relative one from earlier runs, or null while there are too few of them. */
export function boundOf({ boundMs, relative, statistic }: LatencyAssertion, past: Past): number | null {
  if (!relative) return boundMs;
  const values = past(statistic).slice(0, relative.last);
  if (values.length < Math.min(FEWEST_RUNS, relative.last)) return null;
  const usual = PICK[relative.of](values);
  return Math.max(usual * (1 + relative.percent / 100), usual + NOISE_MS);
}

/** What is said of relative thresholds that had nothing to be compared with. */
export function uncompared(assertions: readonly LatencyAssertion[], past: Past): string[] {
  return assertions
    .filter((one) => boundOf(one, past) === null)
    .map(
      (one) =>
        `"${one.text}" was not compared: ${past(one.statistic).length} earlier runs, ${FEWEST_RUNS} are needed`,
    );
}

/** Judges all samples of a step. Of several thresholds only the most severe broken one is told. */
export function checkLatency(
  samples: readonly Phases[],
  assertions: readonly LatencyAssertion[],
  past: Past,
): Wrong | null {
  if (samples.length === 0) return null;
  const totals = samples.map((phases) => phases.total);
  const slowest = samples.reduce((one, other) => (other.total > one.total ? other : one));
  const bySeverity = [...assertions].sort((one, other) => one.severity.localeCompare(other.severity));
  for (const assertion of bySeverity) {
    const measured = statisticOf(totals, assertion.statistic)!;
    const bound = boundOf(assertion, past);
    if (bound === null || compares(measured, { comparison: assertion.comparison, bound })) continue;
    const name =
      samples.length > 1
        ? `${assertion.statistic} ${showMs(measured)} of ${samples.length}`
        : showMs(measured);
    const split = phasesText(slowest);
    const where = split === "" ? "" : ` (${samples.length > 1 ? "slowest: " : ""}${split})`;
    return {
      rule: "latency",
      severity: assertion.severity,
      subject: assertion.relative ? `${assertion.statistic} to history` : assertion.statistic,
      expected: assertion.relative ? `${assertion.text} (${showMs(bound)})` : assertion.text,
      got: `${name}${where}`,
      advice:
        "Look at the slowest phase: first byte is the service's own work, the others are the way to it.",
    };
  }
  return null;
}
