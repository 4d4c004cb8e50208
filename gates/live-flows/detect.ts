/** Whether this repository has anything that can be asked over HTTP. Reads files; asks nobody. */
import type { Detection, RepoView } from "../../modsquad/contracts/gate.ts";
import { findDocument } from "./discover/document.ts";

const SERVER_PACKAGES = [
  ..."express fastify koa hono @hono/node-server next nuxt @nestjs/core @hapi/hapi restify polka".split(" "),
  ..."@remix-run/node @sveltejs/kit astro h3 nitropack @feathersjs/feathers @adonisjs/core sails".split(" "),
  ..."@strapi/strapi apollo-server @apollo/server json-server elysia".split(" "),
];
const PYTHON =
  /^\s*["']?(flask|fastapi|django|starlette|aiohttp|tornado|sanic|bottle|falcon|litestar|quart)\b/im;
const RUBY = /^\s*gem\s+["'](rails|sinatra|puma|hanami|roda|grape)["']/m;
const RUST = /^\s*(actix-web|axum|rocket|warp|hyper|poem)\s*=/m;
const JAVA = /spring-boot-starter-web|io\.quarkus|micronaut-http-server|javalin|io\.ktor/;
const PHP = /"(laravel\/framework|symfony\/http-kernel|slim\/slim)"/;

/** Files that list dependencies, and what in them means "serves HTTP". */
const MANIFESTS: [name: RegExp, pattern: RegExp][] = [
  [/(^|\/)(requirements[\w.-]*\.txt|pyproject\.toml|Pipfile)$/, PYTHON],
  [/(^|\/)Gemfile$/, RUBY],
  [/(^|\/)Cargo\.toml$/, RUST],
  [/(^|\/)(pom\.xml|build\.gradle(\.kts)?)$/, JAVA],
  [/(^|\/)composer\.json$/, PHP],
];

/** Code that opens a port itself. */
const SOURCES: [name: RegExp, pattern: RegExp][] = [
  [
    /\.(?:[cm]?js|[cm]?ts)$/,
    /\bhttps?\.createServer\s*\(|\bcreateServer\s*\([^)]*\)\s*\.listen\b|\bBun\.serve\s*\(|\bDeno\.serve\s*\(/,
  ],
  [/\.go$/, /\bhttp\.(?:ListenAndServe(?:TLS)?|Serve)\s*\(|"github\.com\/(?:gin-gonic|labstack|gofiber)\//],
];
const COMPOSE = /(^|\/)(docker-)?compose(\.[\w-]+)?\.ya?ml$/;
const DOCKERFILE = /(^|\/)(Dockerfile|[\w-]+\.Dockerfile)$/;
const ELSEWHERE =
  /(^|\/)(node_modules|vendor|dist|build|fixtures?|tests?|__tests__|testdata|examples?|docs?|bench(marks)?)\//i;
/** Enough to find a server; a repository of ten thousand files is not read for it. */
const MAX_SOURCES = 400;

/** Frameworks among the dependencies; those for development serve the tests of a library, nobody else. */
function packagesOf(text: string): string[] {
  try {
    const { dependencies } = JSON.parse(text) as { dependencies?: object };
    const names = Object.keys(dependencies ?? {});
    return SERVER_PACKAGES.filter((name) => names.includes(name));
  } catch {
    return [];
  }
}

async function inPackages(repo: RepoView, paths: string[]): Promise<string | null> {
  for (const path of paths.filter((one) => /(^|\/)package\.json$/.test(one))) {
    const [found] = packagesOf((await repo.readText(path)) ?? "");
    if (found) return `${path} depends on ${found}`;
  }
  return null;
}

async function inManifests(repo: RepoView, paths: string[]): Promise<string | null> {
  for (const [name, pattern] of MANIFESTS) {
    for (const path of paths.filter((one) => name.test(one))) {
      const found = pattern.exec((await repo.readText(path)) ?? "");
      if (found) return `${path} depends on ${found[1] ?? found[0].trim()}`;
    }
  }
  return null;
}

async function inContainers(repo: RepoView, paths: string[]): Promise<string | null> {
  for (const path of paths.filter((one) => DOCKERFILE.test(one))) {
    const port = /^\s*EXPOSE\s+(\S+)/im.exec((await repo.readText(path)) ?? "");
    if (port) return `${path} exposes port ${port[1]}`;
  }
  for (const path of paths.filter((one) => COMPOSE.test(one))) {
    // A service built from this repository that publishes a port; a database image alone is not ours.
    const text = (await repo.readText(path)) ?? "";
    if (/^\s+build\s*:/m.test(text) && /^\s+ports\s*:/m.test(text)) return `${path} publishes ports`;
  }
  return null;
}

async function inSources(repo: RepoView, paths: string[]): Promise<string | null> {
  let read = 0;
  for (const path of paths) {
    const pattern = SOURCES.find(([name]) => name.test(path))?.[1];
    if (!pattern) continue;
    read += 1;
    if (read > MAX_SOURCES) return null;
    const found = pattern.exec((await repo.readText(path)) ?? "");
    if (found) return `${path} has ${found[0].replace(/\s*\($/, "()")}`;
  }
  return null;
}

/** What in the repository shows that it serves HTTP, or null. */
export async function servesHttp(repo: RepoView): Promise<string | null> {
  const paths = repo.files.map((file) => file.path).filter((path) => !ELSEWHERE.test(path));
  // Servers live near the root more often than deep inside.
  paths.sort((one, other) => one.split("/").length - other.split("/").length || (one < other ? -1 : 1));
  return (
    (await inPackages(repo, paths)) ??
    (await inManifests(repo, paths)) ??
    (await inContainers(repo, paths)) ??
    (await inSources(repo, paths))
  );
}

/** Declared flows, a base URL, or a repository that serves HTTP make the gate applicable, in this order. */
export async function detectLiveFlows(repo: RepoView): Promise<Detection> {
  const { flows } = repo.options;
  if (Array.isArray(flows)) {
    return {
      applicable: true,
      reason: `${flows.length} flow${flows.length === 1 ? "" : "s"} declared in the config`,
    };
  }
  if (repo.baseUrl !== undefined) {
    const document = findDocument(repo.files);
    const reason = `a base URL is given${document ? ` and ${document} describes the API` : ""}`;
    return { applicable: true, reason, ...(document ? { options: { openapi: document } } : {}) };
  }
  const sign = await servesHttp(repo);
  if (sign) return { applicable: true, reason: `${sign}, but no base URL is given` };
  return {
    applicable: false,
    reason: `nothing here serves HTTP: no web framework among the dependencies, no exposed port, no server in ${repo.files.length} files`,
  };
}
