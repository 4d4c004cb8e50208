// The cart: its id is kept in this browser, its content on the server.
import { ApiError, call, money } from "./api.js";
import { all, announce, el } from "./dom.js";

const KEY = "tideline-cart";
const EMPTY = { items: [], pieces: 0, totalCents: 0 };
let cart = EMPTY;

const cartId = () => localStorage.getItem(KEY);

function keep(next) {
  cart = next;
  if (next.id) localStorage.setItem(KEY, next.id);
  else localStorage.removeItem(KEY);
  draw();
}

/** Runs a change; a cart the server has forgotten starts anew. */
async function change(action) {
  try {
    keep(await action());
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404 && cartId()) keep(EMPTY);
    announce(error.message);
    return false;
  }
}

export async function add(productId, quantity) {
  const line = { productId, quantity };
  const id = cartId();
  const done = await change(() =>
    id ? call("POST", `/api/carts/${id}/items`, line) : call("POST", "/api/carts", { items: [line] }),
  );
  if (done) announce(`Added. ${cart.pieces} in your cart.`);
  return done;
}

function setQuantity(productId, quantity) {
  return change(() => call("PATCH", `/api/carts/${cartId()}/items/${productId}`, { quantity }));
}

function remove(productId) {
  return change(() => call("DELETE", `/api/carts/${cartId()}/items/${productId}`));
}

function quantityField(item) {
  const attributes = {
    class: "field cart-line__quantity",
    type: "number",
    min: "1",
    max: "20",
    value: String(item.quantity),
  };
  const field = el("input", { ...attributes, "aria-label": `Pieces of ${item.name}` });
  field.addEventListener("change", () => {
    const quantity = field.valueAsNumber;
    if (field.checkValidity() && Number.isInteger(quantity)) setQuantity(item.productId, quantity);
    else field.value = String(item.quantity);
  });
  return field;
}

function lineElement(item, editable) {
  const art = el("img", { class: "cart-line__art", src: artOf(item), width: "64", height: "48", alt: "" });
  const name = el("a", { class: "cart-line__name", href: `/products/${item.productId}` }, item.name);
  const count = editable
    ? quantityField(item)
    : el("span", { class: "muted" }, `${item.quantity} × ${money(item.unitPriceCents)}`);
  const removeButton = el(
    "button",
    { class: "link-button", type: "button", "aria-label": `Remove ${item.name}` },
    "Remove",
  );
  removeButton.addEventListener("click", () => remove(item.productId));
  const text = el("div", { class: "cart-line__text" }, name, count);
  const amount = el(
    "div",
    { class: "cart-line__amount" },
    el("strong", {}, money(item.lineTotalCents)),
    removeButton,
  );
  return el("li", { class: "cart-line" }, art, text, amount);
}

/** Pictures lie beside this script, below the same versioned address. */
function artOf(item) {
  return new URL(`../art/${item.productId}.svg`, import.meta.url).href;
}

function drawInto(container, editable) {
  if (cart.items.length === 0) container.replaceChildren(el("p", { class: "muted" }, "Your cart is empty."));
  else
    container.replaceChildren(
      el("ul", { class: "cart-lines" }, ...cart.items.map((item) => lineElement(item, editable))),
    );
  container.dataset.loaded = "true";
}

function draw() {
  for (const place of all("[data-cart-count]")) place.textContent = String(cart.pieces);
  for (const place of all("[data-cart-total]")) place.textContent = money(cart.totalCents);
  for (const place of all("[data-cart-lines]")) drawInto(place, false);
  for (const place of all("[data-cart-page]")) drawInto(place, true);
}

/** Places an order for the cart; throws ApiError. */
export async function order(note) {
  const id = cartId();
  if (!id) throw new ApiError(0, "Your cart is empty.");
  const placed = await call("POST", "/api/orders", { cartId: id, note });
  keep(EMPTY);
  return placed;
}

function connectDrawer() {
  const button = document.querySelector("[data-cart]");
  const drawer = document.getElementById("cart-drawer");
  const show = () => {
    drawer.showModal();
    button.setAttribute("aria-expanded", "true");
  };
  button.addEventListener("click", show);
  drawer.querySelector("[data-cart-close]").addEventListener("click", () => drawer.close());
  drawer.addEventListener("close", () => button.setAttribute("aria-expanded", "false"));
  // A click on the backdrop has the dialog itself as its target.
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer) drawer.close();
  });
  return show;
}

/** Draws the cart, loads it if there is one, and wires every "add" button on the page. */
export async function startCart() {
  const showDrawer = connectDrawer();
  for (const button of all("[data-add]")) {
    button.addEventListener("click", async () => {
      if (await add(button.dataset.add, 1)) showDrawer();
    });
  }
  for (const form of all("[data-buy]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (await add(form.dataset.buy, form.elements.quantity.valueAsNumber)) showDrawer();
    });
  }
  if (cartId()) await change(() => call("GET", `/api/carts/${cartId()}`));
  else draw();
}
