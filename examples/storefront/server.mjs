#!/usr/bin/env node
// Starts the shop: node server.mjs [--port N] [--host ADDRESS]. Prints one line of JSON when it is ready.
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "./src/config.mjs";
import { createShopServer } from "./src/server.mjs";
import { closeShop, openShop } from "./src/shop.mjs";

/** Connections that are still busy after this are cut. */
const CLOSE_GRACE_MS = 2000;

/** @returns {import("./src/config.mjs").Config} */
function configure() {
  const { values } = parseArgs({ options: { port: { type: "string" }, host: { type: "string" } } });
  if (values.port !== undefined) process.env.PORT = values.port;
  if (values.host !== undefined) process.env.HOST = values.host;
  return readConfig();
}

/** @param {import("node:http").Server} server @param {string} host @param {number} port @returns {Promise<string>} */
function listen(server, host, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const bound = server.address();
      const name =
        host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
      resolve(`http://${name}:${typeof bound === "object" && bound ? bound.port : port}`);
    });
  });
}

async function main() {
  const config = configure();
  const shop = await openShop(config);
  const server = createShopServer(shop);
  const url = await listen(server, config.host, config.port);
  config.publicUrl ??= url;

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS).unref();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await closeShop(shop);
    await closed;
    process.exit(0);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  // Started by a program that keeps a channel to us: when that program is gone, so are we.
  process.once("disconnect", stop);
  process.stdout.write(`${JSON.stringify({ url, pid: process.pid, version: shop.version })}\n`);
}

main().catch((error) => {
  const known = error instanceof ConfigError || typeof error.code === "string";
  process.stderr.write(`storefront: ${known ? error.message : error.stack}\n`);
  process.exit(1);
});
