// /ws/prices: every tick one message with all prices (or those asked for), numbered without gaps.
import { WebSocketServer } from "ws";
import { symbols } from "./catalogue.mjs";

const PATH = "/ws/prices";
const MAX_MESSAGE_BYTES = 1024;
/** A client that reads slower than this is let go instead of filling the memory. */
const MAX_BACKLOG_BYTES = 1024 * 1024;
const PING_EVERY_MS = 15_000;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

/** @typedef {import("ws").WebSocket} Socket */
/** @typedef {{ wanted: Set<string>, alive: boolean }} Client */

/** @param {import("node:http").IncomingMessage} request @returns {boolean} */
function sameOrigin(request) {
  const { origin, host } = request.headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** The symbols of ?symbols=SPY,GLD; all without it; null when one is unknown. @param {URL} url */
function wantedSymbols(url) {
  const asked = url.searchParams.get("symbols");
  if (asked === null) return new Set(symbols);
  const wanted = asked.split(",");
  return wanted.every((symbol) => symbols.includes(symbol)) ? new Set(wanted) : null;
}

/** @param {import("node:stream").Duplex} socket @param {string} status such as "404 Not Found" */
function refuse(socket, status) {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

export class PriceFeed {
  #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  /** @type {Map<Socket, Client>} */
  #clients = new Map();
  #seq = 0;
  /** @type {any[]} */
  #latest = [];

  /** @param {import("./quotes.mjs").Quotes} quotes @param {number} tickMs */
  constructor(quotes, tickMs) {
    this.quotes = quotes;
    this.tickMs = tickMs;
    this.pinger = setInterval(() => this.#ping(), PING_EVERY_MS);
    this.pinger.unref();
  }

  /** The first prices, then one round per tick. A round that is slow delays the next, it does not overlap it. */
  async start() {
    this.#latest = await this.quotes.tick(symbols);
    const round = async () => {
      this.#latest = await this.quotes.tick(symbols);
      this.#seq += 1;
      for (const [socket, client] of this.#clients) this.#send(socket, client);
      if (this.timer) this.timer = setTimeout(round, this.tickMs);
    };
    this.timer = setTimeout(round, this.tickMs);
  }

  /** @param {Client} client */
  #message(client) {
    const prices = this.#latest
      .filter((quote) => client.wanted.has(quote.symbol))
      .map(({ symbol, price, change, changePct, stale }) => ({ symbol, price, change, changePct, stale }));
    return JSON.stringify({ type: "prices", seq: this.#seq, asOf: new Date().toISOString(), prices });
  }

  /** @param {Socket} socket @param {Client} client */
  #send(socket, client) {
    if (socket.bufferedAmount > MAX_BACKLOG_BYTES) return socket.terminate();
    return socket.send(this.#message(client));
  }

  /** @param {import("node:http").IncomingMessage} request @param {import("node:stream").Duplex} socket @param {Buffer} head */
  upgrade(request, socket, head) {
    socket.on("error", () => socket.destroy());
    if (!URL.canParse(request.url ?? "", "http://localhost")) return refuse(socket, "400 Bad Request");
    const url = new URL(request.url ?? "", "http://localhost");
    if (url.pathname !== PATH) return refuse(socket, "404 Not Found");
    if (!sameOrigin(request)) return refuse(socket, "403 Forbidden");
    const wanted = wantedSymbols(url);
    if (!wanted) return refuse(socket, "400 Bad Request");
    return this.#server.handleUpgrade(request, socket, head, (connected) => this.#welcome(connected, wanted));
  }

  /** @param {Socket} socket @param {Set<string>} wanted */
  #welcome(socket, wanted) {
    const client = { wanted, alive: true };
    this.#clients.set(socket, client);
    socket.on("pong", () => {
      client.alive = true;
    });
    socket.on("message", (data) => this.#answer(socket, String(data)));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => this.#clients.delete(socket));
    this.#send(socket, client);
  }

  /** The one thing a client may say is {"type":"ping"}. @param {Socket} socket @param {string} text */
  #answer(socket, text) {
    try {
      if (JSON.parse(text).type === "ping")
        return socket.send(JSON.stringify({ type: "pong", seq: this.#seq }));
    } catch {
      // Not JSON: refused below like any other message.
    }
    return socket.close(POLICY_VIOLATION, 'only {"type":"ping"} is understood');
  }

  #ping() {
    for (const [socket, client] of this.#clients) {
      if (!client.alive) socket.terminate();
      client.alive = false;
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  }

  close() {
    clearTimeout(this.timer);
    this.timer = undefined;
    clearInterval(this.pinger);
    for (const socket of this.#clients.keys()) socket.close(GOING_AWAY, "the shop is closing");
    this.#server.close();
  }
}
