/// <reference lib="dom" />
/** The stops of a page: what Tab should reach, in the order of the document. These functions run in the page. */

export interface Stop {
  selector: string;
  html: string;
}

interface Watch {
  order: Element[];
  seen: Element[];
  quiet: Element[];
  held: Element[];
}
declare global {
  interface Window {
    metaOrchKeyboard?: Watch;
  }
}

/** Runs in the page: lists what Tab should reach, and begins to note where the focus goes. */
export function prepare(max: number): { expected: number; left: number } {
  const shownOnes: Element[] = [];
  const visit = (root: ParentNode) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) visit(element.shadowRoot);
      const candidate = element as HTMLElement;
      if (!("tabIndex" in candidate) || candidate.tabIndex < 0 || candidate.matches(":disabled")) continue;
      const natural = candidate.matches(
        "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable=''], [contenteditable=true], audio[controls], video[controls]",
      );
      if (
        !natural ||
        candidate.closest("[inert]") ||
        !candidate.checkVisibility({ visibilityProperty: true })
      )
        continue;
      // Of radio buttons with one name Tab stops at one.
      const radio = candidate as HTMLInputElement;
      if (radio.type === "radio" && radio.name !== "") {
        const group = [
          ...(radio.form ?? document).querySelectorAll<HTMLInputElement>("input[type=radio]"),
        ].filter((one) => one.name === radio.name);
        const stop = group.find((one) => one.checked) ?? group[0];
        if (stop !== radio) continue;
      }
      shownOnes.push(candidate);
    }
  };
  visit(document);
  const watch: Watch = { order: shownOnes.slice(0, max), seen: [], quiet: [], held: [] };
  window.metaOrchKeyboard = watch;
  document.addEventListener(
    "focusin",
    (event) => {
      const [deepest] = event.composedPath();
      if (deepest instanceof Element) watch.seen.push(deepest);
    },
    true,
  );
  return { expected: watch.order.length, left: shownOnes.length - watch.order.length };
}

/** What axe-core calls them. */
export function describeAll(which: "quiet" | "held"): Stop[] {
  const watch = window.metaOrchKeyboard!;
  // biome-ignore lint/suspicious/noExplicitAny: axe has no types for its inner parts
  const axe = (window as any).axe;
  axe.setup(document);
  const said = (which === "quiet" ? watch.quiet : watch.held).map((element) => ({
    selector: [axe.utils.getSelector(element)].flat().join(" >>> "),
    html: element.outerHTML.slice(0, 200),
  }));
  axe.teardown();
  return said;
}
