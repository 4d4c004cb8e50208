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

/** The hour at which every clock of a page stands: a Tuesday in daylight, far from any change of date or season. */
export const FROZEN = new Date("2024-06-18T10:00:00Z");
/** A picture that still changes after this many looks is not going to rest. */
const MAX_LOOKS = 5;
const BETWEEN_MS = 100;
/** Taller pages are cut off. */
const MAX_HEIGHT = 10_000;

export interface Shot {
  key: string;
  png: Uint8Array;
  snapshot: Snapshot;
  /** False when the page never looked the same twice. */
  isStable: boolean;
}

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

/** Runs in the page: fonts and pictures are there, also those that wait until they are scrolled to. */
async function settle(): Promise<void> {
  for (const image of document.querySelectorAll<HTMLImageElement>("img[loading=lazy]"))
    image.loading = "eager";
  await document.fonts.ready;
  const pictures = [...document.images].map((image) =>
    image.complete ? null : image.decode().catch(() => null),
  );
  await Promise.race([Promise.all(pictures), new Promise((done) => setTimeout(done, 3000))]);
  (document.activeElement as HTMLElement | null)?.blur();
  window.scrollTo({ top: 0, left: 0, behavior: "instant" });
}

async function open(visit: Visit): Promise<{ context: BrowserContext; page: Page }> {
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

/** Opens the page anew and takes its picture and its snapshot. Throws when it does not load. */
export async function shoot(visit: Visit, masks: readonly string[]): Promise<Shot> {
  const { context, page } = await open(visit);
  try {
    const key = await baselineKey(
      page,
      visit.browser.name.includes(" ")
        ? visit.browser.name
        : `${visit.browser.name} ${visit.browser.version}`,
    );
    const timeout = Math.min(visit.options.pageTimeoutMs, visit.remainingMs());
    await page.goto(visit.url, { waitUntil: "load", timeout });
    await page.evaluate(settle);
    const hidden = ["video", ...masks];
    const mask = hidden.map((selector) => page.locator(selector));
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    const { width } = visit.variant.viewport;
    const look = () =>
      page.screenshot({
        animations: "disabled",
        caret: "hide",
        scale: "css",
        mask,
        timeout: visit.remainingMs(),
        ...(height > MAX_HEIGHT ? { clip: { x: 0, y: 0, width, height: MAX_HEIGHT } } : {}),
        fullPage: true,
      });
    let png = await look();
    let isStable = false;
    for (let looks = 1; looks < MAX_LOOKS && !isStable && visit.remainingMs() > 1000; looks += 1) {
      await pause(looks === 1 ? BETWEEN_MS / 2 : BETWEEN_MS * looks);
      const next = await look();
      isStable = Buffer.compare(png, next) === 0;
      png = next;
    }
    const snapshot = await page.evaluate(takeSnapshot, [PROPERTIES, hidden] as const);
    return { key, png, snapshot, isStable };
  } finally {
    await context.close();
  }
}
