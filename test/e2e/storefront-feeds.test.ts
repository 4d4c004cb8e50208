/** The storefront's two live feeds: prices over a WebSocket, orders as server-sent events. */
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { schemaErrors } from "./storefront/contract.ts";
import { openStream } from "./storefront/event-stream.ts";
import { placeOrder, type Server, scratch, signIn, startServer, variants } from "./storefront/support.ts";

const FAST = { PRICE_TICK_MS: "25", ORDER_HEARTBEAT_MS: "25" };
const schema = (name: string) => ({ $ref: `#/components/schemas/${name}` });

interface PriceMessage {
  type: string;
  seq: number;
  prices: { symbol: string; price: number }[];
}

/** Messages as they come, from before the connection is open: the first one may arrive with it. */
function listen(socket: WebSocket): () => Promise<PriceMessage> {
  const queue: PriceMessage[] = [];
  let wake: () => void = () => {};
  socket.on("message", (data) => {
    queue.push(JSON.parse(String(data)));
    wake();
  });
  return async () => {
    while (queue.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return queue.shift()!;
  };
}

/** The HTTP status with which an upgrade is refused. */
async function refusal(url: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url, { headers });
  const [request, response] = await once(socket, "unexpected-response");
  request.destroy();
  return response.statusCode;
}

describe("live feeds", () => {
  const folder = scratch();
  let server: Server;
  let prices: string;

  beforeAll(async () => {
    await variants.buildVariant("healthy", folder.path);
    server = await startServer(folder.path, FAST);
    prices = `${server.url.replace("http", "ws")}/ws/prices`;
  });
  afterAll(async () => {
    await server.stop();
    folder.dispose();
  });

  it("prices come at once and then numbered without gaps, each as documented", async () => {
    const socket = new WebSocket(prices);
    const next = listen(socket);
    const first = await next();
    for (let expected = first.seq; expected < first.seq + 10; expected += 1) {
      const message: PriceMessage = expected === first.seq ? first : await next();
      expect(message.seq).toBe(expected);
      expect(schemaErrors(schema("PriceMessage"), message)).toBe("");
      expect(message.prices).toHaveLength(12);
    }
    socket.close(1000);
    const [code] = await once(socket, "close");
    expect(code).toBe(1000);
  });

  it("prices can be narrowed to some symbols; unknown ones are refused", async () => {
    const socket = new WebSocket(`${prices}?symbols=GLD,SPY`);
    const message = await listen(socket)();
    expect(message.prices.map(({ symbol }) => symbol).sort()).toEqual(["GLD", "SPY"]);
    socket.terminate();
    expect(await refusal(`${prices}?symbols=GLD,NOPE`)).toBe(400);
    expect(await refusal(prices.replace("/prices", "/elsewhere"))).toBe(404);
  });

  it("pages of other sites are refused", async () => {
    expect(await refusal(prices, { origin: "https://evil.example" })).toBe(403);
    const own = new WebSocket(prices, { headers: { origin: server.url } });
    await once(own, "open");
    own.terminate();
  });

  it("a ping is answered, as a frame and as a message; anything else ends the connection", async () => {
    const socket = new WebSocket(prices);
    const next = listen(socket);
    await once(socket, "open");
    socket.ping("are you there");
    const [echo] = await once(socket, "pong");
    expect(String(echo)).toBe("are you there");
    socket.send(JSON.stringify({ type: "ping" }));
    let message = await next();
    while (message.type !== "pong") message = await next();
    socket.send("hello");
    const [code] = await once(socket, "close");
    expect(code).toBe(1008);
  });

  it("orders: the latest three first, then each new one, then a heartbeat while nothing happens", async () => {
    const stream = await openStream(`${server.url}/events/orders`);
    const session = await signIn(server.url);
    const backlog = [await stream.event(), await stream.event(), await stream.event()];
    expect(backlog.map(({ id }) => id)).toEqual(["1", "2", "3"]);
    const seq = await placeOrder(server.url, session, "bnd-slice");
    const placed = await stream.event();
    expect(placed).toMatchObject({ id: String(seq), event: "order" });
    expect(schemaErrors(schema("OrderEvent"), placed.data)).toBe("");
    expect(JSON.stringify(placed.data)).not.toContain("ana");
    expect(await stream.comment()).toMatch(/^heartbeat \d{4}-/);
    stream.close();
  });

  it("a client that comes back with Last-Event-ID misses nothing and sees nothing twice", async () => {
    const session = await signIn(server.url);
    const first = await openStream(`${server.url}/events/orders`);
    const seq = await placeOrder(server.url, session, "tip-slice");
    let last = await first.event();
    while (last.id !== String(seq)) last = await first.event();
    first.close();
    const missed = [
      await placeOrder(server.url, session, "dia-slice"),
      await placeOrder(server.url, session, "xlk-slice"),
    ];
    const again = await openStream(`${server.url}/events/orders`, { "last-event-id": last.id });
    const live = placeOrder(server.url, session, "vti-slice");
    const ids = [(await again.event()).id, (await again.event()).id, (await again.event()).id];
    expect(ids).toEqual([...missed, await live].map(String));
    again.close();
    const limited = await openStream(`${server.url}/events/orders?limit=2`, { "last-event-id": "0" });
    expect((await limited.rest()).map(({ id }) => id)).toEqual(["1", "2"]);
  });

  it("closing the shop closes both feeds cleanly", async () => {
    const own = await startServer(folder.path, FAST);
    const socket = new WebSocket(`${own.url.replace("http", "ws")}/ws/prices`);
    await once(socket, "open");
    const stream = await openStream(`${own.url}/events/orders`);
    const closed = once(socket, "close");
    const ended = stream.rest();
    expect(await own.stop()).toBe(0);
    expect((await closed)[0]).toBe(1001);
    expect((await ended).map(({ id }) => id)).toEqual(["1", "2", "3"]);
  });

  it("the shop ends with the program that started it", async () => {
    const own = await startServer(folder.path);
    const exited = once(own.process, "exit");
    own.process.disconnect();
    expect((await exited)[0]).toBe(0);
  });
});
