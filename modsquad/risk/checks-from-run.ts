/** From a gate's check results to the model's checks, one per id. */
import type { CheckResult } from "../contracts/gate.ts";
import type { CheckRun, RunStatus } from "./types.ts";

/** From the status that proves least to the one that proves most. */
const WEAKEST_FIRST: readonly RunStatus[] = ["fail", "error", "skipped", "pass"];

interface Sum {
  status: RunStatus;
  planned: number;
  examined: number;
  retries: number;
}

/**
 * Results of one check on several targets are one check: the weakest status wins, planned and examined
 * add up. A check that config cut away is dropped, unless it ran into something all the same.
 */
export function runChecks(
  results: readonly CheckResult[],
  cuts: Readonly<Record<string, string>>,
): Map<string, CheckRun> {
  const sums = new Map<string, Sum>();
  for (const result of results) {
    const status = checkStatus(result);
    if (Object.hasOwn(cuts, result.id) && (status === "skipped" || status === "pass")) continue;
    const sum = sums.get(result.id);
    if (sum === undefined) {
      const { planned, examined, retries = 0 } = result;
      sums.set(result.id, { status, planned, examined, retries });
      continue;
    }
    sum.status = weaker(sum.status, status);
    sum.planned += result.planned;
    sum.examined += result.examined;
    sum.retries = Math.max(sum.retries, result.retries ?? 0);
  }
  return new Map([...sums].map(([id, sum]) => [id, checkRun(sum)]));
}

/** A check that says it passed and examined nothing has proven nothing. */
function checkStatus({ status, examined }: CheckResult): RunStatus {
  switch (status) {
    case "passed":
      return examined > 0 ? "pass" : "error";
    case "failed":
      return "fail";
    case "errored":
      return "error";
    case "skipped":
      return "skipped";
  }
}

function weaker(a: RunStatus, b: RunStatus): RunStatus {
  return WEAKEST_FIRST.indexOf(a) < WEAKEST_FIRST.indexOf(b) ? a : b;
}

/** Coverage is examined / planned; without a plan, having examined something is all there is to know. */
function checkRun({ status, planned, examined, retries }: Sum): CheckRun {
  const coverage = planned > 0 ? Math.min(1, examined / planned) : 1;
  return { status, coverage: coverage >= 0 ? coverage : 0, retries: Math.max(0, retries) };
}
