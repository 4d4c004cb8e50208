/** Rule unknown-service, and ports of services as their neighbours name them. */
import type { Finding, Fix } from "../../../../modsquad/contracts/gate.ts";
import type { Severity } from "../../../../modsquad/contracts/words.ts";
import { makeFinding, replaceFix, suggestFix } from "../../findings.ts";
import { describe, type Place } from "../../source.ts";
import { innerPort, mayListen, onlyListened, serviceEvidence, siblings } from "./evidence.ts";
import type { ComposeFile, ComposeService, EnvFile, Facts, UrlFact, VariableValue } from "./facts.ts";
import { imagePorts, isPlaceholderHost } from "./known.ts";
import { nearest } from "./nearest.ts";
import { findUrls, isLocalHost } from "./urls.ts";

/** Everything a container of these files can reach by name; null when some of it is out of sight. */
export function reachable(
  facts: Facts,
  file: ComposeFile,
): { services: Set<string>; names: Set<string> } | null {
  const files = new Set<ComposeFile>([
    file,
    ...facts.compose.filter((other) => other.folder === file.folder),
  ]);
  for (const each of files) {
    for (const path of each.includes) {
      const included = facts.compose.find((other) => other.path === path);
      if (!included) return null;
      files.add(included);
    }
  }
  const services = new Set<string>();
  const names = new Set<string>();
  for (const each of files) {
    for (const service of each.services) {
      services.add(service.name);
      for (const name of [service.name, ...service.aliases, ...service.extraHosts]) names.add(name);
    }
  }
  return { services, names };
}

interface Unknown {
  message: string;
  identity: string[];
  place: Place;
  wrong: string;
  known: Iterable<string>;
  /** The service that is meant, when something better than its spelling tells. */
  meant?: string | undefined;
  severity?: Severity;
  /** What to take out when nothing close exists. */
  removable?: Place | null;
}

export function unknown({
  message,
  identity,
  place,
  wrong,
  known,
  meant,
  severity,
  removable,
}: Unknown): Finding {
  const right = nearest(wrong, known) ?? meant;
  const text = place.file.text.slice(place.start, place.end);
  const at = text.indexOf(wrong);
  const start = place.start + at;
  let fix: Fix = {
    description: `Add a service called ${wrong}, or name one of ${[...known].sort().join(", ")}: write \`${wrong}:\` and its \`image:\` or \`build:\` below \`services:\`.`,
  };
  if (right && at !== -1) {
    fix = replaceFix(`Use ${right}.`, { file: place.file, start, end: start + wrong.length }, right);
  } else if (removable) {
    fix = replaceFix(`Take the entry out, or add a service called ${wrong}.`, removable, "");
  }
  return makeFinding({
    ruleId: "config-consistency/unknown-service",
    severity: severity ?? "high",
    message: right ? `${message}; ${right} exists` : message,
    identity,
    place,
    defectClass: "infra",
    effort: 10,
    fix,
  });
}

/** Scheme → port of the servers that speak it. */
const SCHEME_PORTS: Record<string, number> = {
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  rediss: 6379,
  mongodb: 27017,
  amqp: 5672,
  amqps: 5672,
  memcached: 11211,
  nats: 4222,
};

/** The only service whose image speaks the URL's scheme. */
function speaks(facts: Facts, file: ComposeFile, url: UrlFact): string | undefined {
  const port = SCHEME_PORTS[url.scheme.split("+")[0]!];
  if (port === undefined) return undefined;
  const services = facts.compose
    .filter((each) => each.folder === file.folder)
    .flatMap((each) => each.services);
  const fitting = services.filter((service) => service.image && imagePorts(service.image)?.includes(port));
  return fitting.length === 1 ? fitting[0]!.name : undefined;
}

function judgeDependsOn(file: ComposeFile, service: ComposeService, services: Set<string>): Finding[] {
  return service.dependsOn
    .filter(({ name }) => !services.has(name) && !name.includes("$"))
    .map(({ name, place, lines }) =>
      unknown({
        message: `service ${service.name} depends on ${name}, which no compose file here defines`,
        identity: [file.path, service.name, name],
        place,
        wrong: name,
        known: services,
        removable: lines,
      }),
    );
}

/** Interpolations become letters of the same length, so that user parts and places stay what they are. */
function urlsOf({ value, place }: VariableValue): UrlFact[] {
  if (!value?.includes("://")) return [];
  const masked = value.replace(/\$\{[^}]*\}|\$\w+/g, (variable) => "x".repeat(variable.length));
  const at = place.file.text.slice(place.start, place.end).indexOf(value);
  const urls = findUrls(place.file, masked, at === -1 ? 0 : place.start + at).filter((url) =>
    NETWORK.test(url.scheme),
  );
  const exact = urls.filter(
    (url) => !/\$/.test(value.slice(value.indexOf(url.host), value.indexOf(url.host) + url.host.length)),
  );
  return at === -1 ? exact.map((url) => ({ ...url, place, portPlace: null })) : exact;
}

/** Schemes that connect over a network; app://, file:// and their like name no host. */
const NETWORK =
  /^(https?|wss?|postgres(ql)?|mysql|mariadb|rediss?|mongodb|amqps?|nats|kafka|tcp|udp|ldaps?|smtps?|clickhouse|memcached?|grpc|elasticsearch|mqtts?|neo4j|bolt|sqlserver|mssql)(\+\w+)?$/;

/** A name without dots is one of the compose network; the rest is DNS and out of reach. */
function isServiceHost(host: string): boolean {
  return (
    !host.includes(".") &&
    !isLocalHost(host) &&
    !isPlaceholderHost(host) &&
    !/^x+$/i.test(host) &&
    /[a-z]/i.test(host)
  );
}

function judgeHosts(facts: Facts, file: ComposeFile, service: ComposeService, names: Set<string>): Finding[] {
  const findings: Finding[] = [];
  for (const [variable, value] of service.environment) {
    for (const url of urlsOf(value)) {
      if (!isServiceHost(url.host)) continue;
      if (names.has(url.host)) {
        findings.push(...judgePort(facts, file, url, `${variable} of service ${service.name}`));
      } else if (!service.outwardNetwork) {
        findings.push(
          unknown({
            message: `${variable} of service ${service.name} names the host ${url.host}, which no service here answers to`,
            identity: [file.path, service.name, variable, url.host],
            place: url.place,
            wrong: url.host,
            known: names,
            meant: speaks(facts, file, url),
          }),
        );
      }
    }
  }
  return findings;
}

/** A neighbour asks a service for a port it does not listen on: most often the published one. */
export function judgePort(facts: Facts, file: ComposeFile, url: UrlFact, who: string): Finding[] {
  const target = facts.compose
    .filter((each) => each.folder === file.folder)
    .flatMap((each) => each.services)
    .find((service) => service.name === url.host);
  if (!target || url.port === null || facts.ignoredPorts.has(url.port)) return [];
  const evidence = serviceEvidence(facts, file, target);
  const mappings = siblings(facts, file, target.name).flatMap((each) => each.ports);
  const inside = [...mappings.map((mapping) => mapping.container), ...target.expose];
  if (inside.includes(url.port) || mayListen(facts, evidence, url.port)) return [];
  const outer = mappings.find((mapping) => mapping.host === url.port);
  const certain = evidence.exposed.length > 0 || evidence.image.size > 0 || onlyListened(evidence) !== null;
  if (!outer && !certain) return [];
  const right = innerPort(facts, evidence, outer);
  const why = outer
    ? `${url.port} is published outside (${describe(outer.place)}); inside the network it is ${right}`
    : `it listens on ${right ?? [...inside, ...evidence.exposed.map((each) => each.port)].join(", ")}`;
  return [
    makeFinding({
      ruleId: "config-consistency/port-mismatch",
      severity: "high",
      message: `${who} asks ${url.host} on port ${url.port}, but ${why}`,
      identity: [url.place.file.path, who, url.host, String(url.port)],
      place: url.place,
      defectClass: "infra",
      effort: 10,
      fix:
        url.portPlace && right !== undefined
          ? replaceFix(`Use port ${right}.`, url.portPlace, String(right))
          : url.portPlace && inside[0] !== undefined
            ? suggestFix(`Use a port that ${url.host} listens on.`, url.portPlace, String(inside[0]))
            : { description: `Use a port that ${url.host} listens on.` },
    }),
  ];
}

/** URLs in one .env file that lies beside a compose file. */
function judgeEnvFile(facts: Facts, env: EnvFile, file: ComposeFile, everywhere: Set<string>): Finding[] {
  const names = reachable(facts, file)?.names;
  if (!names || file.services.some((service) => service.outwardNetwork)) return [];
  const findings: Finding[] = [];
  for (const entry of env.entries) {
    for (const url of urlsOf({ value: entry.value, place: entry.valuePlace })) {
      if (!isServiceHost(url.host)) continue;
      if (names.has(url.host)) {
        findings.push(...judgePort(facts, file, url, entry.name));
      } else if (!everywhere.has(url.host)) {
        findings.push(
          unknown({
            message: `${entry.name} names the host ${url.host}, which no service of ${file.path} answers to`,
            identity: [env.path, entry.name, url.host],
            place: url.place,
            wrong: url.host,
            known: names,
            meant: speaks(facts, file, url),
            severity: env.example ? "medium" : "high",
          }),
        );
      }
    }
  }
  return findings;
}

function judgeEnvFiles(facts: Facts): Finding[] {
  const everywhere = new Set(
    facts.compose.flatMap((file) => file.services.flatMap((service) => [service.name, ...service.aliases])),
  );
  return facts.envFiles.flatMap((env) => {
    const file = facts.compose.find((each) => each.folder === env.folder);
    return file ? judgeEnvFile(facts, env, file, everywhere) : [];
  });
}

export function judgeServices(facts: Facts): Finding[] {
  const findings: Finding[] = [];
  for (const file of facts.compose) {
    const known = reachable(facts, file);
    if (!known) continue;
    for (const service of file.services) {
      findings.push(
        ...judgeDependsOn(file, service, known.services),
        ...judgeHosts(facts, file, service, known.names),
      );
    }
  }
  return [...findings, ...judgeEnvFiles(facts)];
}
