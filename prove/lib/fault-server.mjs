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
import { json } from "./live-flows-faults/common.mjs";
import { REQUESTS } from "./live-flows-faults/requests.mjs";
import { EVENTS, SOCKETS } from "./live-flows-faults/streams.mjs";
import { WIRES } from "./live-flows-faults/wires.mjs";

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
