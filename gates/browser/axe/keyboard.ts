/// <reference lib="dom" />
/**
 * A walk through a page by Tab: what gets the focus, whether one sees where it is, and whether one gets away again.
 * Only focus and scroll position change.
 */
import type { Page } from "playwright-core";
import { type FocusPlaces, findPlaces, MAX_PLACES } from "./focus-place.ts";
import { confirmInvisible, findQuiet } from "./focus-visible.ts";
import { type Keys, notePresses, openKeys, pause, SLOW_MS } from "./keys.ts";
import { prepare, type Stop } from "./stops.ts";
import { findTrap } from "./trap.ts";

export interface KeyboardWalk {
  /** Elements that can be reached by Tab, as the document says it. */
  expected: number;
  reached: number;
  /** What holds the focus: Tab, Shift+Tab and Escape do not leave it. */
  trap: Stop[] | null;
  /** The page keeps Tab for itself there, instead of taking the focus back. */
  swallows: boolean;
  /** Looks the same with and without focus. */
  invisible: Stop[];
  /** Where the focus goes without being seen. */
  places: FocusPlaces;
  /** What time or number did not allow to look at, each as a part of a sentence. */
  unexamined: string[];
  /** Ends early when time ran out; then only what was reached is judged. */
  complete: boolean;
}

/** Pages with more stops than this are walked up to here. */
const MAX_STOPS = 400;
/** Presses between two looks at how far one has come. */
const STEP = 25;
const SLOW_STEP = 10;
/** More presses than stops: what holds the last one shows only then. */
const SPARE = 6;

const seenNow = (page: Page) => page.evaluate(() => new Set(window.metaOrchKeyboard?.seen ?? []).size);

/** Presses Tab from the start of the page until everything should have had the focus; returns how much had it. */
async function tabThrough(page: Page, expected: number, press: Keys["tab"], step: number, deadline: number) {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo({ top: 0, behavior: "instant" });
    window.metaOrchKeyboard!.seen = [];
  });
  let reached = 0;
  for (let pressed = 0; pressed < expected + SPARE && Date.now() <= deadline; ) {
    const times = Math.min(step, expected + SPARE - pressed);
    await press(times);
    reached = await seenNow(page);
    pressed += times;
    // Two elements in ten presses: it is held. No need to go on.
    if (pressed >= 10 && reached <= 3 && expected > reached + 3) break;
  }
  return reached;
}

/** Runs in the page: the focus did not go round in one order, so somebody else moves it too. */
function isDisturbed(): boolean {
  const { seen, order } = window.metaOrchKeyboard!;
  const next = new Map<Element, Element>();
  const before = new Map<Element, Element>();
  for (const [at, element] of seen.entries()) {
    const last = seen[at - 1];
    if (!last) continue;
    if ((next.get(last) ?? element) !== element || (before.get(element) ?? last) !== last) return true;
    next.set(last, element);
    before.set(element, last);
  }
  return seen.length > order.length + 10;
}

async function walk(page: Page, keys: Keys, expected: number, deadline: number) {
  let reached = await tabThrough(page, expected, keys.tab, STEP, deadline);
  // A handler that takes the focus back after a moment lets a fast walk pass: it shows in the order.
  const atEnd = await page.evaluate(() => window.metaOrchKeyboard!.seen.length);
  await pause(page, 2 * SLOW_MS);
  const moved = (await page.evaluate(() => window.metaOrchKeyboard!.seen.length)) > atEnd;
  const disturbed = moved || (await page.evaluate(isDisturbed));
  if (disturbed) {
    const slowly = (times: number) => keys.slowly("Tab", times);
    reached = await tabThrough(page, expected, slowly, SLOW_STEP, deadline);
  }
  return { reached, disturbed };
}

/**
 * Walks a page by Tab. axe-core has to be in the page, since it names the elements.
 * @param limitMs how long the walk may take
 */
export async function walkByKeyboard(page: Page, limitMs: number): Promise<KeyboardWalk> {
  const deadline = Date.now() + limitMs;
  const keys = await openKeys(page);
  const { expected, left } = await page.evaluate(prepare, MAX_STOPS);
  const said: KeyboardWalk = {
    expected,
    reached: 0,
    trap: null,
    swallows: false,
    invisible: [],
    places: { lost: [], obscured: [] },
    unexamined: left > 0 ? [`${left} more elements than the first ${expected} by Tab`] : [],
    complete: true,
  };
  if (expected === 0 && page.frames().length === 1) return said;
  const quiet = await page.evaluate(findQuiet);
  await page.evaluate(notePresses);
  const { reached, disturbed } = await walk(page, keys, expected, deadline);
  said.reached = reached;
  said.complete = Date.now() <= deadline;
  if (said.complete) {
    const trap = await findTrap(page, keys, { short: reached < expected, disturbed });
    said.trap = trap?.stops ?? null;
    said.swallows = trap?.swallows ?? false;
  }
  if (!said.trap) {
    if (!disturbed) said.places = await findPlaces(page);
    const unplaced = disturbed ? expected : expected - MAX_PLACES;
    if (unplaced > 0) said.unexamined.push(`where the focus is seen on ${unplaced} elements`);
  }
  if (quiet > 0 && !said.trap) {
    const { invisible, open } = await confirmInvisible(page, deadline);
    said.invisible = invisible;
    if (open > 0) said.unexamined.push(`whether one sees the focus on ${open} elements`);
  }
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo({ top: 0, behavior: "instant" });
    delete window.metaOrchKeyboard;
    delete window.metaOrchPressed;
  });
  await keys.close();
  return said;
}
