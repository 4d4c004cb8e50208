/// <reference lib="dom" />
/**
 * A screenshot that comes out the same every time: of a page in which nothing changes by itself, with animations
 * ended, fonts loaded and the caret hidden.
 */
import type { Page } from "playwright-core";
import type { Visit } from "../page-check.ts";
import { baselineKey } from "./key.ts";
import { type Rested, untilStill } from "./rest.ts";
import { PROPERTIES, type Snapshot, takeSnapshot } from "./snapshot.ts";
import type { Baseline } from "./store.ts";

/** Taller pages are cut off. */
const MAX_HEIGHT = 10_000;

/** The very bytes of the baseline: there is nothing more to look at. */
interface Approved {
  isApproved: true;
  key: string;
}

export interface Shot extends Rested {
  isApproved: false;
  key: string;
  baseline: Baseline | null;
  snapshot: Snapshot;
}

/** The same for every page a browser shows. */
const keys = new WeakMap<Visit["browser"], Promise<string>>();

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

function keyOf({ browser }: Visit, page: Page): Promise<string> {
  const name = browser.name.includes(" ") ? browser.name : `${browser.name} ${browser.version}`;
  const key = keys.get(browser) ?? baselineKey(page, name);
  keys.set(browser, key);
  return key;
}

/** Opens the page anew and takes its picture and its snapshot. Throws when it does not load. */
export async function shoot(
  visit: Visit,
  masks: readonly string[],
  baselineOf: (key: string) => Promise<Baseline | null>,
): Promise<Approved | Shot> {
  const page = await visit.still();
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
    const still = await untilStill(first, { look, remainingMs: visit.remainingMs });
    const snapshot = await page.evaluate(takeSnapshot, [PROPERTIES, hidden] as const);
    return { isApproved: false, key, baseline, snapshot, ...still };
  } finally {
    page
      .context()
      .close()
      .catch(() => {});
  }
}
