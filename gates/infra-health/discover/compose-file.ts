/** What a compose file declares, with places, before anything is started. */
import type { Document, Node } from "yaml";
import { interpolate, type Missing } from "./variables.ts";

export interface Port {
  /** Address on this machine, null when Docker chooses the port. */
  published: number | null;
  target: number;
  host: string;
  protocol: string;
}

export interface ComposeVariable {
  name: string;
  value: string;
  raw: string;
  /** UTF-16 offset of the value. */
  at: number;
}

export interface ComposeService {
  name: string;
  at: number;
  image: string;
  hasBuild: boolean;
  ports: Port[];
  /** UTF-16 offset of `ports`. */
  portsAt: number;
  environment: ComposeVariable[];
  envFiles: { path: string; isRequired: boolean; at: number }[];
  dependsOn: { name: string; condition: string; at: number }[];
  volumes: { name: string; at: number }[];
  networks: { name: string; at: number }[];
  healthcheck: string | null;
  profiles: string[];
  command: string;
  restart: string;
  /** Taken from another file with `extends`: not everything is known here. */
  isExtended: boolean;
}

export interface ComposeFile {
  path: string;
  text: string;
  problems: { message: string; at: number }[];
  services: Map<string, ComposeService>;
  volumes: Set<string>;
  networks: Set<string>;
  missing: (Missing & { at: number })[];
  project: string | null;
  /** Other files are merged in by `include`. */
  hasIncludes: boolean;
}

type Values = Readonly<Record<string, string | undefined>>;
type Yaml = typeof import("yaml");

/** Aliases that stand for aliases; deeper ones are a circle. */
const MAX_ALIASES = 20;

/** Reads nodes of one document; fills in variables, follows aliases and merges what `<<` names on the way. */
class Reader {
  readonly yaml: Yaml;
  readonly values: Values;
  readonly missing: ComposeFile["missing"] = [];
  readonly #document: Document.Parsed;

  constructor(yaml: Yaml, document: Document.Parsed, values: Values) {
    this.yaml = yaml;
    this.#document = document;
    this.values = values;
  }

  at(node: unknown): number {
    return (node as Node | null)?.range?.[0] ?? 0;
  }

  /** What an alias stands for; every other node is itself. */
  resolved(given: unknown): unknown {
    let node = given;
    for (let count = 0; this.yaml.isAlias(node) && count < MAX_ALIASES; count += 1)
      node = node.resolve(this.#document);
    return node;
  }

  text(given: unknown): string {
    const node = this.resolved(given);
    if (!this.yaml.isScalar(node) || node.value === null || node.value === undefined) return "";
    const { text, missing } = interpolate(String(node.value), this.values);
    this.missing.push(...missing.map((one) => ({ ...one, at: this.at(node) })));
    return text;
  }

  /** What a mapping says itself comes before what it merges in, and the first that it merges in before the next. */
  pairs(given: unknown, depth = 0): [name: string, value: unknown, at: number][] {
    const node = this.resolved(given);
    if (!this.yaml.isMap(node) || depth > MAX_ALIASES) return [];
    const pairs = new Map<string, [name: string, value: unknown, at: number]>();
    const add = (pair: [name: string, value: unknown, at: number]) => {
      if (!pairs.has(pair[0])) pairs.set(pair[0], pair);
    };
    const merged: unknown[] = [];
    for (const { key, value } of node.items) {
      const said = (key as { value?: unknown })?.value ?? key;
      if (said === "<<" || (typeof said === "symbol" && said.description === "<<")) merged.push(value);
      else add([String(said), this.resolved(value), this.at(key)]);
    }
    for (const one of merged) {
      const source = this.resolved(one);
      for (const part of this.yaml.isSeq(source) ? source.items : [source])
        for (const pair of this.pairs(part, depth + 1)) add(pair);
    }
    return [...pairs.values()];
  }

  items(given: unknown): unknown[] {
    const node = this.resolved(given);
    return this.yaml.isSeq(node) ? node.items.map((item) => this.resolved(item)) : [];
  }

  child(node: unknown, key: string): unknown {
    return this.pairs(node).find(([name]) => name === key)?.[1];
  }

  /** A list, a map, or one text: names with where they stand. */
  names(given: unknown): { name: string; node: unknown; at: number }[] {
    const node = this.resolved(given);
    if (this.yaml.isScalar(node)) return [{ name: this.text(node), node, at: this.at(node) }];
    const listed = this.items(node).map((item) => ({ name: this.text(item), node: item, at: this.at(item) }));
    return [...listed, ...this.pairs(node).map(([name, value, at]) => ({ name, node: value, at }))];
  }
}

const PORT = /^(?:(\[[^\]]+\]|[\d.]+|\w+):)?(?:(\d*)(?:-\d+)?:)?(\d+)(?:-\d+)?(?:\/(\w+))?$/;

function portOf(reader: Reader, node: unknown): Port | null {
  const long = reader.child(node, "target");
  if (long !== undefined) {
    const published = reader.text(reader.child(node, "published"));
    return {
      published: published === "" ? null : Number.parseInt(published, 10),
      target: Number(reader.text(long)),
      host: reader.text(reader.child(node, "host_ip")) || "127.0.0.1",
      protocol: reader.text(reader.child(node, "protocol")) || "tcp",
    };
  }
  const match = PORT.exec(reader.text(node));
  if (!match) return null;
  const [, first, second, target, protocol = "tcp"] = match;
  // "5433:5432": what looks like a host is the published port.
  const isPort = first !== undefined && second === undefined && /^\d+$/.test(first);
  const published = isPort ? first : second;
  const host =
    isPort || first === undefined || first === "0.0.0.0" ? "127.0.0.1" : first.replace(/^\[|\]$/g, "");
  return { published: published ? Number(published) : null, target: Number(target), host, protocol };
}

function environmentOf(reader: Reader, node: unknown): ComposeVariable[] {
  const fromMap = reader.pairs(node).map(([name, value]) => {
    const raw = reader.yaml.isScalar(value) ? String(value.value ?? "") : "";
    return { name, value: reader.text(value), raw, at: reader.at(value) };
  });
  const fromList = reader.items(node).map((item) => {
    const raw = reader.yaml.isScalar(item) ? String(item.value ?? "") : "";
    const [name = "", ...rest] = reader.text(item).split("=");
    return { name, value: rest.join("="), raw: raw.slice(raw.indexOf("=") + 1), at: reader.at(item) };
  });
  return [...fromMap, ...fromList];
}

/** Named volumes only: a path is no name. */
function volumesOf(reader: Reader, node: unknown) {
  return reader.items(node).flatMap((item) => {
    const long = reader.child(item, "source");
    if (reader.yaml.isMap(item)) {
      if (reader.text(reader.child(item, "type")) !== "volume" || long === undefined) return [];
      return [{ name: reader.text(long), at: reader.at(long) }];
    }
    const [name = "", target] = reader.text(item).split(":");
    return target !== undefined && /^[\w][\w.-]*$/.test(name) ? [{ name, at: reader.at(item) }] : [];
  });
}

function healthcheckOf(reader: Reader, node: unknown): string | null {
  if (node === undefined || reader.text(reader.child(node, "disable")) === "true") return null;
  const test = reader.child(node, "test");
  const words = reader.names(test).map((one) => one.name);
  return words[0] === "NONE" || words.length === 0
    ? null
    : words.filter((word) => !/^CMD(-SHELL)?$/.test(word)).join(" ");
}

function serviceOf(reader: Reader, name: string, node: unknown, at: number): ComposeService {
  const child = (key: string) => reader.child(node, key);
  return {
    name,
    at,
    image: reader.text(child("image")),
    hasBuild: child("build") !== undefined,
    ports: reader
      .items(child("ports"))
      .map((item) => portOf(reader, item))
      .filter((port) => port !== null),
    portsAt: reader.at(child("ports")),
    environment: environmentOf(reader, child("environment")),
    envFiles: reader.names(child("env_file")).map((one) => {
      const long = reader.child(one.node, "path");
      const isRequired = reader.text(reader.child(one.node, "required")) !== "false";
      return { path: long === undefined ? one.name : reader.text(long), isRequired, at: one.at };
    }),
    dependsOn: reader.names(child("depends_on")).map((one) => ({
      name: one.name,
      condition: reader.text(reader.child(one.node, "condition")) || "service_started",
      at: one.at,
    })),
    volumes: volumesOf(reader, child("volumes")),
    networks: reader
      .names(child("networks"))
      .map(({ name: network, at: place }) => ({ name: network, at: place })),
    healthcheck: healthcheckOf(reader, child("healthcheck")),
    profiles: reader.names(child("profiles")).map((one) => one.name),
    command: reader
      .names(child("command"))
      .map((one) => one.name)
      .join(" "),
    restart: reader.text(child("restart")),
    isExtended: child("extends") !== undefined,
  };
}

/** Reads a compose file. Syntax errors are problems, and what can be read is read all the same. */
export async function readComposeFile(path: string, text: string, values: Values): Promise<ComposeFile> {
  const yaml = await import("yaml");
  const document: Document.Parsed = yaml.parseDocument(text, { merge: true, logLevel: "silent" });
  const reader = new Reader(yaml, document, values);
  const root = document.contents;
  const services = new Map<string, ComposeService>();
  for (const [name, node, at] of reader.pairs(reader.child(root, "services")))
    services.set(name, serviceOf(reader, name, node, at));
  const named = (key: string) => new Set(reader.pairs(reader.child(root, key)).map(([name]) => name));
  return {
    path,
    text,
    problems: document.errors.map((error) => ({ message: error.message.split("\n")[0]!, at: error.pos[0] })),
    services,
    volumes: named("volumes"),
    networks: named("networks"),
    missing: reader.missing,
    project: reader.text(reader.child(root, "name")) || null,
    hasIncludes: reader.child(root, "include") !== undefined,
  };
}
