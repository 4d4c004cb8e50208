// Where prices come from: a simulated market, or a service given by PRICE_SOURCE_URL.
import { openingPrices } from "./catalogue.mjs";

/**
 * @typedef {{ price: number, open: number, asOf: string }} Price USD, and when it was true (ISO, UTC)
 * @typedef {object} PriceSource
 * @property {string} name
 * @property {(symbol: string) => Promise<Price>} read rejects when the source cannot tell
 * @property {(symbol: string, count: number, stepMs: number) => number[]} history oldest first; [] when unknown
 */

const MINUTE = 60_000;

/** @param {number} value */
const cents = (value) => Math.round(value * 100) / 100;

/**
 * The simulated price: the opening price and three slow waves whose phases depend on the symbol, so that it is
 * always positive, stays within 2.2 % of the opening price and needs no state.
 * @param {string} symbol @param {number} time milliseconds @returns {number} USD
 */
export function simulatedPrice(symbol, time) {
  const open = openingPrices[symbol] ?? 0;
  const seed = [...symbol].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  const wave = (/** @type {number} */ period, /** @type {number} */ salt) =>
    Math.sin((2 * Math.PI * time) / period + ((seed * salt) % 628) / 100);
  return cents(
    open * (1 + 0.015 * wave(97 * MINUTE, 1) + 0.005 * wave(11 * MINUTE, 3) + 0.002 * wave(0.7 * MINUTE, 7)),
  );
}

/** @returns {PriceSource} */
export function simulatedMarket() {
  return {
    name: "simulated",
    async read(symbol) {
      const now = Date.now();
      return {
        price: simulatedPrice(symbol, now),
        open: openingPrices[symbol] ?? 0,
        asOf: new Date(now).toISOString(),
      };
    },
    history(symbol, count, stepMs) {
      const now = Date.now();
      return Array.from({ length: count }, (_, index) =>
        simulatedPrice(symbol, now - (count - 1 - index) * stepMs),
      );
    },
  };
}

/** @param {unknown} value @param {string} field @returns {number} */
function positive(value, field) {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  throw new Error(`the price source sent no usable ${field}`);
}

/** @param {string} url @param {number} timeoutMs @returns {PriceSource} */
export function remoteMarket(url, timeoutMs) {
  return {
    name: "remote",
    async read(symbol) {
      const answer = await fetch(`${url}/quotes/${symbol}`, { signal: AbortSignal.timeout(timeoutMs) });
      if (!answer.ok) {
        // An unread body would hold the connection.
        await answer.body?.cancel();
        throw new Error(`the price source answered ${answer.status}`);
      }
      const body = /** @type {any} */ (await answer.json());
      if (typeof body.asOf !== "string" || Number.isNaN(Date.parse(body.asOf))) {
        throw new Error("the price source sent no usable asOf");
      }
      const asOf = new Date(body.asOf).toISOString();
      return { price: positive(body.price, "price"), open: positive(body.open, "open"), asOf };
    },
    history: () => [],
  };
}
