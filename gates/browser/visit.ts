/** One page in one variant: a context of its own, load, every check in turn, all within one deadline. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Artifact, GateContext } from "../../modsquad/contracts/gate.ts";
import { DeadlineError, within } from "./deadline.ts";
import { browserFinding } from "./findings.ts";
import { type Load, loadPage } from "./load.ts";
import type { SignedInState } from "./login.ts";
import type { BrowserOptions } from "./options.ts";
import type { BrowserHandle, PageCheck, PageOutcome, Variant, Visit } from "./page-check.ts";
import type { PageTarget } from "./pages.ts";
import { linksIn } from "./render/in-page.ts";
import { openStill } from "./still.ts";
import { PageWatch } from "./watch.ts";

/** What all checks of a page together get after it has loaded, milliseconds. */
const CHECKS_MS = 45_000;
const STUCK = new Set(["timeout", "page-crashed"]);

/** What every visit of a run shares. */
export interface Ground {
  context: GateContext;
  options: BrowserOptions;
  browser: Browser;
  handle: BrowserHandle;
  state: SignedInState | null;
  checks: PageCheck[];
  sourceOf: (url: string) => string | null;
  artifacts: Artifact[];
  /** Date.now() at which the gate has to be done with pages. */
  endAt: number;
}

export interface Row {
  page: string;
  variant: string;
  check: string;
  outcome: PageOutcome;
}

export interface VisitReport {
  target: PageTarget;
  rows: Row[];
  /** False for an address that was found and is no page. */
  isPage: boolean;
  links: string[];
}

const errored = (failureClass: string, message: string): PageOutcome => ({
  status: "errored",
  findings: [],
  failureClass,
  message,
});

/** Looks at a page with the given checks. Never throws, never hangs. */
export async function visitPage(
  ground: Ground,
  target: PageTarget,
  variant: Variant,
  isFirstVariant: boolean,
  checks: readonly PageCheck[],
): Promise<VisitReport> {
  const report: VisitReport = { target, rows: [], isPage: true, links: [] };
  const add = (check: PageCheck, outcome: PageOutcome) =>
    report.rows.push({ page: target.name, variant: variant.id, check: check.id, outcome });
  const giveUp = (kind: string, message: string) => {
    for (const check of checks) add(check, errored(kind, message));
    return report;
  };
  const timeoutMs = Math.min(target.timeoutMs ?? ground.options.pageTimeoutMs, ground.endAt - Date.now());
  if (timeoutMs <= 0 || ground.context.signal.aborted)
    return giveUp("out-of-time", `${target.name} was not reached: the gate's time was over`);
  if (!ground.browser.isConnected())
    return giveUp("browser-crashed", `${target.name} was not looked at: the browser is gone`);
  const still = keepStill(ground, variant);
  let context: BrowserContext | null = null;
  try {
    const opened = await within(openPage(ground, variant), 10_000);
    context = opened.context;
    const endAt = Math.min(ground.endAt, Date.now() + timeoutMs + CHECKS_MS);
    const { page, watch } = opened;
    const { url, ready, isGuess } = target;
    const visit = describe(ground, target, variant, isFirstVariant, { ...opened, still: still.page }, endAt);
    const wanted = checks.filter((check) => check.wants(visit));
    if (wanted.some((check) => check.still)) still.page().catch(() => {});
    const load = await loadPage(page, watch, { url, ready, timeoutMs, isGuess });
    if (load.kind === "not-a-page") return { ...report, isPage: false };
    visit.loadMs = load.kind === "loaded" ? load.ms : timeoutMs;
    if (load.kind === "broken") {
      for (const check of wanted) add(check, await notLoaded(check, visit, load));
      return report;
    }
    if (target.isGuess && isFirstVariant) report.links = await linksOf(page, visit);
    await lookTogether(wanted, visit, add);
    return report;
  } catch (error) {
    return giveUp("browser-crashed", `${target.name} could not be opened: ${firstLine(error)}`);
  } finally {
    // The next page need not wait for it; what still hangs ends with the browser.
    context?.close().catch(() => {});
    still.close();
  }
}

/** One after the other on the page, and at the same time those that open a page of their own. */
async function lookTogether(
  checks: readonly PageCheck[],
  visit: Visit,
  add: (check: PageCheck, outcome: PageOutcome) => void,
): Promise<void> {
  let giveUp = (_stuck: PageOutcome) => {};
  const isStuck = new Promise<PageOutcome>((resolve) => {
    giveUp = resolve;
  });
  const notExamined = ({ failureClass, message }: PageOutcome) =>
    errored(failureClass!, `not examined: ${message}`);
  const apart = checks
    .filter((check) => check.apart)
    .map(async (check) =>
      add(check, await Promise.race([runCheck(check, visit), isStuck.then(notExamined)])),
    );
  let stuck: PageOutcome | null = null;
  for (const check of checks.filter((one) => !one.apart)) {
    const outcome: PageOutcome = stuck ? notExamined(stuck) : await runCheck(check, visit);
    add(check, outcome);
    if (stuck || outcome.status !== "errored" || !STUCK.has(outcome.failureClass ?? "")) continue;
    // Every further check would wait for the same page in vain.
    stuck = outcome;
    giveUp(outcome);
  }
  await Promise.all(apart);
}

interface Opened {
  context: BrowserContext;
  page: Page;
  watch: PageWatch;
}

/** The still page of a visit: opened when somebody asks for it, and closed in any case. */
function keepStill({ browser, state, options }: Ground, variant: Variant) {
  const { ignoreHttpsErrors } = options;
  let kept: Promise<Page> | null = null;
  return {
    page: () => {
      kept ??= openStill(browser, variant, { state, ignoreHttpsErrors });
      return kept;
    },
    close: () => {
      kept?.then((page) => page.context().close()).catch(() => {});
    },
  };
}

async function openPage({ browser, state, options }: Ground, variant: Variant): Promise<Opened> {
  const context = await browser.newContext({
    viewport: variant.viewport,
    colorScheme: variant.colorScheme,
    reducedMotion: variant.reducedMotion,
    locale: variant.locale,
    acceptDownloads: false,
    ignoreHTTPSErrors: options.ignoreHttpsErrors,
    ...(state ? { storageState: state } : {}),
  });
  const page = await context.newPage();
  const watch = new PageWatch(page);
  await watch.limitDocument();
  return { context, page, watch };
}

function describe(
  ground: Ground,
  target: PageTarget,
  variant: Variant,
  isFirstVariant: boolean,
  { context, page, watch, still }: Opened & Pick<Visit, "still">,
  endAt: number,
): Visit {
  const { context: gate, options, handle } = ground;
  return {
    name: target.name,
    slug: target.slug,
    url: target.url,
    variant,
    isFirstVariant,
    page,
    context,
    still,
    watch,
    loadMs: 0,
    main: target.main,
    browser: handle,
    remainingMs: () => Math.max(0, endAt - Date.now()),
    signal: gate.signal,
    options,
    saveArtifact: async (name, bytes, mediaType, title) => {
      await mkdir(gate.artifactsDir, { recursive: true });
      const path = join(gate.artifactsDir, `${target.slug}-${variant.id}-${name}`);
      await writeFile(path, bytes);
      ground.artifacts.push({ path, mediaType, title });
      return path;
    },
    root: gate.root,
    files: gate.files,
    readFile: (path) => readBelow(gate.root, path),
    sourceOf: ground.sourceOf,
    exec: gate.exec,
    env: gate.env,
  };
}

/** Bytes of a file below root, or null when it is absent or elsewhere. */
export async function readBelow(root: string, path: string): Promise<Uint8Array | null> {
  const absolute = resolve(root, path);
  const inside = relative(root, absolute);
  if (inside.startsWith("..") || isAbsolute(inside)) return null;
  return readFile(absolute).catch(() => null);
}

async function linksOf(page: Page, visit: Visit): Promise<string[]> {
  return within(page.evaluate(linksIn), visit.remainingMs()).catch(() => []);
}

async function runCheck(check: PageCheck, visit: Visit): Promise<PageOutcome> {
  const left = visit.remainingMs();
  if (left <= 0) return errored("out-of-time", `${visit.name}: no time was left for it`);
  try {
    return await within(check.run(visit), left);
  } catch (error) {
    if (visit.watch.crashed) return errored("page-crashed", `${visit.name} crashed its tab`);
    if (error instanceof DeadlineError || (error as Error).name === "TimeoutError")
      return errored("timeout", `${visit.name} gave no answer: its own scripts keep it busy`);
    return errored("threw", `${visit.name}: ${firstLine(error)}`);
  }
}

/** A page that does not load is a finding of render; the other checks could not look. */
async function notLoaded(
  check: PageCheck,
  visit: Visit,
  load: Extract<Load, { kind: "broken" }>,
): Promise<PageOutcome> {
  const message = `${visit.name} ${load.message}`;
  if (check.id !== "render") return errored(load.class, `not examined: ${message}`);
  const { keepEvidence } = await import("./render/check.ts");
  await keepEvidence(visit);
  const isProduct = load.status === "failed";
  const finding = browserFinding({
    rule: `render/${load.class}`,
    severity: isProduct ? "critical" : "medium",
    page: visit.name,
    message,
    subject: load.class,
    defectClass: "ui",
    fix: { description: load.advice },
  });
  return { status: load.status, findings: [finding], failureClass: load.class, message };
}

const firstLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
