/** The fact base: what each file states about ports, hosts, variables and services, with its place. */
import type { Place } from "../../source.ts";
import type { CorsFact } from "./cors/read.ts";
import type { ChartFile } from "./helm/read.ts";
import type { ImageFact } from "./images/read.ts";
import type { KubernetesFact } from "./kubernetes/read.ts";
import type { LockFact, ManifestFact } from "./locks/read.ts";
import type { NginxFact } from "./nginx/read.ts";
import { PortMentions } from "./port-mentions.ts";
import type { PinnedRequirements, PythonProject } from "./python/read.ts";
import type { FrontFact } from "./read-frontend.ts";
import type { VersionFact } from "./versions/read.ts";

export interface PortMapping {
  /** Published port; null when docker picks one or it cannot be told. */
  host: number | null;
  container: number;
  /** Place of the whole mapping. */
  place: Place;
}

export interface NamedPlace {
  name: string;
  place: Place;
}

export interface PortPlace {
  port: number;
  place: Place;
}

/** An entry of depends_on. */
export interface Dependency extends NamedPlace {
  /** The lines of the entry, when it has lines of its own and is not the only one. */
  lines: Place | null;
}

/** A URL with a host and, mostly, a port. */
export interface UrlFact {
  scheme: string;
  host: string;
  /** Written in the URL; null when it is not. */
  port: number | null;
  /** Place of the host and port, without scheme and path. */
  place: Place;
  /** Place of the port's digits, when written. */
  portPlace: Place | null;
}

export interface VariableValue {
  value: string | null;
  place: Place;
}

export interface ComposeService {
  name: string;
  place: Place;
  image: string | null;
  /** Folder of the build context, relative to the root; null when it is not built here. */
  context: string | null;
  /** Path of the Dockerfile, relative to the root. */
  dockerfile: string | null;
  /** Build stage, when named. */
  target: string | null;
  ports: PortMapping[];
  expose: number[];
  environment: Map<string, VariableValue>;
  /** Paths of env files, relative to the root. */
  envFiles: string[];
  /** Command and entrypoint in one line. */
  command: string;
  /** The health check's command, and where it stands. */
  healthcheck: { text: string; place: Place } | null;
  dependsOn: Dependency[];
  /** Other names it answers to: container name, host name, aliases. */
  aliases: string[];
  /** Hosts added by hand, and legacy links: reachable without being services. */
  extraHosts: string[];
  /** Files and folders of the repository that are mounted into it. */
  mounts: string[];
  /** It can see services of other compose files. */
  outwardNetwork: boolean;
}

export interface ComposeFile {
  path: string;
  folder: string;
  services: ComposeService[];
  /** Other compose files it draws services from, relative to the root; null when one cannot be told. */
  includes: (string | null)[];
  /** Variables it interpolates without a default. */
  interpolated: NamedPlace[];
}

export interface DockerStage {
  name: string | null;
  /** Image or earlier stage. */
  from: string;
  fromPlace: Place;
  expose: PortPlace[];
  env: Map<string, string>;
  /** CMD and ENTRYPOINT in one line. */
  command: string;
  healthcheck: { text: string; place: Place } | null;
}

export interface DockerFacts {
  path: string;
  folder: string;
  stages: DockerStage[];
  /** Names from ENV and ARG. */
  variables: Set<string>;
  /** What is copied from the build context, relative to it; null when that may be anything. */
  sources: string[] | null;
}

export interface EnvEntry extends NamedPlace {
  value: string;
  valuePlace: Place;
  /** Place of the line with its line break. */
  line: Place;
}

export interface EnvFile {
  path: string;
  folder: string;
  example: boolean;
  entries: EnvEntry[];
  /** Names on commented lines: documented, not set. */
  mentioned: Set<string>;
  text: Place;
}

export interface EnvRead extends NamedPlace {
  /**
   * "value": used as it is; "required": the code stops without it; "lenient": asked for in a way that answers
   * nothing when it is absent; "optional": has a default or is a switch.
   */
  use: "value" | "required" | "lenient" | "optional";
}

/** A port a program listens on unless told otherwise. */
export interface ListenFact extends PortPlace {
  /** Variable that overrides it, when there is one. */
  variable: string | null;
}

/** Where a localhost URL stands decides who has to provide its port. */
type UrlKind = "doc" | "env" | "code" | "proxy" | "openapi";

export interface LocalUrl extends UrlFact {
  kind: UrlKind;
}

/** How a name is mentioned, as bits. */
export const MENTION = { code: 1, doc: 2, config: 4, env: 8, compose: 16 } as const;

export interface Facts {
  compose: ComposeFile[];
  docker: Map<string, DockerFacts>;
  envFiles: EnvFile[];
  reads: EnvRead[];
  /** Prefixes and suffixes of names put together at run time. */
  dynamicReads: { prefix: string; suffix: string }[];
  listens: ListenFact[];
  localUrls: LocalUrl[];
  /** Ports that documents publish, with the image they publish them of. */
  dockerRuns: (PortMapping & { image: string | null })[];
  /** What the project calls itself, in small letters and digits. */
  names: Set<string>;
  versions: VersionFact[];
  images: ImageFact[];
  manifests: ManifestFact[];
  locks: LockFact[];
  cors: CorsFact[];
  fronts: FrontFact[];
  nginx: NginxFact[];
  kubernetes: KubernetesFact[];
  charts: ChartFile[];
  pythonProjects: PythonProject[];
  pinned: PinnedRequirements[];
  /** Variable name (capitals) → MENTION bits. */
  mentions: Map<string, number>;
  /** Port → files (no documents) with it on a line that speaks of ports, hosts or addresses. */
  spokenPorts: PortMentions;
  /** Port → documents that mention it other than in a localhost URL: `--port 5001`, `PORT=5001`, `-p 5001:80`. */
  documentedPorts: PortMentions;
  /** Names of packages the manifests list, for the default ports of frameworks. */
  packages: Set<string>;
  /** Ports the config says nothing shall be said about. */
  ignoredPorts: Set<number>;
  /** Settings libraries that read variables by rules of their own were seen. */
  derivesNames: boolean;
}

export function emptyFacts(ignoredPorts: number[] = []): Facts {
  return {
    compose: [],
    docker: new Map(),
    envFiles: [],
    reads: [],
    dynamicReads: [],
    listens: [],
    localUrls: [],
    dockerRuns: [],
    names: new Set(),
    versions: [],
    images: [],
    manifests: [],
    locks: [],
    cors: [],
    fronts: [],
    nginx: [],
    kubernetes: [],
    charts: [],
    pythonProjects: [],
    pinned: [],
    mentions: new Map(),
    spokenPorts: new PortMentions(),
    documentedPorts: new PortMentions(),
    packages: new Set(),
    ignoredPorts: new Set(ignoredPorts),
    derivesNames: false,
  };
}
