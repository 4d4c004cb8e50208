/** Failure modes of every other probe: HTTP, TCP, DNS, TLS, disk, memory, clock, process, loaded-config, command. */
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { ask } from "./ask.ts";
import { type Authority, createAuthority } from "./certificates.ts";
import { freePort, scratch, startTalker } from "./servers.ts";

const folder = scratch();
const closing: (() => void)[] = [];
let authority: Authority;
let http = "";

const answer: RequestListener = (request, response) => {
  const statuses: Record<string, number> = { "/500": 500, "/401": 401, "/gone": 404 };
  if (request.url === "/silent") return;
  if (request.url === "/cut") {
    response.socket?.destroy();
    return;
  }
  const skewed = request.url === "/skewed" ? { date: new Date(Date.now() - 3_600_000).toUTCString() } : {};
  response.writeHead(statuses[request.url ?? ""] ?? 200, { "content-type": "application/json", ...skewed });
  response.end(JSON.stringify({ status: "ok", queue: 7, version: "1.2.0", digest: loadedDigest, models: 3 }));
};

const text = "model: a\n";
const loadedDigest = `sha256:${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;

async function secure(dates: "valid" | "expired" | "future", subject: string): Promise<number> {
  const { readFileSync } = await import("node:fs");
  const { key, certificate } = authority.issue(`${dates}-${subject.replace(/\W/g, "-")}`, subject, dates);
  const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) }, answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  authority = createAuthority(folder.path);
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  http = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(folder.path, "package.json"), JSON.stringify({ version: "1.2.0" }));
  writeFileSync(join(folder.path, "models.yaml"), text);
  writeFileSync(join(folder.path, "models.json"), JSON.stringify({ models: ["a", "b", "c"] }));
});
afterAll(() => {
  for (const close of closing) close();
  folder.dispose();
});

async function expectClass(failureClass: string, service: JsonObject, words: RegExp, status = "failed") {
  const { check, finding } = await ask(service, folder.path);
  expect([check.status, check.failureClass], check.message).toEqual([status, failureClass]);
  expect(check.message).toMatch(words);
  if (status === "failed") expect(finding?.fix?.command).toBeTruthy();
}

async function expectHealthy(service: JsonObject, words: RegExp) {
  const { check } = await ask(service, folder.path);
  expect(check.status, check.message).toBe("passed");
  expect(check.message).toMatch(words);
}

describe("http", () => {
  test("healthy, with assertions", () =>
    expectHealthy(
      { http: `${http}/`, expect: { status: 200, json: { "$.status": "ok", "$.queue": "< 10" } } },
      /answers 200/,
    ));
  test("500", () => expectClass("unhealthy", { http: `${http}/500` }, /answers 500/));
  test("401", () => expectClass("auth", { http: `${http}/401` }, /answers 401/));
  test("404", () => expectClass("misconfigured", { http: `${http}/gone` }, /answers 404/));
  test("an assertion does not hold", () =>
    expectClass("unhealthy", { http, expect: { json: { "$.queue": "< 5" } } }, /\$\.queue is 7/));
  test("refused", async () =>
    expectClass("refused", { http: `http://127.0.0.1:${await freePort()}` }, /refused/));
  test("no answer", () => expectClass("timeout", { http: `${http}/silent`, timeout: "150ms" }, /150 ms/));
  test("cut off", () => expectClass("crashed", { http: `${http}/cut` }, /without an answer/));
  test("not HTTP", async () => {
    const other = await startTalker((socket) => socket.end("220 mail ready\r\n"));
    await expectClass("misconfigured", { http: `http://127.0.0.1:${other.port}` }, /does not speak HTTP/);
    await other.stop();
  });
  test("https: expired", async () =>
    expectClass(
      "tls",
      { http: `https://127.0.0.1:${await secure("expired", "IP:127.0.0.1")}`, ca: authority.file },
      /expired on 2021-01-01/,
    ));
});

describe("tls", () => {
  test("valid", async () => {
    const port = await secure("valid", "IP:127.0.0.1");
    await expectHealthy({ tls: `127.0.0.1:${port}`, ca: authority.file }, /valid for \d+ days/);
    await expectClass("tls", { tls: `127.0.0.1:${port}` }, /issuer|trusted|incomplete/);
    const { check, finding } = await ask({ tls: `127.0.0.1:${port}`, ca: authority.file, minDays: 99_999 });
    expect([check.status, finding?.ruleId, finding?.severity]).toEqual([
      "passed",
      "live-services/certificate-expiry",
      "medium",
    ]);
  });
  test("expired: the dates are read all the same", async () =>
    expectClass(
      "tls",
      { tls: `127.0.0.1:${await secure("expired", "IP:127.0.0.1")}`, ca: authority.file },
      /expired on 2021-01-01/,
    ));
  test("not yet valid", async () =>
    expectClass(
      "tls",
      { tls: `127.0.0.1:${await secure("future", "IP:127.0.0.1")}`, ca: authority.file },
      /only from 2090/,
    ));
  test("wrong host", async () =>
    expectClass(
      "tls",
      { tls: `127.0.0.1:${await secure("valid", "DNS:shop.example")}`, ca: authority.file },
      /for DNS:shop.example, not for/,
    ));
  test("no TLS there", () => expectClass("tls", { tls: http.slice(7) }, /TLS/));
  test("no such authority file", () =>
    expectClass("misconfigured", { tls: "127.0.0.1:1", ca: "absent.pem" }, /absent.pem/));
});

describe("tcp", () => {
  test("listens, greets rightly and wrongly, and closes", async () => {
    const mail = await startTalker((socket) => socket.write("220 mail ready\r\n"));
    const mute = await startTalker((socket) => socket.end());
    await expectHealthy({ tcp: `127.0.0.1:${mail.port}`, greeting: "220" }, /greets/);
    await expectClass("misconfigured", { tcp: `127.0.0.1:${mail.port}`, greeting: "SSH" }, /not "SSH"/);
    await expectClass("misconfigured", { tcp: `127.0.0.1:${mute.port}`, greeting: "220" }, /closed/);
    await mail.stop();
    await mute.stop();
  });
  test("refused", async () => expectClass("refused", { tcp: `127.0.0.1:${await freePort()}` }, /refused/));
  test("nonsense", () => expectClass("misconfigured", { tcp: "no-port" }, /no host:port/));
});

test("dns: found, other addresses, unknown, and a name server that does not answer", async () => {
  await expectHealthy({ dns: "localhost" }, /resolves to/);
  await expectClass("dns", { dns: "localhost", addresses: ["203.0.113.9"] }, /not to 203/);
  await expectClass("dns", { dns: "nothing.invalid", timeout: "20s" }, /does not resolve/);
  const silent = createSocket("udp4").bind(0, "127.0.0.1");
  await once(silent, "listening");
  await expectClass(
    "timeout",
    { dns: "shop.example", server: `127.0.0.1:${silent.address().port}`, timeout: "150ms" },
    /./,
  );
  silent.close();
});

test("disk and memory", async () => {
  await expectHealthy({ disk: ".", minFree: "1kB" }, /free/);
  await expectClass("disk", { disk: ".", minFree: "100%" }, /at least/);
  await expectClass("misconfigured", { disk: "absent" }, /no absent/);
  await expectHealthy({ memory: true, minFree: "1kB" }, /available/);
  await expectClass("unhealthy", { memory: true, minFree: "100%" }, /at least/);
});

test("clock: a web server's, and a time server's", async () => {
  await expectHealthy({ clock: http, maxSkew: "1m" }, /this clock is/);
  await expectClass("misconfigured", { clock: `${http}/skewed`, maxSkew: "1m" }, /ahead/);
  const server = createSocket("udp4").bind(0, "127.0.0.1");
  await once(server, "listening");
  let offsetS = 0;
  server.on("message", (_, from) => {
    const reply = Buffer.alloc(48);
    reply[0] = 0x24;
    const seconds = Date.now() / 1000 + 2_208_988_800 + offsetS;
    for (const at of [32, 40]) {
      reply.writeUInt32BE(Math.floor(seconds), at);
      reply.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
    }
    server.send(reply, from.port, from.address);
  });
  const clock = `ntp://127.0.0.1:${server.address().port}`;
  await expectHealthy({ clock, maxSkew: "1m" }, /this clock is/);
  offsetS = 3600;
  await expectClass("misconfigured", { clock, maxSkew: "1m" }, /3600\.\d s behind/);
  server.close();
});

test.runIf(process.platform === "linux")("process by port: the right one, another one, none", async () => {
  const port = Number(new URL(http).port);
  await expectHealthy({ process: port, name: "node" }, new RegExp(`pid ${process.pid}`));
  await expectClass("misconfigured", { process: port, name: "nginx" }, /expected nginx/);
  await expectClass("refused", { process: await freePort() }, /no process listens/);
});

describe("loaded-config", () => {
  const loaded = (expected: JsonObject) => ({ loaded: { url: http, expect: expected } });
  test("what the repository says", () =>
    expectHealthy(
      loaded({
        "$.version": { file: "package.json", path: "$.version" },
        "$.digest": { sha256: "models.yaml" },
        "$.models": { count: "models.json", path: "$.models" },
        "$.queue": "< 10",
      }),
      /4 of 4/,
    ));
  test("another digest, another number", async () => {
    await expectClass(
      "version",
      loaded({ "$.digest": { sha256: "package.json" } }),
      /sha-256 of package.json/,
    );
    await expectClass(
      "version",
      loaded({ "$.queue": { count: "models.json", path: "$.models[*]" } }),
      /= 7, the repository says 3/,
    );
  });
  test("nothing told, nothing to compare with", async () => {
    await expectClass("misconfigured", loaded({ "$.absent": { sha256: "models.yaml" } }), /does not tell/);
    await expectClass("misconfigured", loaded({ "$.digest": { sha256: "../outside" } }), /no \.\.\/outside/);
  });
  test("from a command", () =>
    expectHealthy(
      {
        loaded: {
          command: `echo '{"version":"1.2.0"}'`,
          expect: { "$.version": { file: "package.json", path: "$.version" } },
        },
      },
      /1 of 1/,
    ));
});

describe("command", () => {
  test("passes", () => expectHealthy({ command: "echo ready", expect: { text: "ready" } }, /ended with 0/));
  test("another exit code", () =>
    expectClass("unhealthy", { command: "echo why >&2; exit 3" }, /ended with 3: why/));
  test("other words", () =>
    expectClass("unhealthy", { command: "echo no", expect: { text: "ready" } }, /does not contain/));
  test("no end", () => expectClass("timeout", { command: "exec sleep 60", timeout: "200ms" }, /./));
  test("killed", () => expectClass("crashed", { command: "kill -9 $$" }, /SIGKILL/));
  test("no such program is an inability, not a failure", () =>
    expectClass("missing-tool", { command: "no-such-program-here" }, /127/, "errored"));
});
