// The quote cache in Redis: a RESP client of the four commands it needs, over node:net or node:tls.
import net from "node:net";
import tls from "node:tls";

const DAY_SECONDS = 86_400;

/** @param {string[]} parts */
function encode(parts) {
  return `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;
}

/**
 * One reply from the front of the buffer, and how many bytes it took; null when it is not complete yet.
 * @param {Buffer} buffer @returns {{ value: string | null | Error, size: number } | null}
 */
export function decode(buffer) {
  const end = buffer.indexOf("\r\n");
  if (end < 0) return null;
  const line = buffer.toString("utf8", 1, end);
  const kind = String.fromCharCode(buffer[0] ?? 0);
  if (kind === "-") return { value: new Error(line), size: end + 2 };
  if (kind !== "$") return { value: line, size: end + 2 };
  const length = Number(line);
  if (length < 0) return { value: null, size: end + 2 };
  const size = end + 2 + length + 2;
  return buffer.length < size ? null : { value: buffer.toString("utf8", end + 2, end + 2 + length), size };
}

/** One connection, commands answered in order; connects on first use and again after it was lost. */
export class RedisClient {
  /** @type {net.Socket | null} */
  #socket = null;
  /** @type {{ resolve: (value: string | null) => void, reject: (error: Error) => void }[]} */
  #waiting = [];
  #buffer = Buffer.alloc(0);

  /** @param {string} url @param {number} timeoutMs */
  constructor(url, timeoutMs) {
    this.url = new URL(url);
    this.timeoutMs = timeoutMs;
  }

  #connect() {
    const { hostname: host, port, protocol, username, password, pathname } = this.url;
    const target = { host: host.replace(/^\[|\]$/g, ""), port: Number(port || 6379) };
    const socket =
      protocol === "rediss:" ? tls.connect({ ...target, servername: target.host }) : net.connect(target);
    this.#socket = socket;
    socket.setTimeout(this.timeoutMs);
    socket.on("timeout", () => {
      if (this.#waiting.length > 0) this.#drop(socket, new Error("Redis did not answer in time"));
    });
    socket.on("data", (chunk) => this.#receive(socket, chunk));
    socket.on("error", (error) => this.#drop(socket, error));
    socket.on("close", () => this.#drop(socket, new Error("Redis closed the connection")));
    const credentials = [username, password].filter(Boolean).map(decodeURIComponent);
    if (credentials.length > 0)
      this.#write(["AUTH", ...credentials]).catch((error) => this.#drop(socket, error));
    if (/^\/\d+$/.test(pathname))
      this.#write(["SELECT", pathname.slice(1)]).catch((error) => this.#drop(socket, error));
  }

  /** @param {net.Socket} socket @param {Error} error */
  #drop(socket, error) {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#buffer = Buffer.alloc(0);
    for (const waiter of this.#waiting.splice(0)) waiter.reject(error);
    socket.destroy();
  }

  /** @param {net.Socket} socket @param {Buffer} chunk */
  #receive(socket, chunk) {
    if (this.#socket !== socket) return;
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (let reply = decode(this.#buffer); reply; reply = decode(this.#buffer)) {
      this.#buffer = this.#buffer.subarray(reply.size);
      const waiter = this.#waiting.shift();
      if (reply.value instanceof Error) waiter?.reject(reply.value);
      else waiter?.resolve(reply.value);
    }
  }

  /** @param {string[]} parts @returns {Promise<string | null>} */
  #write(parts) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket?.write(encode(parts));
    });
  }

  /** Sends one command; rejects with the server's or the network's error. @param {string[]} parts */
  command(...parts) {
    if (!this.#socket) this.#connect();
    return this.#write(parts);
  }

  close() {
    if (this.#socket) this.#drop(this.#socket, new Error("closed"));
  }
}

/** @param {string} url @param {number} timeoutMs @returns {import("./quotes.mjs").QuoteCache} */
export function redisCache(url, timeoutMs) {
  const client = new RedisClient(url, timeoutMs);
  const key = (/** @type {string} */ symbol) => `storefront:quote:${symbol}`;
  return {
    kind: "redis",
    async get(symbol) {
      const text = await client.command("GET", key(symbol));
      return text === null ? null : JSON.parse(text);
    },
    async set(symbol, price) {
      await client.command("SET", key(symbol), JSON.stringify(price), "EX", String(DAY_SECONDS));
    },
    reachable: () =>
      client.command("PING").then(
        (reply) => reply === "PONG",
        () => false,
      ),
    close: () => client.close(),
  };
}
