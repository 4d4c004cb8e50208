// The list of latest orders, kept up to date by server-sent events.
import { money } from "./api.js";
import { el } from "./dom.js";

const SHOWN = 5;

function row(event) {
  const pieces = event.pieces === 1 ? "1 piece" : `${event.pieces} pieces`;
  const what = el("p", {}, el("strong", {}, event.products.join(", ")));
  const amount = el("p", { class: "muted" }, `${pieces} · ${money(event.totalCents)}`);
  return el("li", { class: "panel order-row", "data-order": String(event.seq) }, what, amount);
}

export function startOrderFeed() {
  const list = document.querySelector("[data-order-feed]");
  if (!list) return;
  const source = new EventSource("/events/orders");
  source.addEventListener("order", (message) => {
    const event = JSON.parse(message.data);
    if (list.querySelector(`[data-order="${event.seq}"]`)) return;
    list.prepend(row(event));
    while (list.children.length > SHOWN) list.lastElementChild.remove();
  });
  addEventListener("pagehide", () => source.close());
}
