/** A Postgres address as libpq understands it, taken apart. */

export interface PostgresTarget {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** disable, allow, prefer, require, verify-ca or verify-full. */
  sslMode: string;
  /** File of the authority to trust. */
  rootCertificate: string | null;
  where: string;
}

const decode = (part: string) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** postgres://user:password@host:port/database?sslmode=…; null when it is something else. */
export function parsePostgresAddress(text: string): PostgresTarget | null {
  if (!/^postgres(ql)?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const { searchParams } = url;
  const host = searchParams.get("host") ?? decode(url.hostname.replace(/^\[|\]$/g, ""));
  if (host === "") return null;
  const user = decode(url.username) || (searchParams.get("user") ?? "");
  const port = Number(url.port || searchParams.get("port") || 5432);
  return {
    host,
    port,
    user,
    password: decode(url.password),
    database: decode(url.pathname.slice(1)) || user || "postgres",
    sslMode: searchParams.get("sslmode") ?? (searchParams.get("ssl") === "true" ? "verify-full" : "disable"),
    rootCertificate: searchParams.get("sslrootcert"),
    where: host.startsWith("/") ? host : `${host.includes(":") ? `[${host}]` : host}:${port}`,
  };
}
