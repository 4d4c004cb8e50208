/** The HTTP server: limits, the guard in front of everything, and which path is answered by what. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Asked, check, checkPlace, cookieName, type Identity, SECURITY_HEADERS } from "./guard.ts";
import { type MessageType, seqOf } from "./hub.ts";
import { type Answer, type Api, answerGet, answerPost, json, text } from "./routes.ts";
import { type FollowOptions, followBySse } from "./sse.ts";
import { createSocketServer } from "./websocket.ts";

/** Time a client has for its whole request, milliseconds; a slower one is cut off. */
export const REQUEST_MS = 10_000;
const MAX_BODY = 16 * 1024;
const MAX_HEADER = 16 * 1024;
const MAX_CONNECTIONS = 512;
/** Clients that follow, by either way. */
const MAX_FOLLOWERS = 256;

const TYPES: ReadonlySet<string> = new Set<MessageType>(["record", "view", "repository"]);

export interface ServerOptions {
  api: Api;
  /** Known once the server listens, since it holds the port. */
  identity(): Identity;
  /** See REQUEST_MS. */
  requestMs: number;
}

export interface RelayServer {
  http: Server;
  close(): Promise<void>;
}

interface Target {
  path: string;
  query: URLSearchParams;
}

interface Refusal {
  status: number;
  reason: string;
}

const badAddress: Refusal = { status: 400, reason: "no such address" };

/** To a client that wanted another protocol: plain HTTP, and the end. */
function refusalText({ status, reason }: Refusal): string {
  return `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${reason}\n`;
}

/** The path, and the query; null for what is no path of ours by its looks. */
function targetOf(request: IncomingMessage): Target | null {
  const url = request.url ?? "";
  if (!url.startsWith("/") || url.startsWith("//") || url.length > 4096) return null;
  const [path = "", query = ""] = url.split("?", 2);
  if (/%2e|%2f|%5c|\\|\/\.\.?(\/|$)|\0/i.test(path)) return null;
  return { path, query: new URLSearchParams(query) };
}

/** Twice the same header is two opinions on what is asked. */
function repeatsHost(request: IncomingMessage): boolean {
  return request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length > 1;
}

function onlyOf(query: URLSearchParams): ReadonlySet<MessageType> | null {
  const wanted = (query.get("only") ?? "").split(",").filter((type) => TYPES.has(type));
  return wanted.length > 0 ? new Set(wanted as MessageType[]) : null;
}

export function createRelayServer({ api, identity, requestMs }: ServerOptions): RelayServer {
  const sockets = createSocketServer();
  let streams = 0;

  const followOptions = (query: URLSearchParams, since: string | undefined): FollowOptions => ({
    hub: api.hub,
    only: onlyOf(query),
    since: seqOf(since ?? query.get("since"), api.hub.epoch),
    snapshot: api.snapshot,
  });
  const full = () => streams + sockets.size >= MAX_FOLLOWERS;

  function send(response: ServerResponse, answer: Answer, head: boolean): void {
    const body = Buffer.from(answer.body);
    response.writeHead(answer.status, {
      "Content-Type": answer.type,
      "Content-Length": body.length,
      ...answer.headers,
    });
    response.end(head ? undefined : body);
    // What is refused is not read to its end either.
    if (answer.status >= 400) response.once("finish", () => response.socket?.destroySoon());
  }

  /** The token is in the URL once: from then on the browser has a cookie no script can read. */
  function enter(response: ServerResponse): void {
    const { port, session } = identity();
    response.writeHead(303, {
      Location: "/",
      "Set-Cookie": `${cookieName(port)}=${session}; HttpOnly; SameSite=Strict; Path=/`,
    });
    response.end();
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const method = request.method ?? "";
    const head = method === "HEAD";
    const target = targetOf(request);
    if (!target || repeatsHost(request)) return send(response, json(400, { error: "no such address" }), head);
    const { path, query } = target;
    const queryToken = path === "/" ? query.get("token") : null;
    const asked: Asked = { method, headers: request.headers, queryToken, upgrade: false };
    const open = path === "/healthz";
    const refused = open ? checkPlace(asked, identity()) : check(asked, identity());
    if (refused && !refused.ok) return send(response, refusal(refused.status, refused.reason, path), head);
    if (method === "POST") return send(response, await post(request, path), false);
    if (method !== "GET" && !head)
      return send(
        response,
        { ...json(405, { error: "GET or POST" }), headers: { Allow: "GET, HEAD, POST" } },
        head,
      );
    if (refused?.by === "query") return enter(response);
    if (path !== "/events" || head) return send(response, await answerGet(api, path, query), head);
    if (full()) return send(response, json(503, { error: "too many followers" }), head);
    streams += 1;
    response.on("close", () => {
      streams -= 1;
    });
    const since = request.headers["last-event-id"];
    followBySse(response, followOptions(query, typeof since === "string" ? since : undefined));
  }

  async function post(request: IncomingMessage, path: string): Promise<Answer> {
    if (!/^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(request.headers["content-type"] ?? ""))
      return json(415, { error: "application/json is expected" });
    const body = await bodyOf(request);
    if (body === null) return json(413, { error: `a body has at most ${MAX_BODY} bytes` });
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      return json(400, { error: "the body is no JSON" });
    }
    return answerPost(api, path, value);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const target = targetOf(request);
    const refused = target && !repeatsHost(request) ? refusedUpgrade(request, target) : badAddress;
    if (target && refused === null)
      sockets.accept(request, socket, head, followOptions(target.query, undefined));
    else socket.end(refusalText(refused ?? badAddress));
  }

  function refusedUpgrade(request: IncomingMessage, { path, query }: Target): Refusal | null {
    if (path !== "/ws") return { status: 404, reason: "WebSocket is at /ws" };
    const queryToken = query.get("token");
    const asked: Asked = { method: "GET", headers: request.headers, queryToken, upgrade: true };
    const checked = check(asked, identity());
    if (!checked.ok) return checked;
    return full() ? { status: 503, reason: "too many followers" } : null;
  }

  const http = createServer(
    {
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      keepAliveTimeout: 5000,
      connectionsCheckingInterval: requestMs / 10,
      maxHeaderSize: MAX_HEADER,
      highWaterMark: 64 * 1024,
    },
    (request, response) => {
      serve(request, response).catch(() => {
        if (!response.headersSent) send(response, json(500, { error: "internal fault" }), false);
        else response.destroy();
      });
    },
  );
  http.maxConnections = MAX_CONNECTIONS;
  http.on("upgrade", upgrade);
  return {
    http,
    close: () =>
      new Promise((resolve) => {
        sockets.close();
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

/** A person who opens the plain address reads how to get in; a program gets JSON. */
function refusal(status: number, reason: string, path: string): Answer {
  if (path === "/" && status === 401)
    return text(401, "Open the address that meta-orch relay printed when it started: it holds the token.\n");
  return json(status, { error: reason });
}

/** The body as text, or null when it is too long. */
function bodyOf(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY) {
        request.pause();
        resolve(null);
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", reject);
    request.on("aborted", () => reject(new Error("aborted")));
  });
}
