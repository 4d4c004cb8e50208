/** Errors of Postgres and of its client as failure classes (SQLSTATE: appendix A of its manual). */
import { errorFacts, networkIll } from "../net-errors.ts";
import { type Ill, ill } from "../types.ts";

const LOST = /Connection terminated|connection ended|server closed the connection/i;

function byState(state: string, said: string): Ill | null {
  switch (state) {
    case "28P01":
    case "28000":
      return ill("auth", said, "Correct user and password in the address, or the server's pg_hba.conf.");
    case "42501":
      return ill("auth", said, "Grant the user the right it lacks.");
    case "3D000":
      return ill("wrong-database", said, "Create the database, or correct its name in the address.");
    case "53300":
      return ill("unhealthy", said, "Close idle connections, pool them, or raise max_connections.");
    case "53100":
      return ill("disk", said, "Free disk space on the server.");
    case "53200":
      return ill("unhealthy", said, "The server is out of memory: look into its log.");
    case "57P03":
      return ill("unhealthy", said, "It is starting or stopping: wait, or use waitFor.");
    case "57P01":
    case "57P02":
    case "57P05":
      return ill("crashed", said, "It went away in the middle: look into its log, then start it.");
    case "57014":
      return ill("timeout", said, "Find what blocks it: select * from pg_locks where not granted.");
    case "0A000":
      return ill("version", said, "The server's version lacks this: update it.");
    case "58030":
    case "XX001":
    case "XX002":
      return ill("disk", said, "The server cannot read its files: look into its log and its disk.");
    default:
      return null;
  }
}

/** The class of anything `pg` throws. `doing` is the step it happened in. */
export function postgresIll(error: unknown, where: string, doing: string): Ill {
  const { code, message } = errorFacts(error);
  const said = `${where}, ${doing}: ${message}${/^[0-9A-Z]{5}$/.test(code) ? ` (SQLSTATE ${code})` : ""}`;
  const known = byState(code, said);
  if (known) return known;
  if (/password must be a string|SASL|no password/i.test(message))
    return ill("auth", said, "Put the password into the address.");
  if (/does not support SSL/i.test(message))
    return ill("tls", said, "Switch TLS on at the server, or use sslmode=disable.");
  const network = networkIll(error, where);
  if (network) return network;
  if (LOST.test(message)) {
    // Before the first answer it never was a conversation with Postgres; after it, somebody pulled the plug.
    return ill("crashed", said, "It went away in the middle: look into its log, then start it.");
  }
  if (/unexpected|invalid (response|message)|received invalid|protocol|unrecognized/i.test(message))
    return ill("misconfigured", said, "Check which service has this port.");
  return ill("unhealthy", said, "Look into the server's log.");
}
