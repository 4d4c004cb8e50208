/// <reference lib="dom" />
/** Pressing keys, and what becomes of them: a page can leave them alone, act on them, or swallow them. */
import type { CDPSession, Page } from "playwright-core";

interface Pressed {
  /** Kept until the page has dealt with it: then it tells whether the page took it for itself. */
  event: KeyboardEvent;
  /** What had the focus when the key went down. */
  from: Element | null;
}
declare global {
  interface Window {
    metaOrchPressed?: Pressed[];
  }
}

export interface Keys {
  /** Presses Tab so often in one go: the browser deals with one after the other by itself. */
  tab(times: number): Promise<void>;
  /** Presses a key slowly enough for handlers that wait a moment. */
  slowly(key: string, times: number): Promise<void>;
  close(): Promise<void>;
}

/** Handlers that take the focus back wait a moment, usually 0 to 10 ms. */
export const SLOW_MS = 25;
const TAB = { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 };

export const pause = (page: Page, ms: number) =>
  page.evaluate((wait) => new Promise((done) => setTimeout(done, wait)), ms);

function tabEvents(session: CDPSession, times: number): Promise<unknown>[] {
  return Array.from({ length: times }, () =>
    (["rawKeyDown", "keyUp"] as const).map((type) =>
      session.send("Input.dispatchKeyEvent", { type, ...TAB }),
    ),
  ).flat();
}

export async function openKeys(page: Page): Promise<Keys> {
  const session = await page.context().newCDPSession(page);
  return {
    tab: async (times) => {
      await Promise.all(tabEvents(session, times));
    },
    slowly: async (key, times) => {
      for (let count = 0; count < times; count += 1) {
        await page.keyboard.press(key);
        await pause(page, SLOW_MS);
      }
    },
    close: () => session.detach().catch(() => {}),
  };
}

/** Runs in the page: notes each Tab before anybody else sees it. */
export function notePresses(): void {
  const deepest = () => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active;
  };
  window.metaOrchPressed = [];
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Tab") window.metaOrchPressed?.push({ event, from: deepest() });
    },
    true,
  );
}

/** Runs in the page: the page has kept the last Tabs for itself, and the focus has not moved. */
export function wereSwallowed(): boolean {
  const last = (window.metaOrchPressed ?? []).slice(-3);
  return (
    last.length === 3 && last.every(({ event, from }) => event.defaultPrevented && from === last[0]?.from)
  );
}
