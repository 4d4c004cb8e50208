/// <reference lib="dom" />
import type { OwnRule } from "./types.ts";

/** What a mouse can do and a keyboard, or one finger, cannot. */
export const POINTER_RULES: OwnRule[] = [
  {
    id: "click-without-keyboard",
    impact: "serious",
    tags: ["wcag211", "wcag412"],
    help: "What can be clicked can be reached and used by keyboard",
    fix: 'Use a <button type="button">, or add role="button", tabindex="0" and a key handler for Enter and Space',
    selector:
      "[onclick], [onmousedown], [onmouseup], a:not([href]), div, span, p, li, td, tr, i, b, img, svg, section, article, h1, h2, h3, h4",
    find(element, kit) {
      const isSaid = element.matches("[onclick], [onmousedown], [onmouseup]");
      const listens = kit.listens(element);
      const isHeard = "click" in listens || "mousedown" in listens || "pointerdown" in listens;
      // A listener may serve what is in it, or only count; the pointer says that this is meant to be clicked.
      if (!isSaid && !(isHeard && getComputedStyle(element).cursor === "pointer")) return null;
      const controls = "a[href], area, button, input, select, textarea, summary";
      if (!kit.shown(element) || kit.focusable(element)) return null;
      if (element.matches("body, html, option, form, dialog, video, audio")) return null;
      if (element.closest("a[href], button, label, summary")) return null;
      // A wrapper that listens for the clicks of the controls in it is fine, and one that only stops them.
      const inner = [...element.querySelectorAll(`${controls}, [tabindex]`)];
      if (inner.some((one) => kit.focusable(one))) return null;
      const code = element.getAttribute("onclick") ?? "";
      if (/^\s*(event|e)\.(stopPropagation|preventDefault)\(\);?\s*$/.test(code)) return null;
      if (element.getAttribute("aria-hidden") === "true") return null;
      return `<${element.localName}> reacts to a click but never gets the focus`;
    },
  },
  {
    id: "button-without-keys",
    impact: "serious",
    tags: ["wcag211"],
    help: "What is called a button reacts to keys as well",
    fix: "Use a <button>, or handle keydown for Enter and Space beside the click",
    selector: "[role=button], [role=link], [role=checkbox], [role=switch], [role=tab], [role=menuitem]",
    find(element, kit) {
      if (element.matches("a[href], area, button, input, select, textarea, summary")) return null;
      if (!kit.focusable(element) || element.getAttribute("aria-disabled") === "true") return null;
      const clicks = element.hasAttribute("onclick") || "click" in kit.listens(element);
      if (!clicks) return null;
      for (let at: Element | null = element; at; at = at.parentElement) {
        const events = [...Object.keys(kit.listens(at)), ...at.getAttributeNames()];
        if (events.some((event) => /^(on)?key(down|up|press)$/.test(event))) return null;
      }
      return `<${element.localName} role="${element.getAttribute("role")}"> reacts to a click and to no key`;
    },
  },
  {
    id: "hover-only",
    impact: "serious",
    tags: ["wcag211", "wcag1413"],
    help: "What opens under the pointer opens by keyboard too",
    fix: "Add :focus-within beside :hover, or open it with a <button aria-expanded>",
    selector: "li, div, span, nav, p, td, section, article, a, button, figure",
    find(element, kit) {
      type Cached = Window & {
        metaOrchHover?: { selector: string; target: string }[];
        metaOrchFocus?: string[];
      };
      const cache = window as Cached;
      const reveals = ({ style }: CSSStyleRule) =>
        (style.display !== "" && style.display !== "none") || style.visibility === "visible";
      const gather = (rules: CSSRuleList): CSSStyleRule[] =>
        [...rules].flatMap((rule) => {
          if (rule instanceof CSSMediaRule && !matchMedia(rule.conditionText).matches) return [];
          if (rule instanceof CSSStyleRule) return [rule, ...gather(rule.cssRules ?? ([] as never))];
          const inner = (rule as CSSGroupingRule).cssRules;
          return inner ? gather(inner) : [];
        });
      if (!cache.metaOrchHover) {
        const all = [...document.styleSheets, ...document.adoptedStyleSheets].flatMap((sheet) => {
          try {
            return gather(sheet.cssRules);
          } catch {
            return [];
          }
        });
        const parts = all.filter(reveals).flatMap(({ selectorText }) => selectorText.split(/,(?![^(]*\))/));
        const plain = (part: string) =>
          part.replace(/:(hover|focus(-within|-visible)?|active|checked|target)\b/g, "").trim();
        cache.metaOrchFocus = parts
          .filter((part) => /:focus|:checked|:target|\[aria-expanded/.test(part))
          .map(plain);
        // "trigger:hover … target": what follows the pointer is what opens.
        cache.metaOrchHover = parts.flatMap((part) => {
          const found = /^(.*:hover)(\S*\s*[\s>+~].+)$/.exec(part.trim());
          return found ? [{ selector: plain(`${found[1]}`), target: plain(part) }] : [];
        });
      }
      const hidden = (one: Element) => !one.checkVisibility({ visibilityProperty: true });
      const inside = "a[href], button, input, select, textarea, [tabindex='0']";
      const opens = (target: Element) => hidden(target) && target.querySelector(inside) !== null;
      const matches = (one: Element, selector: string) => {
        try {
          return one.matches(selector);
        } catch {
          return false;
        }
      };
      if (!element.checkVisibility()) return null;
      const near = [...element.querySelectorAll("*"), ...(element.parentElement?.children ?? [])];
      const byStyle = cache.metaOrchHover
        .filter(({ selector }) => matches(element, selector))
        .map(({ target }) => near.find((one) => matches(one, target) && opens(one)))
        .find((one) => one !== undefined);
      const listens = kit.listens(element);
      const events = [
        ...Object.keys(listens),
        ...element.getAttributeNames().map((name) => name.replace(/^on/, "")),
      ];
      const follows = events.some((event) => /^(mouse|pointer)(over|enter)$/.test(event));
      const list = ":scope > ul, :scope > ol, :scope > div, :scope > nav, :scope > [role=menu]";
      const byScript = follows ? [...element.querySelectorAll(list)].find(opens) : undefined;
      const target = byStyle ?? byScript;
      if (!target) return null;
      if (cache.metaOrchFocus?.some((selector) => matches(target, selector))) return null;
      // Whatever opens it in another way: a click, a key, the focus, or a button that says so.
      const ways = [element, ...element.querySelectorAll(inside)].filter((one) => !target.contains(one));
      const other = ways.some((one) => {
        const said = [
          ...Object.keys(kit.listens(one)),
          ...one.getAttributeNames().map((name) => name.replace(/^on/, "")),
        ];
        return said.some((name) =>
          /^(click|focus|focusin|keydown|keyup|keypress|aria-expanded|aria-controls|aria-haspopup|popovertarget)$/.test(
            name,
          ),
        );
      });
      if (other) return null;
      const count = target.querySelectorAll(inside).length;
      return `${count} ${count === 1 ? "control" : "controls"} in <${target.localName}> can be seen under the pointer only`;
    },
  },
  {
    id: "drag-only",
    impact: "serious",
    tags: ["wcag257", "wcag211"],
    help: "What can be dragged can be moved in another way as well",
    fix: "Offer buttons (up, down, move to …) or a menu beside dragging, and a way by keyboard",
    selector: "[draggable=true], [class*=slider] > *, [class*=drag-handle], [class*=draghandle]",
    find(element, kit) {
      if (!kit.shown(element) || element.matches("a[href], img, input, [role=slider]")) return null;
      const listens = Object.keys(kit.listens(element));
      const drags =
        element.getAttribute("draggable") === "true" ||
        listens.some((event) => /^(dragstart|mousedown|pointerdown|touchstart)$/.test(event));
      if (!drags) return null;
      if (element.querySelector("button, a[href], input, select, [role=button]")) return null;
      for (let at: Element | null = element; at; at = at.parentElement) {
        const events = [...Object.keys(kit.listens(at)), ...at.getAttributeNames()];
        if (events.some((event) => /^(on)?(key(down|up|press)|click)$/.test(event))) return null;
      }
      const twin = element.parentElement?.querySelector(
        "button, select, input[type=number], input[type=range]",
      );
      return twin ? null : `<${element.localName}> can be dragged, and neither keys nor a button move it`;
    },
  },
];
