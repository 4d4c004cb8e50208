// Starts the shop inside the test's own process, on a port nobody else has.
import { createShopServer } from "../src/server.mjs";
import { closeShop, openShop } from "../src/shop.mjs";

/** @type {import("../src/config.mjs").Config} */
const TEST_CONFIG = {
  host: "127.0.0.1",
  port: 0,
  publicUrl: null,
  production: false,
  databaseUrl: null,
  redisUrl: null,
  priceSourceUrl: null,
  priceSourceTimeoutMs: 50,
  priceTickMs: 20,
  orderHeartbeatMs: 20,
  demo: { email: "ana@example.com", password: "let-me-browse" },
};

/** @param {Partial<import("../src/config.mjs").Config>} [changes] */
export async function startShop(changes = {}) {
  const shop = await openShop({ ...TEST_CONFIG, ...changes });
  const server = createShopServer(shop);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${address.port}`;
  return {
    shop,
    url,
    /**
     * @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers]
     */
    async call(method, path, body, headers = {}) {
      const init = { method, headers: { ...headers }, body: /** @type {string | undefined} */ (undefined) };
      if (body !== undefined) {
        init.body = JSON.stringify(body);
        init.headers["content-type"] = "application/json";
      }
      const answer = await fetch(url + path, init);
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closeShop(shop);
      await closed;
    },
  };
}
