import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startShop } from "./support.mjs";

/** @type {Awaited<ReturnType<typeof startShop>>} */
let shop;
before(async () => {
  shop = await startShop();
});
after(() => shop.close());

test("the catalogue is complete: prices, pictures, one product per symbol", () => {
  const data = JSON.parse(readFileSync(new URL("../data/catalogue.json", import.meta.url), "utf8"));
  const symbols = new Set();
  for (const product of data.products) {
    assert.ok(product.priceCents > 0, product.id);
    assert.ok(data.openingPrices[product.symbol] > 0, product.symbol);
    assert.ok(existsSync(new URL(`../public/art/${product.art}`, import.meta.url)), product.art);
    assert.equal(product.art, `${product.id}.svg`);
    symbols.add(product.symbol);
  }
  assert.equal(symbols.size, data.products.length);
});

test("products are paged, sorted and filtered", async () => {
  const cheapest = await shop.call("GET", "/api/products?sort=price&limit=2&offset=1");
  assert.equal(cheapest.status, 200);
  assert.equal(cheapest.body.total, 12);
  const prices = cheapest.body.items.map((/** @type {any} */ item) => item.priceCents);
  assert.deepEqual(prices, [2400, 2700]);
  const metals = await shop.call("GET", "/api/products?category=metals");
  assert.deepEqual(
    metals.body.items.map((/** @type {any} */ item) => item.id),
    ["gld-slice", "slv-slice"],
  );
});

test("every product in the list has a page of its own", async () => {
  const list = await shop.call("GET", "/api/products?limit=50");
  for (const { id, name } of list.body.items) {
    const detail = await shop.call("GET", `/api/products/${id}`);
    assert.equal(detail.body.name, name);
    assert.equal((await fetch(`${shop.url}/products/${id}`)).status, 200, id);
  }
});

test("search needs every word", async () => {
  const gold = await shop.call("GET", "/api/search?q=gold%20vault");
  assert.deepEqual(
    gold.body.items.map((/** @type {any} */ item) => item.id),
    ["gld-slice"],
  );
  assert.equal((await shop.call("GET", "/api/search?q=gold%20forest")).body.total, 0);
  assert.equal((await shop.call("GET", "/api/search")).status, 400);
});

test("health tells what is loaded", async () => {
  const { status, body } = await shop.call("GET", "/api/health");
  const bytes = readFileSync(new URL("../data/catalogue.json", import.meta.url));
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  assert.equal(status, 200);
  assert.equal(body.status, "ok");
  assert.equal(body.version, manifest.version);
  assert.equal(body.configDigest, createHash("sha256").update(bytes).digest("hex"));
  assert.equal(body.productsLoaded, 12);
});
