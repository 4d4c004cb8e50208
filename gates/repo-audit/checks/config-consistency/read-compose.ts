/** Reads compose files. Only what is certain becomes a fact: an unresolved `${VAR}` is no port. */
import type { Node } from "yaml";
import { folderOf, resolvePath } from "../../paths.ts";
import type { SourceFile } from "../../source.ts";
import type { YamlReader } from "../../yaml.ts";
import type {
  ComposeFile,
  ComposeService,
  Dependency,
  NamedPlace,
  PortMapping,
  VariableValue,
} from "./facts.ts";
import { Walker } from "./walker.ts";

/** Applies `${VAR:-default}`; null when a variable without default remains. `$$` is a literal dollar. */
export function interpolate(
  text: string,
  values: (name: string) => string | null = () => null,
): string | null {
  let known = true;
  const result = text.replace(
    /\$\$|\$\{(\w+)(?:(:?[-?+])([^{}]*))?\}|\$(\w+)/g,
    (
      whole,
      braced: string | undefined,
      operator: string | undefined,
      word: string | undefined,
      bare: string | undefined,
    ) => {
      if (whole === "$$") return "$";
      const value = values((braced ?? bare)!);
      if (value !== null) return value;
      if (operator?.endsWith("-")) return word ?? "";
      known = false;
      return whole;
    },
  );
  return known ? result : null;
}

function portNumber(text: string | undefined): number | null {
  if (!text || !/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : null;
}

/** Short form "[ip:]host:container[/protocol]"; ranges and UDP say nothing this check uses. */
export function parsePort(text: string): { host: number | null; container: number } | null {
  const resolved = interpolate(text.trim());
  const protocol = /\/(\w+)$/.exec(text)?.[1];
  if (protocol && protocol !== "tcp") return null;
  const parts = (resolved ?? maskVariables(text))
    .replace(/\/tcp$/, "")
    .replace(/^\[[^\]]*\]:/, "")
    .split(":");
  const container = portNumber(parts.at(-1));
  if (container === null) return null;
  return { host: parts.length > 1 ? portNumber(parts.at(-2)) : null, container };
}

/** "${PORT}:80" still states the container's port. */
function maskVariables(text: string): string {
  return text.trim().replace(/\$\{[^}]*\}|\$\w+/g, "?");
}

function readPorts(walker: Walker, node: unknown): PortMapping[] {
  const ports: PortMapping[] = [];
  for (const item of walker.list(node)) {
    const place = walker.place(item);
    const short = walker.scalar(item);
    if (short !== null) {
      const parsed = parsePort(short);
      if (parsed) ports.push({ ...parsed, place });
      continue;
    }
    const container = portNumber(interpolate(walker.scalar(walker.get(item, "target")) ?? "") ?? "");
    const protocol = walker.scalar(walker.get(item, "protocol")) ?? "tcp";
    if (container === null || protocol !== "tcp") continue;
    const host = portNumber(interpolate(walker.scalar(walker.get(item, "published")) ?? "") ?? "");
    ports.push({ host, container, place });
  }
  return ports;
}

function readEnvironment(walker: Walker, node: unknown): Map<string, VariableValue> {
  const values = new Map<string, VariableValue>();
  for (const [name, value] of walker.entries(node)) {
    values.set(name, { value: walker.scalar(value), place: walker.place(walker.resolve(value)) });
  }
  for (const item of walker.list(node)) {
    const text = walker.scalar(item);
    if (text === null) continue;
    const equals = text.indexOf("=");
    const name = equals === -1 ? text : text.slice(0, equals);
    values.set(name, { value: equals === -1 ? null : text.slice(equals + 1), place: walker.place(item) });
  }
  return values;
}

/** Names in a sequence, or the keys of a mapping. */
function readNames(walker: Walker, node: unknown): NamedPlace[] {
  const names: NamedPlace[] = walker
    .entries(node)
    .map(([name, , key]) => ({ name, place: walker.place(key) }));
  for (const item of walker.list(node)) {
    const name = walker.scalar(item);
    if (name) names.push({ name, place: walker.place(item) });
  }
  return names;
}

/** Entries of depends_on with the lines each takes up, for taking one out. */
function readDependencies(walker: Walker, node: Node | null): Dependency[] {
  const names = readNames(walker, node);
  const values = new Map(
    walker.entries(node).map(([name, value]) => [name, walker.place(walker.resolve(value))]),
  );
  return names.map(({ name, place }) => {
    const { file } = place;
    const first = file.lineAround(place.start);
    const alone = /^\s*(-\s+)?["']?$/.test(file.text.slice(first.start, place.start));
    // The range of a block value runs to the start of what follows it.
    const last = file.text.slice(0, Math.max(place.end, values.get(name)?.end ?? 0)).trimEnd().length;
    const end = Math.min(file.lineAround(last).end + 1, file.text.length);
    const own = alone && names.length > 1 && /^["']?\s*(:|#|$)/.test(file.text.slice(place.end, first.end));
    return { name, place, lines: own ? { file, start: first.start, end } : null };
  });
}

function readBuild(walker: Walker, node: Node | null, folder: string) {
  if (!node) return { context: null, dockerfile: null, target: null };
  const text = walker.scalar(node) ?? walker.scalar(walker.get(node, "context")) ?? ".";
  const resolved = interpolate(text);
  const remote = resolved === null || /^(https?:|git@|git:|ssh:)/.test(resolved);
  const context = remote ? null : resolvePath(folder, resolved);
  const file = interpolate(walker.scalar(walker.get(node, "dockerfile")) ?? "Dockerfile");
  const inline = walker.get(node, "dockerfile_inline") !== null;
  return {
    context,
    dockerfile: context === null || file === null || inline ? null : resolvePath(context, file),
    target: walker.scalar(walker.get(node, "target")),
  };
}

function readAliases(walker: Walker, service: unknown): string[] {
  const names = ["container_name", "hostname"].map((key) => walker.scalar(walker.get(service, key)));
  for (const [, network] of walker.entries(walker.get(service, "networks"))) {
    for (const alias of walker.list(walker.get(network, "aliases"))) names.push(walker.scalar(alias));
  }
  return names.flatMap((name) => (name === null ? [] : (interpolate(name) ?? [])));
}

function readExtraHosts(walker: Walker, service: unknown): string[] {
  const hosts = readNames(walker, walker.get(service, "extra_hosts")).map(
    ({ name }) => name.split(/[:=]/)[0]!,
  );
  for (const key of ["links", "external_links"]) {
    for (const { name } of readNames(walker, walker.get(service, key))) hosts.push(...name.split(":"));
  }
  return hosts;
}

/** Files and folders of the repository that the container sees. */
function readMounts(walker: Walker, node: unknown, folder: string): string[] {
  return walker.list(node).flatMap((item) => {
    const source = walker.scalar(item)?.split(":")[0] ?? walker.scalar(walker.get(item, "source"));
    const path = source && /^\.{1,2}(\/|$)/.test(source) ? interpolate(source) : null;
    return (path && resolvePath(folder, path)) ?? [];
  });
}

function readHealthcheck(walker: Walker, service: unknown): ComposeService["healthcheck"] {
  const test = walker.get(walker.get(service, "healthcheck"), "test");
  return test ? { text: walker.line(test), place: walker.place(test) } : null;
}

function readService(walker: Walker, name: string, key: Node, node: unknown, folder: string): ComposeService {
  const get = (field: string): Node | null => walker.get(node, field);
  const image = walker.scalar(get("image"));
  const envFiles = [
    ...(walker.scalar(get("env_file")) ? [get("env_file")] : walker.list(get("env_file"))),
  ].map((item) => walker.scalar(item) ?? walker.scalar(walker.get(item, "path")) ?? "");
  return {
    name,
    place: walker.place(key),
    image: image === null ? null : interpolate(image),
    ...readBuild(walker, get("build"), folder),
    ports: readPorts(walker, get("ports")),
    expose: walker
      .list(get("expose"))
      .flatMap((item) => parsePort(walker.scalar(item) ?? "")?.container ?? []),
    environment: readEnvironment(walker, get("environment")),
    envFiles: envFiles.flatMap((file) => resolvePath(folder, interpolate(file) ?? "") ?? []),
    command: `${walker.line(get("entrypoint"))} ${walker.line(get("command"))}`.trim(),
    healthcheck: readHealthcheck(walker, node),
    dependsOn: readDependencies(walker, get("depends_on")),
    aliases: readAliases(walker, node),
    extraHosts: readExtraHosts(walker, node),
    mounts: readMounts(walker, get("volumes"), folder),
    outwardNetwork: get("network_mode") !== null || get("external_links") !== null,
  };
}

/** Compose files another one includes or extends; null for one named by a variable or an address. */
function readIncludes(walker: Walker, top: unknown, folder: string): (string | null)[] {
  const paths: (string | null)[] = [];
  for (const item of walker.list(walker.get(top, "include"))) {
    const value = walker.scalar(item) ?? walker.get(item, "path");
    const names =
      typeof value === "string"
        ? [value]
        : value
          ? [walker.scalar(value), ...walker.list(value).map((each) => walker.scalar(each))]
          : [null];
    for (const name of names) if (name !== null) paths.push(resolvePath(folder, interpolate(name) ?? ""));
  }
  for (const [, service] of walker.entries(walker.get(top, "services"))) {
    const file = walker.scalar(walker.get(walker.get(service, "extends"), "file"));
    if (file !== null) paths.push(resolvePath(folder, interpolate(file) ?? ""));
  }
  return paths.map((path) => path || null);
}

function externalNetworks(walker: Walker, top: unknown): Set<string> {
  const names = new Set<string>();
  for (const [name, network] of walker.entries(walker.get(top, "networks"))) {
    const external = walker.get(network, "external");
    if (external && walker.scalar(external) !== "false") names.add(name);
  }
  return names;
}

function readInterpolated(file: SourceFile): NamedPlace[] {
  const names: NamedPlace[] = [];
  for (const match of file.text.matchAll(/(?<!\$)\$\{(\w+)(\}|:?\?)/g)) {
    const start = match.index + 2;
    if (!/^\s*#/.test(file.text.slice(file.lineAround(start).start, start)))
      names.push({ name: match[1]!, place: { file, start, end: start + match[1]!.length } });
  }
  return names;
}

/** The facts of a compose file, or the reason there are none. */
export function readCompose(file: SourceFile, reader: YamlReader): ComposeFile | string {
  const [document, ...more] = reader.documents(file);
  if (!document || more.length > 0) return more.length > 0 ? "several documents" : "empty";
  if (document.errors.length > 0) return "not valid YAML";
  const walker = new Walker(reader.yaml, file, document);
  const folder = folderOf(file.path);
  const top = document.contents;
  const external = externalNetworks(walker, top);
  const services = walker.entries(walker.get(top, "services")).map(([name, node, key]) => {
    const service = readService(walker, name, key, node, folder);
    const networks = readNames(walker, walker.get(node, "networks"));
    // A network defined elsewhere, the default one included, may hold services we cannot see.
    if (networks.some((network) => external.has(network.name)) || external.has("default"))
      service.outwardNetwork = true;
    return service;
  });
  return {
    path: file.path,
    folder,
    services,
    includes: readIncludes(walker, top, folder),
    interpolated: readInterpolated(file),
  };
}
