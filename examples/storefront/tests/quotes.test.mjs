import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { simulatedPrice } from "../src/market.mjs";
import { startShop } from "./support.mjs";

/** A price source whose next answers the test decides. */
async function startMarket() {
  const state = { fails: false, price: 100 };
  const server = createServer((_request, response) => {
    response.writeHead(state.fails ? 500 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ price: state.price, open: 80, asOf: "2026-11-20T09:00:00.000Z" }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { state, url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

test("quotes move forward in time and stay near the opening price", async (t) => {
  const shop = await startShop();
  t.after(shop.close);
  const first = (await shop.call("GET", "/api/quote/SPY")).body;
  const second = (await shop.call("GET", "/api/quote/SPY")).body;
  assert.ok(Date.parse(second.asOf) >= Date.parse(first.asOf));
  assert.equal(first.stale, false);
  for (let hour = 0; hour < 500; hour += 1) {
    const price = simulatedPrice("SPY", hour * 3_600_000);
    assert.ok(price > 688.12 * 0.97 && price < 688.12 * 1.03);
  }
});

test("an injected fault is answered from the cache, marked stale with its age", async (t) => {
  const shop = await startShop();
  t.after(shop.close);
  for (const fault of ["upstream", "upstream-timeout"]) {
    const answer = await shop.call("GET", "/api/quote/GLD", undefined, { "x-storefront-fault": fault });
    assert.equal(answer.status, 200);
    assert.equal(answer.body.stale, true);
    assert.equal(answer.body.source, "cache");
    assert.match(answer.headers.get("age") ?? "", /^\d+$/);
  }
});

test("production ignores faults", async (t) => {
  const shop = await startShop({ production: true });
  t.after(shop.close);
  const answer = await shop.call("GET", "/api/quote/GLD", undefined, { "x-storefront-fault": "upstream" });
  assert.equal(answer.body.stale, false);
});

test("a real price source is asked, and its last answer kept", async (t) => {
  const market = await startMarket();
  t.after(market.close);
  // The feed is kept from ticking, so that only this test asks.
  const shop = await startShop({
    priceSourceUrl: market.url,
    priceSourceTimeoutMs: 2000,
    priceTickMs: 60_000,
  });
  t.after(shop.close);
  const fresh = (await shop.call("GET", "/api/quote/SPY")).body;
  assert.deepEqual([fresh.price, fresh.change, fresh.changePct, fresh.stale], [100, 20, 25, false]);
  market.state.fails = true;
  const kept = (await shop.call("GET", "/api/quote/SPY")).body;
  assert.deepEqual([kept.price, kept.stale, kept.asOf], [100, true, fresh.asOf]);
});

test("without a source and without a memory there is no quote", async (t) => {
  const market = await startMarket();
  t.after(market.close);
  market.state.fails = true;
  const shop = await startShop({ priceSourceUrl: market.url, priceTickMs: 60_000 });
  t.after(shop.close);
  const answer = await shop.call("GET", "/api/quote/SPY");
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("retry-after"), "5");
});
