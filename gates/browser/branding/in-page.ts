/// <reference lib="dom" />
/** What the brand looks like on a page. Runs inside the page: self-contained. */

export interface BrandSight {
  title: string;
  /** All text a person can see. */
  text: string;
  icons: string[];
  wordmark: { visible: boolean; text: string } | null;
  colors: { at: number; selector: string; value: string }[];
  /** Custom properties of the root, computed, by name. */
  tokens: Record<string, string>;
}

export interface BrandQuestion {
  wordmark: string | null;
  colors: { selector: string; property: string }[];
  tokens: string[];
}

export function lookAtBrand({ wordmark, colors, tokens }: BrandQuestion): BrandSight {
  /** Any CSS colour as the engine paints it: "rgb(r, g, b)". */
  const probe = document.createElement("span");
  probe.style.display = "none";
  document.body.append(probe);
  const painted = (value: string): string => {
    probe.style.color = "";
    probe.style.color = value;
    return probe.style.color === "" ? "" : getComputedStyle(probe).color;
  };
  const root = getComputedStyle(document.documentElement);
  const computed: Record<string, string> = {};
  for (const name of tokens) {
    const value = root.getPropertyValue(name).trim();
    if (value) computed[name] = painted(value);
  }
  const mark = wordmark ? document.querySelector<HTMLElement>(wordmark) : null;
  const box = mark?.getBoundingClientRect();
  const words = mark
    ? [
        mark.innerText ?? mark.textContent ?? "",
        mark.getAttribute("aria-label") ?? "",
        ...[mark, ...mark.querySelectorAll("img, svg")].map(
          (one) => one.getAttribute("alt") ?? one.querySelector("title")?.textContent ?? "",
        ),
      ]
    : [];
  const seen: BrandSight["colors"] = [];
  colors.forEach(({ selector, property }, at) => {
    const shown = [...document.querySelectorAll(selector)].filter((one) => one.getClientRects().length > 0);
    for (const [index, element] of shown.slice(0, 20).entries()) {
      const value = getComputedStyle(element).getPropertyValue(property);
      seen.push({
        at,
        selector: index === 0 ? selector : `${selector} (${index + 1} of ${shown.length})`,
        value,
      });
    }
  });
  const sight = {
    title: document.title,
    text: document.body.innerText ?? "",
    icons: [...document.querySelectorAll<HTMLLinkElement>("link[rel~=icon]")].map((link) => link.href),
    wordmark: mark
      ? {
          visible: !!box && box.width > 0 && box.height > 0,
          text: words.join(" ").replace(/\s+/g, " ").trim(),
        }
      : null,
    colors: seen,
    tokens: computed,
  };
  probe.remove();
  return sight;
}
