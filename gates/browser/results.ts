/** From what every visit said to the result of the gate. Pure. */
import type { CheckResult, Finding } from "../../modsquad/contracts/gate.ts";
import type { CheckStatus, JsonObject } from "../../modsquad/contracts/words.ts";
import { VERSION } from "../../modsquad/version.ts";
import { browserFinding, joinFindings } from "./findings.ts";
import type { BrowserOptions } from "./options.ts";
import type { PageCheck } from "./page-check.ts";
import type { Row } from "./visit.ts";

export const EVIDENCE = { tool: "browser", version: VERSION };

/** Every check in scope errored (or skipped) for one reason, with one finding that says what to do. */
export function unable(
  ids: readonly string[],
  status: "errored" | "skipped",
  failureClass: string,
  message: string,
  advice: string,
): { checks: CheckResult[]; findings: Finding[] } {
  const checks = ids.map(
    (id): CheckResult => ({ id, status, planned: 1, examined: 0, evidence: EVIDENCE, failureClass, message }),
  );
  const finding = browserFinding({
    rule: `${ids[0] ?? "render"}/${failureClass}`,
    severity: "medium",
    page: "browser",
    message,
    subject: failureClass,
    fix: { description: advice },
  });
  return { checks, findings: [finding] };
}

const plural = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** "/cart (320x640), /about" */
function placesOf(rows: readonly Row[], variantCount: number): string {
  const byPage = new Map<string, string[]>();
  for (const { page, variant } of rows) byPage.set(page, [...(byPage.get(page) ?? []), variant]);
  const names = [...byPage].map(([page, seen]) =>
    seen.length < variantCount ? `${page} (${seen.join(", ")})` : page,
  );
  return names.length > 4 ? `${names.slice(0, 4).join(", ")} and ${names.length - 4} more` : names.join(", ");
}

/**
 * What looked, what could not, and what had no reason to are told apart: each is one result of the check, so
 * that nine good pages never hide one nobody saw.
 */
function resultsOf(
  check: PageCheck,
  rows: readonly Row[],
  variantCount: number,
  options: BrowserOptions,
): CheckResult[] {
  const of = (...statuses: CheckStatus[]) => rows.filter(({ outcome }) => statuses.includes(outcome.status));
  const { id, evidence } = check;
  const results: CheckResult[] = [];
  if (rows.length === 0) {
    const none = check.whenUnwanted?.(options) ?? {
      status: "skipped",
      message: "it asked for none of the pages",
    };
    return [{ id, planned: 1, examined: 0, evidence, ...none }];
  }
  const looked = of("passed", "failed");
  const failed = of("failed");
  if (looked.length > 0) {
    const [worst] = failed;
    const pages = new Set(looked.map((row) => row.page)).size;
    const seen = `${plural(pages, "page")} in ${plural(new Set(looked.map((row) => row.variant)).size, "variant")}`;
    results.push({
      id,
      status: worst ? "failed" : "passed",
      planned: looked.length,
      examined: looked.length,
      evidence,
      ...(worst?.outcome.failureClass ? { failureClass: worst.outcome.failureClass } : {}),
      message: worst
        ? `${placesOf(failed, variantCount)} of ${seen}: ${worst.outcome.message}`
        : `${seen}: ${looked[0]!.outcome.message}`,
    });
  }
  for (const status of ["errored", "skipped"] as const) {
    const [first, ...more] = of(status);
    if (!first) continue;
    const { failureClass, message } = first.outcome;
    results.push({
      id,
      target: placesOf([first, ...more], variantCount),
      status,
      planned: more.length + 1,
      examined: 0,
      evidence,
      ...(failureClass ? { failureClass } : {}),
      message,
    });
  }
  return results;
}

export function summarise(
  checks: readonly PageCheck[],
  rows: readonly Row[],
  variantCount: number,
  options: BrowserOptions,
) {
  const results: CheckResult[] = [];
  const findings: Finding[] = [];
  const metrics: JsonObject = {};
  for (const check of checks) {
    const own = rows.filter((row) => row.check === check.id);
    results.push(...resultsOf(check, own, variantCount, options));
    const seen = own.flatMap(({ outcome, variant }) =>
      outcome.findings.map((finding) => ({ finding, variant })),
    );
    findings.push(...joinFindings(seen, variantCount));
    const measured = own.filter(({ outcome }) => outcome.metrics);
    if (measured.length > 0)
      metrics[check.id] = Object.fromEntries(
        measured.map(({ page, variant, outcome }) => [`${page} ${variant}`, outcome.metrics]),
      );
  }
  return { checks: results, findings, metrics };
}
