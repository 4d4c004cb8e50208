// What each operation of openapi.json does, by operationId. Parameters and bodies arrive validated.

import { cartView } from "./carts.mjs";
import * as catalogue from "./catalogue.mjs";
import { Problem } from "./http.mjs";
import { orderFrom } from "./orders.mjs";

/**
 * @typedef {object} Call
 * @property {Record<string, any>} params @property {any} body
 * @property {import("node:http").IncomingHttpHeaders} headers
 * @property {import("./sessions.mjs").Account | null} account never null in operations that declare security
 * @property {import("node:http").ServerResponse} response for streams only
 *
 * @typedef {{ status: number, body?: any, headers?: Record<string, string> } | "streaming"} Answer
 * @typedef {(shop: import("./shop.mjs").Shop, call: Call) => Answer | Promise<Answer>} Handler
 */

/** @param {any} body @param {Record<string, string>} [headers] @returns {Answer} */
const ok = (body, headers) => ({ status: 200, body, headers });

/** @param {Call} call */
const accountId = (call) => /** @type {import("./sessions.mjs").Account} */ (call.account).id;

/** @type {Handler} */
function listProducts(_shop, { params }) {
  const { category, sort, limit, offset } = params;
  const found = catalogue.listProducts({ category, sort });
  const items = found.slice(offset, offset + limit).map(catalogue.productSummary);
  return ok({ items, total: found.length, limit, offset }, { "cache-control": "no-cache" });
}

/** @type {Handler} */
function getProduct(_shop, { params }) {
  const product = catalogue.productById(params.productId);
  if (!product) throw new Problem(404, `No product "${params.productId}"`);
  return ok(catalogue.productDetail(product), { "cache-control": "no-cache" });
}

/** @type {Handler} */
function searchProducts(_shop, { params }) {
  const found = catalogue.searchProducts(params.q);
  const items = found.slice(0, params.limit).map(catalogue.productSummary);
  return ok({ query: params.q, items, total: found.length }, { "cache-control": "no-cache" });
}

/** @type {Handler} */
async function getQuote({ quotes, config }, { params }) {
  if (!catalogue.productBySymbol(params.symbol)) throw new Problem(404, `No quote for "${params.symbol}"`);
  const fault = config.production ? undefined : params["x-storefront-fault"];
  const quote = await quotes.quote(params.symbol, fault);
  if (!quote) {
    throw new Problem(503, "The price source does not answer and no earlier price is known", {
      headers: { "retry-after": "5" },
    });
  }
  const headers = { "cache-control": "no-cache" };
  if (!quote.stale) return ok(quote, headers);
  const age = Math.max(0, Math.floor((Date.now() - Date.parse(quote.asOf)) / 1000));
  return ok(quote, { ...headers, age: String(age) });
}

/** @type {Handler} */
function createCart({ carts }, { body }) {
  const cart = carts.create(body?.items ?? []);
  return { status: 201, body: cartView(cart), headers: { location: `/api/carts/${cart.id}` } };
}

/** @type {Handler} */
const getCart = ({ carts }, { params }) => ok(cartView(carts.get(params.cartId)));

/** @type {Handler} */
function deleteCart({ carts }, { params }) {
  carts.delete(params.cartId);
  return { status: 204 };
}

/** @type {Handler} */
const addCartItem = ({ carts }, { params, body }) => ok(cartView(carts.add(params.cartId, body)));

/** @type {Handler} */
const updateCartItem = ({ carts }, { params, body }) =>
  ok(cartView(carts.setQuantity(params.cartId, params.productId, body.quantity)));

/** @type {Handler} */
const removeCartItem = ({ carts }, { params }) => ok(cartView(carts.remove(params.cartId, params.productId)));

/** @type {Handler} */
function signIn({ sessions }, { body }) {
  const session = sessions.signIn(body.email, body.password);
  return ok(session, { "set-cookie": sessions.cookie(session.token) });
}

/** @type {Handler} */
function signOut({ sessions }, { headers }) {
  sessions.signOut(headers);
  return { status: 204, headers: { "set-cookie": sessions.cookie("") } };
}

/** @type {Handler} */
const getAccount = (_shop, { account }) => ok(account);

/** @type {Handler} */
async function createOrder({ carts, orders, orderFeed }, call) {
  const cart = carts.get(call.body.cartId);
  if (cart.lines.size === 0) throw new Problem(409, "The cart is empty");
  const draft = orderFrom(cart, call.body.note ?? null);
  carts.delete(cart.id);
  const order = await orders.add(accountId(call), draft);
  orderFeed.notify();
  return { status: 201, body: order, headers: { location: `/api/orders/${order.id}` } };
}

/** @type {Handler} */
async function listOrders({ orders }, call) {
  return ok({ items: await orders.list(accountId(call), call.params.limit) });
}

/** @type {Handler} */
async function getOrder({ orders }, call) {
  const order = await orders.find(accountId(call), call.params.orderId);
  if (!order) throw new Problem(404, "No such order");
  return ok(order);
}

/** @type {Handler} */
async function streamOrders({ orderFeed }, { params, response }) {
  await orderFeed.subscribe(response, params["Last-Event-ID"], params.limit);
  return "streaming";
}

/** @type {Handler} */
async function getHealth({ config, quotes, orders, version, startedAt }) {
  const [databaseUp, cacheUp] = await Promise.all([orders.reachable(), quotes.cache.reachable()]);
  const status = databaseUp ? (cacheUp ? "ok" : "degraded") : "down";
  const body = {
    status,
    version,
    configDigest: catalogue.configDigest,
    productsLoaded: catalogue.products.length,
    startedAt,
    uptimeSeconds: Math.round((Date.now() - Date.parse(startedAt)) / 1000),
    database: { configured: config.databaseUrl !== null, kind: orders.kind, reachable: databaseUp },
    cache: { configured: config.redisUrl !== null, kind: quotes.cache.kind, reachable: cacheUp },
    priceSource: quotes.source.name,
  };
  return { status: databaseUp ? 200 : 503, body };
}

/** @type {Record<string, Handler>} */
export const handlers = {
  getHealth,
  listProducts,
  getProduct,
  searchProducts,
  getQuote,
  createCart,
  getCart,
  deleteCart,
  addCartItem,
  updateCartItem,
  removeCartItem,
  signIn,
  signOut,
  getAccount,
  createOrder,
  listOrders,
  getOrder,
  streamOrders,
};
