/** lighthouse: how long one waits, and what Lighthouse thinks of the page, with a verdict that survives a busy machine. */
import type { Finding } from "../../../modsquad/contracts/gate.ts";
import { VERSION } from "../../../modsquad/version.ts";
import { DeadlineError, within } from "../deadline.ts";
import { browserFinding } from "../findings.ts";
import { inconclusiveWhenBusy, loadPerCore } from "../noise.ts";
import type { PageCheck, PageOutcome, Visit } from "../page-check.ts";
import { type Breach, type Judgement, judge, type Run } from "./judge.ts";
import { type Audit, INSTALL, type Lhr, type Loaded, loadLighthouse } from "./load.ts";
import { CATEGORIES, type LighthouseOptions, readLighthouseOptions } from "./options.ts";

/** One run; the longest seen on a machine with ten times more work than cores was 20 s. */
const RUN_MS = 60_000;
const LOAD_MS = 20_000;

const SEVERITIES = { failed: "high", inconclusive: "info", advice: "low" } as const;
const RULES: Record<string, string> = { lcpSeen: "lcp-seen" };
const NAMES: Record<string, string> = {
  lcp: "The largest contentful paint",
  lcpSeen: "The largest contentful paint, as seen without throttling,",
  fcp: "The first contentful paint",
  tbt: "The total blocking time",
  cls: "The cumulative layout shift",
};

function isWanted(visit: Visit): boolean {
  const { pages } = readLighthouseOptions(visit.options.lighthouse);
  const { pathname } = new URL(visit.url);
  const [first] = visit.options.pages ?? [];
  const chosen = pages ?? [first ? new URL(first.path, visit.url).pathname : "/"];
  return visit.isFirstVariant && chosen.includes(pathname);
}

export const lighthouse: PageCheck = {
  id: "lighthouse",
  evidence: { tool: "lighthouse", version: VERSION },
  alone: true,
  wants: isWanted,
  async run(visit) {
    const options = readLighthouseOptions(visit.options.lighthouse);
    const loaded = await loadLighthouse(visit.root);
    if (!loaded.ok) return missing(loaded.message, options, visit);
    const { runs, problem } = await measure(visit, options, () => oneRun(visit, loaded, options));
    if (runs.length === 0) return unmeasured(problem, loadPerCore());
    const judgement = judge(runs, options);
    const { html } = judgement.median;
    await visit.saveArtifact("lighthouse.html", html, "text/html", `${visit.name}: Lighthouse report`);
    return outcome(visit, judgement, runs.length);
  },
};

/** What Lighthouse says when the browser or the page answered too late for it. */
const TOO_LATE = /PROTOCOL_TIMEOUT|NO_FCP|NO_LCP|NO_NAVSTART|PAGE_HUNG|time(d )?-?out/i;

/** Faults of the recording, not of the page. */
const TRY_AGAIN = /run Lighthouse again/;

/** Not one run came to its end. The page has loaded before: on a busy machine that is the machine. */
export function unmeasured(problem: { class: string; message: string }, load: number): PageOutcome {
  const { class: failureClass, message } = problem;
  const outcome: PageOutcome = { status: "errored", findings: [], failureClass, message };
  const isLate = failureClass === "timeout" || TOO_LATE.test(message);
  return isLate ? inconclusiveWhenBusy(outcome, load) : outcome;
}

/** Who asked for it gets an error; who did not is told what was left out. */
function missing(message: string, { asked }: LighthouseOptions, visit: Visit): PageOutcome {
  const advice = `${message}: performance was not measured. Run: ${INSTALL}`;
  const finding = browserFinding({
    rule: "lighthouse/missing-tool",
    severity: asked ? "medium" : "info",
    page: visit.name,
    message: advice,
    subject: "missing-tool",
    fix: { description: "Install Lighthouse in the project", command: INSTALL },
  });
  return {
    status: asked ? "errored" : "skipped",
    findings: [finding],
    failureClass: "missing-tool",
    message: advice,
  };
}

async function oneRun(visit: Visit, loaded: Loaded & { ok: true }, options: LighthouseOptions): Promise<Run> {
  const cookies = await visit.context.cookies(visit.url);
  const flags = {
    port: visit.browser.port,
    output: "html",
    logLevel: "silent",
    onlyCategories: [...CATEGORIES],
    disableFullPageScreenshot: true,
    maxWaitForLoad: LOAD_MS,
    // The page is measured in a tab of its own, so the signed-in state has to go along.
    ...(cookies.length > 0
      ? { extraHeaders: { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") } }
      : {}),
  };
  const config = options.device === "desktop" ? loaded.desktop : undefined;
  const limit = Math.min(RUN_MS, visit.remainingMs());
  const result = await within(loaded.run(visit.url, flags, config), limit);
  if (!result) throw new Error("Lighthouse gave no result");
  if (result.lhr.runtimeError) throw new Error(result.lhr.runtimeError.message);
  return {
    lhr: result.lhr,
    html: [result.report].flat()[0] ?? "",
    loadPerCore: loadPerCore(),
  };
}

/**
 * Runs until there are enough, time is short, or it fails: once for a reason that Lighthouse itself advises to try
 * again, never twice. One run that is over its budget is confirmed by another.
 */
export async function measure(
  visit: Pick<Visit, "name" | "remainingMs" | "signal">,
  options: LighthouseOptions,
  once: () => Promise<Run>,
) {
  const runs: Run[] = [];
  const problem = { class: "timeout", message: `${visit.name}: no time was left for Lighthouse` };
  let took = 0;
  let wanted = options.runs;
  let isSecondTry = false;
  while (runs.length < wanted && visit.remainingMs() > took * 1.2 && !visit.signal.aborted) {
    const begin = performance.now();
    try {
      runs.push(await once());
    } catch (error) {
      const late = error instanceof DeadlineError;
      const [reason = ""] = (error as Error).message.split("\n");
      problem.class = late ? "timeout" : "lighthouse-failed";
      problem.message = `${visit.name}: Lighthouse ${late ? "did not finish in time" : `failed: ${reason}`}`;
      if (late || isSecondTry || !TRY_AGAIN.test(reason)) break;
      isSecondTry = true;
    }
    took = performance.now() - begin;
    if (runs.length === 1 && wanted === 1 && judge(runs, options).breaches.some(({ asked }) => asked))
      wanted = 2;
  }
  return { runs, problem };
}

const shown = ({ id, kind }: Breach, value: number) =>
  kind === "score"
    ? `${Math.round(value * 100)}`
    : id === "cls"
      ? value.toFixed(3)
      : `${Math.round(value)} ms`;

/** The audits whose repair would save the most, with what they name. */
function advice(lhr: Lhr, breach: Breach): string {
  const savings = (audit: Audit) =>
    breach.kind === "metric"
      ? (audit.metricSavings?.[breach.id.slice(0, 3).toUpperCase()] ?? 0)
      : (audit.details?.overallSavingsMs ?? 0);
  const refs = breach.kind === "score" ? (lhr.categories[breach.id]?.auditRefs ?? []) : [];
  const failing = refs
    .filter(({ id, weight }) => weight > 0 && (lhr.audits[id]?.score ?? 1) < 0.9)
    .sort((one, other) => other.weight - one.weight)
    .map(({ id }) => lhr.audits[id]!.title);
  const saving = Object.values(lhr.audits)
    .filter((audit) => savings(audit) > 0)
    .sort((one, other) => savings(other) - savings(one))
    .map((audit) => `${audit.title} (saves ${Math.round(savings(audit))} ms)`);
  const list = (
    breach.kind === "score" && breach.id !== "performance" ? failing : [...saving, ...failing]
  ).slice(0, 3);
  const fallback: Record<string, string> = {
    lcpSeen:
      "Send the page and its style sheets earlier: something on the way to the largest element answers late",
    lcp: "Send the largest element earlier: answer faster, preload its picture, do not build it by script",
    fcp: "Answer faster, and take what blocks the first paint out of <head>",
    tbt: "Split long tasks and load fewer scripts",
    cls: "Give pictures and late content their size beforehand",
  };
  return list.length > 0 ? list.join("; ") : (fallback[breach.id] ?? "See the Lighthouse report");
}

/** What is painted last and largest, as a selector. */
function largestElement(lhr: Lhr): string {
  const text = JSON.stringify(
    lhr.audits["largest-contentful-paint-element"]?.details?.items ??
      lhr.audits["lcp-breakdown-insight"]?.details?.items ??
      [],
  );
  const selector = /"selector":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return selector ? ` (${selector})` : "";
}

function breachFinding(visit: Visit, breach: Breach, judgement: Judgement, runs: number): Finding {
  const { lhr } = judgement.median;
  const what =
    breach.kind === "score"
      ? `The score ${breach.id}`
      : `${NAMES[breach.id]}${breach.id.startsWith("lcp") ? largestElement(lhr) : ""}`;
  const over = breach.kind === "score" ? "at least" : "at most";
  const doubt =
    breach.verdict === "inconclusive"
      ? ` Inconclusive: ${judgement.noise ?? "not every run was over it"}.`
      : "";
  return browserFinding({
    rule: `lighthouse/${RULES[breach.id] ?? breach.id}`,
    severity: SEVERITIES[breach.verdict],
    page: visit.name,
    message: `${what} is ${shown(breach, breach.value)} (median of ${runs}); ${over} ${shown(breach, breach.limit)} is ${breach.asked ? "allowed" : "good"}.${doubt}`,
    subject: breach.id,
    defectClass: "ui",
    effort: 60,
    fix: { description: advice(lhr, breach) },
  });
}

function outcome(visit: Visit, judgement: Judgement, count: number): PageOutcome {
  const { breaches, noise, scores, metrics, benchmarkIndex, median } = judgement;
  // What only some runs of a noisy machine show is no finding about the page.
  const told = breaches.filter(({ verdict, isSteady }) => verdict !== "inconclusive" || isSteady);
  const findings = told.map((breach) => breachFinding(visit, breach, judgement, count));
  const measured = {
    runs: count,
    scores,
    ...metrics,
    benchmarkIndex,
    lighthouse: median.lhr.lighthouseVersion,
  };
  const failed = told.findIndex(({ verdict }) => verdict === "failed");
  if (failed >= 0) {
    const { message } = findings[failed]!;
    return { status: "failed", findings, failureClass: "over-budget", message, metrics: measured };
  }
  const open = breaches.find(({ verdict }) => verdict === "inconclusive");
  if (open) {
    const why = noise ? `the machine was too noisy: ${noise}` : "the runs disagree";
    const { message: said } = breachFinding(visit, open, judgement, count);
    const message = `Inconclusive, ${why}. ${said} Run it again on a quiet machine`;
    return { status: "skipped", findings, failureClass: "inconclusive", message, metrics: measured };
  }
  const points = Object.entries(scores).map(([id, score]) => `${id} ${Math.round(score * 100)}`);
  return {
    status: "passed",
    findings,
    message: `${points.join(", ")}, LCP ${Math.round(metrics.lcp)} ms (median of ${count})`,
    metrics: measured,
  };
}
