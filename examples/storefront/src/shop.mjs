// The parts of the shop, put together from its configuration.
import { readFileSync } from "node:fs";
import { Carts } from "./carts.mjs";
import { ROOT } from "./config.mjs";
import { remoteMarket, simulatedMarket } from "./market.mjs";
import { OrderFeed } from "./order-feed.mjs";
import { memoryOrders } from "./orders.mjs";
import { postgresOrders } from "./postgres-orders.mjs";
import { PriceFeed } from "./price-feed.mjs";
import { memoryCache, Quotes } from "./quotes.mjs";
import { redisCache } from "./redis.mjs";
import { Sessions } from "./sessions.mjs";

const REDIS_TIMEOUT_MS = 1000;

/** @type {string} */
export const version = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")).version;

/**
 * @typedef {object} Shop
 * @property {import("./config.mjs").Config} config @property {string} version @property {string} startedAt
 * @property {Carts} carts @property {Sessions} sessions @property {Quotes} quotes
 * @property {import("./orders.mjs").OrderRepository} orders
 * @property {OrderFeed} orderFeed @property {PriceFeed} priceFeed
 */

/** Connects what is configured and fetches the first prices. @param {import("./config.mjs").Config} config @returns {Promise<Shop>} */
export async function openShop(config) {
  const { priceSourceUrl, priceSourceTimeoutMs: timeoutMs, priceTickMs: tickMs } = config;
  const orders = config.databaseUrl ? await postgresOrders(config.databaseUrl) : memoryOrders();
  const source = priceSourceUrl ? remoteMarket(priceSourceUrl, timeoutMs) : simulatedMarket();
  const cache = config.redisUrl ? redisCache(config.redisUrl, REDIS_TIMEOUT_MS) : memoryCache();
  const quotes = new Quotes(source, cache, { timeoutMs, tickMs });
  const priceFeed = new PriceFeed(quotes, tickMs);
  await priceFeed.start();
  return {
    config,
    version,
    startedAt: new Date().toISOString(),
    carts: new Carts(),
    sessions: new Sessions(config.demo, config.publicUrl?.startsWith("https:") ?? false),
    quotes,
    orders,
    orderFeed: new OrderFeed(orders, config.orderHeartbeatMs),
    priceFeed,
  };
}

/** @param {Shop} shop */
export async function closeShop(shop) {
  shop.priceFeed.close();
  shop.orderFeed.close();
  shop.quotes.cache.close();
  await shop.orders.close();
}
