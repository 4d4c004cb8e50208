// Builds elements without ever parsing text as HTML.

/** el("a", { class: "x", href: "/" }, "text", child) */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Says something to people who do not see the page change. */
export function announce(text) {
  const announcer = document.querySelector("[data-announcer]");
  if (announcer) announcer.textContent = text;
}
