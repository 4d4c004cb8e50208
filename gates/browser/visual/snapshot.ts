/// <reference lib="dom" />
/** What a page looks like, in words: every visible element with its place, its own text and the styles one sees. */

/** Properties whose change one sees; sizes and places follow from the boxes. */
export const PROPERTIES = [
  "color",
  "background-color",
  "background-image",
  "border-top-width",
  "border-right-width",
  "border-bottom-width",
  "border-left-width",
  "border-top-color",
  "border-right-color",
  "border-bottom-color",
  "border-left-color",
  "border-top-style",
  "border-bottom-style",
  "border-top-left-radius",
  "border-bottom-right-radius",
  "box-shadow",
  "outline-style",
  "outline-width",
  "outline-color",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "line-height",
  "letter-spacing",
  "word-spacing",
  "text-align",
  "text-transform",
  "text-decoration-line",
  "text-decoration-color",
  "text-shadow",
  "text-indent",
  "white-space",
  "padding-top",
  "padding-right",
  "padding-bottom",
  "padding-left",
  "margin-top",
  "margin-right",
  "margin-bottom",
  "margin-left",
  "row-gap",
  "column-gap",
  "display",
  "position",
  "float",
  "flex-direction",
  "justify-content",
  "align-items",
  "order",
  "transform",
  "filter",
  "clip-path",
  "z-index",
  "list-style-type",
  "object-fit",
  "fill",
  "stroke",
] as const;

/** [path, name, x, y, width, height, own text, index of its styles, index of ::before, index of ::after] */
export type Row = [string, string, number, number, number, number, string, number, number, number];

export interface Snapshot {
  version: 1;
  width: number;
  height: number;
  rows: Row[];
  /** Values in the order of PROPERTIES; of a pseudo-element its content comes first. */
  styles: string[][];
}

/** Runs in the page. */
export function takeSnapshot([properties, masks]: readonly [readonly string[], readonly string[]]): Snapshot {
  const styles: string[][] = [];
  const known = new Map<string, number>();
  const keep = (values: string[]): number => {
    const key = values.join("\u0000");
    const at = known.get(key);
    if (at !== undefined) return at;
    known.set(key, styles.length);
    styles.push(values);
    return styles.length - 1;
  };
  const read = (element: Element, pseudo?: string): number => {
    const style = getComputedStyle(element, pseudo);
    if (pseudo && (style.content === "none" || style.content === "normal")) return -1;
    const values = properties.map((property) => style.getPropertyValue(property));
    return keep(pseudo ? [style.content, ...values] : values);
  };
  const stepOf = (element: Element): string => {
    const alike = [...(element.parentElement?.children ?? [])].filter(
      (one) => one.localName === element.localName,
    );
    return alike.length > 1
      ? `${element.localName}:nth-of-type(${alike.indexOf(element) + 1})`
      : element.localName;
  };
  const unique = (selector: string) => document.querySelectorAll(selector).length === 1;
  /** The shortest name that means this element alone: what a person would look for. */
  const nameOf = (element: Element, path: string): string => {
    if (element.id && unique(`#${CSS.escape(element.id)}`)) return `#${CSS.escape(element.id)}`;
    for (const attribute of ["data-testid", "data-test", "name"]) {
      const value = element.getAttribute(attribute);
      const selector = `[${attribute}="${value}"]`;
      if (value && /^[\w-]+$/.test(value) && unique(selector)) return selector;
    }
    const plain = (one: Element) => {
      const classes = [...one.classList].filter((name) => /^[a-z][\w-]*$/i.test(name)).slice(0, 2);
      return [one.localName, ...classes].join(".");
    };
    let selector = plain(element);
    if (unique(selector)) return selector;
    const numbered = (one: Element) => stepOf(one).replace(one.localName, plain(one));
    selector = numbered(element);
    for (let at = element.parentElement; at && at !== document.documentElement; at = at.parentElement) {
      if (unique(selector)) return selector;
      const name = at.id ? `#${CSS.escape(at.id)}` : plain(at);
      if (unique(`${name} > ${selector}`)) return `${name} > ${selector}`;
      selector = `${numbered(at)} > ${selector}`;
    }
    return path;
  };
  const masked = masks.length > 0 ? masks.join(", ") : null;
  const rows: Row[] = [];
  const round = (value: number) => Math.round(value * 10) / 10;
  const walk = (element: Element, parentPath: string) => {
    if (element.matches("script, style, noscript, template, head")) return;
    const path = `${parentPath}>${stepOf(element)}`.replace(/^>/, "");
    const style = getComputedStyle(element);
    if (style.display === "none") return;
    const { x, y, width, height } = element.getBoundingClientRect();
    const seen = style.visibility !== "hidden" && (width > 0 || height > 0);
    const hidden = masked !== null && element.matches(masked);
    if (seen) {
      const control = element as HTMLInputElement;
      const value = element.matches("input:not([type=password]), textarea, select")
        ? `${control.value}|${control.placeholder ?? ""}`
        : "";
      const picture = element.matches("img, source") ? (element.getAttribute("src") ?? "").slice(0, 120) : "";
      const own = [...element.childNodes]
        .map((node) => (node.nodeType === 3 ? node.textContent : " "))
        .join("");
      const text = hidden ? "" : `${own}${value}${picture}`.replace(/\s+/g, " ").trim().slice(0, 300);
      const place = [x + scrollX, y + scrollY, width, height].map(round) as [number, number, number, number];
      rows.push([
        path,
        nameOf(element, path),
        ...place,
        text,
        read(element),
        hidden ? -1 : read(element, "::before"),
        hidden ? -1 : read(element, "::after"),
      ]);
    }
    if (hidden) return;
    for (const child of element.shadowRoot?.children ?? []) walk(child, `${path}>#shadow`);
    for (const child of element.children) walk(child, path);
  };
  // The spinner of a screenshot stands still, and so it does here.
  for (const animation of document.getAnimations()) {
    const end = animation.effect?.getComputedTiming().endTime;
    if (typeof end === "number" && Number.isFinite(end)) animation.finish();
    else animation.cancel();
  }
  walk(document.documentElement, "");
  const root = document.documentElement;
  return { version: 1, width: root.scrollWidth, height: root.scrollHeight, rows, styles };
}
