/// <reference lib="dom" />
/**
 * Contrast of text over images, gradients and whatever else has no single colour: axe-core leaves it open, the
 * pixels of a screenshot settle it. The text is made transparent, what is left is its background, and each
 * character is judged by the best contrast it has anywhere in its box.
 */
import type { ElementHandle, Page } from "playwright-core";
import { decodePng, type Image } from "../pixels/image.ts";

export interface ContrastVerdict {
  verdict: "failed" | "passed" | "unknown";
  /** The lowest of the best contrasts of its characters; 0 when unknown. */
  ratio: number;
  /** What is asked for: 4.5, or 3 for large text. */
  wanted: number;
  /** How much of the text is below. */
  share: number;
}

interface Letters {
  /** In CSS pixels of the viewport. */
  boxes: { x: number; y: number; width: number; height: number }[];
  color: [number, number, number, number];
}

const UNKNOWN = { verdict: "unknown", ratio: 0, share: 0 } as const;
/** More letters than this say nothing new. */
const MAX_LETTERS = 400;
/** One letter below may be an artefact of a rounded box; a tenth of the text is not. */
const SHARE_BELOW = 0.1;

/** Relative luminance of WCAG 2. Channels from 0 to 255. */
function luminance(red: number, green: number, blue: number): number {
  const [r, g, b] = [red, green, blue].map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The best contrast of a colour, laid over each pixel of a box. 1 when the box is outside the image. */
export function bestContrast(image: Image, box: Box, color: Letters["color"]): number {
  const [red, green, blue, alpha] = color;
  let best = 1;
  const right = Math.min(image.width, Math.ceil(box.x + box.width));
  const bottom = Math.min(image.height, Math.ceil(box.y + box.height));
  for (let y = Math.max(0, Math.floor(box.y)); y < bottom; y += 1) {
    for (let x = Math.max(0, Math.floor(box.x)); x < right; x += 1) {
      const at = (y * image.width + x) * 4;
      const [r, g, b] = [image.data[at]!, image.data[at + 1]!, image.data[at + 2]!];
      const over = (own: number, below: number) => own * alpha + below * (1 - alpha);
      const front = luminance(over(red, r), over(green, g), over(blue, b));
      const back = luminance(r, g, b);
      const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      if (ratio > best) best = ratio;
    }
  }
  return best;
}

/** Runs in the page: makes the text transparent, scrolls to it and tells where its letters are. */
function hideText(element: Element, max: number): Letters | null {
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const style = getComputedStyle(element);
  const isDrawn = element instanceof SVGTextContentElement;
  const numbers = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(isDrawn ? style.fill : style.color);
  if (isDrawn && style.stroke !== "none") return null;
  if (!numbers || style.mixBlendMode !== "normal" || style.backgroundClip.includes("text")) return null;
  let alpha = Number(numbers[4] ?? 1) * (isDrawn ? Number(style.fillOpacity) : 1);
  for (let at: Element | null = element; at; at = at.parentElement) {
    const around = getComputedStyle(at);
    if (around.filter !== "none" || around.mixBlendMode !== "normal" || around.transform.includes("matrix3d"))
      return null;
    alpha *= Number(around.opacity);
  }
  if (alpha === 0) return null;
  const boxes: Letters["boxes"] = [];
  const range = document.createRange();
  for (const node of element.childNodes) {
    if (node.nodeType !== Node.TEXT_NODE) continue;
    const said = node.textContent ?? "";
    for (let at = 0; at < said.length && boxes.length < max; at += 1) {
      if (/[\s\p{P}]/u.test(said[at] ?? "")) continue;
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { x, y, width, height } = range.getBoundingClientRect();
      const inside = x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight;
      // A letter under something else is not read here.
      const top = inside && width > 0.5 ? document.elementFromPoint(x + width / 2, y + height / 2) : null;
      if (top && (top === element || element.contains(top) || top.contains(element)))
        boxes.push({ x, y, width, height });
    }
  }
  const kept = element.getAttribute("style");
  element.setAttribute("data-meta-orch-style", kept ?? "");
  (element as HTMLElement).style.setProperty("transition", "none", "important");
  if (isDrawn) element.style.setProperty("fill", "transparent", "important");
  (element as HTMLElement).style.setProperty("-webkit-text-fill-color", "transparent", "important");
  (element as HTMLElement).style.setProperty("text-decoration-color", "transparent", "important");
  return { boxes, color: [Number(numbers[1]), Number(numbers[2]), Number(numbers[3]), alpha] };
}

/** Runs in the page: puts the style attribute back as it was. */
function showText(element: Element): void {
  const kept = element.getAttribute("data-meta-orch-style");
  if (kept === null) return;
  element.removeAttribute("data-meta-orch-style");
  // Written before it is removed: Chromium leaves an empty attribute where nobody has read it since it was changed.
  element.setAttribute("style", kept);
  if (kept === "") element.removeAttribute("style");
}

type Box = Letters["boxes"][number];

/** Where the frame of an element begins in the page. */
async function originOf(element: ElementHandle<Element>): Promise<{ x: number; y: number }> {
  const frame = await element.ownerFrame();
  if (!frame?.parentFrame()) return { x: 0, y: 0 };
  const box = await (await frame.frameElement()).boundingBox();
  return { x: Math.round(box?.x ?? 0), y: Math.round(box?.y ?? 0) };
}

/** The smallest rectangle of whole pixels around all boxes. */
function around(boxes: readonly Box[]): Box {
  const x = Math.floor(Math.min(...boxes.map((box) => box.x)));
  const y = Math.floor(Math.min(...boxes.map((box) => box.y)));
  const right = Math.ceil(Math.max(...boxes.map((box) => box.x + box.width)));
  const bottom = Math.ceil(Math.max(...boxes.map((box) => box.y + box.height)));
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) };
}

/**
 * Judges the text directly in an element.
 * @param wanted the contrast asked for, such as 4.5
 */
export async function settleContrast(
  page: Page,
  element: ElementHandle<Element>,
  wanted: number,
): Promise<ContrastVerdict> {
  const letters = await element.evaluate(hideText, MAX_LETTERS);
  try {
    if (!letters || letters.boxes.length === 0) return { ...UNKNOWN, wanted };
    const origin = await originOf(element);
    const boxes = letters.boxes.map((box) => ({ ...box, x: box.x + origin.x, y: box.y + origin.y }));
    const clip = around(boxes);
    const shot = decodePng(
      await page.screenshot({ animations: "disabled", caret: "hide", scale: "css", clip }),
    );
    const ratios = boxes
      .map((box) => bestContrast(shot, { ...box, x: box.x - clip.x, y: box.y - clip.y }, letters.color))
      .sort((one, other) => one - other);
    const below = ratios.filter((ratio) => ratio < wanted - 0.05).length;
    const share = below / ratios.length;
    return { verdict: share >= SHARE_BELOW ? "failed" : "passed", ratio: ratios[0] ?? 0, wanted, share };
  } finally {
    await element.evaluate(showText).catch(() => undefined);
  }
}
