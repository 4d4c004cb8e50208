/// <reference lib="dom" />
import { FORM_RULES } from "./forms.ts";
import { LINK_RULES } from "./links.ts";
import { MEDIA_RULES } from "./media.ts";
import { POINTER_RULES } from "./pointer.ts";
import { STRUCTURE_RULES } from "./structure.ts";
import { TEXT_RULES } from "./text.ts";
import type { Kit, OwnRule } from "./types.ts";

export const OWN_RULES: OwnRule[] = [
  ...LINK_RULES,
  ...FORM_RULES,
  ...STRUCTURE_RULES,
  ...TEXT_RULES,
  ...MEDIA_RULES,
  ...POINTER_RULES,
];

/** Runs in the page. axe-core answers the hard questions: names, visibility, focus. */
function makeKit(): Kit {
  // biome-ignore lint/suspicious/noExplicitAny: axe.commons has no types
  const { text, dom } = (globalThis as any).axe.commons;
  const collapse = (said: string | null | undefined) => (said ?? "").replace(/\s+/g, " ").trim();
  const name = (element: Element) => collapse(text.accessibleText(element));
  const channels = (color: string) => {
    const found = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(color);
    return found ? [1, 2, 3, 4].map((at) => Number(found[at] ?? 1)) : null;
  };
  const light = (color: number[]) =>
    color
      .slice(0, 3)
      .map((channel) => channel / 255)
      .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
      .reduce((sum, share, at) => sum + share * [0.2126, 0.7152, 0.0722][at]!, 0);
  return {
    name,
    channels,
    contrast: (front, back) => {
      const seen = front.slice(0, 3).map((channel, at) => channel * front[3]! + back[at]! * (1 - front[3]!));
      const [one, other] = [light(seen), light(back)];
      return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    },
    backOf: (element) => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { backgroundColor, backgroundImage, opacity } = getComputedStyle(at);
        const color = channels(backgroundColor);
        if (backgroundImage !== "none" || opacity !== "1" || !color || (color[3]! > 0 && color[3]! < 1))
          return null;
        if (color[3] === 1) return color;
      }
      return [255, 255, 255, 1];
    },
    bareName: (element) =>
      name(element)
        .toLowerCase()
        .replace(/[\s.…»>→:!]+$/u, "")
        .replace(/^[«<←\s]+/u, ""),
    text: (element) => collapse((element as HTMLElement).innerText ?? element.textContent),
    shown: (element) => dom.isVisibleOnScreen(element),
    focusable: (element) => dom.isFocusable(element),
    listens: (element) => element.metaOrchListens ?? {},
    ownText: (element) =>
      collapse(
        [...element.childNodes].map((node) => (node.nodeType === 3 ? node.textContent : " ")).join(""),
      ),
    textAround: (element, inner) => {
      const all = collapse((element as HTMLElement).innerText ?? element.textContent);
      const own = collapse((inner as HTMLElement).innerText ?? inner.textContent);
      return collapse(all.replace(own, "").replace(/[^\p{L}\p{N}]+/gu, " "));
    },
  };
}

/** Our rules as one script that adds them to the axe-core of a page. */
export function ownRulesScript(rules: readonly OwnRule[] = OWN_RULES): string {
  const list = rules.map((rule) => {
    // A method's own text is "find(…) {…}": as a member of an object it is an expression.
    const plain = JSON.stringify({ ...rule, find: undefined });
    return `{...${plain},...{${methodText(rule)}}}`;
  });
  return `(() => {
    const kit = (${makeKit.toString()})();
    const rules = [${list.join(",")}];
    axe.configure({
      checks: rules.map((rule) => ({
        id: "own-" + rule.id,
        evaluate: function (node) {
          const said = rule.find(node, kit);
          if (said) this.data(said);
          return !said;
        },
        metadata: { impact: rule.impact, messages: { pass: "", fail: "\${data}" } },
      })),
      rules: rules.map((rule) => ({
        id: rule.id, impact: rule.impact, selector: rule.selector, tags: rule.tags,
        all: ["own-" + rule.id], any: [], none: [],
        metadata: { help: rule.help, description: rule.fix, helpUrl: "" },
      })),
    });
  })();`;
}

function methodText(rule: OwnRule): string {
  const text = rule.find.toString();
  return /^(async\s+)?find\s*\(/.test(text) ? text : `find: ${text}`;
}
