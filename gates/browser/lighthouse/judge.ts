/**
 * From some runs of Lighthouse to a verdict. Pure.
 *
 * Noise only ever slows a page down. So what is within its budget has passed, however busy the machine was; what
 * is above it in every run of a quiet machine has failed; and the rest is inconclusive, which is neither.
 */
import { noiseOf as noiseOfLoad } from "../noise.ts";
import type { Audit, Lhr } from "./load.ts";
import { CATEGORIES, type Category, GOOD, type LighthouseOptions, METRICS, type Metric } from "./options.ts";

/** Below this a machine is so slow, or so busy, that times say more about it than about the page. */
const MIN_BENCHMARK = 500;
/** How far the runs may lie apart before the machine, not the page, is what was measured. */
const MAX_BENCHMARK_SPREAD = 0.35;

export interface Run {
  lhr: Lhr;
  html: string;
  /** One-minute load divided by the number of cores, after the run. */
  loadPerCore: number;
}

export interface Breach {
  /** A category or a metric. */
  id: Category | Metric;
  kind: "score" | "metric";
  value: number;
  limit: number;
  /** Every run was beyond it. */
  isSteady: boolean;
  /** Somebody asked for this limit; otherwise it is what is called good. */
  asked: boolean;
  verdict: "failed" | "inconclusive" | "advice";
}

export interface Judgement {
  breaches: Breach[];
  /** Why the machine counts as noisy, or null. */
  noise: string | null;
  scores: Record<string, number>;
  metrics: Record<Metric, number>;
  benchmarkIndex: number;
  /** The run whose largest contentful paint is the median. */
  median: Run;
}

const AUDIT_OF: Record<Exclude<Metric, "lcpSeen">, string> = {
  lcp: "largest-contentful-paint",
  fcp: "first-contentful-paint",
  tbt: "total-blocking-time",
  cls: "cumulative-layout-shift",
};

/**
 * A metric of a run; 0 when it was not measured. The simulation takes the response time of a site as one number, so
 * one picture or style sheet that comes late does not show in it: hence `lcpSeen`, what was seen without throttling.
 */
export function metricOf(lhr: Lhr, metric: Metric): number {
  if (metric !== "lcpSeen") return lhr.audits[AUDIT_OF[metric]]?.numericValue ?? 0;
  const seen = lhr.audits.metrics?.details?.items?.[0]?.observedLargestContentfulPaint;
  return typeof seen === "number" ? seen : 0;
}

/** The browser asks for /favicon.ico once per profile, in the first run only: the page has no part in it. */
function isFaviconArtefact(audit: Audit): boolean {
  const items = audit.details?.items ?? [];
  const about = (item: Record<string, unknown>) => JSON.stringify(item).includes("/favicon.ico");
  return audit.score !== null && audit.score < 1 && items.length > 0 && items.every(about);
}

/** Score of a category, as Lighthouse weighs it, without the favicon. */
export function scoreOf(lhr: Lhr, category: Category): number | null {
  const { score, auditRefs } = lhr.categories[category] ?? { score: null, auditRefs: [] };
  const console = lhr.audits["errors-in-console"];
  if (score === null || !console || !isFaviconArtefact(console)) return score;
  let sum = 0;
  let weights = 0;
  for (const { id, weight } of auditRefs) {
    const audit = lhr.audits[id];
    if (!audit || audit.score === null || weight === 0) continue;
    sum += weight * (id === "errors-in-console" ? 1 : audit.score);
    weights += weight;
  }
  return weights === 0 ? score : Math.round((sum / weights) * 100) / 100;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Why times of these runs are not to be trusted, or null. */
export function noiseOf(runs: readonly Run[]): string | null {
  const benchmarks = runs.map(({ lhr }) => lhr.environment.benchmarkIndex);
  const [slowest, fastest] = [Math.min(...benchmarks), Math.max(...benchmarks)];
  if (slowest < MIN_BENCHMARK)
    return `its benchmark index was ${Math.round(slowest)}, below ${MIN_BENCHMARK}`;
  if (1 - slowest / fastest > MAX_BENCHMARK_SPREAD)
    return `its benchmark index went from ${Math.round(slowest)} to ${Math.round(fastest)} between the runs`;
  const load = Math.max(...runs.map(({ loadPerCore }) => loadPerCore));
  return noiseOfLoad(load);
}

function metricBreach(
  runs: readonly Run[],
  metric: Metric,
  options: LighthouseOptions,
  noisy: boolean,
): Breach | null {
  const values = runs.map(({ lhr }) => metricOf(lhr, metric));
  const asked = options.budgets[metric] !== undefined;
  const limit = options.budgets[metric] ?? GOOD[metric] ?? Number.POSITIVE_INFINITY;
  const value = medianOf(values);
  if (value <= limit) return null;
  const isSteady = Math.min(...values) > limit;
  // A layout does not shift because a machine is busy.
  const doubtful = metric !== "cls" && (noisy || !isSteady);
  // Nobody asked: a hint is worth giving only when it is certain.
  if (!asked && doubtful) return null;
  const verdict = !asked ? "advice" : doubtful ? "inconclusive" : "failed";
  return { id: metric, kind: "metric", value, limit, asked, isSteady, verdict };
}

function scoreBreach(
  runs: readonly Run[],
  category: Category,
  options: LighthouseOptions,
  noisy: boolean,
): Breach | null {
  const limit = options.scores[category];
  const values = runs.map(({ lhr }) => scoreOf(lhr, category)).filter((value) => value !== null);
  if (limit === undefined || values.length === 0) return null;
  const value = medianOf(values);
  if (value >= limit) return null;
  const isSteady = Math.max(...values) < limit;
  const doubtful = category === "performance" && (noisy || !isSteady);
  const verdict = doubtful ? "inconclusive" : "failed";
  return { id: category, kind: "score", value, limit, asked: true, isSteady, verdict };
}

/** @param runs at least one */
export function judge(runs: readonly Run[], options: LighthouseOptions): Judgement {
  const noise = noiseOf(runs);
  const noisy = noise !== null;
  const breaches = [
    ...CATEGORIES.map((category) => scoreBreach(runs, category, options, noisy)),
    ...METRICS.map((metric) => metricBreach(runs, metric, options, noisy)),
  ].filter((breach) => breach !== null);
  const byPaint = [...runs].sort((one, other) => metricOf(one.lhr, "lcp") - metricOf(other.lhr, "lcp"));
  return {
    breaches,
    noise,
    scores: Object.fromEntries(
      CATEGORIES.map((id) => [id, runs.map(({ lhr }) => scoreOf(lhr, id)).filter((value) => value !== null)])
        .filter(([, values]) => values!.length > 0)
        .map(([id, values]) => [id, medianOf(values as number[])]),
    ),
    metrics: Object.fromEntries(
      METRICS.map((metric) => [metric, medianOf(runs.map(({ lhr }) => metricOf(lhr, metric)))]),
    ) as Record<Metric, number>,
    benchmarkIndex: medianOf(runs.map(({ lhr }) => lhr.environment.benchmarkIndex)),
    median: byPaint[Math.floor((byPaint.length - 1) / 2)]!,
  };
}
