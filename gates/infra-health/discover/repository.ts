/** What compose and environment files of a repository say: read once, used by both checks. */
import { type ComposeFile, readComposeFile } from "./compose-file.ts";
import { type EnvEntry, parseEnvFile } from "./variables.ts";

/** Names Docker Compose looks for by itself, in its order of preference. */
const DEFAULT_COMPOSE = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
const OVERRIDES = [
  "compose.override.yaml",
  "compose.override.yml",
  "docker-compose.override.yaml",
  "docker-compose.override.yml",
];
/** Files that show which variables there are; their values are examples. */
export const EXAMPLES = [".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults"];

export interface EnvFile {
  path: string;
  text: string;
  entries: EnvEntry[];
  /** True for .env, whose values count; false for an example. */
  isReal: boolean;
}

export interface RepositoryFiles {
  compose: ComposeFile[];
  /** Files the config or the default names, in order of merging. */
  composePaths: string[];
  /** Named in the config but not there. */
  absent: string[];
  env: EnvFile[];
  /** Values of .env and of the process: what compose fills in. */
  values: Record<string, string | undefined>;
}

/** Which compose files count: those of the config, else the first default and its override. */
export function composePathsOf(paths: ReadonlySet<string>, configured: readonly string[] | null): string[] {
  if (configured) return [...configured];
  const main = DEFAULT_COMPOSE.find((name) => paths.has(name));
  if (!main) return [];
  const override = OVERRIDES.find((name) => paths.has(name));
  return override ? [main, override] : [main];
}

/** Reads everything. `read` gives null for what is absent; `processValues` win over .env. */
export async function readRepository(
  paths: ReadonlySet<string>,
  configured: readonly string[] | null,
  processValues: Readonly<Record<string, string | undefined>>,
  read: (path: string) => Promise<string | null>,
): Promise<RepositoryFiles> {
  const env: EnvFile[] = [];
  for (const path of [".env", ...EXAMPLES]) {
    const text = path === ".env" || paths.has(path) ? await read(path) : null;
    if (text !== null) env.push({ path, text, entries: parseEnvFile(text), isReal: path === ".env" });
  }
  const own = env
    .filter((file) => file.isReal)
    .flatMap((file) => file.entries.map((one) => [one.name, one.value] as const));
  const values = { ...Object.fromEntries(own), ...processValues };
  const composePaths = composePathsOf(paths, configured);
  const compose: ComposeFile[] = [];
  const absent: string[] = [];
  for (const path of composePaths) {
    const text = await read(path);
    if (text === null) absent.push(path);
    else compose.push(await readComposeFile(path, text, values));
  }
  return { compose, composePaths, absent, env, values };
}
