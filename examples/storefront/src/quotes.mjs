// Quotes: asked from the price source every time, remembered, and answered from memory when the source fails.
import { setTimeout as delay } from "node:timers/promises";
import { currency, productBySymbol } from "./catalogue.mjs";

/** How many past prices a quote carries. */
export const HISTORY_LENGTH = 30;

/**
 * @typedef {import("./market.mjs").Price} Price
 * @typedef {object} QuoteCache
 * @property {string} kind "memory" or "redis"
 * @property {(symbol: string) => Promise<Price | null>} get
 * @property {(symbol: string, price: Price) => Promise<void>} set
 * @property {() => Promise<boolean>} reachable
 * @property {() => void} close
 */

/** @returns {QuoteCache} */
export function memoryCache() {
  /** @type {Map<string, Price>} */
  const prices = new Map();
  return {
    kind: "memory",
    get: async (symbol) => prices.get(symbol) ?? null,
    set: async (symbol, price) => void prices.set(symbol, price),
    reachable: async () => true,
    close: () => {},
  };
}

/**
 * Faults a request may ask for outside production, to prove that the fallback works.
 * @param {string | undefined} fault "upstream" fails at once, "upstream-timeout" after the source's own deadline
 * @param {number} timeoutMs
 */
async function inject(fault, timeoutMs) {
  if (fault === "upstream-timeout") await delay(timeoutMs);
  if (fault) throw new Error(`fault injected: ${fault}`);
}

export class Quotes {
  /** @type {Map<string, number[]>} */
  #history = new Map();

  /**
   * @param {import("./market.mjs").PriceSource} source @param {QuoteCache} cache
   * @param {{ timeoutMs: number, tickMs: number }} pace
   */
  constructor(source, cache, pace) {
    this.source = source;
    this.cache = cache;
    this.pace = pace;
  }

  /**
   * Asks the source and remembers the answer. Nobody waits for the cache: one that is down costs the memory,
   * not the quote.
   * @param {string} symbol
   */
  async #fresh(symbol) {
    const price = await this.source.read(symbol);
    this.cache.set(symbol, price).catch(() => {});
    return price;
  }

  /** Appends the current price to the history; called once a tick. @param {string} symbol @param {number} price */
  #remember(symbol, price) {
    const known = this.#history.get(symbol) ?? this.source.history(symbol, HISTORY_LENGTH, this.pace.tickMs);
    this.#history.set(symbol, [...known, price].slice(-HISTORY_LENGTH));
  }

  /**
   * The quote of a symbol, from the source or, failing that, from the cache; null when neither knows.
   * @param {string} symbol @param {string} [fault] see inject
   */
  async quote(symbol, fault) {
    let price = null;
    let stale = false;
    try {
      await inject(fault, this.pace.timeoutMs);
      price = await this.#fresh(symbol);
    } catch {
      stale = true;
      price = await this.cache.get(symbol).catch(() => null);
    }
    return price && this.#describe(symbol, price, stale);
  }

  /** @param {string} symbol @param {Price} price @param {boolean} stale */
  #describe(symbol, price, stale) {
    const change = Math.round((price.price - price.open) * 100) / 100;
    return {
      symbol,
      name: productBySymbol(symbol)?.name ?? symbol,
      price: price.price,
      currency,
      change,
      changePct: Math.round((change / price.open) * 10_000) / 100,
      asOf: price.asOf,
      source: stale ? "cache" : "market",
      stale,
      history: this.#history.get(symbol) ?? [price.price],
    };
  }

  /**
   * One round over all symbols: fills cache and history. Symbols without any price are left out.
   * @param {string[]} symbols
   */
  async tick(symbols) {
    const quotes = await Promise.all(symbols.map((symbol) => this.quote(symbol)));
    const known = quotes.filter((quote) => quote !== null);
    for (const quote of known) this.#remember(quote.symbol, quote.price);
    return known;
  }
}
