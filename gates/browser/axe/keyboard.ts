/// <reference lib="dom" />
/**
 * A walk through a page by Tab: what gets the focus, whether one sees where it is, and whether one gets away again.
 * Only focus and scroll position change.
 */
import type { Page } from "playwright-core";
import { confirmInvisible, findQuiet } from "./focus-visible.ts";
import { type Keys, notePresses, openKeys, pause, SLOW_MS, wereSwallowed } from "./keys.ts";
import { describeAll, prepare, type Stop } from "./stops.ts";

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

/** Runs in the page: what holds the focus now, from what had it last; returns how many there are. */
function noteHeld(swallows: boolean): number {
  const watch = window.metaOrchKeyboard!;
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  watch.held = swallows ? [active ?? document.documentElement] : [...new Set(watch.seen.slice(-6))];
  return watch.held.length;
}

/** Runs in the page: the key it names as the way out, as Playwright calls it. */
function namedKey(): string | null {
  const said =
    /press (?:the )?((?:ctrl|alt|shift|control)\s*\+\s*)?["'“]?(\w+)["'”]?(?:[- ]?key)? to (?:exit|leave|continue|escape)/i.exec(
      document.body.innerText,
    );
  if (!said) return null;
  const [, modifier = "", key = ""] = said;
  return `${modifier.replace(/ctrl|control/i, "Control").replace(/\s/g, "")}${key.length === 1 ? key.toLowerCase() : key}`;
}

const seenNow = (page: Page) => page.evaluate(() => new Set(window.metaOrchKeyboard?.seen ?? []).size);

/** Whether the focus leaves what holds it by going back, by Escape, or by the key the page itself names. */
async function escapes(page: Page, keys: Keys, swallows: boolean): Promise<boolean> {
  const held = await page.evaluate(noteHeld, swallows);
  const named = await page.evaluate(namedKey);
  for (const [key, times] of [
    ["Shift+Tab", held + 2],
    ["Escape", 1],
    [named, 1],
  ] as const) {
    if (!key) continue;
    try {
      await keys.slowly(key, times);
    } catch {
      // The page names a key that no keyboard has.
      continue;
    }
    await page.evaluate(() => {
      window.metaOrchKeyboard!.seen = [];
    });
    await keys.slowly("Tab", held + 2);
    const left = await page.evaluate(() => {
      const watch = window.metaOrchKeyboard!;
      return watch.seen.some((element) => !watch.held.includes(element));
    });
    if (left) return true;
  }
  return false;
}

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

/** Runs in the page: few elements share the focus, others wait for it, and no open dialog is the reason. */
function isHeld(): boolean {
  const { seen, order } = window.metaOrchKeyboard!;
  const last = new Set(seen.slice(-6));
  const rest = order.filter((element) => !seen.includes(element));
  const modal = [...last].every((element) => element.closest("dialog[open], [aria-modal=true]"));
  return seen.length >= 6 && rest.length > 0 && last.size <= 3 && !modal;
}

/** Runs in the page: an open dialog may keep Tab inside. */
const inModal = () => document.activeElement?.closest("dialog[open], [aria-modal=true]") != null;

async function walk(page: Page, keys: Keys, expected: number, deadline: number) {
  let reached = await tabThrough(page, expected, keys.tab, STEP, deadline);
  // A handler that takes the focus back after a moment lets a fast walk pass: it shows in the order.
  const atEnd = await page.evaluate(() => window.metaOrchKeyboard!.seen.length);
  await pause(page, 2 * SLOW_MS);
  const moved = (await page.evaluate(() => window.metaOrchKeyboard!.seen.length)) > atEnd;
  if (moved || (await page.evaluate(isDisturbed))) {
    const slowly = (times: number) => keys.slowly("Tab", times);
    reached = await tabThrough(page, expected, slowly, SLOW_STEP, deadline);
  }
  return reached;
}

/** What holds the focus for good, if anything does. */
async function findTrap(page: Page, keys: Keys, isShort: boolean) {
  const swallows = (await page.evaluate(wereSwallowed)) && !(await page.evaluate(inModal));
  if (!swallows) {
    if (!isShort) return null;
    await keys.slowly("Tab", 6);
    if (!(await page.evaluate(isHeld))) return null;
  }
  if (await escapes(page, keys, swallows)) return null;
  return { swallows, stops: await page.evaluate(describeAll, "held" as "quiet" | "held") };
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
    unexamined: left > 0 ? [`${left} more elements than the first ${expected} by Tab`] : [],
    complete: true,
  };
  if (expected === 0) return said;
  const quiet = await page.evaluate(findQuiet);
  await page.evaluate(notePresses);
  said.reached = await walk(page, keys, expected, deadline);
  said.complete = Date.now() <= deadline;
  if (said.complete) {
    const trap = await findTrap(page, keys, said.reached < expected);
    said.trap = trap?.stops ?? null;
    said.swallows = trap?.swallows ?? false;
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
