/// <reference lib="dom" />
/** Whether the keyboard gets away again from where it is: by Tab, backwards, by Escape, or as the page says. */
import type { Frame, Page } from "playwright-core";
import { type Keys, notePresses, wereSwallowed } from "./keys.ts";
import { describeAll, prepare, type Stop } from "./stops.ts";

export interface Trap {
  /** What holds the focus: Tab, Shift+Tab and Escape do not leave it. */
  stops: Stop[];
  /** The page keeps Tab for itself there, instead of taking the focus back. */
  swallows: boolean;
}

/** What a walk by Tab has shown. */
export interface Way {
  /** It has not reached everything it should have. */
  short: boolean;
  /** Somebody else moves the focus too. */
  disturbed: boolean;
}

/** Enough to go once round what few elements share. */
const TRIES = 6;
/** Elements of a frame that are told apart from what holds the focus. */
const MAX_STOPS = 100;

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

/** Runs in the page: what has the focus explains, when it is operated, how to get on. */
function isHelp(): boolean {
  const active = document.activeElement;
  if (!active?.matches("a[href^='#'], button, [role=button]")) return false;
  return /\b(how to|help|leave|exit|instructions?)\b/i.test(active.textContent ?? "");
}

/** Runs in the page: two handlers pull the focus back and forth for ever, without a key being pressed. */
async function fights(): Promise<boolean> {
  const watch = window.metaOrchKeyboard!;
  const before = watch.seen.length;
  await new Promise((done) => setTimeout(done, 200));
  const moved = watch.seen.slice(before);
  const between = new Set(moved);
  if (moved.length < 4 || between.size > 3) return false;
  watch.held = [...between];
  return true;
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

/** The frame that has the focus, the page's own unless an element in another has it. */
async function focusedFrame(page: Page): Promise<Frame> {
  let frame = page.mainFrame();
  for (;;) {
    const handle = await frame.evaluateHandle(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active;
    });
    const inner = await handle.asElement()?.contentFrame();
    await handle.dispose();
    if (!inner) return frame;
    frame = inner;
  }
}

/** Whether the focus leaves what holds it by going back, by Escape, or by the key the page itself names. */
async function escapes(page: Page, frame: Frame, keys: Keys, swallows: boolean): Promise<boolean> {
  const held = await frame.evaluate(noteHeld, swallows);
  const hasLeft = async () => {
    await frame.evaluate(() => {
      window.metaOrchKeyboard!.seen = [];
    });
    await keys.slowly("Tab", held + 2);
    if ((await focusedFrame(page)) !== frame) return true;
    return frame.evaluate(() => {
      const watch = window.metaOrchKeyboard!;
      return watch.seen.some((element) => !watch.held.includes(element));
    });
  };
  const byKey = async (key: string | null, times: number) => {
    try {
      if (key) await keys.slowly(key, times);
    } catch {
      // The page names a key that no keyboard has.
      return false;
    }
    return key !== null && (await hasLeft());
  };
  const isOut =
    (await byKey("Shift+Tab", held + 2)) ||
    (await byKey("Escape", 1)) ||
    (await byKey(await frame.evaluate(namedKey), 1));
  if (isOut) return !(await frame.evaluate(fights));
  for (let tries = 0; tries < held; tries += 1) {
    if (await frame.evaluate(isHelp)) {
      await keys.slowly("Enter", 1);
      return byKey(await frame.evaluate(namedKey), 1);
    }
    await keys.slowly("Tab", 1);
  }
  return false;
}

/** Selector of the frame in the page, to be put before those of its elements. */
async function pathOf(frame: Frame): Promise<string> {
  const parent = frame.parentFrame();
  if (!parent) return "";
  const element = await frame.frameElement();
  const own = await element.evaluate((node) => {
    // biome-ignore lint/suspicious/noExplicitAny: axe has no types for its inner parts
    const axe = (window as any).axe;
    axe.setup(document);
    const selector = [axe.utils.getSelector(node)].flat().join(" >>> ");
    axe.teardown();
    return selector;
  });
  return `${await pathOf(parent)}${own} >>> `;
}

/** What holds the focus in a frame for good, if anything does. Presses Tab to find out. */
async function holdIn(page: Page, frame: Frame, keys: Keys, way: Way): Promise<Trap | null> {
  const swallows = (await frame.evaluate(wereSwallowed)) && !(await frame.evaluate(inModal));
  if (!swallows && way.disturbed && (await frame.evaluate(fights))) return trapIn(frame, false);
  if (!swallows) {
    if (!way.short) return null;
    await keys.slowly("Tab", TRIES);
    if (!(await frame.evaluate(isHeld))) return null;
  }
  return (await escapes(page, frame, keys, swallows)) ? null : trapIn(frame, swallows);
}

async function trapIn(frame: Frame, swallows: boolean): Promise<Trap> {
  const path = await pathOf(frame);
  const stops = await frame.evaluate(describeAll, "held" as "quiet" | "held");
  return { swallows, stops: stops.map((stop) => ({ ...stop, selector: `${path}${stop.selector}` })) };
}

/** What holds the focus for good at the end of a walk by Tab, if anything does. */
export async function findTrap(page: Page, keys: Keys, way: Way): Promise<Trap | null> {
  const frame = await focusedFrame(page);
  if (frame === page.mainFrame()) return holdIn(page, frame, keys, way);
  // The walk has not listened in there.
  await frame.evaluate(prepare, MAX_STOPS);
  await frame.evaluate(notePresses);
  await keys.slowly("Tab", TRIES);
  return (await focusedFrame(page)) === frame
    ? holdIn(page, frame, keys, { short: true, disturbed: true })
    : null;
}
