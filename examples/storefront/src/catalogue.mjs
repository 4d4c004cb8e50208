// The catalogue: read once at start, never changed afterwards.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ROOT } from "./config.mjs";

/**
 * @typedef {object} Product
 * @property {string} id @property {string} symbol @property {string} name @property {string} category
 * @property {number} priceCents @property {boolean} available @property {string} art
 * @property {string} summary @property {string} description @property {string[]} features
 */

const bytes = readFileSync(`${ROOT}data/catalogue.json`);
const data = JSON.parse(bytes.toString("utf8"));

/** sha-256 of data/catalogue.json, hex: tells which catalogue a running shop has loaded. */
export const configDigest = createHash("sha256").update(bytes).digest("hex");

/** @type {string} */
export const currency = data.currency;
/** @type {{ id: string, name: string }[]} */
export const categories = data.categories;
/** @type {Product[]} */
export const products = data.products;
/** Symbol → price in USD the simulated market starts from. @type {Record<string, number>} */
export const openingPrices = data.openingPrices;
/** Every symbol that has a price, in catalogue order. */
export const symbols = products.map((product) => product.symbol);

const byId = new Map(products.map((product) => [product.id, product]));
const bySymbol = new Map(products.map((product) => [product.symbol, product]));

/** @param {string} id */
export const productById = (id) => byId.get(id);
/** @param {string} symbol */
export const productBySymbol = (symbol) => bySymbol.get(symbol);

/** @type {Record<string, (a: Product, b: Product) => number>} */
const ORDERS = {
  name: (a, b) => a.name.localeCompare(b.name, "en"),
  price: (a, b) => a.priceCents - b.priceCents,
  "-price": (a, b) => b.priceCents - a.priceCents,
};

/** @param {{ category?: string, sort?: string }} wanted @returns {Product[]} */
export function listProducts({ category, sort }) {
  const found = products.filter((product) => category === undefined || product.category === category);
  const order = sort ? ORDERS[sort] : undefined;
  return order ? found.sort(order) : found;
}

/** @param {Product} product */
function searchText(product) {
  return [product.name, product.symbol, product.summary, product.category, ...product.features]
    .join(" ")
    .toLowerCase();
}

/** Products that contain every word of the query. @param {string} query @returns {Product[]} */
export function searchProducts(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return products.filter((product) => words.every((word) => searchText(product).includes(word)));
}

/** What lists show of a product. @param {Product} product */
export function productSummary({ id, symbol, name, category, priceCents, available, summary }) {
  return { id, symbol, name, category, priceCents, currency, available, summary };
}

/** @param {Product} product */
export function productDetail(product) {
  return { ...productSummary(product), description: product.description, features: product.features };
}
