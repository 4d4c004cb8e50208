// Carts live in memory: whoever knows the id (a random UUID) has the cart.
import { randomUUID } from "node:crypto";
import { currency, productById } from "./catalogue.mjs";
import { Problem } from "./http.mjs";

/** The cart the API document uses in its examples; it is there after every start. */
export const SAMPLE_CART_ID = "7f1c9a52-0d3e-4b1c-9a64-2f5f0e6f3b11";
export const MAX_QUANTITY = 20;
const MAX_CARTS = 10_000;

/** @typedef {{ id: string, createdAt: string, updatedAt: string, lines: Map<string, number> }} Cart */
/** @typedef {{ productId: string, quantity: number }} Line */

/** @param {string} productId */
function sellable(productId) {
  const product = productById(productId);
  if (!product) throw new Problem(404, `No product "${productId}"`);
  if (!product.available) throw new Problem(409, `${product.name} is sold out`);
  return product;
}

/** What the API shows of a cart. @param {Cart} cart */
export function cartView(cart) {
  const items = [...cart.lines].map(([productId, quantity]) => {
    const product = productById(productId);
    if (!product) throw new Error(`cart ${cart.id} holds unknown product ${productId}`);
    const { name, symbol, priceCents } = product;
    return {
      productId,
      name,
      symbol,
      quantity,
      unitPriceCents: priceCents,
      lineTotalCents: priceCents * quantity,
    };
  });
  return {
    id: cart.id,
    createdAt: cart.createdAt,
    updatedAt: cart.updatedAt,
    currency,
    items,
    pieces: items.reduce((sum, item) => sum + item.quantity, 0),
    totalCents: items.reduce((sum, item) => sum + item.lineTotalCents, 0),
  };
}

export class Carts {
  /** Oldest first, so that the first key is the one to forget. @type {Map<string, Cart>} */
  #carts = new Map();

  constructor() {
    this.#open(SAMPLE_CART_ID, [{ productId: "vti-slice", quantity: 2 }]);
  }

  /** @param {string} id @param {Line[]} lines @returns {Cart} */
  #open(id, lines) {
    const now = new Date().toISOString();
    /** @type {Cart} */
    const cart = { id, createdAt: now, updatedAt: now, lines: new Map() };
    for (const line of lines) this.#put(cart, line);
    const oldest = this.#carts.keys().next().value;
    if (this.#carts.size >= MAX_CARTS && oldest) this.#carts.delete(oldest);
    this.#carts.set(id, cart);
    return cart;
  }

  /** Adds to a line, up to the limit. @param {Cart} cart @param {Line} line */
  #put(cart, { productId, quantity }) {
    sellable(productId);
    const total = (cart.lines.get(productId) ?? 0) + quantity;
    if (total > MAX_QUANTITY) throw new Problem(409, `A cart holds at most ${MAX_QUANTITY} of one product`);
    cart.lines.set(productId, total);
    cart.updatedAt = new Date().toISOString();
  }

  /** @param {Line[]} lines */
  create(lines) {
    return this.#open(randomUUID(), lines);
  }

  /** @param {string} id @returns {Cart} throws Problem 404 */
  get(id) {
    const cart = this.#carts.get(id);
    if (!cart) throw new Problem(404, "No such cart");
    return cart;
  }

  /** @param {string} id */
  delete(id) {
    this.get(id);
    this.#carts.delete(id);
  }

  /** @param {string} id @param {Line} line */
  add(id, line) {
    const cart = this.get(id);
    this.#put(cart, line);
    return cart;
  }

  /** @param {string} id @param {string} productId @param {number} quantity */
  setQuantity(id, productId, quantity) {
    const cart = this.get(id);
    if (!cart.lines.has(productId)) throw new Problem(404, `"${productId}" is not in this cart`);
    cart.lines.set(productId, quantity);
    cart.updatedAt = new Date().toISOString();
    return cart;
  }

  /** @param {string} id @param {string} productId */
  remove(id, productId) {
    const cart = this.get(id);
    if (!cart.lines.delete(productId)) throw new Problem(404, `"${productId}" is not in this cart`);
    cart.updatedAt = new Date().toISOString();
    return cart;
  }
}
