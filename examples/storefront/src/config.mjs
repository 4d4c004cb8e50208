// Every environment variable the shop reads, in one place. .env.example documents each.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of the shop: everything it reads lies below it. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A setting that cannot be used: says which, and what would do. */
export class ConfigError extends Error {}

/**
 * @typedef {object} Config
 * @property {string} host
 * @property {number} port 0 = any free port
 * @property {string | null} publicUrl without a trailing slash; null = the address the server got
 * @property {boolean} production
 * @property {string | null} databaseUrl
 * @property {string | null} redisUrl
 * @property {string | null} priceSourceUrl
 * @property {number} priceSourceTimeoutMs
 * @property {number} priceTickMs
 * @property {number} orderHeartbeatMs
 * @property {{ email: string, password: string }} demo
 */

/** @param {string} name @param {string} value @param {[number, number]} range inclusive */
function integer(name, value, [low, high]) {
  const number = Number(value);
  if (Number.isInteger(number) && number >= low && number <= high) return number;
  throw new ConfigError(`${name} is "${value}"; expected a whole number from ${low} to ${high}`);
}

/**
 * @param {string} name
 * @param {string | undefined} value
 * @param {string[]} protocols such as ["redis:"]
 */
function address(name, value, protocols) {
  if (!value) return null;
  if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value.replace(/\/$/, "");
  throw new ConfigError(
    `${name} is no address of the form ${protocols.map((p) => `${p}//host`).join(" or ")}`,
  );
}

/** Reads the environment, after .env where there is one. Throws ConfigError. @returns {Config} */
export function readConfig() {
  if (existsSync(`${ROOT}.env`)) process.loadEnvFile(`${ROOT}.env`);
  const production = process.env.NODE_ENV === "production";
  const password = process.env.DEMO_PASSWORD || (production ? "" : "let-me-browse");
  if (!password) throw new ConfigError("DEMO_PASSWORD must be set when NODE_ENV is production");
  return {
    host: process.env.HOST || "127.0.0.1",
    port: integer("PORT", process.env.PORT || "4310", [0, 65535]),
    publicUrl: address("STOREFRONT_URL", process.env.STOREFRONT_URL, ["http:", "https:"]),
    production,
    databaseUrl: address("DATABASE_URL", process.env.DATABASE_URL, ["postgres:", "postgresql:"]),
    redisUrl: address("REDIS_URL", process.env.REDIS_URL, ["redis:", "rediss:"]),
    priceSourceUrl: address("PRICE_SOURCE_URL", process.env.PRICE_SOURCE_URL, ["http:", "https:"]),
    priceSourceTimeoutMs: integer(
      "PRICE_SOURCE_TIMEOUT_MS",
      process.env.PRICE_SOURCE_TIMEOUT_MS || "400",
      [10, 60_000],
    ),
    priceTickMs: integer("PRICE_TICK_MS", process.env.PRICE_TICK_MS || "1000", [20, 60_000]),
    orderHeartbeatMs: integer("ORDER_HEARTBEAT_MS", process.env.ORDER_HEARTBEAT_MS || "10000", [20, 600_000]),
    demo: { email: process.env.DEMO_EMAIL || "ana@example.com", password },
  };
}
