/**
 * A page in a context of its own in which nothing changes by itself: the clock stands still and chance is seeded
 * before the page's first script runs.
 */
import type { Browser, Page } from "playwright-core";
import type { SignedInState } from "./login.ts";
import type { Variant } from "./page-check.ts";

/** The hour at which every clock of a page stands: a Tuesday in daylight, far from any change of date or season. */
export const FROZEN = new Date("2024-06-18T10:00:00Z");

export interface StillOptions {
  /** Who looks; null = a visitor nobody knows. */
  state: SignedInState | null;
  ignoreHttpsErrors: boolean;
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

/** Empty: where it goes is for the caller to say. It belongs to the caller, with its context. */
export async function openStill(browser: Browser, variant: Variant, options: StillOptions): Promise<Page> {
  const { state, ignoreHttpsErrors } = options;
  const context = await browser.newContext({
    viewport: variant.viewport,
    colorScheme: variant.colorScheme,
    reducedMotion: variant.reducedMotion,
    locale: variant.locale,
    timezoneId: "UTC",
    deviceScaleFactor: 1,
    ignoreHTTPSErrors: ignoreHttpsErrors,
    ...(state ? { storageState: state } : {}),
  });
  await context.clock.setFixedTime(FROZEN);
  await context.addInitScript(seedChance);
  return context.newPage();
}
