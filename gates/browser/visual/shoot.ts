/// <reference lib="dom" />
/**
 * A screenshot that comes out the same every time: in a context of its own, where the clock stands still and chance
 * is seeded before the page's first script runs, with animations ended, fonts loaded and the caret hidden.
 */
import type { BrowserContext, Page } from "playwright-core";
import { pause } from "../deadline.ts";
import type { Visit } from "../page-check.ts";
import { baselineKey } from "./key.ts";
import { PROPERTIES, type Snapshot, takeSnapshot } from "./snapshot.ts";
import type { Baseline } from "./store.ts";

/** The hour at which every clock of a page stands: a Tuesday in daylight, far from any change of date or season. */
export const FROZEN = new Date("2024-06-18T10:00:00Z");
/** A picture that still changes after this many looks is not going to rest. */
const MAX_LOOKS = 5;
const BETWEEN_MS = 100;
/** Taller pages are cut off. */
const MAX_HEIGHT = 10_000;

/** The very bytes of the baseline: there is nothing more to look at. */
interface Approved {
  isApproved: true;
  key: string;
}

export interface Shot {
  isApproved: false;
  key: string;
  baseline: Baseline | null;
  png: Uint8Array;
  snapshot: Snapshot;
  /** False when the page never looked the same twice. */
  isStable: boolean;
}

/** The same for every page a browser shows. */
const keys = new WeakMap<Visit["browser"], Promise<string>>();

/** Runs in the page, before its scripts. */
function seedChance(): void {
  let state = 0x2f6e2b1;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Runs in the page: fonts and pictures are there, also those that wait until they are scrolled to. Returns its height. */
async function settle(): Promise<number> {
  for (const image of document.querySelectorAll<HTMLImageElement>("img[loading=lazy]"))
    image.loading = "eager";
  await document.fonts.ready;
  const pictures = [...document.images].map((image) =>
    image.complete ? null : image.decode().catch(() => null),
  );
  await Promise.race([Promise.all(pictures), new Promise((done) => setTimeout(done, 3000))]);
  (document.activeElement as HTMLElement | null)?.blur();
  window.scrollTo({ top: 0, left: 0, behavior: "instant" });
  return document.documentElement.scrollHeight;
}

/** A page in a context of its own, in which nothing changes by itself. */
export async function openStill(visit: Visit): Promise<{ context: BrowserContext; page: Page }> {
  const { variant } = visit;
  const browser = visit.context.browser();
  if (!browser) throw new Error("the browser is gone");
  const context = await browser.newContext({
    viewport: variant.viewport,
    colorScheme: variant.colorScheme,
    reducedMotion: variant.reducedMotion,
    locale: variant.locale,
    timezoneId: "UTC",
    deviceScaleFactor: 1,
    ignoreHTTPSErrors: visit.options.ignoreHttpsErrors,
    storageState: await visit.context.storageState(),
  });
  await context.clock.setFixedTime(FROZEN);
  await context.addInitScript(seedChance);
  return { context, page: await context.newPage() };
}

function keyOf({ browser }: Visit, page: Page): Promise<string> {
  const name = browser.name.includes(" ") ? browser.name : `${browser.name} ${browser.version}`;
  const key = keys.get(browser) ?? baselineKey(page, name);
  keys.set(browser, key);
  return key;
}

/** Pictures until two in a row are the same. */
async function untilStill(visit: Visit, first: Uint8Array, look: () => Promise<Uint8Array>) {
  let png = first;
  let isStable = false;
  for (let looks = 1; looks < MAX_LOOKS && !isStable && visit.remainingMs() > 1000; looks += 1) {
    await pause(looks === 1 ? BETWEEN_MS / 2 : BETWEEN_MS * looks);
    const next = await look();
    isStable = Buffer.compare(png, next) === 0;
    png = next;
  }
  return { png, isStable };
}

/** Opens the page anew and takes its picture and its snapshot. Throws when it does not load. */
export async function shoot(
  visit: Visit,
  masks: readonly string[],
  baselineOf: (key: string) => Promise<Baseline | null>,
): Promise<Approved | Shot> {
  const { context, page } = await openStill(visit);
  try {
    const key = await keyOf(visit, page);
    const timeout = Math.min(visit.options.pageTimeoutMs, visit.remainingMs());
    const [baseline] = await Promise.all([
      baselineOf(key),
      page.goto(visit.url, { waitUntil: "load", timeout }),
    ]);
    const height = await page.evaluate(settle);
    const hidden = ["video", ...masks];
    const { width } = visit.variant.viewport;
    const look = () =>
      page.screenshot({
        animations: "disabled",
        caret: "hide",
        scale: "css",
        mask: hidden.map((selector) => page.locator(selector)),
        timeout: visit.remainingMs(),
        ...(height > MAX_HEIGHT ? { clip: { x: 0, y: 0, width, height: MAX_HEIGHT } } : {}),
        fullPage: true,
      });
    const first = await look();
    // What looks as approved has come to rest.
    if (baseline && Buffer.compare(baseline.png, first) === 0) return { isApproved: true, key };
    const still = await untilStill(visit, first, look);
    const snapshot = await page.evaluate(takeSnapshot, [PROPERTIES, hidden] as const);
    return { isApproved: false, key, baseline, snapshot, ...still };
  } finally {
    context.close().catch(() => {});
  }
}
