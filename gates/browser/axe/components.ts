/// <reference lib="dom" />
/**
 * Which component drew an element, and from which file: what development builds of React, Vue and Svelte leave on
 * their elements. Release builds leave nothing, and then nothing is said.
 */
import type { Page } from "playwright-core";

export interface Component {
  name: string | null;
  file: string | null;
  line: number | null;
}

/** Runs in the page. */
function lookUp(selectors: string[]): (Component | null)[] {
  // biome-ignore lint/suspicious/noExplicitAny: properties that frameworks leave on elements
  type Loose = any;
  const nameOf = (type: Loose): string | null =>
    typeof type === "function"
      ? type.displayName || type.name || null
      : (type?.displayName ?? type?.render?.name ?? null);
  const ofReact = (element: Loose): Component | null => {
    const key = Object.keys(element).find(
      (one) => one.startsWith("__reactFiber$") || one.startsWith("__reactInternalInstance$"),
    );
    for (let fiber = key ? element[key] : null; fiber; fiber = fiber._debugOwner ?? fiber.return) {
      const source = fiber._debugSource;
      const stack = /\(?((?:https?|webpack-internal|file):\/\/[^\s)]+?):(\d+):\d+\)?/.exec(
        String(fiber._debugStack?.stack ?? "").split("\n")[2] ?? "",
      );
      const owner = nameOf(fiber._debugOwner?.type) ?? nameOf(fiber.type);
      if (source) return { name: owner, file: source.fileName, line: source.lineNumber };
      if (owner) return { name: owner, file: stack?.[1] ?? null, line: null };
    }
    return null;
  };
  const find = (element: Loose): Component | null => {
    for (let at = element; at; at = at.parentElement) {
      const svelte = at.__svelte_meta?.loc;
      if (svelte?.file) return { name: null, file: svelte.file, line: (svelte.line ?? 0) + 1 };
      const vue = at.__vueParentComponent?.type ?? at.__vue__?.$options;
      if (vue?.__file) return { name: vue.__name ?? vue.name ?? null, file: vue.__file, line: null };
      const react = ofReact(at);
      if (react) return react;
    }
    return null;
  };
  return selectors.map((selector) => {
    try {
      const element = document.querySelector(selector);
      return element ? find(element) : null;
    } catch {
      return null;
    }
  });
}

/** One answer per selector; null where nothing is known. Never throws. */
export async function componentsOf(page: Page, selectors: string[]): Promise<(Component | null)[]> {
  return page.evaluate(lookUp, selectors).catch(() => selectors.map(() => null));
}
