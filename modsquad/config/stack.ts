/** What a repository is made with, as commands that already check it: the proposals of `meta-orch init`. Pure but for reading. */
import { basename, dirname } from "node:path/posix";
import type { JsonObject } from "../contracts/words.ts";

export interface ProposedCommand {
  /** Gate id. */
  id: string;
  run: string;
  /** The program it starts with. */
  program: string;
  /** What was seen, for the comment above the line. */
  reason: string;
}

/** Reads a tracked file, or null. */
export type Read = (path: string) => string | null;

/** More command gates than this nobody reads through. */
const MOST = 8;

/** Commands for the manifests at the top, and in folders just below it when there are none at the top. */
export function proposeCommands(paths: readonly string[], read: Read): ProposedCommand[] {
  const manifests = paths.filter((path) => READERS.some(({ name }) => name.test(basename(path))));
  const top = manifests.filter((path) => !path.includes("/"));
  const below = manifests.filter((path) => path.split("/").length === 2);
  const chosen = top.length > 0 ? top : below;
  const all = chosen.flatMap((path) => READERS.flatMap((reader) => fromManifest(reader, path, paths, read)));
  const byId = new Map<string, ProposedCommand>();
  for (const one of all) if (!byId.has(one.id)) byId.set(one.id, one);
  return [...byId.values()].slice(0, MOST);
}

type Found = Pick<ProposedCommand, "id" | "run" | "reason">;

interface Reader {
  name: RegExp;
  /** `has` tells whether a file or folder lies beside the manifest. */
  read(text: string, has: (name: string) => boolean): Found[];
}

function fromManifest(
  { name, read: find }: Reader,
  path: string,
  paths: readonly string[],
  read: Read,
): ProposedCommand[] {
  if (!name.test(basename(path))) return [];
  const folder = dirname(path);
  const prefix = folder === "." ? "" : `${folder}/`;
  const inside = paths.filter((other) => other.startsWith(prefix));
  const beside = new Set(inside.map((other) => other.slice(prefix.length).split("/")[0]));
  return find(read(path) ?? "", (file) => beside.has(file)).map(({ id, run, reason }) => ({
    id: folder === "." ? id : `${id}-${slug(folder)}`,
    run: folder === "." ? run : `cd ${word(folder)} && ${run}`,
    program: run.split(" ")[0]!,
    reason: `${path}: ${reason}`,
  }));
}

/** A word for the shell that runs the command. */
const word = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const slug = (folder: string): string =>
  folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "") || "sub";

function packageManager(has: (name: string) => boolean): string {
  if (has("pnpm-lock.yaml")) return "pnpm";
  if (has("yarn.lock")) return "yarn";
  return has("bun.lock") || has("bun.lockb") ? "bun" : "npm";
}

/** Scripts that check and end, by the gate they become; the first name that is there wins. */
const SCRIPTS: [string, string[]][] = [
  ["unit-tests", ["test"]],
  ["lint", ["lint"]],
  ["types", ["typecheck", "type-check", "check-types", "tsc"]],
];

function fromPackageJson(text: string, has: (name: string) => boolean): Found[] {
  const scripts = scriptsOf(text);
  return SCRIPTS.flatMap(([id, names]) => {
    const name = names.find((one) => typeof scripts[one] === "string");
    const script = name === undefined ? "" : String(scripts[name]);
    if (name === undefined || script.includes("no test specified")) return [];
    return [{ id, run: `${packageManager(has)} run ${name}`, reason: `script "${name}" (${short(script)})` }];
  });
}

const short = (text: string): string =>
  (text.length > 60 ? `${text.slice(0, 57)}...` : text).replaceAll(/\s+/g, " ");

function scriptsOf(text: string): JsonObject {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: JsonObject };
    return scripts ?? {};
  } catch {
    return {};
  }
}

function fromPython(text: string, has: (name: string) => boolean): Found[] {
  const found: Found[] = [];
  const unittest = {
    id: "unit-tests",
    run: "python -m unittest discover -s tests",
    reason: "and a folder tests",
  };
  if (!/pytest/.test(text) && has("tests") && !has("pytest.ini") && !has("conftest.py")) found.push(unittest);
  if (/pytest/.test(text))
    found.push({ id: "unit-tests", run: "python -m pytest -q", reason: "it names pytest" });
  if (/\[tool\.ruff/.test(text))
    found.push({ id: "lint", run: "ruff check .", reason: "it configures ruff" });
  if (/\[tool\.mypy/.test(text)) found.push({ id: "types", run: "mypy .", reason: "it configures mypy" });
  return found;
}

const one = (id: string, run: string, reason: string) => (): Found[] => [{ id, run, reason }];

const READERS: Reader[] = [
  { name: /^package\.json$/, read: fromPackageJson },
  { name: /^(pyproject\.toml|setup\.(cfg|py)|tox\.ini|requirements[-\w]*\.txt)$/, read: fromPython },
  { name: /^go\.mod$/, read: one("go-vet", "go vet ./...", "a Go module") },
  { name: /^go\.mod$/, read: one("unit-tests", "go test ./...", "a Go module") },
  { name: /^Cargo\.toml$/, read: one("unit-tests", "cargo test --quiet", "a Rust package") },
  { name: /^pom\.xml$/, read: one("unit-tests", "mvn -q test", "a Maven project") },
  { name: /\.sln$/, read: one("unit-tests", "dotnet test", "a .NET solution") },
  {
    name: /^build\.gradle(\.kts)?$/,
    read: (_text, has) =>
      one("unit-tests", has("gradlew") ? "./gradlew test" : "gradle test", "a Gradle build")(),
  },
  {
    name: /^Gemfile$/,
    read: (text) => (/rspec/.test(text) ? one("unit-tests", "bundle exec rspec", "it names rspec")() : []),
  },
  {
    name: /^composer\.json$/,
    read: (text) => (scriptsOf(text).test ? one("unit-tests", "composer test", 'script "test"')() : []),
  },
];
