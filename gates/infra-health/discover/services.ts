/** Which services are to be probed: those of the config, of variables that hold an address, of compose. */
import type { Options } from "../../../modsquad/contracts/gate.ts";
import type { Json, JsonObject } from "../../../modsquad/contracts/words.ts";
import { parseEndpoint } from "../probes/socket.ts";
import { PROBE_KINDS, type ProbeKind, type Service } from "../types.ts";
import { parseDuration } from "../units.ts";
import type { ComposeService, Port } from "./compose-file.ts";
import { FAMILIES, familyOfAddress, familyOfImage } from "./images.ts";
import { isOneShot, mergedServices } from "./merge.ts";
import type { RepositoryFiles } from "./repository.ts";
import { interpolate } from "./variables.ts";

const DEFAULT_TIMEOUT_MS = 5000;
/** Nobody waits long for what nobody expects. */
const UNEXPECTED_TIMEOUT_MS = 1000;
/** Where what only compose knows of is expected: everywhere but on a workstation. */
const COMPOSE_ENVIRONMENTS = ["ci", "staging", "production"];
const WORKSTATION = "workstation";

interface Known {
  options: Options;
  values: RepositoryFiles["values"];
  env: string;
  compose: Map<string, ComposeService>;
}

type Draft = Pick<Service, "name" | "kind" | "subject" | "settings" | "source" | "composeService">;

function complete(draft: Draft, environments: string[] | null, isExpected: boolean, known: Known): Service {
  const { settings, composeService } = draft;
  const own = parseDuration(settings.timeout) ?? parseDuration(known.options.probeTimeout);
  const inCompose = composeService === null ? undefined : known.compose.get(composeService);
  const declared = Array.isArray(settings.dependsOn) ? settings.dependsOn.map(String) : [];
  const start = typeof settings.start === "string" ? settings.start : null;
  return {
    ...draft,
    dependsOn: [...new Set([...declared, ...(inCompose?.dependsOn ?? []).map((one) => one.name)])],
    isOneShot: composeService !== null && isOneShot(composeService, known.compose),
    isOptional: settings.optional === true,
    isExpected,
    environments,
    timeoutMs: own ?? (isExpected ? DEFAULT_TIMEOUT_MS : UNEXPECTED_TIMEOUT_MS),
    waitForMs: parseDuration(settings.waitFor) ?? parseDuration(known.options.waitFor) ?? 0,
    missingVariables: [],
    startCommand: start ?? (inCompose ? `docker compose up -d --wait ${composeService}` : null),
  };
}

/**
 * Fills in `${VARIABLE}`. The config leaves them where a service is not expected, so that nobody has to set
 * variables for what is not there; a service that is there all the same is worth asking.
 */
function filled(value: Json | undefined, values: Known["values"], missing: string[]): Json {
  if (typeof value === "string") {
    const result = interpolate(value, values);
    missing.push(...result.missing.map((one) => one.name));
    return result.text;
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, values, missing));
  if (value === null || typeof value !== "object") return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, values, missing)]));
}

/** What a section asks: the first key that is a kind of probe. */
export function kindOf(settings: JsonObject): ProbeKind | null {
  return PROBE_KINDS.find((kind) => settings[kind] !== undefined) ?? null;
}

function subjectOf(kind: ProbeKind, value: Json | undefined): string {
  if (kind === "loaded") {
    const loaded = value as JsonObject;
    return String(loaded.url ?? loaded.command ?? "");
  }
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function fromConfig(known: Known): Service[] {
  const sections = (known.options.services ?? {}) as Record<string, JsonObject>;
  return Object.entries(sections).flatMap(([name, written]) => {
    const environments = Array.isArray(written.environments) ? written.environments.map(String) : null;
    const isExpected = environments === null || environments.includes(known.env);
    const missing: string[] = [];
    // What is expected was filled in when the config was read; a command's own variables are the shell's.
    const isFilled = isExpected || written.command !== undefined;
    const settings = isFilled ? written : (filled(written, known.values, missing) as JsonObject);
    const kind = kindOf(settings);
    if (kind === null) return [];
    const named =
      typeof settings.composeService === "string"
        ? settings.composeService
        : kind === "compose"
          ? String(settings.compose)
          : name;
    const composeService = known.compose.has(named) || kind === "compose" ? named : null;
    const draft = {
      name,
      kind,
      subject: subjectOf(kind, settings[kind]),
      settings,
      source: "the config",
      composeService,
    };
    return [{ ...complete(draft, environments, isExpected, known), missingVariables: [...new Set(missing)] }];
  });
}

/** Two addresses are the same service when they lead to the same port of the same machine. */
function placeOf(address: string, defaultPort?: number): string | null {
  const endpoint = parseEndpoint(address, defaultPort);
  if (!endpoint || endpoint.path !== undefined) return null;
  const host = /^(localhost|::1|0\.0\.0\.0)$/.test(endpoint.host) ? "127.0.0.1" : endpoint.host;
  return `${host}:${endpoint.port}`;
}

function placeOfService(service: Service): string | null {
  const family = familyOfAddress(service.subject);
  return placeOf(service.subject, family ? FAMILIES[family].port : undefined);
}

const publishedTcp = (service: ComposeService, target?: number): Port | undefined =>
  service.ports.find(
    (port) =>
      port.published !== null && port.protocol === "tcp" && (target === undefined || port.target === target),
  );

/** Inside the network of compose a service has another address than from here. */
function seenFromHere(
  address: string,
  port: number,
  known: Known,
): { address: string; composeService: string } | null | "inside" {
  const host = URL.canParse(address) ? new URL(address).hostname : "";
  const service = known.compose.get(host);
  if (!service) return null;
  const published = publishedTcp(service, Number(new URL(address).port || port));
  if (!published) return "inside";
  const url = new URL(address);
  url.hostname = published.host;
  url.port = String(published.published);
  return { address: url.href, composeService: host };
}

const nameOf = (variable: string) =>
  variable
    .toLowerCase()
    .replace(/_(url|uri|dsn)$/, "")
    .replaceAll("_", "-") || variable.toLowerCase();

/** Variables that are set and hold the address of a service we know how to ask. */
function fromVariables(
  known: Known,
  values: RepositoryFiles["values"],
  taken: ReadonlySet<string>,
): Service[] {
  const services: Service[] = [];
  const places = new Set(taken);
  for (const [variable, value] of Object.entries(values)) {
    const family = value ? familyOfAddress(value) : null;
    if (!family || !/_(URL|URI|DSN)$/i.test(variable)) continue;
    const { kind, port } = FAMILIES[family];
    const seen = seenFromHere(value!, port, known);
    if (seen === "inside") continue;
    const address = seen?.address ?? value!;
    const place = placeOf(address, port);
    if (place === null || places.has(place)) continue;
    places.add(place);
    const published = [...known.compose.values()].find(
      (one) => publishedTcp(one)?.published === Number(place.split(":").at(-1)),
    );
    const draft: Draft = {
      name: seen?.composeService ?? nameOf(variable),
      kind,
      subject: kind === "tcp" ? place : address.replace(/^(postgres(?:ql)?)\+\w+:/, "$1:"),
      settings: {},
      source: variable,
      composeService:
        seen?.composeService ?? (place.startsWith("127.0.0.1:") ? (published?.name ?? null) : null),
    };
    services.push(complete(draft, null, true, known));
  }
  return services;
}

/** How to ask a compose service from here, by what its image is and which port it publishes. */
function draftOfCompose(service: ComposeService, source: string): Draft {
  const base = { name: service.name, settings: {}, source, composeService: service.name };
  const family = familyOfImage(service.image);
  const published =
    publishedTcp(service, family ? FAMILIES[family].port : undefined) ?? publishedTcp(service);
  if (!published) return { ...base, kind: "compose", subject: service.name };
  const at = `${published.host}:${published.published}`;
  const value = (name: string) => service.environment.find((one) => one.name === name)?.value ?? "";
  if (family === "postgres") {
    const user = value("POSTGRES_USER") || "postgres";
    const password = value("POSTGRES_PASSWORD");
    // Without its password nobody can sign in: then all there is to see is that it listens.
    if (password === "" && value("POSTGRES_HOST_AUTH_METHOD") !== "trust")
      return { ...base, kind: "tcp", subject: at };
    const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return {
      ...base,
      kind: "postgres",
      subject: `postgres://${credentials}@${at}/${encodeURIComponent(value("POSTGRES_DB") || user)}`,
    };
  }
  if (family === "redis") {
    const password = /--requirepass\s+(\S+)/.exec(service.command)?.[1] ?? "";
    return {
      ...base,
      kind: "redis",
      subject: `redis://${password === "" ? "" : `:${encodeURIComponent(password)}@`}${at}`,
    };
  }
  const health = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::(\d+))?(\/[^\s"']*)?/.exec(
    service.healthcheck ?? "",
  );
  if (health && Number(health[1] ?? 80) === published.target)
    return { ...base, kind: "http", subject: `http://${at}${health[2] ?? "/"}` };
  return { ...base, kind: "tcp", subject: at };
}

function fromCompose(
  known: Known,
  files: RepositoryFiles,
  taken: ReadonlySet<string>,
  names: ReadonlySet<string>,
): Service[] {
  const services: Service[] = [];
  for (const service of known.compose.values()) {
    // What has a profile is started only when somebody asks for it.
    if (names.has(service.name) || service.profiles.length > 0) continue;
    const source = files.compose.find((file) => file.services.has(service.name))?.path ?? "compose";
    const full = complete(
      draftOfCompose(service, source),
      COMPOSE_ENVIRONMENTS,
      known.env !== WORKSTATION,
      known,
    );
    const place = full.kind === "compose" ? null : placeOfService(full);
    if (place === null || !taken.has(place)) services.push(full);
  }
  return services;
}

/** All services: the config's first, then what variables and compose add to them. */
export function findServices(options: Options, env: string, files: RepositoryFiles): Service[] {
  const known: Known = { options, env, values: files.values, compose: mergedServices(files.compose) };
  const configured = fromConfig(known);
  const places = (services: readonly Service[]) =>
    services.map(placeOfService).filter((place) => place !== null);
  const isFound = options.discover !== false;
  const variables = isFound ? fromVariables(known, files.values, new Set(places(configured))) : [];
  const first = [...configured, ...variables];
  const names = new Set(
    first.flatMap((one) => (one.composeService === null ? [one.name] : [one.name, one.composeService])),
  );
  return isFound ? [...first, ...fromCompose(known, files, new Set(places(first)), names)] : first;
}
