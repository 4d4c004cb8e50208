/// <reference lib="dom" />
/** What each element of a page listens for: only the developer tools know, and a rule about clicks has to. */
import type { Page } from "playwright-core";

/** Event → the text of its first handler. */
export type Listens = Record<string, string>;
declare global {
  interface Element {
    metaOrchListens?: Listens;
  }
}

type Listeners = (target: EventTarget) => Record<string, { listener: unknown }[]>;

/** More elements than this are not asked. */
const MAX_ELEMENTS = 20_000;

/** Runs in the page, with what the console of the developer tools has: leaves the answer on each element. */
function note(getEventListeners: Listeners, max: number): void {
  const ofReact = (element: Element): Listens => {
    const key = Object.keys(element).find((one) => one.startsWith("__reactProps$"));
    const props = key ? (element as unknown as Record<string, Record<string, unknown>>)[key] : undefined;
    const handlers = Object.entries(props ?? {}).filter(
      ([name, value]) => /^on[A-Z]/.test(name) && typeof value === "function",
    );
    return Object.fromEntries(handlers.map(([name, value]) => [name.slice(2).toLowerCase(), String(value)]));
  };
  for (const element of [...document.querySelectorAll("*")].slice(0, max)) {
    const own = Object.entries(getEventListeners(element)).map(
      ([event, handlers]) => [event, String(handlers[0]?.listener ?? "")] as const,
    );
    const listens = { ...Object.fromEntries(own), ...ofReact(element) };
    if (Object.keys(listens).length > 0) element.metaOrchListens = listens;
  }
  const everywhere = { ...getEventListeners(window), ...getEventListeners(document) };
  const keys = Object.keys(everywhere).filter((event) => event.startsWith("key"));
  // A handler for the whole page may serve any element in it.
  if (keys.length > 0)
    document.documentElement.metaOrchListens = {
      ...document.documentElement.metaOrchListens,
      ...Object.fromEntries(keys.map((event) => [event, ""])),
    };
}

/** Never throws: what cannot be asked stays unknown. */
export async function noteListeners(page: Page): Promise<void> {
  try {
    const session = await page.context().newCDPSession(page);
    await session.send("Runtime.evaluate", {
      expression: `(${note.toString()})(getEventListeners, ${MAX_ELEMENTS})`,
      includeCommandLineAPI: true,
    });
    await session.detach();
  } catch {
    // A page that goes away in the meantime has no listeners left.
  }
}
