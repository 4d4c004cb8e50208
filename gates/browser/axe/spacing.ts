/// <reference lib="dom" />
/** WCAG 1.4.12: a reader may set more space between lines, words and letters, and no text may be cut off by it. */
import type { Page } from "playwright-core";
import type { Stop } from "./stops.ts";

/** The values of the success criterion; those for paragraphs included. */
const SPACED = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }`;

/** Runs in the page, which is as before when it returns: what is cut off only with the wider spacing. */
function findCut(css: string): Stop[] {
  /** The box that cuts an element off: hidden, and of a size that does not follow its text. */
  const boxes = new Map<Element, Element | null>();
  const boxOf = (element: Element): Element | null => {
    const known = boxes.get(element);
    if (known !== undefined) return known;
    const box = findBox(element);
    boxes.set(element, box);
    return box;
  };
  const findBox = (element: Element): Element | null => {
    for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) {
      const { overflowX, overflowY, position, webkitLineClamp, textOverflow } = getComputedStyle(at);
      // What ends in three dots is shortened on purpose, and more of it is elsewhere.
      if (webkitLineClamp !== "none" || textOverflow !== "clip") return null;
      if (/auto|scroll/.test(`${overflowX} ${overflowY}`)) return null;
      if (/hidden|clip/.test(`${overflowX} ${overflowY}`)) return at;
      if (position === "fixed") return null;
    }
    return null;
  };
  const range = document.createRange();
  /** By how many pixels the text of an element sticks out of its box; null when it is out of it altogether. */
  const cutBy = (text: Node, box: Element): number | null => {
    range.selectNodeContents(text);
    const own = range.getBoundingClientRect();
    const around = box.getBoundingClientRect();
    const style = getComputedStyle(box);
    const meets =
      own.right > around.left &&
      own.left < around.right &&
      own.bottom > around.top &&
      own.top < around.bottom;
    if (!meets || around.width < 8 || around.height < 8) return null;
    const below = style.overflowY === "visible" ? 0 : own.bottom - around.bottom;
    const beside = style.overflowX === "visible" ? 0 : own.right - around.right;
    return Math.max(below, beside, 0);
  };
  const texts: [text: Node, element: Element, box: Element, before: number][] = [];
  // A drawing has no body, and no text that could be spaced.
  if (!document.body) return [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && texts.length < 2000) {
    const text = walker.currentNode;
    const element = text.parentElement;
    if (!element || (text.textContent ?? "").trim().length < 3 || element.matches("script, style, noscript"))
      continue;
    const box = boxOf(element);
    if (!box || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (element.closest("[aria-hidden=true], [class*=carousel], [class*=slide], [class*=marquee]")) continue;
    const before = cutBy(text, box);
    if (before !== null && before < 1) texts.push([text, element, box, before]);
  }
  if (texts.length === 0) return [];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  // A sheet of this kind is not forbidden by a content security policy.
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const cut = texts.filter(([text, element, box]) => {
    const size = Number.parseFloat(getComputedStyle(element).fontSize);
    return (cutBy(text, box) ?? 0) > Math.max(4, size * 0.4);
  });
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  // biome-ignore lint/suspicious/noExplicitAny: axe has no types for its inner parts
  const axe = (window as any).axe;
  axe.setup(document);
  const said = [...new Set(cut.map(([, element]) => element))].slice(0, 5).map((element) => ({
    selector: [axe.utils.getSelector(element)].flat().join(" >>> "),
    html: element.outerHTML.slice(0, 200),
  }));
  axe.teardown();
  return said;
}

/** Elements whose text is cut off when a reader widens the spacing. axe-core has to be in the page. */
export function findCutText(page: Page): Promise<Stop[]> {
  return page.evaluate(findCut, SPACED);
}
