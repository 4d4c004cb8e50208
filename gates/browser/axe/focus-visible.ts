/// <reference lib="dom" />
/** Whether one sees which element has the focus: by computed style, then by pixels. */
import type { Page } from "playwright-core";
import { decodePng } from "../pixels/image.ts";
import { describeAll, type Stop } from "./stops.ts";

/** Elements whose pixels are compared; each costs two screenshots. */
const MAX_PIXEL_LOOKS = 8;

/**
 * Runs in the page: which of the stops look the same, by computed style, with and without focus. The styles of the
 * element, of what is in it, beside it and around it are compared, since an indicator may be painted by any of them.
 */
export function findQuiet(): number {
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

/** The stops that look the same to the eye as well: pixels around them, with and without focus; `open` were not looked at. */
export async function confirmInvisible(
  page: Page,
  deadline: number,
): Promise<{ invisible: Stop[]; open: number }> {
  const all = await page.evaluate(describeAll, "quiet" as "quiet" | "held");
  const invisible: Stop[] = [];
  for (const [index, stop] of all.entries()) {
    if (index >= MAX_PIXEL_LOOKS || Date.now() > deadline) return { invisible, open: all.length - index };
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
  return { invisible, open: 0 };
}

function samePixels(one: Uint8Array, other: Uint8Array): boolean {
  if (Buffer.compare(one, other) === 0) return true;
  const [first, second] = [decodePng(one), decodePng(other)];
  return first.data.length === second.data.length && Buffer.compare(first.data, second.data) === 0;
}
