/** Reads Kubernetes manifests that are written out: services, workloads, ingresses, autoscalers. */
import type { Document } from "yaml";
import { folderOf } from "../../../paths.ts";
import type { Place, SourceFile } from "../../../source.ts";
import type { YamlReader } from "../../../yaml.ts";
import type { Facts, NamedPlace, PortPlace } from "../facts.ts";
import { Walker } from "../walker.ts";

type Labels = Record<string, string>;

export interface ServiceFact {
  name: string;
  selector: Labels;
  ports: { name: string | null; port: number | null; target: string; place: Place }[];
  place: Place;
}

/** A container, as far as it says where it listens. */
export interface ContainerFact {
  image: string | null;
  ports: PortPlace[];
  /** Numbers of its command, and of variables that name a port. */
  told: Set<number>;
  /** It takes variables from elsewhere. */
  takesMore: boolean;
}

export interface WorkloadFact {
  kind: string;
  name: string;
  labels: Labels;
  /** Without those that only prepare. */
  containers: ContainerFact[];
  ports: { name: string | null; port: number | null }[];
  /** Ports its probes ask for by name. */
  probes: NamedPlace[];
  /** Values of environment variables that look like host:port. */
  addresses: { host: string; port: number; place: Place }[];
  references: ReferenceFact[];
}

/** A variable or a file taken from a ConfigMap or a Secret. */
export interface ReferenceFact {
  kind: "ConfigMap" | "Secret";
  name: string;
  /** Null when all of it is taken. */
  key: string | null;
  place: Place;
}

/** A ConfigMap or Secret that is defined here; its keys, null when they are filled in elsewhere. Never a value. */
export interface StoreFact {
  kind: "ConfigMap" | "Secret";
  name: string;
  keys: string[] | null;
}

export interface KubernetesFact {
  path: string;
  folder: string;
  services: ServiceFact[];
  workloads: WorkloadFact[];
  backends: { service: string; port: string; place: Place }[];
  /** What an autoscaler scales; `by` is its own name. */
  scaled: (NamedPlace & { kind: string; by: string })[];
  stores: StoreFact[];
  /** Takes in what stands in other folders. */
  reaches: boolean;
}

const KINDS =
  /^kind:[ \t]*["']?(Service|Deployment|StatefulSet|DaemonSet|Pod|Job|CronJob|Ingress|HorizontalPodAutoscaler|ConfigMap|Secret|SealedSecret|ExternalSecret|Kustomization)\b/m;
const WORKLOADS = new Set(["Deployment", "StatefulSet", "DaemonSet", "Pod", "Job", "CronJob", "ReplicaSet"]);

/** Generated bundles of a whole cluster say nothing about what fits together. UTF-16 units. */
const MAX_LENGTH = 128 * 1024;

export function isKubernetes(file: SourceFile): boolean {
  const { text } = file;
  return (
    text.length <= MAX_LENGTH && KINDS.test(text) && /^apiVersion:/m.test(text) && !/\{\{|\{%/.test(text)
  );
}

function labels(walker: Walker, node: unknown): Labels {
  return Object.fromEntries(walker.entries(node).map(([name, value]) => [name, walker.scalar(value) ?? ""]));
}

function port(text: string | null): number | null {
  return text !== null && /^\d{1,5}$/.test(text) ? Number(text) : null;
}

function readService(walker: Walker, name: string, place: Place, spec: unknown): ServiceFact {
  const ports = walker.list(walker.get(spec, "ports")).map((item) => {
    const own = walker.scalar(walker.get(item, "port"));
    const target = walker.get(item, "targetPort");
    return {
      name: walker.scalar(walker.get(item, "name")),
      port: port(own),
      target: walker.scalar(target) ?? own ?? "",
      place: walker.place(target ?? walker.get(item, "port")),
    };
  });
  return { name, selector: labels(walker, walker.get(spec, "selector")), ports, place };
}

const REFERENCES = [
  ["ConfigMap", "configMapRef"],
  ["Secret", "secretRef"],
] as const;

function readReference(
  walker: Walker,
  node: unknown,
  kind: ReferenceFact["kind"],
  key: "key" | null,
  into: WorkloadFact,
): void {
  const nameNode = walker.get(node, "name") ?? walker.get(node, "secretName");
  const name = walker.scalar(nameNode);
  if (!name || walker.scalar(walker.get(node, "optional")) === "true") return;
  const keyNode = key && walker.get(node, key);
  const wanted = keyNode ? walker.scalar(keyNode) : null;
  into.references.push({ kind, name, key: wanted, place: walker.place(keyNode ?? nameNode) });
}

const NUMBER = /(?<![\w.])\d{2,5}(?![\w.])/g;
const numbersIn = (text: string): number[] => [...text.matchAll(NUMBER)].map(([digits]) => Number(digits));

function readListening(walker: Walker, container: unknown): ContainerFact {
  const fact: ContainerFact = {
    image: walker.scalar(walker.get(container, "image")),
    ports: [],
    told: new Set(),
    takesMore: walker.get(container, "envFrom") !== null,
  };
  for (const item of walker.list(walker.get(container, "ports"))) {
    const node = walker.get(item, "containerPort");
    const number = port(walker.scalar(node));
    if (number !== null) fact.ports.push({ port: number, place: walker.place(node) });
  }
  for (const key of ["command", "args"])
    for (const item of walker.list(walker.get(container, key)))
      for (const number of numbersIn(walker.scalar(item) ?? "")) fact.told.add(number);
  for (const item of walker.list(walker.get(container, "env"))) {
    if (!/PORT|LISTEN|ADDR|BIND|URLS?$|HOST|SERVER/.test(walker.scalar(walker.get(item, "name")) ?? ""))
      continue;
    if (walker.get(item, "valueFrom")) fact.takesMore = true;
    for (const number of numbersIn(walker.scalar(walker.get(item, "value")) ?? "")) fact.told.add(number);
  }
  return fact;
}

function readContainer(walker: Walker, container: unknown, into: WorkloadFact): void {
  for (const item of walker.list(walker.get(container, "ports")))
    into.ports.push({
      name: walker.scalar(walker.get(item, "name")),
      port: port(walker.scalar(walker.get(item, "containerPort"))),
    });
  for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    for (const kind of ["httpGet", "tcpSocket"]) {
      const node = walker.get(walker.get(walker.get(container, probe), kind), "port");
      const name = walker.scalar(node);
      if (name !== null && port(name) === null) into.probes.push({ name, place: walker.place(node) });
    }
  }
  for (const item of walker.list(walker.get(container, "envFrom")))
    for (const [kind, key] of REFERENCES) readReference(walker, walker.get(item, key), kind, null, into);
  for (const item of walker.list(walker.get(container, "env"))) {
    const from = walker.get(item, "valueFrom");
    readReference(walker, walker.get(from, "configMapKeyRef"), "ConfigMap", "key", into);
    readReference(walker, walker.get(from, "secretKeyRef"), "Secret", "key", into);
    const node = walker.get(item, "value");
    const match = /^(?:\w+:\/\/)?([a-z][a-z0-9-]*):(\d{2,5})(?:\/|$)/.exec(walker.scalar(node) ?? "");
    if (match) into.addresses.push({ host: match[1]!, port: Number(match[2]), place: walker.place(node) });
  }
}

function readWorkload(walker: Walker, kind: string, name: string, top: unknown): WorkloadFact {
  const outer = walker.get(top, "spec");
  const spec = kind === "CronJob" ? walker.get(walker.get(outer, "jobTemplate"), "spec") : outer;
  const template = kind === "Pod" ? top : walker.get(spec, "template");
  const pod = walker.get(template, "spec");
  const fact: WorkloadFact = {
    kind,
    name,
    labels: labels(walker, walker.get(walker.get(template, "metadata"), "labels")),
    containers: walker.list(walker.get(pod, "containers")).map((each) => readListening(walker, each)),
    ports: [],
    probes: [],
    addresses: [],
    references: [],
  };
  for (const volume of walker.list(walker.get(pod, "volumes"))) {
    readReference(walker, walker.get(volume, "configMap"), "ConfigMap", null, fact);
    readReference(walker, walker.get(volume, "secret"), "Secret", null, fact);
  }
  for (const list of ["initContainers", "containers"])
    for (const container of walker.list(walker.get(pod, list))) readContainer(walker, container, fact);
  return fact;
}

function readIngress(walker: Walker, spec: unknown, into: KubernetesFact): void {
  const backends = [walker.get(spec, "defaultBackend")];
  for (const rule of walker.list(walker.get(spec, "rules")))
    for (const path of walker.list(walker.get(walker.get(rule, "http"), "paths")))
      backends.push(walker.get(path, "backend"));
  for (const backend of backends) {
    const service = walker.get(backend, "service");
    const nameNode = walker.get(service, "name") ?? walker.get(backend, "serviceName");
    const numbered = walker.get(service, "port");
    const portNode =
      walker.get(numbered, "number") ?? walker.get(numbered, "name") ?? walker.get(backend, "servicePort");
    const name = walker.scalar(nameNode);
    if (name !== null)
      into.backends.push({
        service: name,
        port: walker.scalar(portNode) ?? "",
        place: walker.place(nameNode),
      });
  }
}

/** Keys of what is written out; a sealed or external secret is filled in elsewhere. */
function readStore(walker: Walker, kind: string, name: string, top: unknown): StoreFact {
  if (kind !== "ConfigMap" && kind !== "Secret") {
    const template = walker.get(walker.get(top, "spec"), "target") ?? walker.get(top, "spec");
    const renamed = walker.scalar(walker.get(template, "name"));
    return { kind: "Secret", name: renamed ?? name, keys: null };
  }
  const blocks = ["data", "stringData", "binaryData"].map((key) => walker.get(top, key));
  const keys = blocks.flatMap((block) => walker.entries(block).map(([key]) => key));
  return { kind, name, keys: keys.length > 0 ? keys : null };
}

const STORES = /^(?:ConfigMap|Secret|SealedSecret|ExternalSecret)$/;

/** What kustomize makes, and whether it draws from other folders. */
function readKustomization(walker: Walker, top: unknown, into: KubernetesFact): void {
  for (const [generator, kind] of [
    ["configMapGenerator", "ConfigMap"],
    ["secretGenerator", "Secret"],
  ] as const) {
    for (const item of walker.list(walker.get(top, generator))) {
      const name = walker.scalar(walker.get(item, "name"));
      if (name) into.stores.push({ kind, name, keys: null });
    }
  }
  into.reaches ||=
    /(?:\.\.\/|:\/\/|^\s*-?\s*(?:components|helmCharts|generators|namePrefix|nameSuffix):?)/m.test(
      walker.file.text,
    );
}

function readDocument(walker: Walker, top: unknown, into: KubernetesFact): void {
  const kind = walker.scalar(walker.get(top, "kind"));
  if (kind === "Kustomization") readKustomization(walker, top, into);
  const nameNode = walker.get(walker.get(top, "metadata"), "name");
  const name = walker.scalar(nameNode);
  if (kind === null || name === null) return;
  const spec = walker.get(top, "spec");
  if (kind === "Service") into.services.push(readService(walker, name, walker.place(nameNode), spec));
  else if (WORKLOADS.has(kind)) into.workloads.push(readWorkload(walker, kind, name, top));
  else if (STORES.test(kind)) into.stores.push(readStore(walker, kind, name, top));
  else if (kind === "Ingress") readIngress(walker, spec, into);
  else if (kind === "HorizontalPodAutoscaler") {
    const target = walker.get(spec, "scaleTargetRef");
    const node = walker.get(target, "name");
    const scaled = walker.scalar(node);
    if (scaled !== null)
      into.scaled.push({
        name: scaled,
        place: walker.place(node),
        kind: walker.scalar(walker.get(target, "kind")) ?? "",
        by: name,
      });
  }
}

/** The manifests of one file, which are applied with those of the same folder. False when it cannot be read. */
export function readManifests(
  path: string,
  folder: string,
  documents: Document.Parsed[],
  walk: (document: Document.Parsed) => Walker,
  facts: Facts,
): boolean {
  // A key that is there twice can be read; in a template of a chart two conditions hold it.
  if (documents.some(({ errors }) => errors.some(({ code }) => code !== "DUPLICATE_KEY"))) return false;
  const fact: KubernetesFact = {
    path,
    folder,
    services: [],
    workloads: [],
    backends: [],
    scaled: [],
    stores: [],
    reaches: false,
  };
  for (const document of documents) readDocument(walk(document), document.contents, fact);
  facts.kubernetes.push(fact);
  return true;
}

export function readKubernetes(file: SourceFile, reader: YamlReader, facts: Facts): void {
  readManifests(
    file.path,
    folderOf(file.path),
    reader.documents(file),
    (document) => new Walker(reader.yaml, file, document),
    facts,
  );
}
