/** The storefront on a real Redis and a real Postgres, and without them. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openStream } from "./storefront/event-stream.ts";
import { startPostgres, startRedis } from "./storefront/services.ts";
import { placeOrder, scratch, signIn, startServer, variants } from "./storefront/support.ts";

interface Health {
  status: string;
  database: { configured: boolean; kind: string; reachable: boolean };
  cache: { configured: boolean; kind: string; reachable: boolean };
}

async function health(url: string): Promise<[number, Health]> {
  const answer = await fetch(`${url}/api/health`);
  return [answer.status, (await answer.json()) as Health];
}

const quote = async (url: string, symbol: string, fault = "") => {
  const answer = await fetch(`${url}/api/quote/${symbol}`, {
    headers: fault ? { "x-storefront-fault": fault } : {},
  });
  return {
    status: answer.status,
    body: (await answer.json()) as { stale?: boolean; price?: number; asOf?: string },
  };
};

describe("the storefront with its services", () => {
  const folder = scratch();
  const shop = join(folder.path, "shop");

  beforeAll(async () => {
    await variants.buildVariant("healthy", shop);
  });
  afterAll(() => folder.dispose());

  it("keeps the last known quotes in Redis, over a restart and for every instance", async () => {
    const redis = await startRedis(folder.path, "secret-of-the-test");
    onTestFinished(redis.stop);
    // A slow tick: the price in Redis stays the one of the first round.
    const first = await startServer(shop, { REDIS_URL: redis.url, PRICE_TICK_MS: "60000" });
    expect((await health(first.url))[1].cache).toEqual({ configured: true, kind: "redis", reachable: true });
    const known = await quote(first.url, "GLD", "upstream");
    expect(known).toMatchObject({ status: 200, body: { stale: true } });
    await first.stop();

    const deadSource = { PRICE_SOURCE_URL: "http://127.0.0.1:1", PRICE_TICK_MS: "60000" };
    const second = await startServer(shop, { REDIS_URL: redis.url, ...deadSource });
    const kept = await quote(second.url, "GLD");
    expect(kept).toEqual({
      status: 200,
      body: expect.objectContaining({ stale: true, asOf: known.body.asOf }),
    });

    await redis.stop();
    expect(await health(second.url)).toMatchObject([
      200,
      { status: "degraded", cache: { reachable: false } },
    ]);
    expect((await quote(second.url, "GLD")).status).toBe(503);
    expect(await second.stop()).toBe(0);
  });

  it("sells without a cache when Redis is configured but was never there", async () => {
    const server = await startServer(shop, { REDIS_URL: "redis://127.0.0.1:1" });
    expect(await quote(server.url, "SPY")).toMatchObject({ status: 200, body: { stale: false } });
    expect((await health(server.url))[1].status).toBe("degraded");
    await server.stop();
  });

  it("keeps orders in Postgres: numbered, readable after a restart, and fed as events", async () => {
    const postgres = await startPostgres(folder.path);
    onTestFinished(postgres.stop);
    const first = await startServer(shop, { DATABASE_URL: postgres.url });
    expect((await health(first.url))[1].database).toEqual({
      configured: true,
      kind: "postgres",
      reachable: true,
    });
    const session = await signIn(first.url);
    const stream = await openStream(`${first.url}/events/orders`, { "last-event-id": "0" });
    const placed = [
      await placeOrder(first.url, session, "spy-slice"),
      await placeOrder(first.url, session, "gld-slice"),
    ];
    expect(placed).toEqual([1, 2]);
    expect([(await stream.event()).id, (await stream.event()).id]).toEqual(["1", "2"]);
    stream.close();
    await first.stop();

    const second = await startServer(shop, { DATABASE_URL: postgres.url });
    const again = await signIn(second.url);
    const list = (await (await fetch(`${second.url}/api/orders`, { headers: again })).json()) as {
      items: { id: string; seq: number }[];
    };
    expect(list.items.map(({ seq }) => seq)).toEqual([2, 1]);
    const one = await fetch(`${second.url}/api/orders/${list.items[0]!.id}`, { headers: again });
    expect(await one.json()).toEqual(list.items[0]);
    await postgres.stop();
    expect(await health(second.url)).toMatchObject([503, { status: "down", database: { reachable: false } }]);
    expect(await second.stop()).toBe(0);
  });

  it("says what is missing instead of starting without it", async () => {
    await expect(startServer(shop, { DATABASE_URL: "postgres://nobody@127.0.0.1:1/x" })).rejects.toThrow(
      /ended with 1: storefront: .*ECONNREFUSED/,
    );
    await expect(startServer(shop, { DATABASE_URL: "mysql://x" })).rejects.toThrow(
      "DATABASE_URL is no address of the form postgres:",
    );
    await expect(startServer(shop, { NODE_ENV: "production" })).rejects.toThrow("DEMO_PASSWORD must be set");
    const bare = join(folder.path, "bare");
    cpSync(shop, bare, { recursive: true });
    rmSync(join(bare, "node_modules", "pg"), { force: true, recursive: true });
    await expect(startServer(bare, { DATABASE_URL: "postgres://nobody@127.0.0.1:1/x" })).rejects.toThrow(
      "npm install pg@8.23.1",
    );
  });
});
