/** The command that starts, repairs or shows what is wrong. Shown to people, never run. */

import { parsePostgresAddress } from "./probes/postgres-address.ts";
import { parseEndpoint } from "./probes/socket.ts";
import { plainAddress } from "./secrets.ts";
import type { Ill, Service } from "./types.ts";

const LOCAL = /^(localhost|127\.|::1)/;

/** Words of a shell command, quoted where they need it. */
const quote = (word: string) => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function postgresCommand({ subject }: Service, found: Ill): string | null {
  const target = parsePostgresAddress(subject);
  if (!target) return null;
  const { host, port, user, database } = target;
  const at = `-h ${quote(host)} -p ${port}${user === "" ? "" : ` -U ${quote(user)}`}`;
  if (found.class === "wrong-database") return `createdb ${at} ${quote(database)}`;
  if (found.class === "refused" && LOCAL.test(host)) return "sudo systemctl start postgresql";
  if (found.class === "refused" || found.class === "timeout")
    return `pg_isready -h ${quote(host)} -p ${port}`;
  return `psql ${at} -d ${quote(database)} -c 'select * from pg_stat_activity'`;
}

function redisCommand({ subject }: Service, found: Ill): string | null {
  const endpoint = parseEndpoint(subject, 6379);
  if (!endpoint) return null;
  if (found.class === "refused" && LOCAL.test(endpoint.host)) return "sudo systemctl start redis-server";
  return `redis-cli -h ${quote(endpoint.host)} -p ${endpoint.port}${/^rediss:/.test(subject) ? " --tls" : ""} ${found.class === "auth" ? "--askpass ping" : "info"}`;
}

function tlsCommand(service: Service): string | null {
  const endpoint = parseEndpoint(service.subject, 443);
  if (!endpoint) return null;
  const name = typeof service.settings.servername === "string" ? service.settings.servername : endpoint.host;
  return `openssl s_client -connect ${quote(`${endpoint.host}:${endpoint.port}`)} -servername ${quote(name)} </dev/null | openssl x509 -noout -subject -issuer -dates`;
}

function byKind(service: Service, found: Ill): string | null {
  if (found.class === "tls") return tlsCommand(service);
  switch (service.kind) {
    case "postgres":
      return postgresCommand(service, found);
    case "redis":
      return redisCommand(service, found);
    case "http":
    case "clock":
    case "loaded":
      return /^https?:/i.test(service.subject)
        ? `curl -i ${quote(plainAddress(service.subject))}`
        : service.subject;
    case "tcp": {
      const endpoint = parseEndpoint(service.subject);
      return endpoint && endpoint.host !== "" ? `nc -vz ${quote(endpoint.host)} ${endpoint.port}` : null;
    }
    case "tls":
      return tlsCommand(service);
    case "dns":
      return `getent hosts ${quote(service.subject)}`;
    case "disk":
      return `df -h ${quote(service.subject)}`;
    case "memory":
      return "ps aux --sort=-rss | head";
    case "process":
      return `ss -ltnp 'sport = :${service.subject}'`;
    case "command":
      return service.subject;
    case "compose":
      return `docker compose ps --all ${quote(service.subject)}`;
  }
}

const STARTABLE: readonly string[] = ["refused", "crashed", "timeout", "dns", "no-address"];

/** The best command there is: the probe's own, the one that starts the service, or one that shows the trouble. */
export function commandFor(service: Service, found: Ill): string {
  const start = STARTABLE.includes(found.class) ? service.startCommand : null;
  return found.command ?? start ?? byKind(service, found) ?? "meta-orch gate infra-health";
}
