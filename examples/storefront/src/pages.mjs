// The pages, rendered on the server; the scripts only add what moves: the cart, live prices, the order feed.
import { createHash } from "node:crypto";
import { ASSET_BASE } from "./assets.mjs";
import * as catalogue from "./catalogue.mjs";
import { send } from "./http.mjs";
import { orderEvent } from "./orders.mjs";
import { escapeHtml, render } from "./template.mjs";

/**
 * @typedef {import("./shop.mjs").Shop} Shop
 * @typedef {import("./sessions.mjs").Account} Account
 * @typedef {{ shop: Shop, account: Account | null, url: URL }} Visit
 * @typedef {{ page: string, title: string, description: string, content: string, status?: number }} Page
 */

const TICKER_SYMBOLS = ["SPY", "QQQ", "GLD", "BND"];
const EAGER_CARDS = 4;
const CURRENT = ' aria-current="page"';

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: catalogue.currency });
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
/** @param {number} amount */
const money = (amount) => dollars.format(amount / 100);
/** @param {number} count */
const pieces = (count) => (count === 1 ? "1 piece" : `${count} pieces`);

/**
 * Points of a polyline in a box of 96 by 28, as public/js/prices.js draws them.
 * @param {number[]} history
 */
function sparkPoints(history) {
  const low = Math.min(...history);
  const range = Math.max(...history) - low || 1;
  const step = 96 / Math.max(1, history.length - 1);
  return history
    .map((price, i) => `${(i * step).toFixed(1)},${(26 - (24 * (price - low)) / range).toFixed(1)}`)
    .join(" ");
}

/** @param {Shop} shop @param {string} symbol */
async function quoteValues(shop, symbol) {
  const quote = await shop.quotes.quote(symbol);
  if (!quote) return { price: "–", change: "no price", direction: "flat", spark: "" };
  const sign = quote.change > 0 ? "+" : quote.change < 0 ? "−" : "";
  return {
    price: dollars.format(quote.price),
    change: `${sign}${Math.abs(quote.changePct).toFixed(2)}%`,
    direction: quote.change > 0 ? "up" : quote.change < 0 ? "down" : "flat",
    spark: sparkPoints(quote.history),
  };
}

/** @param {import("./catalogue.mjs").Product} product @param {number} index */
function card(product, index) {
  const { id, name, summary, art, available } = product;
  const action = available ? render("add-button", { id, name }) : '<p class="sold-out">Sold out</p>';
  const loading = index < EAGER_CARDS ? "eager" : "lazy";
  const price = money(product.priceCents);
  return render("card", { id, name, summary, art, assets: ASSET_BASE, loading, price, action });
}

/** @param {string | null} current a category id */
function categoryPills(current) {
  const all = [{ id: "", name: "All cards" }, ...catalogue.categories];
  return all
    .map(({ id, name }) => {
      const href = id ? `/?category=${id}#shelf` : "/#shelf";
      return `<a class="pill" href="${href}"${current === id ? CURRENT : ""}>${name}</a>`;
    })
    .join("\n");
}

/** @param {Visit} visit @returns {Promise<Page>} */
async function home({ shop, url }) {
  const query = (url.searchParams.get("q") ?? "").trim().slice(0, 60);
  const category = catalogue.categories.find(({ id }) => id === url.searchParams.get("category"));
  const found = query ? catalogue.searchProducts(query) : catalogue.listProducts({ category: category?.id });
  const ticker = await Promise.all(
    TICKER_SYMBOLS.map(async (symbol) => {
      const product = /** @type {import("./catalogue.mjs").Product} */ (catalogue.productBySymbol(symbol));
      return render("ticker-item", {
        id: product.id,
        symbol,
        name: product.name,
        ...(await quoteValues(shop, symbol)),
      });
    }),
  );
  const content = render("home", {
    assets: ASSET_BASE,
    ticker: ticker.join(""),
    heading: query ? `Cards for “${query}”` : (category?.name ?? "All cards"),
    query,
    categories: categoryPills(query ? null : (category?.id ?? "")),
    count: found.length === 1 ? "1 card" : `${found.length} cards`,
    cards: found.map(card).join(""),
  });
  return {
    page: "home",
    title: "Tideline: gift shares, printed and posted",
    description:
      "Cards on good paper with a slice of a real market inside: the five hundred, bonds, gold, forests.",
    content,
  };
}

/** @param {Visit} visit @param {string} id @returns {Promise<Page | null>} */
async function productPage({ shop }, id) {
  const product = catalogue.productById(id);
  if (!product) return null;
  const { name, summary, description, symbol, category, art, available } = product;
  const { price: quotePrice, ...quote } = await quoteValues(shop, symbol);
  const content = render("product", {
    ...{ id, name, summary, description, symbol, category, art, quotePrice, ...quote },
    assets: ASSET_BASE,
    categoryName: catalogue.categories.find((known) => known.id === category)?.name ?? category,
    price: money(product.priceCents),
    buy: available ? render("buy", { id }) : '<p class="sold-out">Sold out</p>',
    features: product.features.map((feature) => `<li>${feature}</li>`).join("\n"),
  });
  return {
    page: "product",
    title: `${name} – Tideline`,
    description: `${summary} A gift share that follows ${symbol}.`,
    content,
  };
}

/** @param {Visit} visit @returns {Page} */
function cartPage({ account }) {
  const signIn =
    '<a class="button button--primary button--wide" href="/login?next=/cart">Sign in to order</a>';
  const content = render("cart", { checkout: account ? render("checkout-form", {}) : signIn });
  return {
    page: "cart",
    title: "Your cart – Tideline",
    description: "What you are about to give away.",
    content,
  };
}

/** @param {Shop} shop @param {Account} account */
async function orderRows(shop, account) {
  const orders = await shop.orders.list(account.id, 20);
  if (orders.length === 0) return '<li class="muted">Nothing yet.</li>';
  return orders
    .map((order) => {
      const items = order.items.map((item) => `${item.quantity} × ${item.name}`).join(", ");
      const placed = moment.format(new Date(order.placedAt));
      return render("order-row", {
        id: order.id,
        total: money(order.totalCents),
        items,
        placedAt: order.placedAt,
        placed,
      });
    })
    .join("");
}

/** @param {Visit} visit @returns {Promise<Page>} */
async function loginPage({ shop, account, url }) {
  const next = url.searchParams.get("next") ?? "/login";
  // Only an address of this shop: "//host" and "/\host" would lead away.
  const safeNext = /^\/(?![/\\])/.test(next) ? next : "/login";
  const { email, password } = shop.config.demo;
  const hint = shop.config.production
    ? "Accounts are made by the shop."
    : `To try it: ${email} with the password ${password}.`;
  const content = account
    ? render("account", { name: account.name, email: account.email, orders: await orderRows(shop, account) })
    : render("login", { next: safeNext, hint });
  return {
    page: "login",
    title: `${account ? "Your account" : "Sign in"} – Tideline`,
    description: "Your account and your orders.",
    content,
  };
}

/** @param {Visit} visit @returns {Promise<Page>} */
async function about({ shop }) {
  const last = await shop.orders.lastSeq();
  const orders = await shop.orders.after(Math.max(0, last - 3), 3);
  const rows = orders.map(orderEvent).map((event) =>
    render("feed-row", {
      seq: event.seq,
      products: event.products.join(", "),
      pieces: pieces(event.pieces),
      total: money(event.totalCents),
    }),
  );
  const content = render("about", { recent: rows.reverse().join("") });
  return {
    page: "about",
    title: "How it works – Tideline",
    description: "How a Tideline card is chosen, printed and valued.",
    content,
  };
}

/** @type {Page} */
const NOT_FOUND = {
  page: "not-found",
  title: "Not found – Tideline",
  description: "There is no page at this address.",
  content: render("not-found", {}),
  status: 404,
};

/** @param {string} page @param {Account | null} account */
function navigation(page, account) {
  const links = [
    ["home", "/", "Shop"],
    ["about", "/about", "How it works"],
    ["login", "/login", escapeHtml(account?.name ?? "Sign in")],
  ];
  return links
    .map(([id, href, label]) => `<a href="${href}"${page === id ? CURRENT : ""}>${label}</a>`)
    .join("\n");
}

/** @param {Visit} visit @returns {Promise<Page>} */
async function choose(visit) {
  const { pathname } = visit.url;
  if (pathname === "/") return home(visit);
  if (pathname === "/about") return about(visit);
  if (pathname === "/cart") return cartPage(visit);
  if (pathname === "/login") return loginPage(visit);
  const id = /^\/products\/([a-z-]+)$/.exec(pathname)?.[1];
  return (id ? await productPage(visit, id) : null) ?? NOT_FOUND;
}

/** @param {Shop} shop */
function siteMap(shop) {
  const paths = ["/", "/about", ...catalogue.products.map(({ id }) => `/products/${id}`)];
  const urls = paths.map((path) => `  <url><loc>${shop.config.publicUrl}${path}</loc></url>`);
  const open =
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">';
  return `${open}\n${urls.join("\n")}\n</urlset>\n`;
}

/**
 * @param {Shop} shop @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response @param {URL} url
 */
export async function servePage(shop, request, response, url) {
  if (url.pathname === "/sitemap.xml") {
    return send(response, 200, { "content-type": "application/xml; charset=utf-8" }, siteMap(shop));
  }
  const account = shop.sessions.find(request.headers);
  const { page, title, description, content, status = 200 } = await choose({ shop, account, url });
  const html = render("layout", {
    ...{ page, title, description, content },
    assets: ASSET_BASE,
    canonical: `${shop.config.publicUrl}${url.pathname}`,
    nav: navigation(page, account),
  });
  const etag = `"${createHash("sha256").update(html).digest("base64url").slice(0, 16)}"`;
  const headers = { "cache-control": "private, no-cache", vary: "cookie", etag };
  if (request.headers["if-none-match"] === etag) return send(response, 304, headers, null);
  return send(response, status, { ...headers, "content-type": "text/html; charset=utf-8" }, html);
}
