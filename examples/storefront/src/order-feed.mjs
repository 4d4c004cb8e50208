// GET /events/orders: the public feed of orders as server-sent events. An event's id is the order's number, so a
// client that comes back with Last-Event-ID gets everything it missed, in order, and nothing twice.
import { SECURITY_HEADERS } from "./http.mjs";
import { orderEvent } from "./orders.mjs";

/** What a client without Last-Event-ID is told about the past. */
const BACKLOG = 3;
const BATCH = 100;
const RECONNECT_MS = 2000;

/**
 * @typedef {object} Subscriber
 * @property {import("node:http").ServerResponse} response
 * @property {number} cursor number of the last order sent
 * @property {number} left events until the stream closes
 * @property {Promise<void>} turn the queue: one read of the repository at a time
 */

export class OrderFeed {
  /** @type {Set<Subscriber>} */
  #subscribers = new Set();

  /** @param {import("./orders.mjs").OrderRepository} orders @param {number} heartbeatMs */
  constructor(orders, heartbeatMs) {
    this.orders = orders;
    this.timer = setInterval(() => this.#beat(), heartbeatMs);
    this.timer.unref();
  }

  get size() {
    return this.#subscribers.size;
  }

  /**
   * @param {import("node:http").ServerResponse} response
   * @param {number | undefined} lastEventId @param {number | undefined} limit events until it closes; none = for ever
   */
  async subscribe(response, lastEventId, limit) {
    const cursor = lastEventId ?? Math.max(0, (await this.orders.lastSeq()) - BACKLOG);
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // The connection is of no use after the stream; kept alive, it would only hold up closing the shop.
      connection: "close",
      "x-accel-buffering": "no",
    });
    if (response.req.method === "HEAD") {
      response.end();
      return;
    }
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    const subscriber = { response, cursor, left: limit ?? Infinity, turn: Promise.resolve() };
    this.#subscribers.add(subscriber);
    response.on("close", () => this.#subscribers.delete(subscriber));
    this.#advance(subscriber);
  }

  /** Tells every subscriber that there is something new. */
  notify() {
    for (const subscriber of this.#subscribers) this.#advance(subscriber);
  }

  /** @param {Subscriber} subscriber */
  #advance(subscriber) {
    subscriber.turn = subscriber.turn
      .then(() => this.#deliver(subscriber))
      .catch(() => this.#end(subscriber));
  }

  /** @param {Subscriber} subscriber */
  async #deliver(subscriber) {
    for (let batch = BATCH; batch === BATCH && this.#subscribers.has(subscriber); ) {
      const orders = await this.orders.after(subscriber.cursor, BATCH);
      batch = orders.length;
      for (const order of orders) {
        if (subscriber.left <= 0) break;
        subscriber.response.write(
          `id: ${order.seq}\nevent: order\ndata: ${JSON.stringify(orderEvent(order))}\n\n`,
        );
        subscriber.cursor = order.seq;
        subscriber.left -= 1;
      }
      if (subscriber.left <= 0) this.#end(subscriber);
    }
  }

  /** @param {Subscriber} subscriber */
  #end(subscriber) {
    this.#subscribers.delete(subscriber);
    subscriber.response.end();
  }

  #beat() {
    for (const { response } of this.#subscribers)
      response.write(`: heartbeat ${new Date().toISOString()}\n\n`);
    // Orders placed through another instance are found here at the latest.
    this.notify();
  }

  close() {
    clearInterval(this.timer);
    for (const subscriber of this.#subscribers) this.#end(subscriber);
  }
}
