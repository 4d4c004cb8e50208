// A service with planted faults: every fault has a route that works (clean) and the same route broken, the flow
// that uses it, and the rule under which live-flows must name it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocketServer } from "ws";

const MINUTE = 60_000;
const iso = (time) => new Date(time).toISOString();
const httpDate = (time) => new Date(time).toUTCString();
const later = (ms, action) => setTimeout(action, ms);

function json(response, value, { status = 200, ...headers } = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

// Thresholds are far above what a busy machine needs and far below what is planted.
const FRESH = { at: "$.asOf", maxAge: "30s" };
const FALLBACK = { fault: { headers: { "x-fault": "primary" } }, within: "1s", marker: "$.stale" };
const LIMIT_MS = 1000;
const PLANTED_MS = 1400;
const GAP = { events: 4, gap: "600ms", within: "5s" };
const GAP_PLANTED_MS = 900;

/** A quote as an answer: data of `ageMs` ago. */
const quote = (ageMs = 0, more = {}) => ({ price: 5, stale: false, asOf: iso(Date.now() - ageMs), ...more });

/** Answers under a fault of the primary; `broken` gets the answer when it is asked for one. */
const fallbackRoute = (broken) => (request, response, isBroken) => {
  const failing = request.headers["x-fault"] === "primary";
  if (!failing) return json(response, quote());
  return isBroken ? broken(response) : json(response, quote(2000, { stale: true }), { age: "2" });
};

/** Faults of plain requests: `route(request, response, isBroken)`. */
const REQUESTS = {
  "frozen timestamp": {
    rule: "frozen",
    flow: { fresh: { ...FRESH, increasing: "20ms" } },
    route: (_, response, broken) => json(response, broken ? { asOf: FROZEN } : quote()),
  },
  "timestamps going back": {
    rule: "went-backwards",
    flow: { fresh: { ...FRESH, increasing: "20ms" } },
    route(_request, response, broken) {
      this.turn = (this.turn ?? 0) + 1;
      json(response, quote(broken ? this.turn * 3000 : 0));
    },
  },
  "clock skew": {
    rule: "clock-skew",
    flow: { fresh: FRESH },
    route: (_, response, broken) => {
      const skew = broken ? -10 * MINUTE : 0;
      json(response, { asOf: iso(Date.now() + skew) }, { date: httpDate(Date.now() + skew) });
    },
  },
  "stale marked fresh": {
    rule: "stale-marked-fresh",
    flow: { fresh: { ...FRESH, marker: "$.stale" } },
    route: (_, response, broken) => json(response, quote(broken ? 3 * MINUTE : 0)),
  },
  "old data": {
    rule: "stale",
    flow: { fresh: FRESH },
    route: (_, response, broken) => json(response, quote(broken ? 3 * MINUTE : 1000)),
  },
  "timestamp in the future": {
    rule: "future-timestamp",
    flow: { fresh: FRESH },
    route: (_, response, broken) => json(response, quote(broken ? -60 * MINUTE : 0)),
  },
  "no timestamp": {
    rule: "no-timestamp",
    flow: { fresh: FRESH },
    route: (_, response, broken) => json(response, broken ? { asOf: "just now" } : quote()),
  },
  "dishonest Age": {
    rule: "dishonest-age",
    flow: { fresh: { ...FRESH, maxAge: "5m" } },
    route: (_, response, broken) =>
      json(response, quote(broken ? 0 : 10_000), { age: broken ? "120" : "10" }),
  },
  "dishonest Last-Modified": {
    rule: "dishonest-last-modified",
    flow: { fresh: FRESH },
    route: (_, response, broken) =>
      json(response, quote(), { "last-modified": httpDate(Date.now() - (broken ? 60 * MINUTE : 0)) }),
  },
  "cache beyond max-age": {
    rule: "stale-served",
    flow: { fresh: { ...FRESH, maxAge: "5m" } },
    route: (_, response, broken) => {
      const age = broken ? 90 : 20;
      json(response, quote(age * 1000), { age: String(age), "cache-control": "public, max-age=30" });
    },
  },
  "slow fallback": {
    rule: "fallback-slow",
    flow: { fresh: FRESH, fallback: FALLBACK },
    route: fallbackRoute((response) => later(PLANTED_MS, () => json(response, quote(2000, { stale: true })))),
  },
  "no fallback": {
    rule: "fallback-missing",
    flow: { fresh: FRESH, fallback: FALLBACK },
    route: fallbackRoute((response) => json(response, { error: "no quote" }, { status: 503 })),
  },
  "fallback marked fresh": {
    rule: "stale-marked-fresh",
    flow: { fresh: FRESH, fallback: FALLBACK },
    route: fallbackRoute((response) => json(response, quote(2000))),
  },
  "fallback too old": {
    rule: "fallback-too-old",
    flow: { fresh: FRESH, fallback: { ...FALLBACK, maxAge: "10m" } },
    route: fallbackRoute((response) => json(response, quote(60 * MINUTE, { stale: true }))),
  },
  "slow first byte": {
    rule: "latency",
    flow: { expect: { latency: `< ${LIMIT_MS}ms` } },
    route: (_, response, broken) => later(broken ? PLANTED_MS : 0, () => json(response, {})),
  },
  "slow body": {
    rule: "latency",
    flow: { expect: { latency: `< ${LIMIT_MS}ms` } },
    route: (_, response, broken) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("first half, ");
      later(broken ? PLANTED_MS : 0, () => response.end("second half"));
    },
  },
  "no answer": {
    rule: "timeout",
    flow: { timeout: "1s" },
    route: (_, response, broken) => broken || json(response, {}),
  },
  "wrong charset": {
    rule: "charset",
    flow: { expect: { text: "ber" } },
    route: (_, response, broken) => {
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
      response.end(Buffer.from("über", broken ? "latin1" : "utf8"));
    },
  },
  "redirect loop": {
    rule: "redirect-loop",
    flow: {},
    route: (request, response, broken) => {
      if (!broken && request.url.endsWith("?b")) return json(response, {});
      const [path, here] = request.url.split("?");
      return response.writeHead(302, { location: `${path}?${here === "b" ? "a" : "b"}` }).end();
    },
  },
  "redirect to another host": {
    rule: "redirect-host",
    flow: {},
    route: (request, response, broken) => {
      if (!broken && request.url.endsWith("?b")) return json(response, {});
      const location = broken ? "http://169.254.169.254/latest/meta-data/" : `${request.url}?b`;
      return response.writeHead(302, { location }).end();
    },
  },
  "another redirect than expected": {
    rule: "redirects",
    flow: (path) => ({ expect: { redirects: [{ status: 301, to: `${path}?to=new` }] } }),
    route: (request, response, broken) => {
      if (request.url.includes("?")) return json(response, {});
      return response.writeHead(broken ? 302 : 301, { location: `${request.url}?to=new` }).end();
    },
  },
  "429 with Retry-After": {
    rule: "status",
    flow: {},
    says: "Retry-After: 7",
    route: (_, response, broken) =>
      json(response, {}, broken ? { status: 429, "retry-after": "7" } : { status: 200 }),
  },
  "against its schema": {
    rule: "schema",
    flow: { expect: { schema: { type: "object", properties: { price: { type: "number", minimum: 0 } } } } },
    route: (_, response, broken) => json(response, { price: broken ? -1 : 1 }),
  },
  "a page instead of JSON": {
    rule: "json",
    flow: { expect: { json: { "$.price": "> 0" } } },
    route: (_, response, broken) => {
      if (!broken) return json(response, quote());
      return response.writeHead(200, { "content-type": "text/html" }).end("<title>Oops</title>");
    },
  },
  "a missing header": {
    rule: "header",
    flow: { expect: { headers: { "x-frame-options": "DENY" } } },
    route: (_, response, broken) => json(response, {}, broken ? {} : { "x-frame-options": "DENY" }),
  },
  "too much": {
    rule: "size",
    flow: { expect: { size: "< 10kb" } },
    route: (_, response, broken) => json(response, { text: "x".repeat(broken ? 20_000 : 20) }),
  },
  "no gzip at all": {
    rule: "protocol",
    flow: {},
    route: (_, response, broken) =>
      response.writeHead(200, broken ? { "content-encoding": "gzip" } : {}).end("plain"),
  },
  "login without a cookie": {
    rule: "login",
    flow: (path) => ({ auth: { login: { post: `${path}?in`, body: { form: { user: "ana" } } } } }),
    route: (request, response, broken) => {
      if (request.url.endsWith("?in"))
        return json(response, {}, broken ? {} : { "set-cookie": "sid=0123456789; Path=/; HttpOnly" });
      return json(response, {}, { status: request.headers.cookie?.includes("sid=0123456789") ? 200 : 401 });
    },
  },
  "no token": {
    rule: "login",
    flow: (path) => ({
      auth: { oauth2: { tokenUrl: `${path}?token`, clientId: "me", clientSecret: "client-secret" } },
    }),
    route: (request, response, broken) => {
      if (!request.url.endsWith("?token"))
        return json(response, {}, { status: request.headers.authorization === "Bearer t0ken-1" ? 200 : 401 });
      if (broken) return json(response, { error: "invalid_client" }, { status: 401 });
      return json(response, { access_token: "t0ken-1", token_type: "bearer", expires_in: 3600 });
    },
  },
};

const FROZEN = iso(Date.now());

const sse = (response) => {
  response.writeHead(200, { "content-type": "text/event-stream", connection: "close" });
  return (id, value) => response.write(`id: ${id}\nevent: tick\ndata: ${JSON.stringify(value)}\n\n`);
};

/** Sends events one after the other, `pause(index)` ms before each. */
function drip(count, pause, send, done = () => {}) {
  const next = (index) => {
    if (index >= count) return done();
    return later(pause(index), () => {
      send(index);
      next(index + 1);
    });
  };
  next(0);
}

/** Faults of server-sent events. */
const EVENTS = {
  "first event late": {
    rule: "stream-first",
    stream: { events: 2, first: "800ms", within: "5s" },
    route: (_, response, broken) => {
      const send = sse(response);
      drip(
        2,
        (index) => (broken && index === 0 ? PLANTED_MS : 5),
        (index) => send(index + 1, { seq: index }),
      );
    },
  },
  "SSE gap": {
    rule: "stream-gap",
    stream: GAP,
    route: (_, response, broken) => {
      const send = sse(response);
      drip(
        4,
        (index) => (broken && index === 2 ? GAP_PLANTED_MS : 5),
        (index) => send(index + 1, { seq: index }),
      );
    },
  },
  "SSE dropped": {
    rule: "stream-dropped",
    stream: { events: 4, within: "5s" },
    route: (_, response, broken) => {
      const send = sse(response);
      const end = () => broken && response.socket.destroy();
      drip(
        broken ? 2 : 4,
        () => 5,
        (index) => send(index + 1, { seq: index }),
        end,
      );
    },
  },
  "ignored Last-Event-ID": {
    rule: "resume-ignored",
    stream: { events: 3, resume: true, within: "5s" },
    route: (request, response, broken) => {
      const from = broken ? 0 : Number(request.headers["last-event-id"] ?? 0);
      const send = sse(response);
      drip(
        3,
        () => 2,
        (index) => send(from + index + 1, { seq: index }),
      );
    },
  },
  "event against its schema": {
    rule: "stream-schema",
    stream: { events: 3, within: "5s", schema: { type: "object", required: ["seq"] } },
    route: (_, response, broken) => {
      const send = sse(response);
      drip(
        3,
        () => 2,
        (index) => send(index + 1, broken && index === 1 ? { no: index } : { seq: index }),
      );
    },
  },
  "event sent twice": {
    rule: "stream-duplicate",
    stream: { events: 4, within: "5s", order: "$.seq" },
    route: (_, response, broken) => {
      const send = sse(response);
      drip(
        4,
        () => 2,
        (index) => send(index + 1, { seq: broken && index === 2 ? 1 : index }),
      );
    },
  },
  "no event stream": {
    rule: "stream-type",
    stream: { events: 2, within: "5s" },
    route: (_, response, broken) => {
      if (broken) return json(response, []);
      const send = sse(response);
      return drip(
        2,
        () => 2,
        (index) => send(index + 1, { seq: index }),
      );
    },
  },
  "a value out of bounds in an event": {
    rule: "stream-json",
    stream: { events: 3, within: "5s", json: { "$.price": "> 0" } },
    route: (_, response, broken) => {
      const send = sse(response);
      drip(
        3,
        () => 2,
        (index) => send(index + 1, { price: broken && index === 2 ? 0 : 1 }),
      );
    },
  },
};

const say = (socket, value) => socket.send(typeof value === "string" ? value : JSON.stringify(value));

/** Faults of WebSockets: `talk(socket, isBroken)`. */
const SOCKETS = {
  "dropped socket": {
    rule: "stream-dropped",
    stream: { events: 4, within: "5s" },
    talk: (socket, broken) =>
      drip(
        broken ? 2 : 4,
        () => 3,
        (seq) => say(socket, { seq }),
        () => broken && socket.terminate(),
      ),
  },
  reorder: {
    rule: "stream-order",
    stream: { events: 5, within: "5s", order: { by: "$.seq", step: 1 } },
    talk: (socket, broken) => {
      const order = broken ? [0, 1, 3, 2, 4] : [0, 1, 2, 3, 4];
      drip(
        5,
        () => 3,
        (index) => say(socket, { seq: order[index] }),
      );
    },
  },
  "lost message": {
    rule: "stream-lost",
    stream: { events: 4, within: "5s", order: { by: "$.seq", step: 1 } },
    talk: (socket, broken) =>
      drip(
        4,
        () => 3,
        (index) => say(socket, { seq: broken && index > 1 ? index + 1 : index }),
      ),
  },
  "WebSocket gap": {
    rule: "stream-gap",
    stream: GAP,
    talk: (socket, broken) =>
      drip(
        4,
        (index) => (broken && index === 3 ? GAP_PLANTED_MS : 3),
        (seq) => say(socket, { seq }),
      ),
  },
  "not JSON": {
    rule: "stream-format",
    stream: { events: 3, within: "5s", json: { "$.seq": { type: "number" } } },
    talk: (socket, broken) =>
      drip(
        3,
        () => 3,
        (seq) => say(socket, broken && seq === 1 ? "seq=1" : { seq }),
      ),
  },
  "no pong": {
    rule: "no-pong",
    stream: { events: 1, within: "5s", ping: "700ms" },
    autoPong: false,
    talk: (socket) => say(socket, { seq: 0 }),
  },
  "unclean close": {
    rule: "stream-close",
    stream: { events: 1, within: "5s", close: "clean" },
    talk: (socket, broken) => {
      say(socket, { seq: 0 });
      // A socket that is destroyed when the close frame comes never answers it.
      if (broken) socket._receiver.removeAllListeners("conclude").on("conclude", () => socket.terminate());
    },
  },
  "refused upgrade": {
    rule: "status",
    stream: { events: 1, within: "5s" },
    refuse: true,
    talk: (socket) => say(socket, {}),
  },
};

const KEPT = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
const OK = `${KEPT}connection: close\r\n`;

/** Faults below HTTP: `speak(socket, path, isBroken, requests)` on a raw connection. */
const WIRES = {
  "truncated body": {
    rule: "truncated",
    speak: (socket, broken) => socket.end(`${OK}content-length: 9\r\n\r\n${broken ? "only" : "only this"}`),
  },
  "body cut in a chunk": {
    rule: "truncated",
    speak: (socket, broken) =>
      socket.end(
        `${OK}transfer-encoding: chunked\r\n\r\n${broken ? "50\r\nonly this" : "4\r\nthis\r\n0\r\n\r\n"}`,
      ),
  },
  "dropped before an answer": {
    rule: "reset",
    speak: (socket, broken) => (broken ? socket.destroy() : socket.end(`${OK}content-length: 2\r\n\r\nok`)),
  },
  "no HTTP": {
    rule: "protocol",
    speak: (socket, broken) => socket.end(broken ? "220 mail ready\r\n" : `${OK}content-length: 2\r\n\r\nok`),
  },
  "keep-alive reset": {
    rule: "keep-alive-reset",
    severity: "medium",
    steps: 2,
    speak: (socket, broken, requests) => {
      if (broken && requests > 1) socket.resetAndDestroy();
      else socket.write(`${KEPT}content-length: 2\r\n\r\nok`);
    },
  },
};

function selfSigned() {
  const dir = mkdtempSync(join(tmpdir(), "fault-server-"));
  const file = (name) => join(dir, name);
  try {
    const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
    const out = ["-keyout", file("key.pem"), "-out", file("cert.pem")];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...out, ...names], {
      stdio: "ignore",
    });
    return { key: readFileSync(file("key.pem")), cert: readFileSync(file("cert.pem")) };
  } catch {
    return null;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
const isBroken = (url) => url.startsWith("/broken/");
const nameIn = (url) => /^\/(?:broken|clean)\/([\w-]+)/.exec(url)?.[1];
const bySlug = (table) => new Map(Object.entries(table).map(([name, fault]) => [slug(name), fault]));

function httpHandler(tables) {
  const faults = new Map(tables.flatMap((table) => [...bySlug(table)]));
  return (request, response) => {
    request.resume();
    const fault = faults.get(nameIn(request.url));
    if (fault?.route) fault.route(request, response, isBroken(request.url));
    else if (request.url === "/dependency")
      json(response, { error: "connect ECONNREFUSED 127.0.0.1:5432" }, { status: 503 });
    else json(response, {}, { status: request.url === "/" ? 200 : 404 });
  };
}

function webSockets(server) {
  const faults = bySlug(SOCKETS);
  const plain = new WebSocketServer({ noServer: true });
  const mute = new WebSocketServer({ noServer: true, autoPong: false });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => {});
    const fault = faults.get(nameIn(request.url));
    const broken = isBroken(request.url);
    if (!fault || (fault.refuse && broken))
      return socket.end("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    const host = fault.autoPong === false && broken ? mute : plain;
    return host.handleUpgrade(request, socket, head, (connected) => {
      connected.on("error", () => {});
      fault.talk(connected, broken);
    });
  });
}

function rawServer() {
  const faults = bySlug(WIRES);
  return createTcpServer((socket) => {
    let requests = 0;
    socket.on("error", () => {});
    socket.on("data", (data) => {
      requests += 1;
      const url = String(data).split(" ", 2)[1] ?? "";
      faults.get(nameIn(url))?.speak(socket, isBroken(url), requests);
    });
  });
}

const sockets = new WeakMap();

async function listen(server) {
  const open = new Set();
  sockets.set(server, open);
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
}

const close = (server) =>
  new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets.get(server)) socket.destroy();
  });

/** The flow of one fault, against its broken or its clean route. */
function flowsOf(kind, { port, rawPort, tlsPort, deadPort }) {
  const path = (name) => `/${kind}/${slug(name)}`;
  const raw = (name) => `http://127.0.0.1:${rawPort}${path(name)}`;
  const flows = [];
  const add = (name, flow, { rule, severity = "high", says = "" }) =>
    flows.push({ flow: { name, ...flow }, rule: `flows/${rule}`, severity, says });
  for (const [name, fault] of Object.entries(REQUESTS)) {
    const more = typeof fault.flow === "function" ? fault.flow(path(name)) : fault.flow;
    add(name, { get: path(name), ...more }, fault);
  }
  for (const [name, fault] of Object.entries(EVENTS))
    add(name, { sse: path(name), stream: fault.stream }, fault);
  for (const [name, fault] of Object.entries(SOCKETS))
    add(name, { websocket: path(name), stream: fault.stream }, fault);
  for (const [name, fault] of Object.entries(WIRES)) {
    const one = { get: raw(name) };
    add(name, fault.steps ? { steps: Array.from({ length: fault.steps }, () => one) } : one, fault);
  }
  const broken = kind === "broken";
  const root = `http://127.0.0.1:${port}/`;
  add("DNS failure", { get: broken ? "http://nobody.invalid/" : root }, { rule: "dns" });
  add("connection refused", { get: broken ? `http://127.0.0.1:${deadPort}/` : root }, { rule: "refused" });
  if (tlsPort !== null)
    add("bad certificate", { get: broken ? `https://127.0.0.1:${tlsPort}/` : root }, { rule: "certificate" });
  return flows;
}

/** Starts it all on random ports of 127.0.0.1. */
export async function startFaultServer() {
  const server = createServer(httpHandler([REQUESTS, EVENTS]));
  webSockets(server);
  const raw = rawServer();
  const pair = selfSigned();
  const secure = pair ? createTlsServer(pair, (_, response) => response.end()) : null;
  const dead = createTcpServer();
  const ports = {
    port: await listen(server),
    rawPort: await listen(raw),
    tlsPort: secure ? await listen(secure) : null,
    deadPort: await listen(dead),
  };
  await close(dead);
  return {
    url: `http://127.0.0.1:${ports.port}`,
    /** Flows against the broken or the clean routes, with the rule each broken one must be named by. */
    faults: (kind) => flowsOf(kind, ports),
    async close() {
      await Promise.all([server, raw, ...(secure ? [secure] : [])].map(close));
    },
  };
}

/** Faults that no finding names, and findings nobody planted. */
export function compare(faults, result) {
  const named = (fault, finding) =>
    finding.ruleId === fault.rule &&
    finding.severity === fault.severity &&
    (finding.target === fault.flow.name || finding.message.includes(fault.flow.name)) &&
    `${finding.message} ${finding.fix?.description}`.includes(fault.says);
  const missed = faults.filter((fault) => !result.findings.some((finding) => named(fault, finding)));
  const wrong = result.findings.filter((finding) => !faults.some((fault) => named(fault, finding)));
  const show = (finding) => `${finding.ruleId}: ${finding.message}`;
  return { missed: missed.map((fault) => `${fault.flow.name} (${fault.rule})`), wrong: wrong.map(show) };
}
