/** Postgres failure modes on a real server, its replica, and things that are no Postgres. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import { ask } from "./ask.ts";
import { type Authority, createAuthority } from "./certificates.ts";
import {
  freePort,
  PASSWORD,
  type Server,
  scratch,
  startPostgres,
  startReplica,
  startTalker,
} from "./servers.ts";

const folder = scratch();
let authority: Authority;
let primary: Server;
let replica: Server;

const address = (port: number, { user = "app", password = PASSWORD, database = "shop", query = "" } = {}) =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${database}${query}`;

async function client(user: string, database: string, port = primary.port): Promise<pg.Client> {
  const made = new pg.Client({ connectionString: address(port, { user, database }) });
  made.on("error", () => {});
  await made.connect();
  return made;
}

beforeAll(async () => {
  authority = createAuthority(folder.path);
  primary = await startPostgres(folder.path, authority.issue("primary", "DNS:db.internal", "valid"));
  const admin = await client("admin", "postgres");
  await admin.query(`create role app login password '${PASSWORD}'`);
  await admin.query(`create role reader login password '${PASSWORD}'`);
  await admin.query("alter role reader set default_transaction_read_only = on");
  await admin.query("create database shop owner app");
  await admin.end();
  const app = await client("app", "shop");
  await app.query(
    "create table schema_migrations (version int); insert into schema_migrations values (1), (2)",
  );
  await app.end();
  replica = await startReplica(folder.path, primary, authority.issue("replica", "IP:127.0.0.1", "expired"));
});

afterAll(async () => {
  await replica?.stop("SIGQUIT");
  await primary?.stop("SIGQUIT");
  folder.dispose();
});

/** What the check and its finding must say; the password must never be in it. */
async function expectClass(failureClass: string, service: JsonObject, words: RegExp) {
  const { check, finding, result } = await ask(service);
  expect([check.status, check.failureClass]).toEqual(["failed", failureClass]);
  expect(check.message).toMatch(words);
  expect(finding?.ruleId).toBe(`live-services/${failureClass}`);
  expect(finding?.fix?.command).toBeTruthy();
  expect(JSON.stringify(result)).not.toContain(PASSWORD);
}

describe("healthy", () => {
  test("a primary: role, version and connections are told", async () => {
    const { check, result } = await ask({
      postgres: address(primary.port),
      migrations: { table: "schema_migrations", atLeast: 2 },
    });
    expect(check.status, check.message).toBe("passed");
    expect(check.message).toMatch(/^Postgres \d+.* answers, \d+ of 14 connections used/);
    expect(result.findings).toEqual([]);
  });

  test("a replica that is meant to be one, within its lag", async () => {
    const { check } = await ask({ postgres: address(replica.port), role: "replica", maxLag: "1h" });
    expect(check.status, check.message).toBe("passed");
  });

  test("over TLS with the right name and authority", async () => {
    const query = `?sslmode=verify-ca&sslrootcert=${authority.file}`;
    const { check } = await ask({ postgres: address(primary.port, { query }) });
    expect(check.status, check.message).toBe("passed");
  });
});

describe("failure modes", () => {
  test("wrong password", () =>
    expectClass(
      "auth",
      { postgres: address(primary.port, { password: "wrong-password" }) },
      /password authentication failed/,
    ));
  test("no password", () =>
    expectClass("auth", { postgres: `postgres://app@127.0.0.1:${primary.port}/shop` }, /password/));
  test("unknown user", () =>
    expectClass("auth", { postgres: address(primary.port, { user: "nobody" }) }, /28P01/));
  test("wrong database", () =>
    expectClass(
      "wrong-database",
      { postgres: address(primary.port, { database: "shopp" }) },
      /createdb .* shopp$/,
    ));
  test("refused", async () =>
    expectClass("refused", { postgres: address(await freePort()) }, /refused the connection/));
  test("unknown host", () =>
    expectClass(
      "dns",
      { postgres: "postgres://app@postgres.invalid/shop", timeout: "20s" },
      /host name|name server/,
    ));
  test("TLS expired", () => {
    const query = `?sslmode=verify-full&sslrootcert=${authority.file}`;
    return expectClass("tls", { postgres: address(replica.port, { query }) }, /expired/);
  });
  test("TLS wrong host", () => {
    const query = `?sslmode=verify-full&sslrootcert=${authority.file}`;
    return expectClass("tls", { postgres: address(primary.port, { query }) }, /another host/);
  });
  test("TLS of an unknown authority", () =>
    expectClass(
      "tls",
      { postgres: address(primary.port, { query: "?sslmode=verify-full" }) },
      /issuer|signed|trusted/,
    ));
  test("the server has no TLS", async () => {
    const refusing = await startTalker((socket) => socket.once("data", () => socket.write("N")));
    await expectClass("tls", { postgres: address(refusing.port, { query: "?sslmode=require" }) }, /SSL/);
    await refusing.stop();
  });
  test("black hole", async () => {
    const hole = await startTalker();
    await expectClass(
      "timeout",
      { postgres: address(hole.port), timeout: "150ms" },
      /no answer within 150 ms/,
    );
    await hole.stop();
  });
  test("read-only replica", () =>
    expectClass("misconfigured", { postgres: address(replica.port) }, /read-only replica/));
  test("a primary where a replica is expected", () =>
    expectClass("misconfigured", { postgres: address(primary.port), role: "replica" }, /is a primary/));
  test("read-only user", () =>
    expectClass(
      "misconfigured",
      { postgres: address(primary.port, { user: "reader", database: "postgres" }) },
      /read-only/,
    ));
  test("no migrations", () =>
    expectClass(
      "version",
      { postgres: address(primary.port), migrations: "flyway_schema_history" },
      /no table flyway/,
    ));
  test("too few migrations", () =>
    expectClass(
      "version",
      { postgres: address(primary.port), migrations: { table: "schema_migrations", atLeast: 3 } },
      /has 2 migrations/,
    ));
  test("no right to the table of migrations", () => {
    const migrations = { table: "schema_migrations", atLeast: 1 };
    return expectClass(
      "auth",
      { postgres: address(replica.port, { user: "reader" }), role: "replica", migrations },
      /permission denied/,
    );
  });
  test("more connections than allowed", () =>
    expectClass(
      "unhealthy",
      { postgres: address(primary.port), maxConnections: "1%" },
      /connections are in use/,
    ));
  test("something else on the port", async () => {
    const other = await startTalker((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await expectClass("misconfigured", { postgres: address(other.port) }, /Check which service/);
    await other.stop();
  });
  test("no address at all", () => expectClass("misconfigured", { postgres: "" }, /no postgres:/));

  test("out of connections", async () => {
    const held: pg.Client[] = [];
    let full: unknown;
    while (full === undefined)
      await client("app", "shop").then(
        (one) => held.push(one),
        (error) => (full = error),
      );
    expect((full as { code: string }).code).toBe("53300");
    await expectClass("unhealthy", { postgres: address(primary.port) }, /53300/);
    await Promise.all(held.map((one) => one.end()));
  });

  test("stopped in the middle of a query", async () => {
    // The probe waits for a lock that this test holds; then the server is killed under it.
    const holder = await client("app", "shop");
    await holder.query("begin; lock table schema_migrations in access exclusive mode");
    const asking = ask({
      postgres: address(primary.port),
      migrations: { table: "schema_migrations", atLeast: 1 },
      timeout: "20s",
    });
    const watcher = await client("admin", "postgres");
    const waiting = "select count(*)::int as n from pg_locks where not granted";
    while ((await watcher.query<{ n: number }>(waiting)).rows[0]!.n === 0);
    await primary.stop("SIGQUIT");
    const { check } = await asking;
    expect([check.status, check.failureClass]).toEqual(["failed", "crashed"]);
    expect(check.message).toContain("count the rows of schema_migrations");
  });
});
