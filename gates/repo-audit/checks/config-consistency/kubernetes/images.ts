/** Where a container of an image that is built here listens, against the Dockerfile it is built from. */
import type { Finding } from "../../../../../modsquad/contracts/gate.ts";
import { baseName, isExamplePath, isTestPath } from "../../../paths.ts";
import { dockerEvidence, type Evidence, isSpokenBelow, mayListen, onlyListened } from "../evidence.ts";
import type { DockerFacts, Facts, PortPlace } from "../facts.ts";
import { isDebugPort } from "../known.ts";
import { digitsIn, list, portFinding, single } from "../port-findings.ts";
import { bareName, imageName } from "../read-docs.ts";
import { ownDockerfile } from "../rules-urls.ts";
import type { ContainerFact, ServiceFact, WorkloadFact } from "./read.ts";

/** `Dockerfile.api` and `api.Dockerfile` say what they make; else the folder does. */
function madeBy({ path, folder }: DockerFacts): string {
  const named = baseName(path).replace(/^(?:Docker|Container)file\.?|\.(?:docker|container)file$/gi, "");
  return bareName(named || baseName(folder));
}

/** The Dockerfile an image is built from, when the repository says so: by compose, by its name, by the project's. */
function dockerfileOf(facts: Facts, image: string): DockerFacts | undefined {
  const name = imageName(image);
  // What a template makes of a value nobody knows is no name.
  if (name === "" || /(?:^|\/)[^/:@]*helm-[^/]*$/.test(image.replace(/[:@][^/]*$/, ""))) return undefined;
  const built = facts.compose
    .flatMap(({ services }) => services)
    .find((service) => service.dockerfile && service.image && imageName(service.image) === name);
  if (built) return facts.docker.get(built.dockerfile!);
  const shipped = [...facts.docker.values()].filter(({ path }) => !isTestPath(path) && !isExamplePath(path));
  const named = shipped.filter((docker) => madeBy(docker) === name);
  if (named.length > 0) return named.length === 1 ? named[0] : undefined;
  return facts.names.has(name) ? ownDockerfile(facts) : undefined;
}

/** What an image built here listens on; null when it is not built here, or nothing says so. */
function evidenceOf(facts: Facts, { image, takesMore }: ContainerFact): Evidence | null {
  const docker = image === null || takesMore ? undefined : dockerfileOf(facts, image);
  const evidence = docker ? dockerEvidence(facts, docker) : null;
  return evidence && (evidence.exposed.length > 0 || onlyListened(evidence)) ? evidence : null;
}

/** Manifests and values say what is asked of the image, not what it does. */
const ASKS = /\.(?:ya?ml|tpl)$/;

function listensOn(facts: Facts, evidence: Evidence, port: number): boolean {
  const { context } = evidence;
  return (
    mayListen(facts, { ...evidence, context: null }, port) ||
    (context !== null && isSpokenBelow(facts, port, context, ASKS))
  );
}

function mismatch(who: string, wrong: PortPlace, evidence: Evidence): Finding {
  const listened = onlyListened(evidence);
  const what =
    evidence.exposed.length > 0
      ? `exposes ${list(evidence.exposed)}`
      : `starts a program on ${listened!.port}`;
  return portFinding({
    message: `${who} ${wrong.port}, but ${evidence.dockerfile}, from which the image is built, ${what}`,
    identity: [wrong.place.file.path, who, String(wrong.port)],
    place: wrong.place,
    digits: digitsIn(wrong.place, wrong.port),
    right: single(evidence.exposed) ?? listened?.port,
    candidates: evidence.exposed.map((each) => each.port),
  });
}

/** One port that fits is enough: the others are for metrics, debuggers, neighbours. */
export function judgeContainers(workload: WorkloadFact, facts: Facts): Finding[] {
  return workload.containers.flatMap((container) => {
    const evidence = evidenceOf(facts, container);
    if (!evidence) return [];
    const fits = ({ port }: PortPlace): boolean =>
      container.told.has(port) || listensOn(facts, evidence, port);
    if (container.ports.some(fits)) return [];
    return container.ports
      .filter(({ port }) => !isDebugPort(port) && !facts.ignoredPorts.has(port))
      .map((wrong) => mismatch(`${workload.kind} ${workload.name} has container port`, wrong, evidence));
  });
}

/** A service whose pods declare no port: what it sends to is the image's word alone. */
export function judgeTargets(service: ServiceFact, behind: WorkloadFact[], facts: Facts): Finding[] {
  const containers = behind.flatMap((each) => each.containers);
  const [container] = containers;
  if (!container || containers.length > 1 || container.ports.length > 0) return [];
  const evidence = evidenceOf(facts, container);
  if (!evidence) return [];
  return service.ports.flatMap(({ target, place }) => {
    const port = Number(target);
    if (!Number.isInteger(port) || port === 0 || facts.ignoredPorts.has(port)) return [];
    if (container.told.has(port) || listensOn(facts, evidence, port)) return [];
    return [mismatch(`service ${service.name} sends to port`, { port, place }, evidence)];
  });
}
