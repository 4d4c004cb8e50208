/** What a hostile page, neighbour or proxy might try against a relay on this machine, over real connections. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cookieName } from "../../modsquad/relay/guard.ts";
import { type Relay, startRelay } from "../../modsquad/relay/index.ts";
import { type Ask, ask, bearer, overSocket, raw, relayOn, root, runIn } from "./support.ts";

let relay: Relay;
let dir: string;
let port: string;
let cookie: string;

beforeAll(async () => {
  const { mkdtempSync, mkdirSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  dir = join(mkdtempSync(join(tmpdir(), "meta-orch-attack-")), "shop");
  mkdirSync(join(dir, "modsquad", "logs"), { recursive: true });
  const started = await startRelay({ roots: [dir], port: 0, host: "127.0.0.1", allowControl: true });
  if (!started.ok) throw new Error("no relay");
  relay = started.value;
  ({ port } = new URL(relay.url));
  const entered = await ask(relay, { path: `/?token=${relay.token}` });
  cookie = entered.headers["set-cookie"]![0]!.split(";")[0]!;
  return async () => {
    await relay.close();
    const { rmSync } = await import("node:fs");
    rmSync(join(dir, ".."), { recursive: true, force: true });
  };
});

const own = () => `127.0.0.1:${port}`;
const STOP = JSON.stringify({ request: "stop", runId: "run-1" });
const asJson = { "content-type": "application/json" };
const control = "/api/repositories/shop/control";

/** name → what is sent, and the status that refuses it. */
const PROBES: Record<string, () => Ask & { expected: number }> = {
  "no token": () => ({ path: "/api/state", expected: 401 }),
  "a wrong token": () => ({ path: "/api/state", headers: { authorization: "Bearer x" }, expected: 401 }),
  "a token that is a prefix": () => ({
    path: "/api/state",
    headers: { authorization: `Bearer ${relay.token.slice(0, -1)}` },
    expected: 401,
  }),
  "a token in the query of the API": () => ({ path: `/api/state?token=${relay.token}`, expected: 401 }),
  "the token as another scheme": () => ({
    path: "/api/state",
    headers: { authorization: `Basic ${relay.token}` },
    expected: 401,
  }),
  "the token as a cookie": () => ({
    path: "/api/state",
    headers: { cookie: `${cookieName(Number(port))}=${relay.token}` },
    expected: 401,
  }),
  "the cookie of another port": () => ({
    path: "/api/state",
    headers: { cookie: cookie.replace(port, "1") },
    expected: 401,
  }),
  "the page without token": () => ({ path: "/", expected: 401 }),
  "a wrong token in the address": () => ({ path: "/?token=wrong", expected: 401 }),
  "metrics without token": () => ({ path: "/metrics", expected: 401 }),
  "events without token": () => ({ path: "/events", expected: 401 }),
  "DNS rebinding, with the token": () => ({
    path: "/api/state",
    headers: { ...bearer(relay), host: `attacker.example:${port}` },
    expected: 421,
  }),
  "DNS rebinding of the open path": () => ({
    path: "/healthz",
    headers: { host: `attacker.example:${port}` },
    expected: 421,
  }),
  "DNS rebinding by a name that begins like ours": () => ({
    path: "/api/state",
    headers: { cookie, host: `127.0.0.1.attacker.example:${port}` },
    expected: 421,
  }),
  "our host with another port": () => ({
    path: "/api/state",
    headers: { cookie, host: "127.0.0.1:80" },
    expected: 421,
  }),
  "user information in the host": () => ({
    path: "/api/state",
    headers: { cookie, host: `127.0.0.1:${port}@attacker.example` },
    expected: 421,
  }),
  "a foreign origin that reads": () => ({
    path: "/api/state",
    headers: { cookie, origin: "http://attacker.example" },
    expected: 403,
  }),
  "another port of this machine that reads": () => ({
    path: "/api/state",
    headers: { cookie, origin: "http://127.0.0.1:3000" },
    expected: 403,
  }),
  "a sandboxed frame (null origin)": () => ({
    path: "/api/state",
    headers: { cookie, origin: "null" },
    expected: 403,
  }),
  "our own host over https as origin": () => ({
    path: "/api/state",
    headers: { cookie, origin: `https://${own()}` },
    expected: 403,
  }),
  "a cross-site image or script tag": () => ({
    path: "/app.js",
    headers: { cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    expected: 403,
  }),
  "a same-site page on another port": () => ({
    path: "/events",
    headers: { cookie, "sec-fetch-site": "same-site" },
    expected: 403,
  }),
  "a cross-site navigation": () => ({
    path: "/",
    headers: { cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    expected: 403,
  }),
  "a cross-site form (CSRF)": () => ({
    method: "POST",
    path: control,
    headers: {
      cookie,
      origin: "http://attacker.example",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "request=stop",
    expected: 403,
  }),
  "a form that pretends to be ours": () => ({
    method: "POST",
    path: control,
    headers: { cookie, origin: `http://${own()}`, "content-type": "text/plain" },
    body: STOP,
    expected: 415,
  }),
  multipart: () => ({
    method: "POST",
    path: control,
    headers: { cookie, origin: `http://${own()}`, "content-type": "multipart/form-data; boundary=x" },
    body: STOP,
    expected: 415,
  }),
  "JSON with a cookie but without origin": () => ({
    method: "POST",
    path: control,
    headers: { cookie, ...asJson },
    body: STOP,
    expected: 403,
  }),
  "JSON from a null origin": () => ({
    method: "POST",
    path: control,
    headers: { cookie, origin: "null", ...asJson },
    body: STOP,
    expected: 403,
  }),
  "a request to control without token": () => ({
    method: "POST",
    path: control,
    headers: asJson,
    body: STOP,
    expected: 401,
  }),
  "a method hidden in a header": () => ({
    method: "GET",
    path: control,
    headers: { ...bearer(relay), "x-http-method-override": "POST" },
    expected: 404,
  }),
  "a preflight (CORS)": () => ({
    method: "OPTIONS",
    path: control,
    headers: { ...bearer(relay), origin: `http://${own()}`, "access-control-request-method": "POST" },
    expected: 405,
  }),
  TRACE: () => ({ method: "TRACE", path: "/", headers: bearer(relay), expected: 405 }),
  DELETE: () => ({ method: "DELETE", path: "/", headers: bearer(relay), expected: 405 }),
  "a body beyond the limit": () => ({
    method: "POST",
    path: control,
    headers: { ...bearer(relay), ...asJson },
    body: JSON.stringify({ request: "x".repeat(64 * 1024) }),
    expected: 413,
  }),
  "a body that is no JSON": () => ({
    method: "POST",
    path: control,
    headers: { ...bearer(relay), ...asJson },
    body: "{",
    expected: 400,
  }),
  "a request nobody knows": () => ({
    method: "POST",
    path: control,
    headers: { ...bearer(relay), ...asJson },
    body: JSON.stringify({ request: "shell", runId: "run-1" }),
    expected: 400,
  }),
  "a gate that is a path": () => ({
    method: "POST",
    path: control,
    headers: { ...bearer(relay), ...asJson },
    body: JSON.stringify({ request: "run-gate", runId: "run-1", gate: "../../etc/passwd" }),
    expected: 400,
  }),
  "a prototype": () => ({
    method: "POST",
    path: control,
    headers: { ...bearer(relay), ...asJson },
    body: '{"__proto__":{"request":"stop"},"runId":"run-1"}',
    expected: 400,
  }),
  "path traversal": () => ({ path: "/../../../etc/passwd", headers: bearer(relay), expected: 400 }),
  "path traversal, encoded": () => ({
    path: "/%2e%2e/%2e%2e/etc/passwd",
    headers: bearer(relay),
    expected: 400,
  }),
  "path traversal, encoded twice": () => ({
    path: "/%252e%252e%252fetc%252fpasswd",
    headers: bearer(relay),
    expected: 404,
  }),
  "path traversal by backslash": () => ({
    path: "/api/repositories/..\\..\\etc",
    headers: bearer(relay),
    expected: 400,
  }),
  "path traversal in a run's id": () => ({
    path: "/api/repositories/shop/runs/../../../../etc/passwd/log",
    headers: bearer(relay),
    expected: 400,
  }),
  "an absolute address": () => ({
    path: "http://attacker.example/api/state",
    headers: bearer(relay),
    expected: 400,
  }),
  "an address without scheme": () => ({ path: "//attacker.example/", headers: bearer(relay), expected: 400 }),
};

describe("a relay on this machine", () => {
  it.each(Object.keys(PROBES))("refuses %s", async (name) => {
    const { expected, ...sent } = PROBES[name]!();
    const { status, headers, body } = await ask(relay, sent);
    expect(status).toBe(expected);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(body).not.toContain(relay.token);
    expect(body).not.toContain("root:");
    expect(existsSync(join(dir, "modsquad", "logs", "control.jsonl"))).toBe(false);
  });

  const handshake = (lines: string[]) =>
    [
      "GET /ws HTTP/1.1",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ...lines,
      "",
      "",
    ].join("\r\n");

  it.each([
    [
      "cross-site WebSocket",
      () => [`Host: ${own()}`, `Cookie: ${cookie}`, "Origin: http://attacker.example"],
      403,
    ],
    ["WebSocket from a null origin", () => [`Host: ${own()}`, `Cookie: ${cookie}`, "Origin: null"], 403],
    ["WebSocket with a cookie and no origin", () => [`Host: ${own()}`, `Cookie: ${cookie}`], 403],
    ["WebSocket without token", () => [`Host: ${own()}`], 401],
    [
      "WebSocket of a rebound name",
      () => [`Host: attacker.example:${port}`, `Authorization: Bearer ${relay.token}`],
      421,
    ],
    [
      "two hosts at once",
      () => [`Host: ${own()}`, "Host: attacker.example", `Authorization: Bearer ${relay.token}`],
      400,
    ],
  ] as const)("refuses %s", async (_name, lines, status) => {
    expect(await raw(relay, handshake([...lines()]))).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it("refuses an oversized frame, and anything a client says", async () => {
    const closed = async (payload: string) => {
      const { WebSocket } = await import("ws");
      const socket = new WebSocket(`${relay.url.replace("http", "ws")}/ws?token=${relay.token}`);
      await new Promise((resolve) => socket.once("open", resolve));
      socket.send(payload);
      return new Promise((resolve) => socket.once("close", resolve));
    };
    expect(await closed("x".repeat(100_000))).toBe(1009);
    expect(await closed("{}")).toBe(1008);
  });

  it("refuses headers without end, and bodies shorter than they claim", async () => {
    expect(await raw(relay, `GET / HTTP/1.1\r\nHost: ${own()}\r\nX: ${"x".repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 /,
    );
    const chunked = `POST ${control} HTTP/1.1\r\nHost: ${own()}\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`;
    expect(await raw(relay, chunked)).toMatch(/^HTTP\/1.1 400 /);
  });

  it("cuts off whoever sends a byte now and then (slowloris)", async () => {
    const impatient = await relayOn([dir], { requestMs: 300 });
    const host = new URL(impatient.url).host;
    const slow = await Promise.all([
      raw(impatient, `GET /events HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `),
      raw(
        impatient,
        `POST ${control} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${impatient.token}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{`,
      ),
    ]);
    for (const answer of slow) expect(answer).toMatch(/^(HTTP\/1.1 408 |$)/);
  });

  it("answers its owner, page, cookie and token alike", async () => {
    const entered = await ask(relay, {
      path: `/?token=${relay.token}`,
      headers: { "sec-fetch-site": "none" },
    });
    expect(entered.status).toBe(303);
    expect(entered.headers.location).toBe("/");
    const [set] = entered.headers["set-cookie"]!;
    expect(set).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(set).not.toContain(relay.token);
    const page = await ask(relay, { headers: { cookie, "sec-fetch-site": "none" } });
    expect(page.status).toBe(200);
    expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self';/);
    expect(page.body).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
    expect((await ask(relay, { path: "/healthz" })).body).toBe('{"status":"ok"}');
    for (const host of [`localhost:${port}`, `[::1]:${port}`])
      expect((await ask(relay, { path: "/api/state", headers: { cookie, host } })).status).toBe(200);
    const same = { cookie, origin: `http://${own()}`, "sec-fetch-site": "same-origin", ...asJson };
    const posted = await ask(relay, { method: "POST", path: control, headers: same, body: STOP });
    expect(posted.status).toBe(404);
  });
});

describe("requests to engines", () => {
  const post = (to: Relay, body: object) =>
    ask(to, {
      method: "POST",
      path: "/api/repositories/shop/control",
      headers: { ...bearer(to), "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const written = (at: string) => {
    const file = join(at, "modsquad", "logs", "control.jsonl");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };

  it("are refused unless the relay was started for them", async () => {
    const at = root();
    runIn(at);
    const looking = await relayOn([at]);
    const refused = await post(looking, { request: "stop", runId: "run-1" });
    expect([refused.status, written(at)]).toEqual([403, []]);
  });

  it("are written for the engine to find, for live runs only", async () => {
    const at = root();
    const run = runIn(at);
    const passing = await relayOn([at], { allowControl: true });
    const heard = await overSocket(passing);
    const accepted = await post(passing, { request: "run-gate", runId: "run-1", gate: "repo-audit" });
    expect(accepted.status).toBe(202);
    const { id } = JSON.parse(accepted.body);
    expect(written(at).map((line) => JSON.parse(line))).toMatchObject([
      { id, by: "relay", request: "run-gate", run_id: "run-1", gate: "repo-audit" },
    ]);
    expect((await post(passing, { request: "run-gate", runId: "run-1" })).status).toBe(400);
    expect((await post(passing, { request: "stop", runId: "run-2" })).status).toBe(404);
    run.end(1);
    await heard.when((message) => message.type === "view" && message.data.life === "done");
    expect((await post(passing, { request: "stop", runId: "run-1" })).status).toBe(409);
  });
});
