/** The whole gate: find a browser, open it once, look at every page, close it. */
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Artifact, GateContext, GateResult } from "../../modsquad/contracts/gate.ts";
import { discoverBrowser, installAdvice } from "./discover.ts";
import { type SignedInState, signIn } from "./login.ts";
import { type BrowserOptions, readOptions } from "./options.ts";
import type { PageCheck, Variant } from "./page-check.ts";
import { PAGE_CHECKS } from "./page-checks.ts";
import { Crawl, onBase, type PageTarget, readSitemap, targetOf, variantsOf } from "./pages.ts";
import { summarise, unable } from "./results.ts";
import { openBrowser, type Session } from "./session.ts";
import { sourcePlaces } from "./source-place.ts";
import { type Ground, type Row, type VisitReport, visitPage } from "./visit.ts";

/** Kept of the gate's time for closing the browser and writing the result, milliseconds. */
const RESERVE_MS = 5000;
/** Of a short time, not more than this share. */
const RESERVE_SHARE = 0.2;
const DEFAULT_TIME_MS = 300_000;
const MAX_AT_ONCE = 4;

type Problem = { status: "errored" | "skipped"; class: string; message: string; advice: string };

/** Runs the gate. Never throws for anything a page or a browser does. */
export async function runBrowser(context: GateContext): Promise<GateResult> {
  const started = Date.now();
  const timeMs = context.timeoutMs ?? DEFAULT_TIME_MS;
  const endAt = started + timeMs - Math.min(RESERVE_MS, timeMs * RESERVE_SHARE);
  const give = (problem: Problem): GateResult => ({
    ...unable(context.checks, problem.status, problem.class, problem.message, problem.advice),
    metrics: {},
    artifacts: [],
  });
  const errored = (kind: string, message: string, advice: string) =>
    give({ status: "errored", class: kind, message, advice });
  const options = readOptions(context.options);
  const base = context.baseUrl;
  if (base === undefined)
    return errored(
      "no-base-url",
      "No base URL: there are no pages to look at.",
      "Give one with --base-url http://127.0.0.1:3000, or as baseUrl: in modsquad.config.yaml, and start the product before the run.",
    );
  const found = discoverBrowser({
    configured: options.executable,
    root: context.dependenciesRoot,
    env: process.env,
    platform: process.platform,
  });
  if (!found.ok) return errored("missing-browser", `${found.message}.`, installAdvice());
  const [opening, checks] = await Promise.all([
    openBrowser(context, found.path, options.args, endAt - Date.now()),
    Promise.all(context.checks.map((id) => PAGE_CHECKS[id]!({ context, executable: found.path }))),
  ]);
  if (!opening.ok)
    return errored(
      opening.class,
      `${opening.message}.`,
      `Try ${found.path} --headless --version by hand. ${installAdvice()}`,
    );
  const { session } = opening;
  try {
    const state = await stateOf(session, options, base, context);
    if (!state.ok) return give(state.problem);
    const ground: Ground = {
      context,
      options,
      browser: session.browser,
      handle: session.handle,
      state: state.state,
      checks,
      sourceOf: sourcePlaces(context.files, base),
      artifacts: [],
      endAt,
    };
    return await look(ground, base, give);
  } finally {
    await session.close();
  }
}

type State = { ok: true; state: SignedInState | null } | { ok: false; problem: Problem };

async function stateOf(
  session: Session,
  options: BrowserOptions,
  base: string,
  context: GateContext,
): Promise<State> {
  const problem = (kind: string, message: string, advice: string): State => ({
    ok: false,
    problem: { status: "errored", class: kind, message, advice },
  });
  if (options.storageState) {
    try {
      const text = await readFile(resolve(context.dependenciesRoot, options.storageState), "utf8");
      return { ok: true, state: JSON.parse(text) as SignedInState };
    } catch (error) {
      return problem(
        "storage-state",
        `The storage state ${options.storageState} cannot be read: ${(error as Error).message}.`,
        "Write it anew, or use login: in the config.",
      );
    }
  }
  if (!options.login) return { ok: true, state: null };
  const login = await signIn(session.browser, options.login, base, options.pageTimeoutMs);
  if (login.ok) return { ok: true, state: login.state };
  return problem(
    "login",
    login.message,
    "Correct login: in the config, or the credentials it takes from the environment.",
  );
}

async function look(
  ground: Ground,
  base: string,
  give: (problem: Problem) => GateResult,
): Promise<GateResult> {
  const variants = variantsOf(ground.options);
  const together = ground.checks.filter((check) => !check.alone);
  const reports: VisitReport[] = [];
  let crawl: Crawl | null = null;
  const level = await firstPages(ground, base);
  if ("problem" in level) return give(level.problem);
  if (level.crawl) crawl = level.crawl;
  let targets = level.targets;
  const pages: PageTarget[] = [];
  while (targets.length > 0) {
    const seen = await visitAll(ground, targets, variants, together);
    reports.push(...seen);
    pages.push(...targets.filter((target) => seen.every((one) => one.target !== target || one.isPage)));
    for (const target of targets) if (!pages.includes(target)) crawl?.drop();
    // Level by level and in the order of the links: which twenty pages are seen must not depend on timing.
    targets = crawl?.add(seen.flatMap((report) => report.links)) ?? [];
  }
  if (pages.length === 0)
    return give({
      status: "skipped",
      class: "no-pages",
      message: `${base} serves no page.`,
      advice:
        "Name pages: under gates: browser: in modsquad.config.yaml, or say notApplicable: { browser: <reason> } for a product without pages.",
    });
  await lookAlone(ground, pages, variants, reports);
  const rows = reports.flatMap((report) => report.rows);
  await conclude(ground, rows);
  return result(ground, rows, pages, variants);
}

/** What can be said only about all pages together; its findings are told once. */
async function conclude({ checks, endAt }: Ground, rows: Row[]): Promise<void> {
  for (const check of checks) {
    const verdict = await check.end?.(Math.max(0, endAt - Date.now()));
    if (!verdict) continue;
    const own = rows.filter((row) => row.check === check.id && row.outcome.status === "passed");
    for (const [at, row] of own.entries()) row.outcome = at === 0 ? verdict : { ...verdict, findings: [] };
  }
}

type FirstPages = { targets: PageTarget[]; crawl: Crawl | null } | { problem: Problem };

async function firstPages({ options, context }: Ground, base: string): Promise<FirstPages> {
  if (options.pages) {
    const taken = new Set<string>();
    return { targets: options.pages.map((page) => targetOf(page, base, taken)), crawl: null };
  }
  const crawl = new Crawl(base, options.crawl);
  const address = new URL(options.sitemap ?? "/sitemap.xml", base).href;
  const sitemap = await readSitemap(address, fetchText, context.signal);
  if ("addresses" in sitemap && sitemap.addresses.length > 0) {
    return { targets: crawl.add(onBase(sitemap.addresses, base)), crawl: null };
  }
  if (options.sitemap) {
    const fault = "fault" in sitemap ? sitemap.fault : "names no pages";
    return {
      problem: {
        status: "errored",
        class: "sitemap",
        message: `The sitemap ${address} ${fault}.`,
        advice: "Correct sitemap: in the config, or name pages: there.",
      },
    };
  }
  return { targets: crawl.add([new URL(base).href]), crawl };
}

async function fetchText(url: string, signal: AbortSignal): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, { signal });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: 0, text: "" };
  }
}

/** Several pages at a time; results in the order of the pages. */
async function visitAll(
  ground: Ground,
  targets: readonly PageTarget[],
  variants: readonly Variant[],
  checks: readonly PageCheck[],
): Promise<VisitReport[]> {
  const jobs = targets.flatMap((target) =>
    variants.map((variant, at) => ({ target, variant, isFirst: at === 0 })),
  );
  const reports = new Array<VisitReport>(jobs.length);
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let at = next++; at < jobs.length; at = next++) {
      const { target, variant, isFirst } = jobs[at]!;
      reports[at] = await visitPage(ground, target, variant, isFirst, checks);
      done += 1;
      ground.context.progress({ done, total: jobs.length, label: `${target.name} ${variant.id}` });
    }
  };
  const workers = Math.min(jobs.length, MAX_AT_ONCE, Math.max(2, availableParallelism()));
  await Promise.all(Array.from({ length: workers }, work));
  return reports;
}

/** What is measured in time looks when nothing else does. */
async function lookAlone(
  ground: Ground,
  pages: readonly PageTarget[],
  variants: readonly Variant[],
  reports: VisitReport[],
): Promise<void> {
  const alone = ground.checks.filter((check) => check.alone);
  if (alone.length === 0) return;
  for (const target of pages) {
    ground.context.progress({
      done: pages.indexOf(target),
      total: pages.length,
      label: `${target.name} alone`,
    });
    reports.push(await visitPage(ground, target, variants[0]!, true, alone));
  }
}

function result(
  ground: Ground,
  rows: Row[],
  pages: readonly PageTarget[],
  variants: readonly Variant[],
): GateResult {
  const { checks, findings, metrics } = summarise(ground.checks, rows, variants.length, ground.options);
  const artifacts: Artifact[] = ground.artifacts;
  return {
    checks,
    findings,
    metrics: {
      browser: ground.handle.name,
      pages: pages.map((page) => page.name),
      variants: variants.map((variant) => variant.id),
      ...metrics,
    },
    artifacts,
  };
}
