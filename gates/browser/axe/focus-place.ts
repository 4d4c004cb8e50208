/// <reference lib="dom" />
/** Where the focus goes: to something one sees, or beyond the edge, to nothing at all, or under a bar that stays. */
import type { Page } from "playwright-core";
import type { Stop } from "./stops.ts";

export interface FocusPlaces {
  /** Off the screen, without size or transparent while they have the focus. */
  lost: Stop[];
  /** Wholly under something that does not move when the page is scrolled; with its selector. */
  obscured: (Stop & { by: string })[];
}

interface Found {
  lost: Element[];
  obscured: [Element, Element][];
}
declare global {
  interface Window {
    metaOrchPlaces?: Found;
  }
}

/** Each is laid out anew, there and back. */
export const MAX_PLACES = 150;
/** What shows itself by a script after it got the focus has this long. Milliseconds. */
const LATER_MS = 300;

/** Runs in the page: focuses one stop after the other, there and back, and looks where each is then. */
function look(max: number): number {
  const { order } = window.metaOrchKeyboard!;
  const before = document.activeElement as HTMLElement | null;
  const found: Found = { lost: [], obscured: [] };
  const endTransitions = () => {
    for (const animation of document.getAnimations?.() ?? []) {
      try {
        animation.finish();
      } catch {
        animation.cancel();
      }
    }
  };
  const transparent = (element: Element) => {
    for (let at: Element | null = element; at; at = at.parentElement)
      if (Number(getComputedStyle(at).opacity) < 0.05) return true;
    return false;
  };
  /** Native controls are often made invisible and drawn anew beside themselves. */
  const drawnElsewhere = (element: Element) =>
    element.matches("input, select, textarea, iframe, [role=checkbox], [role=radio]") ||
    element.querySelector("input") !== null;
  const isLost = (element: Element): boolean => {
    const { width, height, left, right, top, bottom } = element.getBoundingClientRect();
    // An area of a map and what is drawn as its parts have no box of their own.
    if (element.matches("area, svg *")) return false;
    const inner = [...element.querySelectorAll("*")].some((one) => {
      const box = one.getBoundingClientRect();
      return box.width > 1 && box.height > 1 && box.right > 0 && box.left < innerWidth && box.bottom > 0;
    });
    if (width <= 1 || height <= 1) return !inner;
    const clip = getComputedStyle(element);
    if (/^inset\((50|100)%/.test(clip.clipPath) || /^rect\((0|1)px,? (0|1)px/.test(clip.clip)) return true;
    if (right <= 0 || bottom <= 0 || left >= innerWidth) return true;
    // Below the fold of something that cannot be scrolled.
    return top >= innerHeight || transparent(element);
  };
  const stays = (element: Element) => /^(fixed|sticky)$/.test(getComputedStyle(element).position);
  const barOver = (element: Element): Element | null => {
    const box = element.getBoundingClientRect();
    const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
    const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
    if (right - left < 2 || bottom - top < 2) return null;
    let bar: Element | null = null;
    for (const x of [0.05, 0.5, 0.95])
      for (const y of [0.1, 0.5, 0.9]) {
        const hit = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
        if (!hit || hit === element || element.contains(hit) || hit.contains(element)) return null;
        let over: Element | null = hit;
        while (over && !stays(over)) over = over.parentElement;
        if (!over || over.contains(element)) return null;
        const { backgroundColor, backgroundImage } = getComputedStyle(over);
        // What is seen through a veil is seen.
        if (/^rgba\(.*, 0(\.\d+)?\)$/.test(backgroundColor) && backgroundImage === "none") return null;
        bar = over;
      }
    return bar;
  };
  const hasBars = [...document.querySelectorAll("body *")].some(stays);
  const stops = order.slice(0, max) as HTMLElement[];
  for (const element of hasBars ? [...stops, ...[...stops].reverse()] : stops) {
    element.focus({ focusVisible: true } as FocusOptions);
    if ((element.getRootNode() as Document | ShadowRoot).activeElement !== element) continue;
    endTransitions();
    if (!drawnElsewhere(element) && isLost(element)) {
      if (!found.lost.includes(element)) found.lost.push(element);
      continue;
    }
    const bar = hasBars ? barOver(element) : null;
    if (bar && !found.obscured.some(([one]) => one === element)) found.obscured.push([element, bar]);
  }
  (document.activeElement as HTMLElement | null)?.blur();
  before?.focus?.({ preventScroll: true });
  // What is lost one way only comes into sight by itself.
  window.metaOrchPlaces = found;
  return found.lost.length + found.obscured.length;
}

/** Runs in the page: those of the lost that are still lost after a moment, described. */
async function confirm(laterMs: number): Promise<FocusPlaces> {
  const { lost, obscured } = window.metaOrchPlaces!;
  const still: Element[] = [];
  for (const element of lost.slice(0, 5) as HTMLElement[]) {
    element.focus({ focusVisible: true } as FocusOptions);
    await new Promise((done) => setTimeout(done, laterMs));
    const { width, height, left, right, top, bottom } = element.getBoundingClientRect();
    const isThere =
      width > 1 && height > 1 && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
    if (!isThere || !element.checkVisibility({ opacityProperty: true })) still.push(element);
    else if (/inset\((50|100)%/.test(getComputedStyle(element).clipPath)) still.push(element);
  }
  (document.activeElement as HTMLElement | null)?.blur();
  // biome-ignore lint/suspicious/noExplicitAny: axe has no types for its inner parts
  const axe = (window as any).axe;
  axe.setup(document);
  const describe = (element: Element) => ({
    selector: [axe.utils.getSelector(element)].flat().join(" >>> "),
    html: element.outerHTML.slice(0, 200),
  });
  const said = {
    lost: still.map(describe),
    obscured: obscured.slice(0, 5).map(([one, bar]) => ({ ...describe(one), by: describe(bar).selector })),
  };
  axe.teardown();
  delete window.metaOrchPlaces;
  return said;
}

/** After `prepare`, and while the page may be focused and scrolled. axe-core has to be in it. */
export async function findPlaces(page: Page): Promise<FocusPlaces> {
  const count = await page.evaluate(look, MAX_PLACES);
  return count === 0 ? { lost: [], obscured: [] } : page.evaluate(confirm, LATER_MS);
}
