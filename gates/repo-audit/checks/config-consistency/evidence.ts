/** Which ports a service can be listening on, and how we know. */
import { isBelow } from "../../paths.ts";
import type {
  ComposeFile,
  ComposeService,
  DockerFacts,
  DockerStage,
  Facts,
  ListenFact,
  PortMapping,
  PortPlace,
} from "./facts.ts";
import { imagePorts } from "./known.ts";
import { builtStage } from "./read-dockerfile.ts";

export interface Evidence {
  /** EXPOSE of the stage that is built. */
  exposed: PortPlace[];
  /** Given on a command line or through a variable. */
  told: Set<number>;
  /** Defaults in the code of the build context. */
  listened: ListenFact[];
  /** Known defaults of the image or base image. */
  image: Set<number>;
  /** Path of the Dockerfile, for messages. */
  dockerfile: string | null;
  /** Folder whose files decide; null for a foreign image. */
  context: string | null;
}

/** Every number that may be a port in a command line or value: too many rather than too few. */
function numbers(text: string): number[] {
  return [...text.matchAll(/(?<![\w.])\d{2,5}(?![\w.])/g)]
    .map(([digits]) => Number(digits))
    .filter((port) => port <= 65535);
}

const PORT_VARIABLE = /PORT|LISTEN|ADDR|BIND|URLS?$|HOST|SERVER/;

function toldByVariables(variables: Iterable<[string, string | null]>): number[] {
  const ports: number[] = [];
  for (const [name, value] of variables)
    if (value && PORT_VARIABLE.test(name)) ports.push(...ownPorts(value));
  return ports;
}

/** Numbers that are no part of another host's address: API_URL=http://other:3000 tells this service nothing. */
function ownPorts(value: string): number[] {
  const match = /^\s*(?:\w+:\/\/)?([^\s:/]*):(\d{2,5})\b/.exec(value);
  if (match)
    return /^(|0\.0\.0\.0|localhost|127\.0\.0\.1|\*|\+|\[::\])$/.test(match[1]!) ? [Number(match[2])] : [];
  return numbers(value);
}

/** Files that state how something is started, so a port in them proves nothing by itself. */
const STATES_PORTS = /(^|\/)((docker-)?compose[^/]*\.ya?ml|[^/]*dockerfile[^/]*|\.env[^/]*)$/i;

/** True when code or configuration below a folder speaks of the port; `unless` it is one of these files. */
export function isSpokenBelow(facts: Facts, port: number, folder: string, unless = STATES_PORTS): boolean {
  for (const path of facts.spokenPorts.get(port)) {
    if (isBelow(path, folder) && !STATES_PORTS.test(path) && !unless.test(path)) return true;
  }
  return false;
}

/** A manifest alone is copied where the code is mounted. */
const MAY_BE_CODE = /^[^.]*$|\.(?:[mc]?[jt]sx?|py)$/;

/** Whether the image holds the file, by what its Dockerfile copies. */
function isCopied({ sources }: DockerFacts, context: string, path: string): boolean {
  if (!sources?.some((source) => MAY_BE_CODE.test(source))) return true;
  return sources.some((source) => isBelow(path, context === "" ? source : `${context}/${source}`));
}

/** Ports the code of one build context listens on; nested contexts with Dockerfiles of their own left out. */
function listensIn(facts: Facts, context: string, docker: DockerFacts): ListenFact[] {
  const nested = [...facts.docker.values()]
    .map((other) => other.folder)
    .filter((folder) => folder !== context && isBelow(folder, context) && !isBelow(docker.path, folder));
  return facts.listens.filter(({ place }) => {
    const { path } = place.file;
    const isForeign = nested.some((folder) => folder !== "" && isBelow(path, folder));
    return isBelow(path, context) && !isForeign && isCopied(docker, context, path);
  });
}

/** Web servers that deliver files: the port some script of the project listens on is not theirs. */
const FILE_SERVERS = /(^|\/)(nginx|httpd|caddy|apache|haproxy|traefik|envoy)/;

function fromStage(facts: Facts, docker: DockerFacts, stage: DockerStage, context: string): Evidence {
  const told = new Set([...numbers(stage.command), ...toldByVariables(stage.env)]);
  const served = FILE_SERVERS.test(stage.from);
  return {
    exposed: stage.expose,
    told,
    listened: served ? [] : listensIn(facts, context, docker),
    image: new Set(imagePorts(stage.from) ?? []),
    dockerfile: docker.path,
    context,
  };
}

/** Evidence for a Dockerfile by itself, built from its own folder. */
export function dockerEvidence(facts: Facts, docker: DockerFacts): Evidence | null {
  const stage = builtStage(docker, null);
  return stage && fromStage(facts, docker, stage, docker.folder);
}

/** The same service in the other compose files of its folder: an override may hold the half that matters. */
export function siblings(facts: Facts, file: ComposeFile, name: string): ComposeService[] {
  return facts.compose
    .filter((other) => other.folder === file.folder)
    .flatMap((other) => other.services.filter((service) => service.name === name));
}

/** Evidence for a service of a compose file. */
export function serviceEvidence(facts: Facts, file: ComposeFile, service: ComposeService): Evidence {
  const all = siblings(facts, file, service.name);
  const built = service.dockerfile ? service : all.find((other) => other.dockerfile !== null);
  const docker = built?.dockerfile ? facts.docker.get(built.dockerfile) : undefined;
  const stage = docker && builtStage(docker, built!.target);
  const image = service.image ?? all.find((other) => other.image !== null)?.image ?? null;
  const evidence: Evidence =
    docker && stage
      ? fromStage(facts, docker, stage, built!.context ?? docker.folder)
      : {
          exposed: [],
          told: new Set(),
          listened: [],
          image: new Set(image && !built ? (imagePorts(image) ?? []) : []),
          dockerfile: null,
          context: built?.context ?? null,
        };
  for (const other of all) {
    for (const port of numbers(other.command)) evidence.told.add(port);
    for (const [name, { value }] of other.environment) {
      for (const port of toldByVariables([[name, value]])) evidence.told.add(port);
    }
    for (const envFile of facts.envFiles.filter((each) => other.envFiles.includes(each.path))) {
      for (const port of toldByVariables(envFile.entries.map(({ name: key, value }) => [key, value])))
        evidence.told.add(port);
    }
  }
  return evidence;
}

/** True when anything says that the service may listen on the port. */
export function mayListen(facts: Facts, evidence: Evidence, port: number): boolean {
  return (
    evidence.exposed.some((each) => each.port === port) ||
    evidence.told.has(port) ||
    evidence.image.has(port) ||
    evidence.listened.some((each) => each.port === port) ||
    (evidence.context !== null && isSpokenBelow(facts, port, evidence.context))
  );
}

/** The one port the code listens on by default; null when there are several or none. */
export function onlyListened(evidence: Evidence): ListenFact | null {
  const ports = new Set(evidence.listened.map((each) => each.port));
  return ports.size === 1 ? evidence.listened[0]! : null;
}

/**
 * The port to use inside the network: the container side of the mapping somebody took for it, if anything
 * confirms that one; else the one that is exposed, listened on, or the image's own.
 */
export function innerPort(facts: Facts, evidence: Evidence, mapping?: PortMapping): number | undefined {
  if (mapping && mayListen(facts, evidence, mapping.container)) return mapping.container;
  const exposed = new Set(evidence.exposed.map((each) => each.port));
  const certain =
    exposed.size === 1 ? [...exposed][0] : (onlyListened(evidence)?.port ?? [...evidence.image][0]);
  return certain ?? mapping?.container;
}
