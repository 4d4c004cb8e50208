/// <reference lib="dom" />
/** Runs inside the page: self-contained. */

export interface WedgeSight {
  exists: boolean;
  visible: boolean;
  /** Accessible name, as far as text, labels and alternatives tell it. */
  label: string;
}

export function lookAtWedge(selector: string): WedgeSight {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) return { exists: false, visible: false, label: "" };
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const visible =
    box.width > 0 &&
    box.height > 0 &&
    style.visibility !== "hidden" &&
    style.display !== "none" &&
    Number(style.opacity) > 0;
  const byId = (ids: string | null) =>
    (ids ?? "")
      .split(/\s+/)
      .map((id) => (id ? document.getElementById(id)?.textContent : ""))
      .join(" ");
  const labels =
    "labels" in element ? [...((element as HTMLInputElement).labels ?? [])].map((one) => one.innerText) : [];
  const pictures = [...element.querySelectorAll("img[alt], [aria-label], svg title")].map(
    (one) => one.getAttribute("alt") ?? one.getAttribute("aria-label") ?? one.textContent ?? "",
  );
  const own = [
    byId(element.getAttribute("aria-labelledby")),
    element.getAttribute("aria-label"),
    labels.join(" "),
    element.textContent,
    element.getAttribute("alt"),
    pictures.join(" "),
    element.title,
  ];
  const label = own.map((one) => (one ?? "").replace(/\s+/g, " ").trim()).find((one) => one !== "") ?? "";
  return { exists: true, visible, label };
}

/** Puts the focus on what a person would have before pressing Tab to get to the element. */
export function focusBefore(selector: string): void {
  const element = document.querySelector<HTMLElement>(selector);
  if (!element) return;
  const FOCUSABLE =
    "a[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable=true]";
  const before = [...document.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (one) =>
      one.tabIndex >= 0 &&
      !(one as HTMLButtonElement).disabled &&
      one.getClientRects().length > 0 &&
      one.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING &&
      !one.contains(element),
  );
  (document.activeElement as HTMLElement | null)?.blur();
  before.at(-1)?.focus();
}
