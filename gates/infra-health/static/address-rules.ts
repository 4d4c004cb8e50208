/** Addresses in compose and environment files against the services they mean. */
import type { ComposeFile, ComposeService } from "../discover/compose-file.ts";
import { FAMILIES, type Family, familyOfAddress, familyOfImage } from "../discover/images.ts";
import { mergedServices } from "../discover/merge.ts";
import type { RepositoryFiles } from "../discover/repository.ts";
import { type Disagreement, fixOf, replaceAfter } from "./fact.ts";

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)$/;
const SHOW = "docker compose config";

interface Address {
  variable: string;
  url: URL;
  family: Family;
  file: { path: string; text: string };
  at: number;
  /** Service whose environment it is in; null in an environment file. */
  owner: string | null;
}

function read(
  variable: string,
  value: string,
  file: Address["file"],
  at: number,
  owner: string | null,
): Address[] {
  const family = familyOfAddress(value);
  // Placeholders such as <password> are for people.
  if (!family || /[<>\s]/.test(value) || !URL.canParse(value)) return [];
  return [{ variable, url: new URL(value), family, file, at, owner }];
}

function addressesOf(files: RepositoryFiles): Address[] {
  const inCompose = files.compose.flatMap((file) =>
    [...file.services.values()].flatMap((service) =>
      service.environment.flatMap((one) => read(one.name, one.value, file, one.at, service.name)),
    ),
  );
  const inEnv = files.env.flatMap((file) =>
    file.entries.flatMap((entry) => read(entry.name, entry.value, file, entry.start, null)),
  );
  return [...inCompose, ...inEnv];
}

/** Names under which a container answers beside its service's own. */
function hasAlias(files: readonly ComposeFile[], host: string): boolean {
  const quoted = host.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(
    `(container_name|hostname):\\s*["']?${quoted}["']?\\s*$|^\\s*-\\s*["']?(\\w+:)?${quoted}["']?\\s*$|["']?${quoted}["']?\\s*[:=]\\s*["']?(host-gateway|\\d+\\.)`,
    "m",
  );
  return files.some((file) => pattern.test(file.text));
}

const where = ({ variable, owner }: Address) =>
  owner === null ? variable : `${variable} of the service ${owner}`;

function disagree(
  address: Address,
  rule: string,
  message: string,
  description: string,
  swap: [old: string, text: string] | null,
): Disagreement {
  const edits = swap ? replaceAfter(address.file, address.at, ...swap) : undefined;
  return {
    rule,
    severity: "high",
    message: `${where(address)} ${message}`,
    about: [address.owner ?? "", address.variable],
    file: address.file,
    at: address.at,
    fix: fixOf(description, edits, SHOW),
  };
}

/** The only service of a family, when there is just one. */
function onlyOf(family: Family, services: ReadonlyMap<string, ComposeService>): ComposeService | null {
  const own = [...services.values()].filter((one) => familyOfImage(one.image) === family);
  return own.length === 1 ? own[0]! : null;
}

function hostRule(
  address: Address,
  services: ReadonlyMap<string, ComposeService>,
  files: readonly ComposeFile[],
): Disagreement | null {
  const { url, family, owner } = address;
  const host = url.hostname;
  const meant = onlyOf(family, services);
  const swap: [string, string] | null = meant ? [`${host}`, meant.name] : null;
  const advice = meant
    ? `Write ${meant.name}, the ${family} of the compose file.`
    : "Name the service the address means.";
  if (services.has(host)) {
    const image = familyOfImage(services.get(host)!.image);
    if (image === null || image === family) return null;
    const before = url.username === "" && url.password === "" ? "//" : "@";
    return disagree(
      address,
      "wrong-service",
      `expects ${family} at ${host}, which is ${image}`,
      advice,
      meant ? [`${before}${host}`, `${before}${meant.name}`] : null,
    );
  }
  if (owner !== null && LOCAL.test(host)) {
    if (!meant) return null;
    return disagree(
      address,
      "localhost-in-container",
      `leads to ${host}, which inside a container is the container itself`,
      advice,
      swap,
    );
  }
  const isBare = /^[a-z][\w-]*$/i.test(host) && !LOCAL.test(host) && host !== "host";
  if (!isBare || files.length === 0 || files.some((one) => one.hasIncludes) || hasAlias(files, host))
    return null;
  return disagree(
    address,
    "unknown-service",
    `leads to ${host}, which no compose service is called`,
    advice,
    swap,
  );
}

/** The port inside the network is the one of the image, or of a --port in its command. */
function insidePort(service: ComposeService, family: Family): number {
  const chosen = /(?:--port|-p)[= ]+(\d+)/.exec(service.command)?.[1];
  return chosen === undefined ? FAMILIES[family].port : Number(chosen);
}

function portRule(address: Address, services: ReadonlyMap<string, ComposeService>): Disagreement | null {
  const { url, family, owner } = address;
  const port = Number(url.port || FAMILIES[family].port);
  const service = services.get(url.hostname);
  if (service && familyOfImage(service.image) === family) {
    const right = insidePort(service, family);
    if (port === right || service.ports.some((one) => one.target === port)) return null;
    return disagree(
      address,
      "wrong-port",
      `asks ${url.hostname} on port ${port}, it listens on ${right}`,
      `Write ${right}.`,
      [`:${port}`, `:${right}`],
    );
  }
  const meant = onlyOf(family, services);
  if (owner !== null || !LOCAL.test(url.hostname) || !meant) return null;
  const published = meant.ports.filter((one) => one.published !== null).map((one) => one.published!);
  if (published.length === 0 || published.includes(port)) return null;
  const found = disagree(
    address,
    "wrong-port",
    `asks port ${port} of this machine, compose publishes ${meant.name} on ${published[0]}`,
    `Write ${published[0]}.`,
    [`:${port}`, `:${published[0]}`],
  );
  return { ...found, severity: "medium" };
}

const decode = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function credentialRules(address: Address, services: ReadonlyMap<string, ComposeService>): Disagreement[] {
  const { url, family } = address;
  const service = services.get(url.hostname);
  if (!service || family !== "postgres" || familyOfImage(service.image) !== "postgres") return [];
  const value = (name: string) => service.environment.find((one) => one.name === name)?.value;
  const user = value("POSTGRES_USER") || "postgres";
  const password = value("POSTGRES_PASSWORD");
  const database = value("POSTGRES_DB") || user;
  const found: Disagreement[] = [];
  const theirs = decode(url.pathname.slice(1));
  const name = url.hostname;
  if (theirs !== "" && theirs !== database) {
    found.push(
      disagree(
        address,
        "database-differs",
        `asks ${name} for the database ${theirs}, it creates ${database}`,
        `Use one name, ${database}.`,
        [`/${theirs}`, `/${database}`],
      ),
    );
  }
  if (url.username !== "" && decode(url.username) !== user) {
    found.push(
      disagree(
        address,
        "user-differs",
        `signs in to ${name} as ${decode(url.username)}, it has the user ${user}`,
        `Use one user, ${user}.`,
        [decode(url.username), user],
      ),
    );
  }
  if (password !== undefined && url.password !== "" && decode(url.password) !== password) {
    found.push(
      disagree(
        address,
        "password-differs",
        `has another password than POSTGRES_PASSWORD of ${name}`,
        "Write ${POSTGRES_PASSWORD} in both places.",
        null,
      ),
    );
  }
  return found;
}

/** pg_isready of a health check asks for the user and the database that are there. */
function healthcheckRules(files: RepositoryFiles): Disagreement[] {
  return files.compose.flatMap((file) =>
    [...file.services.values()].flatMap((service) => {
      if (familyOfImage(service.image) !== "postgres" || !service.healthcheck?.includes("pg_isready"))
        return [];
      const value = (name: string) => service.environment.find((one) => one.name === name)?.value;
      const user = value("POSTGRES_USER") || "postgres";
      const rights: [flag: string, right: string, what: string][] = [
        ["-U", user, "user"],
        ["-d", value("POSTGRES_DB") || user, "database"],
      ];
      return rights.flatMap(([flag, right, what]): Disagreement[] => {
        const written = new RegExp(`${flag}[ =]*["']?([^\\s"']+)`).exec(service.healthcheck!)?.[1];
        if (written === undefined || written.includes("$") || written === right) return [];
        const at = file.text.indexOf(written, file.text.indexOf("pg_isready", service.at));
        return [
          {
            rule: "healthcheck-differs",
            severity: "medium",
            message: `The health check of ${service.name} asks for the ${what} ${written}, it has ${right}`,
            about: [what, service.name],
            file,
            at: Math.max(0, at),
            fix: fixOf(
              `Ask for ${right}.`,
              at < 0 ? undefined : replaceAfter(file, at, written, right),
              SHOW,
            ),
          },
        ];
      });
    }),
  );
}

/** All rules about addresses. */
export function addressRules(files: RepositoryFiles): Disagreement[] {
  if (files.compose.length === 0) return [];
  const services = mergedServices(files.compose);
  const found = addressesOf(files).flatMap((address) => {
    const host = hostRule(address, services, files.compose);
    if (host) return [host];
    const port = portRule(address, services);
    return [...(port ? [port] : []), ...credentialRules(address, services)];
  });
  return [...found, ...healthcheckRules(files)];
}
