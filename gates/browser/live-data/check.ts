/// <reference lib="dom" />
/** live-data: the numbers a page shows are those of the API that feeds them. */

import type { Finding } from "../../../modsquad/contracts/gate.ts";
import type { Json } from "../../../modsquad/contracts/words.ts";
import { VERSION } from "../../../modsquad/version.ts";
import { compilePath, find } from "../../live-flows/jsonpath.ts";
import { pause, within } from "../deadline.ts";
import { browserFinding } from "../findings.ts";
import type { PageCheck, PageOutcome, Visit } from "../page-check.ts";
import { numberIn } from "./numbers.ts";
import type { LiveValue } from "./options.ts";

const REQUEST_MS = 5000;
const TRIES = 10;
const BETWEEN_MS = 500;
const MAX_ELEMENTS = 50;

interface Shown {
  text: string;
  attributes: Record<string, string>;
}

const valuesOf = (visit: Visit) =>
  visit.isFirstVariant ? visit.options.liveData.filter(({ page }) => page === visit.name) : [];

export const liveData: PageCheck = {
  id: "live-data",
  evidence: { tool: "browser", version: VERSION },
  wants: (visit) => valuesOf(visit).length > 0,
  whenUnwanted({ liveData: declared, requireLiveData }) {
    const advice = "declare numbers under gates: browser: liveData";
    if (declared.length > 0)
      return {
        status: "errored",
        failureClass: "no-page",
        message: "no page that was looked at has a declared number: name the pages of liveData under pages",
      };
    return requireLiveData
      ? {
          status: "errored",
          failureClass: "undeclared",
          message: `--live-data asks for a comparison and there is nothing to compare: ${advice}`,
        }
      : {
          status: "skipped",
          failureClass: "undeclared",
          message: `no number is declared; to compare pages with their API, ${advice}`,
        };
  },
  async run(visit): Promise<PageOutcome> {
    const findings: Finding[] = [];
    let compared = 0;
    for (const value of valuesOf(visit)) {
      const answer = await compare(visit, value);
      if ("unable" in answer)
        return {
          status: "errored",
          findings,
          failureClass: "no-data",
          message: `${value.name}: ${answer.unable}`,
        };
      compared += answer.compared;
      findings.push(...answer.findings);
    }
    if (findings.length === 0)
      return {
        status: "passed",
        findings,
        message: `${compared} numbers equal those of the API`,
        metrics: { compared },
      };
    return {
      status: "failed",
      findings,
      failureClass: "differs",
      message: findings[0]!.message,
      metrics: { compared },
    };
  },
};

type Answer = { compared: number; findings: Finding[] } | { unable: string };

/** Each number has to agree once: live ones move between reading the page and asking the API. */
async function compare(visit: Visit, value: LiveValue): Promise<Answer> {
  let wanted: ReadonlySet<number> | null = null;
  let compared = 0;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await compareOnce(visit, value, wanted);
    if ("unable" in answer) return answer;
    compared ||= answer.shown;
    if (answer.faults.size === 0 || attempt >= TRIES)
      return { compared, findings: [...answer.faults.values()] };
    wanted = new Set(answer.faults.keys());
    await pause(BETWEEN_MS);
  }
}

/** Runs inside the page. */
function readShown(selector: string): Shown[] {
  return [...document.querySelectorAll<HTMLElement>(selector)].map((element) => ({
    text: element.innerText ?? element.textContent ?? "",
    attributes: Object.fromEntries(
      // What an element shows is often named on the one around it.
      [
        ...(element.closest("[data-id]")?.attributes ?? []),
        ...(element.parentElement?.attributes ?? []),
        ...element.attributes,
      ].map(({ name, value }) => [name, value]),
    ),
  }));
}

const fill = (template: string, attributes: Record<string, string>, encode: (text: string) => string) =>
  template.replace(/\{\{\s*([\w-]+)\s*\}\}/g, (whole, name: string) =>
    attributes[name] === undefined ? whole : encode(attributes[name]),
  );

type Once = { shown: number; faults: Map<number, Finding> } | { unable: string };

/** `wanted`: the elements still to agree, by their order; null = all. */
async function compareOnce(
  visit: Visit,
  value: LiveValue,
  wanted: ReadonlySet<number> | null,
): Promise<Once> {
  const read = () => within(visit.page.evaluate(readShown, value.selector), visit.remainingMs());
  const before = (await read()).slice(0, MAX_ELEMENTS);
  if (before.length === 0) return { unable: `${value.selector} is not on ${visit.name}` };
  const places = before.map((one) => ({
    url: new URL(fill(value.get, one.attributes, encodeURIComponent), visit.url).href,
    path: fill(value.value, one.attributes, (text) => text.replace(/['"\\]/g, "\\$&")),
  }));
  const asked = before.map((_, at) => at).filter((at) => wanted === null || wanted.has(at));
  const bodies = new Map<string, Json | Error>();
  const urls = [...new Set(asked.map((at) => places[at]!.url))];
  await Promise.all(urls.map(async (url) => bodies.set(url, await ask(visit, url))));
  const after = await read();
  const faults = new Map<number, Finding>();
  for (const at of asked) {
    const { url, path } = places[at]!;
    const body = bodies.get(url)!;
    if (body instanceof Error) return { unable: `${url} ${body.message}` };
    const told = numberAt(path, body, url, value.scale);
    if (typeof told === "string") return { unable: told };
    const texts = [before[at]!.text, after[at]?.text ?? ""];
    if (!agrees(texts, told, value.tolerance))
      faults.set(at, finding(visit, value, texts[1]!, url, path, told));
  }
  return { shown: before.length, faults };
}

/** What was shown before and after the answer, or anything between: the number moved while it was asked for. */
function agrees(texts: readonly string[], told: number, tolerance: number | null): boolean {
  const seen = texts.map(numberIn).filter((one) => one !== null);
  if (seen.length === 0) return false;
  const slack = (tolerance ?? Math.max(...seen.map(({ half }) => half))) + 1e-9;
  const values = seen.map((one) => one.value);
  return told >= Math.min(...values) - slack && told <= Math.max(...values) + slack;
}

async function ask(visit: Visit, url: string): Promise<Json | Error> {
  try {
    const timeout = Math.min(REQUEST_MS, visit.remainingMs());
    const response = await visit.context.request.get(url, {
      timeout,
      headers: { accept: "application/json" },
    });
    if (!response.ok()) return new Error(`answers ${response.status()}`);
    return (await response.json()) as Json;
  } catch (error) {
    return new Error(`gives no JSON (${(error as Error).message.split("\n")[0]})`);
  }
}

/** The number a path finds, or a sentence why it finds none. */
function numberAt(path: string, body: Json, url: string, scale: number): number | string {
  const compiled = compilePath(path);
  if (!compiled.ok) return `${path} is no JSONPath: ${compiled.message}`;
  const found = find(compiled.path, body);
  if (!found.ok || found.found.length !== 1)
    return `${path} finds ${found.ok ? found.found.length : "no"} values in ${url}, not one`;
  const { value } = found.found[0]!;
  const told = typeof value === "number" || typeof value === "string" ? Number(value) * scale : Number.NaN;
  return Number.isFinite(told) ? told : `${path} of ${url} is no number`;
}

function finding(
  visit: Visit,
  value: LiveValue,
  text: string,
  url: string,
  path: string,
  told: number,
): Finding {
  const { pathname } = new URL(url);
  return browserFinding({
    rule: "live-data/differs",
    severity: "high",
    page: visit.name,
    message: `${visit.name}: ${value.name} shows "${text.trim().slice(0, 60)}" (${value.selector}) and ${pathname} says ${told}`,
    subject: `${value.name} ${pathname} ${path}`,
    defectClass: "flow",
    effort: 30,
    fix: { description: `Show ${path} of ${pathname} in ${value.selector}, and make the page follow it.` },
  });
}
