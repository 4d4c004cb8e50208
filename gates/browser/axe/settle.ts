/// <reference lib="dom" />
/** What axe-core leaves to a person ("incomplete"), as far as looking closer can decide it. */
import type { ElementHandle, Frame, Page } from "playwright-core";
import { settleContrast } from "./contrast.ts";
import type { AxeAnswer, AxeNode, AxeRuleAnswer, Target } from "./types.ts";

type Verdict = { verdict: "failed"; said: string } | { verdict: "passed" } | { verdict: "unknown" };
type Settle = (page: Page, node: AxeNode) => Promise<Verdict>;

const UNKNOWN: Verdict = { verdict: "unknown" };
/** Per rule: each costs a screenshot, and the next hundred look like the first. */
const MAX_NODES = 20;

/** The element a target names, through frames and shadow trees; null when it is gone. */
export async function locate(page: Page, target: Target): Promise<ElementHandle<Element> | null> {
  let frame: Frame = page.mainFrame();
  for (const [index, step] of target.entries()) {
    const handle = await frame.evaluateHandle((selector) => window.axe.utils.shadowSelect(selector), step);
    const element = handle.asElement() as ElementHandle<Element> | null;
    if (!element || index === target.length - 1) return element;
    const inner = await element.contentFrame();
    if (!inner) return null;
    frame = inner;
  }
  return null;
}

async function contrast(page: Page, node: AxeNode): Promise<Verdict> {
  const data = [...node.any, ...node.all].find(({ id }) => id.startsWith("color-contrast"))?.data as {
    expectedContrastRatio?: string;
    messageKey?: string;
  } | null;
  // Text of the very colour behind it may be hidden on purpose, and a single letter a symbol: a person knows.
  if (data?.messageKey === "equalRatio" || data?.messageKey === "shortTextContent") return UNKNOWN;
  const wanted = Number.parseFloat(data?.expectedContrastRatio ?? "4.5");
  const element = await locate(page, node.target);
  if (!element) return UNKNOWN;
  const { verdict, ratio, share } = await settleContrast(page, element, wanted);
  if (verdict !== "failed") return { verdict };
  const part = share > 0.99 ? "the text" : `${Math.round(share * 100)} % of the text`;
  const said = `${part} has a contrast below ${wanted}:1 with what is behind it (down to ${ratio.toFixed(2)}:1, measured in the pixels)`;
  return { verdict, said };
}

/** Runs in the page: whether a header of the table has neither a cell below it nor beside it; null = too involved. */
function hasEmptyHeader(element: Element): boolean | null {
  const table = element.closest("table");
  if (!table || table.querySelector("[rowspan], [colspan], table")) return null;
  const cells = [...table.rows].flatMap((line) => [...line.cells]);
  const data = cells.filter((one) => one.localName === "td");
  const refers = (one: Element, id: string) => (one.getAttribute("headers") ?? "").split(/\s+/).includes(id);
  const free = data.filter((one) => !one.hasAttribute("headers"));
  return cells
    .filter((one) => one.localName === "th" && (one.textContent ?? "").trim() !== "")
    .some((header) => {
      if (header.id && data.some((one) => refers(one, header.id))) return false;
      const row = header.closest("tr");
      return !free.some((one) => one.cellIndex === header.cellIndex || one.closest("tr") === row);
    });
}

async function headerCells(page: Page, node: AxeNode): Promise<Verdict> {
  const element = await locate(page, node.target);
  const empty = await element?.evaluate(hasEmptyHeader);
  if (empty === null || empty === undefined) return UNKNOWN;
  return empty
    ? { verdict: "failed", said: "a header of the table has neither a cell below it nor beside it" }
    : { verdict: "passed" };
}

/** Runs in the page: what repeats comes before the content and nothing leads past it. */
function cannotBypass(): boolean {
  const shown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const repeated = [
    ...document.querySelectorAll("nav, aside, header, [role=navigation], [id*=nav i], [class*=menu i]"),
  ].find((element) => shown(element) && (element.textContent ?? "").trim() !== "");
  const paragraph = [...document.querySelectorAll("p, article, #main, #content")].find(
    (element) =>
      shown(element) &&
      (element.textContent ?? "").trim().length > 60 &&
      !element.closest("nav, aside, header"),
  );
  if (!repeated || !paragraph) return false;
  if (!(repeated.compareDocumentPosition(paragraph) & Node.DOCUMENT_POSITION_FOLLOWING)) return false;
  const leads = [...document.querySelectorAll("a[href^='#'], button, [role=button], summary")].some(
    (element) => {
      const target = (element.getAttribute("href") ?? "").slice(1);
      if (target) {
        const there = document.getElementById(target);
        return (
          there !== null &&
          !(
            there.compareDocumentPosition(paragraph) & Node.DOCUMENT_POSITION_FOLLOWING &&
            repeated.contains(there)
          )
        );
      }
      return /toggle|hide|collapse|skip|jump|close/i.test(element.textContent ?? "");
    },
  );
  return !leads && document.querySelector("a[href]:not([href^='#'])") !== null;
}

async function bypass(page: Page): Promise<Verdict> {
  return (await page.evaluate(cannotBypass))
    ? {
        verdict: "failed",
        said: "what repeats on every page comes first, and neither a skip link nor a heading nor a landmark leads past it",
      }
    : UNKNOWN;
}

/** Runs in the page: where the links of this name lead. */
function addressesOf(name: string): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: axe has no types for its inner parts
  const axe = (window as any).axe;
  axe.setup(document);
  const wanted = name.toLowerCase();
  const found = [...document.querySelectorAll("a[href], [role=link], area[href]")].filter(
    (element) =>
      axe.commons.text.accessibleText(element).replace(/\s+/g, " ").trim().toLowerCase() === wanted,
  );
  axe.teardown();
  return found.map((element) => {
    const raw =
      element.getAttribute("href") ??
      /location(?:\.href)?\s*=\s*['"]([^'"]+)/.exec(element.getAttribute("onclick") ?? "")?.[1];
    return raw === undefined || raw === null ? "" : new URL(raw, document.baseURI).href;
  });
}

/** What an address leads to, as far as the same site tells: two copies of one page serve one purpose. */
async function contentOf(page: Page, address: string): Promise<string> {
  const url = new URL(address);
  url.hash = "";
  if (url.origin !== new URL(page.url()).origin) return url.href;
  const answer = await page
    .context()
    .request.get(url.href, { timeout: 3000, maxRedirects: 5 })
    .catch(() => null);
  if (!answer?.ok()) return url.href;
  return (
    (await answer.text())
      .replace(/<head[\s\S]*?<\/head>|<[^>]+>/gi, " ")
      .replace(/\s+/g, " ")
      .trim() || url.href
  );
}

async function sameLinks(page: Page, node: AxeNode): Promise<Verdict> {
  const data = node.none.concat(node.any, node.all).find(({ id }) => id === "identical-links-same-purpose")
    ?.data as {
    name?: string;
  } | null;
  if (!data?.name) return UNKNOWN;
  const addresses = [...new Set(await page.evaluate(addressesOf, data.name.replace(/\s+/g, " ").trim()))];
  if (addresses.length < 2 || addresses.includes("") || addresses.length > 6) return UNKNOWN;
  const contents = new Set(await Promise.all(addresses.map((one) => contentOf(page, one))));
  if (contents.size === 1) return { verdict: "passed" };
  return {
    verdict: "failed",
    said: `links of this name lead to ${contents.size} different places: ${addresses.slice(0, 3).join(", ")}`,
  };
}

const SETTLED: Record<string, Settle> = {
  "color-contrast": contrast,
  "color-contrast-enhanced": contrast,
  "th-has-data-cells": headerCells,
  bypass,
  "identical-links-same-purpose": sameLinks,
};

/** Rules whose open answers a rule of our own has decided, and those that are open on every page there is. */
const DECIDED_ELSEWHERE = new Set(["no-autoplay-audio", "css-orientation-lock", "hidden-content"]);

export interface Settled {
  violations: AxeRuleAnswer[];
  /** What a person still has to look at. */
  incomplete: AxeRuleAnswer[];
  /** How many open answers were decided, either way. */
  decided: number;
}

/** Moves what can be decided from "incomplete" to "violations" or out of the way. */
export async function settle(page: Page, answer: AxeAnswer, deadline: number): Promise<Settled> {
  const violations = [...answer.violations];
  const incomplete: AxeRuleAnswer[] = [];
  let decided = 0;
  for (const rule of answer.incomplete) {
    if (DECIDED_ELSEWHERE.has(rule.id)) continue;
    const look = SETTLED[rule.id];
    const open: AxeNode[] = [];
    const failed: AxeNode[] = [];
    for (const [index, node] of rule.nodes.entries()) {
      const tries = look && index < MAX_NODES && Date.now() < deadline;
      const seen = tries ? await look(page, node).catch(() => UNKNOWN) : UNKNOWN;
      if (seen.verdict === "unknown") open.push(node);
      else decided += 1;
      if (seen.verdict === "failed")
        failed.push({ ...node, impact: node.impact ?? rule.impact, failureSummary: seen.said });
    }
    if (open.length > 0) incomplete.push({ ...rule, nodes: open });
    if (failed.length === 0) continue;
    const known = violations.findIndex(({ id }) => id === rule.id);
    if (known >= 0)
      violations[known] = { ...violations[known]!, nodes: [...violations[known]!.nodes, ...failed] };
    else violations.push({ ...rule, impact: rule.impact ?? "serious", nodes: failed });
  }
  return { violations, incomplete, decided };
}
