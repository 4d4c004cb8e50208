/** Where the API document is: named in the config, found among the files, or asked from the service. */
import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import type { GateContext, RepoView, TrackedFile } from "../../../modsquad/contracts/gate.ts";
import { asArray, texts } from "../json.ts";
import type { Client } from "../live/client.ts";
import type { Reader } from "./load.ts";

const NAME =
  /(^|\/)(openapi|swagger|api-docs|oas|api)([._-](spec|v?\d[\w.]*|bundle[d]?|3[._]?\d))?\.(json|ya?ml)$/i;
const ELSEWHERE =
  /(^|\/)(node_modules|vendor|dist|build|fixtures?|tests?|__tests__|testdata|examples?|bench(marks)?)\//i;
/** Addresses under which frameworks serve their document. */
export const ADDRESSES = [
  "/openapi.json",
  "/openapi.yaml",
  "/v3/api-docs",
  "/api-docs",
  "/swagger.json",
  "/api/openapi.json",
  "/api-json",
  "/docs/openapi.json",
  "/swagger/v1/swagger.json",
  "/.well-known/openapi.json",
  "/swagger-json",
  "/docs-json",
  "/docs/json",
  "/documentation/json",
  "/swagger/json",
  "/api/v1/openapi.json",
  "/v1/openapi.json",
  "/api/swagger.json",
  "/api/docs/openapi.json",
  "/api/api-docs",
  "/openapi",
  "/openapi/json",
  "/q/openapi",
  "/server/specs/oas",
  "/api-docs.json",
  "/api/v1/openapi.yml",
  "/openapi.yml",
];

/** Files that look like an API document, the likeliest first. */
export function candidates(files: readonly TrackedFile[]): string[] {
  return files
    .map((file) => file.path)
    .filter((name) => NAME.test(name) && !ELSEWHERE.test(name))
    .sort(
      (one, other) =>
        rank(one) - rank(other) || one.split("/").length - other.split("/").length || (one < other ? -1 : 1),
    );
}

const rank = (name: string) => (/(^|\/)openapi/i.test(name) ? 0 : /(^|\/)swagger/i.test(name) ? 1 : 2);

const SAYS_SO = /^\s*["']?(openapi|swagger)["']?\s*:/m;
/** The line of a path, in YAML or JSON. */
const PATH_LINE = /^\s+["']?\/[^\s"']*["']?\s*:/gm;
const MAX_DOCUMENTS = 20;

/** The candidates that say they are one; first the one with most paths, which is what the service is asked about. */
export async function findDocuments(repo: Pick<RepoView, "files" | "readText">): Promise<string[]> {
  const found: { name: string; paths: number }[] = [];
  for (const name of candidates(repo.files).slice(0, MAX_DOCUMENTS)) {
    const size = repo.files.find((file) => file.path === name)?.size ?? 0;
    // Too large to look into; by its name it can be little else.
    if (size > 2 * 1024 * 1024) found.push({ name, paths: size });
    else {
      const text = await repo.readText(name);
      if (text && SAYS_SO.test(text)) found.push({ name, paths: text.match(PATH_LINE)?.length ?? 0 });
    }
  }
  return found.sort((one, other) => other.paths - one.paths).map(({ name }) => name);
}

/** Reads files of the repository; anything else only when an entry of `allowRefs` begins like it. */
export function repositoryReader(
  context: GateContext,
  readAt: (file: string) => Promise<string | null>,
): Reader {
  const allowed = texts(asArray(context.options.allowRefs));
  return async (place) => {
    if (/^https?:\/\//i.test(place)) {
      if (!allowed.some((prefix) => place.startsWith(prefix))) {
        return {
          refused: `${place} is on the network; allow it with gates: contract: allowRefs: ["${new URL(place).origin}/"]`,
        };
      }
      const { request } = await import("undici");
      const response = await request(place, {
        signal: AbortSignal.any([context.signal, AbortSignal.timeout(10_000)]),
      });
      const text = await response.body.text();
      return response.statusCode === 200 ? { text } : null;
    }
    if (place.startsWith("../") || path.posix.isAbsolute(place)) {
      if (!allowed.some((prefix) => place.startsWith(prefix)))
        return { refused: `${place} lies outside the repository` };
    }
    const text = await readAt(place);
    return text === null ? null : { text };
  };
}

/** Text of a file below root; links that lead out of it are not followed. */
export async function readBelow(root: string, file: string): Promise<string | null> {
  try {
    const full = await realpath(path.resolve(root, file));
    const top = await realpath(root);
    if (full !== top && !full.startsWith(top + path.sep)) return null;
    return await readFile(full, "utf8");
  } catch {
    return null;
  }
}

/** Asks the service for its document. */
export async function askService(client: Client): Promise<{ text: string; address: string } | null> {
  const prefix = client.base.pathname.replace(/\/+$/, "");
  for (const address of ADDRESSES) {
    const sent = await client.send({
      method: "GET",
      path: `${prefix}${address}`,
      headers: { accept: "application/json, application/yaml" },
      body: null,
    });
    if (!sent.ok) return null;
    if (
      sent.answer.status === 200 &&
      /["']?(openapi|swagger)["']?\s*:/.test(sent.answer.text.slice(0, 4000))
    ) {
      return { text: sent.answer.text, address: `${client.base.origin}${prefix}${address}` };
    }
  }
  return null;
}
