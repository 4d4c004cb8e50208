/// <reference lib="dom" />
/**
 * Raw axe-core in a page and all its frames: the source is evaluated (a content security policy does not forbid
 * that), every frame is examined by itself, also those of other origins, and the page puts the parts together.
 */
import type { ElementHandle, Frame, Page } from "playwright-core";
import { within } from "../deadline.ts";
import { axeSource } from "./source.ts";
import { type Endless, endAnimations } from "./stillness.ts";
import type { AxeAnswer, AxeRuleAnswer, Target } from "./types.ts";

export interface AxeRun {
  /** Only these rules. */
  only?: string[];
  /** Rules that axe leaves off by default and this run wants. */
  enable?: string[];
  /** Rules of our own, as one script that calls axe.configure(). */
  extraRules?: string;
  /** Milliseconds one frame may take. Default 15 000. */
  frameTimeoutMs?: number;
  /** Also return what passed. */
  withPasses?: boolean;
}

interface FrameContext {
  frameSelector: string | string[];
  frameContext: unknown;
}

/** The part of axe in the page that is called from here. */
interface PageAxe {
  utils: {
    getFrameContexts(context: unknown, options: unknown): FrameContext[];
    shadowSelect(selector: string | string[]): Element | null;
  };
  runPartial(context: unknown, options: unknown): Promise<unknown>;
  finishRun(partials: unknown[], options: unknown): Promise<Record<string, AxeRuleAnswer[]>>;
}
declare global {
  interface Window {
    axe: PageAxe;
    metaOrchPartial?: unknown;
  }
}

/** What one frame said, as JSON: a structured answer of megabytes would be taken apart and put together on the way. */
type Partial = string | null;

interface Walk {
  script: string;
  options: unknown;
  timeoutMs: number;
  unreachable: AxeAnswer["unreachable"];
  endless: Endless[];
}

/** Results of one frame and of those in it, in the order axe expects them: parent first, null for what was not reachable. */
async function partials(frame: Frame, context: unknown, walk: Walk, name: string): Promise<Partial[]> {
  let own: { partial: string; children: FrameContext[] };
  try {
    await within(frame.evaluate(walk.script), walk.timeoutMs);
    walk.endless.push(...(await within(endAnimations(frame), walk.timeoutMs)));
    own = await within(
      frame.evaluate(
        async ([given, options]) => {
          const where = given ?? document;
          const children = window.axe.utils.getFrameContexts(where, options);
          const partial = await window.axe.runPartial(where, options);
          // The page's own stays where it is needed.
          window.metaOrchPartial = partial;
          return { partial: window.top === window ? "" : JSON.stringify(partial), children };
        },
        [context, walk.options] as const,
      ),
      walk.timeoutMs,
    );
  } catch (error) {
    if (!frame.parentFrame()) throw error;
    walk.unreachable.push({ frame: name, reason: String(error).split("\n")[0] ?? "" });
    return [null];
  }
  const found: Partial[] = [own.partial];
  for (const child of own.children) {
    const childName = `${name}${[child.frameSelector].flat().join(" ")}`;
    const handle = await frame.evaluateHandle(
      (selector) => window.axe.utils.shadowSelect(selector),
      child.frameSelector,
    );
    const inner = await (handle.asElement() as ElementHandle<Element> | null)?.contentFrame();
    if (inner) found.push(...(await partials(inner, child.frameContext, walk, `${childName} >>> `)));
    else {
      walk.unreachable.push({ frame: childName, reason: "it has no document" });
      found.push(null);
    }
    await handle.dispose();
  }
  return found;
}

const PRELOAD_MS = 3000;

/**
 * Runs axe-core in every frame of a page.
 * @throws when the page itself (not a frame in it) cannot be examined in time
 */
export async function runAxe(page: Page, run: AxeRun = {}): Promise<AxeAnswer> {
  const { text, version } = axeSource();
  const rules: Record<string, { enabled: boolean }> = {};
  for (const id of run.enable ?? []) rules[id] = { enabled: true };
  const options = {
    resultTypes: ["violations", "incomplete", ...(run.withPasses ? ["passes"] : [])],
    rules,
    ...(run.only ? { runOnly: { type: "rule", values: run.only } } : {}),
    elementRef: false,
    // A video whose file is missing never becomes ready: axe-core by itself waits for it for ten seconds.
    preload: { assets: ["cssom", "media"], timeout: PRELOAD_MS },
  };
  const walk: Walk = {
    script: `${text};${run.extraRules ?? ""};void 0`,
    options,
    timeoutMs: run.frameTimeoutMs ?? 15_000,
    unreachable: [],
    endless: [],
  };
  const main = page.mainFrame();
  const parts = await partials(main, null, walk, "");
  const said = await within(
    main.evaluate(
      async ([given, chosen, kinds]) => {
        const [own, ...others] = given;
        const parts = others.map((text) => (text === null ? null : JSON.parse(text)));
        const all = await window.axe.finishRun(
          [own === null ? null : window.metaOrchPartial, ...parts],
          chosen,
        );
        delete window.metaOrchPartial;
        return JSON.stringify(Object.fromEntries(kinds.map((kind) => [kind, all[kind]])));
      },
      [parts, options, options.resultTypes] as const,
    ),
    walk.timeoutMs,
  );
  const answer: { [kind: string]: AxeRuleAnswer[] | undefined } = JSON.parse(said);
  return {
    violations: answer.violations ?? [],
    incomplete: answer.incomplete ?? [],
    passes: answer.passes ?? [],
    frames: parts.filter((part) => part !== null).length,
    unreachable: walk.unreachable,
    endless: walk.endless,
    version,
  };
}

/** A target as one line: frames separated by ">>>", steps into shadow trees likewise. */
export function selectorOf(target: Target): string {
  return target.flat().join(" >>> ");
}
