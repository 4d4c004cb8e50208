// Orders: what one is, the repository they are kept in, and the in-memory repository.
import { randomBytes } from "node:crypto";
import { cartView } from "./carts.mjs";
import { productById } from "./catalogue.mjs";

/**
 * @typedef {object} Order
 * @property {string} id @property {number} seq counts up by one; the event id of the order feed
 * @property {string} placedAt ISO, UTC @property {"confirmed"} status @property {string} currency
 * @property {number} totalCents @property {string | null} note
 * @property {{ productId: string, name: string, symbol: string, quantity: number, unitPriceCents: number,
 *   lineTotalCents: number }[]} items
 *
 * @typedef {Omit<Order, "seq">} NewOrder
 *
 * @typedef {object} OrderRepository
 * @property {string} kind "memory" or "postgres"
 * @property {(accountId: string, order: NewOrder) => Promise<Order>} add
 * @property {(accountId: string, limit: number) => Promise<Order[]>} list newest first
 * @property {(accountId: string, id: string) => Promise<Order | null>} find
 * @property {(seq: number, limit: number) => Promise<Order[]>} after orders of anybody, oldest first
 * @property {() => Promise<number>} lastSeq 0 when there is none
 * @property {() => Promise<boolean>} reachable
 * @property {() => Promise<void>} close
 */

/** The order the API document uses in its examples; the in-memory repository has it after every start. */
export const SAMPLE_ORDER_ID = "ord_000000000001";

/** @param {import("./carts.mjs").Cart} cart @param {string | null} note @returns {NewOrder} */
export function orderFrom(cart, note) {
  const { currency, items, totalCents } = cartView(cart);
  const id = `ord_${randomBytes(6).toString("hex")}`;
  return { id, placedAt: new Date().toISOString(), status: "confirmed", currency, totalCents, note, items };
}

/** @param {string} id @param {[string, number][]} lines product id and quantity @param {number} hoursAgo @returns {NewOrder} */
function sample(id, lines, hoursAgo) {
  const placedAt = new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
  const cart = { id, createdAt: placedAt, updatedAt: placedAt, lines: new Map(lines) };
  return { ...orderFrom(cart, null), id, placedAt };
}

/** @returns {OrderRepository} */
export function memoryOrders(demoAccountId = "acc_ana") {
  /** @type {{ accountId: string, order: Order }[]} */
  const kept = [];
  /** @param {string} accountId @param {NewOrder} order */
  const add = (accountId, order) => {
    const numbered = { ...order, seq: kept.length + 1 };
    kept.push({ accountId, order: numbered });
    return numbered;
  };
  add(demoAccountId, sample(SAMPLE_ORDER_ID, [["spy-slice", 1]], 50));
  add(
    demoAccountId,
    sample(
      "ord_000000000002",
      [
        ["gld-slice", 1],
        ["bnd-slice", 2],
      ],
      26,
    ),
  );
  add(demoAccountId, sample("ord_000000000003", [["iwm-slice", 3]], 3));
  return {
    kind: "memory",
    add: async (accountId, order) => add(accountId, order),
    async list(accountId, limit) {
      const own = kept.filter((entry) => entry.accountId === accountId).map((entry) => entry.order);
      return own.reverse().slice(0, limit);
    },
    async find(accountId, id) {
      return kept.find((entry) => entry.accountId === accountId && entry.order.id === id)?.order ?? null;
    },
    after: async (seq, limit) => kept.slice(seq, seq + limit).map((entry) => entry.order),
    lastSeq: async () => kept.length,
    reachable: async () => true,
    close: async () => {},
  };
}

/** What the public order feed tells of an order: no account, no note. @param {Order} order */
export function orderEvent(order) {
  return {
    seq: order.seq,
    placedAt: order.placedAt,
    currency: order.currency,
    totalCents: order.totalCents,
    pieces: order.items.reduce((sum, item) => sum + item.quantity, 0),
    products: order.items.map((item) => productById(item.productId)?.name ?? item.name),
  };
}
