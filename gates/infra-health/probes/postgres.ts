/** Postgres: connect, sign in, SELECT 1, then role, replication lag, connections used and migrations. */
import net from "node:net";
import type { Client, ClientConfig } from "pg";
import type { JsonObject } from "../../../modsquad/contracts/words.ts";
import {
  healthy,
  type Ill,
  ill,
  type Probe,
  type ProbeContext,
  type Remark,
  type Service,
} from "../types.ts";
import { amountOf, parseAmount, parseDuration, showMs } from "../units.ts";
import { type PostgresTarget, parsePostgresAddress } from "./postgres-address.ts";
import { postgresIll } from "./postgres-errors.ts";
import { readAuthority } from "./tls.ts";

/** Connections in use at which it is worth saying so. */
const BUSY_SHARE = 0.9;

/** What Postgres may say first: authentication, error, notice or "no TLS", "TLS", negotiation of the version. */
const FIRST_BYTES = "RENSv";

const STATUS = `
  select current_setting('server_version') as version, pg_is_in_recovery() as replica,
    current_setting('transaction_read_only') = 'on' as read_only,
    current_setting('max_connections')::int as max_connections,
    (select coalesce(sum(numbackends), 0)::int from pg_stat_database) as used_connections,
    case when not pg_is_in_recovery() then null
      when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
      else extract(epoch from now() - pg_last_xact_replay_timestamp()) * 1000 end::float8 as lag_ms`;

interface Status {
  version: string;
  replica: boolean;
  read_only: boolean;
  max_connections: number;
  used_connections: number;
  lag_ms: number | null;
}

/** The `ssl` of the client for an sslmode; libpq's meaning of the modes (its manual, 34.19). */
function sslOf(target: PostgresTarget, ca: Buffer | undefined): ClientConfig["ssl"] {
  const { sslMode, host } = target;
  if (["disable", "allow", "prefer"].includes(sslMode)) return false;
  const isVerified = sslMode === "verify-ca" || sslMode === "verify-full" || ca !== undefined;
  return {
    host,
    rejectUnauthorized: isVerified,
    ...(ca === undefined ? {} : { ca }),
    ...(sslMode === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
  };
}

function judgeStatus(
  status: Status,
  { settings }: Service,
  where: string,
): { ill: Ill | null; remarks: Remark[] } {
  const remarks: Remark[] = [];
  const fail = (found: Ill) => ({ ill: { ...found, isTransient: false }, remarks });
  const wanted = settings.role === "replica" ? "replica" : "primary";
  if (status.replica && wanted === "primary") {
    return fail(
      ill(
        "misconfigured",
        `${where} is a read-only replica: writes fail`,
        "Point the address at the primary, or say role: replica.",
      ),
    );
  }
  if (!status.replica && wanted === "replica")
    return fail(
      ill("misconfigured", `${where} is a primary, expected a replica`, "Correct the address or the role."),
    );
  if (status.read_only && wanted === "primary") {
    return fail(
      ill(
        "misconfigured",
        `${where} is read-only (default_transaction_read_only)`,
        "Switch it off for this user or database, or use another user.",
      ),
    );
  }
  const maxLagMs = parseDuration(settings.maxLag);
  if (maxLagMs !== null && status.lag_ms !== null && status.lag_ms > maxLagMs) {
    return fail(
      ill(
        "unhealthy",
        `${where} lags ${showMs(status.lag_ms)} behind its primary, at most ${showMs(maxLagMs)} is allowed`,
        "Look for long queries on the replica and for load on the primary.",
      ),
    );
  }
  const { used_connections: used, max_connections: max } = status;
  const words = `${used} of ${max} connections are in use`;
  const limit = settings.maxConnections;
  const bound = typeof limit === "number" ? limit : parseAmount(limit);
  const allowed = bound === null ? null : typeof bound === "number" ? bound : amountOf(bound, max);
  const advice = "Close idle connections, pool them, or raise max_connections.";
  if (allowed !== null && used > allowed)
    return fail(ill("unhealthy", `${where}: ${words}, at most ${Math.floor(allowed)} are allowed`, advice));
  if (allowed === null && used >= max * BUSY_SHARE)
    remarks.push({
      rule: "connections-nearly-used",
      severity: "medium",
      message: `${where}: ${words}`,
      fix: advice,
    });
  return { ill: null, remarks };
}

/** The tables the service must have, and how many rows a table of migrations must have. */
async function judgeMigrations(
  client: Client,
  { settings }: Service,
  context: ProbeContext,
  where: string,
): Promise<Ill | null> {
  const { migrations } = settings;
  if (migrations === undefined) return null;
  const section = typeof migrations === "string" ? { table: migrations } : (migrations as JsonObject);
  const table = String(section.table);
  context.tried.push(`look for the table ${table}`);
  const found = await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [
    quoted(table),
  ]);
  if (!found.rows[0]?.there) {
    return ill(
      "version",
      `${where}: there is no table ${table}: the migrations have not run`,
      "Run the migrations of this version.",
      { isTransient: false },
    );
  }
  const least = section.atLeast;
  if (typeof least !== "number") return null;
  context.tried.push(`count the rows of ${table}`);
  const counted = await client.query<{ rows: number }>(`select count(*)::int as rows from ${quoted(table)}`);
  const rows = counted.rows[0]?.rows ?? 0;
  if (rows >= least) return null;
  return ill(
    "version",
    `${where}: ${table} has ${rows} migration${rows === 1 ? "" : "s"}, expected at least ${least}`,
    "Run the migrations of this version.",
    { isTransient: false },
  );
}

/** "audit.log" → "audit"."log": names go into SQL only as quoted identifiers. */
const quoted = (name: string) =>
  name
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");

async function converse(client: Client, service: Service, target: PostgresTarget, context: ProbeContext) {
  const { where } = target;
  context.tried.push("SELECT 1");
  const one = await client.query<{ one: number }>("select 1 as one");
  if (one.rows[0]?.one !== 1)
    return ill("unhealthy", `${where}: SELECT 1 gave something else`, "Check which service has this port.");
  context.tried.push("read its status");
  let status: Status | null = null;
  try {
    status = (await client.query<Status>(STATUS)).rows[0] ?? null;
  } catch (error) {
    // Poolers and relatives of Postgres lack parts of the catalogue; SELECT 1 has been answered.
    const state = (error as { code?: string }).code ?? "";
    if (!/^(42|0A)/.test(state)) throw error;
  }
  const judged = status === null ? { ill: null, remarks: [] } : judgeStatus(status, service, where);
  const facts: JsonObject = status === null ? {} : { ...status };
  const found = judged.ill ?? (await judgeMigrations(client, service, context, where));
  if (found) return { ...found, facts };
  const words =
    status === null
      ? "answers, status not available"
      : `${status.version} answers, ${status.used_connections} of ${status.max_connections} connections used`;
  return healthy(`Postgres ${words}`, facts, judged.remarks);
}

export const probePostgres: Probe = async (service, context) => {
  const target = parsePostgresAddress(service.subject);
  if (!target) {
    return ill(
      "misconfigured",
      "the address is no postgres://host/database",
      "Write postgres://user:password@host:5432/database.",
    );
  }
  const { where, host, port, user, password, database } = target;
  const authority = await readAuthority(
    context.root,
    service.settings.ca ?? target.rootCertificate ?? undefined,
  );
  if (!authority.ok) return authority.ill;
  const { default: pg } = await import("pg");
  const socket = new net.Socket();
  const client = new pg.Client({
    host,
    port,
    user: user || undefined,
    password: password || undefined,
    database,
    ssl: sslOf(target, authority.ca),
    stream: () => socket,
    application_name: "meta-orch",
  });
  // A connection that ends later than our last query is nobody's business any more.
  client.on("error", () => {});
  socket.on("error", () => {});
  let greeting = "";
  socket.once("data", (chunk: Buffer) => {
    greeting = chunk.toString("latin1", 0, 60);
  });
  const stop = () => socket.destroy();
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    context.tried.push(`connect to ${where} as ${user || "the default user"}, database ${database}`);
    await client.connect();
    return await converse(client, service, target, context);
  } catch (error) {
    if (greeting !== "" && !FIRST_BYTES.includes(greeting[0]!)) {
      const said = `${where} does not speak the Postgres protocol: ${JSON.stringify(greeting)}`;
      return ill("misconfigured", said, "Check which service has this port.");
    }
    return postgresIll(error, where, context.tried.at(-1)!);
  } finally {
    context.signal.removeEventListener("abort", stop);
    // Sends the farewell if it can; nobody waits for the answer.
    client.end().catch(() => {});
    socket.unref();
    setImmediate(stop);
  }
};
