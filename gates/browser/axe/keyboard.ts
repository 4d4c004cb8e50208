/// <reference lib="dom" />
/**
 * A walk through a page by Tab: what gets the focus, whether one sees where it is, and whether one gets away again.
 * Only focus and scroll position change.
 */
import type { Page } from "playwright-core";
import { decodePng } from "../pixels/image.ts";

export interface Stop {
  selector: string;
  html: string;
}

export interface KeyboardWalk {
  /** Elements that can be reached by Tab, as the document says it. */
  expected: number;
  reached: number;
  /** What holds the focus: Tab, Shift+Tab and Escape do not leave it. */
  trap: Stop[] | null;
  /** Looks the same with and without focus. */
  invisible: Stop[];
  /** Ends early when time ran out; then only what was reached is judged. */
  complete: boolean;
}

/** Pages with more stops than this are walked up to here. */
const MAX_STOPS = 120;
/** Elements whose pixels are compared; each costs two screenshots. */
const MAX_PIXEL_LOOKS = 8;
/** Handlers that take the focus back wait a moment, usually 0 to 10 ms. */
const SLOW_MS = 25;

interface Watch {
  order: Element[];
  seen: Element[];
  quiet: Element[];
  held: Element[];
}
declare global {
  interface Window {
    metaOrchKeyboard?: Watch;
  }
}

/** Runs in the page: lists what Tab should reach, and begins to note where the focus goes. */
function prepare(max: number): number {
  const shownOnes: Element[] = [];
  const visit = (root: ParentNode) => {
    for (const element of root.querySelectorAll("*")) {
      if (shownOnes.length >= max) return;
      if (element.shadowRoot) visit(element.shadowRoot);
      const candidate = element as HTMLElement;
      if (!("tabIndex" in candidate) || candidate.tabIndex < 0 || candidate.matches(":disabled")) continue;
      const natural = candidate.matches(
        "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable=''], [contenteditable=true], audio[controls], video[controls]",
      );
      if (
        !natural ||
        candidate.closest("[inert]") ||
        !candidate.checkVisibility({ visibilityProperty: true })
      )
        continue;
      // Of radio buttons with one name Tab stops at one.
      const radio = candidate as HTMLInputElement;
      if (radio.type === "radio" && radio.name !== "") {
        const group = [
          ...(radio.form ?? document).querySelectorAll<HTMLInputElement>("input[type=radio]"),
        ].filter((one) => one.name === radio.name);
        const stop = group.find((one) => one.checked) ?? group[0];
        if (stop !== radio) continue;
      }
      shownOnes.push(candidate);
    }
  };
  visit(document);
  const watch: Watch = { order: shownOnes, seen: [], quiet: [], held: [] };
  window.metaOrchKeyboard = watch;
  document.addEventListener(
    "focusin",
    (event) => {
      const [deepest] = event.composedPath();
      if (deepest instanceof Element) watch.seen.push(deepest);
    },
    true,
  );
  return shownOnes.length;
}

/**
 * Runs in the page: which of the stops look the same, by computed style, with and without focus. The styles of the
 * element, of what is in it, beside it and around it are compared, since an indicator may be painted by any of them.
 */
function findQuiet(): number {
  const watch = window.metaOrchKeyboard!;
  const before = document.activeElement as HTMLElement | null;
  const around = (element: Element): Set<Element> => {
    const near = new Set<Element>([element, ...[...element.querySelectorAll("*")].slice(0, 12)]);
    for (let at = element.parentElement, steps = 0; at && steps < 3; at = at.parentElement, steps += 1) {
      near.add(at);
      for (const other of [...at.children].slice(0, 12)) near.add(other);
    }
    return near;
  };
  const look = (near: Iterable<Element>): string => {
    const parts: string[] = [];
    for (const one of near) {
      for (const pseudo of [undefined, "::before", "::after"] as const) {
        const style = getComputedStyle(one, pseudo);
        if (pseudo && style.content === "none") continue;
        const outline =
          style.outlineStyle === "none" || Number.parseFloat(style.outlineWidth) === 0
            ? ""
            : `${style.outline} ${style.outlineOffset}`;
        parts.push(
          outline,
          style.boxShadow,
          style.border,
          style.borderRadius,
          style.backgroundColor,
          style.backgroundImage,
          style.color,
          style.textDecoration,
          style.transform,
          style.opacity,
          style.visibility,
          style.display,
          style.filter,
          style.fontWeight,
          style.left,
          style.top,
          style.width,
          style.height,
          style.clipPath,
          style.textShadow,
          style.fill,
          style.stroke,
        );
      }
    }
    return parts.join("|");
  };
  const endTransitions = () => {
    for (const animation of document.getAnimations?.() ?? []) {
      try {
        animation.finish();
      } catch {
        animation.cancel();
      }
    }
  };
  /** Null when the element does not take the focus. */
  const differs = (element: HTMLElement, near: Iterable<Element>): boolean | null => {
    (document.activeElement as HTMLElement | null)?.blur();
    endTransitions();
    const without = look(near);
    element.focus({ preventScroll: true, focusVisible: true } as FocusOptions);
    if ((element.getRootNode() as Document | ShadowRoot).activeElement !== element) return null;
    endTransitions();
    return look(near) !== without;
  };
  for (const element of watch.order as HTMLElement[]) {
    // Most show it themselves; only for the others one has to look around.
    if (differs(element, [element]) === false && differs(element, around(element)) === false)
      watch.quiet.push(element);
  }
  (document.activeElement as HTMLElement | null)?.blur();
  before?.focus?.({ preventScroll: true });
  watch.seen = [];
  return watch.quiet.length;
}

/** Runs in the page. */
function describeAll(which: "quiet" | "held"): Stop[] {
  const watch = window.metaOrchKeyboard!;
  // biome-ignore lint/suspicious/noExplicitAny: axe has no types for its inner parts
  const axe = (window as any).axe;
  axe.setup(document);
  const said = (which === "quiet" ? watch.quiet : watch.held).map((element) => ({
    selector: [axe.utils.getSelector(element)].flat().join(" >>> "),
    html: element.outerHTML.slice(0, 200),
  }));
  axe.teardown();
  return said;
}

const pause = (page: Page, ms: number) =>
  page.evaluate((wait) => new Promise((done) => setTimeout(done, wait)), ms);

/** Presses a key some times, slowly enough for handlers that wait, and tells which elements had the focus meanwhile. */
async function press(page: Page, key: string, times: number, waitMs: number): Promise<number> {
  for (let count = 0; count < times; count += 1) {
    await page.keyboard.press(key);
    if (waitMs > 0) await pause(page, waitMs);
  }
  return page.evaluate(() => new Set(window.metaOrchKeyboard?.seen ?? []).size);
}

/** The stops that look the same to the eye as well: pixels around them, with and without focus. */
async function confirmInvisible(page: Page, deadline: number): Promise<Stop[]> {
  const all = await page.evaluate(describeAll, "quiet" as "quiet" | "held");
  const invisible: Stop[] = [];
  for (const [index, stop] of all.entries()) {
    if (index >= MAX_PIXEL_LOOKS || Date.now() > deadline) break;
    const box = await page.evaluate((at) => {
      const element = window.metaOrchKeyboard!.quiet[at] as HTMLElement;
      (document.activeElement as HTMLElement | null)?.blur();
      element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height, right: innerWidth, bottom: innerHeight };
    }, index);
    const x = Math.max(0, Math.floor(box.x - 8));
    const y = Math.max(0, Math.floor(box.y - 8));
    const width = Math.min(box.right, Math.ceil(box.x + box.width + 8)) - x;
    const height = Math.min(box.bottom, Math.ceil(box.y + box.height + 8)) - y;
    // What is outside the page until it has the focus (a skip link) shows itself, or not: the pixels cannot tell.
    if (width < 4 || height < 4 || box.width < 2 || box.height < 2) continue;
    const shoot = () =>
      page.screenshot({
        clip: { x, y, width, height },
        animations: "disabled",
        caret: "initial",
        scale: "css",
      });
    const without = await shoot();
    const holds = await page.evaluate((at) => {
      const element = window.metaOrchKeyboard!.quiet[at] as HTMLElement;
      element.focus({ preventScroll: true, focusVisible: true } as FocusOptions);
      return (element.getRootNode() as Document | ShadowRoot).activeElement === element;
    }, index);
    if (!holds) continue;
    const withFocus = await shoot();
    if (samePixels(without, withFocus)) invisible.push(stop);
  }
  return invisible;
}

function samePixels(one: Uint8Array, other: Uint8Array): boolean {
  if (Buffer.compare(one, other) === 0) return true;
  const [first, second] = [decodePng(one), decodePng(other)];
  return first.data.length === second.data.length && Buffer.compare(first.data, second.data) === 0;
}

/** Whether the focus leaves what holds it by going back, by Escape, or by the key the page itself names. */
async function escapes(page: Page): Promise<boolean> {
  const held = await page.evaluate(() => {
    const watch = window.metaOrchKeyboard!;
    watch.held = [...new Set(watch.seen.slice(-6))];
    return watch.held.length;
  });
  const named = await page.evaluate(() => {
    const said =
      /press (?:the )?((?:ctrl|alt|shift|control)\s*\+\s*)?["'“]?(\w+)["'”]?(?:[- ]?key)? to (?:exit|leave|continue|escape)/i.exec(
        document.body.innerText,
      );
    return said
      ? `${said[1] ? said[1].replace(/ctrl|control/i, "Control").replace(/\s/g, "") : ""}${said[2]}`
      : null;
  });
  for (const [key, times] of [
    ["Shift+Tab", held + 2],
    ["Escape", 1],
    [named, 1],
  ] as const) {
    if (!key) continue;
    try {
      await press(page, key === named && key.length === 1 ? key.toLowerCase() : key, times, SLOW_MS);
    } catch {
      // The page names a key that no keyboard has.
      continue;
    }
    await page.evaluate(() => {
      window.metaOrchKeyboard!.seen = [];
    });
    await press(page, "Tab", held + 2, SLOW_MS);
    const left = await page.evaluate(() => {
      const watch = window.metaOrchKeyboard!;
      return watch.seen.some((element) => !watch.held.includes(element));
    });
    if (left) return true;
  }
  return false;
}

/** Presses Tab from the start of the page until everything should have had the focus; returns how much had it. */
async function tabThrough(page: Page, expected: number, waitMs: number, deadline: number): Promise<number> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo({ top: 0, behavior: "instant" });
    window.metaOrchKeyboard!.seen = [];
  });
  let reached = 0;
  for (let pressed = 0; pressed < expected + 3 && Date.now() <= deadline; ) {
    const step = Math.min(10, expected + 3 - pressed);
    reached = await press(page, "Tab", step, waitMs);
    pressed += step;
    // Two elements in ten presses: it is held. No need to go on.
    if (pressed >= 10 && reached <= 3 && expected > reached + 3) break;
  }
  return reached;
}

/** Runs in the page: whether the focus came back to an element before all others had their turn. */
function wentBack(): boolean {
  const { seen, order } = window.metaOrchKeyboard!;
  const known = new Set<Element>();
  for (const element of seen) {
    if (known.has(element) && known.size < order.length) return true;
    known.add(element);
  }
  return seen.length > order.length + 4;
}

/**
 * Walks a page by Tab. axe-core has to be in the page, since it names the elements.
 * @param limitMs how long the walk may take
 */
export async function walkByKeyboard(page: Page, limitMs: number): Promise<KeyboardWalk> {
  const deadline = Date.now() + limitMs;
  const expected = await page.evaluate(prepare, MAX_STOPS);
  const walk: KeyboardWalk = { expected, reached: 0, trap: null, invisible: [], complete: true };
  if (expected === 0) return walk;
  const quiet = await page.evaluate(findQuiet);
  let reached = await tabThrough(page, expected, 0, deadline);
  // A handler that takes the focus back after a moment lets a fast walk pass: it shows as a step backwards.
  const atEnd = await page.evaluate(() => window.metaOrchKeyboard!.seen.length);
  await pause(page, 2 * SLOW_MS);
  const moved = (await page.evaluate(() => window.metaOrchKeyboard!.seen.length)) > atEnd;
  if (moved || (await page.evaluate(wentBack))) reached = await tabThrough(page, expected, SLOW_MS, deadline);
  walk.complete = Date.now() <= deadline;
  walk.reached = reached;
  if (walk.complete && reached < expected) {
    const fresh = await press(page, "Tab", 6, SLOW_MS);
    const held = await page.evaluate(() => {
      const { seen, order } = window.metaOrchKeyboard!;
      const last = new Set(seen.slice(-6));
      const rest = order.filter((element) => !seen.includes(element));
      const modal = [...last].every((element) => element.closest("dialog[open], [aria-modal=true]"));
      return seen.length >= 6 && rest.length > 0 && last.size <= 3 && !modal;
    });
    walk.reached = fresh;
    if (held && !(await escapes(page)))
      walk.trap = await page.evaluate(describeAll, "held" as "quiet" | "held");
  }
  if (quiet > 0 && !walk.trap) walk.invisible = await confirmInvisible(page, deadline);
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo({ top: 0, behavior: "instant" });
    delete window.metaOrchKeyboard;
  });
  return walk;
}
