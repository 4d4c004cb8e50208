/** Redis failure modes on real servers, and on things that are no Redis. */
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRedisAddress, probeRedis } from "../../../gates/infra-health/probes/redis.ts";
import {
  ask as command,
  decodeReply,
  encodeCommand,
  type Reply,
} from "../../../gates/infra-health/probes/resp.ts";
import type { ProbeContext, Service } from "../../../gates/infra-health/types.ts";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { ask } from "./ask.ts";
import { createAuthority } from "./certificates.ts";
import { freePort, PASSWORD, type Server, scratch, startRedis, startTalker } from "./servers.ts";

const folder = scratch();
const servers: Server[] = [];
let redis: Server;
const started = async (
  ...args: Parameters<typeof startRedis> extends [string, ...infer Rest] ? Rest : never
) => {
  const server = await startRedis(folder.path, ...args);
  servers.push(server);
  return server;
};

const address = (port: number, rest = "") => `redis://:${PASSWORD}@127.0.0.1:${port}${rest}`;

/** A connection of the test's own. */
async function connected(port: number, password = ""): Promise<net.Socket> {
  const socket = net.connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => {});
  if (password !== "") await command(socket, "AUTH", password);
  return socket;
}

beforeAll(async () => {
  redis = await started(["--requirepass", PASSWORD, "--databases", "4"]);
});
afterAll(async () => {
  for (const server of servers) await server.stop("SIGKILL");
  folder.dispose();
});

async function expectClass(failureClass: string, service: JsonObject, words: RegExp) {
  const { check, finding, result } = await ask(service);
  expect([check.status, check.failureClass]).toEqual(["failed", failureClass]);
  expect(check.message).toMatch(words);
  expect(finding?.fix?.command).toBeTruthy();
  expect(JSON.stringify(result)).not.toContain(PASSWORD);
}

test("healthy: version, memory and role are told", async () => {
  const { check, result } = await ask({ redis: address(redis.port, "/3") });
  expect(check.status, check.message).toBe("passed");
  const [row] = result.metrics.services as JsonObject[];
  expect(row).toMatchObject({ address: `redis://127.0.0.1:${redis.port}/3`, facts: { role: "master" } });
});

describe("failure modes", () => {
  test("wrong password", () =>
    expectClass("auth", { redis: `redis://:wrong@127.0.0.1:${redis.port}` }, /WRONGPASS/));
  test("no password", () => expectClass("auth", { redis: `redis://127.0.0.1:${redis.port}` }, /NOAUTH/));
  test("a password where none is set", async () => {
    const open = await started();
    await expectClass("auth", { redis: address(open.port) }, /AUTH/);
  });
  test("wrong database", () =>
    expectClass("wrong-database", { redis: address(redis.port, "/9") }, /out of range/));
  test("refused", async () => expectClass("refused", { redis: address(await freePort()) }, /refused/));
  test("black hole", async () => {
    const hole = await startTalker();
    await expectClass(
      "timeout",
      { redis: address(hole.port), timeout: "150ms" },
      /no answer within 150 ms \(AUTH/,
    );
    await hole.stop();
  });
  test("something else on the port", async () => {
    const other = await startTalker((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await expectClass("misconfigured", { redis: address(other.port) }, /does not speak/);
    await other.stop();
  });
  test("TLS on a port without", async () => {
    const plain = await startTalker((socket) =>
      socket.once("data", () => socket.end("-ERR unknown command\r\n")),
    );
    await expectClass("tls", { redis: `rediss://127.0.0.1:${plain.port}` }, /TLS/);
    await plain.stop();
  });

  test("TLS: expired, wrong host, unknown authority, and right", async () => {
    const authority = createAuthority(folder.path);
    const expired = await started([], authority.issue("expired", "IP:127.0.0.1", "expired"), authority.file);
    await expectClass(
      "tls",
      { redis: `rediss://127.0.0.1:${expired.port}`, ca: authority.file },
      /expired on 2021/,
    );
    const other = await started([], authority.issue("other", "DNS:cache.internal", "valid"), authority.file);
    await expectClass(
      "tls",
      { redis: `rediss://127.0.0.1:${other.port}`, ca: authority.file },
      /not for 127/,
    );
    const right = await started([], authority.issue("right", "IP:127.0.0.1", "valid"), authority.file);
    await expectClass("tls", { redis: `rediss://127.0.0.1:${right.port}` }, /issuer|trusted|incomplete/);
    const { check } = await ask({ redis: `rediss://127.0.0.1:${right.port}`, ca: authority.file });
    expect(check.status, check.message).toBe("passed");
  });

  test("maxmemory reached", async () => {
    const full = await started(["--maxmemory", "200kb", "--maxmemory-policy", "noeviction"]);
    await expectClass("unhealthy", { redis: `redis://127.0.0.1:${full.port}` }, /maxmemory reached/);
  });
  test("a replica, which has lost its primary", async () => {
    const replica = await started(["--replicaof", "127.0.0.1", String(await freePort())]);
    const service = { redis: `redis://127.0.0.1:${replica.port}` };
    await expectClass("misconfigured", service, /is a replica/);
    await expectClass("unhealthy", { ...service, role: "replica" }, /lost its primary/);
  });
  test("out of clients", async () => {
    const small = await started(["--maxclients", "1"]);
    const held = await connected(small.port);
    expect(await command(held, "PING")).toBe("PONG");
    await expectClass("unhealthy", { redis: `redis://127.0.0.1:${small.port}` }, /max number of clients/);
    held.destroy();
  });
  test("it can no longer save", async () => {
    const dir = join(folder.path, "unsaveable");
    mkdirSync(dir);
    const stuck = await started(["--dir", dir]);
    const socket = await connected(stuck.port);
    // A folder with something in it cannot be replaced by the snapshot, not even by root.
    mkdirSync(join(dir, "dump.rdb"));
    writeFileSync(join(dir, "dump.rdb", "in-the-way"), "");
    await command(socket, "BGSAVE");
    const failed = async () =>
      String(await command(socket, "INFO", "persistence")).includes("rdb_last_bgsave_status:err");
    while (!(await failed()));
    await expectClass("disk", { redis: `redis://127.0.0.1:${stuck.port}` }, /last snapshot failed/);
    socket.destroy();
  });

  test("stopped in the middle", async () => {
    const victim = await started();
    const socket = await connected(victim.port);
    await command(socket, "CLIENT", "PAUSE", "60000", "ALL");
    const tried: string[] = [];
    const controller = new AbortController();
    const service = {
      name: "it",
      kind: "redis",
      subject: `redis://127.0.0.1:${victim.port}`,
      settings: {},
    } as unknown as Service;
    const context = {
      root: folder.path,
      signal: controller.signal,
      timeoutMs: 20_000,
      tried,
    } as unknown as ProbeContext;
    const asking = probeRedis(service, context);
    while (tried.at(-1) !== "PING") await new Promise((resolve) => setImmediate(resolve));
    await victim.stop("SIGKILL");
    expect(await asking).toMatchObject({ ok: false, class: "crashed" });
  });
});

describe("the protocol", () => {
  const scalar = fc.oneof(
    fc.string().map((text): [string, Reply] => [`$${Buffer.byteLength(text)}\r\n${text}\r\n`, text]),
    fc.integer().map((number): [string, Reply] => [`:${number}\r\n`, number]),
    fc.constant<[string, Reply]>(["$-1\r\n", null]),
    fc.stringMatching(/^[a-z ]{0,20}$/).map((text): [string, Reply] => [`+${text}\r\n`, text]),
  );

  test("reads any reply, and waits for the rest of any part of one", () => {
    const reply = fc.oneof(
      scalar,
      fc
        .array(scalar)
        .map((items): [string, Reply] => [
          `*${items.length}\r\n${items.map(([wire]) => wire).join("")}`,
          items.map(([, value]) => value),
        ]),
    );
    fc.assert(
      fc.property(reply, fc.double({ min: 0, max: 1, noNaN: true }), ([wire, value], share) => {
        const bytes = Buffer.from(wire);
        expect(decodeReply(bytes)).toEqual({ reply: value, end: bytes.length });
        expect(decodeReply(bytes.subarray(0, Math.floor(share * (bytes.length - 1))))).toBeNull();
      }),
      { seed: 8 },
    );
  });

  test("commands carry any text unharmed", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (parts) => {
        expect(decodeReply(Buffer.from(encodeCommand(parts)))?.reply).toEqual(parts);
      }),
      { seed: 8 },
    );
  });

  test("addresses", () => {
    expect(parseRedisAddress("redis://ana:p%40ss@cache/2")).toMatchObject({
      where: "cache:6379",
      user: "ana",
      password: "p@ss",
      database: "2",
      isTls: false,
    });
    expect(parseRedisAddress("rediss://[::1]:7000")).toMatchObject({ where: "[::1]:7000", isTls: true });
    expect(parseRedisAddress("cache:7000")).toMatchObject({ where: "cache:7000", password: "" });
    expect(parseRedisAddress("")).toBeNull();
  });
});
