/// <reference lib="dom" />
/** 400 % zoom: a window 1280 pixels wide then has 320 to lay the page out in. Text must not need scrolling sideways. */
import type { Page } from "playwright-core";
import type { Stop } from "./stops.ts";

/** WCAG 1.4.10: 1280 × 1024 at 400 %. */
export const ZOOMED = { width: 320, height: 256 };

export interface Reflow {
  /** CSS pixels the page is wider than the window. */
  tooWide: number;
  /** What sticks out, innermost first; empty when the page reflows. */
  culprits: Stop[];
}

/** Runs in the page. axe-core has to be in it. */
function measure(width: number): Reflow {
  const root = document.scrollingElement ?? document.documentElement;
  root.scrollTo({ left: 10_000, top: root.scrollTop, behavior: "instant" });
  const moved = root.scrollLeft;
  root.scrollTo({ left: 0, top: root.scrollTop, behavior: "instant" });
  if (moved < 2) return { tooWide: 0, culprits: [] };
  // What has two dimensions by nature may be scrolled in both.
  const excepted =
    "table, [role=table], [role=grid], img, svg, canvas, video, iframe, object, embed, map, pre, code, math, [role=toolbar]";
  const out: Element[] = [];
  for (const element of document.body.querySelectorAll("*")) {
    const { right, width: own } = element.getBoundingClientRect();
    if (own === 0 || right <= width + 1 || !element.checkVisibility()) continue;
    out.push(element);
  }
  const clipped = (element: Element) => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== "visible" && at.getBoundingClientRect().right <= width + 1)
        return true;
    }
    return false;
  };
  const free = out.filter((element) => !clipped(element));
  const outermost = free.filter(
    (element) => !free.some((other) => other !== element && other.contains(element)),
  );
  if (
    outermost.length > 0 &&
    outermost.every((element) => element.matches(excepted) || element.querySelector(":scope > table"))
  ) {
    return { tooWide: moved, culprits: [] };
  }
  const text = free.filter((element) => !element.closest(excepted));
  const innermost = text.filter(
    (element) => !text.some((other) => other !== element && element.contains(other)),
  );
  if (innermost.length === 0) return { tooWide: moved, culprits: [] };
  // biome-ignore lint/suspicious/noExplicitAny: axe has no types for its inner parts
  const axe = (window as any).axe;
  axe.setup(document);
  const culprits = innermost.slice(0, 5).map((element) => ({
    selector: [axe.utils.getSelector(element)].flat().join(" >>> "),
    html: element.outerHTML.slice(0, 200),
  }));
  axe.teardown();
  return { tooWide: moved, culprits };
}

/** Lays the page out at 400 %, looks, and restores the window. */
export async function checkReflow(page: Page): Promise<Reflow> {
  const before = page.viewportSize();
  await page.setViewportSize(ZOOMED);
  try {
    // Two frames: layout, and what listens to the new size.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    return await page.evaluate(measure, ZOOMED.width);
  } finally {
    if (before) await page.setViewportSize(before);
  }
}
