/** Rules port-mismatch and healthcheck-port for containers: published, exposed, listened on and asked for. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import type { Place } from "../../source.ts";
import { describe } from "../../source.ts";
import {
  dockerEvidence,
  type Evidence,
  innerPort,
  isSpokenBelow,
  mayListen,
  onlyListened,
  serviceEvidence,
  siblings,
} from "./evidence.ts";
import type { ComposeFile, ComposeService, Facts } from "./facts.ts";
import { isDebugPort } from "./known.ts";
import { containerDigits, digitsIn, list, portFinding, single } from "./port-findings.ts";
import { findLocalPorts, findUrls, isLocalHost } from "./urls.ts";

function judgeService(facts: Facts, file: ComposeFile, service: ComposeService): Finding[] {
  const evidence = serviceEvidence(facts, file, service);
  const mappings = service.ports.filter(
    ({ container }) => !isDebugPort(container) && !facts.ignoredPorts.has(container),
  );
  const [first] = mappings;
  if (!first || evidence.context === null) return [];
  const listened = onlyListened(evidence);
  const reachable = mappings.some((mapping) => mayListen(facts, evidence, mapping.container));
  const identity = [file.path, service.name];
  if (!reachable && (evidence.exposed.length > 0 || listened)) {
    const known = evidence.exposed.length > 0 ? evidence.exposed : [listened!];
    const what =
      evidence.exposed.length > 0
        ? `${evidence.dockerfile} exposes ${list(known)} (${describe(known[0]!.place)})`
        : `the program listens on ${list(known)} (${describe(known[0]!.place)})`;
    return [
      portFinding({
        message: `service ${service.name} publishes container port ${first.container}, but ${what}`,
        identity: [...identity, String(first.container), list(known)],
        place: first.place,
        digits: containerDigits(first.place, first.container),
        right: single(known),
        candidates: known.map((each) => each.port),
      }),
    ];
  }
  const ports = mappings.map((mapping) => mapping.container);
  const missed = missedPort(facts, file, service, evidence);
  if (missed) return [missed];
  return [...staleExpose(facts, evidence, ports), ...unusedListen(evidence, ports, first.place, identity)];
}

/**
 * A second port that nothing explains, while a variable of the service's own .env names one that is not
 * published: 25 is mapped, and SMTP_PORT is 2525.
 */
function missedPort(
  facts: Facts,
  file: ComposeFile,
  service: ComposeService,
  evidence: Evidence,
): Finding | null {
  const env = facts.envFiles.filter(
    ({ path, folder }) =>
      folder === file.folder && service.envFiles.some((used) => path === used || path.startsWith(`${used}.`)),
  );
  const containers = service.ports.map((mapping) => mapping.container);
  const unexplained = service.ports.filter(
    ({ container }) => !mayListen(facts, evidence, container) && !isDebugPort(container),
  );
  const variables = env
    .flatMap((each) => each.entries)
    .filter(
      ({ name, value }) =>
        /(^|_)PORT$/.test(name) &&
        /^\d{2,5}$/.test(value) &&
        !/_HOST_|DB_|DATABASE|POSTGRES|MYSQL|REDIS|MONGO/.test(name),
    );
  const unpublished = variables.filter(
    ({ name, value }) =>
      !containers.includes(Number(value)) &&
      !service.environment.has(name) &&
      facts.listens.some((each) => each.variable === name),
  );
  const [mapping, variable] = [unexplained[0], unpublished[0]];
  if (!mapping || !variable || unexplained.length > 1 || unpublished.length > 1) return null;
  return portFinding({
    message: `service ${service.name} publishes container port ${mapping.container}, but ${variable.name} makes it listen on ${variable.value} (${describe(variable.place)})`,
    identity: [file.path, service.name, variable.name, String(mapping.container)],
    place: mapping.place,
    digits: containerDigits(mapping.place, mapping.container),
    right: Number(variable.value),
  });
}

/** EXPOSE names a port that nothing publishes, is told, or listens on. */
function staleExpose(facts: Facts, evidence: Evidence, published: number[]): Finding[] {
  const [first] = evidence.exposed.filter((each) => !facts.ignoredPorts.has(each.port));
  const used = [...published, ...evidence.told, ...evidence.listened.map((each) => each.port)];
  if (!first || used.length === 0) return [];
  const alive = (port: number): boolean =>
    used.includes(port) ||
    evidence.image.has(port) ||
    (evidence.context !== null && isSpokenBelow(facts, port, evidence.context));
  if (evidence.exposed.some((each) => alive(each.port))) return [];
  const right = published.length === 1 ? published[0] : single(evidence.listened);
  return [
    portFinding({
      severity: "medium",
      message: `exposes ${list(evidence.exposed)}, but ${right === undefined ? "nothing uses it" : `port ${right} is what is used`}`,
      identity: [first.place.file.path, list(evidence.exposed)],
      place: first.place,
      digits: evidence.exposed.length === 1 ? digitsIn(first.place, first.port) : undefined,
      right,
      candidates: used,
    }),
  ];
}

/** Published and exposed agree, and the program listens elsewhere. */
function unusedListen(evidence: Evidence, published: number[], place: Place, identity: string[]): Finding[] {
  const listened = onlyListened(evidence);
  if (!listened || evidence.exposed.length === 0 || published.includes(listened.port)) return [];
  if (evidence.exposed.some((each) => each.port === listened.port || evidence.told.has(each.port))) return [];
  if (published.some((port) => evidence.told.has(port) || evidence.image.has(port))) return [];
  return [
    portFinding({
      message: `publishes and exposes ${published.join(", ")}, but the program listens on ${listened.port} (${describe(listened.place)})`,
      identity: [...identity, "listen", String(listened.port)],
      place,
      digits: published.length === 1 ? containerDigits(place, published[0]!) : undefined,
      right: listened.port,
    }),
  ];
}

/** A Dockerfile no compose file builds: EXPOSE against the code beside it. */
function judgeDockerfiles(facts: Facts): Finding[] {
  const composed = new Set(
    facts.compose.flatMap((file) => file.services.map((service) => service.dockerfile)),
  );
  const findings: Finding[] = [];
  for (const docker of facts.docker.values()) {
    if (composed.has(docker.path)) continue;
    const evidence = dockerEvidence(facts, docker);
    const listened = evidence && onlyListened(evidence);
    if (listened) findings.push(...staleExpose(facts, evidence, []));
  }
  return findings;
}

function healthPorts(text: string, place: Place): number[] {
  const urls = [...findLocalPorts(place.file, text, 0), ...findUrls(place.file, text, 0)];
  const local = urls.filter((url) => isLocalHost(url.host));
  if (/localhost[^\s"']*\$|127\.0\.0\.1[^\s"']*\$/.test(text)) return [];
  return [...new Set(local.map((url) => url.port ?? (url.scheme === "https" ? 443 : 80)))];
}

function judgeServiceHealth(facts: Facts, file: ComposeFile, service: ComposeService): Finding[] {
  const check = service.healthcheck;
  if (!check) return [];
  const evidence = serviceEvidence(facts, file, service);
  const mappings = siblings(facts, file, service.name).flatMap((each) => each.ports);
  const known = new Set([
    ...mappings.map((mapping) => mapping.container),
    ...service.expose,
    ...evidence.exposed.map((each) => each.port),
  ]);
  const findings: Finding[] = [];
  for (const port of healthPorts(check.text, check.place)) {
    if (known.has(port) || facts.ignoredPorts.has(port) || mayListen(facts, evidence, port)) continue;
    const outer = mappings.find((mapping) => mapping.host === port && mapping.container !== port);
    const certain = evidence.exposed.length > 0 || onlyListened(evidence) !== null;
    if (!outer && !(certain && evidence.context !== null)) continue;
    const right = innerPort(facts, evidence, outer);
    const why = outer
      ? `${port} is the port outside the container`
      : `the service listens on ${[...known].join(", ") || onlyListened(evidence)!.port}`;
    findings.push(
      portFinding({
        rule: "healthcheck-port",
        message: `the health check of ${service.name} asks port ${port}, but ${why}`,
        identity: [file.path, service.name, String(port)],
        place: check.place,
        digits: digitsIn(check.place, port),
        right,
        candidates: [...known, ...evidence.listened.map((each) => each.port)],
      }),
    );
  }
  return findings;
}

function judgeImageHealth(facts: Facts): Finding[] {
  const findings: Finding[] = [];
  for (const docker of facts.docker.values()) {
    const evidence = dockerEvidence(facts, docker);
    const check = docker.stages.at(-1)?.healthcheck;
    if (!evidence || !check || evidence.exposed.length === 0) continue;
    for (const port of healthPorts(check.text, check.place)) {
      if (facts.ignoredPorts.has(port) || mayListen(facts, evidence, port)) continue;
      findings.push(
        portFinding({
          rule: "healthcheck-port",
          message: `the health check asks port ${port}, but the image exposes ${list(evidence.exposed)}`,
          identity: [docker.path, String(port)],
          place: check.place,
          digits: digitsIn(check.place, port),
          right: single(evidence.exposed),
          candidates: evidence.exposed.map((each) => each.port),
        }),
      );
    }
  }
  return findings;
}

export function judgePorts(facts: Facts): Finding[] {
  const findings: Finding[] = [];
  for (const file of facts.compose) {
    for (const service of file.services) {
      findings.push(...judgeService(facts, file, service), ...judgeServiceHealth(facts, file, service));
    }
  }
  findings.push(...judgeDockerfiles(facts), ...judgeImageHealth(facts));
  return findings;
}
