/// <reference lib="dom" />
/** What a look at the page itself tells. Runs inside the page: self-contained, nothing of this module is there. */

export interface Sight {
  title: string;
  /** Selector of the main content that was used, and whether anything in it can be seen. */
  main: { selector: string; exists: boolean; hasContent: boolean };
  brokenImages: { selector: string; url: string }[];
  /** Widest element beyond the right edge, when the page can be scrolled sideways. */
  overflow: { selector: string; byPx: number; width: number; more: number } | null;
  /** Text of an error overlay of a development server. */
  overlay: string | null;
}

/** `mainSelector` of the config, or null. */
export function lookAtPage(mainSelector: string | null): Sight {
  /** Shortest readable selector that fits this element alone. */
  const selectorOf = (element: Element): string => {
    const quote = (value: string) => CSS.escape(value);
    const unique = (selector: string) => document.querySelectorAll(selector).length === 1;
    const own = (one: Element): string => {
      const tag = one.localName;
      if (one.id && unique(`#${quote(one.id)}`)) return `#${quote(one.id)}`;
      for (const name of ["data-testid", "data-test", "name", "aria-label"]) {
        const value = one.getAttribute(name);
        if (value && unique(`${tag}[${name}="${value.replace(/["\\]/g, "\\$&")}"]`))
          return `${tag}[${name}="${value.replace(/["\\]/g, "\\$&")}"]`;
      }
      const classes = [...one.classList].slice(0, 2).map((name) => `.${quote(name)}`);
      const withClass = classes.length > 0 ? `${classes.join("")}` : tag;
      const siblings = one.parentElement
        ? [...one.parentElement.children].filter((x) => x.matches(withClass))
        : [];
      return siblings.length > 1
        ? `${withClass}:nth-child(${[...one.parentElement!.children].indexOf(one) + 1})`
        : withClass;
    };
    let selector = own(element);
    for (let up = element.parentElement; up && !unique(selector); up = up.parentElement) {
      selector = `${own(up)} > ${selector}`;
    }
    return selector;
  };
  const isVisible = (element: Element): boolean => {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return false;
    const style = getComputedStyle(element);
    return style.visibility !== "hidden" && style.display !== "none" && Number(style.opacity) > 0;
  };

  const chosen = mainSelector ?? "main, [role=main]";
  const main = document.querySelector<HTMLElement>(chosen) ?? (mainSelector ? null : document.body);
  const MEDIA = "img, svg, canvas, video, iframe, object, embed, input, textarea, select, button";
  const hasContent =
    main !== null &&
    isVisible(main) &&
    ((main.innerText ?? "").trim() !== "" || [...main.querySelectorAll(MEDIA)].some(isVisible));

  const brokenImages = [...document.images]
    .filter((image) => image.complete && image.naturalWidth === 0 && (image.currentSrc || image.src) !== "")
    // A vector picture without a size of its own has none either, and is drawn all the same.
    .filter(
      (image) =>
        !/\.svg([?#]|$)|^data:image\/svg/i.test(image.currentSrc || image.src) || image.naturalHeight === 0,
    )
    .map((image) => ({ selector: selectorOf(image), url: image.currentSrc || image.src }));

  /** A box of its own catches what is too wide, so that the page does not scroll. */
  const isCaught = (element: Element): boolean => {
    for (let up = element.parentElement; up && up !== document.documentElement; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible" && up !== document.body) return true;
    }
    return false;
  };
  const findOverflow = (): Sight["overflow"] => {
    const root = document.scrollingElement ?? document.documentElement;
    const width = root.clientWidth;
    const clips = (element: Element) => /hidden|clip/.test(getComputedStyle(element).overflowX);
    if (root.scrollWidth <= width + 1) return null;
    if (clips(document.documentElement) || (document.body && clips(document.body))) return null;
    const edge = (element: Element) => element.getBoundingClientRect().right + window.scrollX;
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => edge(element) > width + 1 && isVisible(element) && !isCaught(element),
    );
    // At fault is what breaks out of the box around it: what is inside only follows.
    const inner = wide.filter((element) => edge(element) > edge(element.parentElement ?? root) + 1);
    const worst = inner.sort((a, b) => edge(b) - edge(a))[0];
    if (!worst) return { selector: "body", byPx: root.scrollWidth - width, width, more: 0 };
    return {
      selector: selectorOf(worst),
      byPx: Math.round(edge(worst) - width),
      width: Math.round(worst.getBoundingClientRect().width),
      more: inner.length - 1,
    };
  };

  const overlay = document.querySelector(
    "vite-error-overlay, nextjs-portal [data-nextjs-dialog], #webpack-dev-server-client-overlay",
  );
  return {
    title: document.title,
    main: { selector: chosen, exists: main !== null, hasContent },
    brokenImages,
    overflow: findOverflow(),
    overlay: overlay ? overlay.localName : null,
  };
}

/** Same-origin addresses the page links to, in order. */
export function linksIn(): string[] {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a[href]:not([download])")];
  return [...new Set(links.filter((link) => link.origin === location.origin).map((link) => link.href))];
}
