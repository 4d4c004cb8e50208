// Orders in Postgres, used when DATABASE_URL is set. `pg` is an optional peer, loaded only here.
import { readdirSync, readFileSync } from "node:fs";
import { ConfigError, ROOT } from "./config.mjs";

const CONNECT_TIMEOUT_MS = 3000;
const QUERY_TIMEOUT_MS = 5000;
/** Any constant will do: only one instance migrates at a time. */
const MIGRATION_LOCK = 4310;

export const SQL = {
  migrations:
    "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())",
  lock: "SELECT pg_advisory_xact_lock($1)",
  applied: "SELECT name FROM schema_migrations",
  record: "INSERT INTO schema_migrations (name) VALUES ($1)",
  add: "INSERT INTO orders (id, account_id, placed_at, total_cents, body) VALUES ($1, $2, $3, $4, $5) RETURNING seq::int AS seq",
  list: "SELECT seq::int AS seq, body FROM orders WHERE account_id = $1 ORDER BY seq DESC LIMIT $2",
  find: "SELECT seq::int AS seq, body FROM orders WHERE account_id = $1 AND id = $2",
  after: "SELECT seq::int AS seq, body FROM orders WHERE seq > $1 ORDER BY seq LIMIT $2",
  lastSeq: "SELECT coalesce(max(seq), 0)::int AS seq FROM orders",
  ping: "SELECT 1",
};

/** @typedef {{ query: (sql: string, values?: unknown[]) => Promise<{ rows: any[] }> }} Queryable */

/** pg, or a ConfigError that says how to get it. @returns {Promise<any>} */
async function loadPg() {
  try {
    const { default: pg } = await import("pg");
    return pg;
  } catch (error) {
    if (/** @type {any} */ (error).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new ConfigError(
      "DATABASE_URL is set but the package pg is not installed; run: npm install pg@8.23.1",
    );
  }
}

/** Applies the migrations that are not applied yet, all or none. @param {Queryable} client */
export async function migrate(client) {
  await client.query("BEGIN");
  try {
    await client.query(SQL.lock, [MIGRATION_LOCK]);
    await client.query(SQL.migrations);
    const { rows } = await client.query(SQL.applied);
    const applied = new Set(rows.map((row) => row.name));
    for (const name of readdirSync(`${ROOT}migrations`).sort()) {
      if (!name.endsWith(".sql") || applied.has(name)) continue;
      await client.query(readFileSync(`${ROOT}migrations/${name}`, "utf8"));
      await client.query(SQL.record, [name]);
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

/** @param {any} row @returns {import("./orders.mjs").Order} */
const orderOf = (row) => ({ ...row.body, seq: row.seq });

/**
 * Connects, migrates and answers the repository; rejects when the database cannot be used.
 * @param {string} url @returns {Promise<import("./orders.mjs").OrderRepository>}
 */
export async function postgresOrders(url) {
  const pg = await loadPg();
  const pool = new pg.Pool({
    connectionString: url,
    max: 5,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // An idle connection that breaks is replaced on the next query; without a listener it would end the process.
  pool.on("error", () => {});
  const client = await pool.connect();
  await migrate(client).finally(() => client.release());
  return {
    kind: "postgres",
    async add(accountId, order) {
      const values = [order.id, accountId, order.placedAt, order.totalCents, JSON.stringify(order)];
      const { rows } = await pool.query(SQL.add, values);
      return { ...order, seq: rows[0].seq };
    },
    list: async (accountId, limit) => (await pool.query(SQL.list, [accountId, limit])).rows.map(orderOf),
    async find(accountId, id) {
      const { rows } = await pool.query(SQL.find, [accountId, id]);
      return rows[0] ? orderOf(rows[0]) : null;
    },
    after: async (seq, limit) => (await pool.query(SQL.after, [seq, limit])).rows.map(orderOf),
    lastSeq: async () => (await pool.query(SQL.lastSeq)).rows[0].seq,
    reachable: () =>
      pool.query(SQL.ping).then(
        () => true,
        () => false,
      ),
    close: () => pool.end(),
  };
}
