/** Rule port-mismatch for addresses: a URL of this machine, or a documented docker run, that leads nowhere. */
import type { Finding } from "../../../../modsquad/contracts/gate.ts";
import { folderOf, isBelow, isDocPath, isExamplePath, isTestPath } from "../../paths.ts";
import { describe, type Place } from "../../source.ts";
import { dockerEvidence, mayListen } from "./evidence.ts";
import type { DockerFacts, Facts, LocalUrl } from "./facts.ts";
import { frameworkProvides, isDebugPort, isToolPort } from "./known.ts";
import { containerDigits, list, portFinding, single } from "./port-findings.ts";
import { imageName } from "./read-docs.ts";

/** Names a URL of the project itself is given; other local addresses may be anybody's tools. */
const OWN_URL =
  /(api|app|site|base|backend|frontend|server|web|client|public|origin|redirect|callback|host)/i;

/** A document sends its reader there; an address in a sample of somebody's proxy is no promise. */
const SENDS_READER =
  /\b(open|visit|brows\w*|go to|navigate|access\w*|available|running|runs|serv(e|es|ed|ing) (at|on)|listening|hosted|reach\w*|view|see|curl|wget|point|start(s|ed)|head (over )?to|live|ready|find|is at|are at|up at)\b|^\s*\|/i;

function isPromised(url: LocalUrl): boolean {
  const { file, start } = url.place;
  const line = file.lineAround(start);
  if (!/^https?$/.test(url.scheme) && !/\b(curl|wget|open|visit)\b/i.test(file.text.slice(line.start, start)))
    return false;
  const previous = file.lineAround(Math.max(0, line.start - 1));
  const around = file.text.slice(previous.start, line.end);
  return (
    SENDS_READER.test(around) &&
    !/proxy_pass|upstream|redirect|callback|origin/i.test(file.text.slice(line.start, line.end))
  );
}

/** A variable that nothing but samples and tests read is set for them. */
function isForSamples(facts: Facts, variable: string): boolean {
  const readers = facts.reads.filter(({ name }) => name === variable).map(({ place }) => place.file.path);
  return readers.length > 0 && readers.every((path) => isExamplePath(path) || isTestPath(path));
}

function isOwnUrl(url: LocalUrl, facts: Facts): boolean {
  if (url.kind === "proxy" || url.kind === "openapi") return true;
  if (url.kind === "doc") return isPromised(url);
  const { file, start } = url.place;
  const line = file.lineAround(start);
  const before = file.text.slice(line.start, start);
  if (url.kind === "env") {
    const [variable = ""] = before.split("=");
    return OWN_URL.test(variable) && !isForSamples(facts, variable.trim());
  }
  // In code only the fallback of a setting: lists of allowed origins name ports of many other programs.
  const fallback = /\b(env|environ|getenv|window|config)\b.*(\|\||\?\?|,)\s*["'`](https?|wss?):\/\/$/.test(
    before,
  );
  return fallback && OWN_URL.test(before) && !/cors|allow|origin/i.test(before);
}

interface Provided {
  ports: Set<number>;
  /** One example for messages. */
  example: { port: number; place: Place };
}

/** What the files below a folder publish or listen on; null when nothing is certain. */
function providedBelow(facts: Facts, folder: string): Provided | null {
  const places: { port: number; place: Place }[] = [];
  for (const file of facts.compose.filter((each) => isBelow(each.path, folder))) {
    for (const service of file.services) {
      for (const { host, place } of service.ports) if (host !== null) places.push({ port: host, place });
    }
  }
  places.push(...facts.listens.filter((each) => isBelow(each.place.file.path, folder)));
  const [example] = places;
  if (!example) return null;
  const ports = new Set(places.map((each) => each.port));
  for (const docker of facts.docker.values()) {
    for (const stage of docker.stages) for (const { port } of stage.expose) ports.add(port);
  }
  for (const env of facts.envFiles) {
    for (const { name, value } of env.entries) {
      if (/PORT/.test(name) && /^\d{2,5}$/.test(value)) ports.add(Number(value));
    }
  }
  return { ports, example };
}

/** The one provided port that differs in a single digit, or the only one there is. */
function likelyMeant(port: number, provided: Set<number>): number | undefined {
  if (provided.size === 1) return [...provided][0];
  const digits = String(port);
  const close = [...provided].filter((other) => {
    const text = String(other);
    return text.length === digits.length && [...text].filter((digit, i) => digit !== digits[i]).length === 1;
  });
  return close.length === 1 ? close[0] : undefined;
}

/** A document names the port in another way than by this address: `--port 8081`. */
function isDocumented(facts: Facts, { port, kind, place }: LocalUrl): boolean {
  const documents = facts.documentedPorts.get(port!);
  return kind === "proxy" ? documents.size > 0 : documents.has(place.file.path);
}

function judgeUrls(facts: Facts): Finding[] {
  const findings = new Map<string, Finding>();
  const byFolder = new Map<string, Provided | null>();
  for (const url of facts.localUrls) {
    const { port } = url;
    if (port === null || facts.ignoredPorts.has(port) || isToolPort(port) || !isOwnUrl(url, facts)) continue;
    const { path } = url.place.file;
    const folder = url.kind === "doc" ? folderOf(path) : "";
    if (!byFolder.has(folder)) byFolder.set(folder, providedBelow(facts, folder));
    const provided = byFolder.get(folder);
    if (!provided || provided.ports.has(port) || frameworkProvides(facts.packages, port)) continue;
    const spoken = [...facts.spokenPorts.get(port)].some((each) => isBelow(each, folder));
    if (spoken || isDocumented(facts, url)) continue;
    const key = `${path}\0${port}`;
    const known = findings.get(key);
    if (known) {
      known.count = (known.count ?? 1) + 1;
      const [edit] = known.fix?.edits ?? [];
      if (edit && url.portPlace)
        known.fix!.edits!.push({ ...edit, start: url.portPlace.start, end: url.portPlace.end });
      continue;
    }
    const { example } = provided;
    findings.set(
      key,
      portFinding({
        severity: url.kind === "doc" || url.kind === "openapi" ? "medium" : "high",
        message: `nothing here provides ${url.host}:${port}; ${describe(example.place)} has ${example.port}`,
        identity: [path, String(port)],
        place: url.place,
        digits: url.portPlace ?? undefined,
        right: likelyMeant(port, provided.ports),
        candidates: [example.port, ...provided.ports],
      }),
    );
  }
  return [...findings.values()];
}

/** The Dockerfile that makes the project's own image: the only one, or the one at the top. */
export function ownDockerfile(facts: Facts): DockerFacts | undefined {
  const all = [...facts.docker.values()].filter(({ path }) => !isTestPath(path) && !isExamplePath(path));
  return all.length === 1 ? all[0] : all.find(({ path }) => path === "Dockerfile");
}

/** Whether a document builds the image it runs; a build without a name may be any. */
function builds(text: string, image: string | null): boolean {
  const commands = text.match(/docker build\b[^\n]*/g) ?? [];
  const tags = commands.flatMap((each) => /(?:-t|--tag)[ =]([\w./:-]+)/.exec(each)?.[1] ?? []);
  const isNamed = tags.some((tag) => image !== null && imageName(tag) === imageName(image));
  return commands.length > 0 && (isNamed || tags.length === 0 || image === null);
}

/** Ports a document publishes of the project's image against its Dockerfile. */
function judgeDockerRuns(facts: Facts): Finding[] {
  const docker = ownDockerfile(facts);
  const evidence = docker && dockerEvidence(facts, docker);
  if (!docker || !evidence || evidence.exposed.length === 0) return [];
  const findings: Finding[] = [];
  for (const { container, place, image } of facts.dockerRuns) {
    if (mayListen(facts, evidence, container) || isDebugPort(container) || facts.ignoredPorts.has(container))
      continue;
    // Another image's ports are its own business.
    const own = image !== null && facts.names.has(imageName(image));
    if (!own && (image?.includes("/") || !builds(place.file.text, image))) continue;
    if (!isBelow(docker.folder, folderOf(place.file.path)) && !isDocPath(place.file.path)) continue;
    findings.push(
      portFinding({
        severity: "medium",
        message: `this publishes container port ${container}, but ${docker.path} exposes ${list(evidence.exposed)}`,
        identity: [place.file.path, String(container)],
        place,
        digits: containerDigits(place, container),
        right: single(evidence.exposed),
        candidates: evidence.exposed.map((each) => each.port),
      }),
    );
  }
  return findings;
}

export function judgeAddresses(facts: Facts): Finding[] {
  return [...judgeUrls(facts), ...judgeDockerRuns(facts)];
}
