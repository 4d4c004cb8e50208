/** A compose file against itself: what it names must be there, and ports must not collide. */
import { looksLikeSlip } from "../../../modsquad/risk/nearest.ts";
import type { ComposeFile, ComposeService } from "../discover/compose-file.ts";
import { familyOfImage } from "../discover/images.ts";
import { mergedServices } from "../discover/merge.ts";
import type { RepositoryFiles } from "../discover/repository.ts";
import { append, type Disagreement, fixOf, replaceAfter } from "./fact.ts";

const SHOW = "docker compose config --quiet";

function syntax(file: ComposeFile): Disagreement[] {
  return file.problems.slice(0, 5).map(({ message, at }) => ({
    rule: "compose-syntax",
    severity: "high",
    message: `${file.path} is no valid YAML: ${message}`,
    about: [message.replace(/\d+/g, "")],
    file,
    at,
    fix: { description: "Correct the syntax.", command: SHOW },
  }));
}

function images(file: ComposeFile, merged: ReadonlyMap<string, ComposeService>): Disagreement[] {
  // What is included may hold the other half of a service.
  if (file.hasIncludes) return [];
  return [...file.services.values()]
    .filter(
      ({ name }) => !merged.get(name)!.image && !merged.get(name)!.hasBuild && !merged.get(name)!.isExtended,
    )
    .map(({ name, at }) => ({
      rule: "no-image",
      severity: "high",
      message: `The service ${name} has neither image nor build: compose refuses the file`,
      about: [name],
      file,
      at,
      fix: { description: `Give ${name} an image or a build.`, command: SHOW },
    }));
}

const HEALTHCHECKS: Record<string, string> = {
  postgres: '["CMD-SHELL", "pg_isready -U $${POSTGRES_USER:-postgres}"]',
  redis: '["CMD", "redis-cli", "ping"]',
};

/** Inserts a health check as the first key of a service. */
function healthcheckEdit(files: readonly ComposeFile[], service: ComposeService, family: string) {
  const test = HEALTHCHECKS[family];
  const file = files.find((one) => one.services.has(service.name));
  if (!test || !file) return undefined;
  const lineEnd = file.text.indexOf("\n", service.at);
  const indent = " ".repeat(service.at - (file.text.lastIndexOf("\n", service.at) + 1));
  if (lineEnd < 0 || indent === "") return undefined;
  const text = `${indent}${indent}healthcheck:\n${indent}${indent}${indent}test: ${test}\n`;
  return [{ path: file.path, start: lineEnd + 1, end: lineEnd + 1, text }];
}

const lacksHealthcheck = ({ healthcheck, isExtended }: ComposeService) => healthcheck === null && !isExtended;

function dependencies(
  file: ComposeFile,
  merged: ReadonlyMap<string, ComposeService>,
  files: readonly ComposeFile[],
): Disagreement[] {
  const found: Disagreement[] = [];
  const names = [...merged.keys()];
  for (const service of file.services.values()) {
    for (const { name, condition, at } of service.dependsOn) {
      const other = merged.get(name);
      if (!other) {
        if (file.hasIncludes) continue;
        const near = names.find((one) => one !== service.name && looksLikeSlip(name, one));
        const description = near
          ? `Write ${near}, or declare ${name}.`
          : `Declare ${name}, or drop the dependency.`;
        found.push({
          rule: "unknown-dependency",
          severity: "high",
          message: `The service ${service.name} depends on ${name}, which is not declared`,
          about: [service.name, name],
          file,
          at,
          fix: fixOf(description, near ? replaceAfter(file, at, name, near) : undefined, SHOW),
        });
      } else if (condition === "service_healthy" && !file.hasIncludes && lacksHealthcheck(other)) {
        const family = familyOfImage(other.image);
        found.push({
          rule: "no-healthcheck",
          // Images of one's own may bring a health check; those of databases are known not to.
          severity: family === null ? "medium" : "high",
          message: `The service ${service.name} waits until ${name} is healthy, but ${name} has no health check`,
          about: [service.name, name],
          file,
          at,
          fix: fixOf(`Give ${name} a health check.`, healthcheckEdit(files, other, family ?? ""), SHOW),
        });
      }
    }
  }
  return found;
}

/** The first cycle of depends_on through each service that is in one, reported once. */
function cycles(file: ComposeFile, merged: ReadonlyMap<string, ComposeService>): Disagreement[] {
  const found: Disagreement[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    const at = path.indexOf(name);
    if (at >= 0) {
      const cycle = [...path.slice(at), name];
      const last = merged.get(path.at(-1)!)!;
      found.push({
        rule: "dependency-cycle",
        severity: "high",
        message: `Services wait for each other: ${cycle.join(" → ")}`,
        about: [...new Set(cycle)].sort(),
        file,
        at: last.dependsOn.find((one) => one.name === name)?.at ?? last.at,
        fix: { description: `Drop one dependency of ${cycle.slice(0, -1).join(", ")}.`, command: SHOW },
      });
      return;
    }
    if (done.has(name)) return;
    for (const dependency of merged.get(name)?.dependsOn ?? []) visit(dependency.name, [...path, name]);
    done.add(name);
  };
  for (const name of file.services.keys()) visit(name, []);
  return found;
}

function resources(file: ComposeFile, files: readonly ComposeFile[]): Disagreement[] {
  const kinds = ["volumes", "networks"] as const;
  return [...file.services.values()].flatMap((service) =>
    kinds.flatMap((kind) =>
      service[kind]
        .filter(
          ({ name }) =>
            !(kind === "networks" && name === "default") && !files.some((one) => one[kind].has(name)),
        )
        .map(({ name, at }): Disagreement => {
          const block = new RegExp(`^${kind}:[ \\t]*(?:#.*)?\\n`, "m").exec(file.text);
          const place = block ? block.index + block[0].length : -1;
          const edits = block
            ? [{ path: file.path, start: place, end: place, text: `  ${name}:\n` }]
            : append(file, `\n${kind}:\n  ${name}:\n`);
          return {
            rule: `undeclared-${kind.slice(0, -1)}`,
            severity: "high",
            message: `The service ${service.name} uses the ${kind.slice(0, -1)} ${name}, which is not declared: compose refuses the file`,
            about: [service.name, name],
            file,
            at,
            fix: { description: `Declare ${name} under ${kind}.`, edits },
          };
        }),
    ),
  );
}

function ports(file: ComposeFile): Disagreement[] {
  const found: Disagreement[] = [];
  const owners = new Map<string, string>();
  for (const { name, ports: own, portsAt, profiles } of file.services.values()) {
    if (profiles.length > 0) continue;
    for (const { published, protocol, host } of own) {
      if (published === null) continue;
      const key = `${host}:${published}/${protocol}`;
      const other = owners.get(key);
      owners.set(key, other ?? name);
      if (other === undefined || other === name) continue;
      const at = file.text.indexOf(String(published), portsAt);
      found.push({
        rule: "port-conflict",
        severity: "high",
        message: `The services ${other} and ${name} both publish port ${published}: one of them cannot start`,
        about: [other, name, String(published)],
        file,
        at: at < 0 ? portsAt : at,
        fix: fixOf(
          `Publish ${name} on another port.`,
          at < 0 ? undefined : replaceAfter(file, at, String(published), String(published + 1)),
          SHOW,
        ),
      });
    }
  }
  return found;
}

const EXAMPLE_ENDINGS = [".example", ".sample", ".template", ".dist"];

function envFiles(
  file: ComposeFile,
  exists: (path: string) => boolean,
  hasExample: string | null,
): Disagreement[] {
  return [...file.services.values()].flatMap((service) =>
    service.envFiles
      .filter(({ path, isRequired }) => isRequired && path !== "" && !exists(path.replace(/^\.\//, "")))
      // A .env with an example beside it is made by whoever deploys.
      .filter(({ path }) => !(hasExample !== null && /^(\.\/)?\.env$/.test(path)))
      .filter(
        ({ path }) => !EXAMPLE_ENDINGS.some((ending) => exists(`${path.replace(/^\.\//, "")}${ending}`)),
      )
      .map(
        ({ path, at }): Disagreement => ({
          rule: "missing-env-file",
          severity: "high",
          message: `The service ${service.name} reads ${path}, which is not there: compose refuses to start it`,
          about: [service.name, path],
          file,
          at,
          fix: {
            description: `Add ${path}, or mark it required: false.`,
            command: hasExample ? `cp ${hasExample} ${path}` : `touch ${path}`,
          },
        }),
      ),
  );
}

function variables(file: ComposeFile, { env }: RepositoryFiles): Disagreement[] {
  const declared = new Set(env.flatMap((one) => one.entries.map((entry) => entry.name)));
  const found = new Map<string, Disagreement>();
  for (const { name, isRequired, at } of file.missing) {
    if (declared.has(name) || found.has(name)) continue;
    const example = env.find((one) => !one.isReal);
    found.set(name, {
      rule: "unset-variable",
      severity: isRequired ? "high" : "medium",
      message: `${file.path} needs the variable ${name}, which no environment file declares${isRequired ? "" : ": it becomes an empty text"}`,
      about: [name],
      file,
      at,
      fix: fixOf(
        `Declare ${name} in ${example?.path ?? ".env.example"}.`,
        example ? append(example, `${name}=\n`) : undefined,
        `echo ${name}= >> .env.example`,
      ),
    });
  }
  return [...found.values()];
}

/** All rules about the compose files themselves. */
export function composeRules(files: RepositoryFiles, exists: (path: string) => boolean): Disagreement[] {
  const merged = mergedServices(files.compose);
  const example = files.env.find((one) => !one.isReal)?.path ?? null;
  return files.compose.flatMap((file) => [
    ...syntax(file),
    ...images(file, merged),
    ...dependencies(file, merged, files.compose),
    ...(file === files.compose[0] ? cycles(file, merged) : []),
    ...resources(file, files.compose),
    ...ports(file),
    ...envFiles(file, exists, example),
    ...variables(file, files),
  ]);
}
